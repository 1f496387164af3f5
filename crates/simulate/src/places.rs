//! What institutions are paid, and what they are called.

use crate::claims::{Claims, More};
use crate::fault::{Fault, Result};
use crate::outcome::Outcome;
use crate::segment::Segments;
use crate::store::{Data, Table};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::path::Path;

/// The claims of one institution.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Institution {
    /// Its number; 0: claims that name none.
    pub number: u64,
    /// The first segment, by number, that its claims have.
    pub segment: u32,
    /// Claims, less reversals.
    pub claims: i64,
    /// In scope, fen.
    pub in_scope: i64,
    /// 全自费, 超限价, 先行自付, fen.
    pub outside: i64,
    /// What the funds pay, by policy, fen.
    pub paid: Vec<i64>,
}

impl Institution {
    pub(crate) fn add(&mut self, other: &Institution) {
        self.segment = self.segment.min(other.segment);
        self.claims += other.claims;
        self.in_scope += other.in_scope;
        self.outside += other.outside;
        for (sum, part) in self.paid.iter_mut().zip(&other.paid) {
            *sum += part;
        }
    }
}

/// Puts two lists in order of numbers together.
pub(crate) fn merge(list: &mut Vec<Institution>, other: &[Institution]) {
    if other.is_empty() {
        return;
    }
    let mut both = std::mem::take(list).into_iter().peekable();
    let mut others = other.iter().peekable();
    while let Some(next) = others.peek() {
        match both.next_if(|own| own.number <= next.number) {
            Some(mut own) => {
                if own.number == next.number {
                    own.add(next);
                    others.next();
                }
                list.push(own);
            }
            None => list.extend(others.next().cloned()),
        }
    }
    list.extend(both);
}

/// Numbers of institutions are spread evenly or counted up: one multiplication is enough.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stirred(u64);

impl Hasher for Stirred {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

type ByNumber<T> = HashMap<u64, T, BuildHasherDefault<Stirred>>;

/// Adds outcomes of batches up by institution.
#[derive(Default)]
pub(crate) struct Places {
    list: Vec<Institution>,
    of_number: ByNumber<usize>,
}

impl Places {
    /// Takes in some rows; claims that name no institution at all cost nothing.
    pub(crate) fn add(
        &mut self,
        claims: &Claims,
        rows: Range<usize>,
        outcomes: &[Outcome],
        segments: &Segments,
    ) {
        let Some(more) = &claims.more else { return };
        let named = more.institution.get(rows.clone()).unwrap_or_default();
        if named.iter().all(|number| *number == 0) {
            return;
        }
        let (base, mut head) = (rows.start, rows.start);
        for row in rows {
            let profile = claims.profile[row];
            if segments.is_use(profile) {
                continue;
            }
            let (back, joined) = (more.back[row], more.joined[row]);
            let of = match back {
                0 if joined => head,
                0 => row,
                More::NOWHERE => continue,
                back => row - back as usize,
            };
            head = if back == 0 { of } else { head };
            let segment = segments.of_profile.get(profile as usize).copied().unwrap_or(0);
            let place = self.place(more.institution[of], segment, outcomes.len());
            if back == 0 {
                place.claims += i64::from(!joined);
                place.in_scope += i64::from(claims.amount[row]);
                place.outside += more.outside[row];
            } else {
                place.claims -= 1;
                place.in_scope -= claims.in_scope_of(of);
                place.outside -= more.outside[of];
            }
            for (sum, outcome) in place.paid.iter_mut().zip(outcomes) {
                *sum += outcome.paid(row - base);
            }
        }
    }

    fn place(&mut self, number: u64, segment: u32, policies: usize) -> &mut Institution {
        let list = &mut self.list;
        let index = *self.of_number.entry(number).or_insert_with(|| {
            let paid = vec![0; policies];
            list.push(Institution { number, segment, paid, ..Institution::default() });
            list.len() - 1
        });
        let place = &mut list[index];
        place.segment = place.segment.min(segment);
        place
    }

    /// In order of numbers.
    pub(crate) fn end(mut self) -> Vec<Institution> {
        self.list.sort_unstable_by_key(|place| place.number);
        self.list
    }
}

/// What institutions are called in the claims, by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Directory(ByNumber<Box<str>>);

impl Directory {
    /// The name of an institution.
    #[must_use]
    pub fn name(&self, number: u64) -> Option<&str> {
        self.0.get(&number).map(|name| &**name)
    }

    /// How many are named.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if none is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes what a number stands for, unless it is known.
    #[inline]
    pub(crate) fn note(&mut self, number: u64, name: impl FnOnce() -> Box<str>) {
        if number != 0 {
            self.0.entry(number).or_insert_with(name);
        }
    }

    pub(crate) fn merge(&mut self, other: Directory) {
        for (number, name) in other.0 {
            self.note(number, || name);
        }
    }

    /// Writes a file of two columns.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let sorted: BTreeMap<u64, &str> = self.0.iter().map(|(n, name)| (*n, &**name)).collect();
        let numbers: Vec<u64> = sorted.keys().copied().collect();
        let names: Vec<ByteArray> = sorted.values().map(|name| ByteArray::from(*name)).collect();
        let mut table = Table::new(path);
        table.group(&[("number", Data::Name(&numbers)), ("name", Data::Text(&names))])?;
        table.finish()
    }

    /// Reads such a file.
    pub(crate) fn read(path: &Path) -> Result<Directory> {
        let file = File::open(path).map_err(|error| Fault::file(path, &error))?;
        read(file).map_err(|error| Fault::parquet(path, &error))
    }
}

fn read(file: File) -> std::result::Result<Directory, ParquetError> {
    let reader = SerializedFileReader::new(file)?;
    let group = reader.get_row_group(0)?;
    let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
    let (mut numbers, mut names) = (Vec::new(), Vec::new());
    let unexpected = || ParquetError::General("a column of another type was expected".into());
    let ColumnReader::Int64ColumnReader(mut column) = group.get_column_reader(0)? else {
        return Err(unexpected());
    };
    column.read_records(rows, None, None, &mut numbers)?;
    let ColumnReader::ByteArrayColumnReader(mut column) = group.get_column_reader(1)? else {
        return Err(unexpected());
    };
    column.read_records(rows, None, None, &mut names)?;
    let mut directory = Directory::default();
    for (number, name) in numbers.iter().zip(&names) {
        directory.note(number.cast_unsigned(), || String::from_utf8_lossy(name.data()).into());
    }
    Ok(directory)
}
