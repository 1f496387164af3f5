//! A statement as a workbook of one sheet, laid out as on paper.

use super::html::in_words;
use super::paper::{COLUMNS, Form};
use anyhow::Result;
use kernel::Fen;
use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format as Style, FormatAlign, RowNum, Workbook, Worksheet,
};
use std::io::{Seek, Write};

/// The last column.
const LAST: ColNum = 7;

struct Styles {
    title: Style,
    header: Style,
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
        header: Style::new().set_bold(),
        money: Style::new().set_num_format("#,##0.00"),
        sum: Style::new().set_bold().set_num_format("#,##0.00"),
    };
    // The same statement gives the same bytes, whenever it is written.
    let made = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    let mut book = Workbook::new();
    book.set_properties(&made);
    let sheet = book.add_worksheet();
    sheet.set_name("结算单")?;
    for column in 0..=LAST {
        sheet.set_column_width(column, 15)?;
    }
    sheet.merge_range(0, 0, 0, LAST, form.title, &styles.title)?;
    let mut row = 2;
    for pair in form.head.chunks(2) {
        for (side, (label, value)) in [0, 4].into_iter().zip(pair) {
            sheet.write_string_with_format(row, side, *label, &styles.header)?;
            sheet.write_string(row, side + 1, value)?;
        }
        row += 1;
    }
    row = lines(sheet, form, row + 1, &styles)?;
    row = cuts(sheet, form, row, &styles)?;
    for (label, fen) in &form.sums {
        sheet.write_string(row, 0, label)?;
        money(sheet, row, LAST, *fen, &styles.money)?;
        row += 1;
    }
    let payable = format!("应拨付（大写）{}", in_words(form.payable));
    sheet.write_string_with_format(row, 0, payable, &styles.header)?;
    money(sheet, row, LAST, form.payable, &styles.sum)?;
    row += 2;
    for note in &form.notes {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    for (side, name) in [(0, "医疗保障经办机构（盖章）"), (4, "定点医药机构（盖章）")]
    {
        for (down, text) in (1..).zip([name, "经办人：", "负责人：", "日期：　　　年　　月　　日"])
        {
            sheet.write_string(row + down, side, text)?;
        }
    }
    Ok(book.save_to_writer(out)?)
}

/// The table of classes; returns the next free row.
fn lines(sheet: &mut Worksheet, form: &Form, mut row: RowNum, styles: &Styles) -> Result<RowNum> {
    if form.lines.is_empty() {
        return Ok(row);
    }
    for (column, name) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(row, column, name, &styles.header)?;
    }
    let last = form.lines.len();
    for (place, (name, line)) in (1..).zip(&form.lines) {
        row += 1;
        let style = if place == last { &styles.sum } else { &styles.money };
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, line.count.to_string())?;
        let amounts = [line.total, line.pool, line.large, line.subsidy, line.accounts, line.cash];
        for (column, fen) in (2..).zip(amounts) {
            money(sheet, row, column, fen, style)?;
        }
    }
    Ok(row + 2)
}

/// The deductions; returns the next free row.
fn cuts(sheet: &mut Worksheet, form: &Form, mut row: RowNum, styles: &Styles) -> Result<RowNum> {
    if form.cuts.is_empty() {
        return Ok(row);
    }
    for (column, name) in [(0, "扣款编号"), (1, "理由"), (4, "依据"), (LAST, "金额")] {
        sheet.write_string_with_format(row, column, name, &styles.header)?;
    }
    for (number, reason, article, fen) in &form.cuts {
        row += 1;
        for (column, text) in [(0, number), (1, reason), (4, article)] {
            sheet.write_string(row, column, text)?;
        }
        money(sheet, row, LAST, *fen, &styles.money)?;
    }
    Ok(row + 2)
}

// Excel has no other numbers; two decimals of any amount that we settle survive.
#[expect(clippy::cast_precision_loss, reason = "an amount has at most 15 digits")]
fn money(
    sheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    fen: i64,
    style: &Style,
) -> Result<()> {
    let yuan = Fen::new(fen).get() as f64 / 100.0;
    sheet.write_number_with_format(row, column, yuan, style)?;
    Ok(())
}
