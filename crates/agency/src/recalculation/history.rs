//! What was entered for a person in benefit years.

use kernel::{Date, Moment};
use store::queries::Answer;
use store::{Area, Entered, Id, PersonKey, Span, Store};

/// The entries of a person, and the newest one when they were read. Entries are never edited: while the newest is the same,
/// these are all there are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// The person's newest entry.
    pub last: Id,
    /// The entries that move accumulators of the benefit years, oldest first.
    pub entries: Vec<Entered>,
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
        let spans = [span(person, (year, year), whole)];
        Ok(read(store, person.area, &spans)?.pop().flatten())
    }
}

/// The entries of a person for some benefit years.
pub(super) fn span(person: &PersonKey, (first, last): (i32, i32), whole: bool) -> Span {
    let from = match Date::from_ymd(first, 1, 1) {
        Some(day) if !whole => Id::first_at(Moment::start_of(day)),
        _ => Id::MIN,
    };
    Span { person: person.person.clone(), from, first, last }
}

/// Those of many people, in the order of the spans.
pub(super) fn read(store: &dyn Store, area: Area, spans: &[Span]) -> Answer<Vec<Option<History>>> {
    let all = store.entered(area, spans)?;
    let history = |(last, entries)| History { last, entries };
    Ok(all.into_iter().map(|found| found.map(history)).collect())
}
