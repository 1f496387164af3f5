//! The settlement core: gathers waiting requests into durable transactions, decides them in order, and answers.
//!
//! Shape: [`Core`] is a bounded [`Queue`] and threads that run an [`Engine`] over it; the engine alone has no threads, so a
//! test can drive it step by step. A lone request goes at once; a batch is whatever queued while the last commit ran.
//! Ordering: requests of one person are decided in order of arrival, also with several threads. Bounds: the queue is
//! limited, a full one answers at once. Nothing is answered before it is durable.

pub(crate) mod engine;
mod journal;
mod queue;
pub(crate) mod round;

pub use engine::Engine;
pub use queue::{Batch, Queue};

use crate::agency::Agency;
use crate::business::Business;
use crate::outcome::Outcome;
use crate::reason::Refused;
use kernel::Moment;
use std::sync::Arc;
use std::thread::JoinHandle;
use store::{Id, MessageKey, StoreError};

/// Tells the time: Beijing wall-clock time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// Looks on while the core works, for metrics and logs. Called on the core's threads: it must not wait.
pub trait Watch: Send + Sync {
    /// A transaction begins with so many requests, while so many are waiting.
    fn began(&self, requests: usize, waiting: usize);
    /// It is over, one way or the other.
    fn ended(&self, requests: usize);
    /// The store failed.
    fn failed(&self, error: &StoreError);
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
#[derive(Clone, PartialEq, Debug)]
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
#[derive(Clone)]
pub struct Settings {
    /// The most requests in one transaction.
    pub batch: usize,
    /// The most requests waiting; one more is refused at once.
    pub queue: usize,
    /// Transactions at once; `None`: as many as the store thinks worthwhile.
    pub workers: Option<usize>,
    /// Looks on.
    pub watch: Option<Arc<dyn Watch>>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { batch: 64, queue: 4_096, workers: None, watch: None }
    }
}

/// The core: a bounded queue and the threads that empty it. Dropping it closes it.
pub struct Core {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

impl Core {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(agency: Arc<Agency>, settings: Settings) -> std::io::Result<Core> {
        let workers = settings.workers.unwrap_or_else(|| agency.store().writers()).max(1);
        let queue = Arc::new(Queue::new(settings.queue, workers > 1));
        let most = settings.batch.max(1);
        let engine = Arc::new(Engine::new(agency, settings.watch));
        let mut core = Core { queue, threads: Vec::with_capacity(workers) };
        for number in 0..workers {
            let (engine, queue) = (engine.clone(), core.queue.clone());
            let thread = std::thread::Builder::new().name(format!("settle-{number}"));
            core.threads.push(thread.spawn(move || {
                while let Some(batch) = queue.take(most) {
                    engine.run(batch, &queue);
                }
            })?);
        }
        Ok(core)
    }

    /// Takes a request. A full or closed queue replies at once.
    pub fn submit(&self, job: Job) {
        self.queue.push(job);
    }

    /// How many requests are waiting.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Takes no more, finishes what was accepted, and ends.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing more to finish.
            let _ = thread.join();
        }
    }
}
