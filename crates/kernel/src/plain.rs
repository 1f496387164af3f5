//! The common shape of a programme, with everything looked up before the first claim: one deductible and payment
//! limits that count over the whole year, one open band, and nothing else.
//!
//! What is decided, and in which order, is [`crate::portion`]'s to say; the test below holds this to it, claim by
//! claim. Whatever goes further than this shape is left to it as well.

use crate::facts::{Circumstances, Dim, Fund};
use crate::fold::{Claim, ClaimPaid};
use crate::money::{Fen, Rate, Rounding};
use crate::policy::{Above, AccumulatorId, Axis, DeductibleBasis, Policy, Programme};
use crate::year::{Cell, Year};
use core::array;

/// More axes, or more limits on the programme's own fund, are not plain.
const MOST_AXES: usize = 4;
const MOST_LIMITS: usize = 3;

/// Stands in for the axes that a table does not have.
static NO_SHARE: [u32; 256] = [0; 256];

/// A programme of this shape.
pub(crate) struct Plain<'a> {
    axes: [(Dim, &'a [u32; 256]); MOST_AXES],
    cells: usize,
    rounding: Rounding,
    fund: Fund,
    deductible: &'a [Fen],
    met: Cell,
    met_by_spending: bool,
    rates: &'a [Rate],
    limits: [Limited<'a>; MOST_LIMITS],
    limited: usize,
}

/// A limit on what the programme's own fund pays.
#[derive(Clone, Copy)]
struct Limited<'a> {
    amount: &'a [Fen],
    used: Cell,
    /// What it cuts off does not stay with the patient.
    sends_on: bool,
}

impl<'a> Plain<'a> {
    /// The programme, if it has this shape.
    pub(crate) fn of(policy: &'a Policy, programme: &'a Programme) -> Option<Plain<'a>> {
        let cells = programme.axes.cells;
        let whole_year =
            |id: AccumulatorId| policy.accumulators.get(usize::from(id.0))?.whole_year();
        let deductible = programme.deductible.as_ref().filter(|rule| rule.ceiling.is_none())?;
        let bands = &programme.bands;
        let more = programme.visits.is_some()
            || programme.own_account_first.is_some()
            || programme.unlimited_payment.is_some()
            || programme.covered.is_some()
            || !programme.spending_limits.is_empty()
            || bands.position.is_some()
            || bands.upto.len() != 1
            || programme.axes.axes.len() > MOST_AXES;
        if more {
            return None;
        }
        let mut axes = [(Dim::Status, &NO_SHARE); MOST_AXES];
        for (slot, axis) in axes.iter_mut().zip(&programme.axes.axes) {
            *slot = (axis.dim, &axis.share);
        }
        let met = whole_year(deductible.accumulator)?;
        let mut limits = [Limited { amount: &[], used: met, sends_on: false }; MOST_LIMITS];
        let mut limited = 0;
        for limit in &programme.payment_limits {
            let rule = &policy.limits[usize::from(limit.limit)];
            // Nothing uses up the limits of other funds as long as no excess is sent to them.
            if !rule.covers(programme.fund) {
                continue;
            }
            let used = whole_year(rule.accumulator)?;
            let alone = used != met && limits[..limited].iter().all(|other| other.used != used);
            if !alone || limited == MOST_LIMITS {
                return None;
            }
            let sends_on = rule.above != Above::Patient;
            limits[limited] = Limited { amount: limit.amount.get(..cells)?, used, sends_on };
            limited += 1;
        }
        Some(Plain {
            axes,
            cells,
            rounding: policy.rounding,
            fund: programme.fund,
            deductible: deductible.amount.get(..cells)?,
            met,
            met_by_spending: deductible.basis == DeductibleBasis::Spending,
            rates: bands.rates.get(..cells)?,
            limits,
            limited,
        })
    }

    /// Settles claims in order and returns how many. The one after them, if any, takes more than this: its excess
    /// over a limit is sent on, or the tables do not know its circumstances.
    #[inline]
    pub(crate) fn fold(
        &self,
        claims: &[Claim],
        year: &mut Year,
        paid: &mut impl FnMut(&Claim, ClaimPaid),
    ) -> usize {
        match self.limited {
            0 => self.fold_limited::<0>(claims, year, paid),
            1 => self.fold_limited::<1>(claims, year, paid),
            2 => self.fold_limited::<2>(claims, year, paid),
            _ => self.fold_limited::<MOST_LIMITS>(claims, year, paid),
        }
    }

    /// The number of limits is known to the compiler, so accumulators stay in registers from claim to claim.
    fn fold_limited<const LIMITS: usize>(
        &self,
        claims: &[Claim],
        year: &mut Year,
        paid: &mut impl FnMut(&Claim, ClaimPaid),
    ) -> usize {
        let limits: [Limited<'_>; LIMITS] = array::from_fn(|limit| self.limits[limit]);
        let met_before = year.get(self.met);
        let used_before = limits.map(|limit| year.get(limit.used));
        let (mut met, mut used) = (met_before, used_before);
        let mut settled = 0;
        for claim in claims {
            let Some(cell) = self.cell(&claim.circumstances) else { break };
            let spending = claim.in_scope;
            let due = spending.min(self.deductible[cell].room(met));
            let mut payment = self.rates[cell].of(spending - due, self.rounding);
            let mut sent_on = false;
            for (limit, used) in limits.iter().zip(used) {
                let kept = payment.min(limit.amount[cell].room(used));
                sent_on |= limit.sends_on && kept < payment;
                payment = kept;
            }
            if sent_on {
                break;
            }
            met += if self.met_by_spending { spending } else { due };
            for used in &mut used {
                *used += payment;
            }
            settled += 1;
            let mut funds = [Fen::ZERO; 3];
            funds[self.fund as usize] = payment;
            paid(claim, ClaimPaid { deductible: due, funds });
        }
        year.add(self.met, met - met_before);
        for ((limit, used), before) in limits.iter().zip(used).zip(used_before) {
            year.add(limit.used, used - before);
        }
        settled
    }

    /// The cell of these circumstances; a value that no row speaks of is beyond every cell.
    #[inline]
    fn cell(&self, circumstances: &Circumstances) -> Option<usize> {
        const { assert!(Axis::INVALID == u32::MAX) };
        let shares =
            self.axes.map(|(dim, share)| u64::from(share[usize::from(circumstances.get(dim))]));
        let cell = usize::try_from(shares.into_iter().sum::<u64>()).ok()?;
        (cell < self.cells).then_some(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountPays, AccountRules};
    use crate::assessment::{AssessmentRules, ReviewRules};
    use crate::date::{BenefitYear, Date};
    use crate::entitlement::EntitlementRules;
    use crate::fold::fold_claims_by;
    use crate::payment::{PaymentMethod, PaymentRules};
    use crate::policy::{
        AccountMoney, Accumulator, Axes, BandBasis, Bands, Cite, ClassChange, Deadline, Deductible,
        Limit, LimitBasis, LimitUse, OffsiteRules, Per, Period, PharmacyRules, PlanChange,
        RefundModel, Term,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// Two statuses by three levels.
    const CELLS: usize = 6;

    /// What a case draws of a limit: funds, where the excess goes, amounts.
    type DrawnLimit = (u8, Above, Vec<i64>);

    fn limit() -> impl Strategy<Value = DrawnLimit> {
        let rate = prop_oneof![Just(None), (1_000..=10_000).prop_map(|rate| Some(Rate::new(rate)))];
        let payer = (rate, 0..2_u16).prop_map(|(share, limit)| Above::Payer {
            fund: Fund::LargeAmount,
            share,
            limit: Some(limit),
            cite: Cite::NONE,
        });
        let above =
            prop_oneof![3 => Just(Above::Patient), 2 => payer, 1 => Just(Above::Programme(1))];
        (0..8_u8, above, vec(0..60_000_i64, CELLS))
    }

    fn accumulator(name: &str, base: u16) -> Accumulator {
        let (period, per) = (Period::BenefitYear, Per::None);
        Accumulator { name: name.into(), counts: false, period, per, base: base.into() }
    }

    fn axis(dim: Dim, stride: u32, values: u8) -> Axis {
        let mut share = Box::new([Axis::INVALID; 256]);
        for value in 0..values {
            share[usize::from(value)] = u32::from(value) * stride;
        }
        Axis { dim, share, samples: Vec::new(), steps: Vec::new() }
    }

    fn programme(basis: DeductibleBasis, deductible: &[i64], rates: Vec<i32>) -> Programme {
        let fen = |amounts: &[i64]| amounts.iter().map(|amount| Fen::new(*amount)).collect();
        Programme {
            term: Term::default(),
            cite: Cite::NONE,
            routes: Vec::new(),
            filing_required: false,
            chronic_filing: false,
            blocked_during_admission: None,
            requires_chosen: None,
            requires_contract: None,
            requires_dual_channel: None,
            fund: Fund::Pool,
            by_disease: false,
            axes: Axes {
                axes: vec![axis(Dim::Status, 1, 2), axis(Dim::Level, 2, 3)],
                cells: CELLS,
            },
            deductible: Some(Deductible {
                accumulator: AccumulatorId(0),
                basis,
                amount: fen(deductible),
                cite: vec![Cite::NONE; CELLS],
                ceiling: None,
            }),
            own_account_first: None,
            bands: Bands {
                basis: BandBasis::Spending,
                position: None,
                upto: vec![Fen::UNLIMITED],
                rates: rates.into_iter().map(Rate::new).collect(),
                cites: vec![Cite::NONE; CELLS],
                cite: Cite::NONE,
            },
            spending_limits: Vec::new(),
            payment_limits: Vec::new(),
            fixed_fees: Vec::new(),
            visits: None,
            unlimited_payment: None,
            covered: None,
        }
    }

    fn policy(rounding: Rounding, mut programme: Programme, drawn: Vec<DrawnLimit>) -> Policy {
        let mut accumulators = vec![accumulator("deductible", 0)];
        let mut limits = Vec::new();
        for (index, (funds, above, amount)) in (0..).zip(drawn) {
            accumulators.push(accumulator("limit", index + 1));
            limits.push(Limit {
                term: Term::default(),
                basis: LimitBasis::Payment,
                accumulator: AccumulatorId(index + 1),
                funds,
                above,
                external: false,
            });
            programme.payment_limits.push(LimitUse {
                limit: index,
                amount: amount.into_iter().map(Fen::new).collect(),
                cite: vec![Cite::NONE; CELLS],
            });
        }
        Policy {
            from: Date::MIN,
            to: Date::MAX,
            version: "".into(),
            documents: Vec::new(),
            benefit_year: BenefitYear::CALENDAR,
            rounding,
            class_change: ClassChange::SameDay,
            plan_change: PlanChange::Current,
            refund: RefundModel::Exact,
            scope: Cite::NONE,
            programmes: vec![programme],
            limits,
            pharmacy: PharmacyRules::default(),
            offsite: OffsiteRules {
                covered: 0,
                deadline: Deadline::None,
                late_is_paid: false,
                place_of_care_catalogue: 0,
                documents: Vec::new(),
                cite: Cite::NONE,
                deadline_cite: Cite::NONE,
            },
            account: AccountRules {
                credit: None,
                order: Vec::new(),
                pays: AccountPays::AllPersonal,
                frozen_when_suspended: false,
                relations: Vec::new(),
                purposes: Vec::new(),
                deny: Vec::new(),
                closures: Vec::new(),
                interest: None,
                cite: Cite::NONE,
            },
            entitlement: EntitlementRules {
                stop_month_after: false,
                grace_months: 0,
                declare_ahead: 0,
                resume_month_after: false,
                gap_within_grace: false,
                gap_beyond_grace: false,
                waiting: Vec::new(),
                cite: Cite::NONE,
            },
            payment: PaymentRules {
                method: PaymentMethod::MonthlyActual,
                annual_budget: false,
                overspend_share: Rate::ZERO,
                underspend_share: Rate::ZERO,
                deposit: Rate::ZERO,
                capitation: crate::payment::Capitation::default(),
                cite: Cite::NONE,
            },
            reserve: None,
            sign_up: crate::signup::SignUpRules::default(),
            supervision: Vec::new(),
            review: ReviewRules::default(),
            assessment: AssessmentRules::default(),
            rules: Vec::new(),
            citations: vec![Box::new([])],
            accumulators: accumulators.into(),
            vocabulary: Arc::default(),
        }
    }

    /// A claim of a status and level; the last level is in no table.
    fn claim((status, level, in_scope): (u8, u8, i64)) -> Claim {
        let mut circumstances = Circumstances([0; Dim::COUNT]);
        circumstances.set(Dim::Status, status);
        circumstances.set(Dim::Level, level);
        Claim { circumstances, day: Date::MIN, in_scope: Fen::new(in_scope) }
    }

    /// Status, a level that is seldom unknown, spending.
    fn claims() -> impl Strategy<Value = Vec<Claim>> {
        let level = prop_oneof![60 => 0..3_u8, 1 => Just(3)];
        vec((0..2_u8, level, 0..40_000_i64).prop_map(claim), 0..40)
    }

    proptest! {
        #[test]
        fn a_plain_programme_is_folded_as_any_other(
            rounding in prop_oneof![
                Just(Rounding::HalfUp), Just(Rounding::HalfEven), Just(Rounding::Down)
            ],
            basis in prop_oneof![Just(DeductibleBasis::Paid), Just(DeductibleBasis::Spending)],
            deductible in vec(0..50_000_i64, CELLS),
            rates in vec(0..=10_000_i32, CELLS),
            limits in vec(limit(), 2..4),
            imported in 0..50_000_i64,
            claims in claims(),
        ) {
            let policy = policy(rounding, programme(basis, &deductible, rates), limits);
            let plain = Plain::of(&policy, &policy.programmes[0]).expect("a plain programme");
            let fold = |plain: Option<&Plain<'_>>| {
                let mut year = Year::new(2024, &policy.accumulators);
                year.add(Cell::Dense(1), Fen::new(imported));
                let mut paid = Vec::new();
                let folded = fold_claims_by(&policy, 0, plain, &claims, &mut year, |_, claim| {
                    paid.push(claim);
                });
                (folded, paid, year)
            };
            prop_assert_eq!(fold(Some(&plain)), fold(None));
        }
    }

    #[test]
    fn what_goes_further_is_not_plain() {
        let as_drawn = || programme(DeductibleBasis::Paid, &[0; CELLS], vec![5_000; CELLS]);
        let is_plain = |change: fn(&mut Programme)| {
            let mut programme = as_drawn();
            change(&mut programme);
            let policy = policy(Rounding::HalfUp, programme, Vec::new());
            Plain::of(&policy, &policy.programmes[0]).is_some()
        };
        let further: [fn(&mut Programme); 7] = [
            |programme| programme.deductible = None,
            |programme| programme.visits = Some(AccumulatorId(0)),
            |programme| programme.own_account_first = Some((AccountMoney::All, Cite::NONE)),
            |programme| programme.unlimited_payment = Some(AccumulatorId(0)),
            |programme| programme.covered = Some(AccumulatorId(0)),
            |programme| programme.bands.position = Some(AccumulatorId(0)),
            |programme| programme.bands.upto.push(Fen::UNLIMITED),
        ];
        assert!(is_plain(|_| ()));
        assert!(!further.into_iter().any(is_plain));
    }
}
