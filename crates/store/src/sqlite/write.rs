//! Writes what a batch decided. Each statement is prepared once and run for every row.

mod people;
mod filed;
mod books;

use crate::StoreError;
use crate::batch::{Changes, Known};
use rusqlite::Connection;

type Done = Result<(), StoreError>;

/// Everything decided, within the transaction that is open on `db`.
pub(super) fn write(db: &Connection, changes: &Changes, known: &Known) -> Done {
    people::write(db, changes, known)?;
    filed::write(db, changes)?;
    books::write(db, changes, known)
}
