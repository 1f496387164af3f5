//! Versions of the schema. A migration is a numbered file of SQL; it is never changed once it has shipped.

use crate::StoreError;

/// One step from the version before.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The version it leads to: 1, 2, …
    pub version: i64,
    /// What it brings, a few words.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// What is still to be done for a schema of version `current` (0: an empty database).
///
/// # Errors
/// A newer program has written the database.
pub(crate) fn pending(
    all: &'static [Migration],
    current: i64,
) -> Result<&'static [Migration], StoreError> {
    let newest = all.last().map_or(0, |last| last.version);
    if current > newest {
        return Err(StoreError::Damaged(format!(
            "the database has schema version {current}; this program knows versions up to {newest}: \
             start the program that wrote it, or a newer one"
        )));
    }
    let done = usize::try_from(current).unwrap_or(0);
    Ok(all.get(done..).unwrap_or_default())
}
