//! What every request may need: the books, the clock, ids.

use kernel::Moment;
use std::sync::Arc;
use store::{Id, Store};

/// What every request may need.
pub struct Office {
    store: Arc<dyn Store>,
}

impl Office {
    /// Over these books.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Office {
        Office { store }
    }

    /// The books. Calls block.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Now, by the region's wall clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let millis = since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0));
        Moment(millis + 8 * 3_600_000)
    }

    /// A new id.
    #[must_use]
    pub fn id(&self) -> Id {
        Id::at(self.now(), fastrand::u128(..))
    }
}
