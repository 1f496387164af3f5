//! Adjudicates one bill: decide everything first, as a value; posting it needs no thought.
//!
//! Order: checks of the bill, reasons that withhold every benefit, decomposition and routing of the fee lines, each
//! programme's portion, then who pays the personal part.

use crate::account::{AccountPays, AccountSource};
use crate::bill::{AccountUse, Amounts, Bill, BillId, Content, Flags, OrderKey};
use crate::date::Date;
use crate::facts::{
    Admission, Channel, Circumstances, Dim, Disease, Entitlement, Facts, Fund, Item, Level, Place,
    Venue, Wallet, clamped,
};
use crate::money::{Fen, Rate};
use crate::policy::{
    AccountMoney, Cite, OffsiteRules, PharmacyLevel, PlanChange, Policy, Programme,
};
use crate::portion::{self, Paid, Site};
use crate::refusal::Refusal;
use crate::trace::{Sink, Step, StepKind, Trace, Untraced};
use crate::year::{Accumulate, Draft, Move, Occasion, Year};

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
    decide(policy, facts, year, wallet, bill, &mut Untraced)
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
    let settlement = decide(policy, facts, year, wallet, bill, &mut trace)?;
    Ok((settlement, trace))
}

fn decide<S: Sink>(
    policy: &Policy,
    facts: &Facts,
    year: &Year,
    wallet: &Wallet,
    bill: &Bill,
    sink: &mut S,
) -> Result<Settlement, Refusal> {
    if bill.service < policy.from || bill.service > policy.to {
        return Err(Refusal::NoPolicy);
    }
    if policy.benefit_year.of(bill.service) != year.benefit_year {
        return Err(Refusal::OtherBenefitYear);
    }
    let mut settlement = Settlement {
        bill: bill.id,
        order: bill.order,
        service: bill.service,
        benefit_year: year.benefit_year,
        amounts: Amounts::default(),
        deductible: Fen::ZERO,
        funds: [Fen::ZERO; 3],
        account_current: Fen::ZERO,
        account_earlier: Fen::ZERO,
        family: Vec::new(),
        cash: Fen::ZERO,
        withheld: None,
        review: facts.admission == Admission::SameDay,
        portions: Vec::new(),
        moves: Vec::new(),
    };
    let (shares, denied) = decompose_and_route(policy, facts, bill, &mut settlement.amounts)?;
    trace_decomposition(policy.scope, &settlement.amounts, sink);

    let withheld = withheld_from_bill(policy, facts, bill);
    let mut draft = Draft { year, moves: Vec::with_capacity(8), redirected: Vec::new() };
    let mut own_first = Fen::ZERO;
    let base = circumstances(policy, facts, bill);
    settlement.portions.reserve_exact(shares.len());
    let mut queue = shares;
    let mut next = 0;
    while next < queue.len() {
        let share = queue[next];
        next += 1;
        let entitled = withheld.or_else(|| withheld_from_programme(policy, facts, share.programme));
        let mut portion = Portion {
            programme: share.programme,
            disease: share.disease,
            in_scope: share.in_scope,
            deductible: Fen::ZERO,
            rate: Rate::ZERO,
            funds: [Fen::ZERO; 3],
            withheld: entitled.map(|(refusal, _)| refusal),
        };
        sink.step(|| Step {
            programme: share.programme,
            amount: share.in_scope,
            cite: share
                .programme
                .map_or(Cite::NONE, |index| policy.programmes[usize::from(index)].cite),
            ..Step::new(StepKind::Routed)
        });
        if let Some((refusal, cite)) = entitled {
            settlement.withheld = settlement.withheld.or(Some(refusal));
            sink.step(|| Step {
                programme: share.programme,
                amount: share.in_scope,
                cite,
                ..Step::new(StepKind::Withheld(refusal))
            });
        } else if let Some(index) = share.programme {
            let mut site = site(policy, facts, bill, base, index, share.disease);
            let same =
                |earlier: &Portion| earlier.programme == Some(index) && earlier.withheld.is_none();
            site.first_of_bill = !settlement.portions.iter().any(same);
            let money = |which| own_money(wallet, which).room(own_first);
            let paid = settle_share(&mut site, &share, money, &mut draft, sink)?;
            own_first += paid.own_first;
            portion.deductible = paid.deductible;
            portion.rate = paid.rate;
            portion.funds = paid.funds;
            settlement.deductible += paid.deductible;
            for (sum, amount) in settlement.funds.iter_mut().zip(paid.funds) {
                *sum += amount;
            }
            let disease = if share.disease == Disease::NONE { bill.disease } else { share.disease };
            for (other, in_scope) in draft.redirected.drain(..) {
                let programme = Some(other);
                queue.push(Share { programme, disease, in_scope, redirected: true, ..share });
            }
        }
        settlement.portions.push(portion);
    }
    settlement.moves = draft.moves;
    settlement.moves.retain(|change| change.by != Fen::ZERO);
    pay_personal_part(policy, facts, wallet, bill, denied, own_first, &mut settlement, sink);
    Ok(settlement)
}

/// In-scope spending on its way to one programme.
#[derive(Clone, Copy)]
struct Share {
    programme: Option<u16>,
    disease: Disease,
    item: Item,
    in_scope: Fen,
    redirected: bool,
}

fn settle_share<A: Accumulate, S: Sink>(
    site: &mut Site<'_>,
    share: &Share,
    own_balance: impl FnOnce(AccountMoney) -> Fen,
    year: &mut A,
    sink: &mut S,
) -> Result<Paid, Refusal> {
    if site.programme.is_fixed_fee() && !share.redirected {
        portion::settle_fixed_fee(site, share.item, share.in_scope, year, sink)
    } else {
        portion::settle(site, share.in_scope, own_balance, year, sink)
    }
}

fn own_money(wallet: &Wallet, money: AccountMoney) -> Fen {
    match money {
        AccountMoney::CurrentYear => wallet.current,
        AccountMoney::All => wallet.current + wallet.earlier,
    }
}

pub(crate) fn site<'a>(
    policy: &'a Policy,
    facts: &Facts,
    bill: &Bill,
    mut circumstances: Circumstances,
    index: u16,
    disease: Disease,
) -> Site<'a> {
    circumstances.set(Dim::Disease, disease.0);
    let visit = if bill.visit == 0 { bill.id.0 } else { u128::from(bill.visit) };
    Site {
        policy,
        index,
        programme: &policy.programmes[usize::from(index)],
        circumstances,
        occasion: Occasion { day: bill.service, institution: bill.institution, visit },
        plans_held: if policy.plan_change == PlanChange::Highest { facts.plans_held } else { 0 },
        first_of_bill: true,
    }
}

/// The raw value of every dimension for this bill.
pub(crate) fn circumstances(policy: &Policy, facts: &Facts, bill: &Bill) -> Circumstances {
    let known = |value: Option<i32>| value.map_or(Circumstances::UNKNOWN, clamped);
    Circumstances([
        facts.status as u8,
        facts.plan.0,
        facts.cohort.0,
        known(facts.born.map(|born| bill.service.age_of(born))),
        settlement_level(policy, bill) as u8,
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
fn settlement_level(policy: &Policy, bill: &Bill) -> Level {
    match (bill.venue, policy.pharmacy.level, bill.prescription) {
        (Venue::Pharmacy, PharmacyLevel::Fixed(level), _) => level,
        (Venue::Pharmacy, PharmacyLevel::Prescriber, Some(prescription)) => prescription.level,
        _ => bill.level,
    }
}

/// The first reason for which no programme pays anything for this bill, with its rule.
fn withheld_from_bill(policy: &Policy, facts: &Facts, bill: &Bill) -> Option<(Refusal, Cite)> {
    let entitlement = policy.entitlement.cite;
    let offsite = &policy.offsite;
    let pharmacy = &policy.pharmacy;
    let covered = bill.place == Place::Local && bill.channel == Channel::Direct
        || offsite.covered & OffsiteRules::bit(bill.place, bill.channel) != 0;
    let at_pharmacy = bill.venue == Venue::Pharmacy;
    let without = at_pharmacy && pharmacy.prescription_required && bill.prescription.is_none();
    let foreign =
        at_pharmacy && bill.prescription.is_some_and(|prescription| !prescription.designated);
    let late = bill.channel == Channel::Paper
        && bill.order.at.date() > offsite.deadline.last_day(bill.service);
    // In order of precedence.
    [
        (facts.entitlement == Entitlement::NotInsured, Refusal::NotInsured, entitlement),
        (facts.entitlement == Entitlement::Arrears, Refusal::InArrears, entitlement),
        (facts.entitlement == Entitlement::Waiting, Refusal::InWaiting, entitlement),
        (!bill.designated, Refusal::NotDesignated, offsite.cite),
        (!covered, Refusal::OffsiteNotCovered, offsite.cite),
        (late, Refusal::PaperTooLate, offsite.deadline_cite),
        (at_pharmacy && !pharmacy.covered, Refusal::PharmacyNotCovered, pharmacy.cite),
        (without, Refusal::PrescriptionMissing, pharmacy.cite),
        (foreign, Refusal::PrescriberNotDesignated, pharmacy.cite),
    ]
    .into_iter()
    .find_map(|(holds, refusal, cite)| holds.then_some((refusal, cite)))
}

/// The first reason for which this programme pays nothing, with its rule.
pub(crate) fn withheld_from_programme(
    policy: &Policy,
    facts: &Facts,
    programme: Option<u16>,
) -> Option<(Refusal, Cite)> {
    let Some(index) = programme else { return Some((Refusal::NoProgramme, Cite::NONE)) };
    let programme = &policy.programmes[usize::from(index)];
    match programme {
        Programme { blocked_during_admission: Some(cite), .. }
            if facts.admission == Admission::Inpatient =>
        {
            Some((Refusal::Inpatient, *cite))
        }
        Programme { requires_chosen: Some(cite), .. } if !facts.chosen => {
            Some((Refusal::NotChosen, *cite))
        }
        Programme { requires_contract: Some(cite), .. } if !facts.contract => {
            Some((Refusal::NoContract, *cite))
        }
        _ => None,
    }
}

/// Splits the bill, sums the parts into `amounts`, and gathers in-scope spending by programme in routing order.
/// Also the sum of lines that a personal account may not pay.
fn decompose_and_route(
    policy: &Policy,
    facts: &Facts,
    bill: &Bill,
    amounts: &mut Amounts,
) -> Result<(Vec<Share>, Fen), Refusal> {
    let mut shares: Vec<Share> = Vec::with_capacity(1);
    let mut denied = Fen::ZERO;
    let mut route = |flags, item, disease, in_scope: Fen| {
        let programme = route_line(policy, facts, bill, flags, item, disease);
        let rules = programme.map(|index| &policy.programmes[usize::from(index)]);
        let apart = rules.is_some_and(|rules| rules.by_disease);
        let share = Share {
            programme,
            disease: if apart { disease } else { Disease::NONE },
            item: if rules.is_some_and(Programme::is_fixed_fee) { item } else { Item::default() },
            in_scope,
            redirected: false,
        };
        let key = |share: &Share| (share.programme.unwrap_or(u16::MAX), share.disease, share.item);
        match shares.binary_search_by_key(&key(&share), key) {
            Ok(found) => shares[found].in_scope += in_scope,
            Err(place) => shares.insert(place, share),
        }
    };
    match &bill.content {
        Content::Amounts(header) => {
            header.check()?;
            *amounts = *header;
            if header.in_scope > Fen::ZERO {
                route(Flags::default(), Item::default(), bill.disease, header.in_scope);
            }
        }
        Content::Lines(lines) if lines.is_empty() => return Err(Refusal::NoLines),
        Content::Lines(lines) => {
            for line in lines {
                let mut parts = line.decompose(policy.rounding)?;
                if line.denied {
                    denied += parts.total;
                    parts = Amounts {
                        total: parts.total,
                        full_self_pay: parts.total,
                        ..Amounts::default()
                    };
                }
                amounts.add(parts);
                if amounts.total > Fen::MAX_AMOUNT {
                    return Err(Refusal::AmountTooLarge);
                }
                if parts.in_scope > Fen::ZERO {
                    let disease =
                        if line.disease == Disease::NONE { bill.disease } else { line.disease };
                    route(line.flags, line.item, disease, parts.in_scope);
                }
            }
        }
    }
    Ok((shares, denied))
}

/// The first programme in routing order that takes the line.
fn route_line(
    policy: &Policy,
    facts: &Facts,
    bill: &Bill,
    flags: Flags,
    item: Item,
    disease: Disease,
) -> Option<u16> {
    let takes = |programme: &Programme| {
        programme.routes.iter().any(|route| route.takes(bill.category, flags, item, disease))
            && (!programme.filing_required || facts.filings.contains(disease))
    };
    policy.programmes.iter().position(takes).and_then(|index| u16::try_from(index).ok())
}

fn trace_decomposition<S: Sink>(cite: Cite, amounts: &Amounts, sink: &mut S) {
    for (kind, amount) in [
        (StepKind::FullSelfPay, amounts.full_self_pay),
        (StepKind::OverCeiling, amounts.over_ceiling),
        (StepKind::FirstPay, amounts.first_pay),
    ] {
        if amount != Fen::ZERO {
            sink.step(|| Step { from: amounts.total, amount, cite, ..Step::new(kind) });
        }
    }
}

/// Own account, family accounts and cash, in the order the policy gives.
#[expect(
    clippy::too_many_arguments,
    reason = "the last stage of `decide`; it needs what the stages before found"
)]
fn pay_personal_part<S: Sink>(
    policy: &Policy,
    facts: &Facts,
    wallet: &Wallet,
    bill: &Bill,
    denied: Fen,
    own_first: Fen,
    settlement: &mut Settlement,
    sink: &mut S,
) {
    for (fund, amount) in Fund::ALL.iter().zip(settlement.funds) {
        if amount != Fen::ZERO {
            sink.step(|| Step { amount, ..Step::new(StepKind::Paid(*fund)) });
        }
    }
    let rules = &policy.account;
    let patient = settlement.patient();
    // What was paid before the deductible came from current-year money first.
    settlement.account_current = own_first.min(wallet.current);
    settlement.account_earlier = own_first - settlement.account_current;
    let scope = match rules.pays {
        AccountPays::AllPersonal => patient - denied,
        AccountPays::InScope => settlement.amounts.in_scope - settlement.fund_payment(),
    };
    let suspended = facts.entitlement != Entitlement::Entitled;
    let usable =
        bill.account_use != AccountUse::None && !(suspended && rules.frozen_when_suspended);
    let mut left = if usable { scope.room(own_first) } else { Fen::ZERO };
    for source in &rules.order {
        match source {
            AccountSource::OwnCurrent => {
                let amount = left.min(wallet.current.room(settlement.account_current));
                settlement.account_current += amount;
                left -= amount;
            }
            AccountSource::OwnEarlier => {
                let amount = left.min(wallet.earlier.room(settlement.account_earlier));
                settlement.account_earlier += amount;
                left -= amount;
            }
            AccountSource::Family if bill.account_use == AccountUse::Family => {
                for balance in &wallet.family {
                    if left == Fen::ZERO {
                        break;
                    }
                    let amount = left.min((*balance).max(Fen::ZERO));
                    settlement.family.push(amount);
                    left -= amount;
                }
            }
            AccountSource::Family => {}
        }
    }
    let family = settlement.family_payment();
    settlement.cash = patient - settlement.account_current - settlement.account_earlier - family;
    for (kind, amount) in [
        (StepKind::AccountCurrent, settlement.account_current),
        (StepKind::AccountEarlier, settlement.account_earlier),
        (StepKind::AccountFamily, family),
        (StepKind::Cash, settlement.cash),
    ] {
        if amount != Fen::ZERO {
            let cite = if kind == StepKind::Cash { Cite::NONE } else { rules.cite };
            sink.step(|| Step { from: patient, amount, cite, ..Step::new(kind) });
        }
    }
}

/// A refund by the `current` model (REV-CURRENT): a negative settlement with the original's treatment on the
/// accumulators as they stand now. Spending above the deductible is given back first, then the deductible, so that
/// what remains of the year is what the remaining spending would have earned. The person's part of the refund is
/// taken off cash first, then off the accounts in reverse order of payment.
///
/// Defined for programmes with one band, a deductible and limits over the benefit year; the policy checker holds
/// policies with this model to that.
#[must_use]
pub fn reverse_on_current(
    policy: &Policy,
    year: &Year,
    original: &Settlement,
    sites: &[(u16, Circumstances)],
    id: BillId,
    order: OrderKey,
) -> Settlement {
    let mut refund = original.reversed(id, order);
    refund.moves.clear();
    refund.funds = [Fen::ZERO; 3];
    refund.deductible = Fen::ZERO;
    let mut draft = Draft { year, moves: Vec::new(), redirected: Vec::new() };
    for (portion, (index, circumstances)) in refund.portions.iter_mut().zip(sites) {
        if portion.withheld.is_some() {
            continue;
        }
        let occasion = Occasion { day: original.service, institution: 0, visit: 0 };
        let programme = &policy.programmes[usize::from(*index)];
        let site = Site {
            policy,
            index: *index,
            programme,
            circumstances: *circumstances,
            occasion,
            plans_held: 0,
            first_of_bill: false,
        };
        let (deductible, payment) =
            portion::refund(&site, -portion.in_scope, portion.rate, &mut draft);
        portion.deductible = -deductible;
        portion.funds = [Fen::ZERO; 3];
        portion.funds[programme.fund as usize] = -payment;
        refund.deductible -= deductible;
        refund.funds[programme.fund as usize] -= payment;
    }
    refund.moves = draft.moves;
    refund.moves.retain(|change| change.by != Fen::ZERO);
    // The personal part follows the total.
    let mut owed = original.amounts.total + refund.fund_payment();
    let mut take = |paid: Fen| {
        let amount = owed.min(paid);
        owed -= amount;
        -amount
    };
    refund.cash = take(original.cash);
    refund.family = original.family.iter().rev().map(|paid| take(*paid)).collect();
    refund.family.reverse();
    refund.account_earlier = take(original.account_earlier);
    refund.account_current = take(original.account_current);
    refund.cash -= owed;
    refund
}
