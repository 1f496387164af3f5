//! The prescriptions of an institution's month: what a sample is drawn from.
//!
//! A prescription is the medicines of a settled batch of a visit, or an external prescription that was issued. What was undone,
//! reversed or withdrawn within the month is not there; what happens later changes nothing any more, so that the same month
//! always has the same prescriptions.

use super::sheet::Origin;
use crate::agency::Agency;
use crate::business::lines::LineBody;
use crate::business::prescription::Prescription;
use crate::business::visit::VisitBody;
use crate::directory::Directory;
use crate::documents;
use crate::indicators::FeeKind;
use crate::indicators::walk_filed;
use crate::reason::{Reason, Refused};
use crate::reconcile::Period;
use kernel::{Date, Moment, Month, Venue};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Entry, EntryKind, Id, Line, PersonKey, Wants};

/// Entries read at a time.
const PAGE: usize = 500;

/// A prescription of the month.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Where it comes from.
    pub(super) origin: Origin,
    /// The settlement, or the number of the external prescription.
    pub(super) reference: Arc<str>,
    /// 人员编号.
    pub(super) person: Arc<str>,
    /// The visit; [`Id::MIN`] of an external prescription.
    pub(super) visit: Id,
    /// 科室 code; empty if not known.
    pub(super) department: Arc<str>,
    /// Its name.
    pub(super) department_name: Arc<str>,
}

/// What is read of the record of a settlement.
#[derive(Deserialize)]
pub(super) struct Settled<'a> {
    #[serde(borrow)]
    case: Case<'a>,
    #[serde(borrow)]
    inputs: Inputs<'a>,
}

#[derive(Deserialize)]
struct Case<'a> {
    #[serde(borrow)]
    batch: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Inputs<'a> {
    #[serde(borrow)]
    service: Cow<'a, str>,
}

impl<'a> Settled<'a> {
    pub(super) fn of(entry: &'a Entry) -> Result<Settled<'a>, Refused> {
        serde_json::from_str(&entry.record)
            .map_err(|error| Refused::new(Reason::Conflict, format!("{} {error}", entry.id)))
    }

    /// The day of service.
    pub(super) fn day(&self) -> Date {
        Date::parse(&self.inputs.service).unwrap_or(Date::MIN)
    }

    /// Its lines that are medicines.
    pub(super) fn medicines<'l>(
        &self,
        lines: &'l [Line],
        directory: Option<&Directory>,
    ) -> Vec<&'l Line> {
        let own = lines.iter().filter(|line| *line.batch == *self.case.batch);
        let day = self.day();
        own.filter(|line| FeeKind::of_item(directory, &line.item, day) == FeeKind::Drugs).collect()
    }
}

/// Institutions whose prescriptions can be reviewed: those with entries or external prescriptions in the month that are no
/// pharmacies.
///
/// # Errors
/// What the store says.
pub fn institutions(
    agency: &Agency,
    area: Area,
    month: Month,
) -> Result<BTreeSet<Arc<str>>, Refused> {
    let (from, to) = Period::new(month.first_day(), month.last_day())?.ids();
    let totals = agency.store().totals_by_institution(area, from, to)?;
    let mut all: BTreeSet<Arc<str>> = totals.into_iter().map(|(code, _)| code).collect();
    let end = Moment::start_of(month.last_day().next());
    let span = (Moment::start_of(month.first_day()), end);
    walk_filed(agency.store(), area, documents::PRESCRIPTION, span, &mut |document| {
        all.insert(Prescription::of(document)?.prescriber.institution);
        Ok(())
    })?;
    let directory = agency.directory(area);
    let prescribes = |code: &Arc<str>| {
        let site = directory.as_ref().and_then(|it| it.site(code, month.last_day(), end));
        site.is_some_and(|site| site.venue != Venue::Pharmacy)
    };
    all.retain(prescribes);
    Ok(all)
}

/// The prescriptions of an institution's month.
pub(super) fn frame(
    agency: &Agency,
    area: Area,
    institution: &str,
    month: Month,
) -> Result<Vec<Unit>, Refused> {
    let mut units = of_visits(agency, area, institution, month)?;
    let end = Moment::start_of(month.last_day().next());
    let span = (Moment::start_of(month.first_day()), end);
    walk_filed(agency.store(), area, documents::PRESCRIPTION, span, &mut |document| {
        let filed = Prescription::of(document)?;
        let issued = filed.issue.as_ref().is_some_and(|it| it.at < end);
        let withdrawn = filed.withdrawal.as_ref().is_some_and(|it| it.at < end);
        if issued && !withdrawn && *filed.prescriber.institution == *institution {
            units.push(Unit {
                origin: Origin::External,
                reference: filed.number,
                person: filed.person,
                visit: Id::MIN,
                department: filed.prescriber.department,
                department_name: filed.prescriber.department_name,
            });
        }
        Ok(())
    })?;
    Ok(units)
}

/// Settled batches with medicines that still stand at the end of the month.
fn of_visits(
    agency: &Agency,
    area: Area,
    institution: &str,
    month: Month,
) -> Result<Vec<Unit>, Refused> {
    let (from, to) = Period::new(month.first_day(), month.last_day())?.ids();
    let mut standing: BTreeMap<Id, Unit> = BTreeMap::new();
    let mut undone: BTreeMap<Id, (Id, Unit)> = BTreeMap::new();
    // A settlement that stands again may be named by what put it back.
    let mut again: BTreeMap<Id, Id> = BTreeMap::new();
    let mut after = Id(from.0.saturating_sub(1));
    loop {
        let page = agency.store().entries_at(area, institution, after, to, PAGE)?;
        let settled = page.iter().filter(|entry| entry.kind == EntryKind::Settlement);
        let mut known = units(agency, area, settled)?;
        for entry in &page {
            after = entry.id;
            match entry.kind {
                EntryKind::Settlement => {
                    standing.extend(known.remove(&entry.id).map(|unit| (entry.id, unit)));
                }
                EntryKind::Undo | EntryKind::Reversal => {
                    let settlement = again.get(&entry.undoes).copied().unwrap_or(entry.undoes);
                    if let Some(unit) = standing.remove(&settlement) {
                        undone.insert(entry.id, (settlement, unit));
                    }
                }
                EntryKind::Reinstatement => {
                    if let Some((settlement, unit)) = undone.remove(&entry.undoes) {
                        again.insert(entry.id, settlement);
                        standing.insert(settlement, unit);
                    }
                }
                _ => {}
            }
        }
        if page.len() < PAGE {
            return Ok(standing.into_values().collect());
        }
    }
}

/// The settlements of a page that have medicines.
fn units<'e>(
    agency: &Agency,
    area: Area,
    settled: impl Iterator<Item = &'e Entry> + Clone,
) -> Result<BTreeMap<Id, Unit>, Refused> {
    let directory = agency.directory(area);
    let visits = settled.clone().map(|entry| (entry.key.clone(), entry.visit)).collect();
    let found = agency.store().read(&Wants { visits, ..Wants::default() })?;
    let mut units = BTreeMap::new();
    for entry in settled {
        let lines = found.lines.get(&entry.visit).map_or(&[][..], Vec::as_slice);
        let medicines = Settled::of(entry)?.medicines(lines, directory.as_deref());
        let Some(first) = medicines.first() else { continue };
        let rest = LineBody::of(first)?.rest;
        let visit = found.visits.get(&entry.visit).map(VisitBody::of).transpose()?;
        let staff = visit.map(|visit| visit.staff).unwrap_or_default();
        let (department, department_name) = match rest.department.is_empty() {
            false => (rest.department, rest.department_name),
            true => (staff.department, staff.department_name),
        };
        units.insert(
            entry.id,
            Unit {
                origin: Origin::Visit,
                reference: Arc::from(entry.id.to_string()),
                person: entry.key.person.clone(),
                visit: entry.visit,
                department,
                department_name,
            },
        );
    }
    Ok(units)
}

/// The key of whoever a unit belongs to.
pub(super) fn whose(area: Area, unit: &Unit) -> PersonKey {
    PersonKey { area, person: unit.person.clone() }
}
