//! What a person had lately: settled lines with days of supply, and visits.

use super::Encounter;
use crate::business::lines::LineBody;
use crate::business::visit::{OPEN, VisitBody};
use crate::reason::Refused;
use kernel::{Date, Moment};
use std::sync::Arc;
use store::{Id, PersonKey, Store, Wants};

/// How far back is looked, days: the longest supply of a long prescription.
pub const HORIZON_DAYS: i32 = 90;

/// What a person had lately.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recent {
    /// Settled lines that supply for some days.
    pub lines: Vec<Earlier>,
    /// When visits began, cancelled ones left out.
    pub visits: Vec<Moment>,
}

/// A line of an earlier visit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Earlier {
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// When it was supplied.
    pub at: Moment,
    /// Days of supply, hundredths of a day.
    pub days: i64,
    /// Where.
    pub institution: Arc<str>,
}

/// Looks up what a person had before an encounter; the encounter's own visit is left out.
///
/// # Errors
/// What the store says.
pub fn recent(
    store: &dyn Store,
    person: &PersonKey,
    encounter: &Encounter,
) -> Result<Recent, Refused> {
    let day = encounter.at.date();
    let first = Moment::start_of(Date::from_days(day.days() - HORIZON_DAYS));
    let (from, to) = (Id::first_at(first), Id::first_at(Moment::start_of(day.next())));
    let own = Id::parse(&encounter.visit);
    let mut visits = store.visits(person, from, to)?;
    visits.retain(|visit| visit.state == OPEN && Some(visit.id) != own);
    let keys = visits.iter().map(|visit| (person.clone(), visit.id)).collect();
    let found = store.read(&Wants { visits: keys, ..Wants::default() })?;
    let mut recent = Recent::default();
    for visit in visits {
        recent.visits.push(visit.began);
        let body = VisitBody::of(&visit)?;
        let lines = found.lines.get(&visit.id).into_iter().flatten();
        for line in lines.filter(|line| body.is_settled(&line.batch)) {
            let days = LineBody::of(line)?.rest.days;
            if days > 0 {
                recent.lines.push(Earlier {
                    item: line.item.clone(),
                    at: line.at,
                    days,
                    institution: visit.institution.clone(),
                });
            }
        }
    }
    Ok(recent)
}
