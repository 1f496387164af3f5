//! Months on file.

use super::spells::Months;
use crate::documents::MONTH;
use crate::months::PersonMonth;
use crate::reason::Refused;
use kernel::Month;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::queries::Answer;
use store::{Area, Document, PersonKey, Queries};

/// Documents read at a time.
const PAGE: usize = 500;

fn documents(queries: &dyn Queries, area: Area, person: &str) -> Answer<Vec<Document>> {
    let mut all = Vec::new();
    let mut after: Arc<str> = Arc::default();
    loop {
        let page = queries.documents(area, MONTH, person, (person, &after), PAGE)?;
        let full = page.len() == PAGE;
        if let Some(last) = page.last() {
            after = last.key.number.clone();
        }
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

/// All months of a person on file.
///
/// # Errors
/// What the store says, or [`crate::Reason::Conflict`] for what cannot be read.
pub fn months_of(queries: &dyn Queries, person: &PersonKey) -> Result<Months, Refused> {
    let documents = documents(queries, person.area, &person.person)?;
    documents.iter().map(PersonMonth::read).collect()
}

/// Which months of people are on file.
///
/// # Errors
/// What the store says.
pub fn known_months<'a>(
    queries: &dyn Queries,
    area: Area,
    people: impl IntoIterator<Item = &'a Arc<str>>,
) -> Answer<BTreeMap<Arc<str>, BTreeSet<Month>>> {
    let mut known: BTreeMap<Arc<str>, BTreeSet<Month>> = BTreeMap::new();
    for person in people {
        if known.contains_key(person) {
            continue;
        }
        let documents = documents(queries, area, person)?;
        let months = documents.iter().filter_map(|document| Month::parse(&document.key.number));
        known.insert(person.clone(), months.collect());
    }
    Ok(known)
}
