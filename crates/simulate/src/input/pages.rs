//! A column of a row group, read page by page where its values lie.
//!
//! The library's reader hands out every value as if it stood alone. Here what a value means is worked out once for each
//! entry of a dictionary, so a text that many rows share is looked up once for all of them, and plain numbers are taken
//! straight from the page. Columns in other encodings than these two are read by the library.

use super::ahead::Ahead;
use super::cells::{Cells, Entries, Made, Value};
use super::hybrid::Hybrid;
use super::library::Rare;
use crate::fault::Fault;
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageReader};
use parquet::column::reader::get_column_reader;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// A column of a row group.
pub(super) enum Opened {
    Pages(Pages),
    Rare(Rare),
}

impl Opened {
    /// The column of this index of a file's row group.
    pub(super) fn new(
        path: &Path,
        group: &RowGroupMetaData,
        index: usize,
    ) -> crate::fault::Result<Opened> {
        let file = File::open(path).map_err(|error| Fault::file(path, &error))?;
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let column = group.column(index);
        // The library does without this check, and panics.
        let first = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        if first < 0 || column.compressed_size() < 0 {
            return Err(Fault::parquet(path, &general("a column that lies nowhere in the file")));
        }
        let pages = SerializedPageReader::new(
            Arc::new(Ahead::new(file, column.byte_range())),
            column,
            rows,
            None,
        );
        let opened = pages.and_then(|pages| Opened::of(column, Box::new(pages)));
        opened.map_err(|error| Fault::parquet(path, &error))
    }

    fn of(metadata: &ColumnChunkMetaData, pages: Box<dyn PageReader>) -> Result<Opened> {
        let known = |encoding| {
            let plain = encoding == Encoding::PLAIN || encoding == Encoding::RLE;
            plain || encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::PLAIN_DICTIONARY
        };
        let physical = metadata.column_type();
        let width = match physical {
            Physical::BOOLEAN => Width::Bit,
            Physical::INT32 => Width::Four,
            Physical::INT64 => Width::Eight,
            Physical::BYTE_ARRAY => Width::Text,
            _ => Width::Other,
        };
        if width == Width::Other || !metadata.encodings().all(known) {
            let reader = get_column_reader(metadata.column_descr_ptr(), pages);
            return Ok(Opened::Rare(Rare::new(reader)));
        }
        Ok(Opened::Pages(Pages {
            pages,
            width,
            optional: metadata.column_descr().max_def_level() > 0,
            made: Entries::Narrow(Vec::new()),
            page: None,
            left: 0,
            levels: None,
            values: Values::Plain(0),
            numbers: Vec::new(),
            given: Vec::new(),
        }))
    }
}

impl Cells for Opened {
    #[inline]
    fn read<T: Made>(
        &mut self,
        rows: usize,
        null: T,
        make: impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        match self {
            Opened::Pages(pages) => pages.read(rows, null, make, out),
            Opened::Rare(rare) => rare.read(rows, null, make, out),
        }
    }
}

/// How plain values lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    Bit,
    Four,
    Eight,
    Text,
    /// Read by the library.
    Other,
}

/// A column in plain and dictionary pages.
pub(super) struct Pages {
    pages: Box<dyn PageReader>,
    width: Width,
    optional: bool,
    made: Entries,
    page: Option<Page>,
    /// Rows of the page that were not read yet.
    left: usize,
    /// Which rows are given, if not all.
    levels: Option<Hybrid>,
    values: Values,
    numbers: Vec<u32>,
    given: Vec<u32>,
}

/// Where the next values of a page lie.
#[derive(Clone, Copy)]
enum Values {
    /// From this byte on.
    Plain(usize),
    /// As numbers of the dictionary's entries.
    Entries(Hybrid),
    /// As bits.
    Bits(Hybrid),
}

impl Pages {
    fn read<T: Made>(
        &mut self,
        mut rows: usize,
        null: T,
        mut make: impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        out.reserve(rows);
        while rows > 0 {
            if self.left == 0 {
                self.next_page(&mut make)?;
                continue;
            }
            let taken = rows.min(self.left);
            self.some_rows(taken, null, &mut make, out)?;
            self.left -= taken;
            rows -= taken;
        }
        Ok(())
    }

    /// Rows that lie in the page at hand.
    fn some_rows<T: Made>(
        &mut self,
        rows: usize,
        null: T,
        make: &mut impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        let Some(page) = self.page.take() else { return Err(short()) };
        let bytes = &page.buffer()[..];
        let all_given = match &mut self.levels {
            None => true,
            Some(levels) => levels.take_ones(bytes, rows)?,
        };
        if all_given {
            self.values(bytes, rows, make, out)?;
        } else if let Some(levels) = &mut self.levels {
            self.given.clear();
            levels.read(bytes, rows, &mut self.given)?;
            let count = self.given.iter().filter(|level| **level == 1).count();
            let start = out.len();
            self.values(bytes, count, make, out)?;
            spread(&self.given, start, null, out);
        }
        self.page = Some(page);
        Ok(())
    }

    /// Appends the next `count` values of the page. Packed numbers are opened a few at a time, so that they stay close.
    fn values<T: Made>(
        &mut self,
        bytes: &[u8],
        mut count: usize,
        make: &mut impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        if let Values::Plain(_) = self.values {
            return self.plain(bytes, count, make, out);
        }
        while count > 0 {
            let taken = count.min(OPENED);
            self.packed(bytes, taken, make, out)?;
            count -= taken;
        }
        Ok(())
    }

    /// Appends values that lie as packed numbers.
    fn packed<T: Made>(
        &mut self,
        bytes: &[u8],
        count: usize,
        make: &mut impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        let numbers = &mut self.numbers;
        numbers.clear();
        match &mut self.values {
            Values::Entries(entries) => {
                entries.read(bytes, count, numbers)?;
                let there = match &self.made {
                    Entries::Narrow(made) => look_up(made, numbers, out),
                    Entries::Wide(made) => look_up(made, numbers, out),
                };
                there.then_some(()).ok_or_else(|| general("a value that is not in the dictionary"))
            }
            Values::Bits(bits) => {
                bits.read(bytes, count, numbers)?;
                let both = [make(Value::Number(0)), make(Value::Number(1))];
                out.extend(numbers.iter().map(|bit| both[(*bit & 1) as usize]));
                Ok(())
            }
            Values::Plain(_) => Err(general("plain values among packed ones")),
        }
    }

    /// Appends values that lie as they are.
    fn plain<T: Made>(
        &mut self,
        bytes: &[u8],
        count: usize,
        make: &mut impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()> {
        let Values::Plain(at) = &mut self.values else { return Err(general("packed values")) };
        match self.width {
            Width::Eight => {
                let (words, _) = fixed(bytes, at, count, 8)?.as_chunks();
                out.extend(words.iter().map(|word| make(Value::Number(i64::from_le_bytes(*word)))));
            }
            Width::Four => {
                let (words, _) = fixed(bytes, at, count, 4)?.as_chunks();
                let number = |word: &[u8; 4]| i32::from_le_bytes(*word).into();
                out.extend(words.iter().map(|word| make(Value::Number(number(word)))));
            }
            Width::Text => {
                for _ in 0..count {
                    out.push(make(Value::Text(text(bytes, at)?)));
                }
            }
            Width::Bit | Width::Other => return Err(general("plain bits")),
        }
        Ok(())
    }

    fn next_page<T: Made>(&mut self, make: &mut impl FnMut(Value<'_>) -> T) -> Result<()> {
        let page = self.pages.get_next_page()?.ok_or_else(short)?;
        let bytes = &page.buffer()[..];
        match &page {
            Page::DictionaryPage { num_values, .. } => {
                let count = *num_values as usize;
                let mut made = Vec::new();
                self.values = Values::Plain(0);
                self.values(bytes, count, make, &mut made)?;
                self.made = T::entries(made);
                return Ok(());
            }
            Page::DataPage { num_values, encoding, def_level_encoding, .. } => {
                let mut at = 0;
                self.levels = None;
                if self.optional {
                    if *def_level_encoding != Encoding::RLE {
                        return Err(general("levels that are not run-length encoded"));
                    }
                    let length = length(bytes, &mut at)?;
                    self.levels = Some(Hybrid::new(at, 1)?);
                    at = at.checked_add(length).ok_or_else(short)?;
                }
                self.left = *num_values as usize;
                self.values = self.begin(bytes, at, *encoding)?;
            }
            Page::DataPageV2 {
                num_rows,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let from = *rep_levels_byte_len as usize;
                self.levels = if self.optional { Some(Hybrid::new(from, 1)?) } else { None };
                self.left = *num_rows as usize;
                self.values = self.begin(bytes, from + *def_levels_byte_len as usize, *encoding)?;
            }
        }
        self.page = Some(page);
        Ok(())
    }

    fn begin(&self, bytes: &[u8], at: usize, encoding: Encoding) -> Result<Values> {
        Ok(match (encoding, self.width) {
            (Encoding::PLAIN, Width::Bit) => Values::Bits(Hybrid::bits(at)),
            (Encoding::PLAIN, _) => Values::Plain(at),
            (Encoding::RLE, Width::Bit) => Values::Bits(Hybrid::new(at + 4, 1)?),
            (Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY, _) => {
                let width = bytes.get(at).copied();
                // A page in which nothing is given may end here.
                Values::Entries(Hybrid::new(at + 1, width.unwrap_or(0).into())?)
            }
            _ => return Err(general("an encoding that the column does not name")),
        })
    }
}

/// Packed numbers that are opened at once.
const OPENED: usize = 1 << 11;

/// Appends what was made of the entries of these numbers; false if one is not in the dictionary.
fn look_up<E: Copy + Into<i64>, T: Made>(made: &[E], numbers: &[u32], out: &mut Vec<T>) -> bool {
    let mut there = true;
    out.extend(numbers.iter().map(|number| {
        let entry = made.get(*number as usize).copied().map(Into::into);
        there &= entry.is_some();
        T::of(entry.unwrap_or(0))
    }));
    there
}

/// Moves the values from `start` on to the rows that are given.
fn spread<T: Made>(given: &[u32], start: usize, null: T, out: &mut Vec<T>) {
    let mut from = out.len();
    out.resize(start + given.len(), null);
    for (row, level) in given.iter().enumerate().rev() {
        if *level == 1 && from > start {
            from -= 1;
            out[start + row] = out[from];
        } else {
            out[start + row] = null;
        }
    }
}

/// The bytes of `count` values of the same width; `at` moves behind them.
fn fixed<'b>(bytes: &'b [u8], at: &mut usize, count: usize, width: usize) -> Result<&'b [u8]> {
    let end = count.checked_mul(width).and_then(|length| at.checked_add(length));
    let found = end.and_then(|end| bytes.get(*at..end)).ok_or_else(short)?;
    *at += found.len();
    Ok(found)
}

fn length(bytes: &[u8], at: &mut usize) -> Result<usize> {
    let word = fixed(bytes, at, 1, 4)?;
    Ok(u32::from_le_bytes(word.try_into().unwrap_or_default()) as usize)
}

fn text<'b>(bytes: &'b [u8], at: &mut usize) -> Result<&'b [u8]> {
    let length = length(bytes, at)?;
    fixed(bytes, at, length, 1)
}

fn short() -> ParquetError {
    ParquetError::EOF("fewer values than rows".into())
}

fn general(what: &str) -> ParquetError {
    ParquetError::General(what.into())
}
