//! Institutions whose payment changes most, on a terminal; all of them are in the tables and the report.

use super::sheet::{Sheet, Value};
use super::tables::called;
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use ::simulate::{Directory, Institution, Totals};
use anyhow::Result;
use std::cmp::Reverse;
use std::io::Write;

/// How many are printed.
const SHOWN: usize = 10;

/// Those whose payment changes most, then the largest; and all others.
pub(super) fn ranked(totals: &Totals, shown: usize) -> (Vec<&Institution>, Vec<&Institution>) {
    let shift = |place: &Institution| match place.paid[..] {
        [before, after] => (after - before).abs(),
        _ => 0,
    };
    let mut list: Vec<&Institution> = totals.institutions.iter().collect();
    list.sort_by_key(|place| {
        (Reverse(shift(place)), Reverse(place.in_scope + place.outside), place.number)
    });
    let rest = list.split_off(list.len().min(shown));
    (list, rest)
}

/// Prints them, if claims name institutions.
pub(super) fn print(
    totals: &Totals,
    named: &Directory,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    if totals.institutions.is_empty() {
        return Ok(());
    }
    let sides = totals.paid.len();
    let (list, rest) = ranked(totals, SHOWN);
    writeln!(
        out,
        "\n{}",
        lang.pick("机构（变化最大的在前，元）", "institutions (largest changes first, yuan)")
    )?;
    let mut names = vec![
        (lang.pick("机构", "institution"), Kind::Text),
        (lang.pick("单据", "claims"), Kind::Whole),
        (lang.pick("费用", "spending"), Kind::Money),
    ];
    let funds = [lang.pick("基金 A", "funds A"), lang.pick("基金 B", "funds B")];
    names.extend(funds.iter().take(sides).map(|name| (*name, Kind::Money)));
    if sides > 1 {
        names.push(("B − A", Kind::Money));
    }
    let mut sheet = Sheet::new(names);
    let mut row = |name: String, places: &[&Institution]| {
        let sum = |of: &dyn Fn(&Institution) -> i64| places.iter().map(|place| of(place)).sum();
        let paid: Vec<i64> = (0..sides)
            .map(|side| sum(&|place| place.paid.get(side).copied().unwrap_or(0)))
            .collect();
        let mut row = vec![
            Value::Text(name),
            Value::Whole(sum(&|place| place.claims)),
            Value::Money(sum(&|place| place.in_scope + place.outside)),
        ];
        row.extend(paid.iter().map(|amount| Value::Money(*amount)));
        if let [before, after] = paid[..] {
            row.push(Value::Money(after - before));
        }
        sheet.rows.push(row);
    };
    for place in list {
        let name = called(place, named);
        let name =
            if name.is_empty() { lang.pick("（未填）", "(not given)").into() } else { name };
        row(name, &[place]);
    }
    if !rest.is_empty() {
        let count = rest.len();
        row(lang.choose(|| format!("其余 {count} 家"), || format!("{count} others")), &rest);
    }
    let mut text = Vec::new();
    sheet.write(&mut text, Format::Table)?;
    Ok(out.write_all(&text)?)
}
