//! Columns in rare types and encodings, read by the library, value by value.

use super::cells::{Made, Value};
use super::decode::NULL;
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::errors::{ParquetError, Result};

/// A column of a row group.
pub(super) struct Rare {
    reader: ColumnReader,
    levels: Vec<i16>,
}

impl Rare {
    pub(super) fn new(reader: ColumnReader) -> Rare {
        Rare { reader, levels: Vec::new() }
    }

    /// Appends what is made of the next `rows` values.
    pub(super) fn read<T: Made>(
        &mut self,
        rows: usize,
        null: T,
        mut make: impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        let Rare { reader, levels } = self;
        levels.clear();
        match reader {
            ColumnReader::Int64ColumnReader(typed) => {
                let mut values = Vec::new();
                typed.read_records(rows, Some(levels), None, &mut values)?;
                let made = values.iter().map(|value| make(Value::Number(*value)));
                spread(levels, made, rows, null, out)
            }
            ColumnReader::Int32ColumnReader(typed) => {
                let mut values: Vec<i32> = Vec::new();
                typed.read_records(rows, Some(levels), None, &mut values)?;
                let made = values.iter().map(|value| make(Value::Number((*value).into())));
                spread(levels, made, rows, null, out)
            }
            ColumnReader::BoolColumnReader(typed) => {
                let mut values: Vec<bool> = Vec::new();
                typed.read_records(rows, Some(levels), None, &mut values)?;
                let made = values.iter().map(|value| make(Value::Number((*value).into())));
                spread(levels, made, rows, null, out)
            }
            ColumnReader::ByteArrayColumnReader(typed) => {
                let mut values: Vec<ByteArray> = Vec::new();
                typed.read_records(rows, Some(levels), None, &mut values)?;
                let made = values.iter().map(|value| make(Value::Text(value.data())));
                spread(levels, made, rows, null, out)
            }
            ColumnReader::FixedLenByteArrayColumnReader(typed) => {
                let mut values: Vec<FixedLenByteArray> = Vec::new();
                typed.read_records(rows, Some(levels), None, &mut values)?;
                let decimals = values.iter().map(|value| decimal(value.data()));
                let decimals = decimals.collect::<Result<Vec<_>>>()?;
                let made = decimals.iter().map(|value| make(Value::Number(*value)));
                spread(levels, made, rows, null, out)
            }
            _ => Err(ParquetError::General("a column of numbers or texts was expected".into())),
        }
    }
}

/// A decimal that is stored with its highest byte first.
fn decimal(bytes: &[u8]) -> Result<i64> {
    let negative = bytes.first().is_some_and(|byte| byte >> 7 == 1);
    let sign = if negative { -1_i128 } else { 0 };
    let number = bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte));
    let number = i64::try_from(number).ok().filter(|number| *number != NULL);
    number.ok_or_else(|| ParquetError::General("a decimal has more than 18 digits".into()))
}

/// Puts values where the levels say they are; without levels all are given.
fn spread<T: Made>(
    levels: &[i16],
    mut given: impl ExactSizeIterator<Item = T>,
    rows: usize,
    null: T,
    out: &mut Vec<T>,
) -> Result<()> {
    let short = || ParquetError::EOF("fewer values than rows".into());
    if given.len() == rows {
        out.extend(given);
        return Ok(());
    }
    if levels.len() != rows {
        return Err(short());
    }
    for level in levels {
        out.push(if *level > 0 { given.next().ok_or_else(short)? } else { null });
    }
    Ok(())
}
