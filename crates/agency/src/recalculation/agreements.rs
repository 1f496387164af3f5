//! 协议变动之后: an institution's agreement, level, capability or suspension was told or corrected for days that are past.
//! Which person-years that touches is found out of the entries, after the fact is on file; until then it stands in a document
//! of kind [`AGREEMENT_CHANGE`], written with the fact itself, so that a program that stops in between forgets nothing.
//!
//! Bounds: one look over the entries of the institution since the first day of the change; so many person-years a commit.

use super::affected::by_institution;
use crate::business::recalculation::{AskAgain, DONE, PENDING};
use crate::clearing::{body, document, walk};
use crate::documents::AGREEMENT_CHANGE;
use crate::reason::Refused;
use kernel::{Date, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, Id, PersonKey, Store, Wants};

/// Person-years filed in one commit.
const AT_ONCE: usize = 500;

/// What is said of a change: its document's body.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Change {
    /// First day, `YYYY-MM-DD`.
    from: Arc<str>,
    /// Last day.
    to: Arc<str>,
}

/// The document of a change on these spans of days; `None`: no day of them is past.
///
/// # Errors
/// [`crate::Reason::Conflict`] if it cannot be written.
pub(crate) fn changed(
    area: Area,
    institution: &Arc<str>,
    spans: impl Iterator<Item = (Date, Date)>,
    (id, at): (Id, Moment),
) -> Result<Option<Document>, Refused> {
    let today = at.date();
    let past = spans.filter(|(from, _)| *from <= today);
    let whole = past.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    let Some((from, to)) = whole else { return Ok(None) };
    let text = |day: Date| Arc::from(day.to_string());
    let change = Change { from: text(from), to: text(to.min(today)) };
    let key = DocumentKey {
        area,
        kind: Arc::from(AGREEMENT_CHANGE),
        owner: institution.clone(),
        number: Arc::from(id.to_string()),
    };
    document(key, at, PENDING, &change).map(Some)
}

/// What came of looking for person-years.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Filed {
    /// Changes that were waiting.
    pub changes: u64,
    /// Person-years that are to be folded again.
    pub person_years: u64,
}

/// Files the person-years that changes of agreements of an area touch, whoever's books they are in, and notes that it is
/// done. Doing it again files nothing more.
///
/// # Errors
/// What the store says.
pub fn file_agreement_changes(store: &dyn Store, area: Area, at: Moment) -> Result<Filed, Refused> {
    let mut waiting = Vec::new();
    walk(store, area, AGREEMENT_CHANGE, "", &mut |document| {
        if document.state == PENDING {
            waiting.push(document);
        }
        Ok(())
    })?;
    let mut filed = Filed::default();
    let areas: Vec<Area> = store.areas()?.into_iter().map(|(area, _)| area).collect();
    for change in waiting {
        let Change { from, to } = body(&change)?;
        let days = (Date::parse(&from).unwrap_or(Date::MIN), Date::parse(&to).unwrap_or(Date::MAX));
        for books in &areas {
            let found = by_institution(store, *books, &change.key.owner, days, &mut |_| ())?;
            filed.person_years += found.len() as u64;
            let asked = found.into_iter().map(|(person, year)| AskAgain {
                person: PersonKey { area: *books, person },
                year,
                kind: Arc::from("level"),
                from: days.0,
                to: days.1,
            });
            let asked: Vec<_> = asked.collect();
            for page in asked.chunks(AT_ONCE) {
                ask(store, page, at)?;
            }
        }
        let wants = Wants { documents: BTreeSet::from([change.key.clone()]), ..Wants::default() };
        let done = Document { state: DONE, ..change };
        store.commit(&wants, &mut |_| Changes {
            documents: vec![done.clone()],
            ..Changes::default()
        })?;
        filed.changes += 1;
    }
    Ok(filed)
}

/// Files that person-years are to be folded again.
fn ask(store: &dyn Store, asked: &[AskAgain], at: Moment) -> Result<(), Refused> {
    let mut wants = Wants::default();
    for one in asked {
        wants.people.insert(one.person.clone());
        wants.documents.insert(one.key());
    }
    let mut refused = None;
    store.commit(&wants, &mut |found| {
        let mut changes = Changes::default();
        for one in asked {
            match one.document(found.documents.get(&one.key()), at) {
                Ok(document) => changes.documents.extend(document),
                Err(why) => refused = Some(why),
            }
        }
        changes
    })?;
    refused.map_or(Ok(()), Err)
}
