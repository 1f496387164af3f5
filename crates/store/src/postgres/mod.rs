//! The books on PostgreSQL: any number of processes on one database, each with a few connections.
//!
//! Shape: a batch is two packets, rarely three ([`find`], [`write`]). Ordering: people are locked in the order of their
//! keys, so that two batches wait for each other and never for ever; look-ups follow the locks and see what was committed
//! meanwhile. A transaction that meets another one all the same is decided again. Bounds: every look-up is by key; months
//! have partitions of their own ([`partitions`]).
//!
//! Connections are not encrypted: the server belongs on the same machine, in the same private network, or behind a tunnel.

mod failure;
mod connection;
mod row;
mod migrate;
mod partitions;
mod keys;
mod find;
mod write;
mod queries;
mod backup;
#[cfg(test)]
mod explain;

pub use backup::restore;
#[cfg(test)]
pub(crate) use explain::explain;
pub use migrate::MIGRATIONS;

use crate::batch::{Changes, Found, Known, Wants};
use crate::codec;
use crate::id::PersonKey;
use crate::pool::Pool;
use crate::{Decide, Store, StoreError};
use connection::{Connection, Purpose};
use failure::Failure;
use find::{Finding, Mode};
use kernel::Moment;
use partitions::Partitions;
use std::collections::BTreeSet;
use tokio_postgres::Config;

/// What may be set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections that run batches. Two keep two processors busy; more help when the disk is slow to sync.
    pub writers: usize,
    /// Connections that find without locking, and as many again for queries.
    pub readers: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { writers: 2, readers: 4 }
    }
}

/// How often a batch is decided again before its callers are told that the store is busy.
const MOST_REPEATS: usize = 8;

/// The books in a database.
#[derive(Debug)]
pub struct Postgres {
    config: Config,
    writers: Pool<Slot>,
    readers: Pool<Slot>,
    askers: Pool<Slot>,
    partitions: Partitions,
    settings: Settings,
}

/// A place for a connection, which is opened when it is needed.
#[derive(Debug)]
struct Slot {
    purpose: Purpose,
    connection: Option<Connection>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }
}

impl Slot {
    /// The connection, out of its place: it goes back when nothing is left open on it.
    fn take(&mut self, config: &Config) -> Result<Connection, Failure> {
        match self.connection.take().filter(Connection::is_open) {
            Some(connection) => Ok(connection),
            None => Connection::open(config, self.purpose),
        }
    }

    fn put_back(&mut self, connection: Connection, in_transaction: bool) {
        if !in_transaction || connection.simple("ROLLBACK").is_ok() {
            self.connection = Some(connection);
        }
    }
}

/// What a try at a batch comes to.
enum Attempt {
    Done,
    /// These too must be locked first.
    MorePeople(BTreeSet<PersonKey>),
    /// The connection was lost while nothing had been written.
    NothingWritten(Failure),
}

/// Reads a description of a database.
fn configuration(connection: &str) -> Result<Config, StoreError> {
    connection.parse().map_err(|what: tokio_postgres::Error| {
        StoreError::Database(format!(
            "{what}: a database is described as host=… dbname=… user=… or postgresql://user@host/database"
        ))
    })
}

impl Postgres {
    /// Opens the books in the database that `connection` describes (`host=… dbname=…` or `postgresql://…`) and brings them
    /// to the newest schema; begins new ones if there are none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the server cannot be reached, [`StoreError::Damaged`] if a newer program has written
    /// the books, [`StoreError::Database`] if the server is too old or the text describes no database.
    pub fn open(connection: &str) -> Result<Postgres, StoreError> {
        Postgres::open_with(connection, Settings::default())
    }

    /// The same, with settings.
    ///
    /// # Errors
    /// As [`Postgres::open`].
    pub fn open_with(connection: &str, settings: Settings) -> Result<Postgres, StoreError> {
        let config = configuration(connection)?;
        let slots = |count: usize, purpose| {
            Pool::new((0..count.max(1)).map(|_| Slot { purpose, connection: None }).collect())
        };
        let store = Postgres {
            config,
            writers: slots(settings.writers, Purpose::Batches),
            readers: slots(settings.readers, Purpose::Batches),
            askers: slots(settings.readers, Purpose::Queries),
            partitions: Partitions::default(),
            settings,
        };
        store.prepare().map_err(Failure::into_error)?;
        Ok(store)
    }

    /// The schema, and partitions for this month and the next by the server's clock.
    fn prepare(&self) -> Result<(), Failure> {
        let connection = Connection::open(&self.config, Purpose::Queries)?;
        migrate::migrate(&connection, MIGRATIONS)?;
        let rows = connection.rows(
            "SELECT (extract(epoch FROM now() AT TIME ZONE 'Asia/Shanghai') * 1000)::int8",
            &[],
        )?;
        let now = rows.first().map_or(Ok(Moment(0)), |row| row::moment(row, 0))?;
        self.partitions.make(&connection, &BTreeSet::from([now.date().month()]))
    }

    /// Makes the partitions that changes need, if any is not known to be there.
    fn make_partitions(&self, changes: &Changes) -> Result<(), Failure> {
        let missing = self.partitions.missing(partitions::months(changes));
        if missing.is_empty() {
            return Ok(());
        }
        let connection = Connection::open(&self.config, Purpose::Queries)?;
        self.partitions.make(&connection, &missing)
    }

    /// One try at a batch.
    fn attempt(
        &self,
        slot: &mut Slot,
        wants: &Wants,
        more: &BTreeSet<PersonKey>,
        decide: Decide<'_>,
    ) -> Result<Attempt, Failure> {
        let connection = slot.take(&self.config)?;
        let found = match connection.wait(find::find(&connection, wants, Mode::Lock, more)) {
            Ok(Finding::Found(found)) => *found,
            Ok(Finding::MorePeople(people)) => {
                slot.put_back(connection, true);
                return Ok(Attempt::MorePeople(people));
            }
            Err(failure @ Failure::Lost(_)) => return Ok(Attempt::NothingWritten(failure)),
            Err(failure) => {
                slot.put_back(connection, true);
                return Err(failure);
            }
        };
        let known = Known::of(&found);
        let changes = decide(found);
        let written = codec::refuse_bodies(&changes)
            .map_err(Failure::Final)
            .and_then(|()| self.make_partitions(&changes))
            .and_then(|()| connection.wait(write::write(&connection, &changes, &known)));
        slot.put_back(connection, written.is_err());
        written.map(|()| Attempt::Done)
    }

    /// One try at finding without locking.
    fn look(
        &self,
        slot: &mut Slot,
        wants: &Wants,
        more: &BTreeSet<PersonKey>,
    ) -> Result<Finding, Failure> {
        let connection = slot.take(&self.config)?;
        let finding = connection.wait(find::find(&connection, wants, Mode::Look, more));
        slot.put_back(connection, true);
        finding
    }
}

impl Store for Postgres {
    fn commit(&self, wants: &Wants, decide: Decide<'_>) -> Result<(), StoreError> {
        let mut slot = self.writers.take();
        let mut more = BTreeSet::new();
        let mut last = Failure::Final(StoreError::Unavailable("nothing was tried".to_owned()));
        for _ in 0..MOST_REPEATS {
            last = match self.attempt(&mut slot, wants, &more, decide) {
                Ok(Attempt::Done) => return Ok(()),
                Ok(Attempt::MorePeople(people)) => {
                    more.extend(people);
                    Failure::Final(StoreError::Unavailable("payers keep changing".to_owned()))
                }
                // Once: the connection may have been cut while it was idle.
                Ok(Attempt::NothingWritten(failure)) if !matches!(last, Failure::Lost(_)) => {
                    failure
                }
                Err(failure @ Failure::Repeat(_)) => failure,
                Ok(Attempt::NothingWritten(failure)) | Err(failure) => {
                    return Err(failure.into_error());
                }
            };
        }
        Err(last.into_error())
    }

    fn read(&self, wants: &Wants) -> Result<Found, StoreError> {
        let mut slot = self.readers.take();
        let mut more = BTreeSet::new();
        let mut last = Failure::Final(StoreError::Unavailable("nothing was tried".to_owned()));
        for _ in 0..MOST_REPEATS {
            last = match self.look(&mut slot, wants, &more) {
                Ok(Finding::Found(found)) => return Ok(*found),
                Ok(Finding::MorePeople(people)) => {
                    more.extend(people);
                    Failure::Final(StoreError::Unavailable("payers keep changing".to_owned()))
                }
                Err(failure @ Failure::Lost(_)) if !matches!(last, Failure::Lost(_)) => failure,
                Err(failure) => return Err(failure.into_error()),
            };
        }
        Err(last.into_error())
    }

    fn writers(&self) -> usize {
        self.settings.writers.max(1)
    }
}
