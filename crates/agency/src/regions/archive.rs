//! What policies were compiled from, kept in the store for ever, so that a settlement can be decided again years later.

use super::{Law, Regions, RegionsError};
use kernel::Moment;
use policy::{Choice, Library};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use store::{Archive, Area, Changes, Store, StoreError, Wants};

/// The documents of a region and the switches they were compiled with.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sources {
    /// The region's code.
    pub region: String,
    /// Path and text of each document, inherited ones included.
    pub files: Vec<(String, String)>,
    /// Documents used though not in force.
    pub with: Vec<String>,
    /// Switches.
    pub set: Vec<String>,
}

/// Writes the sources of every region; known ones are left alone.
pub(super) fn keep(
    store: &dyn Store,
    library: &Library,
    choice: &Choice,
    regions: &Regions,
    at: Moment,
) -> Result<(), RegionsError> {
    let mut archives = Vec::new();
    for (area, law) in regions.areas() {
        archives.push(archive(library, choice, area, law, at)?);
    }
    let changes = Changes { archives, ..Changes::default() };
    store.commit(&Wants::default(), &mut |_| changes.clone())?;
    Ok(())
}

fn archive(
    library: &Library,
    choice: &Choice,
    area: Area,
    law: &Law,
    at: Moment,
) -> Result<Archive, RegionsError> {
    let region = law.timeline.region.to_string();
    let files = library.texts_of(&region).into_iter();
    let sources = Sources {
        files: files.map(|(path, text)| (path.to_string(), text.to_string())).collect(),
        region,
        with: choice.with.clone(),
        set: choice.set.clone(),
    };
    let versions: Vec<_> = law.words.iter().map(|words| &words.version).collect();
    let unwritable = |error: serde_json::Error| StoreError::Damaged(format!("archive: {error}"));
    let files = serde_json::to_string(&sources).map_err(unwritable)?;
    let digest = Sha256::digest(&files).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(Archive {
        area,
        digest: Arc::from(digest),
        at,
        versions: Arc::from(serde_json::to_string(&versions).map_err(unwritable)?),
        files: Arc::from(files),
    })
}

/// Compiles an archive again.
pub(super) fn compile(archive: &Archive) -> Result<Law, RegionsError> {
    let sources: Sources =
        serde_json::from_str(&archive.files).map_err(|error| damaged(archive, &error))?;
    let library = Library::from_files(sources.files);
    let choice = Choice { with: sources.with, set: sources.set };
    let region = library.region(&sources.region, &choice).map_err(|faults| {
        RegionsError::Documents(format!("{} (archived)", sources.region), faults)
    })?;
    Ok(Law::new(region.timeline))
}

pub(super) fn damaged(archive: &Archive, error: &serde_json::Error) -> RegionsError {
    StoreError::Damaged(format!("policy archive {}: {error}", archive.digest)).into()
}
