//! Reads a file of rows as bills: rows that belong to one bill are put together, each bill goes to a
//! [`BillSink`], and what cannot be understood goes there with the reason.

use anyhow::Result;

use super::columns::Column;
use super::compose::Composer;
use super::fault::{Fault, Reason};
use super::header::{self, Header};
use crate::formats::{Broken, Input, Row, RowSink, StoredRow};
use crate::lang::Lang;

pub use super::compose::{Entry, EntryContent};

/// How files are read.
#[derive(Clone, Copy)]
pub struct Options<'a, 'r> {
    /// Understands rows.
    pub composer: &'a Composer<'r>,
    /// Of messages.
    pub lang: Lang,
}

/// Takes the bills of a file.
pub trait BillSink {
    /// A bill that is understood, and its rows.
    ///
    /// # Errors
    /// Ends the reading.
    fn bill(&mut self, entry: &Entry<'_>, header: &Header, rows: &[Row<'_>]) -> Result<()>;

    /// Rows that are no bill; the fault is in row `at`.
    ///
    /// # Errors
    /// Ends the reading.
    fn reject(&mut self, at: u64, fault: &Fault, header: &Header, rows: &[Row<'_>]) -> Result<()>;

    /// Something that a person should know.
    fn warn(&mut self, message: String);
}

/// Reads one file.
pub struct Reader<'a, 'r> {
    options: Options<'a, 'r>,
    sink: &'a mut dyn BillSink,
    header: Option<Header>,
    /// Rows of the bill being put together; those beyond `waiting` are spare.
    rows: Vec<StoredRow>,
    waiting: usize,
    strays: Vec<String>,
}

impl<'a, 'r> Reader<'a, 'r> {
    /// Reads all bills of a file into `sink`.
    ///
    /// # Errors
    /// If the file as a whole cannot be read.
    pub fn read(
        input: &Input,
        options: Options<'a, 'r>,
        sink: &'a mut dyn BillSink,
        moved: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let (rows, strays) = (Vec::new(), Vec::new());
        let mut reader = Reader { options, sink, header: None, rows, waiting: 0, strays };
        input.read(Column::LAYOUT, &mut reader, moved, options.lang)?;
        reader.flush()
    }

    /// Ends the bill being put together.
    fn flush(&mut self) -> Result<()> {
        let Some(header) = &self.header else { return Ok(()) };
        if self.waiting == 0 {
            return Ok(());
        }
        let rows: Vec<Row<'_>> = self.rows[..self.waiting].iter().map(StoredRow::row).collect();
        self.waiting = 0;
        match self.options.composer.rows(header, &rows) {
            Ok(entry) => self.sink.bill(&entry, header, &rows),
            Err((at, fault)) => self.sink.reject(at, &fault, header, &rows),
        }
    }

    /// True if the row goes on with the bill being put together.
    fn goes_on(&self, header: &Header, row: &Row<'_>) -> bool {
        let Some(first) = self.rows[..self.waiting].first() else { return false };
        if first.whole || row.whole {
            return first.number == row.number;
        }
        header.cell(&first.row(), Column::Bill) == header.cell(row, Column::Bill)
    }

    fn wait(&mut self, row: &Row<'_>) {
        if self.waiting == self.rows.len() {
            self.rows.push(StoredRow::default());
        }
        self.rows[self.waiting].copy(row);
        self.waiting += 1;
    }
}

impl RowSink for Reader<'_, '_> {
    fn header(&mut self, names: &[String], fixed: bool) -> Result<()> {
        let Reader { options, sink, .. } = self;
        let header = Header::new(names, fixed, options.lang, &mut |message| sink.warn(message))?;
        self.header = Some(header);
        Ok(())
    }

    fn stray(&mut self, name: &str) {
        if self.strays.iter().all(|known| known != name) {
            self.strays.push(name.to_owned());
            self.sink.warn(header::stray(name, self.options.lang));
        }
    }

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let Some(header) = &self.header else { return Ok(()) };
        if header.has_line(row) {
            if !self.goes_on(header, row) {
                self.flush()?;
            }
            self.wait(row);
            return Ok(());
        }
        if self.waiting > 0 {
            self.flush()?;
        }
        let Some(header) = &self.header else { return Ok(()) };
        match self.options.composer.row(header, row) {
            Ok(entry) => self.sink.bill(&entry, header, std::slice::from_ref(row)),
            Err((at, fault)) => self.sink.reject(at, &fault, header, std::slice::from_ref(row)),
        }
    }

    fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()> {
        self.flush()?;
        let Some(header) = &self.header else { return Ok(()) };
        let fault = Fault { column: None, value: String::new(), reason: Reason::Broken(why) };
        self.sink.reject(row.number, &fault, header, std::slice::from_ref(row))
    }
}
