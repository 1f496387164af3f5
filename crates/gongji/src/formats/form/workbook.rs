//! A form as a workbook of one sheet, laid out as on paper.

use super::{Block, Form, Table, Value, stamps, under};
use anyhow::Result;
use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format as Style, FormatAlign, RowNum, Workbook, Worksheet,
};
use std::io::{Seek, Write};

/// Columns at the least, so that two pairs of a head stand side by side.
const NARROWEST: ColNum = 8;

struct Styles {
    title: Style,
    bold: Style,
    right: Style,
    money: Style,
    sum: Style,
}

/// Writes it.
///
/// # Errors
/// Of the writer.
pub(super) fn write<W: Write + Seek + Send>(form: &Form, out: W) -> Result<()> {
    let styles = Styles {
        title: Style::new().set_bold().set_font_size(16).set_align(FormatAlign::Center),
        bold: Style::new().set_bold(),
        right: Style::new().set_align(FormatAlign::Right),
        money: Style::new().set_num_format("#,##0.00"),
        sum: Style::new().set_bold().set_num_format("#,##0.00"),
    };
    // The same form gives the same bytes, whenever it is written.
    let made = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    let mut book = Workbook::new();
    book.set_properties(&made);
    let sheet = book.add_worksheet();
    let last = form.columns().max(NARROWEST) - 1;
    for column in 0..=last {
        sheet.set_column_width(column, 15)?;
    }
    if form.wide {
        sheet.set_landscape();
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.merge_range(0, 0, 0, last, &form.title, &styles.title)?;
    let mut row = 2;
    for part in &form.blocks {
        row = block(sheet, part, row, last, &styles)?;
    }
    Ok(book.save_to_writer(out)?)
}

impl Form {
    /// As many columns as the widest table has.
    fn columns(&self) -> ColNum {
        let widths = self.blocks.iter().map(|part| match part {
            Block::Table(table) => table.width(),
            _ => 0,
        });
        widths.max().and_then(|width| ColNum::try_from(width).ok()).unwrap_or(0)
    }
}

/// Writes a part; returns the next free row.
fn block(
    sheet: &mut Worksheet,
    part: &Block,
    mut row: RowNum,
    last: ColNum,
    styles: &Styles,
) -> Result<RowNum> {
    match part {
        Block::Head(pairs) => {
            for pair in pairs.chunks(2) {
                for (side, (label, value)) in [0, last / 2 + 1].into_iter().zip(pair) {
                    sheet.write_string_with_format(row, side, label, &styles.bold)?;
                    sheet.write_string(row, side + 1, value)?;
                }
                row += 1;
            }
            Ok(row + 1)
        }
        Block::Heading(words) => {
            sheet.write_string_with_format(row, 0, words, &styles.bold)?;
            Ok(row + 1)
        }
        Block::Words(words) => {
            sheet.write_string(row, 0, words)?;
            Ok(row + 1)
        }
        Block::Table(rows) => table(sheet, rows, row, last, styles),
        Block::Signs(sides) => {
            let places = (0..).step_by(usize::from(last / 2 + 1));
            for (column, side) in places.zip(sides) {
                let texts =
                    std::iter::once(side.as_str()).chain(under(stamps(side)).iter().copied());
                for (down, text) in (1..).zip(texts) {
                    sheet.write_string(row + down, column, text)?;
                }
            }
            Ok(row + 6)
        }
    }
}

/// A table without a header has its last column at the right edge.
fn table(
    sheet: &mut Worksheet,
    table: &Table,
    mut row: RowNum,
    last: ColNum,
    styles: &Styles,
) -> Result<RowNum> {
    if !table.columns.is_empty() {
        for (column, name) in (0..).zip(&table.columns) {
            sheet.write_string_with_format(row, column, name, &styles.bold)?;
        }
        row += 1;
    }
    for (cells, is_sum) in table.rows() {
        let end = cells.len().saturating_sub(1);
        for (place, cell) in (0..).zip(cells) {
            let at_edge = table.columns.is_empty() && usize::from(place) == end && end > 0;
            let column = if at_edge { last } else { place };
            value(sheet, (row, column), cell, is_sum, styles)?;
        }
        row += 1;
    }
    Ok(row + 1)
}

// Excel has no other numbers; two decimals of any amount that we settle survive.
#[expect(clippy::cast_precision_loss, reason = "an amount has at most 15 digits")]
fn value(
    sheet: &mut Worksheet,
    (row, column): (RowNum, ColNum),
    cell: &Value,
    is_sum: bool,
    styles: &Styles,
) -> Result<()> {
    match cell {
        Value::Words(words) if is_sum => {
            sheet.write_string_with_format(row, column, words, &styles.bold)?;
        }
        Value::Words(words) => {
            sheet.write_string(row, column, words)?;
        }
        Value::Number(number) => {
            sheet.write_string_with_format(row, column, number, &styles.right)?;
        }
        Value::Money(fen) => {
            let style = if is_sum { &styles.sum } else { &styles.money };
            sheet.write_number_with_format(row, column, *fen as f64 / 100.0, style)?;
        }
    }
    Ok(())
}
