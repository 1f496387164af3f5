//! A span of the books, read once in order of time and sorted by person and by place.

use super::claim::{Claim, Credited, Personal, Supply, Upload};
use super::known::Known;
use super::place::{Gathered, Local, Profile, Sale};
use crate::books::sorted::{Record, Sorted, Sorter};
use crate::business::lines::LineBody;
use crate::ledger::Head;
use crate::reason::{Reason, Refused};
use kernel::{Date, Moment};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;
use store::{Entry, EntryKind, Id, PersonKey, Sheet, Wants};

/// How far back people are looked at before the span, days: the longest supply of a long prescription, and some.
pub(super) const BEFORE_DAYS: i32 = 100;
/// How long before it is settled a visit may have begun, days.
const VISIT_DAYS: i32 = 31;
/// Rows of a page.
const PAGE: usize = 2_000;
/// People whose files are read at a time.
const FILES: usize = 256;

/// What is told of a person, in the order in which it is read.
const CLAIM: u8 = 0;
const SUPPLY: u8 = 1;
const UPLOAD: u8 = 2;
const CREDIT: u8 = 3;

/// A span, sorted.
pub(super) struct Read {
    pub(super) people: People,
    pub(super) places: Places,
    /// Settlements of the span that stand.
    pub(super) claims: u64,
}

/// What a temporary file refuses may pass: a disk that is full.
pub(super) fn files(error: &io::Error) -> Refused {
    Refused::new(Reason::Unavailable, format!("临时文件：{error}"))
}

struct Reader<'a> {
    known: &'a Known<'a>,
    people: Sorter,
    places: Sorter,
    claims: u64,
}

/// Reads a span. `memory`: bytes for sorting; beyond them temporary files. `moved` hears of the rows read and says whether to
/// go on.
pub(super) fn read(
    known: &Known<'_>,
    memory: usize,
    moved: &mut dyn FnMut(u64) -> Result<(), Refused>,
) -> Result<Read, Refused> {
    let (people, places) = (Sorter::new(memory / 2), Sorter::new(memory / 2));
    let mut reader = Reader { known, people, places, claims: 0 };
    reader.entries(moved)?;
    reader.sheets(moved)?;
    let Reader { people, places, claims, .. } = reader;
    let sorted = |sorter: Sorter| sorter.sorted().map_err(|error| files(&error));
    let people = People { sorted: sorted(people)?, next: None };
    Ok(Read { people, places: Places { sorted: sorted(places)?, next: None }, claims })
}

/// The first id of a day.
fn begin(day: Date, back: i32) -> Id {
    Id::first_at(Moment::start_of(Date::from_days(day.days().saturating_sub(back))))
}

impl Reader<'_> {
    fn entries(
        &mut self,
        moved: &mut dyn FnMut(u64) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let Known { area, store, span, .. } = *self.known;
        let (mut after, to) = (begin(span.from, BEFORE_DAYS), begin(span.to.next(), 0));
        loop {
            let page = store.entries(area, after, to, PAGE)?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
            let undone = Undone::of(self.known, first.id, last.id)?;
            after = last.id;
            for entry in &page {
                match entry.kind {
                    EntryKind::Settlement if undone.stands(entry.id)? => self.settlement(entry)?,
                    EntryKind::Credit => self.credit(entry)?,
                    _ => {}
                }
            }
            moved(page.len() as u64)?;
        }
    }

    fn settlement(&mut self, entry: &Entry) -> Result<(), Refused> {
        let claim = Claim::of(entry, self.known.law);
        let claim = claim.map_err(|error| {
            Refused::new(Reason::Conflict, format!("结算{}：{error}", entry.id))
        })?;
        add(&mut self.people, &claim.person, CLAIM, claim.id, &claim)?;
        if self.known.span.holds(claim.at()) {
            add(&mut self.places, &claim.institution, CLAIM, claim.id, &Sale::of(&claim))?;
            self.claims += 1;
        }
        Ok(())
    }

    fn credit(&mut self, entry: &Entry) -> Result<(), Refused> {
        let opening = entry.postings.iter().any(|it| it.account == Head::Opening.number());
        let accounts = [Head::AccountCurrent.number(), Head::AccountEarlier.number()];
        let own = entry.postings.iter().filter(|it| accounts.contains(&it.account));
        let fen = -own.map(|it| it.amount.get()).sum::<i64>();
        if opening || fen <= 0 {
            return Ok(());
        }
        let credited = Credited { at: entry.id.moment().0, fen };
        add(&mut self.people, &entry.key.person, CREDIT, entry.id, &credited)
    }

    fn sheets(&mut self, moved: &mut dyn FnMut(u64) -> Result<(), Refused>) -> Result<(), Refused> {
        let Known { area, store, span, .. } = *self.known;
        let back = BEFORE_DAYS + VISIT_DAYS;
        let (mut after, to) = (begin(span.from, back), begin(span.to.next(), 0));
        loop {
            let page = store.all_sheets(area, after, to, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.visit;
            page.iter().try_for_each(|sheet| self.sheet(sheet))?;
            moved(page.len() as u64)?;
        }
    }

    fn sheet(&mut self, sheet: &Sheet) -> Result<(), Refused> {
        let (person, visit) = (&sheet.key.person, sheet.visit);
        let mut batches: BTreeMap<&Arc<str>, i64> = BTreeMap::new();
        for line in &sheet.lines {
            let earliest = batches.entry(&line.batch).or_insert(i64::MAX);
            *earliest = line.at.0.min(*earliest);
            let LineBody { split, rest } = LineBody::of(line)?;
            if rest.days <= 0 && rest.prescription.is_empty() {
                continue;
            }
            let supply = Supply {
                visit,
                batch: line.batch.clone(),
                item: line.item.clone(),
                amount: line.amount.get(),
                quantity: split.quantity,
                days: rest.days,
                prescription: rest.prescription,
            };
            add(&mut self.people, person, SUPPLY, visit, &supply)?;
        }
        for (batch, earliest) in batches {
            let upload = Upload { visit, batch: batch.clone(), earliest };
            add(&mut self.people, person, UPLOAD, visit, &upload)?;
        }
        Ok(())
    }
}

/// What was undone among some entries, as known at the moment of the run.
struct Undone<'a> {
    known: &'a Known<'a>,
    by: HashMap<Id, Id>,
}

impl<'a> Undone<'a> {
    fn of(known: &'a Known<'a>, first: Id, last: Id) -> Result<Undone<'a>, Refused> {
        let pairs = known.store.undone(known.area, first, Id(last.0.saturating_add(1)))?;
        Ok(Undone { known, by: pairs.into_iter().collect() })
    }

    /// True if a settlement is not undone, or what undid it is undone itself.
    fn stands(&self, settlement: Id) -> Result<bool, Refused> {
        let mut by = self.by.get(&settlement).copied();
        let mut stands = true;
        while let Some(id) = by.filter(|id| id.moment() <= self.known.now) {
            stands = !stands;
            let Known { area, store, .. } = *self.known;
            by = store.undone(area, id, Id(id.0.saturating_add(1)))?.first().map(|(_, by)| *by);
        }
        Ok(stands)
    }
}

fn add<T: Serialize>(
    sorter: &mut Sorter,
    name: &str,
    kind: u8,
    id: Id,
    value: &T,
) -> Result<(), Refused> {
    let mut key = Vec::with_capacity(name.len() + 18);
    key.extend_from_slice(name.as_bytes());
    // No number holds a NUL, so names sort as texts do.
    key.push(0);
    key.push(kind);
    key.extend_from_slice(&id.0.to_be_bytes());
    let value = serde_json::to_vec(value).map_err(|error| unreadable(&error))?;
    sorter.add(&key, &value).map_err(|error| files(&error))
}

fn unreadable(error: &serde_json::Error) -> Refused {
    Refused::new(Reason::Conflict, error.to_string())
}

/// Name and kind of a sorted record.
fn named(record: &Record) -> Option<(&str, u8)> {
    let end = record.key.len().checked_sub(18)?;
    let name = std::str::from_utf8(record.key.get(..end)?).ok()?;
    Some((name, *record.key.get(end + 1)?))
}

fn of<T: DeserializeOwned>(record: &Record) -> Result<T, Refused> {
    serde_json::from_slice(&record.value).map_err(|error| unreadable(&error))
}

/// People in order of number, each with all that was read of them.
pub(super) struct People {
    sorted: Sorted,
    next: Option<Record>,
}

impl People {
    /// The next people, with their files; empty at the end. People before and including `after` are passed over.
    pub(super) fn next(
        &mut self,
        known: &Known<'_>,
        after: &str,
    ) -> Result<Vec<Personal>, Refused> {
        let mut some = Vec::with_capacity(FILES);
        while some.len() < FILES
            && let Some(personal) = self.person()?
        {
            if *personal.person > *after {
                some.push(personal);
            }
        }
        let key = |it: &Personal| PersonKey { area: known.area, person: it.person.clone() };
        let people = some.iter().map(key).collect();
        let mut files = known.store.read(&Wants { people, ..Wants::default() })?.files;
        some.iter_mut().for_each(|it| it.file = files.remove(&key(it)));
        Ok(some)
    }

    fn person(&mut self) -> Result<Option<Personal>, Refused> {
        let mut personal: Option<Personal> = None;
        loop {
            let record = match self.next.take() {
                Some(record) => Some(record),
                None => self.sorted.next().map_err(|error| files(&error))?,
            };
            let Some(record) = record else { return Ok(personal) };
            let Some((name, kind)) = named(&record) else { continue };
            let own = personal
                .get_or_insert_with(|| Personal { person: name.into(), ..Personal::default() });
            if *own.person != *name {
                self.next = Some(record);
                return Ok(personal);
            }
            match kind {
                CLAIM => own.claims.push(of(&record)?),
                SUPPLY => own.supplies.push(of(&record)?),
                UPLOAD => own.uploads.push(of(&record)?),
                _ => own.credits.push(of(&record)?),
            }
        }
    }
}

/// Places in order of code.
pub(super) struct Places {
    sorted: Sorted,
    next: Option<Record>,
}

impl Places {
    /// The next place; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(Local, Option<Profile>)>, Refused> {
        let mut gathered: Option<Gathered> = None;
        loop {
            let record = match self.next.take() {
                Some(record) => Some(record),
                None => self.sorted.next().map_err(|error| files(&error))?,
            };
            let Some(record) = record else { return Ok(gathered.map(Gathered::done)) };
            let Some((name, _)) = named(&record) else { continue };
            let own = gathered.get_or_insert_with(|| Gathered::new(&name.into()));
            if **own.institution() != *name {
                self.next = Some(record);
                return Ok(gathered.map(Gathered::done));
            }
            own.add(of::<Sale>(&record)?);
        }
    }
}

/// The settlements at an institution in the span that stand.
pub(super) fn claims_at(known: &Known<'_>, institution: &str) -> Result<Vec<Claim>, Refused> {
    let Known { area, store, span, .. } = *known;
    let (mut after, to) = (begin(span.from, 0), begin(span.to.next(), 0));
    let mut claims = Vec::new();
    loop {
        let page = store.entries_at(area, institution, after, to, PAGE)?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(claims) };
        let undone = Undone::of(known, first.id, last.id)?;
        after = last.id;
        for entry in page.iter().filter(|entry| entry.kind == EntryKind::Settlement) {
            if undone.stands(entry.id)? {
                claims.push(Claim::of(entry, known.law).map_err(|error| unreadable(&error))?);
            }
        }
    }
}
