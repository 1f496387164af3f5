//! The books after the kills, held against what the institutions know.

use super::intents::{Answered, Fate, Intent};
use agency::ledger::Head;
use kernel::Fen;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Area, Entry, EntryKind, Id, Store};

/// Rows read at once.
const PAGE: usize = 5_000;

/// What was found right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Tally {
    /// Accepted messages, each in the books once.
    pub(super) accepted: usize,
    /// Refused messages, none in the books.
    pub(super) refused: usize,
    /// Reversed messages that had been booked, and their reversal.
    pub(super) taken_back: usize,
    /// Reversed messages that never were booked.
    pub(super) never_booked: usize,
}

/// Holds every entry against the intents, and every intent against the entries.
pub(super) fn audit(store: &dyn Store, area: Area, intents: &[Intent]) -> Tally {
    let mut by_message: HashMap<String, Vec<Entry>> = HashMap::new();
    let mut undone: HashMap<Id, Entry> = HashMap::new();
    for entry in entries(store, area) {
        match entry.kind {
            EntryKind::Settlement | EntryKind::Undo => {
                by_message.entry(message(&entry)).or_default().push(entry);
            }
            EntryKind::Reversal | EntryKind::Reinstatement => {
                let twice = undone.insert(entry.undoes, entry);
                assert!(twice.is_none(), "reversed twice: {twice:?}");
            }
            _ => {}
        }
    }
    let mut tally = Tally::default();
    for intent in intents {
        let booked = by_message.remove(&intent.number).unwrap_or_default();
        assert!(booked.len() < 2, "{} is in the books {} times", intent.number, booked.len());
        match (&intent.fate, booked.first()) {
            (Fate::Accepted(answered), Some(entry)) => {
                assert!(!undone.contains_key(&entry.id), "{} is reversed", intent.number);
                same(intent, answered, entry);
                tally.accepted += 1;
            }
            (Fate::Accepted(_), None) => panic!("{} is lost", intent.number),
            (Fate::Refused(_), None) => tally.refused += 1,
            (Fate::Refused(reason), Some(_)) => panic!("{} was refused: {reason}", intent.number),
            (Fate::Reversed, None) => tally.never_booked += 1,
            (Fate::Reversed, Some(entry)) => {
                let reversal = undone.remove(&entry.id);
                let reversal = reversal.unwrap_or_else(|| panic!("{} stands", intent.number));
                assert_eq!(amounts(&reversal), amounts(entry).map(|amount| -amount));
                tally.taken_back += 1;
            }
            (Fate::Unknown, _) => panic!("{} was never resolved", intent.number),
        }
    }
    assert!(by_message.is_empty(), "nobody sent {:?}", by_message.keys());
    assert!(undone.is_empty(), "nobody reversed {:?}", undone.keys());
    tally
}

/// Every entry's postings sum to zero, and every account row is the sum of its postings.
pub(super) fn balanced(store: &dyn Store, area: Area) {
    let mut money: HashMap<Arc<str>, Fen> = HashMap::new();
    for entry in entries(store, area) {
        let sum: Fen = entry.postings.iter().map(|posting| posting.amount).sum();
        assert_eq!(sum, Fen::ZERO, "entry {} does not balance", entry.id);
        for posting in entry.postings {
            if [Head::AccountCurrent, Head::AccountEarlier]
                .map(Head::number)
                .contains(&posting.account)
            {
                *money.entry(posting.party).or_default() -= posting.amount;
            }
        }
    }
    let mut after = String::new();
    loop {
        let page = store.accounts(area, &after, PAGE).unwrap();
        let Some(last) = page.last() else { return };
        after = last.key.person.to_string();
        for account in page {
            let posted = money.get(&account.key.person).copied().unwrap_or_default();
            assert_eq!(
                account.current + account.earlier,
                posted,
                "account of {}",
                account.key.person
            );
        }
    }
}

fn same(intent: &Intent, answered: &Answered, entry: &Entry) {
    let number = &intent.number;
    assert_eq!(entry.id.to_string(), answered.settlement, "{number}");
    assert_eq!(amounts(entry), answered.amounts, "{number}");
    assert_eq!(&*entry.key.person, intent.person, "{number}");
    let kind = if intent.undoes.is_some() { EntryKind::Undo } else { EntryKind::Settlement };
    assert_eq!(entry.kind, kind, "{number}");
    if let Some(undoes) = &intent.undoes {
        assert_eq!(&entry.undoes.to_string(), undoes, "{number}");
    }
}

fn amounts(entry: &Entry) -> [Fen; 4] {
    [entry.total, entry.funds, entry.accounts, entry.cash]
}

/// The number of the message that made an entry, from its record.
fn message(entry: &Entry) -> String {
    let record: serde_json::Value = serde_json::from_str(&entry.record).unwrap();
    record["case"]["message"].as_str().unwrap_or_default().to_owned()
}

fn entries(store: &dyn Store, area: Area) -> Vec<Entry> {
    let (mut all, mut after) = (Vec::new(), Id::MIN);
    loop {
        let page = store.entries(area, after, Id::MAX, PAGE).unwrap();
        let Some(last) = page.last() else { return all };
        after = last.id;
        all.extend(page);
    }
}
