//! Results as tables: for a terminal and for files.

use super::few::{self, month_name};
use crate::formats::{Cell, Field, Format, Kind, Output};
use crate::lang::Lang;
use ::simulate::{Claimed, Division, Hidden, Paid, Segment, Side, Totals};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A value of a table.
pub(super) enum Value {
    Empty,
    Text(String),
    Money(i64),
    Whole(i64),
    /// Of few people; a file has nothing here.
    Hidden,
}

/// A table.
pub(super) struct Sheet {
    pub(super) fields: Vec<Field>,
    pub(super) rows: Vec<Vec<Value>>,
}

impl Sheet {
    pub(super) fn new<'n>(names: impl IntoIterator<Item = (&'n str, Kind)>) -> Sheet {
        let field = |(name, kind): (&str, Kind)| Field { name: name.to_string(), kind };
        Sheet { fields: names.into_iter().map(field).collect(), rows: Vec::new() }
    }

    pub(super) fn write<W: Write + Send>(&self, out: W, format: Format) -> Result<()> {
        let mut output = Output::new(out, format, &self.fields)?;
        for row in &self.rows {
            output.row(row.iter().map(|value| match value {
                Value::Empty => Cell::Empty,
                Value::Text(text) => Cell::Text(text),
                Value::Money(fen) => Cell::Money(Fen::new(*fen)),
                Value::Whole(number) => Cell::Whole(*number),
                Value::Hidden if format == Format::Table => Cell::Text(Segment::ANY),
                Value::Hidden => Cell::Empty,
            }))?;
        }
        output.finish()
    }
}

/// Writes the tables that files were named for.
pub(super) fn files(
    totals: &Totals,
    hidden: Option<&Hidden>,
    sides: &[Side],
    out: Option<&Path>,
    people: Option<&Path>,
    lang: Lang,
) -> Result<()> {
    if let Some(path) = out {
        write(path, &finest(totals, hidden, sides), lang)?;
    }
    if let Some(path) = people {
        write(path, &people_of(totals, hidden), lang)?;
    }
    Ok(())
}

pub(super) fn write(path: &Path, sheet: &Sheet, lang: Lang) -> Result<()> {
    let Some(format) = Format::of_name(path) else {
        let (zh, en) = (
            "扩展名应为 csv、xlsx、parquet、json 或 jsonl",
            "the extension should be csv, xlsx, parquet, json or jsonl",
        );
        bail!("{}: {}", path.display(), lang.pick(zh, en));
    };
    let file = File::create(path).with_context(|| path.display().to_string())?;
    sheet.write(BufWriter::new(file), format)
}

/// Column names of one side: `_before` and `_after` where there are two.
pub(super) fn suffix(side: usize, sides: usize) -> &'static str {
    match (sides, side) {
        (1, _) => "",
        (_, 0) => "_before",
        _ => "_after",
    }
}

/// One row for each month and segment that has claims; for each segment, if few people have them in some month.
fn finest(totals: &Totals, hidden: Option<&Hidden>, sides: &[Side]) -> Sheet {
    let mut names: Vec<(String, Kind)> =
        ["month", "status", "plan", "age", "level", "area", "claims"]
            .map(|name| (name.to_string(), Kind::Text))
            .into();
    names.extend(["in_scope", "outside"].map(|name| (name.to_string(), Kind::Money)));
    for side in 0..sides.len() {
        for name in ["deductible", "pool", "large_amount", "subsidy", "patient"] {
            names.push((format!("{name}{}", suffix(side, sides.len())), Kind::Money));
        }
    }
    let mut sheet = Sheet::new(names.iter().map(|(name, kind)| (name.as_str(), *kind)));
    let width = totals.segments.len();
    let months = totals.months.iter().copied().enumerate();
    let mut add = |month: String, segment: usize, cells: &[usize]| {
        let (claimed, paid) = sums(totals, cells.iter().copied());
        if claimed == Claimed::default() && paid.iter().all(|paid| *paid == Paid::default()) {
            return;
        }
        let named = &totals.segments[segment];
        let mut row = vec![Value::Text(month)];
        row.extend(Division::ALL.map(|division| Value::Text(named.get(division).to_string())));
        row.push(Value::Text(claimed.claims.to_string()));
        row.extend([claimed.in_scope, claimed.outside].map(Value::Money));
        for paid in paid {
            let [pool, large, subsidy] = paid.funds;
            let patient = claimed.in_scope + claimed.outside - paid.fund_payment();
            row.extend([paid.deductible, pool, large, subsidy, patient].map(Value::Money));
        }
        sheet.rows.push(row);
    };
    if hidden.is_some_and(|hidden| hidden.crossed) {
        for segment in 0..width {
            let cells: Vec<usize> =
                (0..totals.months.len()).map(|month| month * width + segment).collect();
            add(Segment::ANY.to_string(), segment, &cells);
        }
        return sheet;
    }
    for (index, month) in months {
        let month = month_name(hidden, month);
        for segment in 0..width {
            add(month.clone(), segment, &[index * width + segment]);
        }
    }
    sheet
}

/// Sums of some cells of the totals: claims, and what each side pays.
pub(super) fn sums(totals: &Totals, cells: impl Iterator<Item = usize>) -> (Claimed, Vec<Paid>) {
    let (mut claimed, mut paid) = (Claimed::default(), vec![Paid::default(); totals.paid.len()]);
    for cell in cells {
        claimed.claims += totals.claimed[cell].claims;
        claimed.in_scope += totals.claimed[cell].in_scope;
        claimed.outside += totals.claimed[cell].outside;
        for (sum, part) in paid.iter_mut().zip(&totals.paid) {
            sum.deductible += part[cell].deductible;
            for (sum, amount) in sum.funds.iter_mut().zip(part[cell].funds) {
                *sum += amount;
            }
        }
    }
    (claimed, paid)
}

/// Deciles, then changes by segment.
fn people_of(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let changes = !hidden.is_some_and(|hidden| hidden.changes);
    let mut sheet = Sheet::new([
        ("table", Kind::Text),
        ("of", Kind::Text),
        ("people", Kind::Text),
        ("in_scope", Kind::Money),
        ("paid_before", Kind::Money),
        ("paid_after", Kind::Money),
        ("winners", Kind::Text),
        ("gain", Kind::Money),
        ("losers", Kind::Text),
        ("loss", Kind::Money),
    ]);
    let text = |text: String| Value::Text(text);
    for (index, decile) in totals.people.deciles().iter().enumerate() {
        let sums = &decile.sums;
        let paid = |side: Option<&i64>| Value::Money(side.copied().unwrap_or(0));
        sheet.rows.push(vec![
            text("decile".into()),
            text((index + 1).to_string()),
            text(sums.people.to_string()),
            Value::Money(sums.in_scope),
            paid(sums.paid.first()),
            paid(sums.paid.last()),
            text(String::new()),
            Value::Money(0),
            text(String::new()),
            Value::Money(0),
        ]);
    }
    for (segment, change) in few::changes(totals, hidden) {
        if change.people == 0 {
            continue;
        }
        let of = Division::ALL.map(|division| segment.get(division)).join("/");
        sheet.rows.push(vec![
            text("change".into()),
            text(of),
            text(change.people.to_string()),
            Value::Money(0),
            Value::Money(0),
            Value::Money(0),
            if changes { text(change.winners.to_string()) } else { Value::Hidden },
            if changes { Value::Money(change.gain) } else { Value::Hidden },
            if changes { text(change.losers.to_string()) } else { Value::Hidden },
            if changes { Value::Money(change.loss) } else { Value::Hidden },
        ]);
    }
    sheet
}
