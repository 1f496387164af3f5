//! Books in memory: a store that does what the contract says and nothing else, for tests of what is decided over it.

mod find;
mod queries;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use store::{
    Account, Archive, Area, Cells, Changes, Closing, Credential, Document, DocumentKey, Entry,
    Fact, Id, Institution, Item, Line, Message, MessageKey, Person, PersonKey, Store, StoreError,
    Visit, Wants,
};

/// Every table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tables {
    pub(crate) people: BTreeMap<PersonKey, Person>,
    pub(crate) credentials: BTreeMap<(Area, Arc<str>, Arc<str>), Credential>,
    pub(crate) facts: BTreeMap<Id, Fact>,
    pub(crate) institutions: BTreeMap<(Area, Arc<str>), Institution>,
    pub(crate) items: BTreeMap<(Area, Arc<str>, i32), Item>,
    pub(crate) accounts: BTreeMap<PersonKey, Account>,
    pub(crate) years: BTreeMap<(PersonKey, i32), Cells>,
    pub(crate) visits: BTreeMap<Id, Visit>,
    pub(crate) lines: BTreeMap<Id, Vec<Line>>,
    pub(crate) entries: BTreeMap<Id, Entry>,
    pub(crate) undone: BTreeMap<Id, Id>,
    pub(crate) messages: BTreeMap<(MessageKey, Arc<str>), Message>,
    pub(crate) documents: BTreeMap<DocumentKey, Document>,
    pub(crate) archives: BTreeMap<(Area, Arc<str>), Archive>,
    pub(crate) closings: Vec<Closing>,
    pub(crate) directories: BTreeMap<Area, i64>,
}

/// The books, shared by every server of a test.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Tables>>);

impl Memory {
    /// Books with these rows.
    pub(crate) fn with(changes: &Changes) -> Memory {
        let memory = Memory::default();
        memory.tables().write(changes).unwrap();
        memory
    }

    /// The tables.
    pub(crate) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap()
    }
}

impl Store for Memory {
    fn commit(&self, wants: &Wants, decide: store::Decide<'_>) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let changes = decide(tables.find(wants));
        tables.write(&changes)
    }

    fn read(&self, wants: &Wants) -> Result<store::Found, StoreError> {
        Ok(self.tables().find(wants))
    }

    fn writers(&self) -> usize {
        1
    }
}
