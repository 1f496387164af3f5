//! Reading assessments.

use super::sheet::{Assessment, AssessmentState};
use crate::clearing::walk;
use crate::documents;
use crate::reason::Refused;
use std::sync::Arc;
use store::{Area, Queries};

/// The assessment of an institution and a period (`YYYY-MM` or `YYYY`).
///
/// # Errors
/// What the store says.
pub fn assessment(
    queries: &dyn Queries,
    area: Area,
    institution: &Arc<str>,
    period: &str,
) -> Result<Option<(Assessment, AssessmentState)>, Refused> {
    let found = queries.document(&Assessment::key(area, institution, period))?;
    found.map(|document| Assessment::read(&document)).transpose()
}

/// All assessments of a period, by institution.
///
/// # Errors
/// What the store says.
pub fn assessments(
    queries: &dyn Queries,
    area: Area,
    period: &str,
) -> Result<Vec<(Assessment, AssessmentState)>, Refused> {
    let mut all = Vec::new();
    walk(queries, area, documents::ASSESSMENT, "", &mut |document| {
        if *document.key.number == *period {
            all.push(Assessment::read(&document)?);
        }
        Ok(())
    })?;
    Ok(all)
}
