//! Plain columns in a Parquet file: required, flat, a whole file at a time.

use crate::fault::{Fault, Result};
use parquet::basic::{
    Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel,
};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The values of a column.
pub enum Data<'a> {
    /// Amounts and numbers below 2^32.
    Count(&'a [u32]),
    /// Days since 1970.
    Day(&'a [i32]),
    /// Fen.
    Fen(&'a [i64]),
    /// Microseconds since 1970, wall clock.
    Moment(&'a [i64]),
    /// Whole numbers.
    Number(&'a [i64]),
    /// Numbers that name something.
    Name(&'a [u64]),
    /// Yes or no.
    Flag(&'a [bool]),
    /// Texts.
    Text(&'a [ByteArray]),
}

impl Data<'_> {
    fn types(&self) -> (Physical, ConvertedType) {
        match self {
            Data::Count(_) => (Physical::INT32, ConvertedType::UINT_32),
            Data::Day(_) => (Physical::INT32, ConvertedType::DATE),
            Data::Fen(_) => (Physical::INT64, ConvertedType::DECIMAL),
            Data::Moment(_) => (Physical::INT64, ConvertedType::TIMESTAMP_MICROS),
            Data::Number(_) => (Physical::INT64, ConvertedType::NONE),
            Data::Name(_) => (Physical::INT64, ConvertedType::UINT_64),
            Data::Flag(_) => (Physical::BOOLEAN, ConvertedType::NONE),
            Data::Text(_) => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        }
    }

    fn write(
        &self,
        column: &mut SerializedColumnWriter<'_>,
    ) -> std::result::Result<(), ParquetError> {
        let signed = |numbers: &[u32]| numbers.iter().map(|number| number.cast_signed()).collect();
        match self {
            Data::Count(numbers) => {
                let numbers: Vec<i32> = signed(numbers);
                column.typed::<Int32Type>().write_batch(&numbers, None, None)?;
            }
            Data::Day(days) => {
                column.typed::<Int32Type>().write_batch(days, None, None)?;
            }
            Data::Fen(numbers) | Data::Moment(numbers) | Data::Number(numbers) => {
                column.typed::<Int64Type>().write_batch(numbers, None, None)?;
            }
            Data::Name(numbers) => {
                let numbers: Vec<i64> = numbers.iter().map(|number| number.cast_signed()).collect();
                column.typed::<Int64Type>().write_batch(&numbers, None, None)?;
            }
            Data::Flag(flags) => {
                column.typed::<BoolType>().write_batch(flags, None, None)?;
            }
            Data::Text(texts) => {
                column.typed::<ByteArrayType>().write_batch(texts, None, None)?;
            }
        }
        Ok(())
    }

    /// Numbers that hardly repeat gain nothing from a dictionary.
    fn repeats(&self, name: &str) -> bool {
        name == "profile"
            || matches!(self, Data::Text(_) | Data::Flag(_) | Data::Name(_) | Data::Day(_))
    }
}

/// A file being written, a row group at a time, all of the same columns.
pub struct Table {
    path: PathBuf,
    writer: Option<SerializedFileWriter<File>>,
}

impl Table {
    /// Begins a file.
    #[must_use]
    pub fn new(path: &Path) -> Table {
        Table { path: path.to_path_buf(), writer: None }
    }

    /// Writes a row group. All groups of a file have the same columns.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn group(&mut self, columns: &[(&str, Data<'_>)]) -> Result<()> {
        let path = self.path.clone();
        self.try_group(columns).map_err(|error| Fault::parquet(&path, &error))
    }

    fn try_group(&mut self, columns: &[(&str, Data<'_>)]) -> std::result::Result<(), ParquetError> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(begin(&self.path, columns)?),
        };
        let mut group = writer.next_row_group()?;
        for (_, data) in columns {
            if let Some(mut column) = group.next_column()? {
                data.write(&mut column)?;
                column.close()?;
            }
        }
        group.close()?;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self) -> Result<()> {
        let Some(writer) = self.writer else { return Ok(()) };
        writer.close().map(|_| ()).map_err(|error| Fault::parquet(&self.path, &error))
    }
}

fn begin(
    path: &Path,
    columns: &[(&str, Data<'_>)],
) -> std::result::Result<SerializedFileWriter<File>, ParquetError> {
    let mut fields = Vec::new();
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1)?);
    let mut properties = WriterProperties::builder()
        .set_compression(zstd)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for (name, data) in columns {
        let (physical, converted) = data.types();
        let mut field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_converted_type(converted);
        if converted == ConvertedType::DECIMAL {
            field = field.with_precision(18).with_scale(2);
        }
        if let Data::Moment(_) = data {
            // The region's wall clock; without this, other readers take it for UTC.
            field = field.with_logical_type(Some(LogicalType::timestamp(false, TimeUnit::MICROS)));
        }
        fields.push(Arc::new(field.build()?));
        properties =
            properties.set_column_dictionary_enabled(ColumnPath::from(*name), data.repeats(name));
    }
    let schema = Type::group_type_builder("table").with_fields(fields).build()?;
    let file = File::create(path)?;
    SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build()))
}

/// Texts as a column has them.
#[must_use]
pub fn texts(texts: &[Box<str>]) -> Vec<ByteArray> {
    texts.iter().map(|text| ByteArray::from(&**text)).collect()
}
