//! Why a settlement is what it is: one step for every decision, in order, each with the rule behind it.
//!
//! The steps are numbers and citations; words are put to them where they are shown. The format is versioned by
//! [`Trace::VERSION`]; a step kind once published keeps its meaning.

use crate::facts::Fund;
use crate::money::{Fen, Rate};
use crate::policy::{Period, Policy};
use crate::refusal::Refusal;
use crate::tables::Cite;

/// The steps of one settlement.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// In the order in which they were decided.
    pub steps: Vec<Step>,
}

impl Trace {
    /// Version of the meaning of steps.
    pub const VERSION: u32 = 1;
}

/// One decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// What was decided.
    pub kind: StepKind,
    /// Index of the programme in the policy, if the step belongs to one.
    pub programme: Option<u16>,
    /// What the step started from, fen.
    pub from: Fen,
    /// What it came to, fen.
    pub amount: Fen,
    /// The amount or limit of the table, fen.
    pub table: Fen,
    /// The accumulator before, fen.
    pub before: Fen,
    /// The accumulator after, fen.
    pub after: Fen,
    /// The share applied.
    pub rate: Rate,
    /// The rows behind it.
    pub cite: Cite,
}

/// What a [`Step`] decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// 全自费 found on the bill.
    FullSelfPay,
    /// 超限价.
    OverCeiling,
    /// 先行自付.
    FirstPay,
    /// Fees of the bill that belong to the programme; `amount` is in scope.
    Routed,
    /// The benefit is withheld; `amount` stays with the patient.
    Withheld(Refusal),
    /// Paid from the own account before the deductible.
    OwnAccountFirst,
    /// 起付标准: `table` asked, `before`/`after` met, `amount` charged now.
    Deductible,
    /// The ceiling over levels bit.
    DeductibleCeiling,
    /// A limit on spending: `from` wanted, `amount` allowed. The number is the limit's index.
    SpendingLimit(u16),
    /// One band: `from` spending, `rate`, `amount` payment. The number is the band's.
    Share(u16),
    /// Spending beyond the last band.
    BeyondBands,
    /// 定额: `table` fixed amount, `amount` paid.
    FixedFee,
    /// A limit on payment: `from` wanted, `amount` kept, `before`/`after` used. The number is the limit's index.
    PaymentLimit(u16),
    /// The excess over a limit taken by another fund.
    OtherPayer(Fund),
    /// The spending behind the excess enters another programme.
    OtherProgramme(u16),
    /// What the fund pays in the end.
    Paid(Fund),
    /// Own account, current-year money.
    AccountCurrent,
    /// Own account, earlier money.
    AccountEarlier,
    /// Family accounts.
    AccountFamily,
    /// Cash.
    Cash,
}

impl Step {
    pub(crate) const fn new(kind: StepKind) -> Step {
        Step {
            kind,
            programme: None,
            from: Fen::ZERO,
            amount: Fen::ZERO,
            table: Fen::ZERO,
            before: Fen::ZERO,
            after: Fen::ZERO,
            rate: Rate::ZERO,
            cite: Cite::NONE,
        }
    }
}

/// Takes the steps, or does without them at no cost.
pub(crate) trait Sink {
    fn step(&mut self, step: impl FnOnce() -> Step);
}

impl Sink for Trace {
    #[inline]
    fn step(&mut self, step: impl FnOnce() -> Step) {
        self.steps.push(step());
    }
}

/// Keeps only what limits over the benefit year cut off.
pub(crate) struct YearLimits<'a> {
    pub(crate) policy: &'a Policy,
    /// Payment cut off; zero if only spending was.
    pub(crate) cut: Option<Fen>,
}

impl Sink for YearLimits<'_> {
    #[inline]
    fn step(&mut self, step: impl FnOnce() -> Step) {
        let step = step();
        let (limit, payment) = match step.kind {
            StepKind::PaymentLimit(limit) => (limit, step.from - step.amount),
            StepKind::SpendingLimit(limit) => (limit, Fen::ZERO),
            _ => return,
        };
        let accumulator = self.policy.limits[usize::from(limit)].accumulator;
        let period = self.policy.accumulators[usize::from(accumulator.0)].period;
        if step.amount < step.from && period == Period::BenefitYear {
            self.cut = Some(self.cut.unwrap_or(Fen::ZERO) + payment);
        }
    }
}

/// No trace.
pub(crate) struct Untraced;

impl Sink for Untraced {
    #[inline]
    fn step(&mut self, _: impl FnOnce() -> Step) {}
}
