//! Every distribution as a table of its own, for files: exact sums in full, nothing rounded.

use super::few;
use super::sheet::{Sheet, Value, suffix};
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use ::simulate::spread::{concentration, curve};
use ::simulate::{
    AboveLimit, CHANGE_BANDS, Counted, Directory, Division, Hidden, Institution, OWN_BANDS,
    Segment, Spread, Totals,
};
use anyhow::{Context as _, Result, bail};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Tables to be written.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct TablesArgs {
    /// 各张分布表的文件夹：个人负担、洛伦兹曲线、封顶、十等分、增减、机构等，一张一个文件 / folder for the distributions, one file a table
    #[arg(long, value_name = "DIR")]
    tables: Option<PathBuf>,
    /// 分布表的格式 / format of these tables
    #[arg(long, value_name = "FORMAT", default_value = "csv", requires = "tables")]
    tables_format: Format,
}

/// A table and the name of its file.
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) sheet: Sheet,
}

impl TablesArgs {
    /// Writes the tables, if a folder was named for them.
    pub(super) fn write(
        &self,
        totals: &Totals,
        hidden: Option<&Hidden>,
        named: &Directory,
        lang: Lang,
    ) -> Result<()> {
        let Some(folder) = &self.tables else { return Ok(()) };
        let ending = match self.tables_format {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Xlsx => "xlsx",
            Format::Parquet => "parquet",
            Format::Table => bail!(
                "--tables-format: {}",
                lang.pick(
                    "文件用 csv、xlsx、parquet、json 或 jsonl",
                    "csv, xlsx, parquet, json or jsonl"
                )
            ),
        };
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        for table in all(totals, hidden, named) {
            write(
                &folder.join(format!("{}.{ending}", table.name)),
                &table.sheet,
                self.tables_format,
            )?;
        }
        Ok(())
    }
}

fn write(path: &Path, sheet: &Sheet, format: Format) -> Result<()> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    sheet.write(BufWriter::new(file), format)
}

/// All tables.
pub(super) fn all(totals: &Totals, hidden: Option<&Hidden>, named: &Directory) -> Vec<Named> {
    let mut tables = vec![
        Named { name: "quantiles", sheet: quantiles(totals) },
        Named { name: "own-bands", sheet: own_bands(totals, hidden) },
        Named { name: "lorenz", sheet: lorenz(totals) },
        Named { name: "gini", sheet: gini(totals, hidden) },
        Named { name: "deciles", sheet: deciles(totals, hidden) },
        Named { name: "above-limit", sheet: above_limit(totals, hidden) },
    ];
    if totals.paid.len() > 1 {
        tables.push(Named { name: "changes", sheet: changes(totals, hidden) });
        tables.push(Named { name: "change-bands", sheet: change_bands(totals, hidden) });
    }
    if !totals.institutions.is_empty() {
        tables.push(Named { name: "institutions", sheet: institutions(totals, named) });
    }
    tables
}

/// What stands in tables of quantiles, in thousandths of people.
pub(super) const QUANTILES: [u64; 9] = [10, 50, 100, 250, 500, 750, 900, 950, 990];

/// A sheet with some columns once, and others once for each side.
fn sheet(totals: &Totals, once: &[(&str, Kind)], each: &[(&str, Kind)]) -> Sheet {
    let sides = totals.paid.len();
    let mut names: Vec<(String, Kind)> =
        once.iter().map(|(name, kind)| ((*name).to_string(), *kind)).collect();
    for side in 0..sides {
        let end = suffix(side, sides);
        names.extend(each.iter().map(|(name, kind)| (format!("{name}{end}"), *kind)));
    }
    Sheet::new(names.iter().map(|(name, kind)| (name.as_str(), *kind)))
}

fn whole(number: u64) -> Value {
    Value::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}

fn quantiles(totals: &Totals) -> Sheet {
    let each = [("own", Kind::Money), ("paid", Kind::Money)];
    let mut sheet = sheet(totals, &[("thousandths_of_people", Kind::Whole)], &each);
    let people = &totals.people;
    for thousandths in QUANTILES {
        let mut row = vec![whole(thousandths)];
        for (own, received) in people.own.iter().zip(&people.received) {
            let of = |spread: &Spread| Value::Money(spread.quantile(thousandths).unwrap_or(0));
            row.extend([of(own), of(received)]);
        }
        sheet.rows.push(row);
    }
    sheet
}

/// Bounds of a band: what lies above the one and not above the other; the last has no end.
fn bounds(bands: &[i64], band: usize) -> [Value; 2] {
    let lower = band.checked_sub(1).and_then(|before| bands.get(before));
    let of = |bound: Option<&i64>| bound.map_or(Value::Empty, |bound| Value::Money(*bound));
    [of(lower), of(bands.get(band))]
}

fn own_bands(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let each = [("people", Kind::Whole), ("own", Kind::Money)];
    let mut sheet = sheet(totals, &[("above", Kind::Money), ("upto", Kind::Money)], &each);
    for band in 0..=OWN_BANDS.len() {
        let mut row: Vec<Value> = bounds(&OWN_BANDS, band).into();
        for (side, bands) in totals.people.own_bands.iter().enumerate() {
            let is_hidden = hidden.is_some_and(|hidden| {
                hidden.own_bands.get(side).is_some_and(|own| is_hidden(own, band))
            });
            row.extend(counted(bands.get(band), is_hidden));
        }
        sheet.rows.push(row);
    }
    sheet
}

fn is_hidden(bands: &[bool], band: usize) -> bool {
    bands.get(band).copied().unwrap_or(false)
}

fn counted(band: Option<&Counted>, is_hidden: bool) -> [Value; 2] {
    if is_hidden {
        return [Value::Hidden, Value::Hidden];
    }
    let Counted { people, amount } = band.copied().unwrap_or_default();
    [whole(people), Value::Money(amount)]
}

/// What is spread: people in order of the amount itself, or what the funds pay in order of spending.
const MEASURES: [&str; 3] = ["own", "paid", "paid-by-spending"];

fn measured(totals: &Totals, measure: usize, side: usize) -> Vec<Counted> {
    let people = &totals.people;
    let of = |spreads: &[Spread]| spreads.get(side).map(|s| s.groups().collect());
    match measure {
        0 => of(&people.own).unwrap_or_default(),
        1 => of(&people.received).unwrap_or_default(),
        _ => people.paid_by_spending(side).collect(),
    }
}

fn lorenz(totals: &Totals) -> Sheet {
    let mut sheet = Sheet::new([
        ("measure", Kind::Text),
        ("side", Kind::Text),
        ("people", Kind::Whole),
        ("amount", Kind::Money),
    ]);
    for (measure, name) in MEASURES.iter().enumerate() {
        for (side, sign) in (0..totals.paid.len()).zip(["A", "B"]) {
            for point in curve(measured(totals, measure, side).into_iter(), 100) {
                sheet.rows.push(vec![
                    Value::Text((*name).into()),
                    Value::Text(sign.into()),
                    whole(point.people),
                    Value::Money(point.amount),
                ]);
            }
        }
    }
    sheet
}

/// Coefficients in ten-thousandths, with what they may be too small by; where the order is another's, there is no bound.
fn gini(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let mut sheet = Sheet::new([
        ("measure", Kind::Text),
        ("side", Kind::Text),
        ("ten_thousandths", Kind::Whole),
        ("at_most_more", Kind::Whole),
    ]);
    let people = &totals.people;
    for (measure, name) in MEASURES.iter().enumerate() {
        for (side, sign) in (0..totals.paid.len()).zip(["A", "B"]) {
            let spreads = if measure == 0 { &people.own } else { &people.received };
            let own = spreads.get(side).and_then(Spread::gini).filter(|_| measure < 2);
            let found = concentration(measured(totals, measure, side).into_iter());
            let of = |number: Option<i64>| number.map_or(Value::Empty, Value::Whole);
            sheet.rows.push(vec![
                Value::Text((*name).into()),
                Value::Text(sign.into()),
                of(found),
                // Bins that were made wider have no such bound.
                if hidden.is_some() { Value::Hidden } else { of(own.map(|gini| gini.error)) },
            ]);
        }
    }
    sheet
}

fn deciles(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let once = [
        ("decile", Kind::Whole),
        ("people", Kind::Whole),
        ("spend_below", Kind::Money),
        ("in_scope", Kind::Money),
        ("outside", Kind::Money),
    ];
    let each =
        [("paid", Kind::Money), ("own", Kind::Money), ("own_share_ten_thousandths", Kind::Whole)];
    let mut sheet = sheet(totals, &once, &each);
    for (number, (decile, upto)) in (1..).zip(few::deciles(totals, hidden)) {
        let sums = &decile.sums;
        let mut row =
            vec![whole(number), whole(sums.people), upto.map_or(Value::Hidden, Value::Money)];
        row.extend([sums.in_scope, sums.outside].map(Value::Money));
        for side in 0..totals.paid.len() {
            let own = sums.own(side);
            row.extend([sums.spent() - own, own].map(Value::Money));
            row.push(Value::Whole(share(own, sums.spent())));
        }
        sheet.rows.push(row);
    }
    sheet
}

/// A part of a whole in ten-thousandths, rounded.
pub(super) fn share(part: i64, whole: i64) -> i64 {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let rounded = if whole == 0 { 0 } else { (part * 20_000 + whole).div_euclid(2 * whole) };
    i64::try_from(rounded).unwrap_or(0)
}

const SEGMENT: [(&str, Kind); 5] = [
    ("status", Kind::Text),
    ("plan", Kind::Text),
    ("age", Kind::Text),
    ("level", Kind::Text),
    ("area", Kind::Text),
];

/// The values of a segment.
fn named(segment: &Segment) -> Vec<Value> {
    Division::ALL.map(|division| Value::Text(segment.get(division).to_string())).into()
}

fn above_limit(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let is_hidden = hidden.is_some_and(|hidden| hidden.limits);
    let once = [&SEGMENT[..], &[("people", Kind::Whole)]].concat();
    let each = [("above_limit", Kind::Whole), ("claims_cut", Kind::Whole), ("cut", Kind::Money)];
    let mut sheet = sheet(totals, &once, &each);
    for (segment, all, above) in few::limits(totals, hidden) {
        if all == 0 {
            continue;
        }
        let mut row = named(segment);
        row.push(whole(all));
        for AboveLimit { people, claims, cut } in above {
            let values = [whole(people), whole(claims), Value::Money(cut)];
            row.extend(values.map(|value| if is_hidden { Value::Hidden } else { value }));
        }
        sheet.rows.push(row);
    }
    sheet
}

fn changes(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let is_hidden = hidden.is_some_and(|hidden| hidden.changes);
    let mut names = SEGMENT.to_vec();
    names.extend([("people", Kind::Whole), ("winners", Kind::Whole), ("gain", Kind::Money)]);
    names.extend([("losers", Kind::Whole), ("loss", Kind::Money)]);
    let mut sheet = Sheet::new(names);
    for (segment, change) in few::changes(totals, hidden) {
        if change.people == 0 {
            continue;
        }
        let mut row = named(segment);
        row.push(whole(change.people));
        let values = [whole(change.winners), Value::Money(change.gain)];
        let values = values.into_iter().chain([whole(change.losers), Value::Money(change.loss)]);
        row.extend(values.map(|value| if is_hidden { Value::Hidden } else { value }));
        sheet.rows.push(row);
    }
    sheet
}

fn change_bands(totals: &Totals, hidden: Option<&Hidden>) -> Sheet {
    let mut sheet = Sheet::new([
        ("above", Kind::Money),
        ("upto", Kind::Money),
        ("winners", Kind::Whole),
        ("gain", Kind::Money),
        ("losers", Kind::Whole),
        ("loss", Kind::Money),
    ]);
    let bands = totals.people.gained.iter().zip(&totals.people.lost).enumerate();
    for (band, (gained, lost)) in bands.skip(1) {
        let mut row: Vec<Value> = bounds(&CHANGE_BANDS, band).into();
        let is_hidden =
            |of: fn(&Hidden) -> &[bool]| hidden.is_some_and(|hidden| is_hidden(of(hidden), band));
        row.extend(counted(Some(gained), is_hidden(|hidden| &hidden.gained)));
        row.extend(counted(Some(lost), is_hidden(|hidden| &hidden.lost)));
        sheet.rows.push(row);
    }
    sheet
}

/// What an institution is called; one that has no name, by its number.
pub(super) fn called(place: &Institution, named: &Directory) -> String {
    match named.name(place.number) {
        _ if place.number == 0 => String::new(),
        _ if place.number == Hidden::INSTITUTIONS => {
            "〔人数少的机构，合并 institutions of few people〕".to_string()
        }
        Some(name) => name.to_string(),
        None => format!("#{:016x}", place.number),
    }
}

fn institutions(totals: &Totals, named: &Directory) -> Sheet {
    let once = [
        ("institution", Kind::Text),
        ("level", Kind::Text),
        ("claims", Kind::Whole),
        ("in_scope", Kind::Money),
        ("outside", Kind::Money),
    ];
    let mut sheet = sheet(totals, &once, &[("paid", Kind::Money)]);
    for place in &totals.institutions {
        let segment = totals.segments.get(place.segment as usize);
        let level = segment.map_or("", |segment| segment.get(Division::Level));
        let mut row = vec![
            Value::Text(called(place, named)),
            Value::Text(level.to_string()),
            Value::Whole(place.claims),
            Value::Money(place.in_scope),
            Value::Money(place.outside),
        ];
        row.extend(place.paid.iter().map(|paid| Value::Money(*paid)));
        sheet.rows.push(row);
    }
    sheet
}
