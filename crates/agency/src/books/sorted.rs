//! Sorting more than fits in memory: records by key, spilled to temporary files in sorted runs and merged again.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Gathers records and gives them back in the order of their keys; equal keys in the order in which they came.
pub(crate) struct Sorter {
    /// Keys and values, one behind the other.
    bytes: Vec<u8>,
    /// Where each record lies: begin, length of the key, end.
    places: Vec<(usize, usize, usize)>,
    runs: Vec<File>,
    memory: usize,
}

impl Sorter {
    /// A sorter that holds about so many bytes in memory.
    pub(crate) fn new(memory: usize) -> Sorter {
        Sorter { bytes: Vec::new(), places: Vec::new(), runs: Vec::new(), memory }
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        if self.bytes.len() + key.len() + value.len() > self.memory && !self.places.is_empty() {
            self.spill()?;
        }
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.places.push((begin, key.len(), self.bytes.len()));
        Ok(())
    }

    fn sort(&mut self) {
        let Sorter { bytes, places, .. } = self;
        places.sort_by(|a, b| bytes[a.0..a.0 + a.1].cmp(&bytes[b.0..b.0 + b.1]));
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let mut out = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        for &(begin, key, end) in &self.places {
            let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
            out.write_all(&length(key))?;
            out.write_all(&length(end - begin - key))?;
            out.write_all(&self.bytes[begin..end])?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        self.bytes.clear();
        self.places.clear();
        Ok(())
    }

    /// The records in order.
    pub(crate) fn sorted(mut self) -> io::Result<Sorted> {
        self.sort();
        let mut heap = BinaryHeap::new();
        for (number, file) in self.runs.into_iter().enumerate() {
            let mut run = Run {
                number,
                file: BufReader::with_capacity(1 << 16, file),
                record: Record::default(),
            };
            if run.advance()? {
                heap.push(run);
            }
        }
        Ok(Sorted { heap, last: self.places.into_iter(), bytes: self.bytes, waiting: None })
    }
}

/// A key and its value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Record {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

/// Records in order.
pub(crate) struct Sorted {
    heap: BinaryHeap<Run>,
    /// What was never spilled: it came last.
    last: std::vec::IntoIter<(usize, usize, usize)>,
    bytes: Vec<u8>,
    waiting: Option<Record>,
}

impl Sorted {
    /// The next record.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        if self.waiting.is_none() {
            self.waiting = self.last.next().map(|(begin, key, end)| Record {
                key: self.bytes[begin..begin + key].to_vec(),
                value: self.bytes[begin + key..end].to_vec(),
            });
        }
        let earlier = |run: &Run, waiting: &Record| run.record.key <= waiting.key;
        let spilled = match (self.heap.peek(), &self.waiting) {
            (Some(run), Some(waiting)) => earlier(run, waiting),
            (run, _) => run.is_some(),
        };
        if !spilled {
            return Ok(self.waiting.take());
        }
        let Some(mut run) = self.heap.pop() else { return Ok(None) };
        let record = std::mem::take(&mut run.record);
        if run.advance()? {
            self.heap.push(run);
        }
        Ok(Some(record))
    }
}

/// A sorted stretch on disk.
struct Run {
    number: usize,
    file: BufReader<File>,
    record: Record,
}

impl Run {
    /// Reads the next record; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        let mut length = [0; 4];
        match self.file.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            read => read?,
        }
        self.record.key.resize(u32::from_le_bytes(length) as usize, 0);
        self.file.read_exact(&mut length)?;
        self.record.value.resize(u32::from_le_bytes(length) as usize, 0);
        self.file.read_exact(&mut self.record.key)?;
        self.file.read_exact(&mut self.record.value)?;
        Ok(true)
    }
}

/// The run with the smallest key is the greatest: a [`BinaryHeap`] gives the greatest first.
impl Ord for Run {
    fn cmp(&self, other: &Run) -> Ordering {
        let own = (&self.record.key, self.number);
        (&other.record.key, other.number).cmp(&own)
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Run) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Run) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Run {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys and values of a thousand records, sorted with this much memory.
    fn sorted(memory: usize) -> Vec<(String, String)> {
        let mut random = fastrand::Rng::with_seed(7);
        let mut sorter = Sorter::new(memory);
        for number in 0..1_000 {
            let key = format!("{:03}", random.u32(0..200));
            sorter.add(key.as_bytes(), format!("{number:04}").as_bytes()).unwrap();
        }
        let mut sorted = sorter.sorted().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let mut all = Vec::new();
        while let Some(record) = sorted.next().unwrap() {
            all.push((text(record.key), text(record.value)));
        }
        all
    }

    #[test]
    fn the_memory_changes_nothing_but_the_number_of_files() {
        let all = sorted(usize::MAX);
        assert!(all.len() == 1_000 && all.is_sorted(), "equal keys stay in the order they came");
        for memory in [0, 1, 100, 1_000, 6_000] {
            assert_eq!(sorted(memory), all);
        }
    }
}
