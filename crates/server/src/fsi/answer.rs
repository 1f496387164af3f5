//! Answering: strict. A node is written from its table: every field in its order, under the edition's spelling; what is
//! required is never null.
//!
//! A transaction hands over a function that gives the value of a field by its national name; the table decides which are
//! asked for. So one function serves every transaction that answers with a settlement, whatever its table asks.

use crate::fsi::edition::Edition;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::fields::{Direction, Field, Kind, Need, Sheet, Table};
use crate::fsi::identities::Sums;
use kernel::{Date, Moment};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The value of a field.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Cell<'v> {
    /// Nothing is known: null; `""` or zero where the field is required.
    #[default]
    Absent,
    /// Text.
    Text(Cow<'v, str>),
    /// Fen, written as yuan.
    Fen(i64),
    /// A ratio in ten-thousandths, written as 0 to 1.
    Ratio(i64),
    /// A quantity in ten-thousandths.
    Quantity(i64),
    /// A price in millionths of a yuan.
    Price(i64),
    /// An age or the like, in tenths.
    Tenths(i64),
    /// A whole number.
    Whole(i64),
    /// A day.
    Day(Date),
    /// A moment.
    Moment(Moment),
    /// True or false: `1` or `0` where the field is text.
    Flag(bool),
    /// JSON as it stands: a node within a row.
    Json(String),
}

impl<'v> Cell<'v> {
    /// A text; empty text is nothing.
    pub fn text(text: impl Into<Cow<'v, str>>) -> Cell<'v> {
        let text = text.into();
        if text.is_empty() { Cell::Absent } else { Cell::Text(text) }
    }

    /// A day, if there is one.
    #[must_use]
    pub fn day(day: Option<Date>) -> Cell<'v> {
        day.map_or(Cell::Absent, Cell::Day)
    }
}

/// What goes into `output`, as JSON; or a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// JSON.
    Json(String),
    /// Bytes that are answered as they are, without an envelope.
    File {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

/// An answer that is being written.
#[derive(Debug)]
pub struct Answer {
    sheet: &'static Sheet,
    edition: &'static Edition,
    at: Moment,
    out: String,
    bare: bool,
    sums: Sums,
}

impl Answer {
    /// An empty answer to a transaction in an edition; `at` is when it was decided.
    #[must_use]
    pub fn new(sheet: &'static Sheet, edition: &'static Edition, at: Moment) -> Answer {
        let out = String::with_capacity(2_048);
        Answer { sheet, edition, at, out, bare: false, sums: Sums::default() }
    }

    /// When it was decided.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.at
    }

    /// Writes a node with one row. `cell` gives the value of a field by its national name.
    pub fn row<'v>(&mut self, node: &str, cell: impl Fn(&str) -> Cell<'v>) {
        let Some(table) = self.sheet.table(Direction::Out, node) else { return };
        if table.node.is_empty() {
            for field in &table.fields {
                self.separate();
                write_field(
                    &mut self.out,
                    self.sheet.number,
                    self.edition,
                    field,
                    &cell(field.name),
                );
            }
            return;
        }
        self.begin(table.node);
        self.object(table, &cell);
    }

    /// Writes a node with rows, in their order. `cell` gives the value of a field of a row.
    pub fn rows<'v, T>(
        &mut self,
        node: &str,
        items: impl IntoIterator<Item = T>,
        cell: impl Fn(&T, &str) -> Cell<'v>,
    ) {
        let Some(table) = self.sheet.table(Direction::Out, node) else { return };
        if table.node.is_empty() {
            self.bare = true;
        } else {
            self.begin(table.node);
        }
        self.out.push('[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.out.push(',');
            }
            self.object(table, &|name: &str| cell(&item, name));
        }
        self.out.push(']');
    }

    /// The rows of a node within a row, as a value for [`Cell::Json`].
    pub fn nested<'v, T>(
        &self,
        node: &str,
        items: impl IntoIterator<Item = T>,
        cell: impl Fn(&T, &str) -> Cell<'v>,
    ) -> Cell<'static> {
        let Some(table) = self.sheet.table(Direction::Out, node) else { return Cell::Absent };
        let mut inner = Answer::new(self.sheet, self.edition, self.at);
        inner.out.push('[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                inner.out.push(',');
            }
            inner.object(table, &|name: &str| cell(&item, name));
        }
        inner.out.push(']');
        Cell::Json(inner.out)
    }

    /// Ends the answer.
    ///
    /// # Errors
    /// [`Wire::Identity`] if its amounts do not add up: it must not be sent.
    pub fn finish(self) -> Result<Output, Fault> {
        if let Err(broken) = self.sums.check() {
            tracing::error!(
                transaction = self.sheet.number,
                identity = broken,
                "an answer does not add up"
            );
            return Err(Fault::wire(Wire::Identity, broken));
        }
        Ok(Output::Json(if self.bare { self.out } else { format!("{{{}}}", self.out) }))
    }

    fn separate(&mut self) {
        if !self.out.is_empty() {
            self.out.push(',');
        }
    }

    fn begin(&mut self, node: &'static str) {
        self.separate();
        push_text(&mut self.out, &self.edition.spelled(self.sheet.number, node));
        self.out.push(':');
    }

    fn object<'v>(&mut self, table: &Table, cell: &impl Fn(&str) -> Cell<'v>) {
        self.sums.row(table.node);
        self.out.push('{');
        for (place, field) in table.fields.iter().enumerate() {
            if place > 0 {
                self.out.push(',');
            }
            let cell = cell(field.name);
            self.sums.take(field.name, &cell);
            write_field(&mut self.out, self.sheet.number, self.edition, field, &cell);
        }
        self.out.push('}');
    }
}

fn write_field(out: &mut String, number: &str, edition: &Edition, field: &Field, cell: &Cell<'_>) {
    push_text(out, &edition.spelled(number, field.name));
    out.push(':');
    write_cell(out, field, cell);
}

fn write_cell(out: &mut String, field: &Field, cell: &Cell<'_>) {
    let numeric = matches!(field.kind, Kind::Number(..));
    match cell {
        Cell::Absent if field.need == Need::Optional => out.push_str("null"),
        Cell::Absent => blank(out, field.kind),
        Cell::Json(json) => out.push_str(json),
        Cell::Flag(flag) if field.kind == Kind::Flag => {
            out.push_str(if *flag { "true" } else { "false" });
        }
        Cell::Text(text) if numeric && is_number(text) => out.push_str(text),
        Cell::Text(text) => push_text(out, text),
        other if numeric => push_plain(out, field, other),
        other => {
            out.push('"');
            push_plain(out, field, other);
            out.push('"');
        }
    }
}

/// What a required field says when nothing is known.
fn blank(out: &mut String, kind: Kind) {
    match kind {
        Kind::Number(_, 0) => out.push('0'),
        Kind::Number(..) => out.push_str("0.00"),
        Kind::Row => out.push_str("{}"),
        Kind::Rows | Kind::List => out.push_str("[]"),
        Kind::Flag => out.push_str("false"),
        Kind::Text(_) | Kind::Date | Kind::DateTime | Kind::Bytes => out.push_str("\"\""),
    }
}

fn push_plain(out: &mut String, field: &Field, cell: &Cell<'_>) {
    match cell {
        Cell::Fen(fen) => push_decimal(out, *fen, 2, 2),
        Cell::Ratio(ratio) => push_decimal(out, *ratio, 4, 2),
        Cell::Quantity(quantity) => push_decimal(out, *quantity, 4, 2),
        Cell::Price(price) => push_decimal(out, *price, 6, 2),
        Cell::Tenths(tenths) => push_decimal(out, *tenths, 1, 1),
        // Writing to a String does not fail.
        other => _ = push_word(out, field, other),
    }
}

fn push_word(out: &mut String, field: &Field, cell: &Cell<'_>) -> std::fmt::Result {
    match cell {
        Cell::Whole(number) => write!(out, "{number}"),
        Cell::Day(day) if field.kind == Kind::DateTime => write!(out, "{day} 00:00:00"),
        Cell::Day(day) => write!(out, "{day}"),
        Cell::Moment(moment) if field.kind == Kind::Date => write!(out, "{}", moment.date()),
        Cell::Moment(moment) => write!(out, "{moment}"),
        Cell::Flag(flag) => write!(out, "{}", u8::from(*flag)),
        _ => Ok(()),
    }
}

/// Writes an integer of the last of `decimals` decimals, without zeros beyond the first `least` decimals.
fn push_decimal(out: &mut String, value: i64, decimals: usize, least: usize) {
    // The most digits of an i64 and a zero before the point.
    let mut digits = [b'0'; 20];
    let mut rest = value.unsigned_abs();
    let mut from = digits.len();
    while rest > 0 || digits.len() - from <= decimals {
        from -= 1;
        digits[from] += u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    if value < 0 {
        out.push('-');
    }
    let point = digits.len() - decimals;
    let zeros = digits[point + least..].iter().rev().take_while(|digit| **digit == b'0').count();
    let mut push = |digits: &[u8]| out.extend(digits.iter().map(|digit| char::from(*digit)));
    push(&digits[from..point]);
    push(b".");
    push(&digits[point..20 - zeros]);
}

fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

/// Writes a JSON text.
pub(crate) fn push_text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fsi::{edition, fields};

    #[test]
    fn numbers_keep_their_decimals() {
        for (value, decimals, least, text) in [
            (1_230, 2, 2, "12.30"),
            (-5, 2, 2, "-0.05"),
            (500, 4, 2, "0.05"),
            (10_000, 4, 2, "1.00"),
            (4_520_000, 6, 2, "4.52"),
            (4_523_456, 6, 2, "4.523456"),
            (355, 1, 1, "35.5"),
            (i64::MIN, 2, 2, "-92233720368547758.08"),
            (i64::MAX, 6, 2, "9223372036854.775807"),
        ] {
            let mut out = String::new();
            push_decimal(&mut out, value, decimals, least);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn required_fields_are_never_null_and_stand_in_the_order_of_the_table() {
        let edition = edition::Edition::of("hunan").unwrap();
        let mut answer = Answer::new(fields::sheet("2208").unwrap(), edition, Moment::default());
        answer.row("setlinfo", |name| match name {
            "setl_id" => Cell::text("1"),
            _ => Cell::Absent,
        });
        let Output::Json(json) = answer.finish().unwrap() else { panic!("no JSON") };
        assert!(
            json.starts_with(
                "{\"setlinfo\":{\"mdtrt_id\":\"\",\"setl_id\":\"1\",\"clr_optins\":null"
            )
        );
        assert!(json.contains("\"pdn_cash_pay\":0.00"), "{json}");
    }
}
