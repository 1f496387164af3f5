//! What a store holds: rows and fen of every bucket, against which every read and every merge is held.

use crate::claims::Claims;
use crate::fault::{Fault, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The manifest of a store.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this form of store.
    pub version: u32,
    /// One a bucket, in order.
    pub buckets: Vec<BucketTotals>,
    /// Rows have the columns that few kinds of claims have.
    pub more: bool,
    /// People are named by whole numbers.
    pub numbered: bool,
    /// How many profiles there are.
    pub profiles: usize,
    /// How many institutions are named; none in stores that were made before they were.
    #[serde(default)]
    pub institutions: usize,
}

/// What one bucket holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct BucketTotals {
    /// Its number.
    pub bucket: usize,
    /// People.
    pub people: u64,
    /// Rows.
    pub rows: u64,
    /// Sum of the amounts of all rows, fen.
    pub fen: u64,
}

impl BucketTotals {
    /// What these claims hold.
    #[must_use]
    pub fn of(bucket: usize, claims: &Claims) -> BucketTotals {
        BucketTotals {
            bucket,
            people: claims.people.len() as u64,
            rows: claims.rows() as u64,
            fen: claims.amount.iter().map(|amount| u64::from(*amount)).sum(),
        }
    }
}

/// The form of stores that this program writes.
pub(super) const VERSION: u32 = 1;

impl Manifest {
    pub(super) const FILE: &'static str = "manifest.json";

    /// Reads the manifest of a store.
    pub(super) fn read(directory: &Path) -> Result<Manifest> {
        let path = directory.join(Manifest::FILE);
        let text = std::fs::read(&path).map_err(|error| {
            let (zh, en) = ("不是单据库，或没有写完", "no store of claims, or not finished");
            Fault::new(
                format!("{}：{zh}（{error}）", path.display()),
                format!("{}: {en} ({error})", path.display()),
            )
        })?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| {
            Fault::new(format!("清单损坏（{error}）"), format!("the manifest is damaged ({error})"))
                .at(&path.display())
        })?;
        if manifest.version != VERSION {
            let found = manifest.version;
            return Err(Fault::new(
                format!("单据库的格式为 {found}，本程序用 {VERSION}；请重新分组"),
                format!(
                    "the store has form {found}, this program uses {VERSION}; group the claims again"
                ),
            ));
        }
        Ok(manifest)
    }

    /// Writes it beside and puts it in its place at once.
    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| Fault::new(error.to_string(), error.to_string()))?;
        let (path, beside) = (directory.join(Manifest::FILE), directory.join("manifest.json.part"));
        let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &path));
        written.map_err(|error| Fault::file(&path, &error))
    }
}
