//! Columns as whole numbers, texts and codes, a slice of rows at a time: those of Parquet here, those of memory in
//! `memory`.

use super::slice::Names;
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::errors::{ParquetError, Result};
use std::collections::HashMap;

/// Stands for a value that is not given.
pub(super) const NULL: i64 = i64::MIN;

/// Room that is used again for every column.
#[derive(Default)]
pub(super) struct Scratch {
    levels: Vec<i16>,
    bools: Vec<bool>,
    narrow: Vec<i32>,
    fixed: Vec<FixedLenByteArray>,
    texts: Vec<ByteArray>,
    ints: Vec<i64>,
}

impl Scratch {
    /// The texts that were read last.
    pub(super) fn texts(&self) -> &[ByteArray] {
        &self.texts
    }

    pub(super) fn texts_mut(&mut self) -> &mut Vec<ByteArray> {
        &mut self.texts
    }
}

/// A column of which the next rows are taken.
pub(super) trait Cells {
    /// Takes `rows` whole numbers. Yes and no are 1 and 0.
    fn ints(&mut self, rows: usize, scratch: &mut Scratch, out: &mut Vec<i64>) -> Result<()>;

    /// Takes `rows` texts; what is not given is empty.
    fn texts<'s>(&mut self, rows: usize, scratch: &'s mut Scratch) -> Result<&'s [ByteArray]>;

    /// Takes `rows` codes of values that names put into words.
    fn codes(
        &mut self,
        rows: usize,
        scratch: &mut Scratch,
        codes: &mut Codes,
        names: &Names<'_>,
        out: &mut Vec<u32>,
    ) -> Result<()>;
}

impl Cells for ColumnReader {
    fn ints(&mut self, rows: usize, scratch: &mut Scratch, out: &mut Vec<i64>) -> Result<()> {
        ints(self, rows, scratch, out)
    }

    fn texts<'s>(&mut self, rows: usize, scratch: &'s mut Scratch) -> Result<&'s [ByteArray]> {
        texts(self, rows, scratch)
    }

    fn codes(
        &mut self,
        rows: usize,
        scratch: &mut Scratch,
        codes: &mut Codes,
        names: &Names<'_>,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        codes.read(
            self,
            rows,
            scratch,
            |value| names.of_int(value),
            |text| names.of_text(text),
            out,
        )
    }
}

fn ints(
    reader: &mut ColumnReader,
    rows: usize,
    scratch: &mut Scratch,
    out: &mut Vec<i64>,
) -> Result<()> {
    let Scratch { levels, bools, narrow, fixed, .. } = scratch;
    levels.clear();
    out.clear();
    match reader {
        ColumnReader::Int64ColumnReader(typed) => {
            typed.read_records(rows, Some(levels), None, out)?;
        }
        ColumnReader::Int32ColumnReader(typed) => {
            narrow.clear();
            typed.read_records(rows, Some(levels), None, narrow)?;
            out.extend(narrow.iter().map(|value| i64::from(*value)));
        }
        ColumnReader::BoolColumnReader(typed) => {
            bools.clear();
            typed.read_records(rows, Some(levels), None, bools)?;
            out.extend(bools.iter().map(|value| i64::from(*value)));
        }
        ColumnReader::FixedLenByteArrayColumnReader(typed) => {
            fixed.clear();
            typed.read_records(rows, Some(levels), None, fixed)?;
            for bytes in fixed.iter() {
                out.push(decimal(bytes.data())?);
            }
        }
        _ => return Err(ParquetError::General("a column of numbers was expected".into())),
    }
    spread(levels, out, rows, NULL)
}

/// A decimal that is stored with its highest byte first.
fn decimal(bytes: &[u8]) -> Result<i64> {
    let negative = bytes.first().is_some_and(|byte| byte >> 7 == 1);
    let sign = if negative { -1_i128 } else { 0 };
    let number = bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte));
    let number = i64::try_from(number).ok().filter(|number| *number != NULL);
    number.ok_or_else(|| ParquetError::General("a decimal has more than 18 digits".into()))
}

/// Puts values where the levels say they are.
fn spread<T: Clone>(levels: &[i16], values: &mut Vec<T>, rows: usize, null: T) -> Result<()> {
    let short = || ParquetError::EOF("fewer values than rows".into());
    if values.len() == rows {
        return Ok(());
    }
    if levels.len() != rows {
        return Err(short());
    }
    let given = values.split_off(0);
    let mut given = given.into_iter();
    for level in levels {
        values.push(if *level > 0 { given.next().ok_or_else(short)? } else { null.clone() });
    }
    Ok(())
}

fn texts<'s>(
    reader: &mut ColumnReader,
    rows: usize,
    scratch: &'s mut Scratch,
) -> Result<&'s [ByteArray]> {
    let Scratch { levels, texts, .. } = scratch;
    levels.clear();
    texts.clear();
    let ColumnReader::ByteArrayColumnReader(typed) = reader else {
        return Err(ParquetError::General("a column of text was expected".into()));
    };
    typed.read_records(rows, Some(levels), None, texts)?;
    spread(levels, texts, rows, ByteArray::from(Vec::new()))?;
    Ok(texts)
}

/// The values of an attribute, each with a code. Code 0 is "not given".
pub(super) struct Codes {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    small: [u32; 256],
    large: HashMap<i64, u32>,
    bytes: HashMap<Box<[u8]>, u32>,
}

/// Not looked up yet.
const NEW: u32 = u32::MAX;

impl Codes {
    pub(super) fn new() -> Codes {
        let (texts, numbers) = (vec!["".into()], HashMap::from([("".into(), 0)]));
        Codes { texts, numbers, small: [NEW; 256], large: HashMap::new(), bytes: HashMap::new() }
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize).map_or("", |text| text)
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(0);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// The code of a whole number, which `name` puts into words the first time.
    #[inline]
    pub(super) fn of_int(&mut self, value: i64, name: impl Fn(i64) -> String) -> u32 {
        match usize::try_from(value).ok().and_then(|value| self.small.get(value)) {
            Some(code) if *code != NEW => *code,
            _ => self.look_up_int(value, name),
        }
    }

    #[cold]
    fn look_up_int(&mut self, value: i64, name: impl Fn(i64) -> String) -> u32 {
        if let Some(code) = self.large.get(&value) {
            return *code;
        }
        let code = if value == NULL { 0 } else { self.number(&name(value)) };
        match usize::try_from(value).ok().and_then(|value| self.small.get_mut(value)) {
            Some(place) => *place = code,
            None => {
                self.large.insert(value, code);
            }
        }
        code
    }

    /// The code of a text, which `name` puts into our words the first time.
    #[inline]
    pub(super) fn of_text(&mut self, text: &[u8], name: impl Fn(&str) -> String) -> u32 {
        if let Some(code) = self.bytes.get(text) {
            return *code;
        }
        let code = self.number(&name(String::from_utf8_lossy(text).trim()));
        self.bytes.insert(text.into(), code);
        code
    }

    /// Reads `rows` codes.
    fn read(
        &mut self,
        reader: &mut ColumnReader,
        rows: usize,
        scratch: &mut Scratch,
        int_name: impl Fn(i64) -> String,
        text_name: impl Fn(&str) -> String,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        out.clear();
        if matches!(reader, ColumnReader::ByteArrayColumnReader(_)) {
            let texts = texts(reader, rows, scratch)?;
            out.extend(texts.iter().map(|text| self.of_text(text.data(), &text_name)));
            return Ok(());
        }
        if let ColumnReader::Int32ColumnReader(typed) = reader {
            let Scratch { levels, narrow, .. } = scratch;
            levels.clear();
            narrow.clear();
            typed.read_records(rows, Some(levels), None, narrow)?;
            if narrow.len() == rows {
                out.extend(narrow.iter().map(|value| self.of_int((*value).into(), &int_name)));
                return Ok(());
            }
            let mut values = narrow.iter().map(|value| i64::from(*value)).collect();
            spread(levels, &mut values, rows, NULL)?;
            out.extend(values.iter().map(|value| self.of_int(*value, &int_name)));
            return Ok(());
        }
        let mut values = std::mem::take(&mut scratch.ints);
        ints(reader, rows, scratch, &mut values)?;
        out.extend(values.iter().map(|value| self.of_int(*value, &int_name)));
        scratch.ints = values;
        Ok(())
    }
}
