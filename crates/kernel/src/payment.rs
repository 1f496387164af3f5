//! 与定点机构的结算: what an institution is paid for a month, inside its annual budget 总额. The budget binds the
//! institution, never the patient (CQ Art 7, 11).

use crate::date::{Date, Month};
use crate::facts::words;
use crate::money::{Fen, Rate, Rounding};
use crate::tables::Cite;

words! {
    /// How institutions are paid.
    PaymentMethod {
        /// 按月据实结算.
        MonthlyActual = "monthly-actual", "按月据实结算", "actual amounts, monthly";
        /// 按人头付费.
        Capitation = "capitation", "按人头付费", "capitation";
    }
}

words! {
    /// By which signing up people are counted as heads.
    Heads {
        /// 家庭医生签约.
        Contract = "contract", "家庭医生签约", "family-doctor contract";
        /// 本人定点.
        Chosen = "chosen", "本人定点", "chosen institution";
    }
}

words! {
    /// On which day of a month heads are counted.
    HeadsOn {
        /// 月初.
        FirstDay = "first-day", "月初", "on the first day";
        /// 月末.
        LastDay = "last-day", "月末", "on the last day";
    }
}

/// 按人头付费: for whom and how much (GX Art 17).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capitation {
    /// By which signing up.
    pub heads: Heads,
    /// On which day of the month.
    pub on: HeadsOn,
    /// Only people entitled on that day.
    pub entitled: bool,
    /// 人头标准 a month, fen; `None`: no document says it.
    pub per_head: Option<Fen>,
    /// The rule about the amount.
    pub cite: Cite,
}

impl Default for Capitation {
    /// Contracts on the last day, of people entitled.
    fn default() -> Capitation {
        let (heads, on) = (Heads::Contract, HeadsOn::LastDay);
        Capitation { heads, on, entitled: true, per_head: None, cite: Cite::NONE }
    }
}

impl Capitation {
    /// The day of a month on which heads are counted.
    #[must_use]
    pub fn day(&self, month: Month) -> Date {
        match self.on {
            HeadsOn::FirstDay => month.first_day(),
            HeadsOn::LastDay => month.last_day(),
        }
    }
}

/// The payment rules of a policy.
#[derive(Clone, Debug)]
pub struct PaymentRules {
    /// The method.
    pub method: PaymentMethod,
    /// Inside an annual budget.
    pub annual_budget: bool,
    /// Share of an overspend of the budget that the fund bears at year end.
    pub overspend_share: Rate,
    /// Share of an underspend that the institution keeps at year end.
    pub underspend_share: Rate,
    /// Withheld from each month as a quality deposit 质量保证金.
    pub deposit: Rate,
    /// What is paid by head.
    pub capitation: Capitation,
    /// The rule.
    pub cite: Cite,
}

/// 基金备付 (广西第十一条): how long the pool must be able to pay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReserveRules {
    /// Months of spending below which the reserve is short.
    pub months: u16,
    /// Spending is the average of so many months.
    pub window: u16,
    /// The rule.
    pub cite: Cite,
}

impl ReserveRules {
    /// Months that an average is taken over where no document says.
    pub const WINDOW: u16 = 12;
}

/// What is paid for a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MonthlyPayment {
    /// Paid now, fen.
    pub payable: Fen,
    /// Withheld until the assessment, fen.
    pub deposit: Fen,
}

impl PaymentRules {
    /// What an institution is paid for a month in which `actual` is owed to it.
    #[must_use]
    pub fn month(&self, actual: Fen, rounding: Rounding) -> MonthlyPayment {
        let deposit = self.deposit.of(actual, rounding);
        MonthlyPayment { payable: actual - deposit, deposit }
    }

    /// What the fund owes for the whole year for `actual` against `budget`; without a budget, `actual`.
    #[must_use]
    pub fn year(&self, actual: Fen, budget: Fen, rounding: Rounding) -> Fen {
        if !self.annual_budget {
            actual
        } else if actual > budget {
            budget + self.overspend_share.of(actual - budget, rounding)
        } else {
            actual + self.underspend_share.of(budget - actual, rounding)
        }
    }
}
