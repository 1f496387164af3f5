//! Reading the files: once to take in every bill, and once more, if some bills turned out not to be
//! settled, to fetch their rows.

use std::io::Write;

use anyhow::Result;
use kernel::Refusal;

use super::order::Sorter;
use super::people::Names;
use super::rejects::Rejects;
use crate::bills::header::Header;
use crate::bills::read::{EntryContent, Options};
use crate::bills::{BillSink, Entry, Fault, Reader};
use crate::formats::{Input, Row};
use crate::names::name_of;
use crate::progress::Progress;

/// Bytes of input from which on reading takes noticeable time.
const LONG: u64 = 16 << 20;

/// Where a bill was read: the file and the row.
fn position(file: u64, row: u64) -> u64 {
    file << 40 | row
}

/// Takes in every bill.
pub(super) struct FirstPass<'a> {
    pub(super) sorter: Sorter,
    /// Bills that some reversal takes back.
    pub(super) reversed: Names,
    rejects: &'a mut Rejects,
    shown: &'a mut dyn Write,
    file: (u64, String),
}

impl<'a> FirstPass<'a> {
    pub(super) fn new(
        sorter: Sorter,
        rejects: &'a mut Rejects,
        shown: &'a mut dyn Write,
    ) -> FirstPass<'a> {
        FirstPass { sorter, reversed: Names::default(), rejects, shown, file: (0, String::new()) }
    }

    pub(super) fn read(&mut self, inputs: &[Input], options: Options<'_, '_>) -> Result<()> {
        let bytes = inputs.iter().map(|input| input.bytes).sum();
        let progress = Progress::begin(options.lang.pick("读取", "reading"), bytes, LONG);
        for (number, input) in (0..).zip(inputs) {
            self.file = (number, input.name.clone());
            Reader::read(input, options, self, &mut |bytes| progress.moved(bytes))?;
        }
        Ok(())
    }
}

impl BillSink for FirstPass<'_> {
    fn bill(&mut self, entry: &Entry<'_>, _: &Header, _: &[Row<'_>]) -> Result<()> {
        if let EntryContent::Reversal(original) = &entry.content {
            self.reversed.insert(name_of(original));
        }
        self.sorter.push(position(self.file.0, entry.row), entry)
    }

    fn reject(&mut self, at: u64, fault: &Fault, header: &Header, rows: &[Row<'_>]) -> Result<()> {
        self.rejects.add(&self.file.1, at, fault, header, rows, self.shown)
    }

    fn warn(&mut self, message: String) {
        // A warning that cannot be shown does not stop the work.
        let _ = writeln!(self.shown, "{}: {message}", self.file.1);
    }
}

/// Fetches the rows of bills that were refused when it came to settling them.
pub(super) struct SecondPass<'a> {
    refused: Vec<(u64, Refusal)>,
    next: usize,
    rejects: &'a mut Rejects,
    shown: &'a mut dyn Write,
    file: (u64, String),
}

impl SecondPass<'_> {
    pub(super) fn read(
        inputs: &[Input],
        options: Options<'_, '_>,
        mut refused: Vec<(u64, Refusal)>,
        rejects: &mut Rejects,
        shown: &mut dyn Write,
    ) -> Result<()> {
        refused.sort_unstable();
        let file = (0, String::new());
        let mut pass = SecondPass { refused, next: 0, rejects, shown, file };
        for (number, input) in (0..).zip(inputs) {
            pass.file = (number, input.name.clone());
            Reader::read(input, options, &mut pass, &mut |_| {})?;
        }
        Ok(())
    }
}

impl BillSink for SecondPass<'_> {
    fn bill(&mut self, entry: &Entry<'_>, header: &Header, rows: &[Row<'_>]) -> Result<()> {
        let here = position(self.file.0, entry.row);
        let Some((_, refusal)) = self.refused.get(self.next).filter(|(at, _)| *at == here) else {
            return Ok(());
        };
        self.next += 1;
        let mut fault = Fault::refused(*refusal);
        if let (Some(column), Some(first)) = (fault.column, rows.first()) {
            header.cell(first, column).clone_into(&mut fault.value);
        }
        self.rejects.add(&self.file.1, entry.row, &fault, header, rows, self.shown)
    }

    fn reject(&mut self, _: u64, _: &Fault, _: &Header, _: &[Row<'_>]) -> Result<()> {
        Ok(())
    }

    fn warn(&mut self, _: String) {}
}
