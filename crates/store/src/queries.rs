//! Reads beside the settlement path: questions of the counter, reconciliation, and whole-table walks for checks, exports
//! and backups. None of them locks.
//!
//! Walks go in pages by key: `after` is the last key of the page before, `limit` the most rows wanted.

use crate::PersonFile;
use crate::error::StoreError;
use crate::id::{Area, Id, PersonKey};
use crate::model::{
    Account, Archive, Closing, Document, DocumentKey, Entered, Entry, EntryKind, Fact, Institution,
    Item, Message, Sheet, Visit, YearRow,
};
use kernel::{Date, Fen, Moment};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Sums over the entries of an institution.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InstitutionTotal {
    /// 清算类别.
    pub clearing: Arc<str>,
    /// Settlements, undos, reversals or reinstatements.
    pub kind: EntryKind,
    /// How many.
    pub count: i64,
    /// 医疗费总额.
    pub total: Fen,
    /// Paid by all funds.
    pub funds: Fen,
    /// Paid from personal accounts.
    pub accounts: Fen,
    /// Cash.
    pub cash: Fen,
}

/// Sum of the postings at an institution: institution, 清算类别, account of the chart, fen.
pub type PostedAt = (Arc<str>, Arc<str>, i16, Fen);

/// Who was seen at the institutions of a group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GroupPeople {
    /// The group.
    pub group: Arc<str>,
    /// Settlements and reinstatements, less undos and reversals.
    pub visits: i64,
    /// People of whom more than nothing is left of these.
    pub people: i64,
    /// People of whom two or more are left.
    pub returning: i64,
}

/// How many people have such a fact: what it names, a text of its detail, people.
pub type BegunFacts = (Arc<str>, Arc<str>, i64);
/// Sum of the postings of one kind of entry to one account of the chart: kind, account, fen.
pub type PostedAs = (EntryKind, i16, Fen);

/// What the funds paid by one programme in entries of one kind: its code, kind, fen by fund.
pub type PaidBy = (Arc<str>, EntryKind, [Fen; 3]);

/// Entries of a person that are wanted: of some benefit years, from an id on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// 人员编号.
    pub person: Arc<str>,
    /// The first id.
    pub from: Id,
    /// The first benefit year.
    pub first: i32,
    /// The last benefit year.
    pub last: i32,
}

/// What was entered for a person, oldest first, and the newest of all entries of the person at the same moment, or before.
pub type Entries = (Id, Vec<Entered>);

/// An entry that cannot be read, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// Names it.
    pub id: Id,
    /// Whose.
    pub key: PersonKey,
    /// What of it cannot be read.
    pub what: String,
}

/// The kinds of entries that totals are about.
pub(crate) const TOTALLED: &[EntryKind] =
    &[EntryKind::Settlement, EntryKind::Undo, EntryKind::Reversal, EntryKind::Reinstatement];

/// The kinds of entries whose records say which programme paid.
pub(crate) const BY_PROGRAMME: &[EntryKind] = &[
    EntryKind::Settlement,
    EntryKind::Undo,
    EntryKind::Reversal,
    EntryKind::Reinstatement,
    EntryKind::Reimbursement,
    EntryKind::Withdrawal,
];

/// A fact of a kind that holds on a day, as known at a moment; of several of one person the one that began last counts.
#[derive(Clone, Copy, Debug)]
pub struct ByFact<'a> {
    /// The kind.
    pub kind: &'a str,
    /// The day.
    pub day: Date,
    /// What was known then counts.
    pub known: Moment,
    /// Only people of whom a fact of this kind and value holds too; both empty: of everybody.
    pub with: (&'a str, &'a str),
    /// Only people of whom no fact of this kind began before the day; empty: of everybody.
    pub without: &'a str,
}

impl<'a> ByFact<'a> {
    /// Of everybody.
    #[must_use]
    pub const fn on(kind: &'a str, day: Date, known: Moment) -> ByFact<'a> {
        ByFact { kind, day, known, with: ("", ""), without: "" }
    }
}

/// A result of the store.
pub type Answer<T> = Result<T, StoreError>;

/// Reads. Spans of time are spans of ids: [`Id::first_at`] of the first moment, inclusive, to that of the moment after the
/// last, exclusive.
pub trait Queries: Send + Sync {
    /// The person with this credential (`kind` empty: of any kind).
    ///
    /// # Errors
    /// The store's own, as for all that follow.
    fn person_by_credential(
        &self,
        area: Area,
        kind: &str,
        number: &str,
    ) -> Answer<Option<PersonKey>>;
    /// Visits of a person, oldest first.
    fn visits(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Visit>>;
    /// Entries of a person, oldest first.
    fn history(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Entry>>;
    /// Entries of many people at once, in the order of the spans; `None`: no such person.
    fn entered(&self, area: Area, spans: &[Span]) -> Answer<Vec<Option<Entries>>>;
    /// Entries at an institution, oldest first, a page.
    fn entries_at(
        &self,
        area: Area,
        institution: &str,
        after: Id,
        to: Id,
        limit: usize,
    ) -> Answer<Vec<Entry>>;
    /// Sums over the settlements, undos and what takes them back at an institution, by clearing class and kind, in that
    /// order.
    fn totals_at(
        &self,
        area: Area,
        institution: &str,
        from: Id,
        to: Id,
    ) -> Answer<Vec<InstitutionTotal>>;
    /// The same sums for all institutions at once, by institution, clearing class and kind, in that order.
    fn totals_by_institution(
        &self,
        area: Area,
        from: Id,
        to: Id,
    ) -> Answer<Vec<(Arc<str>, InstitutionTotal)>>;
    /// Sums of the postings of these entries, by institution, clearing class and account, in that order.
    fn posted_by_institution(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAt>>;
    /// Sums of the postings of all entries in a span, by kind of entry and account, in that order.
    fn posted_by_kind(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAs>>;
    /// What the funds paid by programme in a span, as the records of settlements, of what takes them back and of paper
    /// claims say it (`decision.portions`), by programme and kind, in that order.
    fn paid_by_programme(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PaidBy>>;
    /// How many people have a fact, by what it names (`other`).
    fn people_by_fact(&self, area: Area, fact: ByFact<'_>) -> Answer<Vec<(Arc<str>, i64)>>;
    /// Those facts, of people who have one that names `other` (empty: anything), by person, a page after `after`.
    fn people_with_fact(
        &self,
        area: Area,
        fact: ByFact<'_>,
        other: &str,
        after: &str,
        limit: usize,
    ) -> Answer<Vec<Fact>>;
    /// How many people have a fact of a kind that began in a span of days, both ends included, as known at a moment, by what it
    /// names (`other`) and by the text that its detail has under a name (empty: it has none), in that order.
    fn facts_begun(
        &self,
        area: Area,
        kind: &str,
        days: (Date, Date),
        known: Moment,
        named: &str,
    ) -> Answer<Vec<BegunFacts>>;
    /// Who was seen at institutions, by group: `groups` gives each institution its group, and others count nowhere. In order
    /// of group.
    fn people_by_group(
        &self,
        area: Area,
        from: Id,
        to: Id,
        groups: &BTreeMap<Arc<str>, Arc<str>>,
    ) -> Answer<Vec<GroupPeople>>;
    /// Documents of a kind first filed in a span of time, the end excluded, by owner and number, a page after (owner,
    /// number).
    fn documents_filed(
        &self,
        area: Area,
        kind: &str,
        span: (Moment, Moment),
        after: (&str, &str),
        limit: usize,
    ) -> Answer<Vec<Document>>;
    /// Messages with this number of an institution, of any transaction and content, oldest first.
    fn messages_numbered(
        &self,
        area: Area,
        institution: &str,
        number: &str,
    ) -> Answer<Vec<Message>>;
    /// One document.
    fn document(&self, key: &DocumentKey) -> Answer<Option<Document>>;
    /// Documents of a kind and owner (owner empty: of all owners), by owner and number, a page after (owner, number).
    fn documents(
        &self,
        area: Area,
        kind: &str,
        owner: &str,
        after: (&str, &str),
        limit: usize,
    ) -> Answer<Vec<Document>>;

    /// All areas that have a directory, with its revision.
    fn areas(&self) -> Answer<Vec<(Area, i64)>>;
    /// Institutions of an area, by code.
    fn institutions(&self, area: Area) -> Answer<Vec<Institution>>;
    /// Facts about the institutions of an area.
    fn institution_facts(&self, area: Area) -> Answer<Vec<Fact>>;
    /// Items of an area's catalogue, by code and first day, a page after (code, first day).
    fn items(&self, area: Area, after: (&str, Date), limit: usize) -> Answer<Vec<Item>>;
    /// Policy archives of an area, oldest first.
    fn archives(&self, area: Area) -> Answer<Vec<Archive>>;

    /// People of an area with their files, by person, a page after `after` up to `to` (empty: to the last). A file is never
    /// older than its revision says.
    fn people(&self, area: Area, after: &str, to: &str, limit: usize) -> Answer<Vec<PersonFile>>;
    /// Every `step`-th person of an area, by person: where long walks are divided.
    fn marks(&self, area: Area, step: usize) -> Answer<Vec<Arc<str>>>;
    /// Everybody for whom this account was ever bound to pay.
    fn bound_to(&self, area: Area, payer: &str) -> Answer<Vec<PersonKey>>;

    /// Account rows, by person, a page.
    fn accounts(&self, area: Area, after: &str, limit: usize) -> Answer<Vec<Account>>;
    /// Accumulator rows, by person and year, a page after (person, year).
    fn years(&self, area: Area, after: (&str, i32), limit: usize) -> Answer<Vec<YearRow>>;
    /// Entries of an area by id, a page.
    fn entries(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Entry>>;
    /// Of the entries that [`Queries::entries`] would give, those that cannot be read.
    fn unreadable(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Unreadable>>;
    /// Visits of an area by id, a page.
    fn all_visits(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Visit>>;
    /// Fee lines of an area's visits by the visits' ids, a page.
    fn all_sheets(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Sheet>>;
    /// Messages of an area by key and person, a page after `after`.
    fn all_messages(
        &self,
        area: Area,
        after: Option<&Message>,
        limit: usize,
    ) -> Answer<Vec<Message>>;
    /// Sums of postings by account and party (party of personal accounts left empty) of entries in a span.
    fn posted(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(i16, Arc<str>, Fen)>>;
    /// The newest closing of each account and party.
    fn closings(&self, area: Area) -> Answer<Vec<Closing>>;
    /// Which entries of a span are undone, and by which.
    fn undone(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(Id, Id)>>;

    /// True if the store answers.
    fn ping(&self) -> Answer<()>;
    /// Writes a copy of everything, of one moment, to a new file or folder.
    fn backup(&self, to: &std::path::Path) -> Answer<()>;
}

/// Beyond every 人员编号: what an open end of a walk stands for.
pub(crate) const BEYOND: &str = "\u{10FFFF}";

/// Gives people their facts, which come in any order.
pub(crate) fn with_facts(mut files: Vec<PersonFile>, facts: Vec<Fact>) -> Vec<PersonFile> {
    let mut of: HashMap<Arc<str>, Vec<Fact>> = HashMap::with_capacity(files.len());
    for fact in facts {
        of.entry(fact.subject.name().clone()).or_default().push(fact);
    }
    for file in &mut files {
        file.facts = of.remove(&file.person.key.person).unwrap_or_default();
        file.facts.sort_by(Fact::order_in_file);
    }
    files
}

/// Puts sums by account and party together, with the parties that are people left empty.
pub(crate) fn by_party(
    sums: impl Iterator<Item = Answer<(i16, Arc<str>, Fen)>>,
    mut is_person: impl FnMut(&str) -> Answer<bool>,
) -> Answer<Vec<(i16, Arc<str>, Fen)>> {
    let mut all: BTreeMap<(i16, Arc<str>), Fen> = BTreeMap::new();
    for sum in sums {
        let (account, party, amount) = sum?;
        let party = if !party.is_empty() && is_person(&party)? { Arc::default() } else { party };
        *all.entry((account, party)).or_default() += amount;
    }
    Ok(all.into_iter().map(|((account, party), amount)| (account, party, amount)).collect())
}
