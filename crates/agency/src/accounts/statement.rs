//! 个账对账单: what an account held, every movement of it and why, and what it holds; summed up from the ledger's postings.
//!
//! An account also moves in entries of others, when it pays a relative's bill: these are found by whom it was bound to.

use crate::ledger::Head;
use crate::reason::Refused;
use crate::record::{Booking, issuer_of};
use crate::replay::is_decided;
use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use store::{Entry, EntryKind, Id, PersonKey, Store};

/// A statement of one account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Whose.
    pub person: PersonKey,
    /// Held before the first day: money of the year, earlier money.
    pub opening: (Fen, Fen),
    /// Everything in between, oldest first.
    pub movements: Vec<Movement>,
    /// Held after the last day.
    pub closing: (Fen, Fen),
}

/// One movement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    /// The entry.
    pub entry: Id,
    /// When it was posted.
    pub at: Moment,
    /// What it records.
    pub kind: EntryKind,
    /// The institution; empty if none.
    pub institution: Arc<str>,
    /// The relative whose bill the account paid; empty if it is the person's own.
    pub relative: Arc<str>,
    /// Why, with month and article, of what is no settlement; of a paper claim who issued the receipts; else empty.
    pub note: Arc<str>,
    /// Number of whoever asked for it; empty if none.
    pub reference: Arc<str>,
    /// Into money of the year; negative: out of it.
    pub current: Fen,
    /// Into earlier money.
    pub earlier: Fen,
    /// Held afterwards, both together.
    pub balance: Fen,
}

impl Movement {
    /// Into the account; negative: out of it.
    #[must_use]
    pub fn amount(&self) -> Fen {
        self.current + self.earlier
    }
}

/// The statement of an account from a day to a day, both included.
///
/// # Errors
/// The store's own.
pub fn statement(
    store: &dyn Store,
    person: &PersonKey,
    from: Date,
    to: Date,
) -> Result<Statement, Refused> {
    let end = Id::first_at(Moment::start_of(to.next()));
    let begin = Id::first_at(Moment::start_of(from));
    let mut entries = store.history(person, Id::MIN, end)?;
    for relative in store.bound_to(person.area, &person.person)? {
        let theirs = store.history(&relative, Id::MIN, end)?;
        entries.extend(theirs.into_iter().filter(|entry| entry.payers.contains(&person.person)));
    }
    entries.sort_by_key(|entry| entry.id);
    entries.dedup_by_key(|entry| entry.id);
    let (mut current, mut earlier) = (Fen::ZERO, Fen::ZERO);
    let mut opening = (Fen::ZERO, Fen::ZERO);
    let mut movements = Vec::new();
    for entry in &entries {
        let by = moved(entry, &person.person);
        current += by.0;
        earlier += by.1;
        if entry.id < begin {
            opening = (current, earlier);
        } else if by != (Fen::ZERO, Fen::ZERO) {
            movements.push(movement(entry, person, by, current + earlier));
        }
    }
    Ok(Statement { person: person.clone(), opening, movements, closing: (current, earlier) })
}

/// What an entry did to an account: money of the year, earlier money.
fn moved(entry: &Entry, person: &str) -> (Fen, Fen) {
    let of = |head: Head| {
        let own = entry.postings.iter().filter(|it| it.account == head.number());
        -own.filter(|it| *it.party == *person).map(|it| it.amount).sum::<Fen>()
    };
    (of(Head::AccountCurrent), of(Head::AccountEarlier))
}

fn movement(entry: &Entry, person: &PersonKey, by: (Fen, Fen), balance: Fen) -> Movement {
    let booking: Booking = match is_decided(entry.kind) {
        true => Booking { note: issuer_of(&entry.record), ..Booking::default() },
        false => serde_json::from_str(&entry.record).unwrap_or_default(),
    };
    let own = entry.key == *person;
    Movement {
        entry: entry.id,
        at: entry.id.moment(),
        kind: entry.kind,
        institution: entry.institution.clone(),
        relative: if own { Arc::default() } else { entry.key.person.clone() },
        note: booking.note,
        reference: booking.reference,
        current: by.0,
        earlier: by.1,
        balance,
    }
}
