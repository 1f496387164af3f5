//! 机构名录与医保目录 of one area, in memory: institutions with their agreements, the catalogue with its spans. Loaded whole
//! when the area's revision in the store grows; shared by every request of a batch.

mod institution;
mod item;

pub use institution::{HOSPITAL, InstitutionDetail, PHARMACY, Site};
pub use item::{ItemDetail, Listing};

use kernel::{Date, Moment};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use store::{Area, Fact, Institution, Item, Store, StoreError, Subject};

/// Rows read at a time.
const PAGE: usize = 10_000;

/// What an area's agency knows of institutions and items, as of a revision.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    area: Area,
    revision: i64,
    institutions: HashMap<Arc<str>, institution::Listed>,
    items: HashMap<Arc<str>, Vec<Arc<Listing>>>,
    in_order: OnceLock<Vec<Arc<Listing>>>,
}

impl Directory {
    /// Reads an area's directory.
    ///
    /// # Errors
    /// The store's own; [`StoreError::Damaged`] names the institution or item whose detail cannot be read.
    pub fn load(store: &dyn Store, area: Area) -> Result<Directory, StoreError> {
        // The revision first: what is read afterwards is at least as new.
        let revisions = store.areas()?;
        let revision = revisions.iter().find(|(known, _)| *known == area).map_or(0, |(_, it)| *it);
        let mut items = Vec::new();
        let mut after: (Arc<str>, Date) = (Arc::from(""), Date::MIN);
        loop {
            let page = store.items(area, (&after.0, after.1), PAGE)?;
            let Some(last) = page.last() else { break };
            after = (last.code.clone(), last.from);
            let complete = page.len() < PAGE;
            items.extend(page);
            if complete {
                break;
            }
        }
        Directory::new(
            area,
            revision,
            store.institutions(area)?,
            store.institution_facts(area)?,
            items,
        )
    }

    /// Puts a directory together from its rows.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the institution or item whose detail cannot be read.
    pub fn new(
        area: Area,
        revision: i64,
        institutions: Vec<Institution>,
        facts: Vec<Fact>,
        items: Vec<Item>,
    ) -> Result<Directory, StoreError> {
        let mut directory = Directory { area, revision, ..Directory::default() };
        for institution in institutions {
            let listed = institution::Listed::read(&institution)?;
            directory.institutions.insert(institution.code, listed);
        }
        for fact in facts {
            let Subject::Institution(_, code) = &fact.subject else { continue };
            if let Some(listed) = directory.institutions.get_mut(code) {
                listed.facts.push(fact);
            }
        }
        for item in items {
            let code = item.code.clone();
            let listing = Arc::new(Listing::read(item)?);
            directory.items.entry(code).or_default().push(listing);
        }
        Ok(directory)
    }

    /// Whose.
    #[must_use]
    pub const fn area(&self) -> Area {
        self.area
    }

    /// The revision it was read at; it may hold newer rows.
    #[must_use]
    pub const fn revision(&self) -> i64 {
        self.revision
    }

    /// The institution as of a day, as known at a moment.
    #[must_use]
    pub fn site(&self, code: &str, day: Date, known: Moment) -> Option<Site> {
        self.institutions.get(code).map(|listed| listed.site(code, day, known))
    }

    /// True if the institution is listed, whatever its agreement says.
    #[must_use]
    pub fn has_institution(&self, code: &str) -> bool {
        self.institutions.contains_key(code)
    }

    /// Facts about an institution, those that turned out wrong too.
    #[must_use]
    pub fn facts_of(&self, code: &str) -> &[Fact] {
        self.institutions.get(code).map_or(&[], |listed| &listed.facts)
    }

    /// Codes of all institutions, in order.
    #[must_use]
    pub fn institutions(&self) -> Vec<Arc<str>> {
        let mut codes: Vec<_> = self.institutions.keys().cloned().collect();
        codes.sort_unstable();
        codes
    }

    /// The item as listed on a day.
    #[must_use]
    pub fn item(&self, code: &str, day: Date) -> Option<&Arc<Listing>> {
        let spans = self.items.get(code)?;
        spans.iter().rev().find(|span| span.from <= day && day <= span.to)
    }

    /// Every span of every item, by code and first day. Put in order the first time somebody asks.
    #[must_use]
    pub fn items(&self) -> &[Arc<Listing>] {
        self.in_order.get_or_init(|| {
            let mut all: Vec<_> = self.items.values().flatten().cloned().collect();
            all.sort_unstable_by(|a, b| (&a.code, a.from).cmp(&(&b.code, b.from)));
            all
        })
    }

    /// Every span of one item, by first day.
    #[must_use]
    pub fn spans(&self, code: &str) -> &[Arc<Listing>] {
        self.items.get(code).map_or(&[], Vec::as_slice)
    }
}
