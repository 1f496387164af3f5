//! Claims from a table in memory, whatever keeps it: the same columns, codes and profiles as from files.

use super::Mapping;
use super::columns::{Header, layout};
use super::decode::{Cells, Codes, NULL, Scratch};
use super::plan::{Part, Plan, Planned};
use super::scan::spans;
use super::slice::Names;
use crate::fault::{Fault, Result};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use std::ops::Range;
use std::path::PathBuf;

/// A table in memory: rows in batches, columns the same in all of them.
pub trait Frame: Sync {
    /// Its columns.
    fn headers(&self) -> Vec<Header>;

    /// Rows of each batch.
    fn batches(&self) -> Vec<usize>;

    /// A column of a batch; both exist.
    fn values(&self, batch: usize, column: usize) -> Box<dyn Values + '_>;
}

/// The values of one column of one batch.
pub trait Values {
    /// Appends whole numbers: yes and no as 1 and 0, [`Values::NONE`] where none is given.
    ///
    /// # Errors
    /// A number of more than 18 digits.
    fn ints(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<()>;

    /// Hands over texts, empty where none is given.
    fn texts(&self, rows: Range<usize>, take: &mut dyn FnMut(&[u8]));

    /// How many words there are, if texts are kept as places in a list of words; otherwise 0.
    fn words(&self) -> usize {
        0
    }

    /// A word of the list.
    fn word(&self, _place: usize) -> &[u8] {
        &[]
    }

    /// Appends places in the list of words; [`Values::NOWHERE`] where no text is given.
    fn places(&self, _rows: Range<usize>, _out: &mut Vec<u32>) {}
}

impl dyn Values + '_ {
    /// Stands for a number that is not given.
    pub const NONE: i64 = NULL;
    /// Stands for a text that is not given.
    pub const NOWHERE: u32 = u32::MAX;
}

/// How a table is taken.
#[derive(Clone, Debug)]
pub struct FrameReading {
    /// Names and values that differ from ours.
    pub mapping: Mapping,
    /// Threads.
    pub threads: usize,
    /// Buckets of people, a power of two; `None`: by the number of claims.
    pub buckets: Option<usize>,
    /// Claims are to know which row of the table they came from.
    pub origins: bool,
}

/// Rows that one thread takes at a time.
const PART: usize = 1 << 18;

impl Plan {
    /// What is decided before the rows of a table are taken.
    pub(super) fn of_frame(table: &dyn Frame, reading: &FrameReading) -> Result<Plan> {
        let columns = layout(&table.headers(), &reading.mapping)?;
        let mut parts = Vec::new();
        let mut before = 0;
        for (batch, rows) in table.batches().into_iter().enumerate() {
            for start in (0..rows).step_by(PART) {
                let rows = start..rows.min(start + PART);
                parts.push(Part { batch, first: before + rows.start, rows });
            }
            before += rows;
        }
        if u32::try_from(before).is_err() {
            return Err(Fault::new(
                "表的行数不能到 2 的 32 次方；请分成几次",
                "a table may not have 2 to the 32 rows; take it in several",
            ));
        }
        let spans = spans(table, &columns, &parts, reading.threads)?;
        let groups = (0..parts.len()).map(|part| (0, part)).collect();
        let planned = Planned { path: PathBuf::new(), columns, groups: parts.len() };
        let rows = i64::try_from(before).unwrap_or(i64::MAX);
        Ok(Plan { parts, ..Plan::decided(vec![planned], groups, spans, rows, reading.buckets) })
    }
}

/// The next rows of a column in memory.
pub(super) struct Held<'a> {
    values: Box<dyn Values + 'a>,
    at: usize,
    numbers: Vec<i64>,
    places: Vec<u32>,
    /// Codes of words, as far as they were looked up.
    coded: Vec<u32>,
    text: bool,
}

/// Not looked up yet.
const NEW: u32 = u32::MAX;

impl<'a> Held<'a> {
    pub(super) fn new(values: Box<dyn Values + 'a>, from: usize, text: bool) -> Held<'a> {
        let coded = vec![NEW; values.words()];
        Held { values, at: from, numbers: Vec::new(), places: Vec::new(), coded, text }
    }

    fn next(&mut self, rows: usize) -> Range<usize> {
        self.at += rows;
        self.at - rows..self.at
    }

    /// Codes by the places of words; 0 where no text is given.
    fn coded(&mut self, codes: &mut Codes, names: &Names<'_>, out: &mut Vec<u32>) {
        let Held { values, places, coded, .. } = self;
        out.extend(places.iter().map(|place| match coded.get_mut(*place as usize) {
            None => 0,
            Some(code) => {
                if *code == NEW {
                    let word = values.word(*place as usize);
                    *code = codes.of_text(word, |text| names.of_text(text));
                }
                *code
            }
        }));
    }
}

type Read<T> = std::result::Result<T, ParquetError>;

impl Cells for Held<'_> {
    fn ints(&mut self, rows: usize, _: &mut Scratch, out: &mut Vec<i64>) -> Read<()> {
        let rows = self.next(rows);
        out.clear();
        self.values.ints(rows, out).map_err(|fault| ParquetError::External(Box::new(fault)))
    }

    fn texts<'s>(&mut self, rows: usize, scratch: &'s mut Scratch) -> Read<&'s [ByteArray]> {
        let rows = self.next(rows);
        let texts = scratch.texts_mut();
        texts.clear();
        self.values.texts(rows, &mut |text| texts.push(ByteArray::from(text.to_vec())));
        Ok(texts)
    }

    fn codes(
        &mut self,
        rows: usize,
        scratch: &mut Scratch,
        codes: &mut Codes,
        names: &Names<'_>,
        out: &mut Vec<u32>,
    ) -> Read<()> {
        out.clear();
        if !self.coded.is_empty() {
            let rows = self.next(rows);
            self.places.clear();
            self.values.places(rows, &mut self.places);
            self.coded(codes, names, out);
        } else if self.text {
            let rows = self.next(rows);
            self.values.texts(rows, &mut |text| {
                out.push(if text.is_empty() {
                    0
                } else {
                    codes.of_text(text, |text| names.of_text(text))
                });
            });
        } else {
            let mut numbers = std::mem::take(&mut self.numbers);
            self.ints(rows, scratch, &mut numbers)?;
            let name = |value| names.of_int(value);
            out.extend(numbers.iter().map(|value| codes.of_int(*value, name)));
            self.numbers = numbers;
        }
        Ok(())
    }
}
