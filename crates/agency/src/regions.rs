//! The law by pooling area: timelines compiled from policy documents, and every version that ever decided something.

mod archive;
mod law;

pub use archive::Sources;
pub use law::{Cited, Codes, Law, Version, Words};

use policy::{Choice, Faults, Library};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use store::{Area, Store, StoreError};

/// Timelines by area, policies by version.
#[derive(Clone, Debug, Default)]
pub struct Regions {
    laws: BTreeMap<Area, Arc<Law>>,
    versions: HashMap<Arc<str>, (Arc<Law>, usize)>,
}

/// Why the regions cannot be had.
#[derive(Debug)]
pub enum RegionsError {
    /// The documents of a region have faults.
    Documents(String, Faults),
    /// A region's code is not six digits.
    Code(String),
    /// The store's own.
    Store(StoreError),
}

impl fmt::Display for RegionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegionsError::Documents(region, faults) => write!(f, "region {region}: {faults}"),
            RegionsError::Code(code) => {
                write!(f, "region {code:?}: a pooling area's code is six digits")
            }
            RegionsError::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RegionsError {}

impl From<StoreError> for RegionsError {
    fn from(error: StoreError) -> RegionsError {
        RegionsError::Store(error)
    }
}

impl Regions {
    /// Compiles every region of the library.
    ///
    /// # Errors
    /// The first region whose documents have faults.
    pub fn compile(library: &Library, choice: &Choice) -> Result<Regions, RegionsError> {
        let mut regions = Regions::default();
        for (code, ..) in library.regions() {
            let area = Area::parse(code).ok_or_else(|| RegionsError::Code(code.to_string()))?;
            let region = library
                .region(code, choice)
                .map_err(|faults| RegionsError::Documents(code.to_string(), faults))?;
            let law = Arc::new(Law::new(region.timeline));
            regions.know(&law);
            regions.laws.insert(area, law);
        }
        Ok(regions)
    }

    /// Compiles the library, writes what it was compiled from into the store, and adds every version that the store
    /// remembers from before.
    ///
    /// # Errors
    /// Faults of documents, or the store's own.
    pub fn open(
        store: &dyn Store,
        library: &Library,
        choice: &Choice,
        at: kernel::Moment,
    ) -> Result<Regions, RegionsError> {
        let regions = Regions::compile(library, choice)?;
        archive::keep(store, library, choice, &regions, at)?;
        regions.recall(store)
    }

    /// Adds every version that the store remembers from before; writes nothing.
    ///
    /// # Errors
    /// Faults of archived documents, or the store's own.
    pub fn recall(mut self, store: &dyn Store) -> Result<Regions, RegionsError> {
        for area in self.laws.keys().copied().collect::<Vec<_>>() {
            for archive in store.archives(area)? {
                self.remember(&archive)?;
            }
        }
        Ok(self)
    }

    /// The law of an area: its own, else that of its prefecture, else that of its province.
    #[must_use]
    pub fn law(&self, area: Area) -> Option<&Arc<Law>> {
        let of = |size: i32| self.laws.get(&Area(area.0 / size * size));
        of(1).or_else(|| of(100)).or_else(|| of(10_000))
    }

    /// Areas with a law of their own, in order.
    pub fn areas(&self) -> impl Iterator<Item = (Area, &Arc<Law>)> {
        self.laws.iter().map(|(area, law)| (*area, law))
    }

    /// The policy of a version, in force or not any more.
    #[must_use]
    pub fn version(&self, version: &str) -> Option<Version<'_>> {
        let (law, index) = self.versions.get(version)?;
        law.version(*index)
    }

    /// How many versions are known.
    #[must_use]
    pub fn versions(&self) -> usize {
        self.versions.len()
    }

    fn know(&mut self, law: &Arc<Law>) {
        for (index, words) in law.words.iter().enumerate() {
            self.versions.entry(words.version.clone()).or_insert_with(|| (law.clone(), index));
        }
    }

    /// Compiles an archive if it has a version not known yet.
    fn remember(&mut self, archive: &store::Archive) -> Result<(), RegionsError> {
        let versions: Vec<Arc<str>> = serde_json::from_str(&archive.versions)
            .map_err(|error| archive::damaged(archive, &error))?;
        if versions.iter().all(|version| self.versions.contains_key(version)) {
            return Ok(());
        }
        let law = Arc::new(archive::compile(archive)?);
        self.know(&law);
        Ok(())
    }
}
