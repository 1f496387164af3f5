//! One look at the books and the decisions on it, in order.

use super::{Answered, Job, Reply, journal};
use crate::agency::Agency;
use crate::business::{Business, Context, Decision};
use crate::facts;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::{Changes, Found, Id, MessageKey, PersonFile, PersonKey, Subject, Wants};

/// Files of people that are in memory.
pub(crate) type Files = HashMap<PersonKey, Arc<PersonFile>>;

/// What is asked of the store, with the files that are in memory already.
pub(crate) struct Asking {
    pub(crate) wants: Arc<Wants>,
}

impl Asking {
    /// What a business needs, and what a second look needs besides.
    pub(crate) fn one(business: &dyn Business, agency: &Agency, further: &Wants) -> Asking {
        let mut wants = Wants::default();
        add(&mut wants, business, agency);
        Asking::complete(wants, agency, further)
    }

    /// What the jobs of a batch need together, and what a second look needs besides.
    pub(crate) fn all(jobs: &[Job], agency: &Agency, further: &Wants) -> Asking {
        let mut wants = Wants::default();
        for job in jobs {
            add(&mut wants, &*job.business, agency);
            if let Some(key) = &job.message {
                wants.messages.insert(journal::barred_key(key));
                wants.messages.insert(key.clone());
            }
        }
        Asking::complete(wants, agency, further)
    }

    fn complete(mut wants: Wants, agency: &Agency, further: &Wants) -> Asking {
        let year = agency.now().date().ymd().0;
        wants.years = Some(match further.years {
            Some((from, to)) => (from.min(year - 1), to.max(year)),
            None => (year - 1, year),
        });
        wants.areas.extend(agency.directories().keys().copied());
        wants.areas.extend(wants.people.iter().map(|person| person.area).collect::<Vec<_>>());
        merge(&mut wants, further);
        Asking { wants: Arc::new(wants) }
    }
}

fn add(wants: &mut Wants, business: &dyn Business, agency: &Agency) {
    business.wants(wants);
    let Some(person) = business.person() else { return };
    if !wants.people.insert(person.clone()) && wants.known.contains_key(person) {
        return;
    }
    let Some(file) = agency.file_at_hand(person) else { return };
    let payers = facts::of_kind(&file, facts::FAMILY).iter().filter(|it| it.ended_at.is_none());
    for payer in payers {
        let payer = PersonKey { area: person.area, person: payer.other.clone() };
        if let Some(file) = agency.file_at_hand(&payer) {
            wants.known.insert(payer, file);
        }
    }
    wants.known.insert(person.clone(), file);
}

/// Adds what a second look needs; years are merged by the caller.
pub(crate) fn merge(wants: &mut Wants, further: &Wants) {
    wants.people.extend(further.people.iter().cloned());
    wants.messages.extend(further.messages.iter().cloned());
    wants.originals.extend(further.originals.iter().cloned());
    wants.visits.extend(further.visits.iter().cloned());
    wants.entries.extend(further.entries.iter().cloned());
    wants.documents.extend(further.documents.iter().cloned());
}

/// How a round ended.
pub(crate) enum Round<T> {
    /// Directories in memory are older than the books.
    Stale,
    /// Something was looked up that had not been asked for.
    Missing(Box<Wants>),
    /// Decided.
    Done(T),
}

/// Everything decided in a round.
pub(crate) struct Decided {
    pub(crate) replies: Vec<Reply>,
    pub(crate) changes: Changes,
    /// Files as they are once the changes are written.
    pub(crate) files: Files,
}

/// Opens the world that was found.
pub(crate) fn world(agency: &Agency, asking: &Asking, found: Found) -> Round<World> {
    let directories = agency.directories();
    let older = |(area, revision): (&store::Area, &i64)| {
        directories.get(area).is_none_or(|known| known.revision() < *revision)
    };
    if found.directories.iter().any(older) {
        return Round::Stale;
    }
    let (files, regions) = (asking.wants.known.clone(), agency.regions().clone());
    Round::Done(World::new(found, files, directories, regions, asking.wants.clone()))
}

/// Decides jobs in order; those after one that changes a directory are left for a later round.
pub(crate) fn decide(agency: &Agency, mut world: World, jobs: &[Job]) -> Round<Decided> {
    let at = agency.now();
    let mut replies = Vec::with_capacity(jobs.len());
    let mut all = Changes::default();
    for job in jobs {
        let (reply, changes) = match one(agency, &world, job, at) {
            Ok((answered, changes)) => (Ok(answered), changes),
            Err(refused) => (Err(refused), None),
        };
        replies.push(reply);
        let Some(changes) = changes else { continue };
        world.apply(&changes);
        let touched = touches_directory(&changes);
        append(&mut all, changes);
        if touched {
            break;
        }
    }
    match world.take_missing() {
        Some(missing) => Round::Missing(Box::new(missing)),
        None => Round::Done(Decided { replies, changes: all, files: world.into_files() }),
    }
}

fn one(
    agency: &Agency,
    world: &World,
    job: &Job,
    at: Moment,
) -> Result<(Answered, Option<Changes>), Refused> {
    if let Some(answered) = journal::answer(job, world)? {
        return Ok((answered, None));
    }
    let id = agency.id(at);
    let asked = Asked { message: job.message.as_ref(), sent: job.sent, at, trial: false };
    let mut decision = safely(agency, world, &*job.business, asked)?;
    if let Some(key) = job.message.as_ref().filter(|_| !decision.changes.is_empty()) {
        let row = journal::row(job, key, id, at, &decision.outcome)?;
        decision.changes.messages.push(row);
    }
    let answered = Answered { outcome: decision.outcome, id, received: at, replayed: false };
    Ok((answered, Some(decision.changes)))
}

/// How a business is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) message: Option<&'a MessageKey>,
    pub(crate) sent: Option<Moment>,
    pub(crate) at: Moment,
    pub(crate) trial: bool,
}

/// Lets a business decide. A fault of the program in one request must not take its neighbours with it.
pub(crate) fn safely(
    agency: &Agency,
    world: &World,
    business: &dyn Business,
    asked: Asked<'_>,
) -> Result<Decision, Refused> {
    guarded(agency, asked, |context| business.decide(world, context))
}

/// The same for anything that is decided with a context.
pub(crate) fn guarded<T>(
    agency: &Agency,
    asked: Asked<'_>,
    decide: impl FnOnce(&mut Context<'_>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let Asked { message, sent, at, trial } = asked;
    let empty = || Arc::from("");
    let mut ids = || -> Id { agency.id(at) };
    let mut context = Context {
        at,
        message: message.map_or_else(empty, |key| key.number.clone()),
        institution: message.map_or_else(empty, |key| key.institution.clone()),
        sent,
        trial,
        ids: &mut ids,
    };
    let decide = AssertUnwindSafe(|| decide(&mut context));
    catch_unwind(decide).unwrap_or_else(|_| Err(Refused::new(Reason::Conflict, "程序错误")))
}

fn touches_directory(changes: &Changes) -> bool {
    let institution = |subject: &Subject| matches!(subject, Subject::Institution(..));
    !changes.institutions.is_empty()
        || !changes.items.is_empty()
        || changes.facts.iter().any(|fact| institution(&fact.subject))
        || changes.ended.iter().any(|(subject, ..)| institution(subject))
}

/// Adds the changes of one decision to those before it.
pub(crate) fn append(all: &mut Changes, mut more: Changes) {
    all.people.append(&mut more.people);
    all.credentials.append(&mut more.credentials);
    all.facts.append(&mut more.facts);
    all.ended.append(&mut more.ended);
    all.institutions.append(&mut more.institutions);
    all.items.append(&mut more.items);
    all.accounts.append(&mut more.accounts);
    all.years.append(&mut more.years);
    all.visits.append(&mut more.visits);
    all.sheets.append(&mut more.sheets);
    all.entries.append(&mut more.entries);
    all.undone.append(&mut more.undone);
    all.messages.append(&mut more.messages);
    all.documents.append(&mut more.documents);
    all.archives.append(&mut more.archives);
    all.closings.append(&mut more.closings);
}
