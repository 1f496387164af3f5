//! Visits, diagnoses, settlements and fee lines as they stand in the books.

use crate::agency::Agency;
use crate::business::lines::LineBody;
use crate::business::visit::VisitBody;
use crate::reason::{Reason, Refused};
use crate::record::Record;
use crate::replay::is_decided;
use crate::standing::taken_back;
use kernel::Moment;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Entry, EntryKind, Id, Line, PersonKey, Visit, Wants};

/// Who asks about whom: an institution sees what happened there; the agency itself (institution empty) sees all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asking {
    /// The person.
    pub person: PersonKey,
    /// The institution; empty: the agency.
    pub institution: Arc<str>,
}

impl Asking {
    fn sees(&self, institution: &str) -> bool {
        self.institution.is_empty() || *self.institution == *institution
    }

    /// The visit of this id, with its lines.
    fn visit(&self, agency: &Agency, visit: Id) -> Result<(VisitFound, Vec<Line>), Refused> {
        let visits = [(self.person.clone(), visit)].into();
        let mut found = agency.store().read(&Wants { visits, ..Wants::default() })?;
        let unknown = || Refused::new(Reason::VisitUnknown, visit.to_string());
        let stored = found.visits.remove(&visit).ok_or_else(unknown)?;
        if stored.key != self.person || !self.sees(&stored.institution) {
            return Err(unknown());
        }
        let body = VisitBody::of(&stored)?;
        Ok((VisitFound { visit: stored, body }, found.lines.remove(&visit).unwrap_or_default()))
    }
}

/// A visit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VisitFound {
    /// The visit.
    pub visit: Visit,
    /// What it is for, and what of it is settled.
    pub body: VisitBody,
}

/// Visits that began in a span of time, both ends included, oldest first. `category`: as it was stated; empty: all.
///
/// # Errors
/// What the store says.
pub fn visits(
    agency: &Agency,
    asking: &Asking,
    from: Moment,
    to: Moment,
    category: &str,
) -> Result<Vec<VisitFound>, Refused> {
    let (first, last) = (Id::first_at(from), Id::first_at(Moment(to.0.saturating_add(1))));
    let mut found = Vec::new();
    for visit in agency.store().visits(&asking.person, first, last)? {
        if !asking.sees(&visit.institution) {
            continue;
        }
        let body = VisitBody::of(&visit)?;
        let stated = body.purpose.as_ref().map_or("", |purpose| &purpose.category);
        if category.is_empty() || stated == category {
            found.push(VisitFound { visit, body });
        }
    }
    Ok(found)
}

/// A settlement, an undo, or what takes one back.
#[derive(Clone, PartialEq, Debug)]
pub struct SettlementFound {
    /// The entry of the books.
    pub entry: Entry,
    /// What was decided, on what, and why.
    pub record: Arc<Record>,
    /// The entry by which it is undone; `None` while it stands, or stands again.
    pub undone_by: Option<Id>,
}

/// Settlements of a visit and what undid them, oldest first; of one settlement, if it is named.
///
/// # Errors
/// [`Reason::VisitUnknown`], [`Reason::SettlementUnknown`] if it is not one of this visit, or what the store says.
pub fn settlements(
    agency: &Agency,
    asking: &Asking,
    visit: Id,
    entry: Option<Id>,
) -> Result<Vec<SettlementFound>, Refused> {
    let (found, _) = asking.visit(agency, visit)?;
    let span = (found.visit.id, Id::MAX);
    let mut entries = match entry {
        Some(entry) => {
            let entries = [(asking.person.clone(), entry)].into();
            let read = agency.store().read(&Wants { entries, ..Wants::default() })?;
            read.entries.into_values().collect()
        }
        None => agency.store().history(&asking.person, span.0, span.1)?,
    };
    entries.retain(|entry| entry.visit == visit && entry.key == asking.person);
    if let Some(missing) = entry.filter(|_| entries.is_empty()) {
        return Err(Refused::new(Reason::SettlementUnknown, missing.to_string()));
    }
    let keys = entries.iter().map(|entry| (entry.key.clone(), entry.id));
    let taken = taken_back(agency.store(), keys)?;
    let read = |entry: Entry| {
        let record = record(&entry)?;
        let undone_by = taken.get(&entry.id).map(|taken| taken.by);
        Ok(SettlementFound { entry, record, undone_by })
    };
    entries.into_iter().map(read).collect()
}

/// The record of a settlement or of what takes one back.
pub(super) fn record(entry: &Entry) -> Result<Arc<Record>, Refused> {
    let read = serde_json::from_str(&entry.record);
    read.map(Arc::new).map_err(|_| Refused::new(Reason::Conflict, entry.id.to_string()))
}

/// True if the record of an entry is a [`Record`].
pub(super) const fn settles(kind: EntryKind) -> bool {
    is_decided(kind)
}

/// A fee line of a visit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettledLine {
    /// The line.
    pub line: Line,
    /// How it splits, and what else was said.
    pub body: LineBody,
    /// The settlement in force of its batch; `None`: not settled.
    pub entry: Option<Id>,
    /// 医疗类别 of the visit or purchase, as stated.
    pub category: Arc<str>,
}

/// Fee lines of a visit, by batch and serial; only those of one settlement in force, if it is named.
///
/// # Errors
/// [`Reason::VisitUnknown`], [`Reason::SettlementUnknown`], or what the store says.
pub fn lines(
    agency: &Agency,
    asking: &Asking,
    visit: Id,
    entry: Option<Id>,
) -> Result<Vec<SettledLine>, Refused> {
    let (found, lines) = asking.visit(agency, visit)?;
    let settled: HashMap<Arc<str>, Id> = found.body.settled.iter().cloned().collect();
    if let Some(entry) = entry.filter(|entry| !settled.values().any(|known| known == entry)) {
        return Err(Refused::new(Reason::SettlementUnknown, entry.to_string()));
    }
    let category = category(agency, asking, found.body)?;
    let mut all = Vec::with_capacity(lines.len());
    for line in lines {
        let of = settled.get(&line.batch).copied();
        if entry.is_none() || of == entry {
            let body = LineBody::of(&line)?;
            all.push(SettledLine { line, body, entry: of, category: category.clone() });
        }
    }
    Ok(all)
}

/// What kind of care a visit is for, as stated: of a purchase, in the one message that settled it.
fn category(agency: &Agency, asking: &Asking, body: VisitBody) -> Result<Arc<str>, Refused> {
    if let Some(purpose) = body.purpose {
        return Ok(purpose.category);
    }
    let Some((_, entry)) = body.settled.first() else { return Ok("".into()) };
    let entries = [(asking.person.clone(), *entry)].into();
    let found = agency.store().read(&Wants { entries, ..Wants::default() })?;
    found
        .entries
        .get(entry)
        .map_or_else(|| Ok("".into()), |it| Ok(record(it)?.case.category.clone()))
}

/// Lines of a visit that are not settled: what stands in the way of the next upload.
///
/// # Errors
/// [`Reason::VisitUnknown`], or what the store says.
pub fn unsettled(agency: &Agency, asking: &Asking, visit: Id) -> Result<Vec<SettledLine>, Refused> {
    let mut all = lines(agency, asking, visit, None)?;
    all.retain(|line| line.entry.is_none());
    Ok(all)
}
