//! The agency as a whole: its books, the law it applies, and what it keeps in memory.

use crate::business::Business;
use crate::core::{Clock, Reply};
use crate::directory::Directory;
use crate::reason::{Reason, Refused};
use crate::regions::{Regions, RegionsError};
use crate::world::{Directories, World};
use kernel::Moment;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use store::{Area, Id, MessageKey, Store, StoreError, Wants};

/// Books, law and memory, shared by everything that decides or asks.
pub struct Agency {
    store: Arc<dyn Store>,
    regions: Arc<Regions>,
    directories: RwLock<Arc<Directories>>,
    clock: Arc<dyn Clock>,
    ids: Mutex<(fastrand::Rng, Id)>,
}

impl Agency {
    /// Opens the books: compiles the library, keeps its sources, reads the directories.
    ///
    /// # Errors
    /// Faults of policy documents, or the store's own.
    pub fn open(
        store: Arc<dyn Store>,
        library: &policy::Library,
        choice: &policy::Choice,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Result<Agency, RegionsError> {
        let regions = Arc::new(Regions::open(&*store, library, choice, clock.now())?);
        let mut directories = Directories::new();
        for (area, _) in store.areas()? {
            directories.insert(area, Arc::new(Directory::load(&*store, area)?));
        }
        let ids = Mutex::new((fastrand::Rng::with_seed(seed), Id::MIN));
        let directories = RwLock::new(Arc::new(directories));
        Ok(Agency { store, regions, directories, clock, ids })
    }

    /// The books.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The law.
    #[must_use]
    pub fn regions(&self) -> &Arc<Regions> {
        &self.regions
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A new id, greater than every id given before here.
    #[must_use]
    pub fn id(&self, at: Moment) -> Id {
        let mut ids = self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = Id::at(at, ids.0.u128(..)).max(Id(ids.1.0 + 1));
        ids.1 = id;
        id
    }

    /// Institutions and catalogue of an area, as last read.
    #[must_use]
    pub fn directory(&self, area: Area) -> Option<Arc<Directory>> {
        self.directories().get(&area).cloned()
    }

    /// All directories, as last read.
    #[must_use]
    pub fn directories(&self) -> Arc<Directories> {
        self.directories.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Looks things up for a question of the counter: what a business would see, of one moment.
    ///
    /// # Errors
    /// The store's own.
    pub fn look(&self, wants: Wants) -> Result<World, StoreError> {
        let found = self.store.read(&wants)?;
        let regions = self.regions.clone();
        Ok(World::new(found, HashMap::new(), self.directories(), regions, Arc::new(wants)))
    }

    /// Decides as the core would, and writes nothing. `message` says who asks under which number; it is not looked up.
    ///
    /// # Errors
    /// Why nothing would be done.
    pub fn trial(&self, business: &dyn Business, message: Option<&MessageKey>) -> Reply {
        let _ = (business, message);
        Err(Refused::new(Reason::Closing, ""))
    }
}
