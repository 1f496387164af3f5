//! Whether the books are right after a run.

use agency::ledger::Head;
use anyhow::{Result, ensure};
use kernel::Fen;
use std::collections::HashMap;
use store::{Area, EntryKind, Id, Store};

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
    let mut owed: HashMap<Id, Fen> = HashMap::new();
    let mut after = since;
    loop {
        let page = store.entries(area, after, Id::MAX, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for entry in page.iter().filter(|entry| entry.kind == EntryKind::Settlement) {
            let paid = entry.funds + entry.accounts;
            ensure!(paid + entry.cash == entry.total, "{}: {paid} of {}", entry.id, entry.total);
            owed.insert(entry.id, paid);
            found.settlements += 1;
        }
    }
    let mut sums: HashMap<Id, Fen> = HashMap::new();
    let mut after = (since, i16::MIN);
    loop {
        let page = store.all_postings(area, after, Id::MAX, PAGE)?;
        let Some(last) = page.last() else { break };
        after = (last.entry, last.number);
        for posting in page.iter().filter(|posting| owed.contains_key(&posting.entry)) {
            found.postings += 1;
            *sums.entry(posting.entry).or_default() += posting.amount;
            if posting.account == Head::Payable.number() {
                let owed = owed.get(&posting.entry).copied().unwrap_or_default();
                ensure!(posting.amount == -owed, "{}: {} owed", posting.entry, posting.amount);
            }
        }
    }
    let unbalanced = sums.iter().find(|(_, sum)| **sum != Fen::ZERO);
    ensure!(unbalanced.is_none(), "entry {unbalanced:?} does not balance");
    Ok(found)
}
