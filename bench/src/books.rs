//! Whether the books are right after a run.

use agency::ledger::Head;
use anyhow::{Result, ensure};
use kernel::Fen;
use store::{Area, EntryKind, Id, Posting, Store};

/// Rows read at once.
const PAGE: usize = 10_000;

/// What stands in the books since a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Found {
    /// Settlements.
    pub(crate) settlements: u64,
    /// Their postings.
    pub(crate) postings: u64,
}

/// Counts the settlements since an id and checks that they balance: each to zero, and what the funds and accounts paid is
/// what the pharmacies are owed.
///
/// # Errors
/// What does not balance.
pub(crate) fn check(store: &dyn Store, area: Area, since: Id) -> Result<Found> {
    let mut found = Found::default();
    let mut after = since;
    loop {
        let page = store.entries(area, after, Id::MAX, PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.id;
        for entry in page.iter().filter(|entry| entry.kind == EntryKind::Settlement) {
            let paid = entry.funds + entry.accounts;
            ensure!(paid + entry.cash == entry.total, "{}: {paid} of {}", entry.id, entry.total);
            let sum: Fen = entry.postings.iter().map(|posting| posting.amount).sum();
            ensure!(sum == Fen::ZERO, "{}: postings sum to {sum}", entry.id);
            let is_owed = |posting: &&Posting| posting.account == Head::Payable.number();
            let owed: Fen =
                entry.postings.iter().filter(is_owed).map(|posting| posting.amount).sum();
            ensure!(owed == -paid, "{}: {owed} owed instead of {paid}", entry.id);
            found.settlements += 1;
            found.postings += entry.postings.len() as u64;
        }
    }
}
