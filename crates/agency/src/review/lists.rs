//! Reading reviews.

use super::results::results;
use super::sheet::{Review, ReviewState};
use crate::clearing::walk;
use crate::documents;
use crate::reason::Refused;
use kernel::Month;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Queries};

/// The review of an institution's month.
///
/// # Errors
/// What the store says.
pub fn review(
    queries: &dyn Queries,
    area: Area,
    institution: &Arc<str>,
    month: Month,
) -> Result<Option<(Review, ReviewState)>, Refused> {
    let found = queries.document(&Review::key(area, institution, month))?;
    found.map(|document| Review::read(&document)).transpose()
}

/// All reviews of a month, by institution.
///
/// # Errors
/// What the store says.
pub fn reviews(
    queries: &dyn Queries,
    area: Area,
    month: Month,
) -> Result<Vec<(Review, ReviewState)>, Refused> {
    let mut all = Vec::new();
    let number = month.to_string();
    walk(queries, area, documents::REVIEW, "", &mut |document| {
        if *document.key.number == *number {
            all.push(Review::read(&document)?);
        }
        Ok(())
    })?;
    Ok(all)
}

/// Counts of an institution's finished review.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Prescriptions reviewed.
    pub reviewed: i64,
    /// Irrational ones.
    pub irrational: i64,
}

/// Counts of the finished reviews of a month, by institution.
///
/// # Errors
/// What the store says.
pub fn counts(
    queries: &dyn Queries,
    area: Area,
    month: Month,
) -> Result<BTreeMap<Arc<str>, Counts>, Refused> {
    let mut all = BTreeMap::new();
    for (review, state) in reviews(queries, area, month)? {
        if state == ReviewState::Finished {
            let tally = results(&review).all;
            let counts = Counts { reviewed: tally.reviewed, irrational: tally.irrational };
            all.insert(review.institution, counts);
        }
    }
    Ok(all)
}
