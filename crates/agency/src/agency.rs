//! The agency as a whole: its books, the law it applies, and what it keeps in memory.

mod memory;

use crate::business::Business;
use crate::core::engine::{refusal, widen};
use crate::core::round::{self, Asked, Asking, Files, Round};
use crate::core::{Answered, Clock, Reply};
use crate::directory::Directory;
use crate::reason::{Reason, Refused};
use crate::regions::{Regions, RegionsError};
use crate::world::{Directories, World};
use kernel::Moment;
use memory::Memory;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::{Area, Id, MessageKey, PersonFile, PersonKey, Store, StoreError, Wants};

/// How often a question is looked at again before it is given up.
const LOOKS: usize = 8;

/// Books, law and memory, shared by everything that decides or asks.
pub struct Agency {
    store: Arc<dyn Store>,
    regions: Arc<Regions>,
    directories: RwLock<Arc<Directories>>,
    clock: Arc<dyn Clock>,
    ids: Mutex<(fastrand::Rng, Id)>,
    files: Mutex<Memory>,
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
        Ok(Agency::with(store, regions, clock, seed)?)
    }

    /// Opens the books under a law that is compiled already.
    ///
    /// # Errors
    /// The store's own.
    pub fn with(
        store: Arc<dyn Store>,
        regions: Arc<Regions>,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Result<Agency, StoreError> {
        let mut directories = Directories::new();
        for (area, _) in store.areas()? {
            directories.insert(area, Arc::new(Directory::load(&*store, area)?));
        }
        let ids = Mutex::new((fastrand::Rng::with_seed(seed), Id::MIN));
        let directories = RwLock::new(Arc::new(directories));
        Ok(Agency { store, regions, directories, clock, ids, files: Mutex::default() })
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

    /// A new id, greater than every id given before here. Those of one millisecond are random steps apart, so that no other
    /// process can come upon the next one.
    #[must_use]
    pub fn id(&self, at: Moment) -> Id {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let (random, last) = &mut *ids;
        let next = Id::at(at, random.u128(..));
        *last = if last.moment() < next.moment() {
            next
        } else {
            Id(last.0 + 1 + u128::from(random.u32(..)))
        };
        *last
    }

    /// Institutions and catalogue of an area, as last read.
    #[must_use]
    pub fn directory(&self, area: Area) -> Option<Arc<Directory>> {
        self.directories().get(&area).cloned()
    }

    /// All directories, as last read.
    #[must_use]
    pub fn directories(&self) -> Arc<Directories> {
        self.directories.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads every directory that is older in memory than in the books.
    ///
    /// # Errors
    /// The store's own.
    pub fn reload_directories(&self) -> Result<(), StoreError> {
        let known = self.directories();
        let mut next: Directories = (*known).clone();
        for (area, revision) in self.store.areas()? {
            if known.get(&area).is_none_or(|directory| directory.revision() < revision) {
                next.insert(area, Arc::new(Directory::load(&*self.store, area)?));
            }
        }
        *self.directories.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
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
        let mut further = Wants::default();
        for _ in 0..LOOKS {
            let asking = Asking::one(business, self, &further);
            let found = self.store.read(&asking.wants).map_err(|error| refusal(&error))?;
            let Round::Done(world) = round::world(self, &asking, found) else {
                self.reload_directories().map_err(|error| refusal(&error))?;
                continue;
            };
            let at = self.now();
            let asked = Asked { message, sent: None, at, trial: true };
            let decided = round::safely(self, &world, business, asked);
            if let Some(missing) = world.take_missing() {
                widen(&mut further, &missing);
                continue;
            }
            self.keep_at_hand(world.into_files());
            let outcome = decided?.outcome;
            return Ok(Answered { outcome, id: self.id(at), received: at, replayed: false });
        }
        Err(Refused::new(Reason::Conflict, ""))
    }

    /// The file of a person as last read. It may be old: the store compares its revision.
    pub(crate) fn file_at_hand(&self, person: &PersonKey) -> Option<Arc<PersonFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(person)
    }

    /// Remembers files as they stand in the books.
    pub(crate) fn keep_at_hand(&self, files: Files) {
        let mut memory = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        for (person, file) in files {
            memory.put(person, file);
        }
    }
}
