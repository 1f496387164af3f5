//! A copy of everything, of one moment, while the books are in use; and the way back.

use super::open::{self, FILE};
use crate::StoreError;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Writes everything to a new file, by SQLite's online backup: one reading transaction, so the copy is of one moment and
/// writers go on (the write-ahead log grows meanwhile). The file is complete or not there.
pub(super) fn write(from: &Connection, to: &Path) -> Result<(), StoreError> {
    refuse_existing(to)?;
    let part = with_ending(to, "part");
    copy(from, &part)?;
    place(&part, to)
}

/// Copies the books of a data directory that another process may have open.
///
/// # Errors
/// [`StoreError::Conflict`] if `to` exists; whatever the file system says.
pub fn backup(directory: &Path, to: &Path) -> Result<(), StoreError> {
    write(&open::connect(&directory.join(FILE), open::Purpose::Read)?, to)
}

/// Puts a backup into a data directory that has no books yet.
///
/// # Errors
/// [`StoreError::Conflict`] if there are books, [`StoreError::Damaged`] if the backup is not whole.
pub fn restore(from: &Path, directory: &Path) -> Result<(), StoreError> {
    let _lock = open::lock(directory)?;
    let to = directory.join(FILE);
    refuse_existing(&to)?;
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let verdict: String = source.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Damaged(format!("{}: {verdict}", from.display())));
    }
    let part = with_ending(&to, "part");
    copy(&source, &part)?;
    place(&part, &to)
}

fn copy(from: &Connection, part: &Path) -> Result<(), StoreError> {
    let _ = fs::remove_file(part);
    let mut target = Connection::open(part)?;
    let backup = Backup::new(from, &mut target)?;
    match backup.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Unavailable("the books are busy; try the backup again".to_owned())),
    }
}

/// Gives a complete file its name, durably.
fn place(part: &Path, to: &Path) -> Result<(), StoreError> {
    let failed =
        |what: std::io::Error| StoreError::Database(format!("write {}: {what}", to.display()));
    File::open(part).and_then(|file| file.sync_all()).map_err(failed)?;
    fs::rename(part, to).map_err(failed)?;
    let directory = to.parent().filter(|path| !path.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new("."))).and_then(|file| file.sync_all()).map_err(failed)
}

fn refuse_existing(to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        let what = format!("{} exists already; name a new one", to.display());
        return Err(StoreError::Conflict(what));
    }
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
