//! The books on SQLite: one file, one process, one writer.
//!
//! Shape: the writer's connection stands behind a mutex, a few connections read beside it, and one copies the write-ahead
//! log into the database ([`checkpoint`]). Ordering: a batch is `BEGIN IMMEDIATE`, find, decide, write, `COMMIT`; a commit
//! returns when the log is on disk (`synchronous=FULL`). Bounds: the log is begun anew at [`Settings::log_bound`].

mod row;
mod statement;
mod open;
mod find;
mod write;
mod queries;
mod checkpoint;
mod backup;

pub use backup::{backup, restore};
pub use open::{FILE, MIGRATIONS};

use crate::batch::Known;
use crate::codec;
use crate::pool::Pool;
use crate::{Decide, Found, Store, StoreError, Wants};
use checkpoint::Checkpoints;
use open::Purpose;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What may be set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections that read.
    pub readers: usize,
    /// Bytes of the write-ahead log at which the writer begins it anew.
    pub log_bound: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { readers: 4, log_bound: 512 << 20 }
    }
}

/// The books in a data directory.
#[derive(Debug)]
pub struct Sqlite {
    writer: Mutex<Connection>,
    readers: Pool<Connection>,
    checkpoints: Checkpoints,
    /// Released when everything above is closed.
    _lock: File,
}

impl Sqlite {
    /// Opens the books in a data directory and brings them to the newest schema; begins new ones if there are none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if another process has the directory open, [`StoreError::Damaged`] if a newer program
    /// has written the books, and whatever the file system says.
    pub fn open(directory: &Path) -> Result<Sqlite, StoreError> {
        Sqlite::open_with(directory, Settings::default())
    }

    /// The same, with settings.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub fn open_with(directory: &Path, settings: Settings) -> Result<Sqlite, StoreError> {
        let lock = open::lock(directory)?;
        let file = directory.join(FILE);
        let mut writer = open::connect(&file, Purpose::Write)?;
        open::migrate(&mut writer, MIGRATIONS)?;
        let readers = (0..settings.readers.max(1)).map(|_| open::connect(&file, Purpose::Read));
        Ok(Sqlite {
            readers: Pool::new(readers.collect::<Result<_, _>>()?),
            checkpoints: Checkpoints::start(&file, settings.log_bound)?,
            writer: Mutex::new(writer),
            _lock: lock,
        })
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.checkpoints.close(writer);
    }
}

impl Store for Sqlite {
    fn commit(&self, wants: &Wants, decide: Decide<'_>) -> Result<(), StoreError> {
        let mut writer = self.writer();
        self.checkpoints.keep_bound(&writer)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = find::find(&transaction, wants)?;
        let known = Known::of(&found);
        let changes = decide(found);
        codec::refuse_bodies(&changes)?;
        write::write(&transaction, &changes, &known)?;
        Ok(transaction.commit()?)
    }

    fn read(&self, wants: &Wants) -> Result<Found, StoreError> {
        let mut reader = self.readers.take();
        let transaction = reader.transaction()?;
        find::find(&transaction, wants)
    }

    fn writers(&self) -> usize {
        1
    }
}
