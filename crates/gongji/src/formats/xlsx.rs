//! Excel workbooks: the first sheet, row by row; written with constant memory.

use std::io::{Read, Seek, Write};

use anyhow::{Context, Result, anyhow, bail};
use calamine::{Data, DataRef, Reader, Xlsx};
use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format as Style, RowNum, Workbook, Worksheet,
};

use super::cell::{Cell, Field, Kind};
use super::input::{RowSink, StoredRow};
use crate::lang::Lang;

/// Reads all rows of the first sheet.
pub(super) fn read<R: Read + Seek>(input: R, sink: &mut dyn RowSink, lang: Lang) -> Result<()> {
    let unreadable = || lang.pick("不是 XLSX 文件，或者被截断", "not an XLSX file, or cut short");
    let mut book: Xlsx<R> = Xlsx::new(input).map_err(|_| anyhow!(unreadable()))?;
    let Some(sheet) = book.sheet_names().first().cloned() else {
        bail!("{}", lang.pick("没有工作表", "there is no sheet"));
    };
    let mut cells = book.worksheet_cells_reader(&sheet).with_context(unreadable)?;
    let mut rows = Rows { sink, columns: 0, row: StoredRow::default(), blank: true };
    while let Some(cell) = cells.next_cell().with_context(unreadable)? {
        let (row, column) = cell.get_position();
        rows.cell(u64::from(row) + 1, column as usize, &shown(cell.get_value()))?;
    }
    rows.finish()?;
    if rows.columns == 0 {
        bail!("{}", lang.pick("没有表头", "there is no header"));
    }
    Ok(())
}

/// Puts cells together to rows.
struct Rows<'a> {
    sink: &'a mut dyn RowSink,
    columns: usize,
    row: StoredRow,
    blank: bool,
}

impl Rows<'_> {
    fn cell(&mut self, number: u64, column: usize, text: &str) -> Result<()> {
        if self.row.number != number {
            self.finish()?;
            self.row.clear(number);
            self.blank = true;
        }
        // Cells beyond the header are notes in the margin.
        if self.columns > 0 && column >= self.columns {
            return Ok(());
        }
        while self.row.cells.len() < column {
            self.row.push("");
        }
        self.blank &= text.is_empty();
        self.row.push(text);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        if self.blank {
            return Ok(());
        }
        if self.columns == 0 {
            let row = self.row.row();
            let names: Vec<String> =
                (0..row.cells.len()).map(|at| row.cell(at).trim().to_owned()).collect();
            self.columns = names.len();
            return self.sink.header(&names, false);
        }
        while self.row.cells.len() < self.columns {
            self.row.push("");
        }
        self.sink.row(&self.row.row())
    }
}

/// The text that Excel shows, without its formatting.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, millis) = at.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second, millis) {
                (0, 0, 0, 0) => date,
                (_, _, _, 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
                _ => format!("{date} {hour:02}:{minute:02}:{second:02}.{millis:03}"),
            }
        }
        DataRef::Error(error) => Data::Error(error.clone()).to_string(),
    }
}

/// A number with the 15 significant digits that Excel keeps; a longer whole number is marked, for its
/// last digits are already lost.
fn decimal(number: f64) -> String {
    if number.abs() >= 1e15 {
        return format!("{number:.0}≈");
    }
    let digits = format!("{number:.14e}");
    let exact: f64 = digits.parse().unwrap_or(number);
    format!("{exact}")
}

/// Rows that one sheet holds, the header included.
const SHEET: RowNum = 1_048_576;

/// Writes a workbook; a table too long for one sheet goes on in the next.
pub(super) struct Book {
    book: Workbook,
    fields: Vec<Field>,
    row: RowNum,
    styles: Styles,
}

struct Styles {
    header: Style,
    money: Style,
    date: Style,
    moment: Style,
}

impl Book {
    pub(super) fn new(fields: &[Field]) -> Result<Book> {
        let styles = Styles {
            header: Style::new().set_bold(),
            money: Style::new().set_num_format("0.00"),
            date: Style::new().set_num_format("yyyy-mm-dd"),
            moment: Style::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        };
        // The same table gives the same bytes, whenever it is written.
        let made =
            DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        let mut workbook = Workbook::new();
        workbook.set_properties(&made);
        let mut book = Book { book: workbook, fields: fields.to_vec(), row: SHEET, styles };
        book.sheet()?;
        Ok(book)
    }

    /// The sheet that the next row goes to.
    fn sheet(&mut self) -> Result<()> {
        if self.row < SHEET {
            return Ok(());
        }
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        for (at, field) in (0..).zip(&self.fields) {
            let width = if field.kind == Kind::Text { 16 } else { 12 };
            sheet.set_column_width(at, width)?;
            sheet.write_string_with_format(0, at, &field.name, &self.styles.header)?;
        }
        self.row = 1;
        Ok(())
    }

    pub(super) fn row<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) -> Result<()> {
        self.sheet()?;
        let last = self.book.worksheets().len() - 1;
        let Book { book, row, styles, .. } = self;
        let sheet = book.worksheet_from_index(last)?;
        for (at, cell) in (0..).zip(cells) {
            write(sheet, *row, at, &cell, styles)?;
        }
        self.row += 1;
        Ok(())
    }

    pub(super) fn finish<W: Write + Send>(mut self, out: W) -> Result<()> {
        Ok(self.book.save_to_writer(out)?)
    }
}

fn write(
    sheet: &mut Worksheet,
    row: RowNum,
    at: ColNum,
    cell: &Cell<'_>,
    styles: &Styles,
) -> Result<()> {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) => sheet.write_string(row, at, *text)?,
        // Excel has no other numbers; two decimals of any amount that we settle survive.
        #[expect(clippy::cast_precision_loss, reason = "an amount has at most 15 digits")]
        Cell::Money(fen) => {
            sheet.write_number_with_format(row, at, fen.get() as f64 / 100.0, &styles.money)?
        }
        Cell::Date(day) => {
            let serial = day.days() + EPOCH;
            sheet.write_number_with_format(row, at, serial, &styles.date)?
        }
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a few thousand years")]
        Cell::Moment(moment) => {
            let serial = moment.0 as f64 / 86_400_000.0 + f64::from(EPOCH);
            sheet.write_number_with_format(row, at, serial, &styles.moment)?
        }
        #[expect(clippy::cast_precision_loss, reason = "counts and ages have few digits")]
        Cell::Whole(number) => sheet.write_number(row, at, *number as f64)?,
        Cell::Flag(flag) => sheet.write_string(row, at, if *flag { "yes" } else { "no" })?,
    };
    Ok(())
}

/// The serial number that Excel gives 1970-01-01.
const EPOCH: i32 = 25_569;
