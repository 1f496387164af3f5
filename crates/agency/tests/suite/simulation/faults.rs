//! A store that fails between any two steps of a transaction.

use crate::memory::{Memory, Tables};
use agency::core::Watch;
use agency::facts;
use agency::record::Record;
use fastrand::Rng;
use kernel::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use store::{Changes, Decide, EntryKind, Found, Store, StoreError, Subject, Wants};

/// When it fails, and what it saw.
pub(super) struct Faults {
    rng: Rng,
    pub(super) stormy: bool,
    crash: bool,
    pub(super) happened: BTreeMap<&'static str, usize>,
    /// What was decided on old knowledge.
    pub(super) wrong: Vec<String>,
    /// Errors of the store that are no misfortune.
    pub(super) noted: Vec<String>,
}

impl Watch for Weather {
    fn began(&self, _: usize, _: usize) {}

    fn ended(&self, _: usize) {}

    fn failed(&self, error: &StoreError) {
        if !error.may_pass() {
            self.faults.lock().unwrap().noted.push(error.to_string());
        }
    }
}

impl Faults {
    pub(super) fn new(seed: u64) -> Faults {
        Faults {
            rng: Rng::with_seed(seed),
            stormy: true,
            crash: false,
            happened: BTreeMap::new(),
            wrong: Vec::new(),
            noted: Vec::new(),
        }
    }

    pub(super) fn count(&mut self, what: &'static str) {
        *self.happened.entry(what).or_default() += 1;
    }

    /// True once if the machine died while it was writing.
    pub(super) fn take_crash(&mut self) -> bool {
        std::mem::take(&mut self.crash)
    }

    fn strikes(&mut self, what: &'static str, percent: u8) -> bool {
        let strikes = self.stormy && self.rng.u8(0..100) < percent;
        if strikes {
            self.count(what);
            self.crash = self.rng.u8(0..3) == 0;
        }
        strikes
    }
}

/// The books of one server process, in bad weather.
#[derive(Clone)]
pub(super) struct Weather {
    pub(super) memory: Memory,
    pub(super) faults: Arc<Mutex<Faults>>,
}

impl Weather {
    fn strikes(&self, what: &'static str, percent: u8) -> Result<(), StoreError> {
        if self.faults.lock().unwrap().strikes(what, percent) {
            return Err(StoreError::Unavailable(what.into()));
        }
        Ok(())
    }
}

impl Store for Weather {
    fn commit(&self, wants: &Wants, decide: Decide<'_>) -> Result<(), StoreError> {
        self.strikes("away", 4)?;
        let mut tables = self.memory.tables();
        let mut changes = decide(tables.find(wants));
        if self.faults.lock().unwrap().strikes("repeated", 10) {
            self.faults.lock().unwrap().crash = false;
            changes = decide(tables.find(wants));
        }
        self.strikes("before writing", 4)?;
        self.faults.lock().unwrap().wrong.extend(decided_on_old_knowledge(&tables, &changes));
        tables.write(&changes)?;
        drop(tables);
        self.strikes("after writing", 6)
    }

    fn read(&self, wants: &Wants) -> Result<Found, StoreError> {
        self.memory.read(wants)
    }

    fn writers(&self) -> usize {
        1
    }
}

/// What new settlements say of level and holds must be what the books say now.
fn decided_on_old_knowledge(tables: &Tables, changes: &Changes) -> Vec<String> {
    let mut wrong = Vec::new();
    let new = changes.entries.iter().filter(|entry| entry.kind == EntryKind::Settlement);
    for entry in new {
        let inputs = Record::from_json(&entry.record).unwrap().inputs;
        let of = |subject: Subject, kind: &str, day: Date| {
            let facts = tables.facts.values().filter(|fact| {
                let known = fact.subject == subject && *fact.kind == *kind;
                known && fact.ended_at.is_none() && fact.from <= day && day <= fact.to
            });
            facts.max_by_key(|fact| (fact.from, fact.id)).map(|fact| fact.other.clone())
        };
        let institution = Subject::Institution(entry.key.area, entry.institution.clone());
        let person = Subject::Person(entry.key.clone());
        let level = of(institution, facts::LEVEL, Date::parse(&inputs.service).unwrap());
        if level.as_deref() != Some(&*inputs.level) {
            wrong.push(format!("{}: level {}, is {level:?}", entry.id, inputs.level));
        }
        let held = of(person, facts::HOLD, entry.id.moment().date());
        if held.is_some() && inputs.wallet != (0, 0) {
            wrong.push(format!("{}: a held account pays", entry.id));
        }
    }
    wrong
}

mod queries {
    //! Everything that is read beside the path, from the same books.

    use super::Weather;
    use kernel::{Date, Fen, Moment};
    use std::sync::Arc;
    use store::queries::{Answer, ByFact, InstitutionTotal};
    use store::{
        Account, Archive, Area, Closing, Document, DocumentKey, Entry, Fact, Id, Institution, Item,
        Message, PaidBy, PersonKey, PostedAs, PostedAt, Queries, Sheet, Visit, YearRow,
    };

    impl Queries for Weather {
        fn person_by_credential(
            &self,
            area: Area,
            kind: &str,
            number: &str,
        ) -> Answer<Option<PersonKey>> {
            self.memory.person_by_credential(area, kind, number)
        }
        fn visits(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Visit>> {
            self.memory.visits(person, from, to)
        }
        fn history(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Entry>> {
            self.memory.history(person, from, to)
        }
        fn unreadable(
            &self,
            area: Area,
            after: Id,
            to: Id,
            limit: usize,
        ) -> Answer<Vec<store::Unreadable>> {
            self.memory.unreadable(area, after, to, limit)
        }
        fn entered(
            &self,
            area: Area,
            spans: &[store::Span],
        ) -> Answer<Vec<Option<store::queries::Entries>>> {
            self.memory.entered(area, spans)
        }
        fn entries_at(
            &self,
            area: Area,
            institution: &str,
            after: Id,
            to: Id,
            limit: usize,
        ) -> Answer<Vec<Entry>> {
            self.memory.entries_at(area, institution, after, to, limit)
        }
        fn totals_at(
            &self,
            area: Area,
            institution: &str,
            from: Id,
            to: Id,
        ) -> Answer<Vec<InstitutionTotal>> {
            self.memory.totals_at(area, institution, from, to)
        }
        fn totals_by_institution(
            &self,
            area: Area,
            from: Id,
            to: Id,
        ) -> Answer<Vec<(Arc<str>, InstitutionTotal)>> {
            self.memory.totals_by_institution(area, from, to)
        }
        fn posted_by_institution(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAt>> {
            self.memory.posted_by_institution(area, from, to)
        }
        fn posted_by_kind(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAs>> {
            self.memory.posted_by_kind(area, from, to)
        }
        fn paid_by_programme(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PaidBy>> {
            self.memory.paid_by_programme(area, from, to)
        }
        fn people_by_fact(&self, area: Area, fact: ByFact<'_>) -> Answer<Vec<(Arc<str>, i64)>> {
            self.memory.people_by_fact(area, fact)
        }
        fn people_with_fact(
            &self,
            area: Area,
            fact: ByFact<'_>,
            other: &str,
            after: &str,
            limit: usize,
        ) -> Answer<Vec<Fact>> {
            self.memory.people_with_fact(area, fact, other, after, limit)
        }
        fn facts_begun(
            &self,
            area: Area,
            kind: &str,
            days: (Date, Date),
            known: Moment,
            named: &str,
        ) -> Answer<Vec<store::BegunFacts>> {
            self.memory.facts_begun(area, kind, days, known, named)
        }
        fn people_by_group(
            &self,
            area: Area,
            from: Id,
            to: Id,
            groups: &std::collections::BTreeMap<Arc<str>, Arc<str>>,
        ) -> Answer<Vec<store::GroupPeople>> {
            self.memory.people_by_group(area, from, to, groups)
        }
        fn documents_filed(
            &self,
            area: Area,
            kind: &str,
            span: (Moment, Moment),
            after: (&str, &str),
            limit: usize,
        ) -> Answer<Vec<Document>> {
            self.memory.documents_filed(area, kind, span, after, limit)
        }
        fn messages_numbered(
            &self,
            area: Area,
            institution: &str,
            number: &str,
        ) -> Answer<Vec<Message>> {
            self.memory.messages_numbered(area, institution, number)
        }
        fn document(&self, key: &DocumentKey) -> Answer<Option<Document>> {
            self.memory.document(key)
        }
        fn documents(
            &self,
            area: Area,
            kind: &str,
            owner: &str,
            after: (&str, &str),
            limit: usize,
        ) -> Answer<Vec<Document>> {
            self.memory.documents(area, kind, owner, after, limit)
        }
        fn areas(&self) -> Answer<Vec<(Area, i64)>> {
            self.memory.areas()
        }
        fn institutions(&self, area: Area) -> Answer<Vec<Institution>> {
            self.memory.institutions(area)
        }
        fn institution_facts(&self, area: Area) -> Answer<Vec<Fact>> {
            self.memory.institution_facts(area)
        }
        fn items(&self, area: Area, after: (&str, Date), limit: usize) -> Answer<Vec<Item>> {
            self.memory.items(area, after, limit)
        }
        fn archives(&self, area: Area) -> Answer<Vec<Archive>> {
            self.memory.archives(area)
        }
        fn people(
            &self,
            area: Area,
            after: &str,
            to: &str,
            limit: usize,
        ) -> Answer<Vec<store::PersonFile>> {
            self.memory.people(area, after, to, limit)
        }
        fn marks(&self, area: Area, step: usize) -> Answer<Vec<Arc<str>>> {
            self.memory.marks(area, step)
        }
        fn bound_to(&self, area: Area, payer: &str) -> Answer<Vec<PersonKey>> {
            self.memory.bound_to(area, payer)
        }
        fn accounts(&self, area: Area, after: &str, limit: usize) -> Answer<Vec<Account>> {
            self.memory.accounts(area, after, limit)
        }
        fn years(&self, area: Area, after: (&str, i32), limit: usize) -> Answer<Vec<YearRow>> {
            self.memory.years(area, after, limit)
        }
        fn entries(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Entry>> {
            self.memory.entries(area, after, to, limit)
        }
        fn all_visits(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Visit>> {
            self.memory.all_visits(area, after, to, limit)
        }
        fn all_sheets(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Sheet>> {
            self.memory.all_sheets(area, after, to, limit)
        }
        fn all_messages(
            &self,
            area: Area,
            after: Option<&Message>,
            limit: usize,
        ) -> Answer<Vec<Message>> {
            self.memory.all_messages(area, after, limit)
        }
        fn posted(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(i16, Arc<str>, Fen)>> {
            self.memory.posted(area, from, to)
        }
        fn closings(&self, area: Area) -> Answer<Vec<Closing>> {
            self.memory.closings(area)
        }
        fn undone(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(Id, Id)>> {
            self.memory.undone(area, from, to)
        }
        fn ping(&self) -> Answer<()> {
            self.memory.ping()
        }
        fn backup(&self, to: &std::path::Path) -> Answer<()> {
            self.memory.backup(to)
        }
    }
}
