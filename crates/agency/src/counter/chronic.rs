//! 慢特病用药记录: what was bought under a chronic disease, at any institution.

use super::history::record;
use crate::agency::Agency;
use crate::business::lines::LineBody;
use crate::business::visit::VisitBody;
use crate::reason::Refused;
use crate::record::Record;
use kernel::{Category, Moment};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{EntryKind, Id, Line, PersonKey, Wants};

/// A line bought under a chronic disease.
#[derive(Clone, PartialEq, Debug)]
pub struct ChronicLine {
    /// The settlement.
    pub entry: Id,
    /// Where.
    pub institution: Arc<str>,
    /// The record of the settlement.
    pub record: Arc<Record>,
    /// The line.
    pub line: Line,
    /// How it splits, and what else was said.
    pub body: LineBody,
}

/// Lines that were settled under a chronic disease in a span of time, both ends included, and not undone; oldest first.
///
/// # Errors
/// What the store says.
pub fn chronic(
    agency: &Agency,
    person: &PersonKey,
    from: Moment,
    to: Moment,
) -> Result<Vec<ChronicLine>, Refused> {
    let store = agency.store();
    let (first, last) = (Id::first_at(from), Id::first_at(Moment(to.0.saturating_add(1))));
    let mut settled: BTreeMap<Id, Settled> = BTreeMap::new();
    for entry in store.history(person, first, last)? {
        if entry.kind == EntryKind::Settlement {
            let record = record(&entry)?;
            let whole = *record.inputs.category == *Category::Chronic.code();
            if whole || record.inputs.lines.iter().any(|line| !line.disease.is_empty()) {
                let institution = entry.institution.clone();
                settled.insert(entry.id, Settled { institution, record, whole });
            }
        }
    }
    let visits = settled.values().map(|one| (person.clone(), one.record.case.visit)).collect();
    let found = store.read(&Wants { visits, ..Wants::default() })?;
    let mut all = Vec::new();
    for (entry, one) in &settled {
        let visit = one.record.case.visit;
        let body = found.visits.get(&visit).map(VisitBody::of).transpose()?;
        // A batch that was undone, and perhaps settled again, names another entry or none.
        if body.is_some_and(|body| body.settled.iter().any(|(_, by)| by == entry)) {
            one.lines(*entry, found.lines.get(&visit).map_or(&[][..], Vec::as_slice), &mut all)?;
        }
    }
    Ok(all)
}

/// A settlement with something chronic.
struct Settled {
    institution: Arc<str>,
    record: Arc<Record>,
    /// The whole bill is for a chronic disease.
    whole: bool,
}

impl Settled {
    /// Adds its lines under a chronic disease.
    fn lines(&self, entry: Id, lines: &[Line], all: &mut Vec<ChronicLine>) -> Result<(), Refused> {
        for line in lines.iter().filter(|line| line.batch == self.record.case.batch) {
            let body = LineBody::of(line)?;
            if self.whole || !body.rest.disease.is_empty() {
                all.push(ChronicLine {
                    entry,
                    institution: self.institution.clone(),
                    record: self.record.clone(),
                    line: line.clone(),
                    body,
                });
            }
        }
        Ok(())
    }
}
