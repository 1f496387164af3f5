//! The funds of an area, and whose heads are whose.

use crate::ledger::Head;

/// A fund 基金.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FundKind {
    /// 统筹基金.
    Pool,
    /// 个人账户, all of them together.
    Accounts,
    /// 大额互助.
    LargeAmount,
    /// 补助.
    Subsidy,
}

impl FundKind {
    /// All, in the order of the reports.
    pub const ALL: &'static [FundKind] =
        &[FundKind::Pool, FundKind::Accounts, FundKind::LargeAmount, FundKind::Subsidy];

    /// Codes of all, in the same order.
    pub const CODES: &'static [&'static str] = &["pool", "accounts", "large-amount", "subsidy"];

    /// Stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            FundKind::Pool => "pool",
            FundKind::Accounts => "accounts",
            FundKind::LargeAmount => "large-amount",
            FundKind::Subsidy => "subsidy",
        }
    }

    /// The fund with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<FundKind> {
        FundKind::ALL.iter().copied().find(|fund| fund.code() == code)
    }

    /// 中文名.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            FundKind::Pool => "统筹基金",
            FundKind::Accounts => "个人账户",
            FundKind::LargeAmount => "大额互助",
            FundKind::Subsidy => "补助资金",
        }
    }

    /// English name.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            FundKind::Pool => "pool",
            FundKind::Accounts => "personal accounts",
            FundKind::LargeAmount => "large-amount fund",
            FundKind::Subsidy => "subsidies",
        }
    }

    /// The heads whose negated sum is what the fund has left.
    #[must_use]
    pub const fn heads(self) -> &'static [Head] {
        match self {
            FundKind::Pool => &[
                Head::PoolFund,
                Head::PoolToAccounts,
                Head::PoolOpening,
                Head::PoolIncome,
                Head::Deductions,
            ],
            FundKind::Accounts => {
                &[Head::AccountCurrent, Head::AccountEarlier, Head::Contributions, Head::Interest]
            }
            FundKind::LargeAmount => {
                &[Head::LargeAmountFund, Head::LargeAmountOpening, Head::LargeAmountIncome]
            }
            FundKind::Subsidy => &[Head::SubsidyFund, Head::SubsidyOpening, Head::SubsidyIncome],
        }
    }

    /// Where its income is credited, and what it had left when the books were opened. Of accounts: the bank's interest, and
    /// the opening balances.
    #[must_use]
    pub const fn income(self) -> (Head, Head) {
        match self {
            FundKind::Pool => (Head::PoolIncome, Head::PoolOpening),
            FundKind::Accounts => (Head::Interest, Head::Opening),
            FundKind::LargeAmount => (Head::LargeAmountIncome, Head::LargeAmountOpening),
            FundKind::Subsidy => (Head::SubsidyIncome, Head::SubsidyOpening),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_belongs_to_one_fund_or_to_the_balance_sheet() {
        let sheet = [
            Head::Bank,
            Head::Receivable,
            Head::Payable,
            Head::Deposit,
            Head::PayableToPeople,
            Head::PremiumsCollected,
            Head::Opening,
            Head::Transfers,
        ];
        for head in Head::ALL {
            let funds = FundKind::ALL.iter().filter(|fund| fund.heads().contains(head)).count();
            assert_eq!(funds + usize::from(sheet.contains(head)), 1, "{head:?}");
        }
        let codes = FundKind::ALL.iter().map(|fund| fund.code());
        assert!(codes.eq(FundKind::CODES.iter().copied()));
    }
}
