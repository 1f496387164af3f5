//! The bounded queue. Requests of one person leave it in order of arrival, and never into two batches at once.

use super::Job;
use crate::reason::{Reason, Refused};
use std::collections::{HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use store::PersonKey;

/// Requests waiting to be decided.
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
    /// Several batches run at once: people of one are kept out of the others.
    shared: bool,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// People with a request in a running batch; only kept if several run at once.
    busy: HashSet<PersonKey>,
    /// Requests in running batches; only kept if several run at once.
    running: usize,
    closed: bool,
    /// Threads that wait for work.
    idle: usize,
}

/// Requests to be decided in one transaction.
pub struct Batch {
    pub(super) jobs: Vec<Job>,
    people: Vec<PersonKey>,
}

impl Batch {
    /// True if there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }
}

impl Queue {
    /// A queue of at most `most` requests, emptied by one taker or, if `shared`, by several.
    #[must_use]
    pub fn new(most: usize, shared: bool) -> Queue {
        Queue { state: Mutex::default(), changed: Condvar::new(), most, shared }
    }

    /// Adds a request; if the queue is full or closed, answers it.
    pub fn push(&self, job: Job) {
        let mut state = self.lock();
        let reason = if state.closed {
            Reason::Closing
        } else if state.waiting.len() >= self.most {
            Reason::Busy
        } else {
            state.waiting.push_back(job);
            let wake = state.idle > 0 && state.worth_a_batch();
            drop(state);
            if wake {
                self.changed.notify_one();
            }
            return;
        };
        drop(state);
        (job.reply)(Err(Refused::new(reason, "")));
    }

    /// How many are waiting.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Whatever is there, at most so many; waits for the first, and while other batches run, until the next
    /// one [is worth it](State::worth_a_batch). `None`: closed and empty.
    pub fn take(&self, most: usize) -> Option<Batch> {
        let mut state = self.lock();
        loop {
            if state.worth_a_batch() || state.waiting.len() >= most {
                let batch = self.pick(&mut state, most);
                if !batch.is_empty() {
                    return Some(batch);
                }
            }
            if state.closed && state.waiting.is_empty() {
                return None;
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Whatever is there, at most so many, without waiting.
    #[must_use]
    pub fn take_now(&self, most: usize) -> Batch {
        let mut state = self.lock();
        self.pick(&mut state, most)
    }

    /// The batch is answered: its people may be in another one.
    pub(super) fn finished(&self, people: &[PersonKey], jobs: usize) {
        if !self.shared {
            return;
        }
        let mut state = self.lock();
        state.running -= jobs;
        for person in people {
            state.busy.remove(person);
        }
        let wake = state.idle > 0 && !state.waiting.is_empty();
        drop(state);
        if wake {
            self.changed.notify_all();
        }
    }

    /// Takes no more.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn pick(&self, state: &mut State, most: usize) -> Batch {
        if !self.shared {
            let count = most.min(state.waiting.len());
            return Batch { jobs: state.waiting.drain(..count).collect(), people: Vec::new() };
        }
        let State { waiting, busy, .. } = state;
        let mut batch = Batch { jobs: Vec::new(), people: Vec::new() };
        let mut passed = VecDeque::new();
        // Whoever had to be passed over is passed over again, or order would be lost.
        let mut skipped: HashSet<PersonKey> = HashSet::new();
        while batch.jobs.len() < most {
            let Some(job) = waiting.pop_front() else { break };
            let person = job.business.person();
            let held = person.is_some_and(|person| {
                skipped.contains(person) || busy.contains(person) && !batch.people.contains(person)
            });
            if held {
                skipped.extend(person.cloned());
                passed.push_back(job);
                continue;
            }
            if let Some(person) = person
                && busy.insert(person.clone())
            {
                batch.people.push(person.clone());
            }
            batch.jobs.push(job);
        }
        while let Some(job) = passed.pop_back() {
            waiting.push_front(job);
        }
        state.running += batch.jobs.len();
        batch
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Nothing runs, or half as much waits as runs. Callers who were just answered come back one by one; whoever took the
    /// first of them at once would run many small batches, each with the cost of a commit. To wait for more than half would
    /// be to wait for the other batch to end.
    fn worth_a_batch(&self) -> bool {
        self.closed || self.waiting.len() * 2 >= self.running
    }
}

impl Batch {
    pub(super) fn into_parts(self) -> (Vec<Job>, Vec<PersonKey>) {
        (self.jobs, self.people)
    }
}
