//! JSON: an array of objects, or one object a line. Keys name columns; `lines` holds the fee lines of a
//! bill, or each object is a fee line with its bill's columns, as tables are often exported. Objects are flattened to the rows that the same bill has in CSV, so that what follows need not
//! know. Numbers keep the digits they have in the file.

use std::cell::RefCell;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use anyhow::{Result, anyhow};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cell::{Cell, Field};
use super::encoding::Utf8;
use super::input::{Broken, Layout, Row, RowSink, StoredRow, place};
use crate::lang::Lang;

/// Reads an array of objects.
pub(super) fn read_array<R: Read>(
    input: Utf8<R>,
    layout: Layout,
    sink: &mut dyn RowSink,
    moved: &mut dyn FnMut(u64),
    lang: Lang,
) -> Result<()> {
    let mut flat = Flat::new(layout);
    sink.header(&flat.names, true)?;
    // The visitor can only fail with the parser's error; ours waits here.
    let failed = RefCell::new(None);
    let counted = Counted { input, moved };
    let mut parser = serde_json::Deserializer::from_reader(BufReader::new(counted));
    let objects = Objects { flat: &mut flat, sink, failed: &failed };
    let parsed = parser.deserialize_seq(objects).and_then(|()| parser.end());
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    parsed.map_err(|error| not_json(&error, lang))
}

fn not_json(error: &serde_json::Error, lang: Lang) -> anyhow::Error {
    let line = error.line();
    let what = match (error.classify(), lang) {
        (serde_json::error::Category::Eof, Lang::Zh) => {
            format!("第 {line} 行：JSON 没有结束，文件可能被截断")
        }
        (serde_json::error::Category::Eof, Lang::En) => {
            format!("line {line}: the JSON does not end; the file may have been cut short")
        }
        (_, Lang::Zh) => format!("不是单据的 JSON 数组（{error}）"),
        (_, Lang::En) => format!("not a JSON array of bills ({error})"),
    };
    anyhow!(what)
}

/// Tells of the bytes that pass.
struct Counted<'a, R> {
    input: Utf8<R>,
    moved: &'a mut dyn FnMut(u64),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(out)?;
        (self.moved)(read as u64);
        Ok(read)
    }
}

struct Objects<'a> {
    flat: &'a mut Flat,
    sink: &'a mut dyn RowSink,
    failed: &'a RefCell<Option<anyhow::Error>>,
}

impl<'de> Visitor<'de> for Objects<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of bills")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut objects: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(object) = objects.next_element::<Box<RawValue>>()? {
            number += 1;
            if let Err(error) = self.flat.object(number, object.get(), self.sink) {
                self.failed.replace(Some(error));
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// Reads one object a line.
pub(super) fn read_lines<R: Read>(
    input: Utf8<R>,
    layout: Layout,
    sink: &mut dyn RowSink,
    moved: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut flat = Flat::new(layout);
    sink.header(&flat.names, true)?;
    let mut lines = BufReader::with_capacity(1 << 18, input);
    let mut line = Vec::new();
    let mut number = 0;
    while lines.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        moved(line.len() as u64);
        match std::str::from_utf8(&line) {
            Ok(text) if lines.get_ref().replaced() && text.contains('\u{fffd}') => {
                flat.broken(number, text, Broken::Encoding, sink)?;
            }
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => flat.object(number, text, sink)?,
            Err(_) => {
                let shown = String::from_utf8_lossy(&line);
                flat.broken(number, &shown, Broken::Encoding, sink)?;
            }
        }
        line.clear();
    }
    Ok(())
}

/// Turns objects into rows.
struct Flat {
    layout: Layout,
    names: Vec<String>,
    /// The cell of each column, as JSON.
    values: Vec<Option<String>>,
    lines: Vec<Vec<(usize, String)>>,
    row: StoredRow,
}

impl Flat {
    fn new(layout: Layout) -> Flat {
        let names = (layout.names)();
        let values = vec![None; names.len()];
        Flat { layout, names, values, lines: Vec::new(), row: StoredRow::default() }
    }

    fn object(&mut self, number: u64, text: &str, sink: &mut dyn RowSink) -> Result<()> {
        self.values.fill(None);
        self.lines.clear();
        let mut stray = Vec::new();
        let mut parser = serde_json::Deserializer::from_str(text);
        let bill = Keys { flat: self, stray: &mut stray };
        let parsed = parser.deserialize_map(bill).and_then(|()| parser.end());
        for name in stray {
            sink.stray(&name);
        }
        match parsed {
            Ok(()) => self.rows(number, sink),
            Err(error) => {
                // The place is that of the row; the parser knows only its text.
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default().to_owned();
                self.broken(number, text, Broken::Json(what), sink)
            }
        }
    }

    /// One row, or one a fee line.
    fn rows(&mut self, number: u64, sink: &mut dyn RowSink) -> Result<()> {
        let no_lines = vec![Vec::new()];
        let lines = if self.lines.is_empty() { &no_lines } else { &self.lines };
        for line in lines {
            self.row.clear(number);
            self.row.whole = !self.lines.is_empty();
            for (column, value) in self.values.iter().enumerate() {
                let own = line.iter().find(|(at, _)| *at == column).map(|(_, value)| value);
                self.row.push(own.or(value.as_ref()).map_or("", String::as_str));
            }
            sink.row(&self.row.row())?;
        }
        Ok(())
    }

    fn broken(&self, number: u64, text: &str, why: Broken, sink: &mut dyn RowSink) -> Result<()> {
        let shown: String = text.trim().chars().take(200).collect();
        let cells = [(0, place(shown.len()))];
        sink.broken(&Row { number, text: &shown, cells: &cells, whole: true }, why)
    }
}

/// The keys of a bill.
struct Keys<'a> {
    flat: &'a mut Flat,
    stray: &'a mut Vec<String>,
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bill as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<(), A::Error> {
        while let Some(key) = keys.next_key::<String>()? {
            if key == "lines" || key == "明细" {
                keys.next_value_seed(LineList { flat: self.flat, stray: self.stray })?;
                continue;
            }
            match (self.flat.layout.find)(&key, false) {
                Some(column) => {
                    self.flat.values[column] = Some(plain(&keys.next_value::<Box<RawValue>>()?));
                }
                None => {
                    keys.next_value::<IgnoredAny>()?;
                    self.stray.push(key);
                }
            }
        }
        Ok(())
    }
}

struct LineList<'a> {
    flat: &'a mut Flat,
    stray: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for LineList<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for LineList<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fee lines as an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<(), A::Error> {
        while let Some(line) =
            lines.next_element::<std::collections::BTreeMap<String, Box<RawValue>>>()?
        {
            let mut cells = Vec::with_capacity(line.len());
            for (key, value) in line {
                match (self.flat.layout.find)(&key, true) {
                    Some(column) => cells.push((column, plain(&value))),
                    None => self.stray.push(key),
                }
            }
            self.flat.lines.push(cells);
        }
        Ok(())
    }
}

/// A value as the text it would be in CSV.
fn plain(value: &RawValue) -> String {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).unwrap_or_default(),
        Some(b'n') => String::new(),
        Some(b'[') => {
            let parts: Vec<Box<RawValue>> = serde_json::from_str(raw).unwrap_or_default();
            parts.iter().map(|part| plain(part)).collect::<Vec<_>>().join(";")
        }
        _ => raw.to_owned(),
    }
}

/// Appends an object. Amounts are strings: a number would be read as binary floating point by many.
pub(super) fn write_object<'a>(
    out: &mut Vec<u8>,
    fields: &[Field],
    cells: impl Iterator<Item = Cell<'a>>,
) {
    let mut before = b'{';
    for (field, cell) in fields.iter().zip(cells) {
        if cell == Cell::Empty {
            continue;
        }
        out.push(before);
        before = b',';
        write_string(out, &field.name);
        out.push(b':');
        match cell {
            Cell::Whole(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Cell::Flag(flag) => out.extend_from_slice(if flag { b"true" } else { b"false" }),
            Cell::Text(text) => write_string(out, text),
            cell => {
                out.push(b'"');
                cell.write(out);
                out.push(b'"');
            }
        }
    }
    if before == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(out, text);
    }
}
