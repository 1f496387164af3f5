//! The figures of a report as rows of data: codes beside names, yuan.

use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::{Format, Output};
use crate::lang::Lang;
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::fs::File;
use std::path::Path;

/// A table of figures.
pub(super) struct Data {
    /// Columns of words, then columns of amounts.
    columns: Vec<&'static str>,
    words: usize,
    rows: Vec<(Vec<String>, Vec<i64>)>,
}

impl Data {
    /// A table with these columns.
    pub(super) fn new(words: &[&'static str], amounts: &[&'static str]) -> Data {
        let columns = words.iter().chain(amounts).copied().collect();
        Data { columns, words: words.len(), rows: Vec::new() }
    }

    /// Adds a row; amounts that it does not have stay empty.
    pub(super) fn row<const W: usize, const A: usize>(
        &mut self,
        words: [&str; W],
        amounts: [i64; A],
    ) {
        self.rows.push((words.map(str::to_owned).into(), amounts.into()));
    }

    /// Writes a new file.
    ///
    /// # Errors
    /// It exists, or cannot be written.
    pub(super) fn write(&self, path: &Path, lang: Lang) -> Result<()> {
        if path.exists() {
            bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
        }
        let fields = self.columns.iter().enumerate().map(|(place, name)| Field {
            name: (*name).to_owned(),
            kind: if place < self.words { Kind::Text } else { Kind::Money },
        });
        let fields: Vec<Field> = fields.collect();
        let file = File::create_new(path).with_context(|| path.display().to_string())?;
        let mut output = Output::new(file, Format::Csv, &fields)?;
        let amounts_wide = self.columns.len() - self.words;
        for (words, amounts) in &self.rows {
            let money = amounts.iter().map(|fen| Cell::Money(Fen::new(*fen)));
            let money = money.chain(std::iter::repeat(Cell::Empty)).take(amounts_wide);
            output.row(words.iter().map(|word| Cell::Text(word)).chain(money))?;
        }
        output.finish()
    }
}
