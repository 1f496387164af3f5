//! 待遇享受期的批处理: everybody who has months on file is derived again, so that arrears appear where nobody paid.
//!
//! Shape: a walk over months by person, in pages; people whose spells would not change are only read, the others go through
//! the core as a [`Derive`] each. How far it is stands in a document ([`RUN`]): a run that was cut off goes on from there, and
//! one that was finished begins again. Deriving twice changes nothing.

use super::spells::{Basis, Months, derive, derive_plans};
use super::{difference, horizon, months_of, plan_difference};
use crate::agency::Agency;
use crate::business::Business;
use crate::business::enrolment::{Derive, NoteRun};
use crate::core::{Core, Job, Reply};
use crate::documents::{MONTH, RUN};
use crate::months::PersonMonth;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Month;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use store::{Area, DocumentKey, PersonKey, Wants};

/// Months read at a time; at most as many people.
const PAGE: usize = 2_000;
/// Requests in the queue of the core at a time.
const AT_ONCE: usize = 500;
/// Sorts after every month.
const AFTER_ALL: &str = "~";
/// How many refusals are kept in words.
const KEPT: usize = 20;

/// How far a run is: the document's body.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The last person that was looked at.
    pub cursor: Arc<str>,
    /// People looked at.
    pub people: u64,
    /// Whose entitlement changed.
    pub changed: u64,
    /// Of whom nothing could be derived.
    pub failed: u64,
    /// Why not, the first few.
    pub failures: Vec<String>,
}

impl Run {
    /// Where the run of a month is kept.
    #[must_use]
    pub fn key(area: Area, month: Month) -> DocumentKey {
        let (kind, owner) = (Arc::from(RUN), Arc::from("enrol-derive"));
        DocumentKey { area, kind, owner, number: month.to_string().into() }
    }

    fn fail(&mut self, person: &str, refused: &Refused) {
        self.failed += 1;
        if self.failures.len() < KEPT {
            self.failures.push(format!("{person}：{refused}"));
        }
    }
}

/// Derives everybody's entitlement up to a month. `told` hears of every page.
///
/// # Errors
/// [`Reason::Content`] for a month after the next one; what the store says. Refusals of single people are in the run.
pub fn derive_all(
    agency: &Agency,
    core: &Core,
    area: Area,
    until: Month,
    told: &mut dyn FnMut(&Run),
) -> Result<Run, Refused> {
    let next = agency.now().date().month().plus(1);
    if until > next {
        let words = format!("月份{until}太远；最晚可推算到{next}");
        return Err(Refused::new(Reason::Content, words));
    }
    let key = Run::key(area, until);
    let mut run = match agency.store().document(&key)? {
        Some(found) if found.state == 0 => serde_json::from_str(&found.body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?,
        _ => Run::default(),
    };
    loop {
        let people = page(agency, area, &run.cursor)?;
        let Some((last, _)) = people.last_key_value() else { break };
        let last = last.clone();
        derive_page(agency, core, (area, until), &people, &mut run)?;
        run.cursor = last;
        note(core, &key, &run, false)?;
        told(&run);
    }
    note(core, &key, &run, true)?;
    Ok(run)
}

/// The next people after one, with all their months.
fn page(agency: &Agency, area: Area, after: &str) -> Result<BTreeMap<Arc<str>, Months>, Refused> {
    let after = if after.is_empty() { ("", "") } else { (after, AFTER_ALL) };
    let documents = agency.store().documents(area, MONTH, "", after, PAGE)?;
    let full = documents.len() == PAGE;
    let mut people: BTreeMap<Arc<str>, Months> = BTreeMap::new();
    for document in &documents {
        let (month, it) = PersonMonth::read(document)?;
        people.entry(document.key.owner.clone()).or_default().insert(month, it);
    }
    // The page may end within the months of the last one.
    if full
        && let Some((last, _)) = people.pop_last()
        && people.is_empty()
    {
        let key = PersonKey { area, person: last.clone() };
        people.insert(last, months_of(agency.store(), &key)?);
    }
    Ok(people)
}

fn derive_page(
    agency: &Agency,
    core: &Core,
    (area, until): (Area, Month),
    people: &BTreeMap<Arc<str>, Months>,
    run: &mut Run,
) -> Result<(), Refused> {
    let key = |person: &Arc<str>| PersonKey { area, person: person.clone() };
    let world =
        agency.look(Wants { people: people.keys().map(key).collect(), ..Wants::default() })?;
    let mut asked: Vec<(Arc<str>, Receiver<Reply>)> = Vec::new();
    for (person, months) in people {
        run.people += 1;
        match differs(agency, &world, &key(person), months, until) {
            Ok(false) => {}
            Ok(true) => {
                let known = months.keys().copied().collect();
                let derive = Derive { person: key(person), months: known, until };
                asked.push((person.clone(), submit(core, Box::new(derive))));
            }
            Err(refused) => run.fail(person, &refused),
        }
        if asked.len() >= AT_ONCE {
            answered(&mut asked, run)?;
        }
    }
    answered(&mut asked, run)
}

/// Whether deriving would change anything, as read without locks.
fn differs(
    agency: &Agency,
    world: &World,
    person: &PersonKey,
    months: &Months,
    until: Month,
) -> Result<bool, Refused> {
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let file = world.file(person).ok_or_else(unknown)?;
    let law = world.law(person.area)?;
    let known = agency.now();
    let until = horizon(file, known, until);
    let basis = Basis { file, months, law, known, until };
    let spells = derive(&basis);
    let spells = spells.map(|derived| difference(file, &derived, known, until));
    let plans = derive_plans(&basis).map(|derived| plan_difference(file, &derived, known, until));
    Ok([spells, plans].iter().flatten().any(|it| !it.is_empty()))
}

fn answered(asked: &mut Vec<(Arc<str>, Receiver<Reply>)>, run: &mut Run) -> Result<(), Refused> {
    for (person, answer) in asked.drain(..) {
        match receive(&answer) {
            Ok(()) => run.changed += 1,
            // The books are not to be had: whoever runs it again goes on from the last page.
            Err(refused) if refused.reason.may_pass() => return Err(refused),
            Err(refused) => run.fail(&person, &refused),
        }
    }
    Ok(())
}

fn note(core: &Core, key: &DocumentKey, run: &Run, done: bool) -> Result<(), Refused> {
    let body = serde_json::to_value(run)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    receive(&submit(core, Box::new(NoteRun { key: key.clone(), done, body })))
}

fn submit(core: &Core, business: Box<dyn Business>) -> Receiver<Reply> {
    let (answer, waiting) = channel();
    core.submit(Job {
        business,
        message: None,
        sent: None,
        reply: Box::new(move |reply| {
            // Whoever asked may have given up.
            let _ = answer.send(reply);
        }),
    });
    waiting
}

fn receive(answer: &Receiver<Reply>) -> Result<(), Refused> {
    let closed = |_| Refused::new(Reason::Unavailable, "");
    answer.recv().map_err(closed)?.map(|_| ())
}
