//! 资产负债表: what the funds have, owe and have left at the end of a month.

use super::{FundKind, MonthSums, Report};
use crate::ledger::Head;

/// An item of the balance sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// The head.
    pub head: Head,
    /// Fen; not negative but for a bank that was overdrawn and the like.
    pub fen: i64,
}

/// The balance sheet. Money at the bank is not kept by fund, so assets and debts are those of all funds together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// 资产.
    pub assets: Vec<Item>,
    /// 负债.
    pub debts: Vec<Item>,
    /// 基金结余, by fund.
    pub funds: Vec<(FundKind, i64)>,
    /// 其中个人账户: money of the year, earlier money, contributions and interest that wait to be credited.
    pub accounts: [i64; 4],
    /// 在途拨付: payment orders that wait for approval; part of what is owed to institutions.
    pub in_progress: i64,
}

/// What stands on the side of assets, on that of debts, and on the one that its balance is of.
const ASSETS: &[Head] = &[Head::Bank, Head::Receivable];
const DEBTS: &[Head] =
    &[Head::Payable, Head::Deposit, Head::PayableToPeople, Head::PremiumsCollected];
const EITHER: &[Head] = &[Head::Transfers, Head::Opening];

impl Sheet {
    pub(super) fn of(report: &Report) -> Sheet {
        let sum =
            |head: Head| report.months.values().map(|sums: &MonthSums| sums.of(head)).sum::<i64>();
        let mut assets: Vec<Item> =
            ASSETS.iter().map(|head| Item { head: *head, fen: sum(*head) }).collect();
        let mut debts: Vec<Item> =
            DEBTS.iter().map(|head| Item { head: *head, fen: -sum(*head) }).collect();
        for head in EITHER.iter().copied() {
            match sum(head) {
                0 => {}
                fen if fen > 0 => assets.push(Item { head, fen }),
                fen => debts.push(Item { head, fen: -fen }),
            }
        }
        let accounts =
            [Head::AccountCurrent, Head::AccountEarlier, Head::Contributions, Head::Interest];
        Sheet {
            assets,
            debts,
            funds: FundKind::ALL.iter().map(|fund| (*fund, report.balance(*fund))).collect(),
            accounts: accounts.map(|head| -sum(head)),
            in_progress: report.in_progress,
        }
    }

    /// 资产合计.
    #[must_use]
    pub fn assets(&self) -> i64 {
        self.assets.iter().map(|item| item.fen).sum()
    }

    /// 负债合计.
    #[must_use]
    pub fn debts(&self) -> i64 {
        self.debts.iter().map(|item| item.fen).sum()
    }

    /// 基金结余合计.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.funds.iter().map(|(_, fen)| fen).sum()
    }

    /// Assets are debts and what is left.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.assets() == self.debts() + self.left()
    }
}
