//! Rows that were not settled: the first ones are shown, all are counted by reason and written to a file
//! that can be put right and handed in again. Rows wait in a temporary file until all columns are known.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::packed::{Bytes, put, put_text};
use crate::bills::header::Header;
use crate::bills::{Fault, Reason};
use crate::formats::{Broken, Cell, Row, TextFormat};
use crate::lang::Lang;

/// How many are shown.
const SHOWN: u64 = 20;

/// The columns that say why.
const WHY: [&str; 5] =
    ["reject_file", "reject_row", "reject_column", "reject_code", "reject_reason"];

/// All rejected rows of a run.
pub struct Rejects {
    path: PathBuf,
    lang: Lang,
    /// Column names of all files, in order of appearance.
    columns: Vec<String>,
    spool: Option<BufWriter<File>>,
    /// Bills, by code of the reason.
    reasons: BTreeMap<&'static str, u64>,
    bills: u64,
    rows: u64,
}

impl Rejects {
    /// None yet; `path` is written once there are some.
    #[must_use]
    pub fn new(path: &Path, lang: Lang) -> Rejects {
        let (columns, reasons) = (Vec::new(), BTreeMap::new());
        Rejects { path: path.to_owned(), lang, columns, spool: None, reasons, bills: 0, rows: 0 }
    }

    /// How many bills were rejected.
    #[must_use]
    pub fn bills(&self) -> u64 {
        self.bills
    }

    /// Adds the rows of a bill, with the fault in row `at`.
    ///
    /// # Errors
    /// Of the temporary file or of `shown`.
    pub fn add(
        &mut self,
        file: &str,
        at: u64,
        fault: &Fault,
        header: &Header,
        rows: &[Row<'_>],
        shown: &mut dyn Write,
    ) -> Result<()> {
        let text = fault.text(self.lang);
        self.bills += 1;
        *self.reasons.entry(fault.reason.code()).or_default() += 1;
        if self.bills <= SHOWN {
            let place = self.lang.choose(
                || format!("{file}：第 {at} 行，{text}"),
                || format!("{file}:row {at}, {text}"),
            );
            writeln!(shown, "{place}")?;
        }
        let places: Vec<usize> = header.names.iter().map(|name| self.column(name)).collect();
        let column = fault.column.map_or("", |column| column.info().name);
        let whole = matches!(&fault.reason, Reason::Broken(Broken::Json(_) | Broken::OpenQuote));
        for row in rows {
            let mut packed = Vec::with_capacity(row.text.len() + text.len() + 64);
            for why in [file, &row.number.to_string(), column, fault.reason.code(), &text] {
                put_text(&mut packed, why);
            }
            for (cell, place) in places.iter().enumerate().take(row.cells.len()) {
                // What could not be taken apart stands whole in the first column.
                if header.fixed && row.cell(cell).is_empty() || whole && cell > 0 {
                    continue;
                }
                put(&mut packed, *place as u64);
                put_text(&mut packed, row.cell(cell));
            }
            self.rows += 1;
            let spool = match &mut self.spool {
                Some(spool) => spool,
                spool => spool.insert(BufWriter::new(tempfile::tempfile()?)),
            };
            spool.write_all(&(packed.len() as u64).to_le_bytes())?;
            spool.write_all(&packed)?;
        }
        Ok(())
    }

    fn column(&mut self, name: &str) -> usize {
        match self.columns.iter().position(|known| known == name) {
            Some(place) => place,
            None => {
                self.columns.push(name.to_owned());
                self.columns.len() - 1
            }
        }
    }

    /// Writes the file and shows the counts.
    ///
    /// # Errors
    /// Of the files or of `shown`.
    pub fn finish(self, shown: &mut dyn Write) -> Result<()> {
        let Rejects { path, lang, columns, spool, reasons, bills, rows } = self;
        let Some(spool) = spool else { return Ok(()) };
        let spool = spool.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        write_file(&path, &columns, spool, rows)
            .with_context(|| format!("write {}", path.display()))?;
        let counts = reasons.iter().map(|(code, count)| format!("{code} {count}"));
        let counts = counts.collect::<Vec<_>>().join(lang.pick("，", ", "));
        let path = path.display();
        if bills > SHOWN {
            let more = bills - SHOWN;
            writeln!(
                shown,
                "{}",
                lang.choose(|| format!("……还有 {more} 张单据"), || format!("… and {more} more"))
            )?;
        }
        writeln!(
            shown,
            "{}",
            lang.choose(
                || format!("未结算 {bills} 张单据（{rows} 行），已写入 {path}：{counts}"),
                || format!("not settled {bills} ({rows} rows), written to {path}: {counts}"),
            )
        )?;
        Ok(())
    }
}

/// The file of rejected rows. Columns of ours in which no row has anything are left out: formats
/// without a header have all of them.
fn write_file(path: &Path, columns: &[String], mut spool: File, rows: u64) -> Result<()> {
    let mut used = vec![false; columns.len()];
    for_each(&mut spool, rows, |_, cells| {
        for (place, _) in cells {
            used[*place] = true;
        }
        Ok(())
    })?;
    let mut out = BufWriter::new(File::create(path)?);
    let kept = || used.iter().enumerate().filter(|(_, used)| **used).map(|(place, _)| place);
    let names = kept().map(|place| columns[place].as_str()).chain(WHY);
    let mut line = Vec::new();
    TextFormat::Csv(b',').row(&mut line, &[], names.map(Cell::Text));
    for_each(&mut spool, rows, |why, cells| {
        out.write_all(&line)?;
        line.clear();
        let mut row = vec![""; columns.len()];
        for (place, text) in cells {
            row[*place] = text;
        }
        let texts = kept().map(|place| row[place]).chain(why.iter().copied());
        TextFormat::Csv(b',').row(&mut line, &[], texts.map(Cell::Text));
        Ok(())
    })?;
    out.write_all(&line)?;
    Ok(out.flush()?)
}

/// Why a row was rejected, in the order of [`WHY`].
type Why<'a> = [&'a str; 5];

/// Goes through the rows that wait, each as its reasons and its cells.
fn for_each(
    spool: &mut File,
    rows: u64,
    mut row: impl FnMut(&Why<'_>, &[(usize, &str)]) -> Result<()>,
) -> Result<()> {
    spool.seek(SeekFrom::Start(0))?;
    let mut spool = BufReader::new(spool);
    let mut packed = Vec::new();
    for _ in 0..rows {
        let mut length = [0; 8];
        spool.read_exact(&mut length)?;
        packed.resize(usize::try_from(u64::from_le_bytes(length))?, 0);
        spool.read_exact(&mut packed)?;
        let mut bytes = Bytes(&packed);
        let mut why = [""; 5];
        for part in &mut why {
            *part = bytes.text().unwrap_or_default();
        }
        let mut cells = Vec::new();
        while let (Some(place), Some(text)) = (bytes.take(), bytes.text()) {
            cells.push((usize::try_from(place)?, text));
        }
        row(&why, &cells)?;
    }
    Ok(())
}
