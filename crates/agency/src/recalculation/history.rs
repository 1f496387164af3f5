//! What was entered for a person in a benefit year.

use kernel::{Date, Moment};
use store::queries::Answer;
use store::{Entry, Id, PersonKey, Store, Wants};

/// The entries of a person, and the newest one when they were read. Entries are never edited: while the newest is the same,
/// these are all there are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// The person's newest entry.
    pub last: Id,
    /// The entries that move accumulators of the benefit year, oldest first.
    pub entries: Vec<Entry>,
}

impl History {
    /// Reads it; `None`: no such person. `whole`: from the first entry on, else from the beginning of the calendar year
    /// before which nothing is entered for a benefit year.
    ///
    /// # Errors
    /// The store's own.
    pub fn read(
        store: &dyn Store,
        person: &PersonKey,
        year: i32,
        whole: bool,
    ) -> Answer<Option<History>> {
        // The newest entry is read with the others: a person's ids grow in the order of entry.
        let from = match Date::from_ymd(year, 1, 1) {
            Some(day) if !whole => Id::first_at(Moment::start_of(day)),
            _ => Id::MIN,
        };
        let mut entries = store.history(person, from, Id::MAX)?;
        let mut last = entries.last().map(|last| last.id);
        if last.is_none() {
            // The newest is of before. It is read first: what is read afterwards is at least as new.
            let wants = Wants { people: [person.clone()].into(), ..Wants::default() };
            let found = store.read(&wants)?;
            let Some(account) = found.accounts.get(person) else { return Ok(None) };
            entries = store.history(person, from, Id::MAX)?;
            last = entries.last().map(|last| last.id).or(Some(account.last));
        }
        let last = last.unwrap_or(Id::MIN);
        entries.retain(|entry| entry.year == year);
        Ok(Some(History { last, entries }))
    }
}
