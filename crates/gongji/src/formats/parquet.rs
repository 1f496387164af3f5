//! Parquet, flat: one row group after the other, through the low-level writer and the row reader, so
//! that arrow stays out of the build. Amounts are DECIMAL(18,2), days DATE, times TIMESTAMP.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use kernel::{Date, Fen, Moment};
use parquet::basic::{
    Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel,
};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Decimal, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field as Value;
use parquet::schema::types::Type;

use super::cell::{Cell, Field, Kind, Stored};
use super::input::{RowSink, StoredRow};
use crate::lang::Lang;

/// Reads all rows.
pub(super) fn read(file: File, sink: &mut dyn RowSink, lang: Lang) -> Result<()> {
    let unreadable =
        || lang.pick("不是 Parquet 文件，或者被截断", "not a Parquet file, or cut short");
    let reader = SerializedFileReader::new(file).map_err(|_| anyhow!(unreadable()))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let fields = schema.root_schema().get_fields();
    if let Some(nested) = fields.iter().find(|field| field.is_group()) {
        let name = nested.name();
        bail!(
            "{}",
            lang.choose(
                || format!("列 {name} 不是扁平的列"),
                || format!("column {name} is nested")
            )
        );
    }
    let names: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
    sink.header(&names, false)?;
    let mut row = StoredRow::default();
    for (number, record) in (1..).zip(reader.get_row_iter(None).with_context(unreadable)?) {
        let record = record.with_context(unreadable)?;
        row.clear(number);
        for (_, value) in record.get_column_iter() {
            row.push(&shown(value));
        }
        sink.row(&row.row())?;
    }
    Ok(())
}

/// A value as the text it would be in CSV.
fn shown(value: &Value) -> String {
    let day = |days: i32| Cell::Date(Date::from_days(days)).text();
    let moment = |millis: i64| match millis.rem_euclid(86_400_000) {
        0 => Cell::Date(Moment(millis).date()).text(),
        _ => Cell::Moment(Moment(millis)).text(),
    };
    match value {
        Value::Null => String::new(),
        Value::Str(text) => text.clone(),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Value::Date(days) => day(*days),
        Value::TimestampMillis(millis) => moment(*millis),
        Value::TimestampMicros(micros) => moment(micros.div_euclid(1_000)),
        Value::Decimal(decimal) => digits(decimal),
        Value::Double(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// A decimal as its digits.
fn digits(decimal: &Decimal) -> String {
    let negative = decimal.data().first().is_some_and(|byte| byte & 0x80 != 0);
    let start = if negative { -1_i128 } else { 0 };
    let value = decimal.data().iter().fold(start, |sum, byte| sum << 8 | i128::from(*byte));
    let scale = usize::try_from(decimal.scale()).unwrap_or(0);
    let text = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, part) = text.split_at(text.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    format!("{}{whole}{point}{part}", if negative { "-" } else { "" })
}

/// Rows of one row group.
const GROUP: usize = 1 << 16;

/// Writes rows, a group at a time.
pub(super) struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    kinds: Vec<Kind>,
    cells: Vec<Stored>,
    text: String,
}

impl<W: Write + Send> Table<W> {
    pub(super) fn new(out: W, fields: &[Field]) -> Result<Table<W>> {
        let columns = fields.iter().map(column).collect::<Result<Vec<_>>>()?;
        let schema = Type::group_type_builder("table").with_fields(columns).build()?;
        let zstd = Compression::ZSTD(ZstdLevel::try_new(3)?);
        let properties = WriterProperties::builder().set_compression(zstd).build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        let kinds = fields.iter().map(|field| field.kind).collect();
        Ok(Table { writer, kinds, cells: Vec::new(), text: String::new() })
    }

    pub(super) fn row<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) -> Result<()> {
        for cell in cells {
            self.cells.push(Stored::keep(cell, &mut self.text));
        }
        if self.cells.len() >= GROUP * self.kinds.len() { self.group() } else { Ok(()) }
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.group()?;
        self.writer.close()?;
        Ok(())
    }

    fn group(&mut self) -> Result<()> {
        let Table { writer, kinds, cells, text } = self;
        if cells.is_empty() {
            return Ok(());
        }
        let mut group = writer.next_row_group()?;
        for (at, kind) in kinds.iter().enumerate() {
            let values = cells.iter().skip(at).step_by(kinds.len());
            let filled = values.clone().map(|cell| i16::from(*cell != Stored::Empty));
            let filled: Vec<i16> = filled.collect();
            let levels = Some(&filled[..]);
            let Some(mut column) = group.next_column()? else { bail!("a column too many") };
            match kind {
                Kind::Text => {
                    let texts = values.filter_map(|cell| match cell.cell(text) {
                        Cell::Text(text) => Some(ByteArray::from(text)),
                        _ => None,
                    });
                    let texts: Vec<ByteArray> = texts.collect();
                    column.typed::<ByteArrayType>().write_batch(&texts, levels, None)?;
                }
                Kind::Money | Kind::Moment | Kind::Whole => {
                    let numbers: Vec<i64> = values.filter_map(long).collect();
                    column.typed::<Int64Type>().write_batch(&numbers, levels, None)?;
                }
                Kind::Date => {
                    let days = values.filter_map(|cell| match cell {
                        Stored::Date(day) => Some(day.days()),
                        _ => None,
                    });
                    let days: Vec<i32> = days.collect();
                    column.typed::<Int32Type>().write_batch(&days, levels, None)?;
                }
                Kind::Flag => {
                    let flags = values.filter_map(|cell| match cell {
                        Stored::Flag(flag) => Some(*flag),
                        _ => None,
                    });
                    let flags: Vec<bool> = flags.collect();
                    column.typed::<BoolType>().write_batch(&flags, levels, None)?;
                }
            }
            column.close()?;
        }
        group.close()?;
        cells.clear();
        text.clear();
        Ok(())
    }
}

fn long(cell: &Stored) -> Option<i64> {
    match cell {
        Stored::Money(amount) => Some(Fen::get(*amount)),
        Stored::Moment(at) => Some(at.0),
        Stored::Whole(number) => Some(*number),
        _ => None,
    }
}

fn column(field: &Field) -> Result<Arc<Type>> {
    let (physical, converted) = match field.kind {
        Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        Kind::Money => (Physical::INT64, ConvertedType::DECIMAL),
        Kind::Date => (Physical::INT32, ConvertedType::DATE),
        Kind::Moment => (Physical::INT64, ConvertedType::TIMESTAMP_MILLIS),
        Kind::Flag => (Physical::BOOLEAN, ConvertedType::NONE),
        Kind::Whole => (Physical::INT64, ConvertedType::INT_64),
    };
    let mut builder = Type::primitive_type_builder(&field.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(converted);
    if field.kind == Kind::Money {
        builder = builder.with_precision(18).with_scale(2);
    }
    if field.kind == Kind::Moment {
        // The region's wall clock; without this, other readers take it for UTC.
        builder = builder.with_logical_type(Some(LogicalType::timestamp(false, TimeUnit::MILLIS)));
    }
    Ok(Arc::new(builder.build()?))
}
