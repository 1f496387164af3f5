//! Puts entries into settlement order in bounded memory: packed into one buffer with a small key each,
//! sorted there, and written to a temporary file whenever the buffer is full; runs are merged at the
//! end. Bills of the same moment stand in the order of their numbers, reversals after them, so that nothing depends on
//! the order of the files; only two bills of one number, of which the second is refused, keep the order of reading.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use anyhow::{Context, Result};

use super::packed;
use crate::bills::compose::EntryContent;
use crate::bills::read::Entry;
use crate::names::{mixed, name_of};

/// Entries on their way into order.
pub struct Sorter {
    records: Vec<u8>,
    keys: Vec<Key>,
    limit: usize,
    runs: Vec<File>,
    count: u64,
}

/// The derived order is settlement time, what breaks ties, then the order of reading.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: i64,
    tie: u128,
    start: u32,
    length: u32,
}

/// Breaks ties: bills before reversals, then by number. Numbers of up to 15 bytes compare as right-aligned text; longer
/// ones by their last seven bytes and then by a fingerprint.
fn tie(entry: &Entry<'_>) -> u128 {
    let reversal = u128::from(matches!(entry.content, EntryContent::Reversal { .. })) << 127;
    let bytes = entry.number.as_bytes();
    let aligned = |tail: &[u8]| tail.iter().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
    let by_number = match bytes.len() {
        0..=15 => aligned(bytes),
        length => {
            1 << 126
                | aligned(&bytes[length - 7..]) << 64
                | u128::from(mixed(name_of(entry.number)))
        }
    };
    reversal | by_number
}

/// Offsets are 32 bits wide.
const MOST: usize = u32::MAX as usize - (1 << 20);

impl Sorter {
    /// Keeps at most about `bytes` in memory.
    #[must_use]
    pub fn new(bytes: usize) -> Sorter {
        let limit = bytes.min(MOST);
        Sorter { records: Vec::new(), keys: Vec::new(), limit, runs: Vec::new(), count: 0 }
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// If a temporary file cannot be written.
    pub fn push(&mut self, position: u64, entry: &Entry<'_>) -> Result<()> {
        let start = self.records.len();
        packed::pack(&mut self.records, position, entry);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let length = place(self.records.len() - start);
        self.keys.push(Key { at: entry.at.0, tie: tie(entry), start: place(start), length });
        self.count += 1;
        if self.records.len() + self.keys.len() * size_of::<Key>() >= self.limit {
            self.spill()?;
        }
        Ok(())
    }

    /// How many entries there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All entries in order.
    ///
    /// # Errors
    /// If a temporary file cannot be written or read.
    pub fn finish(mut self) -> Result<Ordered> {
        let count = usize::try_from(self.count)?;
        if self.runs.is_empty() {
            self.sort();
            let source = Source::Memory { records: self.records, keys: self.keys, next: 0 };
            return Ok(Ordered { source, count });
        }
        self.spill()?;
        let mut runs = Vec::new();
        let mut heads = BinaryHeap::new();
        let each = (self.limit / self.runs.len().max(1)).clamp(1 << 16, 1 << 20);
        for (index, mut file) in self.runs.into_iter().enumerate() {
            file.seek(SeekFrom::Start(0))?;
            let mut run = Run { file: BufReader::with_capacity(each, file), record: Vec::new() };
            if let Some(at) = run.advance()? {
                heads.push(Reverse((at, index)));
            }
            runs.push(run);
        }
        Ok(Ordered { source: Source::Merge { runs, heads }, count })
    }

    fn sort(&mut self) {
        if !self.keys.is_sorted() {
            self.keys.sort_unstable();
        }
    }

    fn spill(&mut self) -> Result<()> {
        self.sort();
        let file = tempfile::tempfile().context("make a temporary file")?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        for key in &self.keys {
            out.write_all(&key.at.to_le_bytes())?;
            out.write_all(&key.tie.to_le_bytes())?;
            out.write_all(&key.length.to_le_bytes())?;
            out.write_all(record(&self.records, key))?;
        }
        let file = out.into_inner().map_err(std::io::IntoInnerError::into_error);
        self.runs.push(file.context("write a temporary file")?);
        self.records.clear();
        self.keys.clear();
        Ok(())
    }
}

fn record<'a>(records: &'a [u8], key: &Key) -> &'a [u8] {
    let start = key.start as usize;
    records.get(start..start + key.length as usize).unwrap_or_default()
}

/// Entries in settlement order.
pub struct Ordered {
    source: Source,
    count: usize,
}

enum Source {
    Memory {
        records: Vec<u8>,
        keys: Vec<Key>,
        next: usize,
    },
    /// The heads are the runs' next entries; of equals the earlier run comes first.
    Merge {
        runs: Vec<Run>,
        heads: BinaryHeap<Reverse<((i64, u128), usize)>>,
    },
}

impl Ordered {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Appends the next packed entry to `out`; false at the end.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn next(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        match &mut self.source {
            Source::Memory { records, keys, next } => {
                let Some(key) = keys.get(*next) else { return Ok(false) };
                out.extend_from_slice(record(records, key));
                *next += 1;
            }
            Source::Merge { runs, heads } => {
                let Some(Reverse((_, index))) = heads.pop() else { return Ok(false) };
                let run = &mut runs[index];
                out.extend_from_slice(&run.record);
                if let Some(at) = run.advance()? {
                    heads.push(Reverse((at, index)));
                }
            }
        }
        Ok(true)
    }
}

/// A sorted file.
struct Run {
    file: BufReader<File>,
    record: Vec<u8>,
}

impl Run {
    /// Reads the next entry and says when it was settled and what breaks ties.
    fn advance(&mut self) -> Result<Option<(i64, u128)>> {
        if self.file.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let (mut at, mut tie, mut length) = ([0; 8], [0; 16], [0; 4]);
        self.file.read_exact(&mut at)?;
        self.file.read_exact(&mut tie)?;
        self.file.read_exact(&mut length)?;
        self.record.resize(u32::from_le_bytes(length) as usize, 0);
        self.file.read_exact(&mut self.record)?;
        Ok(Some((i64::from_le_bytes(at), u128::from_le_bytes(tie))))
    }
}
