//! Adjudicates one bill: decide everything first, as a value; posting it needs no thought.
//!
//! Order: checks of the bill, reasons that withhold every benefit, decomposition and routing of the fee lines, each
//! programme's portion, then who pays the personal part.

use crate::bill::{Amounts, Bill, BillId, OrderKey};
use crate::date::Date;
use crate::facts::{
    Admission, Circumstances, Dim, Disease, Facts, Fund, Level, Venue, Wallet, clamped,
};
use crate::money::{Fen, Rate};
use crate::policy::{AccountMoney, Cite, PharmacyLevel, PlanChange, Policy, Programme};
use crate::portion::{self, Paid, Site};
use crate::refusal::Refusal;
use crate::route::{Routed, Share};
use crate::trace::{Sink, Step, StepKind, Trace, Untraced, YearLimits};
use crate::year::{Draft, Move, Occasion, Year};

/// The decision about one bill, complete: amounts by kind and payer, and the movements of accumulators.
///
/// `total = full_self_pay + over_ceiling + first_pay + in_scope`, and
/// `total = funds + account_current + account_earlier + family + cash`. A reversal has every amount negated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// The bill.
    pub bill: BillId,
    /// Its place in the order of events.
    pub order: OrderKey,
    /// Service date.
    pub service: Date,
    /// The benefit year it belongs to.
    pub benefit_year: i32,
    /// The decomposition.
    pub amounts: Amounts,
    /// 起付线 charged.
    pub deductible: Fen,
    /// Paid by each fund, by fund number.
    pub funds: [Fen; 3],
    /// From the own account, money of the current year.
    pub account_current: Fen,
    /// From the own account, earlier money.
    pub account_earlier: Fen,
    /// From each family account, in binding order; shorter if the rest pay nothing.
    pub family: Vec<Fen>,
    /// Cash.
    pub cash: Fen,
    /// The first reason that withheld a benefit, if one did.
    pub withheld: Option<Refusal>,
    /// To be looked at: settled on the day of an admission or discharge.
    pub review: bool,
    /// One a programme (and disease), in routing order.
    pub portions: Vec<Portion>,
    /// Movements of the accumulators.
    pub moves: Vec<Move>,
}

/// What one programme did for the bill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Portion {
    /// Index into the policy's programmes; `None`: no programme takes it.
    pub programme: Option<u16>,
    /// The disease treated.
    pub disease: Disease,
    /// In-scope spending.
    pub in_scope: Fen,
    /// Deductible charged.
    pub deductible: Fen,
    /// Share of the last band that paid.
    pub rate: Rate,
    /// By fund number.
    pub funds: [Fen; 3],
    /// Why it pays nothing.
    pub withheld: Option<Refusal>,
}

impl Settlement {
    /// Paid by all funds.
    #[must_use]
    pub fn fund_payment(&self) -> Fen {
        self.funds.iter().copied().sum()
    }

    /// Paid by one fund.
    #[must_use]
    pub fn paid_by(&self, fund: Fund) -> Fen {
        self.funds[fund as usize]
    }

    /// The person's part: everything no fund pays.
    #[must_use]
    pub fn patient(&self) -> Fen {
        self.amounts.total - self.fund_payment()
    }

    /// Paid from family accounts.
    #[must_use]
    pub fn family_payment(&self) -> Fen {
        self.family.iter().copied().sum()
    }

    /// The exact negation, as a settlement of its own (REV-EXACT). Posting it restores every accumulator.
    #[must_use]
    pub fn reversed(&self, id: BillId, order: OrderKey) -> Settlement {
        let negate = |amounts: [Fen; 3]| amounts.map(|amount| -amount);
        let Amounts { total, full_self_pay, over_ceiling, first_pay, in_scope } = self.amounts;
        Settlement {
            bill: id,
            order,
            amounts: Amounts {
                total: -total,
                full_self_pay: -full_self_pay,
                over_ceiling: -over_ceiling,
                first_pay: -first_pay,
                in_scope: -in_scope,
            },
            deductible: -self.deductible,
            funds: negate(self.funds),
            account_current: -self.account_current,
            account_earlier: -self.account_earlier,
            family: self.family.iter().map(|amount| -*amount).collect(),
            cash: -self.cash,
            portions: self
                .portions
                .iter()
                .map(|portion| Portion {
                    in_scope: -portion.in_scope,
                    deductible: -portion.deductible,
                    funds: negate(portion.funds),
                    ..*portion
                })
                .collect(),
            moves: self.moves.iter().map(|change| Move { by: -change.by, ..*change }).collect(),
            ..self.clone()
        }
    }
}

/// Adjudicates a bill without a trace.
///
/// # Errors
/// The refusal for which the bill is not settled at all. Reasons that only withhold a benefit are in the settlement.
pub fn adjudicate(
    policy: &Policy,
    facts: &Facts,
    year: &Year,
    wallet: &Wallet,
    bill: &Bill,
) -> Result<Settlement, Refusal> {
    Matter { policy, facts, wallet, bill }.decide(year, &mut Untraced)
}

/// Adjudicates a bill and says why, step by step.
///
/// # Errors
/// As for [`adjudicate`].
pub fn adjudicate_traced(
    policy: &Policy,
    facts: &Facts,
    year: &Year,
    wallet: &Wallet,
    bill: &Bill,
) -> Result<(Settlement, Trace), Refusal> {
    let mut trace = Trace { steps: Vec::with_capacity(16) };
    let settlement = Matter { policy, facts, wallet, bill }.decide(year, &mut trace)?;
    Ok((settlement, trace))
}

/// Adjudicates a bill and says what the limits that count over the benefit year cut off its payment: `None` if none of them
/// bit; zero if only a limit on spending did. What was cut off may still be paid by another fund or programme.
///
/// # Errors
/// As for [`adjudicate`].
pub fn adjudicate_limited(
    policy: &Policy,
    facts: &Facts,
    year: &Year,
    wallet: &Wallet,
    bill: &Bill,
) -> Result<(Settlement, Option<Fen>), Refusal> {
    let mut limits = YearLimits { policy, cut: None };
    let settlement = Matter { policy, facts, wallet, bill }.decide(year, &mut limits)?;
    Ok((settlement, limits.cut))
}

/// The question: a bill of a person under a policy, and what the accounts hold.
#[derive(Clone, Copy)]
pub(crate) struct Matter<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) facts: &'a Facts,
    pub(crate) wallet: &'a Wallet,
    pub(crate) bill: &'a Bill,
}

/// What has been decided while the portions are settled one by one.
struct Progress<'a> {
    draft: Draft<'a>,
    /// Paid from the own account before the deductible.
    own_first: Fen,
}

impl<'a> Matter<'a> {
    fn decide<S: Sink>(&self, year: &Year, sink: &mut S) -> Result<Settlement, Refusal> {
        self.check_time(year)?;
        let Routed { amounts, shares, denied } = self.route()?;
        self.trace_decomposition(&amounts, sink);
        let mut settlement = self.blank(year, amounts, shares.len());
        let withheld = self.withheld_from_bill();
        let draft = Draft { year, moves: Vec::with_capacity(8), redirected: Vec::new() };
        let mut progress = Progress { draft, own_first: Fen::ZERO };
        let circumstances = self.circumstances();
        let mut queue = shares;
        let mut next = 0;
        while let Some(&share) = queue.get(next) {
            next += 1;
            let reason = withheld.or_else(|| self.withheld_from_programme(&share));
            let portion = match (reason, share.programme) {
                (None, Some(index)) => {
                    let mut site = self.site(circumstances, index, share.disease);
                    site.first_of_bill = !settlement.has_settled(index);
                    self.settle_share(&mut site, &share, &mut progress, sink)?
                }
                (reason, _) => self.withhold(&share, reason, sink),
            };
            settlement.add(portion);
            // What exceeded a limit comes back as a further share, of another programme.
            let disease =
                if share.disease == Disease::NONE { self.bill.disease } else { share.disease };
            for (other, in_scope) in progress.draft.redirected.drain(..) {
                let programme = Some(other);
                queue.push(Share { programme, disease, in_scope, redirected: true, ..share });
            }
        }
        settlement.moves = progress.draft.moves;
        settlement.moves.retain(|change| change.by != Fen::ZERO);
        for (fund, amount) in Fund::ALL.iter().zip(settlement.funds) {
            if amount != Fen::ZERO {
                sink.step(|| Step { amount, ..Step::new(StepKind::Paid(*fund)) });
            }
        }
        self.pay_personal_part(denied, progress.own_first, &mut settlement, sink);
        Ok(settlement)
    }

    fn check_time(&self, year: &Year) -> Result<(), Refusal> {
        let service = self.bill.service;
        if service < self.policy.from || service > self.policy.to {
            return Err(Refusal::NoPolicy);
        }
        if self.policy.benefit_year.of(service) != year.benefit_year {
            return Err(Refusal::OtherBenefitYear);
        }
        Ok(())
    }

    /// A settlement of these amounts of which nothing is decided yet.
    fn blank(&self, year: &Year, amounts: Amounts, portions: usize) -> Settlement {
        Settlement {
            bill: self.bill.id,
            order: self.bill.order,
            service: self.bill.service,
            benefit_year: year.benefit_year,
            amounts,
            deductible: Fen::ZERO,
            funds: [Fen::ZERO; 3],
            account_current: Fen::ZERO,
            account_earlier: Fen::ZERO,
            family: Vec::new(),
            cash: Fen::ZERO,
            withheld: None,
            review: self.facts.admission == Admission::SameDay,
            portions: Vec::with_capacity(portions),
            moves: Vec::new(),
        }
    }

    fn settle_share<S: Sink>(
        &self,
        site: &mut Site<'_>,
        share: &Share,
        progress: &mut Progress<'_>,
        sink: &mut S,
    ) -> Result<Portion, Refusal> {
        self.trace_routed(share, sink);
        let Progress { draft, own_first } = progress;
        let paid: Paid = if site.programme.is_fixed_fee() && !share.redirected {
            portion::settle_fixed_fee(site, share.item, share.in_scope, draft, sink)?
        } else {
            let balance = |money| self.own_money(money).room(*own_first);
            portion::settle(site, share.in_scope, balance, draft, sink)?
        };
        *own_first += paid.own_first;
        let Paid { deductible, rate, funds, .. } = paid;
        Ok(Portion { deductible, rate, funds, ..Portion::unpaid(share, None) })
    }

    fn withhold<S: Sink>(
        &self,
        share: &Share,
        reason: Option<(Refusal, Cite)>,
        sink: &mut S,
    ) -> Portion {
        self.trace_routed(share, sink);
        let (refusal, cite) = reason.unwrap_or((Refusal::NoProgramme, Cite::NONE));
        sink.step(|| Step {
            programme: share.programme,
            amount: share.in_scope,
            cite,
            ..Step::new(StepKind::Withheld(refusal))
        });
        Portion::unpaid(share, Some(refusal))
    }

    fn own_money(&self, money: AccountMoney) -> Fen {
        match money {
            AccountMoney::CurrentYear => self.wallet.current.payable(),
            AccountMoney::All => self.wallet.current.payable() + self.wallet.earlier.payable(),
        }
    }

    pub(crate) fn programme(&self, index: u16) -> &'a Programme {
        &self.policy.programmes[usize::from(index)]
    }

    /// Where a portion of the bill stands.
    pub(crate) fn site(
        &self,
        mut circumstances: Circumstances,
        index: u16,
        disease: Disease,
    ) -> Site<'a> {
        let (policy, bill) = (self.policy, self.bill);
        circumstances.set(Dim::Disease, disease.0);
        let visit = if bill.visit == 0 { bill.id.0 } else { u128::from(bill.visit) };
        let highest = policy.plan_change == PlanChange::Highest;
        Site {
            policy,
            index,
            programme: self.programme(index),
            circumstances,
            occasion: Occasion { day: bill.service, institution: bill.institution, visit },
            plans_held: if highest { self.facts.plans_held } else { 0 },
            first_of_bill: true,
        }
    }

    /// The raw value of every dimension for this bill.
    pub(crate) fn circumstances(&self) -> Circumstances {
        let (facts, bill) = (self.facts, self.bill);
        let known = |value: Option<i32>| value.map_or(Circumstances::UNKNOWN, clamped);
        Circumstances([
            facts.status as u8,
            facts.plan.0,
            facts.cohort.0,
            known(facts.born.map(|born| bill.service.age_of(born))),
            self.settlement_level() as u8,
            bill.venue as u8,
            bill.place as u8,
            bill.channel as u8,
            u8::from(facts.chosen),
            u8::from(facts.contract),
            known(facts.enrolled_on.map(|start| bill.service.months_since(start))),
            1,
            bill.disease.0,
        ])
    }

    /// The level whose rows apply: at a pharmacy, that of the policy's choice.
    fn settlement_level(&self) -> Level {
        match (self.bill.venue, self.policy.pharmacy.level, self.bill.prescription) {
            (Venue::Pharmacy, PharmacyLevel::Fixed(level), _) => level,
            (Venue::Pharmacy, PharmacyLevel::Prescriber, Some(prescription)) => prescription.level,
            _ => self.bill.level,
        }
    }

    fn trace_decomposition<S: Sink>(&self, amounts: &Amounts, sink: &mut S) {
        for (kind, amount) in [
            (StepKind::FullSelfPay, amounts.full_self_pay),
            (StepKind::OverCeiling, amounts.over_ceiling),
            (StepKind::FirstPay, amounts.first_pay),
        ] {
            if amount != Fen::ZERO {
                let (from, cite) = (amounts.total, self.policy.scope);
                sink.step(|| Step { from, amount, cite, ..Step::new(kind) });
            }
        }
    }

    fn trace_routed<S: Sink>(&self, share: &Share, sink: &mut S) {
        sink.step(|| Step {
            programme: share.programme,
            amount: share.in_scope,
            cite: share.programme.map_or(Cite::NONE, |index| self.programme(index).cite),
            ..Step::new(StepKind::Routed)
        });
    }
}

impl Portion {
    fn unpaid(share: &Share, withheld: Option<Refusal>) -> Portion {
        Portion {
            programme: share.programme,
            disease: share.disease,
            in_scope: share.in_scope,
            deductible: Fen::ZERO,
            rate: Rate::ZERO,
            funds: [Fen::ZERO; 3],
            withheld,
        }
    }
}

impl Settlement {
    /// True if a portion of the programme was settled and not withheld.
    fn has_settled(&self, programme: u16) -> bool {
        let same =
            |portion: &Portion| portion.programme == Some(programme) && portion.withheld.is_none();
        self.portions.iter().any(same)
    }

    fn add(&mut self, portion: Portion) {
        self.withheld = self.withheld.or(portion.withheld);
        self.deductible += portion.deductible;
        for (sum, amount) in self.funds.iter_mut().zip(portion.funds) {
            *sum += amount;
        }
        self.portions.push(portion);
    }
}
