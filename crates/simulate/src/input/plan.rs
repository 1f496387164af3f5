//! What is known before the first claim is read: files, columns, spans of numbers; and what is decided from it.

use super::columns::{Column, Found, Meaning, layout};
use super::decode::NULL;
use super::kinds::headers;
use super::{Mapping, Reading};
use crate::claims::DAY;
use crate::fault::{Fault, Result};
use crate::parcel::Packing;
use crate::profile::Attribute;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::file::statistics::Statistics;
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file and its columns.
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) columns: Vec<Found>,
    pub(super) groups: usize,
}

/// Rows of a table in memory that are taken at once.
pub(super) struct Part {
    pub(super) batch: usize,
    /// Rows of the batch.
    pub(super) rows: Range<usize>,
    /// The first of them, counted over the whole table.
    pub(super) first: usize,
}

/// Everything that is decided before reading.
pub(super) struct Plan {
    pub(super) files: Vec<Planned>,
    /// (file, row group), in order; of a table in memory, (0, part).
    pub(super) groups: Vec<(usize, usize)>,
    /// Parts of the table in memory, if it is one.
    pub(super) parts: Vec<Part>,
    pub(super) attributes: Vec<Attribute>,
    /// Some file has columns that few claims have.
    pub(super) extra: bool,
    pub(super) packing: Packing,
    /// Least and most, if people are whole numbers close together.
    pub(super) numbers: Option<(i64, i64)>,
    /// The logarithm of the number of buckets.
    pub(super) bits: u32,
    /// Bits of amount beside a person of a bucket in one number, if that leaves enough.
    pub(super) split: Option<u32>,
}

/// The file, opened.
pub(super) fn open(path: &Path) -> Result<SerializedFileReader<File>> {
    let file = File::open(path).map_err(|error| Fault::file(path, &error))?;
    SerializedFileReader::new(file).map_err(|error| Fault::parquet(path, &error))
}

/// Spans of the numbers of one column over all files.
#[derive(Clone, Copy)]
pub(super) struct Span(Option<(i64, i64)>);

impl Span {
    /// Takes a row group in; one without statistics leaves nothing known.
    fn widen(self, statistics: Option<&Statistics>) -> Span {
        let bounds = match statistics {
            Some(Statistics::Int64(of)) => of.min_opt().copied().zip(of.max_opt().copied()),
            Some(Statistics::Int32(of)) => of
                .min_opt()
                .zip(of.max_opt())
                .map(|(least, most)| (i64::from(*least), i64::from(*most))),
            _ => None,
        };
        Span(self.0.zip(bounds).map(|(now, new)| (now.0.min(new.0), now.1.max(new.1))))
    }

    pub(super) const NONE_YET: Span = Span(Some((i64::MAX, i64::MIN)));
    pub(super) const UNKNOWN: Span = Span(None);

    pub(super) fn of(least: i64, most: i64) -> Span {
        Span(Some((least, most)))
    }

    /// Both.
    pub(super) fn with(self, other: Span) -> Span {
        Span(self.0.zip(other.0).map(|(one, two)| (one.0.min(two.0), one.1.max(two.1))))
    }

    fn known(self) -> Option<(i64, i64)> {
        self.0.filter(|(least, most)| least <= most)
    }
}

impl Plan {
    pub(super) fn of(reading: &Reading) -> Result<Plan> {
        let (mut files, mut groups) = (Vec::new(), Vec::new());
        let (mut people, mut times) = (Span::NONE_YET, Span::NONE_YET);
        let mut rows = 0_i64;
        for path in &reading.files {
            let reader = open(path)?;
            let metadata = reader.metadata();
            let headers = headers(metadata.file_metadata().schema_descr());
            let columns =
                layout(&headers, &reading.mapping).map_err(|fault| fault.at(&path.display()))?;
            for group in metadata.row_groups() {
                rows += group.num_rows();
                let of = |column| columns.iter().find(|found| found.column == column);
                let statistics = |found: &Found| group.column(found.index).statistics();
                people = people.widen(of(Column::Person).and_then(statistics));
                times = match of(Column::SettledAt) {
                    Some(found) => times.widen_moment(statistics(found), found.meaning),
                    None => times.widen_days(of(Column::ServiceDate).and_then(statistics)),
                };
            }
            groups.extend((0..metadata.num_row_groups()).map(|group| (files.len(), group)));
            files.push(Planned { path: path.clone(), columns, groups: metadata.num_row_groups() });
        }
        Ok(Plan::decided(files, groups, (people, times), rows, reading.buckets))
    }

    /// What follows from the columns, the spans of people and times, and the number of rows.
    pub(super) fn decided(
        files: Vec<Planned>,
        groups: Vec<(usize, usize)>,
        (people, times): (Span, Span),
        rows: i64,
        buckets: Option<usize>,
    ) -> Plan {
        let attributes = attributes(&files);
        let bits = match buckets {
            Some(buckets) => buckets.max(1).ilog2(),
            None => usize::try_from(rows / 100_000)
                .unwrap_or(0)
                .max(1)
                .next_power_of_two()
                .ilog2()
                .clamp(4, 10),
        };
        let numbers = people.known().filter(|span| close(*span, rows));
        Plan {
            split: numbers.and_then(|span| split(span, bits)),
            extra: files.iter().any(|file| file.columns.iter().any(Found::is_extra)),
            packing: packing(times.known(), &attributes),
            numbers,
            files,
            groups,
            parts: Vec::new(),
            attributes,
            bits,
        }
    }
}

impl Span {
    fn widen_moment(self, statistics: Option<&Statistics>, meaning: Meaning) -> Span {
        let inside = Span::NONE_YET.widen(statistics).known();
        let moved = inside.map(|(least, most)| (meaning.of(least), meaning.of(most)));
        Span(self.0.zip(moved).map(|(now, new)| (now.0.min(new.0), now.1.max(new.1))))
    }

    fn widen_days(self, statistics: Option<&Statistics>) -> Span {
        let inside = Span::NONE_YET.widen(statistics).known();
        let moved =
            inside.map(|(least, most)| (least.saturating_mul(DAY), most.saturating_mul(DAY)));
        Span(self.0.zip(moved).map(|(now, new)| (now.0.min(new.0), now.1.max(new.1))))
    }
}

/// Bits that a person within a bucket leaves of 32, if they take most amounts: 2,600 yuan.
fn split((least, most): (i64, i64), bits: u32) -> Option<u32> {
    let people = (most.checked_sub(least)?.cast_unsigned() >> bits) + 1;
    let left = 32_u32.checked_sub(u64::BITS - people.leading_zeros())?;
    (left >= 18).then_some(left)
}

/// People numbered closely enough for tables by number.
fn close((least, most): (i64, i64), rows: i64) -> bool {
    let width = most.checked_sub(least);
    width.is_some_and(|width| width < i64::from(u32::MAX) && width / 8 <= rows)
}

/// Attributes that some file has, or that follow from its columns.
fn attributes(files: &[Planned]) -> Vec<Attribute> {
    let mut attributes = BTreeSet::new();
    for found in files.iter().flat_map(|file| &file.columns) {
        attributes.extend(match found.column {
            Column::Attribute(attribute) => Some(attribute),
            Column::RetiredOn => Some(Attribute::Status),
            Column::Born => Some(Attribute::Age),
            Column::EnrolledOn => Some(Attribute::Tenure),
            Column::Reverses => Some(Attribute::Reversal),
            _ => None,
        });
    }
    attributes.into_iter().collect()
}

/// Times to the microsecond where there are few profiles and the claims lie within nine years; otherwise to the
/// millisecond, within 34 years.
fn packing(times: Option<(i64, i64)>, attributes: &[Attribute]) -> Packing {
    const MANY: &[Attribute] = &[
        Attribute::Age,
        Attribute::Tenure,
        Attribute::Filings,
        Attribute::TwoDisease,
        Attribute::PlansHeld,
        Attribute::Item,
        Attribute::Submitted,
    ];
    let many = attributes.iter().any(|attribute| MANY.contains(attribute));
    let near = times.filter(|(least, most)| most - least < 1 << 48);
    match (near, many) {
        (Some((least, _)), false) => Packing { base: least, unit: 1, bits: 16 },
        _ => {
            const YEAR_2000: i64 = 10_957;
            let base = times.map_or(YEAR_2000 * DAY, |(least, _)| least.div_euclid(1_000) * 1_000);
            Packing { base, unit: 1_000, bits: 24 }
        }
    }
}

impl Meaning {
    /// The number as meant.
    #[inline]
    pub(super) fn of(self, value: i64) -> i64 {
        match self {
            Meaning::Moment { multiply, divide, plus } => {
                value.saturating_mul(multiply).div_euclid(divide).saturating_add(plus)
            }
            Meaning::Day { parts } => value.div_euclid(parts),
            Meaning::Plain | Meaning::Text => value,
        }
    }

    /// All numbers as meant; what is not given stays so.
    pub(super) fn of_all(self, values: &mut [i64]) {
        match self {
            Meaning::Plain | Meaning::Text => {}
            // Division by what is not known beforehand is slow, and hardly ever needed.
            Meaning::Moment { multiply: 1, divide: 1, plus } => {
                for value in values {
                    *value = if *value == NULL { NULL } else { value.wrapping_add(plus) };
                }
            }
            Meaning::Moment { .. } | Meaning::Day { .. } => {
                for value in values.iter_mut().filter(|value| **value != NULL) {
                    *value = self.of(*value);
                }
            }
        }
    }
}

impl Found {
    /// Only few kinds of claims have it, and it is no part of the profile.
    fn is_extra(&self) -> bool {
        !matches!(
            self.column,
            Column::Person
                | Column::InScope
                | Column::SettledAt
                | Column::RetiredOn
                | Column::Born
                | Column::EnrolledOn
                | Column::Attribute(_)
        )
    }
}

impl Mapping {
    /// Nothing differs.
    #[must_use]
    pub fn none() -> Mapping {
        Mapping::default()
    }
}
