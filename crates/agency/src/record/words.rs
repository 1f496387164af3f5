//! From the kernel's answer to what a record keeps: codes and articles instead of indices.

use super::{Decided, Decision, Inputs, PortionOut, Purse, TraceStep};
use crate::regions::{Version, Words};
use kernel::account::AccountSource;
use kernel::{Fen, Fund, Policy, Rounding, Settlement, Step, StepKind, Trace};
use std::sync::Arc;

impl Decided {
    /// The decision as a record keeps it.
    #[must_use]
    pub fn decision(&self, inputs: &Inputs, version: Version<'_>) -> Decision {
        let Version { law, policy, words } = version;
        let settlement = &self.settlement;
        let parts = settlement.amounts;
        let rate = settlement.portions.iter().find(|portion| portion.funds != [Fen::ZERO; 3]);
        Decision {
            total: parts.total.get(),
            full_self_pay: parts.full_self_pay.get(),
            over_ceiling: parts.over_ceiling.get(),
            first_pay: parts.first_pay.get(),
            in_scope: parts.in_scope.get(),
            deductible: settlement.deductible.get(),
            funds: settlement.funds.map(Fen::get),
            account_current: settlement.account_current.get(),
            account_earlier: settlement.account_earlier.get(),
            family: family(settlement, inputs, policy),
            cash: settlement.cash.get(),
            rate: rate.map_or(0, |portion| portion.rate.get()),
            room: room(&self.trace, policy),
            withheld: settlement.withheld.map(|refusal| Arc::from(refusal.code())),
            review: settlement.review,
            portions: portions(settlement, words),
            lines: inputs
                .lines
                .iter()
                .map(|line| line.read(law).map_or([0; 4], |line| parts_of(&line, policy.rounding)))
                .collect(),
        }
    }

    /// The trace as a record keeps it.
    #[must_use]
    pub fn steps(&self, words: &Words) -> Vec<TraceStep> {
        self.trace.steps.iter().map(|step| step_in_words(step, words)).collect()
    }
}

/// How a line splits: full self-pay, over ceiling, first pay, in scope.
pub(crate) fn parts_of(line: &kernel::FeeLine, rounding: Rounding) -> [i64; 4] {
    if line.denied {
        return [line.amount.get(), 0, 0, 0];
    }
    line.decompose(rounding).map_or([0; 4], |parts| {
        [parts.full_self_pay, parts.over_ceiling, parts.first_pay, parts.in_scope].map(Fen::get)
    })
}

/// Which money of a relative's account pays first: in the order in which the policy takes own money.
pub(super) fn earlier_first(policy: &Policy) -> bool {
    let mut own = policy.account.order.iter().filter(|source| **source != AccountSource::Family);
    own.next() == Some(&AccountSource::OwnEarlier)
}

fn family(settlement: &Settlement, inputs: &Inputs, policy: &Policy) -> Vec<Purse> {
    let paid = inputs.family.iter().zip(&settlement.family);
    let paid = paid.filter(|(_, amount)| **amount != Fen::ZERO);
    paid.map(|(purse, amount)| take(purse, amount.get(), earlier_first(policy))).collect()
}

/// Takes an amount out of a purse.
fn take(purse: &Purse, amount: i64, earlier_first: bool) -> Purse {
    let (current, earlier) = (purse.current.max(0), purse.earlier.max(0));
    let payer = purse.payer.clone();
    if earlier_first {
        let earlier = amount.min(earlier);
        Purse { payer, current: amount - earlier, earlier }
    } else {
        let current = amount.min(current);
        Purse { payer, current, earlier: amount - current }
    }
}

/// What each fund could have paid before, as far as the bill came up against a limit on it.
fn room(trace: &Trace, policy: &Policy) -> [Option<i64>; 3] {
    let mut room = [None; 3];
    let mut bound = |fund: Fund, amount: Fen| {
        let known: &mut Option<i64> = &mut room[fund as usize];
        *known = Some(known.map_or(amount.get(), |least| least.min(amount.get())));
    };
    for step in trace.steps.iter().filter(|step| step.table < Fen::UNLIMITED) {
        let left = step.table.room(step.before);
        match step.kind {
            StepKind::PaymentLimit(index) => {
                let Some(limit) = policy.limits.get(usize::from(index)) else { continue };
                let covered = Fund::ALL.iter().filter(|fund| limit.covers(**fund));
                covered.for_each(|fund| bound(*fund, left));
            }
            StepKind::OtherPayer(fund) => bound(fund, left),
            _ => {}
        }
    }
    room
}

fn portions(settlement: &Settlement, words: &Words) -> Vec<PortionOut> {
    let portions = settlement.portions.iter();
    portions
        .map(|portion| PortionOut {
            programme: portion.programme.map_or_else(empty, |index| words.programme(index)),
            in_scope: portion.in_scope.get(),
            deductible: portion.deductible.get(),
            rate: portion.rate.get(),
            funds: portion.funds.map(Fen::get),
            withheld: portion.withheld.map(|refusal| Arc::from(refusal.code())),
        })
        .collect()
}

fn step_in_words(step: &Step, words: &Words) -> TraceStep {
    let own = || step.programme.map_or_else(empty, |index| words.programme(index));
    let code = |code: &str| Arc::from(code);
    let (kind, of) = match step.kind {
        StepKind::FullSelfPay => ("full-self-pay", empty()),
        StepKind::OverCeiling => ("over-ceiling", empty()),
        StepKind::FirstPay => ("first-pay", empty()),
        StepKind::Routed => ("routed", own()),
        StepKind::Withheld(refusal) => ("withheld", code(refusal.code())),
        StepKind::OwnAccountFirst => ("own-account-first", own()),
        StepKind::Deductible => ("deductible", own()),
        StepKind::DeductibleCeiling => ("deductible-ceiling", own()),
        StepKind::SpendingLimit(limit) => ("spending-limit", words.limit(limit)),
        StepKind::Share(band) => ("share", Arc::from((band + 1).to_string())),
        StepKind::BeyondBands => ("beyond-bands", own()),
        StepKind::FixedFee => ("fixed-fee", own()),
        StepKind::PaymentLimit(limit) => ("payment-limit", words.limit(limit)),
        StepKind::OtherPayer(fund) => ("other-payer", code(fund.code())),
        StepKind::OtherProgramme(other) => ("other-programme", words.programme(other)),
        StepKind::Paid(fund) => ("paid", code(fund.code())),
        StepKind::AccountCurrent => ("account-current", empty()),
        StepKind::AccountEarlier => ("account-earlier", empty()),
        StepKind::AccountFamily => ("account-family", empty()),
        StepKind::Cash => ("cash", empty()),
    };
    let cited = words.cited(step.cite);
    let table = if step.table < Fen::UNLIMITED { step.table } else { Fen::ZERO };
    TraceStep {
        kind: Arc::from(kind),
        of,
        amounts: [step.from, step.amount, table, step.before, step.after].map(Fen::get),
        rate: step.rate.get(),
        articles: cited.articles.clone(),
        unverified: cited.unverified,
    }
}

fn empty() -> Arc<str> {
    Arc::from("")
}
