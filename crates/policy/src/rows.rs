//! Rows: conditions over dimensions and a value. Several tables of a programme share one set of axes; every cell of
//! the product must be answered by exactly one row of each table.

use crate::fault::Fault;
use crate::statement::Statement;
use crate::value::{Data, Value};
use kernel::facts::{Disease, Level};
use kernel::policy::{Axes, Axis, Vocabulary};
use kernel::{Channel, Circumstances, Dim, Place, Status, Venue};
use std::fmt::Write as _;

/// A set of raw values of one dimension.
pub type Raw = [bool; 256];

/// One row of a table.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Where it stands.
    pub statement: &'a Statement,
    /// The row as written.
    pub value: &'a Value,
    /// All of these must hold.
    pub conditions: Vec<(Dim, Box<Raw>)>,
    /// Holds where no other row does.
    pub otherwise: bool,
    /// All its conditions could be read.
    pub readable: bool,
}

impl Row<'_> {
    /// The cells in which it holds.
    pub fn cells(&self, axes: &Axes) -> impl Iterator<Item = usize> {
        (0..axes.cells).filter(|cell| self.holds(&sample(axes, *cell)))
    }

    /// True where all conditions hold.
    #[must_use]
    pub fn holds(&self, at: &Circumstances) -> bool {
        self.conditions.iter().all(|(dim, set)| set[usize::from(at.get(*dim))])
    }
}

/// Reads the rows of a statement.
pub fn read<'a>(
    statement: &'a Statement,
    vocabulary: &Vocabulary,
    faults: &mut Vec<Fault>,
) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for value in statement.value.items() {
        let mut conditions = Vec::new();
        let before = faults.len();
        for (name, entry) in value.entries() {
            let Some(dim) = Dim::from_code(name) else { continue };
            match condition(dim, entry, vocabulary) {
                Ok(set) => conditions.push((dim, set)),
                Err((problem, fix)) => {
                    faults.push(statement.fault(entry.line, format!("{name}: {problem}"), fix));
                }
            }
        }
        let otherwise = value.get("otherwise").and_then(Value::flag).unwrap_or(false);
        if otherwise && !conditions.is_empty() {
            let fix = "leave the conditions out, or leave `otherwise` out";
            faults.push(statement.fault(
                value.line,
                "a row with `otherwise` has conditions of its own",
                fix,
            ));
        }
        let readable = faults.len() == before;
        rows.push(Row { statement, value, conditions, otherwise, readable });
    }
    rows
}

/// The raw values a condition admits.
pub fn condition(
    dim: Dim,
    value: &Value,
    vocabulary: &Vocabulary,
) -> Result<Box<Raw>, (String, String)> {
    let mut set = Box::new([false; 256]);
    for item in value.items() {
        match dim {
            Dim::Age | Dim::Tenure | Dim::Visit => range(item, &mut set)?,
            Dim::Chosen | Dim::Contract => {
                let flag = item.flag().ok_or_else(|| wrong(item, "true | false"))?;
                set[usize::from(flag)] = true;
            }
            Dim::Level => {
                let level = item.whole().and_then(|number| usize::try_from(number).ok());
                let level = level.filter(|number| *number < Level::ALL.len());
                set[level.ok_or_else(|| wrong(item, "0, 1, 2 or 3"))?] = true;
            }
            _ => {
                let codes = codes(dim, vocabulary);
                let found =
                    item.text().and_then(|text| codes.iter().position(|code| *code == text));
                let found =
                    found.ok_or_else(|| wrong(item, &format!("one of {}", codes.join(", "))))?;
                set[found] = true;
            }
        }
    }
    Ok(set)
}

fn wrong(item: &Value, expected: &str) -> (String, String) {
    (format!("{} is not a value here", item.shown()), format!("expected {expected}"))
}

/// The codes of a dimension whose raw values are positions in a list.
#[must_use]
pub fn codes(dim: Dim, vocabulary: &Vocabulary) -> Vec<&str> {
    match dim {
        Dim::Status => Status::CODES.to_vec(),
        Dim::Plan => vocabulary.plans.iter().map(|term| &*term.code).collect(),
        Dim::Cohort => vocabulary.cohorts.iter().map(|term| &*term.code).collect(),
        Dim::Venue => Venue::CODES.to_vec(),
        Dim::Place => Place::CODES.to_vec(),
        Dim::Channel => Channel::CODES.to_vec(),
        Dim::Level => Level::CODES.to_vec(),
        Dim::Chosen | Dim::Contract => vec!["false", "true"],
        Dim::Disease => std::iter::once("none")
            .chain(vocabulary.diseases.iter().map(|term| &*term.code))
            .collect(),
        Dim::Age | Dim::Tenure | Dim::Visit => Vec::new(),
    }
}

/// The raw values a dimension can take in this region.
#[must_use]
pub fn domain(dim: Dim, vocabulary: &Vocabulary) -> std::ops::Range<usize> {
    match dim {
        Dim::Age | Dim::Tenure => 0..255,
        Dim::Visit => 1..255,
        // A region without plans or cohorts of its own has one unnamed value.
        Dim::Plan | Dim::Cohort => 0..codes(dim, vocabulary).len().max(1),
        _ => 0..codes(dim, vocabulary).len(),
    }
}

fn range(item: &Value, set: &mut Raw) -> Result<(), (String, String)> {
    let bad = || wrong(item, "a number or a range: 70, \"<70\", \">=70\", \"60..69\"");
    let (from, to) = match &item.data {
        Data::Whole(number) => (*number, *number),
        Data::Text(text) => {
            let number = |text: &str| text.trim().parse::<i64>().map_err(|_| bad());
            if let Some(rest) = text.strip_prefix(">=") {
                (number(rest)?, 254)
            } else if let Some(rest) = text.strip_prefix("<=") {
                (0, number(rest)?)
            } else if let Some(rest) = text.strip_prefix('<') {
                (0, number(rest)?.saturating_sub(1))
            } else if let Some(rest) = text.strip_prefix('>') {
                (number(rest)?.saturating_add(1), 254)
            } else {
                let (from, to) = text.split_once("..").ok_or_else(bad)?;
                (number(from)?, number(to)?)
            }
        }
        _ => return Err(bad()),
    };
    if from > to || !(0..=254).contains(&from) {
        return Err(bad());
    }
    for raw in from..=to.min(254) {
        set[usize::try_from(raw).unwrap_or(0)] = true;
    }
    Ok(())
}

/// Rows that each say what is done wherever they hold: there is no row for the rest.
pub(crate) fn refuse_otherwise(rows: &[Row<'_>], faults: &mut Vec<Fault>) {
    for row in rows.iter().filter(|row| row.otherwise) {
        let problem = "`otherwise` has no meaning here: every row that holds is applied";
        faults.push(row.statement.fault(
            row.value.line,
            problem,
            "leave it out, or state conditions",
        ));
    }
}

/// The axes on which all these rows can be looked up: for every dimension that some row speaks of, the classes of
/// raw values that no row tells apart.
#[must_use]
pub fn axes<'r>(
    rows: &(impl Iterator<Item = &'r Row<'r>> + Clone),
    also: &[Dim],
    vocabulary: &Vocabulary,
) -> Axes {
    let mut axes = Vec::new();
    let mut cells = 1usize;
    for dim in Dim::ALL.iter().copied() {
        let sets: Vec<&Raw> = rows
            .clone()
            .flat_map(|row| row.conditions.iter())
            .filter(|(of, _)| *of == dim)
            .map(|(_, set)| &**set)
            .collect();
        if sets.is_empty() && !also.contains(&dim) {
            continue;
        }
        let axis = axis(dim, &sets, vocabulary, cells);
        cells = cells.saturating_mul(axis.samples.len().max(1));
        axes.push(axis);
    }
    Axes { axes, cells }
}

fn axis(dim: Dim, sets: &[&Raw], vocabulary: &Vocabulary, stride: usize) -> Axis {
    let mut share = Box::new([Axis::INVALID; 256]);
    let mut classes: Vec<(Vec<bool>, Vec<u8>)> = Vec::new();
    for raw in domain(dim, vocabulary) {
        let signature: Vec<bool> = sets.iter().map(|set| set[raw]).collect();
        let class =
            classes.iter().position(|(known, _)| *known == signature).unwrap_or_else(|| {
                classes.push((signature, Vec::new()));
                classes.len() - 1
            });
        classes[class].1.push(u8::try_from(raw).unwrap_or(u8::MAX));
        share[raw] = u32::try_from(class * stride).unwrap_or(Axis::INVALID);
    }
    let steps = classes.iter().map(|(_, raws)| step_name(dim, raws, vocabulary).into()).collect();
    let samples = classes.iter().map(|(_, raws)| raws[0]).collect();
    Axis { dim, share, samples, steps }
}

/// A set of raw values as codes or ranges: `0/1/2`, `<=69`.
#[must_use]
pub fn step_name(dim: Dim, raws: &[u8], vocabulary: &Vocabulary) -> String {
    let codes = codes(dim, vocabulary);
    if !codes.is_empty() {
        let names: Vec<&str> =
            raws.iter().filter_map(|raw| codes.get(usize::from(*raw)).copied()).collect();
        return names.join("/");
    }
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for raw in raws {
        match runs.last_mut() {
            Some((_, to)) if *to + 1 == *raw => *to = *raw,
            _ => runs.push((*raw, *raw)),
        }
    }
    let lowest = u8::from(dim == Dim::Visit);
    let mut text = String::new();
    for (from, to) in runs {
        if !text.is_empty() {
            text.push('/');
        }
        let _ = match (from, to) {
            (from, 254) if from <= lowest => write!(text, "*"),
            (from, 254) => write!(text, ">={from}"),
            (from, to) if from == to => write!(text, "{from}"),
            (from, to) if from <= lowest => write!(text, "<={to}"),
            (from, to) => write!(text, "{from}..{to}"),
        };
    }
    text
}

/// Representative circumstances of a cell.
#[must_use]
pub fn sample(axes: &Axes, cell: usize) -> Circumstances {
    let mut at = Circumstances([0; Dim::COUNT]);
    at.set(Dim::Visit, 1);
    let mut rest = cell;
    for axis in &axes.axes {
        let steps = axis.samples.len().max(1);
        at.set(axis.dim, axis.samples.get(rest % steps).copied().unwrap_or(0));
        rest /= steps;
    }
    at
}

/// In words, the combination of a cell on the dimensions that some of `rows` speak of.
#[must_use]
pub fn combination(axes: &Axes, cell: usize, rows: &[Row<'_>]) -> String {
    let mut parts = Vec::new();
    let mut rest = cell;
    for axis in &axes.axes {
        let steps = axis.samples.len().max(1);
        let step = axis.steps.get(rest % steps).map_or("", |step| &**step);
        rest /= steps;
        if rows.iter().any(|row| row.conditions.iter().any(|(dim, _)| *dim == axis.dim)) {
            parts.push(format!("{}={step}", axis.dim.code()));
        }
    }
    if parts.is_empty() { "everybody".into() } else { parts.join(", ") }
}

/// For every cell the one row that holds; gaps and overlaps are faults, each combination once.
pub fn rows_by_cell(
    statement: &Statement,
    rows: &[Row<'_>],
    axes: &Axes,
    total: bool,
    faults: &mut Vec<Fault>,
) -> Vec<Option<usize>> {
    let mut chosen = Vec::with_capacity(axes.cells);
    let (mut gaps, mut overlaps): (Vec<String>, Vec<(usize, usize, String)>) =
        (Vec::new(), Vec::new());
    for cell in 0..axes.cells {
        let at = sample(axes, cell);
        let mut holding =
            (0..rows.len()).filter(|row| !rows[*row].otherwise && rows[*row].holds(&at));
        let first = holding.next();
        if let (Some(first), Some(second)) = (first, holding.next())
            && !overlaps.iter().any(|(a, b, _)| (*a, *b) == (first, second))
        {
            overlaps.push((first, second, combination(axes, cell, rows)));
        }
        let row = first.or_else(|| rows.iter().position(|row| row.otherwise));
        if row.is_none() && total {
            let combination = combination(axes, cell, rows);
            if !gaps.contains(&combination) {
                gaps.push(combination);
            }
        }
        chosen.push(row);
    }
    if rows.iter().any(|row| !row.readable) {
        return chosen;
    }
    for (first, second, combination) in overlaps {
        let (a, b) = (rows[first].value.line, rows[second].value.line);
        faults.push(statement.fault(
            b,
            format!("{}: two rows hold for {combination} (lines {a} and {b})", statement.path),
            "narrow one of them so that exactly one row holds",
        ));
    }
    if !gaps.is_empty() {
        let more =
            if gaps.len() > 3 { format!(" and {} more", gaps.len() - 3) } else { String::new() };
        let shown: Vec<&str> = gaps.iter().take(3).map(String::as_str).collect();
        faults.push(statement.fault(
            statement.value.line,
            format!("{}: no row holds for {}{more}", statement.path, shown.join("; ")),
            "add a row for it, or one with otherwise = true",
        ));
    }
    let twice = rows.iter().filter(|row| row.otherwise).nth(1);
    if let Some(row) = twice {
        faults.push(statement.fault(row.value.line, "a second row says `otherwise`", "leave one"));
    }
    chosen
}

/// A disease by its code.
#[must_use]
pub fn disease(code: &str, vocabulary: &Vocabulary) -> Option<Disease> {
    let found = vocabulary.diseases.iter().position(|term| &*term.code == code)?;
    u8::try_from(found + 1).ok().map(Disease)
}
