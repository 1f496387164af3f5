//! Parquet files, written a row group at a time.

use crate::fault::{Fault, Result};
use kernel::{Date, Moment};
use parquet::basic::{
    Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical,
};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a row group.
const GROUP: usize = 1 << 18;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Whole numbers.
    Number,
    /// Yuan with two decimals, from fen.
    Money,
    /// A ratio with four decimals, from ten-thousandths.
    Ratio,
    /// A day.
    Day,
    /// A point in time.
    Time,
    /// Text.
    Text,
}

/// A value of a row.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// A number, or fen, or ten-thousandths.
    Number(i64),
    /// A day.
    Day(Date),
    /// A point in time.
    Time(Moment),
    /// Text.
    Text(ByteArray),
}

impl Value {
    /// A day, or nothing.
    pub(crate) fn day(day: Option<Date>) -> Value {
        day.map_or(Value::Null, Value::Day)
    }
}

#[derive(Debug)]
enum Cells {
    Long(Vec<i64>),
    Int(Vec<i32>),
    Text(Vec<ByteArray>),
}

/// A file in the making.
pub(crate) struct Table {
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<File>>,
    cells: Vec<Cells>,
    filled: Vec<Vec<i16>>,
    waiting: usize,
    rows: u64,
}

impl Table {
    /// A new file with these columns.
    pub(crate) fn create(path: &Path, columns: &[(&str, Kind)]) -> Result<Table> {
        let broken = |error: ParquetError| Fault::file(path, error);
        let file = File::create_new(path).map_err(|error| Fault::file(path, error))?;
        let types = columns.iter().map(|(name, kind)| column(name, *kind));
        let types = types.collect::<std::result::Result<Vec<_>, _>>().map_err(broken)?;
        let schema =
            Type::group_type_builder("table").with_fields(types).build().map_err(broken)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let out = BufWriter::with_capacity(1 << 20, file);
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties));
        let cells = columns.iter().map(|(_, kind)| match kind {
            Kind::Day => Cells::Int(Vec::new()),
            Kind::Text => Cells::Text(Vec::new()),
            _ => Cells::Long(Vec::new()),
        });
        Ok(Table {
            path: path.to_owned(),
            writer: writer.map_err(broken)?,
            cells: cells.collect(),
            filled: vec![Vec::new(); columns.len()],
            waiting: 0,
            rows: 0,
        })
    }

    /// Adds a row: a value a column.
    pub(crate) fn row(&mut self, values: impl IntoIterator<Item = Value>) -> Result<()> {
        for ((cells, filled), value) in self.cells.iter_mut().zip(&mut self.filled).zip(values) {
            filled.push(i16::from(!matches!(value, Value::Null)));
            match (cells, value) {
                (Cells::Long(cells), Value::Number(number)) => cells.push(number),
                (Cells::Long(cells), Value::Time(at)) => cells.push(at.0),
                (Cells::Int(cells), Value::Day(day)) => cells.push(day.days()),
                (Cells::Text(cells), Value::Text(text)) => cells.push(text),
                (_, Value::Null) => {}
                (_, value) => {
                    return Err(Fault::file(&self.path, format!("{value:?} is of another kind")));
                }
            }
        }
        self.waiting += 1;
        self.rows += 1;
        if self.waiting == GROUP { self.group() } else { Ok(()) }
    }

    /// Writes what waits and closes the file; its path and rows.
    pub(crate) fn finish(mut self) -> Result<(PathBuf, u64)> {
        if self.waiting > 0 {
            self.group()?;
        }
        let Table { path, writer, rows, .. } = self;
        writer.close().map_err(|error| Fault::file(&path, error))?;
        Ok((path, rows))
    }

    fn group(&mut self) -> Result<()> {
        let written = group(&mut self.writer, &mut self.cells, &mut self.filled);
        written.map_err(|error| Fault::file(&self.path, error))?;
        self.waiting = 0;
        Ok(())
    }
}

fn group(
    writer: &mut SerializedFileWriter<BufWriter<File>>,
    cells: &mut [Cells],
    filled: &mut [Vec<i16>],
) -> std::result::Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (cells, filled) in cells.iter_mut().zip(filled) {
        let Some(mut column) = group.next_column()? else { break };
        let levels = Some(&filled[..]);
        match cells {
            Cells::Long(values) => {
                column.typed::<Int64Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Cells::Int(values) => {
                column.typed::<Int32Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Cells::Text(values) => {
                column.typed::<ByteArrayType>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        filled.clear();
        column.close()?;
    }
    group.close()?;
    Ok(())
}

fn column(name: &str, kind: Kind) -> std::result::Result<Arc<Type>, ParquetError> {
    let (physical, converted) = match kind {
        Kind::Number => (Physical::INT64, ConvertedType::NONE),
        Kind::Money | Kind::Ratio => (Physical::INT64, ConvertedType::DECIMAL),
        Kind::Day => (Physical::INT32, ConvertedType::DATE),
        Kind::Time => (Physical::INT64, ConvertedType::TIMESTAMP_MILLIS),
        Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
    };
    let builder = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(converted);
    let builder = match kind {
        Kind::Money => builder.with_precision(18).with_scale(2),
        Kind::Ratio => builder.with_precision(9).with_scale(4),
        // The region's wall clock; without this, other readers take it for UTC.
        Kind::Time => {
            builder.with_logical_type(Some(LogicalType::timestamp(false, TimeUnit::MILLIS)))
        }
        _ => builder,
    };
    Ok(Arc::new(builder.build()?))
}
