//! Tables read in pages, in the order of their keys, one beside the other.

use kernel::Date;
use std::cell::RefCell;
use store::{
    Account, Area, Document, Entry, Id, Message, Store, StoreError, Unreadable, Visit, YearRow,
};

/// Rows of a page.
const PAGE: usize = 4_000;

type Paged<T> = Result<Vec<T>, StoreError>;

/// Reads the page after a row.
type Next<'a, T> = dyn FnMut(Option<&T>) -> Paged<T> + 'a;

/// The rows of a table, read as they are asked for.
pub(super) struct Walk<'a, T> {
    page: std::vec::IntoIter<T>,
    next: Box<Next<'a, T>>,
    last: Option<T>,
    waiting: Option<T>,
    ended: bool,
}

impl<'a, T: Clone> Walk<'a, T> {
    fn new(next: impl FnMut(Option<&T>) -> Paged<T> + 'a) -> Walk<'a, T> {
        let next = Box::new(next);
        Walk { page: Vec::new().into_iter(), next, last: None, waiting: None, ended: false }
    }

    /// The next row, without taking it.
    pub(super) fn peek(&mut self) -> Result<Option<&T>, StoreError> {
        if self.waiting.is_none() {
            self.waiting = self.take()?;
        }
        Ok(self.waiting.as_ref())
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<T>, StoreError> {
        match self.waiting.take() {
            Some(row) => Ok(Some(row)),
            None => self.take(),
        }
    }

    fn take(&mut self) -> Result<Option<T>, StoreError> {
        loop {
            if let Some(row) = self.page.next() {
                return Ok(Some(row));
            }
            if self.ended {
                return Ok(None);
            }
            let page = (self.next)(self.last.as_ref())?;
            self.ended = page.len() < PAGE;
            self.last = page.last().cloned();
            self.page = page.into_iter();
        }
    }
}

/// Entries, by id; those that cannot be read are left out and noted.
pub(super) fn entries<'a>(
    store: &'a dyn Store,
    area: Area,
    noted: &'a RefCell<Vec<Unreadable>>,
) -> Walk<'a, Entry> {
    Walk::new(move |last: Option<&Entry>| {
        let after = last.map_or(Id::MIN, |last| last.id);
        match store.entries(area, after, Id::MAX, PAGE) {
            Err(StoreError::Damaged(_)) => around(store, area, after, &mut noted.borrow_mut()),
            page => page,
        }
    })
}

/// A page of which some entries cannot be read.
fn around(
    store: &dyn Store,
    area: Area,
    mut after: Id,
    noted: &mut Vec<Unreadable>,
) -> Paged<Entry> {
    let mut page = Vec::new();
    for unreadable in store.unreadable(area, after, Id::MAX, PAGE)? {
        page.extend(store.entries(area, after, unreadable.id, PAGE)?);
        after = unreadable.id;
        noted.push(unreadable);
    }
    // Behind the last of them, and into the next page: so that a page is short only where it is the last.
    page.extend(match store.entries(area, after, Id::MAX, PAGE) {
        Err(StoreError::Damaged(_)) => around(store, area, after, noted)?,
        rest => rest?,
    });
    Ok(page)
}

/// Visits, by id.
pub(super) fn visits(store: &dyn Store, area: Area) -> Walk<'_, Visit> {
    Walk::new(move |last: Option<&Visit>| {
        store.all_visits(area, last.map_or(Id::MIN, |last| last.id), Id::MAX, PAGE)
    })
}

/// Messages, by key and person.
pub(super) fn messages(store: &dyn Store, area: Area) -> Walk<'_, Message> {
    Walk::new(move |last: Option<&Message>| store.all_messages(area, last, PAGE))
}

/// Account rows, by person.
pub(super) fn accounts(store: &dyn Store, area: Area) -> Walk<'_, Account> {
    Walk::new(move |last: Option<&Account>| {
        store.accounts(area, last.map_or("", |last| &last.key.person), PAGE)
    })
}

/// Accumulator rows, by person and year.
pub(super) fn years(store: &dyn Store, area: Area) -> Walk<'_, YearRow> {
    Walk::new(move |last: Option<&YearRow>| {
        let after = last.map_or(("", i32::MIN), |last| (&*last.key.person, last.year));
        store.years(area, after, PAGE)
    })
}

/// Documents of a kind, by owner and number.
pub(super) fn documents<'a>(store: &'a dyn Store, area: Area, kind: &'a str) -> Walk<'a, Document> {
    Walk::new(move |last: Option<&Document>| {
        let after = last.map_or(("", ""), |last| (&*last.key.owner, &*last.key.number));
        store.documents(area, kind, "", after, PAGE)
    })
}

/// What is undone, by entry, day by day: an entry and what undoes it.
pub(super) struct Undone<'a> {
    store: &'a dyn Store,
    area: Area,
    read_to: Id,
    pairs: std::collections::VecDeque<(Id, Id)>,
}

impl<'a> Undone<'a> {
    pub(super) fn new(store: &'a dyn Store, area: Area) -> Undone<'a> {
        Undone { store, area, read_to: Id::MIN, pairs: std::collections::VecDeque::new() }
    }

    /// Pairs of entries up to and including `entry` that were not given yet.
    pub(super) fn up_to(&mut self, entry: Id) -> Result<Vec<(Id, Id)>, StoreError> {
        while entry >= self.read_to {
            // To the end of the entry's day.
            let to = match Date::from_days(entry.moment().date().days().saturating_add(1)) {
                Date::MAX => Id::MAX,
                day => Id::first_at(kernel::Moment::start_of(day)).max(Id(entry.0 + 1)),
            };
            self.pairs.extend(self.store.undone(self.area, self.read_to, to)?);
            self.read_to = to;
            if to == Id::MAX {
                break;
            }
        }
        let mut given = Vec::new();
        while self.pairs.front().is_some_and(|(undone, _)| *undone <= entry) {
            given.extend(self.pairs.pop_front());
        }
        Ok(given)
    }
}
