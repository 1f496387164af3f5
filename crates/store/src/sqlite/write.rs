//! Writes what a batch decided. Each statement is prepared once and run for every row.

mod people;
mod filed;
mod books;

use crate::StoreError;
use crate::batch::{Changes, Found};
use crate::id::{Id, PersonKey};
use crate::model::MessageKey;
use rusqlite::Connection;
use std::collections::HashSet;
use std::sync::Arc;

type Done = Result<(), StoreError>;

/// What was found that decides how something is written.
pub(super) struct Known {
    /// Messages that have a row.
    messages: HashSet<(MessageKey, Arc<str>)>,
    /// Visits that have a row.
    visits: HashSet<(PersonKey, Id)>,
}

impl Known {
    pub(super) fn of(found: &Found) -> Known {
        let messages = found.messages.iter();
        let visits = found.visits.values();
        Known {
            messages: messages.map(|one| (one.key.clone(), one.person.clone())).collect(),
            visits: visits.map(|visit| (visit.key.clone(), visit.id)).collect(),
        }
    }
}

/// Everything decided, within the transaction that is open on `db`.
pub(super) fn write(db: &Connection, changes: &Changes, known: &Known) -> Done {
    people::write(db, changes)?;
    filed::write(db, changes)?;
    books::write(db, changes, known)
}
