//! Long jobs of this process: how far they are. What they came to is in the books ([`agency::business::run`]).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The jobs that run.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<HashMap<Arc<str>, Arc<AtomicU64>>>);

impl Jobs {
    /// Notes that a job runs; the counter says how far it is.
    pub fn began(&self, number: &Arc<str>) -> Arc<AtomicU64> {
        let counter = Arc::new(AtomicU64::new(0));
        self.lock().insert(number.clone(), counter.clone());
        counter
    }

    /// Notes that a job is over.
    pub fn ended(&self, number: &str) {
        self.lock().remove(number);
    }

    /// The jobs that run here, and how far each is. To be asked before the books are: a job that ends in between has its end
    /// in the books, and is not taken for one that was cut off.
    pub fn running(&self) -> HashMap<Arc<str>, u64> {
        let far = |(number, counter): (&Arc<str>, &Arc<AtomicU64>)| {
            (number.clone(), counter.load(Ordering::Relaxed))
        };
        self.lock().iter().map(far).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Arc<AtomicU64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
