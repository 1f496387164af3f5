//! Runs batches: ask, decide, write, answer; look again where more must be known; one by one where a batch fails.

use super::round::{self, Asking, Decided, Round};
use super::{Batch, Job, Queue, Watch};
use crate::agency::Agency;
use crate::reason::{Reason, Refused};
use std::collections::VecDeque;
use std::sync::Arc;
use store::{Changes, StoreError, Wants};

/// How often a batch is looked at again before its requests are refused: the longest trail (a reversal, its settlement,
/// undo and reinstatement, visit, year) is shorter.
const LOOKS: usize = 8;

/// Decides batches. Has no threads of its own.
pub struct Engine {
    agency: Arc<Agency>,
    watch: Option<Arc<dyn Watch>>,
}

impl Engine {
    /// An engine for an agency.
    #[must_use]
    pub fn new(agency: Arc<Agency>, watch: Option<Arc<dyn Watch>>) -> Engine {
        Engine { agency, watch }
    }

    /// Decides and answers a batch of a queue.
    pub fn run(&self, batch: Batch, queue: &Queue) {
        let (jobs, people) = batch.into_parts();
        let taken = jobs.len();
        let mut left = VecDeque::from([jobs]);
        while let Some(jobs) = left.pop_front() {
            let count = jobs.len();
            if let Some(watch) = &self.watch {
                watch.began(count, queue.waiting());
            }
            self.transact(jobs, &mut left);
            if let Some(watch) = &self.watch {
                watch.ended(count);
            }
        }
        queue.finished(&people, taken);
    }

    /// One durable transaction; what must be decided later, or alone, is put in front of what is left.
    fn transact(&self, mut jobs: Vec<Job>, left: &mut VecDeque<Vec<Job>>) {
        match self.commit(&jobs) {
            Ok(decided) => {
                self.agency.keep_at_hand(decided.files);
                let later = jobs.split_off(decided.replies.len());
                if !later.is_empty() {
                    left.push_front(later);
                }
                for (job, reply) in jobs.into_iter().zip(decided.replies) {
                    (job.reply)(reply);
                }
            }
            Err(error) if jobs.len() > 1 && !matches!(error, StoreError::Unavailable(_)) => {
                self.note(&error);
                for job in jobs.into_iter().rev() {
                    left.push_front(vec![job]);
                }
            }
            Err(error) => {
                self.note(&error);
                let refused = refusal(&error);
                for job in jobs {
                    (job.reply)(Err(refused.clone()));
                }
            }
        }
    }

    fn commit(&self, jobs: &[Job]) -> Result<Decided, StoreError> {
        let agency = &*self.agency;
        let mut further = Wants::default();
        for _ in 0..LOOKS {
            let asking = Asking::all(jobs, agency, &further);
            let mut round = Round::Stale;
            agency.store().commit(&asking.wants, &mut |found| {
                let (next, changes) = match round::world(agency, &asking, found) {
                    Round::Done(world) => match round::decide(agency, world, jobs) {
                        Round::Done(mut decided) => {
                            let changes = std::mem::take(&mut decided.changes);
                            (Round::Done(decided), changes)
                        }
                        Round::Missing(wants) => (Round::Missing(wants), Changes::default()),
                        Round::Stale => (Round::Stale, Changes::default()),
                    },
                    Round::Missing(wants) => (Round::Missing(wants), Changes::default()),
                    Round::Stale => (Round::Stale, Changes::default()),
                };
                round = next;
                changes
            })?;
            match round {
                Round::Done(decided) => return Ok(decided),
                Round::Missing(wants) => widen(&mut further, &wants),
                Round::Stale => agency.reload_directories()?,
            }
        }
        Err(StoreError::Conflict("what a request needs to know has no end".into()))
    }

    fn note(&self, error: &StoreError) {
        if let Some(watch) = &self.watch {
            watch.failed(error);
        }
    }
}

/// Adds what the next look must ask for besides.
pub(crate) fn widen(further: &mut Wants, more: &Wants) {
    round::merge(further, more);
    further.years = match (further.years, more.years) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (known, None) | (None, known) => known,
    };
}

/// What a sender is told of a store's error: never its text.
pub(crate) fn refusal(error: &StoreError) -> Refused {
    let (reason, value) = match error {
        StoreError::Unavailable(_) => (Reason::Unavailable, ""),
        StoreError::Conflict(_) => (Reason::Conflict, ""),
        StoreError::Damaged(_) => (Reason::Conflict, "账务数据无法识别"),
        StoreError::Database(_) => (Reason::Conflict, "账务库拒绝写入"),
    };
    Refused::new(reason, value)
}
