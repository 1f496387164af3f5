//! What a person's history needs to know of an entry, a visit or a message: small enough to sort by the million.

use super::sorted::{Record as Sorted, Sorter};
use crate::record::Recovery;
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;
use store::{Cells, EntryKind, Id};

/// Something at an entry's place in a person's history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Event {
    /// An entry of the person.
    Own(Box<Own>),
    /// An entry of a relative moved money of the person's account: of the year, earlier.
    Relative(i64, i64),
    /// A visit says that the entry settled one of its batches.
    Visit {
        /// The visit.
        visit: Id,
        /// The batch.
        batch: Arc<str>,
    },
    /// An application of a paper claim says that the entry decided it.
    Application {
        /// Its number.
        number: Arc<str>,
    },
    /// A message says that it made the entry.
    Message {
        /// Its number.
        number: Arc<str>,
    },
    /// The entry is undone by another.
    Undone(Id),
}

impl Event {
    /// Own entries come before what is said about them.
    const fn order(&self) -> u8 {
        match self {
            Event::Own(_) => 0,
            Event::Relative(..) => 1,
            Event::Undone(_) => 2,
            Event::Visit { .. } | Event::Application { .. } => 3,
            Event::Message { .. } => 4,
        }
    }
}

/// An entry of the person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Own {
    /// `EntryKind` by number.
    pub(super) kind: i16,
    pub(super) year: i32,
    /// The entry it takes back.
    pub(super) undoes: Option<Id>,
    pub(super) visit: Id,
    pub(super) batch: Arc<str>,
    /// What it did to the own account: of the year, earlier.
    pub(super) moved: (i64, i64),
    /// What the own account held, if it says so.
    pub(super) before: Option<(i64, i64)>,
    /// What the own account holds afterwards, if it says so.
    pub(super) balance: Option<i64>,
    /// Accumulators before, if it says so, and how far it reaches.
    pub(super) used: Option<Reach>,
    pub(super) moves: Vec<(Arc<str>, i64)>,
    /// Stands for decision and moves; and for their negation.
    pub(super) said: u64,
    pub(super) negated: u64,
    /// Undoing it must be exact.
    pub(super) exact: bool,
    /// The month of contributions that it credits, `YYYY-MM`; empty if none.
    pub(super) month: Arc<str>,
    /// The total, for messages.
    pub(super) total: i64,
    /// By fund, of a settlement.
    pub(super) funds: [i64; 3],
    /// Of a correction: which settlement, by how much, and what it should come to.
    pub(super) corrects: Option<Corrects>,
    /// Of a recovery of a case: what it did.
    pub(super) recovers: Option<Recovery>,
}

impl Own {
    /// It settles a bill: at a counter, or from paper.
    pub(super) fn is_claim(&self) -> bool {
        let kind = EntryKind::from_number(self.kind);
        kind.is_some_and(crate::replay::is_claim)
    }
}

/// What each fund pays, fen, and the moves of the settlement as a whole.
pub(super) type Paid = ([i64; 3], Vec<(Arc<str>, i64)>);

/// What a correction says of its settlement.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Corrects {
    pub(super) settlement: Id,
    /// By how much each fund pays more.
    pub(super) funds: [i64; 3],
    /// What the funds pay afterwards, and the moves of the settlement as a whole; `None` where it says neither.
    pub(super) after: Option<Paid>,
}

/// Accumulators as a record states them, and what tells days, institutions and visits apart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Reach {
    pub(super) cells: Cells,
    pub(super) day: Arc<str>,
    pub(super) institution: u64,
    pub(super) visit: u64,
}

/// Sorts events by person and entry.
pub(super) struct Events(Sorter);

impl Events {
    pub(super) fn new(memory: usize) -> Events {
        Events(Sorter::new(memory))
    }

    /// Adds an event at an entry's place in a person's history.
    pub(super) fn add(&mut self, person: &str, entry: Id, event: &Event) -> io::Result<()> {
        let mut key = Vec::with_capacity(person.len() + 18);
        key.extend_from_slice(person.as_bytes());
        // No number holds a NUL, so people sort as their numbers do.
        key.push(0);
        key.extend_from_slice(&entry.0.to_be_bytes());
        key.push(event.order());
        self.0.add(&key, &serde_json::to_vec(event)?)
    }

    /// The events in order.
    pub(super) fn sorted(self) -> io::Result<Played> {
        Ok(Played(self.0.sorted()?))
    }
}

/// Events in the order of person and entry.
pub(super) struct Played(super::sorted::Sorted);

impl Played {
    /// The next event: whose, at which entry, what.
    pub(super) fn next(&mut self) -> io::Result<Option<(Arc<str>, Id, Event)>> {
        let Some(Sorted { key, value }) = self.0.next()? else { return Ok(None) };
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let (person, rest) = key.split_at(key.len().checked_sub(18).ok_or_else(invalid)?);
        let id = <[u8; 16]>::try_from(&rest[1..17]).map_err(|_| invalid())?;
        let person = std::str::from_utf8(person).map_err(|_| invalid())?;
        Ok(Some((Arc::from(person), Id(u128::from_be_bytes(id)), serde_json::from_slice(&value)?)))
    }
}

/// A number that stands for a text.
pub(super) fn fingerprint(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hasher as _};
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}
