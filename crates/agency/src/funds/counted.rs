//! Which pair of head and kind of entry belongs to which line of which fund: one table without gaps.
//!
//! A line's amount is the sum of the postings of its pairs, debits positive, each with a sign. Pairs of balance-sheet heads may
//! stand for lines, too: what the pool credits is seen at [`Head::PoolToAccounts`], where it comes from, and not at the
//! accounts, which also receive contributions.

use super::{FundKind, Line};
use crate::ledger::Head;
use store::EntryKind;

/// A pair's part in a line: debits are added (`1`) or subtracted (`-1`).
pub type Part = (FundKind, Line, i64);

/// What a pair of head and kind is to the income statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counted {
    /// It stands in these lines.
    Lines(&'static [Part]),
    /// It changes a fund, and the other side of the entry says in which line.
    OtherSide,
    /// It moves assets and liabilities only.
    Sheet,
    /// No entry of this kind touches the head. If one does, it is in [`Line::Other`] of the head's fund.
    Unexpected,
}

use Counted::{Lines, OtherSide, Sheet, Unexpected};
use FundKind::{Accounts, LargeAmount, Pool, Subsidy};

/// What a pair of head and kind is to the income statement.
#[must_use]
pub const fn counted(head: Head, kind: EntryKind) -> Counted {
    match head {
        Head::PoolFund => paid(kind, PAID_BY_POOL),
        Head::LargeAmountFund => paid(kind, PAID_BY_LARGE_AMOUNT),
        Head::SubsidyFund => paid(kind, PAID_BY_SUBSIDY),
        Head::PoolToAccounts => to_accounts(kind),
        Head::AccountCurrent | Head::AccountEarlier => account(kind),
        Head::Contributions => contributions(kind),
        Head::Interest => interest(kind),
        Head::Transfers => transfers(kind),
        Head::Opening => opening(kind),
        Head::PoolIncome => income(kind, POOL_INCOME),
        Head::LargeAmountIncome => income(kind, LARGE_AMOUNT_INCOME),
        Head::SubsidyIncome => income(kind, SUBSIDY_INCOME),
        Head::PoolOpening => opened(kind, &[(Pool, Line::Opening, -1)]),
        Head::LargeAmountOpening => opened(kind, &[(LargeAmount, Line::Opening, -1)]),
        Head::SubsidyOpening => opened(kind, &[(Subsidy, Line::Opening, -1)]),
        Head::Deductions => Lines(&[(Pool, Line::Deductions, -1)]),
        Head::Bank
        | Head::Receivable
        | Head::Payable
        | Head::Deposit
        | Head::PayableToPeople
        | Head::PremiumsCollected => Sheet,
    }
}

/// The lines of what a fund pays: benefits, paper claims, adjustments, corrections, recovered.
type Paid = [&'static [Part]; 5];

const PAID_BY_POOL: Paid = [
    &[(Pool, Line::Benefits, 1)],
    &[(Pool, Line::Paper, 1)],
    &[(Pool, Line::Adjustments, 1)],
    &[(Pool, Line::Corrections, 1)],
    &[(Pool, Line::Recovered, -1)],
];
const PAID_BY_LARGE_AMOUNT: Paid = [
    &[(LargeAmount, Line::Benefits, 1)],
    &[(LargeAmount, Line::Paper, 1)],
    &[(LargeAmount, Line::Adjustments, 1)],
    &[(LargeAmount, Line::Corrections, 1)],
    &[(LargeAmount, Line::Recovered, -1)],
];
const PAID_BY_SUBSIDY: Paid = [
    &[(Subsidy, Line::Benefits, 1)],
    &[(Subsidy, Line::Paper, 1)],
    &[(Subsidy, Line::Adjustments, 1)],
    &[(Subsidy, Line::Corrections, 1)],
    &[(Subsidy, Line::Recovered, -1)],
];

const fn paid(
    kind: EntryKind,
    [benefits, paper, adjustments, corrections, recovered]: Paid,
) -> Counted {
    match kind {
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Reversal
        | EntryKind::Reinstatement => Lines(benefits),
        EntryKind::Reimbursement | EntryKind::Withdrawal => Lines(paper),
        EntryKind::Clearing => Lines(adjustments),
        EntryKind::Correction => Lines(corrections),
        EntryKind::Recovery => Lines(recovered),
        EntryKind::Credit
        | EntryKind::Rollover
        | EntryKind::Import
        | EntryKind::Contribution
        | EntryKind::Payment
        | EntryKind::Closure
        | EntryKind::Premium
        | EntryKind::Interest
        | EntryKind::Fund => Unexpected,
    }
}

const fn to_accounts(kind: EntryKind) -> Counted {
    match kind {
        EntryKind::Credit | EntryKind::Correction => {
            Lines(&[(Pool, Line::ToAccounts, 1), (Accounts, Line::FromPool, 1)])
        }
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Rollover
        | EntryKind::Import
        | EntryKind::Reversal
        | EntryKind::Reinstatement
        | EntryKind::Contribution
        | EntryKind::Clearing
        | EntryKind::Payment
        | EntryKind::Recovery
        | EntryKind::Closure
        | EntryKind::Premium
        | EntryKind::Reimbursement
        | EntryKind::Interest
        | EntryKind::Fund
        | EntryKind::Withdrawal => Unexpected,
    }
}

const fn account(kind: EntryKind) -> Counted {
    match kind {
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Reversal
        | EntryKind::Reinstatement => Lines(&[(Accounts, Line::Benefits, 1)]),
        EntryKind::Reimbursement | EntryKind::Withdrawal => Lines(&[(Accounts, Line::Paper, 1)]),
        EntryKind::Premium => Lines(&[(Accounts, Line::Premiums, 1)]),
        EntryKind::Closure => Lines(&[(Accounts, Line::PaidOut, 1)]),
        EntryKind::Recovery => Lines(&[(Accounts, Line::Recovered, -1)]),
        EntryKind::Interest => Lines(&[(Accounts, Line::Interest, -1)]),
        EntryKind::Credit | EntryKind::Correction | EntryKind::Rollover => OtherSide,
        EntryKind::Import
        | EntryKind::Contribution
        | EntryKind::Clearing
        | EntryKind::Payment
        | EntryKind::Fund => Unexpected,
    }
}

const fn contributions(kind: EntryKind) -> Counted {
    match kind {
        EntryKind::Contribution => Lines(&[(Accounts, Line::Contributions, -1)]),
        EntryKind::Credit | EntryKind::Correction => OtherSide,
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Rollover
        | EntryKind::Import
        | EntryKind::Reversal
        | EntryKind::Reinstatement
        | EntryKind::Clearing
        | EntryKind::Payment
        | EntryKind::Recovery
        | EntryKind::Closure
        | EntryKind::Premium
        | EntryKind::Reimbursement
        | EntryKind::Interest
        | EntryKind::Fund
        | EntryKind::Withdrawal => Unexpected,
    }
}

/// What the bank pays is income; crediting accounts with it moves it within the fund.
const fn interest(kind: EntryKind) -> Counted {
    match kind {
        EntryKind::Interest => Lines(&[(Accounts, Line::Interest, -1)]),
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Credit
        | EntryKind::Rollover
        | EntryKind::Import
        | EntryKind::Correction
        | EntryKind::Reversal
        | EntryKind::Reinstatement
        | EntryKind::Contribution
        | EntryKind::Clearing
        | EntryKind::Payment
        | EntryKind::Recovery
        | EntryKind::Closure
        | EntryKind::Premium
        | EntryKind::Reimbursement
        | EntryKind::Fund
        | EntryKind::Withdrawal => Unexpected,
    }
}

/// Of a closed account what does not go to another area is paid out.
const fn transfers(kind: EntryKind) -> Counted {
    match kind {
        EntryKind::Credit => Lines(&[(Accounts, Line::TransferIn, 1)]),
        EntryKind::Closure => {
            Lines(&[(Accounts, Line::TransferOut, -1), (Accounts, Line::PaidOut, 1)])
        }
        _ => Sheet,
    }
}

const fn opening(kind: EntryKind) -> Counted {
    match kind {
        EntryKind::Credit => Lines(&[(Accounts, Line::Opening, 1)]),
        _ => Sheet,
    }
}

const fn opened(kind: EntryKind, lines: &'static [Part]) -> Counted {
    match kind {
        EntryKind::Fund => Lines(lines),
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Credit
        | EntryKind::Rollover
        | EntryKind::Import
        | EntryKind::Correction
        | EntryKind::Reversal
        | EntryKind::Reinstatement
        | EntryKind::Contribution
        | EntryKind::Clearing
        | EntryKind::Payment
        | EntryKind::Recovery
        | EntryKind::Closure
        | EntryKind::Premium
        | EntryKind::Reimbursement
        | EntryKind::Interest
        | EntryKind::Withdrawal => Unexpected,
    }
}

/// The lines of a fund's income: contributions, premiums from accounts, interest, fiscal subsidies, recovered.
type Income = [&'static [Part]; 5];

const POOL_INCOME: Income = [
    &[(Pool, Line::Contributions, -1)],
    &[(Pool, Line::PremiumsFromAccounts, -1)],
    &[(Pool, Line::Interest, -1)],
    &[(Pool, Line::FiscalSubsidy, -1)],
    &[(Pool, Line::Recovered, -1)],
];
const LARGE_AMOUNT_INCOME: Income = [
    &[(LargeAmount, Line::Contributions, -1)],
    &[(LargeAmount, Line::PremiumsFromAccounts, -1)],
    &[(LargeAmount, Line::Interest, -1)],
    &[(LargeAmount, Line::FiscalSubsidy, -1)],
    &[(LargeAmount, Line::Recovered, -1)],
];
const SUBSIDY_INCOME: Income = [
    &[(Subsidy, Line::Contributions, -1)],
    &[(Subsidy, Line::PremiumsFromAccounts, -1)],
    &[(Subsidy, Line::Interest, -1)],
    &[(Subsidy, Line::FiscalSubsidy, -1)],
    &[(Subsidy, Line::Recovered, -1)],
];

const fn income(
    kind: EntryKind,
    [contributions, premiums, interest, subsidies, recovered]: Income,
) -> Counted {
    match kind {
        EntryKind::Contribution => Lines(contributions),
        EntryKind::Premium => Lines(premiums),
        EntryKind::Interest => Lines(interest),
        EntryKind::Fund => Lines(subsidies),
        EntryKind::Recovery => Lines(recovered),
        EntryKind::Settlement
        | EntryKind::Undo
        | EntryKind::Credit
        | EntryKind::Rollover
        | EntryKind::Import
        | EntryKind::Correction
        | EntryKind::Reversal
        | EntryKind::Reinstatement
        | EntryKind::Clearing
        | EntryKind::Payment
        | EntryKind::Closure
        | EntryKind::Reimbursement
        | EntryKind::Withdrawal => Unexpected,
    }
}
