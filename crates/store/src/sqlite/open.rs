//! Opening a data directory: the lock, the settings of a connection, migrations.

use crate::StoreError;
use crate::migration::{Migration, pending};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// The file of the books within the data directory.
pub const FILE: &str = "books.sqlite";
/// Held locked by the one process that has the data directory open.
const LOCK: &str = "lock";

/// How long a connection waits for another one's lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Versions of the schema on SQLite.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "books", sql: include_str!("migrations/0001_books.sql") }];

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Write,
    Read,
    Checkpoint,
}

impl Purpose {
    /// Pages held in memory, KiB. The writer's working set is the newest leaves and the people of the day.
    const fn cache(self) -> i64 {
        match self {
            Purpose::Write => 262_144,
            Purpose::Read => 32_768,
            Purpose::Checkpoint => 1_024,
        }
    }
}

/// A process that is about to end, or was begun by one that has closed the books, may still hold them for so long.
const ENDING: Duration = Duration::from_secs(2);

/// Makes the directory if it is missing and takes it for this process.
pub(super) fn lock(directory: &Path) -> Result<File, StoreError> {
    let shown = directory.display();
    let failed = |what: std::io::Error| StoreError::Database(format!("open {shown}: {what}"));
    fs::create_dir_all(directory).map_err(failed)?;
    let path = directory.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(failed)?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if since.elapsed() < ENDING => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Unavailable(format!(
                    "{shown} is open in another process; stop that one, or give this one a data directory of its own"
                )));
            }
            Err(TryLockError::Error(what)) => return Err(failed(what)),
        }
    }
}

/// Opens the file of the books for a purpose.
pub(super) fn connect(file: &Path, purpose: Purpose) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if purpose == Purpose::Write {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(128);
    if purpose == Purpose::Write {
        // Only has an effect while the database is empty.
        db.pragma_update(None, "page_size", PAGE_SIZE)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
    }
    db.pragma_update(None, "synchronous", "FULL")?;
    // Checkpoints have a thread of their own.
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.pragma_update(None, "cache_size", -purpose.cache())?;
    db.pragma_update(None, "mmap_size", MAPPED)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "foreign_keys", false)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "query_only", purpose == Purpose::Read)?;
    Ok(db)
}

/// Bytes of the file that are read where they lie instead of being copied; the most that SQLite takes.
const MAPPED: i64 = 0x7fff_0000;

/// Bytes of a page.
const PAGE_SIZE: i64 = 4_096;

/// Brings the schema to the newest version, each step in a transaction.
pub(super) fn migrate(db: &mut Connection, all: &'static [Migration]) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_version (
             version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT",
    )?;
    let current = "SELECT coalesce(max(version), 0) FROM schema_version";
    let current: i64 = transaction.query_row(current, [], |row| row.get(0))?;
    for step in pending(all, current)? {
        transaction.execute_batch(step.sql)?;
        let note = "INSERT INTO schema_version (version, name) VALUES (?1, ?2)";
        transaction.execute(note, (step.version, step.name))?;
    }
    Ok(transaction.commit()?)
}
