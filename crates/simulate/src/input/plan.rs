//! What is known before the first claim is read: files, columns, spans of numbers; and what is decided from it.

use super::columns::{Column, Found, Meaning, layout};
use super::kinds::headers;
use super::{Mapping, Reading};
use crate::extras::Field;
use crate::fault::{Fault, Result};
use crate::profile::Attribute;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::statistics::Statistics;
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file and its columns.
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) columns: Vec<Found>,
    pub(super) groups: usize,
    /// Where its columns lie; of a table in memory, nothing.
    pub(super) metadata: Option<Arc<ParquetMetaData>>,
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
    /// Columns that few kinds of claims have, of those that some file has.
    pub(super) fields: Vec<Field>,
    /// Least and most, if people are whole numbers close together.
    pub(super) numbers: Option<(i64, i64)>,
    /// The logarithm of the number of buckets.
    pub(super) bits: u32,
    /// Claims, of all files.
    pub(super) rows: i64,
}

/// What the file says of itself.
fn metadata(path: &Path) -> Result<ParquetMetaData> {
    let file = File::open(path).map_err(|error| Fault::file(path, &error))?;
    let read = ParquetMetaDataReader::new().parse_and_finish(&file);
    read.map_err(|error| Fault::parquet(path, &error))
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
        let mut people = Span::NONE_YET;
        let mut rows = 0_i64;
        for path in &reading.files {
            let metadata = Arc::new(metadata(path)?);
            let headers = headers(metadata.file_metadata().schema_descr());
            let columns =
                layout(&headers, &reading.mapping).map_err(|fault| fault.at(&path.display()))?;
            for group in metadata.row_groups() {
                rows += group.num_rows();
                let of = |column| columns.iter().find(|found| found.column == column);
                let statistics = |found: &Found| group.column(found.index).statistics();
                people = people.widen(of(Column::Person).and_then(statistics));
            }
            groups.extend((0..metadata.num_row_groups()).map(|group| (files.len(), group)));
            files.push(Planned {
                path: path.clone(),
                columns,
                groups: metadata.num_row_groups(),
                metadata: Some(metadata),
            });
        }
        Ok(Plan::decided(files, groups, people, rows, reading.buckets))
    }

    /// What follows from the columns, the span of people, and the number of rows.
    pub(super) fn decided(
        files: Vec<Planned>,
        groups: Vec<(usize, usize)>,
        people: Span,
        rows: i64,
        buckets: Option<usize>,
    ) -> Plan {
        let attributes = attributes(&files);
        let bits = match buckets {
            Some(buckets) => buckets.max(1).ilog2(),
            None => usize::try_from(rows / 40_000)
                .unwrap_or(0)
                .max(1)
                .next_power_of_two()
                .ilog2()
                .clamp(4, 10),
        };
        let numbers = people.known().filter(|span| close(*span, rows));
        Plan {
            fields: fields(&files),
            rows,
            numbers,
            files,
            groups,
            parts: Vec::new(),
            attributes,
            bits,
        }
    }
}

/// People numbered closely enough for tables by number.
fn close((least, most): (i64, i64), rows: i64) -> bool {
    let width = most.checked_sub(least);
    width.is_some_and(|width| width < i64::from(u32::MAX / 2) && width / 8 <= rows)
}

/// Attributes that some file has, or that follow from its columns.
fn attributes(files: &[Planned]) -> Vec<Attribute> {
    let columns = files.iter().flat_map(|file| &file.columns);
    let attributes: BTreeSet<_> = columns.filter_map(|found| found.column.attribute()).collect();
    attributes.into_iter().collect()
}

/// Columns that few kinds of claims have, of those that some file has.
fn fields(files: &[Planned]) -> Vec<Field> {
    let has = |column| files.iter().any(|file| file.columns.iter().any(|of| of.column == column));
    let columns = |field: Field| match field {
        Field::Serial => has(Column::Serial),
        Field::Claim => has(Column::Bill),
        Field::Reverses => has(Column::Reverses),
        Field::Service => has(Column::ServiceDate) && has(Column::SettledAt),
        Field::Institution => has(Column::Institution),
        Field::Visit => has(Column::Visit),
        Field::Outside => {
            has(Column::FullSelfPay) || has(Column::OverCeiling) || has(Column::FirstPay)
        }
        Field::Current => has(Column::AccountCurrent),
        Field::Earlier => has(Column::AccountEarlier),
        Field::Origin => false,
    };
    Field::ALL.into_iter().filter(|field| columns(*field)).collect()
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
}

impl Mapping {
    /// Nothing differs.
    #[must_use]
    pub fn none() -> Mapping {
        Mapping::default()
    }
}
