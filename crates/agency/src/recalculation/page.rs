//! A page of person-years worked off in one transaction: histories are read at once beforehand, everybody is locked, the
//! plans are made in memory and all of it is written together. What moved meanwhile is read again.

use super::desk::{Item, Step, TRIES, may_be_tried_again};
use super::history::{self, History};
use super::plan::Changed;
use super::proposal::{Proposal, Unopened};
use super::run::{Lane, Tally};
use crate::agency::Agency;
use crate::business::recalculation::{Work, approve, propose};
use crate::core::engine::widen;
use crate::core::round::{Asked, Files, append, guarded, merge};
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, Found, Id, Span, StoreError, Wants};

/// How often a page is looked at again because a settlement needs its visit read.
const LOOKS: usize = 4;

/// What came of a page: those not worked off, and why.
pub(super) type Refusals = Vec<(Item, Refused)>;

/// Works a page off, by order of a lane.
pub(super) struct Page<'a> {
    pub(super) agency: &'a Agency,
    pub(super) area: Area,
    pub(super) step: Step,
    pub(super) by: &'a Arc<str>,
    pub(super) run: &'a Arc<str>,
    /// The document that says who works the run off, and what it says while that is us.
    pub(super) held: (&'a DocumentKey, &'a str),
}

/// What a transaction came to.
enum Came {
    Done(Vec<Result<(), Refused>>),
    Missing(Box<Wants>),
    /// Directories in memory are older than the books.
    Stale,
    /// Another process has taken the run over.
    TakenOver,
}

impl Page<'_> {
    /// Works items off, all of a person together; what they come to is added to the lane's tally, which is written with them.
    /// `None`: another process has taken the run over.
    ///
    /// # Errors
    /// The store's own: nothing of the page is done.
    pub(super) fn work_off(
        &self,
        items: Vec<Item>,
        lane: &mut Lane,
    ) -> Result<Option<Refusals>, StoreError> {
        let (mut left, mut refusals) = (items, Refusals::new());
        let mut whole = false;
        for attempt in 1..=TRIES {
            if left.is_empty() {
                break;
            }
            let Some(replies) = self.commit(&left, whole, lane)? else { return Ok(None) };
            let mut again = Vec::new();
            for (item, reply) in left.into_iter().zip(replies) {
                match reply {
                    Ok(()) => {}
                    Err(refused) if may_be_tried_again(&refused) && attempt < TRIES => {
                        whole |= refused.reason == Reason::BooksDiffer;
                        again.push(item);
                    }
                    Err(refused) => refusals.push((item, refused)),
                }
            }
            left = again;
        }
        Ok(Some(refusals))
    }

    /// One transaction.
    fn commit(
        &self,
        items: &[Item],
        whole: bool,
        lane: &mut Lane,
    ) -> Result<Option<Vec<Result<(), Refused>>>, StoreError> {
        let (agency, store) = (self.agency, self.agency.store());
        let spans = spans(items, whole);
        let histories = history::read(store, self.area, &spans)?;
        let mut further = Wants::default();
        for _ in 0..LOOKS {
            let mut wants = self.wants(items, &histories);
            merge(&mut wants, &further);
            let wants = Arc::new(wants);
            let mut came = Came::Stale;
            let mut tally = lane.tally.clone();
            store.commit(&wants, &mut |found| {
                tally = lane.tally.clone();
                let (next, changes) =
                    self.decide(items, &histories, found, &wants, (&lane.key, &mut tally));
                came = next;
                changes
            })?;
            match came {
                Came::Done(replies) => {
                    lane.tally = tally;
                    return Ok(Some(replies));
                }
                Came::Missing(more) => widen(&mut further, &more),
                Came::Stale => agency.reload_directories()?,
                Came::TakenOver => return Ok(None),
            }
        }
        Err(StoreError::Conflict("what a person-year needs to know has no end".into()))
    }

    fn wants(&self, items: &[Item], histories: &[Option<History>]) -> Wants {
        let mut wants = Wants::default();
        // Institutions of other areas treat people of this one.
        wants.areas.extend(self.agency.directories().keys().copied());
        wants.areas.insert(self.area);
        wants.documents.insert(self.held.0.clone());
        let of_person = items.chunk_by(|a, b| a.person == b.person);
        let nothing = History::default();
        for (items, history) in of_person.zip(histories) {
            for item in items {
                wants.people.insert(item.person.clone());
                wants.years = Some(match wants.years {
                    None => (item.year, item.year),
                    Some((first, last)) => (first.min(item.year), last.max(item.year)),
                });
                let work = self.work(item, history.as_ref().unwrap_or(&nothing));
                work.wants(&mut wants);
                if self.step == Step::Approve {
                    work.wants_to_post(&mut wants);
                }
            }
        }
        wants
    }

    fn work<'b>(&'b self, item: &'b Item, history: &'b History) -> Work<'b> {
        Work {
            person: &item.person,
            year: item.year,
            reasons: &item.reasons,
            by: self.by,
            run: self.run,
            last: history.last,
            entries: &history.entries,
        }
    }

    fn decide(
        &self,
        items: &[Item],
        histories: &[Option<History>],
        found: Found,
        wants: &Arc<Wants>,
        (lane, tally): (&DocumentKey, &mut Tally),
    ) -> (Came, Changes) {
        let none = |came| (came, Changes::default());
        let agency = self.agency;
        let directories = agency.directories();
        let older = found.directories.iter().any(|(area, revision)| {
            directories.get(area).is_none_or(|known| known.revision() < *revision)
        });
        if older {
            return none(Came::Stale);
        }
        let (held, ours) = self.held;
        if found.documents.get(held).is_none_or(|document| !document.body.contains(ours)) {
            return none(Came::TakenOver);
        }
        let regions = agency.regions().clone();
        let mut world = World::new(found, Files::new(), directories, regions, wants.clone());
        let at = agency.now();
        let mut all = Changes::default();
        let mut replies = Vec::with_capacity(items.len());
        let (mut person, mut place, mut last) = (None, 0, Id::MIN);
        for item in items {
            if person != Some(&item.person) {
                place += usize::from(person.is_some());
                person = Some(&item.person);
                last = history_at(histories, place).map_or(Id::MIN, |history| history.last);
            }
            let unknown = || Refused::new(Reason::PersonUnknown, &*item.person.person);
            let decided = history_at(histories, place).ok_or_else(unknown).and_then(|history| {
                let work = Work { last, ..self.work(item, history) };
                let asked = Asked { message: None, sent: None, at, trial: false };
                guarded(agency, asked, |context| self.one(&world, context, work, tally))
            });
            replies.push(decided.map(|changes| {
                world.apply(&changes);
                // What was entered for one year belongs to no other.
                last = world.account(&item.person).map_or(last, |account| account.last);
                append(&mut all, changes);
            }));
        }
        if let Some(missing) = world.take_missing() {
            return none(Came::Missing(Box::new(missing)));
        }
        match tally.filed(lane, at) {
            Ok(document) => all.documents.push(document),
            Err(refused) => {
                return none(Came::Done(items.iter().map(|_| Err(refused.clone())).collect()));
            }
        }
        (Came::Done(replies), all)
    }

    /// One person-year; what is to be written.
    fn one(
        &self,
        world: &World,
        context: &mut crate::business::Context<'_>,
        work: Work<'_>,
        tally: &mut Tally,
    ) -> Result<Changes, Refused> {
        match self.step {
            Step::Propose => {
                // One that this run has proposed before it was cut off is proposed again, and counts once.
                let before = world.document(&Proposal::key(work.person, work.year));
                let before = before.map(Proposal::read_unopened).transpose()?;
                let (changes, proposal) = propose(world, context, work)?;
                if before.is_none_or(|before| before.run != *self.run) {
                    let funds = proposal.changed.iter().map(super::proposal::Difference::funds);
                    tally.add(proposal.changed.len(), funds);
                }
                Ok(changes)
            }
            Step::Approve => {
                let approved = approve::<Unopened>(world, context, work, None, true)?;
                let changed = approved.plan.map(|plan| plan.changed).unwrap_or_default();
                tally.add(changed.len(), changed.iter().map(Changed::funds));
                Ok(approved.decision.changes)
            }
        }
    }
}

fn history_at(histories: &[Option<History>], place: usize) -> Option<&History> {
    histories.get(place).and_then(Option::as_ref)
}

/// One span for each person, over all years of the person's items.
fn spans(items: &[Item], whole: bool) -> Vec<Span> {
    let of_person = items.chunk_by(|a, b| a.person == b.person);
    of_person
        .filter_map(|items| {
            let first = items.iter().map(|item| item.year).min()?;
            let last = items.iter().map(|item| item.year).max()?;
            Some(history::span(&items.first()?.person, (first, last), whole))
        })
        .collect()
}
