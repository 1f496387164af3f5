//! A table on its way to a file or a terminal.

use std::io::Write;

use anyhow::Result;

use super::cell::{Cell, Field};
use super::terminal::Aligned;
use super::{Format, csv, json, parquet, xlsx};

/// Formats whose rows are made one by one, by any thread, as bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextFormat {
    /// With this delimiter.
    Csv(u8),
    /// Elements of an array; a comma stands before each.
    Json,
    /// One a line.
    Jsonl,
}

impl TextFormat {
    /// The text form of a format, if it has one.
    #[must_use]
    pub fn of(format: Format) -> Option<TextFormat> {
        match format {
            Format::Csv => Some(TextFormat::Csv(b',')),
            Format::Json => Some(TextFormat::Json),
            Format::Jsonl => Some(TextFormat::Jsonl),
            Format::Xlsx | Format::Parquet | Format::Table => None,
        }
    }

    /// Appends a row.
    #[inline]
    pub fn row<'a>(
        self,
        out: &mut Vec<u8>,
        fields: &[Field],
        cells: impl Iterator<Item = Cell<'a>>,
    ) {
        match self {
            TextFormat::Csv(delimiter) => {
                for cell in cells {
                    csv::write_cell(out, &cell, delimiter);
                    out.push(delimiter);
                }
                out.pop();
                out.push(b'\n');
            }
            TextFormat::Json => {
                out.extend_from_slice(b",\n");
                json::write_object(out, fields, cells);
            }
            TextFormat::Jsonl => {
                json::write_object(out, fields, cells);
                out.push(b'\n');
            }
        }
    }

    /// What stands before the rows.
    fn opening(self, fields: &[Field]) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            TextFormat::Csv(_) => {
                self.row(&mut out, fields, fields.iter().map(|field| Cell::Text(&field.name)));
            }
            TextFormat::Json => out.push(b'['),
            TextFormat::Jsonl => {}
        }
        out
    }
}

/// Writes a table in any format.
pub struct Output<W: Write + Send> {
    shape: Shape<W>,
    fields: Vec<Field>,
}

enum Shape<W: Write + Send> {
    Text { format: TextFormat, out: W, first: bool },
    Book { book: Box<xlsx::Book>, out: W },
    Parquet(Box<parquet::Table<W>>),
    Table(Aligned<W>),
}

impl<W: Write + Send> Output<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// Of the writer.
    pub fn new(mut out: W, format: Format, fields: &[Field]) -> Result<Output<W>> {
        let shape = match (TextFormat::of(format), format) {
            (Some(format), _) => {
                out.write_all(&format.opening(fields))?;
                Shape::Text { format, out, first: true }
            }
            (None, Format::Xlsx) => Shape::Book { book: Box::new(xlsx::Book::new(fields)?), out },
            (None, Format::Parquet) => Shape::Parquet(Box::new(parquet::Table::new(out, fields)?)),
            (None, _) => Shape::Table(Aligned::new(out, fields)),
        };
        Ok(Output { shape, fields: fields.to_vec() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Of the writer.
    pub fn row<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) -> Result<()> {
        match &mut self.shape {
            Shape::Text { format, .. } => {
                let mut line = Vec::with_capacity(256);
                format.row(&mut line, &self.fields, cells);
                self.text(&line)
            }
            Shape::Book { book, .. } => book.row(cells),
            Shape::Parquet(table) => table.row(cells),
            Shape::Table(table) => table.row(cells),
        }
    }

    /// Adds rows that [`TextFormat::row`] made.
    ///
    /// # Errors
    /// Of the writer.
    pub fn text(&mut self, rows: &[u8]) -> Result<()> {
        let Shape::Text { format, out, first } = &mut self.shape else { return Ok(()) };
        let comma = usize::from(*first && *format == TextFormat::Json && !rows.is_empty());
        *first &= rows.is_empty();
        Ok(out.write_all(&rows[comma..])?)
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Of the writer.
    pub fn finish(self) -> Result<()> {
        match self.shape {
            Shape::Text { format, mut out, .. } => {
                if format == TextFormat::Json {
                    out.write_all(b"\n]\n")?;
                }
                Ok(out.flush()?)
            }
            Shape::Book { book, out } => book.finish(out),
            Shape::Parquet(table) => table.finish(),
            Shape::Table(table) => Ok(table.finish()?.flush()?),
        }
    }
}
