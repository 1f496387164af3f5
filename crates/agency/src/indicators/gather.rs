//! The figures of a month, taken from the books.

use super::{Figures, lines};
use crate::agency::Agency;
use crate::business::prescription::Prescription;
use crate::clearing::{self, Deduction, body};
use crate::directory::Site;
use crate::facts;
use crate::reason::{Reason, Refused};
use crate::reconcile::Period;
use crate::supervise::after::Side;
use crate::supervise::case::{Case, CaseState};
use crate::{documents, review};
use kernel::{Date, Entitlement, Moment, Month, Place};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, ByFact, EntryKind, Id, Queries};

/// Entries and documents read at a time.
const PAGE: usize = 2_000;
/// What the detail of a referral calls the institution that referred.
const REFERRER: &str = "referrer";

/// What figures are told apart by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// 定点机构.
    Institution,
    /// 协议结算等级 on the last day of the month; pharmacies apart.
    Level,
    /// 统筹区.
    Area,
}

impl By {
    /// All, with their words.
    pub const ALL: &'static [(By, &'static str)] =
        &[(By::Institution, "institution"), (By::Level, "level"), (By::Area, "area")];

    /// The one with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<By> {
        By::ALL.iter().find(|(_, known)| *known == code).map(|(by, _)| *by)
    }
}

/// The figures of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Code of the institution, code of the level or `pharmacy`, or the area.
    pub group: Arc<str>,
    /// Its name, in Chinese.
    pub name: Arc<str>,
    /// The figures.
    pub figures: Figures,
}

/// The figures of a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Indicators {
    /// The month.
    pub month: Month,
    /// By group, in order of its code.
    pub rows: Vec<Row>,
    /// The month is over: what is posted does not move any more.
    pub over: bool,
}

/// Takes the figures of a month from the books. Institutions without anything in the month are left out.
///
/// # Errors
/// [`Reason::BooksDiffer`] if columns and postings of the books differ; [`Reason::Conflict`] if a record cannot be read; the
/// store's own.
pub fn gather(agency: &Agency, area: Area, month: Month, by: By) -> Result<Indicators, Refused> {
    let last = month.last_day();
    let known = Moment::start_of(last.next());
    let mut of = BTreeMap::new();
    amounts(agency, area, month, &mut of)?;
    walk(agency, area, month, &mut of)?;
    let filed = filed(agency, area, month, known, &mut of)?;
    of.retain(|_, figures| !figures.is_empty());
    let places: BTreeMap<Arc<str>, (Arc<str>, Arc<str>)> = of
        .keys()
        .map(|code| (code.clone(), group(agency, area, (by, code), (last, known))))
        .collect();
    let mut groups: BTreeMap<Arc<str>, Row> = BTreeMap::new();
    if by == By::Area {
        let (group, name) = group(agency, area, (by, ""), (last, known));
        groups.insert(group.clone(), Row { group, name, figures: filed });
    }
    for (institution, figures) in &of {
        let Some((group, name)) = places.get(institution) else { continue };
        let empty =
            || Row { group: group.clone(), name: name.clone(), figures: Figures::default() };
        groups.entry(group.clone()).or_insert_with(empty).figures.add(figures);
    }
    let group_of = places.into_iter().map(|(code, (group, _))| (code, group)).collect();
    people(agency, area, month, (&group_of, known), &mut groups)?;
    Ok(Indicators {
        month,
        rows: groups.into_values().collect(),
        over: last <= crate::books::last_over(agency.now()),
    })
}

/// The sums of the month's statements, and the averages of the year before.
fn amounts(
    agency: &Agency,
    area: Area,
    month: Month,
    of: &mut BTreeMap<Arc<str>, Figures>,
) -> Result<(), Refused> {
    for (institution, lines) in clearing::sums(agency.store(), area, month)? {
        let figures = of.entry(institution).or_default();
        for line in lines {
            figures.total += line.total;
            let funds = [line.pool, line.large, line.subsidy];
            for (sum, fund) in figures.funds.iter_mut().zip(funds) {
                *sum += fund;
            }
            figures.accounts += line.accounts;
            figures.cash += line.cash;
        }
    }
    for (institution, lines) in clearing::sums(agency.store(), area, month.plus(-12))? {
        let figures = of.entry(institution).or_default();
        figures.total_before += lines.iter().map(|line| line.total).sum::<i64>();
        figures.visits_before += lines.iter().map(|line| line.count).sum::<i64>();
    }
    Ok(())
}

/// One walk over the entries of the month: what they are made of, and corrections.
fn walk(
    agency: &Agency,
    area: Area,
    month: Month,
    of: &mut BTreeMap<Arc<str>, Figures>,
) -> Result<(), Refused> {
    let (from, to) = Period::new(month.first_day(), month.last_day())?.ids();
    let directory = agency.directory(area);
    let mut after = Id(from.0.saturating_sub(1));
    loop {
        let page = agency.store().entries(area, after, to, PAGE)?;
        let complete = page.len() < PAGE;
        for entry in page {
            after = entry.id;
            match entry.kind {
                EntryKind::Settlement
                | EntryKind::Undo
                | EntryKind::Reversal
                | EntryKind::Reinstatement
                    if !entry.institution.is_empty() =>
                {
                    let figures = of.entry(entry.institution.clone()).or_default();
                    lines::add(figures, &entry, directory.as_deref())?;
                }
                EntryKind::Correction => {
                    let Some((institution, funds)) = lines::corrected(&entry) else { continue };
                    let figures = of.entry(institution).or_default();
                    for (sum, fund) in figures.corrected.iter_mut().zip(funds) {
                        *sum += fund;
                    }
                }
                _ => {}
            }
        }
        if complete {
            return Ok(());
        }
    }
}

/// What is filed about the month. Returns what belongs to the area and to no institution.
fn filed(
    agency: &Agency,
    area: Area,
    month: Month,
    known: Moment,
    of: &mut BTreeMap<Arc<str>, Figures>,
) -> Result<Figures, Refused> {
    let store = agency.store();
    let mut whole = Figures::default();
    let days = (month.first_day(), month.last_day());
    for (_, referrer, people) in store.facts_begun(area, facts::REFERRAL, days, known, REFERRER)? {
        match referrer.is_empty() {
            true => whole.referrals += people,
            false => of.entry(referrer).or_default().referrals += people,
        }
    }
    let away = store.facts_begun(area, facts::OFFSITE, days, known, "")?;
    let away = away.iter().filter(|(place, ..)| **place == *Place::Referred.code());
    whole.referrals += away.map(|(.., people)| people).sum::<i64>();
    let span = (Moment::start_of(days.0), known);
    walk_filed(store, area, documents::PRESCRIPTION, span, &mut |document| {
        let filed = Prescription::of(document)?;
        let withdrawn = filed.withdrawal.as_ref().is_some_and(|it| it.at < known);
        if filed.issue.is_some() && !withdrawn {
            of.entry(filed.prescriber.institution).or_default().external += 1;
        }
        Ok(())
    })?;
    let prefix = format!("{month}-");
    clearing::walk(store, area, documents::DEDUCTION, "", &mut |document| {
        if document.key.number.starts_with(&prefix) {
            let deduction: Deduction = body(&document)?;
            of.entry(document.key.owner).or_default().deducted += deduction.now();
        }
        Ok(())
    })?;
    clearing::walk(store, area, documents::CASE, "", &mut |document| {
        let (case, state) = Case::read(&document)?;
        if founded_in(&case, state).is_some_and(|day| day.starts_with(&prefix)) {
            of.entry(case.party).or_default().cases += 1;
        }
        Ok(())
    })?;
    for (institution, counts) in review::counts(store, area, month)? {
        let figures = of.entry(institution).or_default();
        figures.reviewed += counts.reviewed;
        figures.irrational += counts.irrational;
    }
    Ok(whole)
}

/// The day on which a case about an institution found money to be recovered; `None` if none was found, the appeal is not
/// decided yet, or some of it was given back.
fn founded_in(case: &Case, state: CaseState) -> Option<&str> {
    let stands = state >= CaseState::Decided && state != CaseState::Appealed;
    let given_back = case.steps.iter().any(|step| step.fen < 0);
    if case.side != Side::Institution || !stands || given_back {
        return None;
    }
    case.steps.iter().find(|step| step.fen > 0).map(|step| &*step.at)
}

/// Documents of a kind filed in a span of time.
pub(crate) fn walk_filed(
    store: &dyn Queries,
    area: Area,
    kind: &str,
    span: (Moment, Moment),
    take: &mut dyn FnMut(&store::Document) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let mut after: (Arc<str>, Arc<str>) = (Arc::from(""), Arc::from(""));
    loop {
        let page = store.documents_filed(area, kind, span, (&after.0, &after.1), PAGE)?;
        for document in &page {
            take(document)?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                after = (last.key.owner.clone(), last.key.number.clone());
            }
            _ => return Ok(()),
        }
    }
}

/// People, by group: they do not add up.
fn people(
    agency: &Agency,
    area: Area,
    month: Month,
    (group_of, known): (&BTreeMap<Arc<str>, Arc<str>>, Moment),
    groups: &mut BTreeMap<Arc<str>, Row>,
) -> Result<(), Refused> {
    let store = agency.store();
    let (from, to) = Period::new(month.first_day(), month.last_day())?.ids();
    for seen in store.people_by_group(area, from, to, group_of)? {
        let row = groups.get_mut(&seen.group);
        let row = row.ok_or_else(|| Refused::new(Reason::Conflict, &*seen.group))?;
        row.figures.visits = seen.visits;
        row.figures.people = seen.people;
        row.figures.returning = seen.returning;
    }
    let spells =
        store.people_by_fact(area, ByFact::on(facts::ENTITLEMENT, month.last_day(), known))?;
    let insured = spells.iter().filter(|(state, _)| **state != *Entitlement::NotInsured.code());
    let insured = insured.map(|(_, people)| people).sum();
    groups.values_mut().for_each(|row| row.figures.insured = insured);
    Ok(())
}

/// The group of an institution, and its name.
fn group(
    agency: &Agency,
    area: Area,
    (by, institution): (By, &str),
    (day, known): (Date, Moment),
) -> (Arc<str>, Arc<str>) {
    let site = || -> Option<Site> {
        let directories = agency.directories();
        let own = directories.get(&area).into_iter();
        let mut all = own.chain(directories.values());
        all.find_map(|directory| directory.site(institution, day, known))
    };
    match by {
        By::Area => {
            let law = agency.regions().law(area);
            let name = law.map_or_else(String::new, |law| law.timeline.name.zh.to_string());
            (Arc::from(area.to_string()), Arc::from(name))
        }
        By::Institution => {
            let name = site().map_or_else(|| Arc::from(""), |site| site.name);
            (Arc::from(institution), name)
        }
        By::Level => match site() {
            Some(site) if site.venue == kernel::Venue::Pharmacy => {
                (Arc::from("pharmacy"), Arc::from(site.venue.zh()))
            }
            Some(site) => (Arc::from(site.level.code()), Arc::from(site.level.zh())),
            None => (Arc::from("unknown"), Arc::from("未登记的机构")),
        },
    }
}
