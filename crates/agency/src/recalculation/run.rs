//! All person-years that wait, as a job that goes on where it stopped.
//!
//! Shape: lanes side by side take one page after the other; a page is one transaction ([`Page`]), with the lane's tally in it.
//! How far all pages before are done stands in the run's document. Ordering: by person. Bounds: a page in memory a lane.
//!
//! What is done twice does no harm: what was posted waits no more, and what was proposed by the same run is proposed again
//! and counts once. So the run's document may lag behind. Whoever begins or takes up a run puts a mark of its own into it;
//! a process that finds another mark there leaves the run to it.

use super::desk::{After, Item, Step, pending, proposed};
use super::page::Page;
use super::proposal::Proposal;
use crate::accounts::RunError;
use crate::agency::Agency;
use crate::business::recalculation::Progress;
use crate::documents::{PROPOSAL, RUN};
use crate::reason::{Reason, Refused};
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Area, Changes, Document, DocumentKey, PersonKey, Store, Wants};

/// Owner of the documents.
const OWNER: &str = "recalculation";
/// Pages between notes of how far it is.
const NOTED: u64 = 8;
/// Documents read at once.
const READ: usize = 1_000;

/// What is asked.
#[derive(Clone, Debug)]
pub struct RunAsked {
    /// Whose books.
    pub area: Area,
    /// Propose, or approve and post.
    pub step: Step,
    /// 经办人.
    pub by: Arc<str>,
    /// Documents a page.
    pub page: usize,
    /// Lanes side by side; `None`: one more than the store has writers.
    pub lanes: Option<usize>,
}

/// Who looks on, and says when to stop.
pub struct Watch<'a> {
    /// Hears how many person-years were worked off.
    pub moved: &'a (dyn Fn(u64) + Sync),
    /// Hears which were refused, and why.
    pub refused: &'a (dyn Fn(&Item, &Refused) + Sync),
    /// Once it is set the run stops after the pages it is at.
    pub stop: &'a AtomicBool,
}

/// What person-years came to.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Person-years worked off.
    pub done: u64,
    /// Those that differ.
    pub differing: u64,
    /// Settlements that differ.
    pub settlements: u64,
    /// What the funds pay more, fen.
    pub more: i64,
    /// What the funds paid too much, fen.
    pub less: i64,
}

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Names the run: [`Proposal::run`].
    pub number: Arc<str>,
    /// Counts and sums.
    pub tally: Tally,
    /// Person-years not worked off.
    pub refused: u64,
}

/// Body of the run's document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Far {
    number: Arc<str>,
    /// Whoever works it off.
    holder: Arc<str>,
    after: After,
    refused: u64,
}

/// A lane and what it came to so far.
pub(super) struct Lane {
    pub(super) key: DocumentKey,
    pub(super) tally: Tally,
}

/// A run in progress.
pub struct Run<'a> {
    agency: &'a Agency,
    asked: RunAsked,
    key: DocumentKey,
    begun: Moment,
    number: Arc<str>,
    holder: Arc<str>,
    resumed: Option<u64>,
    cursor: Mutex<Cursor>,
    done: Mutex<Done>,
}

/// Where the next page begins.
struct Cursor {
    after: After,
    page: u64,
    over: bool,
}

/// Pages that are done: all before `next`, and some behind it.
struct Done {
    next: u64,
    noted: u64,
    far: Far,
    behind: BTreeMap<u64, (After, u64)>,
}

impl<'a> Run<'a> {
    /// Begins a run, or takes up the last one if it was stopped.
    ///
    /// # Errors
    /// No operator is named; the store's own.
    pub fn begin(agency: &'a Agency, asked: RunAsked) -> Result<Run<'a>, RunError> {
        if asked.by.is_empty() {
            return Err(Refused::new(Reason::Content, "请写明经办人").into());
        }
        let number = match asked.step {
            Step::Propose => "propose",
            Step::Approve => "approve",
        };
        let key = document(asked.area, number);
        let now = agency.now();
        let holder: Arc<str> = Arc::from(agency.id(now).to_string());
        let known = agency.store().document(&key)?;
        let known = known.filter(|known| known.state == Progress::UNDER_WAY);
        let begun = known.as_ref().map_or(now, |known| known.at);
        let mut far: Far = match &known {
            Some(known) => read(known)?,
            None => Far { number: holder.clone(), ..Far::default() },
        };
        far.holder = holder.clone();
        let number = far.number.clone();
        let resumed = match known {
            Some(_) => Some(tally(agency.store(), asked.area, &number)?.done),
            None => None,
        };
        let cursor = Cursor { after: far.after.clone(), page: 0, over: false };
        let done = Done { next: 0, noted: 0, far, behind: BTreeMap::new() };
        let (cursor, done) = (Mutex::new(cursor), Mutex::new(done));
        let run = Run { agency, asked, key, begun, number, holder, resumed, cursor, done };
        run.note(&run.done().far, Progress::UNDER_WAY, true)?;
        Ok(run)
    }

    /// How many person-years were done before, if a run that had been stopped is gone on with.
    #[must_use]
    pub const fn resumed(&self) -> Option<u64> {
        self.resumed
    }

    /// Works off all that wait. The run stays open until it is [closed](Run::close), so that whatever is made of its report
    /// can be made again.
    ///
    /// # Errors
    /// [`RunError::Stopped`]; of the store; or another process has taken the run over.
    pub fn finish(&self, watch: &Watch<'_>) -> Result<Report, RunError> {
        let wanted = self.asked.lanes.unwrap_or_else(|| self.agency.store().writers() + 1).max(1);
        let failed = AtomicBool::new(false);
        let results: Vec<Result<(), RunError>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..wanted)
                .map(|number| {
                    let (run, failed) = (self, &failed);
                    scope.spawn(move || {
                        let result = run.lane(number, watch, failed);
                        failed.fetch_or(result.is_err(), Ordering::Relaxed);
                        result
                    })
                })
                .collect();
            let fault = || Err(Refused::new(Reason::Conflict, "程序错误").into());
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| fault())).collect()
        });
        let done = self.done().far.clone();
        results.into_iter().collect::<Result<(), _>>()?;
        self.note(&done, Progress::UNDER_WAY, false)?;
        if !self.cursor().over {
            return Err(RunError::Stopped);
        }
        let tally = tally(self.agency.store(), self.asked.area, &self.number)?;
        Ok(Report { number: self.number.clone(), tally, refused: done.refused })
    }

    /// Says that it is over: the next one begins anew.
    ///
    /// # Errors
    /// Of the store, or another process has taken it over.
    pub fn close(self) -> Result<(), RunError> {
        let far = self.done().far.clone();
        self.note(&far, Progress::OVER, false)
    }

    /// Pages, one after the other.
    fn lane(&self, number: usize, watch: &Watch<'_>, failed: &AtomicBool) -> Result<(), RunError> {
        let RunAsked { area, step, by, .. } = &self.asked;
        let ours = format!("\"holder\":\"{}\"", self.holder);
        let page = Page {
            agency: self.agency,
            area: *area,
            step: *step,
            by,
            run: &self.number,
            held: (&self.key, &ours),
        };
        let key = document(*area, &format!("{}/{}-{number:02}", self.number, self.holder));
        let mut lane = Lane { key, tally: Tally::default() };
        while !failed.load(Ordering::Relaxed) && !watch.stop.load(Ordering::Relaxed) {
            let Some((place, items, after)) = self.next_page()? else { break };
            let count = items.len() as u64;
            let refusals = page.work_off(items, &mut lane)?.ok_or_else(|| self.taken_over())?;
            for (item, refused) in &refusals {
                (watch.refused)(item, refused);
            }
            (watch.moved)(count);
            self.page_done(place, after, refusals.len() as u64)?;
        }
        Ok(())
    }

    fn next_page(&self) -> Result<Option<(u64, Vec<Item>, After)>, RunError> {
        let RunAsked { area, step, page, .. } = &self.asked;
        let (store, limit) = (self.agency.store(), (*page).max(1));
        let mut cursor = self.cursor();
        if cursor.over {
            return Ok(None);
        }
        let (items, next) = match step {
            Step::Propose => pending(store, *area, &cursor.after, limit)?,
            Step::Approve => proposed(store, *area, &cursor.after, limit)?,
        };
        let Some(next) = next else {
            cursor.over = true;
            return Ok(None);
        };
        let place = cursor.page;
        cursor.page += 1;
        cursor.after = next.clone();
        Ok(Some((place, items, next)))
    }

    fn page_done(&self, place: u64, after: After, refused: u64) -> Result<(), RunError> {
        let mut guard = self.done();
        let done = &mut *guard;
        done.behind.insert(place, (after, refused));
        while let Some((after, refused)) = done.behind.remove(&done.next) {
            done.next += 1;
            done.far.after = after;
            done.far.refused += refused;
        }
        if done.next < done.noted + NOTED {
            return Ok(());
        }
        done.noted = done.next;
        self.note(&done.far, Progress::UNDER_WAY, false)
    }

    /// Writes how far it is. `take`: whoever worked it off before.
    fn note(&self, far: &Far, state: i16, take: bool) -> Result<(), RunError> {
        let body = json(far)?;
        let wants = Wants { documents: [self.key.clone()].into(), ..Wants::default() };
        let mut held = true;
        self.agency.store().commit(&wants, &mut |found| {
            let known: Option<Far> = found.documents.get(&self.key).and_then(|it| read(it).ok());
            held = take || known.is_some_and(|known| known.holder == self.holder);
            if !held {
                return Changes::default();
            }
            let (key, body) = (self.key.clone(), body.clone());
            let documents = vec![Document { key, at: self.begun, state, body }];
            Changes { documents, ..Changes::default() }
        })?;
        if held { Ok(()) } else { Err(self.taken_over()) }
    }

    fn taken_over(&self) -> RunError {
        Refused::new(Reason::Overtaken, "另一个进程接着办理这批重算").into()
    }

    fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    /// Adds a person-year with so many settlements that differ, and by how much each fund pays more.
    pub(super) fn add(&mut self, settlements: usize, funds: impl Iterator<Item = [i64; 3]>) {
        let by: i64 = funds.flatten().sum();
        self.done += 1;
        self.differing += u64::from(settlements > 0);
        self.settlements += settlements as u64;
        self.more += by.max(0);
        self.less += (-by).max(0);
    }

    fn join(&mut self, other: &Tally) {
        self.done += other.done;
        self.differing += other.differing;
        self.settlements += other.settlements;
        self.more += other.more;
        self.less += other.less;
    }

    /// As the tally of a lane is kept.
    pub(super) fn filed(&self, lane: &DocumentKey, at: Moment) -> Result<Document, Refused> {
        Ok(Document { key: lane.clone(), at, state: 0, body: json(self)? })
    }
}

/// The tallies of all lanes of a run, whoever worked them off.
fn tally(store: &dyn Store, area: Area, number: &str) -> Result<Tally, RunError> {
    let prefix = format!("{number}/");
    let (mut sum, mut after) = (Tally::default(), prefix.clone());
    loop {
        let page = store.documents(area, RUN, OWNER, (OWNER, &after), READ)?;
        for document in &page {
            if !document.key.number.starts_with(&prefix) {
                return Ok(sum);
            }
            sum.join(&read(document)?);
        }
        match page.last() {
            Some(last) => after = last.key.number.to_string(),
            None => return Ok(sum),
        }
    }
}

/// The proposals that a run proposed, or posted, by person and year; those that were proposed anew since are left out.
///
/// # Errors
/// The store's own, and those of `each`.
pub fn proposals_of<E: From<RunError>>(
    store: &dyn Store,
    area: Area,
    run: &str,
    each: &mut dyn FnMut(&PersonKey, &Proposal) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = After::default();
    loop {
        let page = store.documents(area, PROPOSAL, "", (&after.0, &after.1), READ);
        let page = page.map_err(RunError::from)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.key.owner.clone(), last.key.number.clone());
        for document in &page {
            // Most of long books are of other runs.
            if document.body.contains(run) {
                let proposal = Proposal::read(document).map_err(RunError::from)?;
                if *proposal.run == *run {
                    let person = PersonKey { area, person: document.key.owner.clone() };
                    each(&person, &proposal)?;
                }
            }
        }
    }
}

fn document(area: Area, number: &str) -> DocumentKey {
    let (kind, owner) = (Arc::from(RUN), Arc::from(OWNER));
    DocumentKey { area, kind, owner, number: Arc::from(number) }
}

fn json<T: Serialize>(value: &T) -> Result<Arc<str>, Refused> {
    let text = serde_json::to_string(value);
    text.map(Arc::from).map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
}

fn read<T: for<'de> Deserialize<'de>>(document: &Document) -> Result<T, Refused> {
    serde_json::from_str(&document.body)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
}
