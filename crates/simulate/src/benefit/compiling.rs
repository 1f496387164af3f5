//! From the tables of a policy to the portions of one profile.

use super::terms::Terms;
use super::{Benefit, Benefits, Charge, Excess, Limited, Portion};
use crate::ledger::Place;
use kernel::policy::{
    Above, AccumulatorId, Axes, BandBasis, Ceiling, Deductible, DeductibleBasis, LimitBasis,
    LimitUse, PlanChange, Policy, Programme,
};
use kernel::{Bill, Circumstances, Dim, Disease, Facts, Fen, Item, standing_sent_on};

/// The tables depend on something that the profile does not say.
const UNKNOWN: u32 = u32::MAX;

/// All that a portion depends on.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Apart {
    /// First day of the policy.
    from: i32,
    programme: u16,
    /// Of its tables, at the first visit; `None`: something is not known.
    cell: Option<usize>,
    level: u8,
    disease: u8,
    item: u16,
    plans_held: u32,
    /// What excess over its limits enters.
    next: Box<[u32]>,
}

/// Compiles the portions of one profile.
pub(crate) struct Compiling<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) facts: &'a Facts,
    pub(crate) bill: &'a Bill,
    pub(crate) into: &'a mut Benefits,
    /// Portions that excess enters, by programme and disease.
    pub(crate) sent_on: Vec<(u16, Disease, u32)>,
}

impl<'a> Compiling<'a> {
    /// The portion of spending that a programme takes under these circumstances.
    pub(crate) fn portion(
        &mut self,
        index: u16,
        mut circumstances: Circumstances,
        item: Item,
    ) -> u32 {
        let policy = self.policy;
        let Some(programme) = policy.programmes.get(usize::from(index)) else {
            return Portion::NOTHING;
        };
        let fixed = programme.is_fixed_fee();
        let known = programme.axes.cell(&circumstances).is_ok();
        if fixed && known && !programme.fixed_fees.iter().any(|fee| fee.item == item) {
            return Portion::NOTHING;
        }
        let apart = Apart {
            from: policy.from.days(),
            programme: index,
            cell: programme.axes.cell(&circumstances).ok(),
            level: circumstances.get(Dim::Level),
            disease: circumstances.get(Dim::Disease),
            item: if fixed { item.0 } else { 0 },
            plans_held: match policy.plan_change {
                PlanChange::Highest => self.facts.plans_held,
                PlanChange::Current => 0,
            },
            next: self.next(programme, &circumstances),
        };
        if let Some(portion) = self.into.known.get(&apart) {
            return *portion;
        }
        let counted = programme.visits.filter(|_| !fixed);
        let visits = counted.and_then(|id| self.place(id, &circumstances));
        let axis = programme.axes.axes.iter().find(|axis| axis.dim == Dim::Visit);
        let mut steps: Vec<(u32, u32)> = Vec::new();
        let numbers = if visits.is_some() { 0..=Circumstances::UNKNOWN - 1 } else { 1..=1 };
        let mut benefits = Vec::new();
        for number in numbers {
            let step = axis.map_or(0, |axis| axis.share[usize::from(number)]);
            let found = steps.iter().find(|(known, _)| *known == step);
            let benefit = if let Some((_, benefit)) = found {
                *benefit
            } else {
                circumstances.set(Dim::Visit, number);
                let made = self.benefit(programme, &circumstances, item);
                let made = made.map_or(UNKNOWN, |benefit| pushed(&mut self.into.benefits, benefit));
                steps.push((step, made));
                made
            };
            benefits.push(benefit);
        }
        let key = (index, apart.disease, apart.item);
        let portion = Portion { key, visits, benefits: benefits.into() };
        let portion = pushed(&mut self.into.portions, portion);
        self.into.known.insert(apart, portion);
        portion
    }

    /// The portions that excess over the limits of a programme enters.
    fn next(&mut self, programme: &Programme, circumstances: &Circumstances) -> Box<[u32]> {
        let limits = programme.payment_limits.iter();
        let rules = limits.filter_map(|used| self.policy.limits.get(usize::from(used.limit)));
        let own = rules.filter(|rule| rule.covers(programme.fund));
        let programmes = own.filter_map(|rule| match rule.above {
            Above::Programme(next) => Some(next),
            Above::Patient | Above::Payer { .. } => None,
        });
        let programmes: Vec<u16> = programmes.collect();
        programmes.into_iter().map(|next| self.sent_on(next, circumstances)).collect()
    }

    /// `None`: something that the tables depend on is not known.
    fn benefit(
        &mut self,
        programme: &Programme,
        circumstances: &Circumstances,
        item: Item,
    ) -> Option<Benefit> {
        let terms = Terms::of(programme, circumstances)?;
        let ceiling = match terms.ceiling() {
            Some(rule) => Some(self.ceiling(&terms, rule)?),
            None => None,
        };
        let deductible = match terms.deductible {
            Some(rule) => Some(self.charge(&terms, rule)?),
            None => None,
        };
        let mut place = |id: Option<AccumulatorId>| id.and_then(|id| self.place(id, circumstances));
        let (position, covered) = (place(terms.bands.position), place(terms.covered));
        let spending_limits = self.limits(&terms, terms.spending_limits)?;
        let payment_limits = self.limits(&terms, terms.payment_limits)?;
        Some(Benefit {
            sends_on: payment_limits.iter().any(Limited::leads_on),
            spending_limits,
            payment_limits,
            fund: terms.fund,
            rounding: self.policy.rounding,
            fixed: terms.fixed_fee(item),
            own_first: terms.own_first,
            deductible,
            ceiling,
            bands: terms.bands(),
            by_payment: terms.bands.basis == BandBasis::Payment,
            position,
            covered,
        })
    }

    fn charge(&mut self, terms: &Terms<'_>, rule: &Deductible) -> Option<Charge> {
        Some(Charge {
            amount: *rule.amount.get(terms.cell)?,
            met: self.place(rule.accumulator, terms.circumstances)?,
            by_spending: rule.basis == DeductibleBasis::Spending,
        })
    }

    /// The most that deductibles take together, and where they accumulate.
    fn ceiling(&mut self, terms: &Terms<'_>, rule: &Ceiling) -> Option<(Fen, Place)> {
        Some((*rule.amount.get(terms.cell)?, self.place(rule.accumulator, terms.circumstances)?))
    }

    fn limits(&mut self, terms: &Terms<'_>, uses: &[LimitUse]) -> Option<Box<[Limited]>> {
        uses.iter().map(|used| self.limit(terms, used)).collect()
    }

    fn limit(&mut self, terms: &Terms<'_>, used: &LimitUse) -> Option<Limited> {
        let rule = self.policy.limits.get(usize::from(used.limit))?;
        let above = match rule.above {
            Above::Patient => Excess::Patient,
            Above::Payer { fund, share, .. } => Excess::Payer { fund, share },
            Above::Programme(_) if !rule.covers(terms.fund) => Excess::Patient,
            Above::Programme(next) => Excess::Portion(self.sent_on(next, terms.circumstances)),
        };
        let (policy, facts) = (self.policy, self.facts);
        Some(Limited {
            amount: limit_amount(policy, facts, terms.axes, used, terms.circumstances, terms.cell)?,
            used: self.place(rule.accumulator, terms.circumstances)?,
            funds: rule.funds,
            own: rule.covers(terms.fund),
            in_scope: rule.basis == LimitBasis::InScope,
            above,
        })
    }

    /// The portion that excess enters.
    fn sent_on(&mut self, next: u16, circumstances: &Circumstances) -> u32 {
        let disease = match Disease(circumstances.get(Dim::Disease)) {
            Disease::NONE => self.bill.disease,
            disease => disease,
        };
        let known = self.sent_on.iter().find(|known| (known.0, known.1) == (next, disease));
        if let Some((.., portion)) = known {
            return *portion;
        }
        let standing = standing_sent_on(self.policy, self.facts, self.bill, next, disease);
        let portion = match standing.withheld {
            Some(_) => Portion::NOTHING,
            None => self.portion(next, standing.circumstances, Item::default()),
        };
        self.sent_on.push((next, disease, portion));
        portion
    }

    fn place(&mut self, id: AccumulatorId, circumstances: &Circumstances) -> Option<Place> {
        self.into.places.of(&self.policy.accumulators, id, circumstances)
    }
}

/// The amount of a limit; of the plans held in the year the best one, where the policy says so.
pub(crate) fn limit_amount(
    policy: &Policy,
    facts: &Facts,
    axes: &Axes,
    limit: &LimitUse,
    circumstances: &Circumstances,
    cell: usize,
) -> Option<Fen> {
    let mut best = *limit.amount.get(cell)?;
    if policy.plan_change == PlanChange::Highest {
        for plan in (0..32_u8).filter(|plan| facts.plans_held >> plan & 1 == 1) {
            let mut other = *circumstances;
            other.set(Dim::Plan, plan);
            if let Ok(cell) = axes.cell(&other) {
                best = best.max(*limit.amount.get(cell)?);
            }
        }
    }
    Some(best)
}

fn pushed<T>(list: &mut Vec<T>, value: T) -> u32 {
    list.push(value);
    u32::try_from(list.len() - 1).unwrap_or(UNKNOWN)
}
