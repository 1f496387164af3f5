//! Checkpoints: moving what was committed from the write-ahead log into the database, beside the writer.
//!
//! A thread with a connection of its own copies what is there every 250 ms, which never holds up the writer. Under load
//! without a pause the log never runs empty and so never begins anew; when it passes its bound, the thread copies until
//! little is left, and the writer itself, between two batches, copies that and begins the log anew, which holds up that
//! one batch. The bound is high, so that such a batch is one of many.

use super::open::{self, Purpose};
use crate::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(250);
/// Checkpoints in a row past the bound, and pages that may be left for the writer.
const MOST_AT_ONCE: usize = 4;
const LITTLE: i64 = 2_000;
/// The writer waits no longer than this for readers of old pages before it goes on with a longer log.
const PATIENCE: Duration = Duration::from_millis(50);

/// The checkpoints of an open database.
#[derive(Debug)]
pub(super) struct Checkpoints {
    /// Pages in the log when it was last looked at.
    pages: Arc<AtomicI64>,
    /// Pages in the log at which the writer begins it anew.
    bound: i64,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What a checkpoint leaves behind.
struct Log {
    /// Pages in the log.
    pages: i64,
    /// Of them, copied into the database.
    copied: i64,
}

/// How a checkpoint is done.
#[derive(Clone, Copy)]
enum Mode {
    /// Copies what it can without waiting for anybody.
    Passive,
    /// Copies everything; the next commit writes at the beginning of the log.
    Restart,
    /// Copies everything and empties the log.
    Truncate,
}

impl Checkpoints {
    /// Starts the thread. `bound` is in bytes of the log.
    pub(super) fn start(file: &Path, bound: u64) -> Result<Checkpoints, StoreError> {
        let db = open::connect(file, Purpose::Checkpoint)?;
        let page_size: i64 = db.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let bound = i64::try_from(bound).unwrap_or(i64::MAX) / page_size.max(1);
        let pages = Arc::new(AtomicI64::new(0));
        let (stop, stopped) = mpsc::channel();
        let seen = Arc::clone(&pages);
        let thread = thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let mut pages = 0;
                    // What a checkpoint leaves, the next one copies.
                    for _ in 0..MOST_AT_ONCE {
                        let Ok(log) = checkpoint(&db, Mode::Passive) else { break };
                        pages = log.pages;
                        if pages < bound || pages - log.copied < LITTLE {
                            break;
                        }
                    }
                    seen.store(pages, Ordering::Relaxed);
                }
            })
            .map_err(|what| StoreError::Database(format!("start a thread: {what}")))?;
        Ok(Checkpoints { pages, bound, stop: Some(stop), thread: Some(thread) })
    }

    /// Called by the writer between batches: begins the log anew if it is past its bound.
    pub(super) fn keep_bound(&self, writer: &Connection) -> Result<(), StoreError> {
        if self.pages.load(Ordering::Relaxed) < self.bound {
            return Ok(());
        }
        self.pages.store(0, Ordering::Relaxed);
        writer.busy_timeout(PATIENCE)?;
        let restarted = checkpoint(writer, Mode::Restart);
        writer.busy_timeout(open::PATIENCE)?;
        restarted.map(|_| ())
    }

    /// Stops the thread and empties the log.
    pub(super) fn close(&mut self, writer: &Connection) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to copy; the log stays and is read at the next start.
            let _ = thread.join();
        }
        let _ = checkpoint(writer, Mode::Truncate);
    }
}

/// Runs a checkpoint.
fn checkpoint(db: &Connection, mode: Mode) -> Result<Log, StoreError> {
    let statement = match mode {
        Mode::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        Mode::Restart => "PRAGMA wal_checkpoint(RESTART)",
        Mode::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    let mut statement = db.prepare_cached(statement)?;
    Ok(statement.query_row([], |row| Ok(Log { pages: row.get(1)?, copied: row.get(2)? }))?)
}
