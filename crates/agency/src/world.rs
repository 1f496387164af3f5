//! What a business sees while it decides: everything found, and what was decided before it in the same batch.
//!
//! A look-up of something that was not asked for is noted; the core then throws the decision away, asks the store again
//! with what was missing, and decides anew. So a business may follow a trail (an undo to its settlement, a settlement to
//! its visit) without knowing its end beforehand, at the price of a second look.

mod apply;

use crate::directory::{Directory, Site};
use crate::reason::{Reason, Refused};
use crate::regions::{Law, Regions};
use kernel::{Date, Moment};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::{
    Account, Area, Cells, Changes, Document, DocumentKey, Entry, Fact, Found, Id, Line, Message,
    MessageKey, PersonFile, PersonKey, Subject, Visit, Wants,
};

/// Directories by area.
pub type Directories = BTreeMap<Area, Arc<Directory>>;

/// Typed look-ups over what was found, as changed by earlier decisions of the batch.
#[derive(Debug)]
pub struct World {
    found: Found,
    files: HashMap<PersonKey, Arc<PersonFile>>,
    directories: Arc<Directories>,
    regions: Arc<Regions>,
    asked: Arc<Wants>,
    missing: RefCell<Option<Box<Wants>>>,
}

static NOTHING: Cells = Cells::new();

impl World {
    /// What was found when `asked`; `at_hand` are files that were known already.
    #[must_use]
    pub fn new(
        mut found: Found,
        at_hand: HashMap<PersonKey, Arc<PersonFile>>,
        directories: Arc<Directories>,
        regions: Arc<Regions>,
        asked: Arc<Wants>,
    ) -> World {
        let mut files = at_hand;
        files.extend(found.files.drain());
        // One that was asked for both by its key and as an original was found twice.
        let mut seen = HashSet::with_capacity(found.messages.len());
        found.messages.retain(|it| seen.insert((it.key.clone(), it.person.clone())));
        World { found, files, directories, regions, asked, missing: RefCell::new(None) }
    }

    /// Account row of a person or payer.
    #[must_use]
    pub fn account(&self, person: &PersonKey) -> Option<&Account> {
        let found = self.found.accounts.get(person);
        if found.is_none() && !self.asked.people.contains(person) {
            self.miss(|wants| wants.people.insert(person.clone()));
        }
        found
    }

    /// Record and facts of a person or payer.
    #[must_use]
    pub fn file(&self, person: &PersonKey) -> Option<&Arc<PersonFile>> {
        self.account(person).and_then(|_| self.files.get(person))
    }

    /// Accumulators of a person's benefit year.
    #[must_use]
    pub fn cells(&self, person: &PersonKey, year: i32) -> &Cells {
        let found = self.found.years.get(&(person.clone(), year));
        let asked = self.asked.years.is_some_and(|(from, to)| (from..=to).contains(&year))
            && self.asked.people.contains(person);
        if found.is_none() && !asked {
            self.miss(|wants| {
                wants.people.insert(person.clone());
                wants.years = Some(match self.asked.years {
                    Some((from, to)) => (from.min(year), to.max(year)),
                    None => (year, year),
                });
                true
            });
        }
        found.unwrap_or(&NOTHING)
    }

    /// A visit of a person.
    #[must_use]
    pub fn visit(&self, person: &PersonKey, visit: Id) -> Option<&Visit> {
        let found = self.found.visits.get(&visit);
        if found.is_none() && !self.asked.visits.contains(&(person.clone(), visit)) {
            self.miss(|wants| wants.visits.insert((person.clone(), visit)));
        }
        found.filter(|found| found.key == *person)
    }

    /// The lines of a visit that was looked up, in order of batch and serial.
    #[must_use]
    pub fn lines(&self, visit: Id) -> &[Line] {
        self.found.lines.get(&visit).map_or(&[], Vec::as_slice)
    }

    /// An entry of a person.
    #[must_use]
    pub fn entry(&self, person: &PersonKey, entry: Id) -> Option<&Entry> {
        let found = self.found.entries.get(&entry);
        if found.is_none() && !self.asked.entries.contains(&(person.clone(), entry)) {
            self.miss(|wants| wants.entries.insert((person.clone(), entry)));
        }
        found.filter(|found| found.key == *person)
    }

    /// By which entry an entry that was looked up is undone.
    #[must_use]
    pub fn undone(&self, entry: Id) -> Option<Id> {
        self.found.undone.get(&entry).copied()
    }

    /// A document.
    #[must_use]
    pub fn document(&self, key: &DocumentKey) -> Option<&Document> {
        let found = self.found.documents.get(key);
        if found.is_none() && !self.asked.documents.contains(key) {
            self.miss(|wants| wants.documents.insert(key.clone()));
        }
        found
    }

    /// The message of this key about a person (empty: about nobody).
    #[must_use]
    pub fn message(&self, key: &MessageKey, person: &str) -> Option<&Message> {
        let mut known = self.found.messages.iter().rev();
        known.find(|message| message.key == *key && *message.person == *person)
    }

    /// Messages with the number and transaction of `key` that were asked for as originals, oldest first.
    pub fn messages_like<'a>(&'a self, key: &'a MessageKey) -> impl Iterator<Item = &'a Message> {
        self.found.messages.iter().filter(move |message| {
            let known = &message.key;
            known.area == key.area
                && known.number == key.number
                && known.transaction == key.transaction
                && known.institution == key.institution
        })
    }

    /// Institutions and catalogue of an area.
    #[must_use]
    pub fn directory(&self, area: Area) -> Option<&Arc<Directory>> {
        self.directories.get(&area)
    }

    /// The law of an area.
    ///
    /// # Errors
    /// [`Reason::AreaUnknown`].
    pub fn law(&self, area: Area) -> Result<&Arc<Law>, Refused> {
        self.regions.law(area).ok_or_else(|| Refused::new(Reason::AreaUnknown, area.to_string()))
    }

    /// All laws and versions.
    #[must_use]
    pub fn regions(&self) -> &Arc<Regions> {
        &self.regions
    }

    /// An institution as of a day, seen from a person's area; with the area that lists it, the own one first.
    #[must_use]
    pub fn site(&self, area: Area, code: &str, day: Date, known: Moment) -> Option<(Area, Site)> {
        let own = self.directories.get(&area);
        let others = self.directories.values().filter(|other| other.area() != area);
        let mut listing = own.into_iter().chain(others).filter(|it| it.has_institution(code));
        let directory = listing.next()?;
        directory.site(code, day, known).map(|site| (directory.area(), site))
    }

    /// Files of people, as they are after what was decided.
    #[must_use]
    pub fn into_files(self) -> HashMap<PersonKey, Arc<PersonFile>> {
        self.files
    }

    /// Revisions of the areas' directories, as far as they were asked for.
    #[must_use]
    pub fn revisions(&self) -> &BTreeMap<Area, i64> {
        &self.found.directories
    }

    /// What was looked up without having been asked for, if anything.
    #[must_use]
    pub fn take_missing(&self) -> Option<Wants> {
        self.missing.borrow_mut().take().map(|wants| *wants)
    }

    /// Adds facts about a person, and ends others, as changes: with the account row whose revision makes every process
    /// read the file anew.
    ///
    /// # Errors
    /// [`Reason::PersonUnknown`].
    pub fn learn(
        &self,
        person: &PersonKey,
        facts: Vec<Fact>,
        ended: &[Id],
        at: Moment,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        let known = changes.accounts.iter().rev().find(|account| account.key == *person);
        let account = known.or_else(|| self.account(person));
        let Some(account) = account else {
            return Err(Refused::new(Reason::PersonUnknown, &*person.person));
        };
        let account = Account { revision: account.revision + 1, ..account.clone() };
        changes.accounts.push(account);
        changes.facts.extend(facts);
        let subject = Subject::Person(person.clone());
        changes.ended.extend(ended.iter().map(|id| (subject.clone(), *id, at)));
        Ok(())
    }

    fn miss(&self, add: impl FnOnce(&mut Wants) -> bool) {
        let mut missing = self.missing.borrow_mut();
        add(missing.get_or_insert_default());
    }
}
