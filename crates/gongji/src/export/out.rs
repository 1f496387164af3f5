//! The file that is written: under another name until it is whole.

use super::column::{Column, Value};
use crate::formats::cell::Field;
use crate::formats::{Format, Output};
use crate::lang::Lang;
use crate::progress::Progress;
use anyhow::{Context as _, Result, bail};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Rows on their way to a file.
pub(super) struct Rows<'a> {
    output: Option<Output<BufWriter<File>>>,
    path: PathBuf,
    part: PathBuf,
    columns: usize,
    count: u64,
    progress: &'a Progress,
}

impl<'a> Rows<'a> {
    /// Begins a file.
    ///
    /// # Errors
    /// It exists, or cannot be written.
    pub(super) fn begin(
        path: &Path,
        format: Format,
        columns: &[Column],
        progress: &'a Progress,
        lang: Lang,
    ) -> Result<Rows<'a>> {
        if path.exists() {
            bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).with_context(|| part.display().to_string())?;
        let field = |column: &Column| Field { name: column.name.to_owned(), kind: column.kind };
        let fields: Vec<Field> = columns.iter().map(field).collect();
        let output = Some(Output::new(BufWriter::new(file), format, &fields)?);
        let (path, columns) = (path.to_owned(), columns.len());
        Ok(Rows { output, path, part, columns, count: 0, progress })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Of the file.
    pub(super) fn row(&mut self, values: &[Value]) -> Result<()> {
        debug_assert_eq!(values.len(), self.columns);
        if let Some(output) = &mut self.output {
            output.row(values.iter().map(Value::cell))?;
        }
        self.count += 1;
        if self.count.is_multiple_of(1_000) {
            self.progress.moved(1_000);
        }
        Ok(())
    }

    /// Ends the file and gives it its name; how many rows there are.
    ///
    /// # Errors
    /// Of the file.
    pub(super) fn finish(mut self) -> Result<u64> {
        if let Some(output) = self.output.take() {
            output.finish()?;
        }
        std::fs::rename(&self.part, &self.path).with_context(|| self.path.display().to_string())?;
        Ok(self.count)
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        // What was not finished is no file; a name that is already gone needs no removal.
        let _ = std::fs::remove_file(&self.part);
    }
}
