//! Files: what was in the old system, people who join, what employers declare. Written as CSV and taken by the same code
//! as `gongji import` and `gongji enrol declare` run; the server holds the books, so they are taken in its process.

use super::house::House;
use crate::books::Place;
use crate::books::import::{Books, ImportArgs, Taken, run_over};
use crate::formats::Encoding;
use crate::lang::Lang;
use agency::import::Table;
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Where files are written.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Files in a folder.
    #[must_use]
    pub fn new(folder: &Path) -> Files {
        Files { folder: folder.to_owned() }
    }

    /// Writes a file and imports it. `given`: what stands in columns that rows leave out.
    ///
    /// # Errors
    /// The file cannot be written or read; of the store.
    pub(super) fn import(
        &self,
        house: &House,
        table: Table,
        given: &[(&'static str, String)],
        header: &[&str],
        rows: &[Vec<String>],
    ) -> Result<Taken> {
        let mut text = header.join(",");
        for row in rows {
            let _ = write!(text, "\n{}", row.join(","));
        }
        text.push('\n');
        let path = self.folder.join(format!("{}.csv", table.code()));
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        let args = ImportArgs {
            columns: false,
            table: Some(table.code().to_owned()),
            files: vec![path],
            place: Place { data: None, postgres: None },
            region: Some(house.area.to_string()),
            dry_run: false,
            batch: 2_000,
            from: None,
            encoding: Encoding::default(),
            rejects: self.folder.clone(),
            by: String::new(),
        };
        let office = house.office();
        let (store, regions) = (office.store(), office.agency().regions());
        let books = Books { store, regions, at: house.now(), lang: Lang::Zh };
        let (mut out, mut shown) = (Vec::new(), Vec::new());
        let taken = run_over(&books, &args, given, &mut out, &mut shown)?;
        let taken = taken.first().copied().unwrap_or_default();
        if taken.rejected > 0 {
            let said = String::from_utf8_lossy(&shown).into_owned();
            anyhow::bail!("{}：{said}", table.code());
        }
        Ok(taken)
    }
}
