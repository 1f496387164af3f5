//! Things lent to one thread at a time: connections.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, PoisonError};

/// A fixed number of things, lent one by one; who finds none waits.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    idle: Mutex<Vec<T>>,
    returned: Condvar,
}

impl<T> Pool<T> {
    pub(crate) fn new(things: Vec<T>) -> Pool<T> {
        Pool { idle: Mutex::new(things), returned: Condvar::new() }
    }

    /// The one returned last, which is the warmest.
    pub(crate) fn take(&self) -> Lent<'_, T> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match idle.pop() {
                Some(thing) => return Lent { pool: self, thing: Some(thing) },
                None => {
                    idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

/// Something lent; it goes back when this is dropped.
#[derive(Debug)]
pub(crate) struct Lent<'pool, T> {
    pool: &'pool Pool<T>,
    thing: Option<T>,
}

impl<T> Deref for Lent<'_, T> {
    type Target = T;

    #[expect(clippy::expect_used, reason = "the thing is there until drop")]
    fn deref(&self) -> &T {
        self.thing.as_ref().expect("lent until dropped")
    }
}

impl<T> DerefMut for Lent<'_, T> {
    #[expect(clippy::expect_used, reason = "the thing is there until drop")]
    fn deref_mut(&mut self) -> &mut T {
        self.thing.as_mut().expect("lent until dropped")
    }
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        if let Some(thing) = self.thing.take() {
            let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(thing);
            self.pool.returned.notify_one();
        }
    }
}
