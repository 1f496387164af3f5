//! The check of all books: tables walked once, events played in order.

use super::entry::Glass;
use super::event::{Event, Events, fingerprint};
use super::funds::Funds;
use super::recovery::Cases;
use super::report::{Fault, Kind, Report};
use super::{clearing, paper, standing, walk};
use crate::business::visit::VisitBody;
use crate::documents;
use crate::ledger::Head;
use crate::paper::Application;
use crate::record::{After, Record};
use crate::regions::Regions;
use kernel::{Date, Fen, Moment};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::Arc;
use store::{Area, Closing, Entry, Id, Posting, Store, StoreError, Unreadable};

/// How a check is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes for sorting; beyond them temporary files.
    pub memory: usize,
    /// Of so many settlements one is decided again; 0: none, 1: all.
    pub replay: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { memory: 64 << 20, replay: 20 }
    }
}

/// Why a check cannot be finished.
#[derive(Debug)]
pub enum CheckError {
    /// Of the store.
    Store(StoreError),
    /// Of temporary files.
    Files(io::Error),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Store(error) => error.fmt(f),
            CheckError::Files(error) => write!(f, "temporary files: {error}"),
        }
    }
}

impl std::error::Error for CheckError {}

impl From<StoreError> for CheckError {
    fn from(error: StoreError) -> CheckError {
        CheckError::Store(error)
    }
}

impl From<io::Error> for CheckError {
    fn from(error: io::Error) -> CheckError {
        CheckError::Files(error)
    }
}

/// Checks the books of all areas. `moved` hears of the rows looked at, now and then.
///
/// # Errors
/// Of the store or of temporary files; what is wrong in the books is no error but in the report.
pub fn check(
    store: &dyn Store,
    regions: &Regions,
    options: Options,
    moved: &mut dyn FnMut(u64),
) -> Result<Report, CheckError> {
    let mut report = Report::default();
    let listed = store.areas()?.into_iter().map(|(area, _)| area);
    let areas: BTreeSet<Area> = listed.chain(regions.areas().map(|(area, _)| area)).collect();
    for area in areas {
        look(store, regions, options, area, &mut report, moved)?;
    }
    Ok(report)
}

/// Checks the books of one area.
///
/// # Errors
/// As for [`check`].
pub fn check_area(
    store: &dyn Store,
    regions: &Regions,
    options: Options,
    area: Area,
    moved: &mut dyn FnMut(u64),
) -> Result<Report, CheckError> {
    let mut report = Report::default();
    look(store, regions, options, area, &mut report, moved)?;
    Ok(report)
}

fn look(
    store: &dyn Store,
    regions: &Regions,
    options: Options,
    area: Area,
    report: &mut Report,
    moved: &mut dyn FnMut(u64),
) -> Result<(), CheckError> {
    let events = Events::new(options.memory);
    let mut check = Check {
        store,
        regions,
        options,
        area,
        report: &mut *report,
        events,
        moved: &mut *moved,
        newest: Id::MIN,
        cases: Cases::default(),
    };
    check.entries()?;
    check.visits()?;
    check.applications()?;
    check.messages()?;
    let Check { events, newest, cases, .. } = check;
    standing::play(store, area, events.sorted()?, report)?;
    clearing::statements(store, area, report)?;
    cases.compare(store, area, report)?;
    paper::applications(store, area, report)?;
    report.moved |= !store.entries(area, newest, Id::MAX, 1)?.is_empty();
    Ok(())
}

struct Check<'a> {
    store: &'a dyn Store,
    regions: &'a Regions,
    options: Options,
    area: Area,
    report: &'a mut Report,
    events: Events,
    moved: &'a mut dyn FnMut(u64),
    newest: Id,
    /// What the entries of cases come to.
    cases: Cases,
}

impl Check<'_> {
    fn fault(
        &mut self,
        kind: Kind,
        entry: Option<Id>,
        place: String,
        expected: String,
        found: String,
    ) {
        let (area, person) = (self.area, Arc::default());
        self.report.add(Fault { kind, area, person, entry, place, expected, found });
    }

    /// Entries and what is undone, side by side.
    fn entries(&mut self) -> Result<(), CheckError> {
        let unreadable = RefCell::default();
        let mut entries = walk::entries(self.store, self.area, &unreadable);
        let mut undone = walk::Undone::new(self.store, self.area);
        let mut ledger = Ledger::new(self.store.closings(self.area)?);
        let mut funds = Funds::new(self.store, self.area, self.report);
        self.report.counts.closings += ledger.closings.len() as u64;
        while let Some(entry) = entries.next()? {
            for (original, by) in undone.up_to(entry.id)? {
                if original == entry.id {
                    self.events.add(&entry.key.person, original, &Event::Undone(by))?;
                } else {
                    self.lost_undone(original, by);
                }
            }
            ledger.close_before(entry.id, self);
            ledger.post(&entry.postings);
            self.entry(&entry, &mut funds)?;
            self.newest = entry.id;
        }
        // Where a page ends they are met twice.
        let mut unreadable: Vec<Unreadable> = unreadable.take();
        unreadable.dedup_by_key(|it| it.id);
        for Unreadable { id, key, what } in unreadable {
            self.newest = self.newest.max(id);
            let (kind, area, entry) = (Kind::Unreadable, self.area, Some(id));
            let (place, expected) = (String::new(), String::new());
            let fault =
                Fault { kind, area, person: key.person, entry, place, expected, found: what };
            self.report.add(fault);
        }
        for (original, by) in undone.up_to(Id::MAX)? {
            self.lost_undone(original, by);
        }
        ledger.close_before(Id::MAX, self);
        ledger.trial(self);
        funds.check(self.store, self.area, self.report)
    }

    fn lost_undone(&mut self, original: Id, by: Id) {
        let (expected, found) = ("有这一笔记账".to_owned(), format!("没有，却登记为由 {by} 撤销"));
        self.fault(Kind::UndoLink, Some(original), String::new(), expected, found);
    }

    fn entry(&mut self, entry: &Entry, funds: &mut Funds) -> Result<(), CheckError> {
        let regions = self.regions;
        let mut glass = Glass { entry, regions, faults: Vec::new() };
        let looked = glass.look();
        funds.post(entry, looked.record.as_ref());
        glass.faults.into_iter().for_each(|fault| self.report.add(fault));
        for (person, current, earlier) in looked.relatives {
            self.events.add(&person, entry.id, &Event::Relative(current, earlier))?;
        }
        if let Some(recovery) = &looked.own.recovers {
            self.cases.add(recovery);
        }
        let own = Event::Own(Box::new(looked.own));
        self.events.add(&entry.key.person, entry.id, &own)?;
        if let Some(record) = looked.record.filter(|_| self.chosen(entry.id)) {
            self.replay(entry, &record);
        }
        if let Some(after) = looked.after.filter(|_| self.chosen(entry.id)) {
            self.replay_correction(entry, &after);
        }
        self.report.counts.entries += 1;
        self.report.counts.postings += entry.postings.len() as u64;
        if self.report.counts.entries.is_multiple_of(1_000) {
            (self.moved)(1_000);
        }
        Ok(())
    }

    /// Whether an entry is of the sample: the same entries at every check of the same books.
    fn chosen(&self, entry: Id) -> bool {
        match self.options.replay {
            0 => false,
            one_of => fingerprint(&entry.to_string()).is_multiple_of(one_of),
        }
    }

    fn replay(&mut self, entry: &Entry, record: &Record) {
        self.report.counts.replayed += 1;
        let again = record.again(self.regions).and_then(|again| again.to_json());
        let (place, expected, found) = match again {
            Ok(again) if again == entry.record => return,
            Ok(again) => {
                let (from, expected, found) = crate::replay::difference(&again, &entry.record);
                (format!("第 {from} 字节起"), expected, found)
            }
            Err(refused) => (String::new(), refused.to_string(), String::new()),
        };
        let (kind, person) = (Kind::Replay, entry.key.person.clone());
        let entry = Some(entry.id);
        self.report.add(Fault { kind, area: self.area, person, entry, place, expected, found });
    }

    /// What a correction decided, decided again.
    fn replay_correction(&mut self, entry: &Entry, after: &After) {
        self.report.counts.replayed += 1;
        let (expected, found) = match after.again(self.regions) {
            Ok(again) if again == *after => return,
            Ok(again) => {
                (format!("{:?}", again.decision.funds), format!("{:?}", after.decision.funds))
            }
            Err(refused) => (refused.to_string(), String::new()),
        };
        let (kind, person) = (Kind::Replay, entry.key.person.clone());
        let (entry, place) = (Some(entry.id), "更正".to_owned());
        self.report.add(Fault { kind, area: self.area, person, entry, place, expected, found });
    }

    fn visits(&mut self) -> Result<(), CheckError> {
        let mut visits = walk::visits(self.store, self.area);
        while let Some(visit) = visits.next()? {
            self.report.counts.visits += 1;
            let body: VisitBody = match serde_json::from_str(&visit.body) {
                Ok(body) => body,
                Err(error) => {
                    let place = format!("就诊 {}：{error}", visit.id);
                    self.fault(Kind::Visit, None, place, "能读取".into(), "不能".into());
                    continue;
                }
            };
            for (batch, entry) in body.settled {
                let event = Event::Visit { visit: visit.id, batch };
                self.events.add(&visit.key.person, entry, &event)?;
            }
        }
        Ok(())
    }

    /// Applications of paper claims name the entries that decided them; what cannot be read is said elsewhere.
    fn applications(&mut self) -> Result<(), CheckError> {
        let mut documents = walk::documents(self.store, self.area, documents::REIMBURSEMENT);
        while let Some(document) = documents.next()? {
            let Ok(application) = Application::read(&document) else { continue };
            let stands = application.withdrawn.is_none();
            if let Some(verdict) = application.decided.filter(|_| stands) {
                let event = Event::Application { number: application.number };
                self.events.add(&document.key.owner, verdict.entry, &event)?;
            }
        }
        Ok(())
    }

    fn messages(&mut self) -> Result<(), CheckError> {
        let mut messages = walk::messages(self.store, self.area);
        while let Some(message) = messages.next()? {
            self.report.counts.messages += 1;
            if message.entry != Id::MIN {
                let event = Event::Message { number: message.key.number };
                self.events.add(&message.person, message.entry, &event)?;
            }
        }
        Ok(())
    }
}

/// Sums by head and institution as entries go by, and the closings to hold them against.
struct Ledger {
    sums: BTreeMap<(i16, Arc<str>), i64>,
    closings: BTreeMap<(i16, Arc<str>), Closing>,
    /// The newest day that is closed, until it was passed.
    day: Option<Date>,
}

impl Ledger {
    fn new(closings: Vec<Closing>) -> Ledger {
        let day = closings.iter().map(|closing| closing.day).max();
        let key = |closing: &Closing| (closing.account, closing.party.clone());
        let closings = closings.into_iter().map(|closing| (key(&closing), closing)).collect();
        Ledger { sums: BTreeMap::new(), closings, day }
    }

    fn post(&mut self, postings: &[Posting]) {
        for posting in postings {
            let by_party = Head::from_number(posting.account).is_some_and(Head::closes_by_party);
            let party = if by_party { posting.party.clone() } else { Arc::default() };
            *self.sums.entry((posting.account, party)).or_default() += posting.amount.get();
        }
    }

    /// Holds the closings against the sums once the closed days have gone by. Only days on which something moved leave a
    /// closing, so the newest one of a head is its balance at the end of the newest closed day.
    fn close_before(&mut self, entry: Id, check: &mut Check<'_>) {
        let over = |day: &Date| entry >= Id::first_at(Moment::start_of(day.next()));
        let Some(day) = self.day.filter(over) else { return };
        self.day = None;
        let keys: BTreeSet<_> = self.sums.keys().chain(self.closings.keys()).cloned().collect();
        for key in keys {
            let expected = self.sums.get(&key).copied().unwrap_or(0);
            let found = self.closings.get(&key).map_or(0, |closing| closing.balance.get());
            if expected != found {
                let head = Head::from_number(key.0).map_or("？", Head::zh);
                let place = format!("{day} 科目 {} {head} {}", key.0, key.1);
                let (expected, found) =
                    (Fen::new(expected).to_string(), Fen::new(found).to_string());
                check.fault(Kind::Closing, None, place, expected, found);
            }
        }
    }

    fn trial(&self, check: &mut Check<'_>) {
        let sum: i64 = self.sums.values().sum();
        if sum != 0 {
            let (expected, found) = ("0.00".to_owned(), Fen::new(sum).to_string());
            check.fault(Kind::Trial, None, "全部科目".to_owned(), expected, found);
        }
    }
}
