//! The durable books: people and their facts, institutions, catalogues, visits, entries and postings, messages and
//! documents, on SQLite or PostgreSQL, behind one narrow trait.
//!
//! Shape: a batch of requests is one call of [`Store::commit`]; the caller decides in memory between reading and writing.
//! Ordering: people are locked in the order of their keys before anything else is looked up, so that a message or an undo
//! that another process has just committed is seen. Bounds: nothing read on this path grows with the years of history;
//! every look-up is by a whole key.
//!
//! Reading order: [`id`], [`model`] (the tables), [`batch`] (what a transaction needs and writes), [`queries`] (reads
//! beside the settlement path), then [`sqlite`] and [`postgres`].

pub mod id;
pub mod model;
pub mod batch;
pub mod queries;
mod error;
mod codec;
mod pool;
pub mod migration;
pub mod sqlite;
pub mod postgres;
#[cfg(test)]
mod plans;

pub use batch::{Changes, Found, PersonFile, Wants};
pub use error::StoreError;
pub use id::{Area, Id, PersonKey};
pub use model::{
    Account, Archive, Cells, Closing, Credential, Document, DocumentKey, Entered, Entry, EntryKind,
    Fact, Institution, Item, Line, Message, MessageKey, Person, Posting, Sheet, Subject, Visit,
    YearRow,
};
pub use queries::{
    BegunFacts, ByFact, GroupPeople, InstitutionTotal, PaidBy, PostedAs, PostedAt, Queries, Span,
    Unreadable,
};

/// The kind of fact that names whose account pays for a person (`other` is the payer's 人员编号): the one kind the store
/// must know, because payers are locked with the person.
pub const FAMILY: &str = "family";

/// The most messages of one number and transaction that are read, the newest: some senders use one number for everything.
pub const MOST_ORIGINALS: u32 = 256;

/// Decides a batch. Called once a transaction; called again with fresh data if the transaction has to be repeated.
pub type Decide<'a> = &'a mut dyn FnMut(Found) -> Changes;

/// The books. Calls block; a store may be called from many threads.
pub trait Store: Queries {
    /// Runs one durable transaction: locks, finds, decides, writes. When it returns, the changes are on disk, or nothing
    /// is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the changes contradict what is stored (nothing was written; the caller may try its
    /// requests one by one); any other error is the store's own.
    fn commit(&self, wants: &Wants, decide: Decide<'_>) -> Result<(), StoreError>;

    /// Finds without locking: one moment of everything wanted.
    ///
    /// # Errors
    /// The store's own.
    fn read(&self, wants: &Wants) -> Result<Found, StoreError>;

    /// How many batches are worth running at once.
    fn writers(&self) -> usize;
}
