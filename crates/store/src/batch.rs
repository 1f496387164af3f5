//! What one durable transaction needs and what it writes.
//!
//! A batch is decided as a value before anything is written: the store locks the people named in [`Wants`] in order, looks
//! up what else is named, hands a [`Found`] to the caller and writes the [`Changes`] that come back. It knows nothing of
//! what they mean.

use crate::id::{Area, Id, PersonKey};
use crate::model::{
    Account, Archive, Cells, Closing, Credential, Document, DocumentKey, Entry, Fact, Institution,
    Item, Line, Message, MessageKey, Person, Sheet, Visit, YearRow,
};
use kernel::Moment;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// What a batch needs to know.
#[derive(Clone, Debug, Default)]
pub struct Wants {
    /// People whose state is read and, in a commit, locked in this order; together with everybody whose account pays for
    /// them (facts of kind [`crate::FAMILY`] that are not ended) or paid in one of `entries`.
    pub people: BTreeSet<PersonKey>,
    /// Files that the caller has at hand, of people and of those who pay for them; a file is only read if the one at hand
    /// has another revision than the books.
    pub known: HashMap<PersonKey, Arc<PersonFile>>,
    /// Benefit years wanted of `people`, both ends included. Payers' years are not read.
    pub years: Option<(i32, i32)>,
    /// Messages, to be answered again; the entries they made are read too, and whether they are undone.
    pub messages: BTreeSet<MessageKey>,
    /// Messages by number and transaction only, whatever they said (digest ignored), newest last, of each at most the
    /// [`crate::MOST_ORIGINALS`] newest; the entries they made are read too, and whether they are undone.
    pub originals: BTreeSet<MessageKey>,
    /// Visits with their lines.
    pub visits: BTreeSet<(PersonKey, Id)>,
    /// Entries, and whether they are undone.
    pub entries: BTreeSet<(PersonKey, Id)>,
    /// Documents.
    pub documents: BTreeSet<DocumentKey>,
    /// Areas whose directory revision is wanted (institutions, their facts, catalogue).
    pub areas: BTreeSet<Area>,
}

impl Wants {
    /// Whoever pays for the people wanted, as far as the files at hand say.
    pub(crate) fn known_payers(&self) -> impl Iterator<Item = PersonKey> {
        let files = self.people.iter().filter_map(|key| self.known.get(key));
        files.flat_map(|file| file.payers())
    }
}

/// A person with credentials and facts, as of a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonFile {
    /// The record.
    pub person: Person,
    /// All facts, ended ones too, in order of kind, first day and id.
    pub facts: Vec<Fact>,
    /// Revision of the account row when it was read.
    pub revision: i64,
}

impl PersonFile {
    /// Whose accounts pay for the person.
    pub(crate) fn payers(&self) -> impl Iterator<Item = PersonKey> {
        let area = self.person.key.area;
        let payers = self
            .facts
            .iter()
            .filter(|fact| fact.kind.as_ref() == crate::FAMILY && fact.ended_at.is_none());
        payers.map(move |fact| PersonKey { area, person: fact.other.clone() })
    }
}

/// What the store found. A name that is absent does not exist.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// People and payers that exist.
    pub accounts: HashMap<PersonKey, Account>,
    /// Files of those whose revision is not the known one.
    pub files: HashMap<PersonKey, Arc<PersonFile>>,
    /// Accumulators.
    pub years: HashMap<(PersonKey, i32), Cells>,
    /// Messages: those of `messages`, then those of `originals`.
    pub messages: Vec<Message>,
    /// Visits.
    pub visits: HashMap<Id, Visit>,
    /// Their lines, in order of batch and serial.
    pub lines: HashMap<Id, Vec<Line>>,
    /// Entries.
    pub entries: HashMap<Id, Entry>,
    /// Entries that are undone, and by which.
    pub undone: HashMap<Id, Id>,
    /// Documents.
    pub documents: HashMap<DocumentKey, Document>,
    /// Revision of each area's directory: grows with every change of institutions, their facts or items.
    pub directories: BTreeMap<Area, i64>,
}

impl Found {
    /// Whoever pays for the people wanted or paid in an entry found.
    pub(crate) fn payers(&self, wants: &Wants) -> BTreeSet<PersonKey> {
        let files = wants.people.iter().filter_map(|key| self.file(wants, key));
        let bound = files.flat_map(|file| file.payers());
        bound.chain(self.entries.values().flat_map(Entry::payer_keys)).collect()
    }

    /// A person's file: the one read, or the one that the caller had.
    fn file<'a>(&'a self, wants: &'a Wants, key: &PersonKey) -> Option<&'a Arc<PersonFile>> {
        self.files.get(key).or_else(|| wants.known.get(key))
    }

    /// The entries that the messages found made.
    pub(crate) fn entries_of_messages(&self) -> BTreeSet<(PersonKey, Id)> {
        let made = self.messages.iter().filter(|message| message.entry != Id::MIN);
        made.map(|message| {
            let key = PersonKey { area: message.key.area, person: message.person.clone() };
            (key, message.entry)
        })
        .collect()
    }
}

/// What was found that decides how something is written: rows that were found are changed, and anything else is new.
pub(crate) struct Known {
    accounts: HashSet<PersonKey>,
    messages: HashSet<(MessageKey, Arc<str>)>,
    visits: HashMap<Id, PersonKey>,
}

impl Known {
    pub(crate) fn of(found: &Found) -> Known {
        let messages = found.messages.iter();
        let visits = found.visits.values();
        Known {
            accounts: found.accounts.keys().cloned().collect(),
            messages: messages.map(|one| (one.key.clone(), one.person.clone())).collect(),
            visits: visits.map(|visit| (visit.id, visit.key.clone())).collect(),
        }
    }

    pub(crate) fn has_account(&self, account: &Account) -> bool {
        self.accounts.contains(&account.key)
    }

    pub(crate) fn has_message(&self, message: &Message) -> bool {
        !self.messages.is_empty()
            && self.messages.contains(&(message.key.clone(), message.person.clone()))
    }

    pub(crate) fn has_visit(&self, key: &PersonKey, id: Id) -> bool {
        self.visits.get(&id).is_some_and(|of| of == key)
    }
}

/// What a batch writes. Rows named twice keep the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// People, new or changed. Their `accounts` row must be in the changes too, with a new revision.
    pub people: Vec<Person>,
    /// Credentials, new.
    pub credentials: Vec<Credential>,
    /// Facts, new.
    pub facts: Vec<Fact>,
    /// Facts that turned out wrong, and when we learned so. Of people, their `accounts` row must be in the changes too.
    pub ended: Vec<(crate::model::Subject, Id, Moment)>,
    /// Institutions, new or changed.
    pub institutions: Vec<Institution>,
    /// Items, new or changed (by area, code and first day).
    pub items: Vec<Item>,
    /// Account rows, new or changed. A row that exists must have been found; one that was not is new, and if it is there
    /// after all, that is a conflict.
    pub accounts: Vec<Account>,
    /// Accumulator rows, new or changed.
    pub years: Vec<YearRow>,
    /// Visits, new or changed.
    pub visits: Vec<Visit>,
    /// Fee lines of visits, new or changed: all lines of a visit as they now stand.
    pub sheets: Vec<Sheet>,
    /// Entries with their postings, new.
    pub entries: Vec<Entry>,
    /// Entries undone: which, by which. An entry is undone once; a second time is a conflict.
    pub undone: Vec<(PersonKey, Id, Id)>,
    /// Messages, new or changed: a known key is written anew in every column. A message that exists must have been wanted;
    /// one that was not found is new, and if it is there after all, that is a conflict.
    pub messages: Vec<Message>,
    /// Documents, new or changed.
    pub documents: Vec<Document>,
    /// Archives, new; known ones are left alone.
    pub archives: Vec<Archive>,
    /// Closings, new.
    pub closings: Vec<Closing>,
}

impl Changes {
    /// True if there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }

    /// Areas whose directory revision must grow.
    #[must_use]
    pub fn directories(&self) -> BTreeSet<Area> {
        let of_facts = self.facts.iter().map(|fact| &fact.subject);
        let subjects = of_facts.chain(self.ended.iter().map(|(subject, ..)| subject));
        let institutions = subjects.filter_map(|subject| match subject {
            crate::model::Subject::Institution(area, _) => Some(*area),
            crate::model::Subject::Person(_) => None,
        });
        let own = self.institutions.iter().map(|institution| institution.area);
        institutions.chain(own).chain(self.items.iter().map(|item| item.area)).collect()
    }
}

/// Of the rows with one key the last, in order of place.
pub(crate) fn latest<'a, T, K: Eq + Hash>(rows: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    if rows.len() < 2 {
        return rows.iter().collect();
    }
    let mut last = HashMap::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        last.insert(key(row), place);
    }
    let is_last = |(place, row): &(usize, &'a T)| last.get(&key(row)) == Some(place);
    rows.iter().enumerate().filter(is_last).map(|(_, row)| row).collect()
}
