//! 个账划入: the monthly credit of everybody in an area, as a job that goes on where it stopped.
//!
//! Shape: an attempt is a document of kind [`RUN`] and one for each of its lanes, stretches of people in order that are
//! walked side by side. A page of a lane is one commit ([`CreditPage`]): entries, months, accounts, and how far the lane is.
//! Ordering: within a lane by person. Bounds: a page of people in memory a lane. A lane that another process moves on is
//! left to it.

use super::paging;
use crate::agency::Agency;
use crate::business::account::{CreditLane, CreditPage, Tally};
use crate::business::reverse::DONE;
use crate::documents::RUN;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use kernel::{Moment, Month};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Area, Changes, Document, DocumentKey, Id, Message, MessageKey, StoreError, Wants};

/// Owner of the documents.
const OWNER: &str = "account-credit";
/// Documents read at once.
const PAGE: usize = 500;
/// Where lanes may be divided: every so many people.
const STEP: usize = 1_000;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct CreditAsked {
    /// Whose books.
    pub area: Area,
    /// Which month.
    pub month: Month,
    /// Take back what was credited beyond what is owed, where the money is there.
    pub take_back: bool,
    /// People a commit.
    pub page: usize,
    /// Lanes side by side; `None`: one more than the store has writers.
    pub lanes: Option<usize>,
}

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreditReport {
    /// The month.
    pub month: Month,
    /// Which attempt at the month: 1, 2, …
    pub attempt: u32,
    /// An attempt that had been stopped was gone on with.
    pub resumed: bool,
    /// Counts and sums of the whole attempt.
    pub tally: Tally,
}

/// Why a run cannot be finished. What is done is done, and the next run goes on from there.
#[derive(Debug)]
pub enum RunError {
    /// It is not done at all, or another process does it.
    Refused(Refused),
    /// Of the store.
    Store(StoreError),
    /// It was told to stop.
    Stopped,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Refused(refused) => refused.fmt(f),
            RunError::Store(error) => error.fmt(f),
            RunError::Stopped => f.write_str("已停下，再办理时接着办"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<Refused> for RunError {
    fn from(refused: Refused) -> RunError {
        RunError::Refused(refused)
    }
}

impl From<StoreError> for RunError {
    fn from(error: StoreError) -> RunError {
        RunError::Store(error)
    }
}

/// Body of an attempt.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Attempt {
    month: Arc<str>,
    attempt: u32,
    lanes: usize,
    take_back: bool,
    begun: String,
    finished: String,
}

/// A run in progress.
pub struct CreditRun<'a> {
    agency: &'a Agency,
    asked: CreditAsked,
    key: DocumentKey,
    attempt: Attempt,
    lanes: Vec<(DocumentKey, CreditLane)>,
    resumed: bool,
    people: u64,
}

impl<'a> CreditRun<'a> {
    /// Begins an attempt, or takes up the last one if it was stopped.
    ///
    /// # Errors
    /// A month that is not there yet or for which the policy says nothing; the store's own.
    pub fn begin(agency: &'a Agency, asked: CreditAsked) -> Result<CreditRun<'a>, RunError> {
        check(agency, &asked)?;
        loop {
            if let Some(run) = CreditRun::newest(agency, asked)? {
                return Ok(run);
            }
            // Another process has just begun the attempt that we wanted to begin: it is taken up.
        }
    }

    /// The attempt that is not finished, or a new one; `None`: another process began it before us.
    fn newest(agency: &'a Agency, asked: CreditAsked) -> Result<Option<CreditRun<'a>>, RunError> {
        let last = last_attempt(agency, &asked)?;
        if let Some((key, attempt)) = &last
            && attempt.finished.is_empty()
        {
            let mut lanes = Vec::with_capacity(attempt.lanes);
            for number in 0..attempt.lanes {
                let key = lane_key(key, number);
                let missing = || Refused::new(Reason::DocumentUnknown, &*key.number);
                let found = agency.store().document(&key)?.ok_or_else(missing)?;
                lanes.push((key, CreditLane::read(&found)?));
            }
            let asked = CreditAsked { take_back: attempt.take_back, ..asked };
            let (key, attempt) = (key.clone(), attempt.clone());
            let people = agency.store().marks(asked.area, STEP)?.len() * STEP;
            let people = u64::try_from(people).unwrap_or(0);
            let run = CreditRun { agency, asked, key, attempt, lanes, resumed: true, people };
            return Ok(Some(run));
        }
        let number = last.map_or(1, |(_, attempt)| attempt.attempt + 1);
        CreditRun::new(agency, asked, number)
    }

    fn new(agency: &'a Agency, asked: CreditAsked, number: u32) -> Result<Option<Self>, RunError> {
        let key = document(asked.area, format!("{}-{number:03}", asked.month));
        let marks = agency.store().marks(asked.area, STEP)?;
        // One more than can commit at once: it reads its next page meanwhile.
        let wanted = asked.lanes.unwrap_or_else(|| agency.store().writers() + 1).max(1);
        let ends: Vec<Arc<str>> = (1..wanted)
            .filter_map(|lane| marks.get(marks.len() * lane / wanted).cloned())
            .collect();
        let mut lanes = Vec::with_capacity(ends.len() + 1);
        let mut after: Arc<str> = Arc::default();
        for to in ends.into_iter().chain([Arc::default()]) {
            if !to.is_empty() && to <= after {
                continue;
            }
            let lane = CreditLane { after, to: to.clone(), ..CreditLane::default() };
            lanes.push((lane_key(&key, lanes.len()), lane));
            after = to;
        }
        let attempt = Attempt {
            month: Arc::from(asked.month.to_string()),
            attempt: number,
            lanes: lanes.len(),
            take_back: asked.take_back,
            begun: agency.now().to_string(),
            finished: String::new(),
        };
        let at = agency.now();
        let mut documents = vec![filed(key.clone(), at, 0, &attempt)?];
        for (key, lane) in &lanes {
            documents.push(filed(key.clone(), at, 0, lane)?);
        }
        if !once(agency, &key, documents)? {
            return Ok(None);
        }
        let people = u64::try_from(marks.len() * STEP).unwrap_or(0);
        Ok(Some(CreditRun { agency, asked, key, attempt, lanes, resumed: false, people }))
    }

    /// About how many people there are, to the next thousand below.
    #[must_use]
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// How many are done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.lanes.iter().map(|(_, lane)| lane.tally.people).sum()
    }

    /// Goes through everybody who is left. `moved` hears how many people each commit has done.
    ///
    /// # Errors
    /// Of the store, or if another process moves a lane on.
    pub fn finish(self, moved: &(dyn Fn(u64) + Sync)) -> Result<CreditReport, RunError> {
        self.finish_unless(&AtomicBool::new(false), moved)
    }

    /// The same, but it stops after the pages it is at once `told` to.
    ///
    /// # Errors
    /// As for [`CreditRun::finish`], and [`RunError::Stopped`].
    pub fn finish_unless(
        self,
        told: &AtomicBool,
        moved: &(dyn Fn(u64) + Sync),
    ) -> Result<CreditReport, RunError> {
        let stop = AtomicBool::new(false);
        let run = &self;
        let results: Vec<Result<(), RunError>> = std::thread::scope(|scope| {
            let threads: Vec<_> = run
                .lanes
                .iter()
                .map(|(key, lane)| {
                    let stop = &stop;
                    scope.spawn(move || {
                        let result = run.lane(key, lane, [stop, told], moved);
                        if result.is_err() {
                            stop.store(true, Ordering::Relaxed);
                        }
                        result
                    })
                })
                .collect();
            let fault = || Refused::new(Reason::Conflict, "程序错误");
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err(fault().into())))
                .collect()
        });
        results.into_iter().collect::<Result<(), _>>()?;
        self.close()
    }

    /// One lane to its end.
    fn lane(
        &self,
        key: &DocumentKey,
        lane: &CreditLane,
        stop: [&AtomicBool; 2],
        moved: &(dyn Fn(u64) + Sync),
    ) -> Result<(), RunError> {
        let (mut after, store) = (lane.after.clone(), self.agency.store());
        let mut done = lane.done;
        while !done {
            if stop.iter().any(|stop| stop.load(Ordering::Relaxed)) {
                return Err(RunError::Stopped);
            }
            let size = self.asked.page.max(1);
            let files = store.people(self.asked.area, &after, &lane.to, size)?;
            let page = CreditPage {
                area: self.asked.area,
                month: self.asked.month,
                take_back: self.asked.take_back,
                people: files.iter().map(|file| file.person.key.clone()).collect(),
                lane: key.clone(),
                after: after.clone(),
                last: files.len() < size,
            };
            let next = files.last().map(|file| file.person.key.person.clone());
            let people = u64::try_from(files.len()).unwrap_or(0);
            paging::commit(self.agency, &page, files)?;
            after = next.unwrap_or(after);
            done = page.last;
            moved(people);
        }
        Ok(())
    }

    /// Says that the attempt is over, and sums it up.
    fn close(mut self) -> Result<CreditReport, RunError> {
        let mut tally = Tally::default();
        for (key, _) in &self.lanes {
            let missing = || Refused::new(Reason::DocumentUnknown, &*key.number);
            let found = self.agency.store().document(key)?.ok_or_else(missing)?;
            tally.add(&CreditLane::read(&found)?.tally);
        }
        tally.credited.sort_by(|a, b| a.0.cmp(&b.0));
        let now = self.agency.now();
        self.attempt.finished = now.to_string();
        let begun = Moment::parse(&self.attempt.begun).unwrap_or(now);
        let documents = vec![filed(self.key.clone(), begun, 1, &self.attempt)?];
        let changes = Changes { documents, ..Changes::default() };
        self.agency.store().commit(&Wants::default(), &mut |_| changes.clone())?;
        Ok(CreditReport {
            month: self.asked.month,
            attempt: self.attempt.attempt,
            resumed: self.resumed,
            tally,
        })
    }
}

/// Files the documents of a new attempt, unless another process does: false. A message of the attempt's name is written with
/// them, and of two messages with one name the books take the first.
fn once(
    agency: &Agency,
    attempt: &DocumentKey,
    documents: Vec<Document>,
) -> Result<bool, RunError> {
    let (at, id) = (agency.now(), agency.id(agency.now()));
    let outcome = serde_json::to_string(&Outcome::Done)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    let message = Message {
        key: MessageKey {
            area: attempt.area,
            institution: attempt.owner.clone(),
            number: attempt.number.clone(),
            transaction: attempt.kind.clone(),
            digest: 1,
        },
        person: Arc::default(),
        at,
        sent: None,
        id,
        entry: Id::MIN,
        state: DONE,
        outcome: Arc::from(outcome),
    };
    let wants = Wants { messages: [message.key.clone()].into(), ..Wants::default() };
    let changes = Changes { messages: vec![message], documents, ..Changes::default() };
    let mut first = true;
    let committed = agency.store().commit(&wants, &mut |found| {
        first = found.messages.is_empty();
        if first { changes.clone() } else { Changes::default() }
    });
    match committed {
        Ok(()) => Ok(first),
        Err(StoreError::Conflict(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The month has begun, and the policy of its first day credits accounts.
fn check(agency: &Agency, asked: &CreditAsked) -> Result<(), Refused> {
    let today = agency.now().date();
    if asked.month.first_day() > today {
        let words = format!("{}还没有到，今天是{today}", asked.month);
        return Err(Refused::new(Reason::Content, words));
    }
    let unknown = || Refused::new(Reason::AreaUnknown, asked.area.to_string());
    let law = agency.regions().law(asked.area).ok_or_else(unknown)?;
    let version = law.on(asked.month.first_day());
    if version.is_none_or(|version| version.policy.account.credit.is_none()) {
        return Err(Refused::new(Reason::PolicySilent, format!("{}个人账户划入", asked.month)));
    }
    Ok(())
}

/// The newest attempt at the month.
fn last_attempt(
    agency: &Agency,
    asked: &CreditAsked,
) -> Result<Option<(DocumentKey, Attempt)>, RunError> {
    let prefix = format!("{}-", asked.month);
    let mut after: Arc<str> = Arc::from(asked.month.to_string());
    let mut last = None;
    loop {
        let from = (OWNER, &*after);
        let page = agency.store().documents(asked.area, RUN, OWNER, from, PAGE)?;
        for document in &page {
            let number = &document.key.number;
            if !number.starts_with(&prefix) {
                return Ok(last);
            }
            if number.contains('/') {
                continue;
            }
            let attempt: Attempt = serde_json::from_str(&document.body)
                .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
            last = Some((document.key.clone(), attempt));
        }
        match page.last() {
            Some(document) if page.len() == PAGE => after = document.key.number.clone(),
            _ => return Ok(last),
        }
    }
}

fn document(area: Area, number: String) -> DocumentKey {
    let (kind, owner) = (Arc::from(RUN), Arc::from(OWNER));
    DocumentKey { area, kind, owner, number: Arc::from(number) }
}

fn lane_key(attempt: &DocumentKey, lane: usize) -> DocumentKey {
    document(attempt.area, format!("{}/{lane:02}", attempt.number))
}

fn filed<T: Serialize>(
    key: DocumentKey,
    at: Moment,
    state: i16,
    body: &T,
) -> Result<Document, Refused> {
    let body = serde_json::to_string(body)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    Ok(Document { key, at, state, body: Arc::from(body) })
}
