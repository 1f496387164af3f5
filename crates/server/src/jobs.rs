//! Long jobs of this process: how far they are, and their end when the server shuts down. What they came to is in the books
//! ([`agency::business::run`]).

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How often those that are stopping are looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// The jobs that run.
#[derive(Debug, Default)]
pub struct Jobs {
    counters: Mutex<HashMap<Arc<str>, Arc<AtomicU64>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    stopping: AtomicBool,
}

impl Jobs {
    /// Runs a job on a thread of its own.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn run(&self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let thread = Builder::new().name(name.to_owned()).spawn(work)?;
        let mut threads = lock(&self.threads);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        Ok(())
    }

    /// Notes that a job runs; the counter says how far it is.
    pub fn began(&self, number: &Arc<str>) -> Arc<AtomicU64> {
        let counter = Arc::new(AtomicU64::new(0));
        lock(&self.counters).insert(number.clone(), counter.clone());
        counter
    }

    /// Notes that a job is over.
    pub fn ended(&self, number: &str) {
        lock(&self.counters).remove(number);
    }

    /// The jobs that run here, and how far each is. To be asked before the books are: a job that ends in between has its end
    /// in the books, and is not taken for one that was cut off.
    pub fn running(&self) -> HashMap<Arc<str>, u64> {
        let far = |(number, counter): (&Arc<str>, &Arc<AtomicU64>)| {
            (number.clone(), counter.load(Ordering::Relaxed))
        };
        lock(&self.counters).iter().map(far).collect()
    }

    /// Set once the server shuts down: jobs stop at their next page.
    #[must_use]
    pub const fn stopping(&self) -> &AtomicBool {
        &self.stopping
    }

    /// Tells all jobs to stop at their next page.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Waits for all jobs, so long at most. Those that cannot stop are left to the end of the process. Blocks.
    pub fn wait(&self, most: Duration) {
        let began = Instant::now();
        let goes_on = |thread: &JoinHandle<()>| !thread.is_finished();
        while lock(&self.threads).iter().any(goes_on) && began.elapsed() < most {
            std::thread::sleep(PAUSE);
        }
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
