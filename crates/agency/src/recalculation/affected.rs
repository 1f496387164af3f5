//! Person-years that a fact about no person touches: an institution's level or agreement that was corrected, a policy that
//! was superseded.

use super::fold::Settled;
use crate::documents::REIMBURSEMENT;
use crate::paper::Application;
use crate::regions::Law;
use crate::replay::is_claim;
use kernel::{Date, Moment};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::queries::Answer;
use store::{Area, Entry, Id, PersonKey, Store, Wants};

/// Entries read at a time.
const PAGE: usize = 2_000;

/// A person-year that may have to be folded again: 人员编号 and benefit year.
pub type Affected = BTreeSet<(Arc<str>, i32)>;

/// Person-years with a settlement at an institution for a service from one day to another, both included. `moved` hears of
/// the entries looked at.
///
/// # Errors
/// The store's own.
pub fn by_institution(
    store: &dyn Store,
    area: Area,
    institution: &str,
    (from, to): (Date, Date),
    moved: &mut dyn FnMut(u64),
) -> Answer<Affected> {
    let mut affected = Affected::new();
    let mut after = before(from);
    loop {
        let page = store.entries_at(area, institution, after, Id::MAX, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        moved(page.len() as u64);
        take(&page, &mut affected, |day, _| from <= day && day <= to);
    }
    on_paper(store, area, institution, (from, to), &mut affected)?;
    Ok(affected)
}

/// Adds person-years with a paper claim of an institution: it is not in the institution's own entries, as it is not paid
/// for it.
fn on_paper(
    store: &dyn Store,
    area: Area,
    institution: &str,
    (from, to): (Date, Date),
    affected: &mut Affected,
) -> Answer<()> {
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let page = store.documents(area, REIMBURSEMENT, "", (&after.0, &after.1), PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.key.owner.clone(), last.key.number.clone());
        let read = page.iter().filter_map(|document| Application::read(document).ok());
        let decided = read.filter(|it| *it.stated.issuer.code == *institution);
        let decided = decided.filter(|it| (from..=to).contains(&it.stated.service));
        let claims = decided.filter(|it| it.withdrawn.is_none()).filter_map(|it| {
            let person = PersonKey { area, person: it.person };
            it.decided.map(|verdict| (person, verdict.entry))
        });
        let entries: BTreeSet<_> = claims.collect();
        if !entries.is_empty() {
            let found = store.read(&Wants { entries, ..Wants::default() })?;
            let years = found.entries.values().map(|entry| (entry.key.person.clone(), entry.year));
            affected.extend(years);
        }
    }
}

/// Person-years with a settlement of an area for a service from a day on that another version of the policy decided than the
/// one in force for that day now.
///
/// # Errors
/// The store's own.
pub fn by_policy(
    store: &dyn Store,
    area: Area,
    law: &Law,
    from: Date,
    moved: &mut dyn FnMut(u64),
) -> Answer<Affected> {
    let mut affected = Affected::new();
    let mut after = before(from);
    loop {
        let page = store.entries(area, after, Id::MAX, PAGE)?;
        let Some(last) = page.last() else { return Ok(affected) };
        after = last.id;
        moved(page.len() as u64);
        take(&page, &mut affected, |day, settled| {
            let now = law.on(day).map(|version| &version.words.version);
            from <= day && now != Some(&settled.inputs.policy)
        });
    }
}

/// The id before which nothing is that was settled for a service of the day or later.
fn before(day: Date) -> Id {
    Id(Id::first_at(Moment::start_of(day)).0.saturating_sub(1))
}

fn take(page: &[Entry], affected: &mut Affected, touched: impl Fn(Date, &Settled) -> bool) {
    for entry in page.iter().filter(|entry| is_claim(entry.kind)) {
        let key = (entry.key.person.clone(), entry.year);
        if affected.contains(&key) {
            continue;
        }
        let Ok(settled) = serde_json::from_str::<Settled>(&entry.record) else { continue };
        if Date::parse(&settled.inputs.service).is_some_and(|day| touched(day, &settled)) {
            affected.insert(key);
        }
    }
}
