//! The chart of accounts 会计科目. Positive amounts debit, negative amounts credit; the postings of an entry sum to zero.
//!
//! A settlement debits the funds and the personal accounts that pay and credits the payable to the institution; cash passes
//! between person and institution and is not posted. A credit debits its source and credits the personal account, so a
//! personal account's balance is the negated sum of its postings. Contributions debit the bank and credit the incomes, and
//! what of them belongs to accounts [`Head::Contributions`]; payments debit what is owed and credit the bank.

use crate::reason::{Reason, Refused};
use kernel::{Fen, Fund};
use std::sync::Arc;
use store::Posting;

/// A head of the chart. Numbers are stored; never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(i16)]
pub enum Head {
    /// 统筹基金支出.
    PoolFund = 1001,
    /// 大额医疗费用补助基金支出.
    LargeAmountFund = 1002,
    /// 补助资金支出.
    SubsidyFund = 1003,
    /// 统筹基金划入个人账户: credits that the pool pays, as for the retired.
    PoolToAccounts = 1004,
    /// 银行存款.
    Bank = 1101,
    /// 应收追回款; party: the institution or person that owes it.
    Receivable = 1201,
    /// 个人账户, money of the current calendar year; party: the person.
    AccountCurrent = 2001,
    /// 个人账户, earlier money; party: the person.
    AccountEarlier = 2002,
    /// 应付定点医药机构; party: the institution.
    Payable = 2101,
    /// 质量保证金: withheld from an institution until its assessment; party: the institution.
    Deposit = 2102,
    /// 应付个人; party: the person.
    PayableToPeople = 2103,
    /// 代收保费: premiums taken from accounts for another fund (居民医保, 长护险); party: the purpose.
    PremiumsCollected = 2104,
    /// 期初余额: what accounts held when the books were opened here; credited with the money behind it once the funds are
    /// opened, too.
    Opening = 3001,
    /// 个账划入: contributions and subsidies put into personal accounts.
    Contributions = 3002,
    /// 账户转移: money that came with a person from another area, or went with one.
    Transfers = 3003,
    /// 统筹基金期初结余: what the pool had left when the books were opened here.
    PoolOpening = 3004,
    /// 大额互助期初结余.
    LargeAmountOpening = 3005,
    /// 补助资金期初结余.
    SubsidyOpening = 3006,
    /// 统筹基金收入.
    PoolIncome = 4001,
    /// 大额医疗费用补助收入.
    LargeAmountIncome = 4002,
    /// 个人账户利息: the bank's interest on money of the accounts, until accounts are credited with it. That of the other
    /// funds is their income.
    Interest = 4003,
    /// 扣款: what institutions were not paid after review.
    Deductions = 4004,
    /// 补助资金收入.
    SubsidyIncome = 4005,
}

impl Head {
    /// All, in order of number.
    pub const ALL: &'static [Head] = &[
        Head::PoolFund,
        Head::LargeAmountFund,
        Head::SubsidyFund,
        Head::PoolToAccounts,
        Head::Bank,
        Head::Receivable,
        Head::AccountCurrent,
        Head::AccountEarlier,
        Head::Payable,
        Head::Deposit,
        Head::PayableToPeople,
        Head::PremiumsCollected,
        Head::Opening,
        Head::Contributions,
        Head::Transfers,
        Head::PoolOpening,
        Head::LargeAmountOpening,
        Head::SubsidyOpening,
        Head::PoolIncome,
        Head::LargeAmountIncome,
        Head::Interest,
        Head::Deductions,
        Head::SubsidyIncome,
    ];

    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The head with this number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Head> {
        Head::ALL.iter().copied().find(|head| head.number() == number)
    }

    /// What a fund pays is debited here.
    #[must_use]
    pub const fn of_fund(fund: Fund) -> Head {
        match fund {
            Fund::Pool => Head::PoolFund,
            Fund::LargeAmount => Head::LargeAmountFund,
            Fund::Subsidy => Head::SubsidyFund,
        }
    }

    /// 中文名.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Head::PoolFund => "统筹基金",
            Head::LargeAmountFund => "大额互助",
            Head::SubsidyFund => "补助",
            Head::PoolToAccounts => "统筹划入个人账户",
            Head::Bank => "银行存款",
            Head::Receivable => "应收追回款",
            Head::AccountCurrent => "个人账户（当年）",
            Head::AccountEarlier => "个人账户（历年）",
            Head::Payable => "应付定点医药机构",
            Head::Deposit => "质量保证金",
            Head::PayableToPeople => "应付个人",
            Head::PremiumsCollected => "代收保费",
            Head::Opening => "期初余额",
            Head::Contributions => "个账划入",
            Head::Transfers => "账户转移",
            Head::PoolOpening => "统筹基金期初结余",
            Head::LargeAmountOpening => "大额互助期初结余",
            Head::SubsidyOpening => "补助期初结余",
            Head::PoolIncome => "统筹基金收入",
            Head::LargeAmountIncome => "大额补助收入",
            Head::Interest => "个人账户利息",
            Head::Deductions => "审核扣款",
            Head::SubsidyIncome => "补助收入",
        }
    }

    /// English name.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Head::PoolFund => "pool fund",
            Head::LargeAmountFund => "large-amount fund",
            Head::SubsidyFund => "subsidies",
            Head::PoolToAccounts => "pool to accounts",
            Head::Bank => "bank",
            Head::Receivable => "receivable",
            Head::AccountCurrent => "accounts, this year",
            Head::AccountEarlier => "accounts, earlier years",
            Head::Payable => "payable to institutions",
            Head::Deposit => "quality deposits",
            Head::PayableToPeople => "payable to people",
            Head::PremiumsCollected => "premiums collected",
            Head::Opening => "opening balances",
            Head::Contributions => "contributions",
            Head::Transfers => "transfers",
            Head::PoolOpening => "opening surplus of the pool",
            Head::LargeAmountOpening => "opening surplus of the large-amount fund",
            Head::SubsidyOpening => "opening surplus of subsidies",
            Head::PoolIncome => "pool income",
            Head::LargeAmountIncome => "large-amount income",
            Head::Interest => "interest on accounts",
            Head::Deductions => "deductions",
            Head::SubsidyIncome => "subsidy income",
        }
    }

    /// A closing keeps its balance by institution.
    #[must_use]
    pub const fn closes_by_party(self) -> bool {
        matches!(self, Head::Payable | Head::Deposit)
    }

    /// Its sub-accounts are people or institutions.
    #[must_use]
    pub const fn has_parties(self) -> bool {
        matches!(
            self,
            Head::AccountCurrent
                | Head::AccountEarlier
                | Head::Payable
                | Head::Deposit
                | Head::PayableToPeople
                | Head::PremiumsCollected
                | Head::Receivable
        )
    }
}

/// The postings of one entry, in the making. Nothing is posted for nothing.
#[derive(Debug, Default)]
pub struct Journal(Vec<Posting>);

impl Journal {
    /// Adds a side; debits are positive.
    pub fn post(&mut self, head: Head, party: &Arc<str>, amount: Fen) {
        if amount != Fen::ZERO {
            self.0.push(Posting { account: head.number(), party: party.clone(), amount });
        }
    }

    /// The postings of a whole entry.
    ///
    /// # Errors
    /// [`Reason::Conflict`] unless debits equal credits.
    pub fn balanced(self) -> Result<Vec<Posting>, Refused> {
        if self.0.iter().map(|posting| posting.amount).sum::<Fen>() == Fen::ZERO {
            Ok(self.0)
        } else {
            Err(Refused::new(Reason::Conflict, "借贷不平"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_and_read_back() {
        assert!(Head::ALL.is_sorted());
        assert!(Head::ALL.iter().all(|head| Head::from_number(head.number()) == Some(*head)));
    }
}
