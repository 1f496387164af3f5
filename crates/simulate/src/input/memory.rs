//! Claims from a table in memory, whatever keeps it: the same columns, codes and profiles as from files.

use super::Mapping;
use super::cells::{Cells, Made, Value};
use super::columns::{Header, layout};
use super::decode::NULL;
use super::plan::{Part, Plan, Planned};
use super::scan::spans;
use crate::fault::Fault;
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
    fn ints(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<(), Fault>;

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
    pub(super) fn of_frame(table: &dyn Frame, reading: &FrameReading) -> Result<Plan, Fault> {
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
        let planned =
            Planned { path: PathBuf::new(), columns, groups: parts.len(), metadata: None };
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
    /// What was made of words, as far as they were looked up.
    made: Vec<Option<i64>>,
    text: bool,
}

impl<'a> Held<'a> {
    pub(super) fn new(values: Box<dyn Values + 'a>, from: usize, text: bool) -> Held<'a> {
        let made = vec![None; values.words()];
        Held { values, at: from, numbers: Vec::new(), places: Vec::new(), made, text }
    }
}

impl Cells for Held<'_> {
    fn read<T: Made>(
        &mut self,
        rows: usize,
        null: T,
        mut make: impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<(), ParquetError> {
        let Held { values, at, numbers, places, made, text } = self;
        let rows = *at..*at + rows;
        *at = rows.end;
        if !made.is_empty() {
            places.clear();
            values.places(rows, places);
            out.extend(places.iter().map(|place| match made.get_mut(*place as usize) {
                None => null,
                Some(Some(entry)) => T::of(*entry),
                Some(new) => {
                    let value = make(Value::Text(values.word(*place as usize)));
                    *new = Some(value.entry());
                    value
                }
            }));
        } else if *text {
            values.texts(rows, &mut |text| {
                out.push(if text.is_empty() { null } else { make(Value::Text(text)) });
            });
        } else {
            numbers.clear();
            let read = values.ints(rows, numbers);
            read.map_err(|fault| ParquetError::External(Box::new(fault)))?;
            out.extend(numbers.iter().map(|number| match *number {
                NULL => null,
                number => make(Value::Number(number)),
            }));
        }
        Ok(())
    }
}
