//! CSV, RFC 4180 with any of three delimiters.
//!
//! Our own reader, because it must say what others pass over in silence: a quoted field that never
//! ends (the file was cut) and a row with another number of cells than the header. A row is a slice
//! of the read buffer; only a field with doubled quotes is rewritten, in place.

use std::io::Read;

use anyhow::{Context, Result, bail};

use super::cell::Cell;
use super::encoding::Utf8;
use super::input::{Broken, Row, RowSink, place};
use crate::lang::Lang;

/// Reads all rows.
pub(super) fn read<R: Read>(
    input: Utf8<R>,
    sink: &mut dyn RowSink,
    moved: &mut dyn FnMut(u64),
    lang: Lang,
) -> Result<()> {
    let mut records = Records::new(input);
    let names = match records.next(moved)? {
        None => bail!("{}", lang.pick("没有表头", "there is no header")),
        Some(Err(Broken::OpenQuote)) => {
            bail!("{}", lang.pick("表头里的引号没有闭合", "a quote in the header never ends"))
        }
        Some(Err(_)) => bail!(
            "{}",
            lang.pick(
                "表头的编码不对，请用 --encoding 指定",
                "the header is not of the file's encoding; say it with --encoding"
            )
        ),
        Some(Ok(row)) => (0..row.cells.len()).map(|at| row.cell(at).trim().to_owned()).collect(),
    };
    let names: Vec<String> = names;
    sink.header(&names, false)?;
    let expected = names.len();
    while let Some(record) = records.next(moved)? {
        match record {
            Ok(row) if row.cells.len() == expected => sink.row(&row)?,
            Ok(row) => {
                let found = row.cells.len();
                let blank = (expected..found).all(|at| row.cell(at).is_empty());
                if found > expected && blank {
                    sink.row(&row)?;
                } else {
                    sink.broken(&row, Broken::Cells { found, expected })?;
                }
            }
            Err(why) => {
                let shown = records.shown();
                let cells = records.cells.clone();
                let row = Row { number: records.number, text: &shown, cells: &cells, whole: false };
                sink.broken(&row, why)?;
            }
        }
    }
    Ok(())
}

/// Splits text into records and records into cells.
struct Records<R> {
    input: Utf8<R>,
    buffer: Vec<u8>,
    /// The part of the buffer not yet taken.
    start: usize,
    filled: usize,
    finished: bool,
    delimiter: u8,
    number: u64,
    /// The record last taken, in the buffer, and its cells.
    record: (usize, usize),
    cells: Vec<(u32, u32)>,
    doubled: Vec<usize>,
}

/// Longer than any record: beyond it a quote was surely left open.
const LONGEST: usize = 64 << 20;

/// How the scan for the end of a record went.
enum Scan {
    /// The record ends before `end`; the next one begins at `next`.
    Ended { end: usize, next: usize },
    /// The buffer ends first.
    More,
    /// The text ends inside quotes.
    OpenQuote,
}

impl<R: Read> Records<R> {
    fn new(input: Utf8<R>) -> Records<R> {
        Records {
            input,
            buffer: vec![0; 1 << 20],
            start: 0,
            filled: 0,
            finished: false,
            delimiter: 0,
            number: 0,
            record: (0, 0),
            cells: Vec::new(),
            doubled: Vec::new(),
        }
    }

    /// The next record that is not blank.
    fn next(&mut self, moved: &mut dyn FnMut(u64)) -> Result<Option<Result<Row<'_>, Broken>>> {
        loop {
            if self.start == self.filled && self.finished {
                return Ok(None);
            }
            if self.number == 0 && self.delimiter == 0 {
                self.fill(moved)?;
                self.delimiter = delimiter(&self.buffer[..self.filled]);
                continue;
            }
            match self.scan() {
                Scan::More => self.fill(moved)?,
                Scan::OpenQuote => {
                    self.number += 1;
                    self.record = (self.start, self.filled);
                    self.start = self.filled;
                    self.cells.clear();
                    return Ok(Some(Err(Broken::OpenQuote)));
                }
                Scan::Ended { end, next } => {
                    self.number += 1;
                    self.record = (self.start, end);
                    self.start = next;
                    if end > self.record.0 {
                        break;
                    }
                }
            }
        }
        Ok(Some(self.taken()))
    }

    /// Reads on, keeping what is not yet taken.
    fn fill(&mut self, moved: &mut dyn FnMut(u64)) -> Result<()> {
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.start = 0;
        // A decoder needs room for at least one character.
        if self.buffer.len() - self.filled < 64 {
            if self.buffer.len() >= LONGEST {
                bail!("row {}: longer than {LONGEST} bytes", self.number + 1);
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.input.read(&mut self.buffer[self.filled..]).context("read")?;
        self.filled += read;
        self.finished = read == 0;
        moved(read as u64);
        Ok(())
    }

    /// Finds the end of the record and its cells, relative to its start. Without quotes eight bytes are
    /// looked at together; the first field that begins with a quote goes on byte by byte.
    fn scan(&mut self) -> Scan {
        let Records { buffer, start, filled, finished, delimiter, cells, doubled, .. } = self;
        let text = &buffer[*start..*filled];
        cells.clear();
        doubled.clear();
        let mut begin = 0;
        if text.first() != Some(&b'"') {
            let (words, _) = text.as_chunks::<8>();
            for (number, word) in words.iter().enumerate() {
                let word = u64::from_le_bytes(*word);
                let mut found = equal_bytes(word, *delimiter) | equal_bytes(word, b'\n');
                while found != 0 {
                    let at = number * 8 + found.trailing_zeros() as usize / 8;
                    found &= found - 1;
                    if text[at] == b'\n' {
                        cells.push((place(begin), place(at)));
                        return ended(cells, text, at, *start);
                    }
                    cells.push((place(begin), place(at)));
                    begin = at + 1;
                    if text.get(begin) == Some(&b'"') {
                        return slowly(text, begin, *start, *delimiter, *finished, cells, doubled);
                    }
                }
            }
        }
        slowly(text, begin, *start, *delimiter, *finished, cells, doubled)
    }

    /// The record just scanned as a row.
    fn taken(&mut self) -> Result<Row<'_>, Broken> {
        let (start, end) = self.record;
        for &cell in &self.doubled {
            let (from, to) = self.cells[cell];
            let field = &mut self.buffer[start + from as usize..start + to as usize];
            self.cells[cell].1 = from + place(undouble(field));
        }
        match std::str::from_utf8(&self.buffer[start..end]) {
            Ok(text) if self.input.replaced() && text.contains('\u{fffd}') => Err(Broken::Encoding),
            Ok(text) => Ok(Row { number: self.number, text, cells: &self.cells, whole: false }),
            Err(_) => Err(Broken::Encoding),
        }
    }

    /// What can be shown of a record that is no row; its cells no longer fit the text.
    fn shown(&mut self) -> String {
        let (start, end) = self.record;
        let bytes = &self.buffer[start..end];
        let mut text = String::with_capacity(bytes.len());
        for cell in &mut self.cells {
            let from = text.len();
            let (a, b) = (cell.0 as usize, cell.1 as usize);
            text.push_str(&String::from_utf8_lossy(bytes.get(a..b).unwrap_or_default()));
            *cell = (place(from), place(text.len()));
        }
        if self.cells.is_empty() {
            let start: Vec<u8> = bytes.iter().copied().take(200).collect();
            text.push_str(String::from_utf8_lossy(&start).lines().next().unwrap_or_default());
            self.cells.push((0, place(text.len())));
        }
        text
    }
}

/// The high bit of each byte of `word` that equals `byte`.
#[inline]
fn equal_bytes(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    let zero_where_equal = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    !(((zero_where_equal & LOW) + LOW) | zero_where_equal | LOW)
}

/// The record ends at `at`, where a line end stands or the text stops.
fn ended(cells: &mut [(u32, u32)], text: &[u8], at: usize, start: usize) -> Scan {
    let carriage = at > 0 && text[at - 1] == b'\r';
    let end = at - usize::from(carriage);
    if let Some(last) = cells.last_mut() {
        last.1 = last.1.min(place(end)).max(last.0);
    }
    let next = at + usize::from(at < text.len());
    Scan::Ended { end: start + end, next: start + next }
}

/// Goes on from the field that begins at `at`, with quotes.
fn slowly(
    text: &[u8],
    mut at: usize,
    start: usize,
    delimiter: u8,
    finished: bool,
    cells: &mut Vec<(u32, u32)>,
    doubled: &mut Vec<usize>,
) -> Scan {
    loop {
        let begin = at;
        if text.get(at) == Some(&b'"') {
            at += 1;
            // To the closing quote.
            loop {
                match text[at..].iter().position(|&byte| byte == b'"') {
                    None if finished => return Scan::OpenQuote,
                    None => return Scan::More,
                    Some(found) => at += found + 1,
                }
                match text.get(at) {
                    Some(b'"') => {
                        if doubled.last() != Some(&cells.len()) {
                            doubled.push(cells.len());
                        }
                        at += 1;
                    }
                    None if !finished => return Scan::More,
                    _ => break,
                }
            }
            cells.push((place(begin + 1), place(at - 1)));
            // Whatever stands between the closing quote and the delimiter is dropped.
            at += stretch(&text[at..], delimiter);
        } else {
            at += stretch(&text[at..], delimiter);
            cells.push((place(begin), place(at)));
        }
        match text.get(at) {
            Some(&byte) if byte == delimiter => at += 1,
            None if !finished => return Scan::More,
            _ => return ended(cells, text, at, start),
        }
    }
}

/// How far it is to the next delimiter or line end.
#[inline]
fn stretch(text: &[u8], delimiter: u8) -> usize {
    text.iter().position(|&byte| byte == delimiter || byte == b'\n').unwrap_or(text.len())
}

/// Makes one quote of every two, and says how long the text now is.
fn undouble(field: &mut [u8]) -> usize {
    let (mut from, mut to) = (0, 0);
    while from < field.len() {
        field[to] = field[from];
        from += if field[from..].starts_with(b"\"\"") { 2 } else { 1 };
        to += 1;
    }
    to
}

/// The delimiter that the first line holds most of.
fn delimiter(text: &[u8]) -> u8 {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|&byte| byte == delimiter).count();
    // The last of equals wins.
    [b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Appends a cell, in quotes if it needs them.
#[inline]
pub(super) fn write_cell(out: &mut Vec<u8>, cell: &Cell<'_>, delimiter: u8) {
    match cell {
        Cell::Text(text) => write_text(out, text, delimiter),
        cell => cell.write(out),
    }
}

#[inline]
fn write_text(out: &mut Vec<u8>, text: &str, delimiter: u8) {
    let needs = |byte: u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    // All bytes, without leaving early: this the compiler does many at a time.
    if !text.bytes().fold(false, |found, byte| found | needs(byte)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Encoding;
    use std::io::Cursor;

    #[derive(Default)]
    struct Gathered(Vec<String>);

    impl RowSink for Gathered {
        fn header(&mut self, names: &[String], _: bool) -> Result<()> {
            self.0.push(names.join("|"));
            Ok(())
        }
        fn stray(&mut self, _: &str) {}
        fn row(&mut self, row: &Row<'_>) -> Result<()> {
            let cells: Vec<_> = (0..row.cells.len()).map(|at| row.cell(at)).collect();
            self.0.push(format!("{}: {}", row.number, cells.join("|")));
            Ok(())
        }
        fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()> {
            self.0.push(format!("{}: {why:?}", row.number));
            Ok(())
        }
    }

    fn rows(text: &[u8]) -> Vec<String> {
        let mut gathered = Gathered::default();
        let input = Utf8::new(Cursor::new(text), Encoding::Utf8).unwrap();
        read(input, &mut gathered, &mut |_| {}, Lang::En).unwrap();
        gathered.0
    }

    #[test]
    fn cells_with_quotes_delimiters_and_line_ends_are_read_as_meant() {
        let text = b"a,b,c\r\n1,\"x,\"\"y\"\"\n\",3\r\n\n4,,\"\"\n5,6\" pipe,7";
        assert_eq!(rows(text), ["a|b|c", "2: 1|x,\"y\"\n|3", "4: 4||", "5: 5|6\" pipe|7"]);
        assert_eq!(rows(b"a;b\n1;2,0"), ["a|b", "2: 1|2,0"]);
        assert_eq!(rows(b"a\tb\n1\t2\n"), ["a|b", "2: 1|2"]);
    }

    #[test]
    fn rows_that_cannot_be_read_are_named() {
        assert_eq!(rows(b"a,b\n1,\"cut"), ["a|b", "2: OpenQuote"]);
        assert_eq!(rows(b"a,b\n1\n2,3"), ["a|b", "2: Cells { found: 1, expected: 2 }", "3: 2|3"]);
        assert_eq!(rows(b"a,b\n1,2,,\n"), ["a|b", "2: 1|2||"]);
        assert_eq!(rows(b"a,b\n1,\xFF\n2,3"), ["a|b", "2: Encoding", "3: 2|3"]);
    }

    #[test]
    fn rows_longer_than_the_buffer_are_read() {
        let long = "x".repeat(3 << 20);
        let text = format!("a,b\n1,\"{long}\"\n2,3\n");
        assert_eq!(rows(text.as_bytes())[1..], [format!("2: 1|{long}"), "3: 2|3".to_owned()]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let texts = ["", "plain", "a,b", "say \"no\"", "two\nlines", "\"", "，"];
        let mut out = b"x,y\n".to_vec();
        for text in texts {
            write_cell(&mut out, &Cell::Text(text), b',');
            out.extend_from_slice(b",1\n");
        }
        let read = rows(&out);
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(read[number + 1], format!("{}: {text}|1", number + 2));
        }
    }
}
