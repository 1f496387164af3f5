//! The tables of a run: totals by whatever is kept apart, tenths of people, who gains and who loses, reasons, examples.

use crate::error::said;
use crate::table::{Columns, Money, Table};
use ::simulate::{Change, Claimed, Division, Paid, Segment, Totals, month_of};
use arrow_array::Int64Array;
use kernel::Refusal;
use pyo3::prelude::*;
use std::collections::BTreeMap;

/// What totals can be kept apart by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Month,
    Division(Division),
}

const NAMES: [(&str, By); 6] = [
    ("month", By::Month),
    ("status", By::Division(Division::Status)),
    ("plan", By::Division(Division::Plan)),
    ("age", By::Division(Division::Age)),
    ("level", By::Division(Division::Level)),
    ("area", By::Division(Division::Area)),
];

/// Reads names such as `month`, each once. `months`: months are among them.
pub(crate) fn by(py: Python<'_>, names: &[String], months: bool) -> PyResult<Vec<By>> {
    let known = NAMES.iter().filter(|(_, by)| months || *by != By::Month);
    let mut found = Vec::new();
    for name in names {
        let by = known.clone().find(|(known, _)| known == name).map(|(_, by)| *by);
        match by {
            Some(by) if !found.contains(&by) => found.push(by),
            _ => {
                let list = known.map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
                return Err(said(
                    py,
                    format!("by={name:?}：应为 {list}，每个最多一次"),
                    format!("by={name:?}: should be of {list}, each at most once"),
                ));
            }
        }
    }
    Ok(found)
}

fn name(by: By) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == by).map_or("", |(name, _)| name)
}

fn key(by: &[By], month: &str, segment: &Segment) -> Vec<String> {
    let part = |by: &By| match by {
        By::Month => month.to_string(),
        By::Division(division) => segment.get(*division).to_string(),
    };
    by.iter().map(part).collect()
}

fn keys(columns: &mut Columns, by: &[By], keys: &[&Vec<String>]) {
    for (index, by) in by.iter().enumerate() {
        columns.texts(name(*by), keys.iter().map(|key| key[index].as_str()));
    }
}

/// What stands behind the names of columns of one side.
pub(crate) fn suffix(side: usize, sides: usize) -> &'static str {
    match (sides, side) {
        (1, _) => "",
        (_, 0) => "_before",
        _ => "_after",
    }
}

fn column<T>(rows: &[T], of: impl Fn(&T) -> i64) -> Int64Array {
    rows.iter().map(of).collect::<Vec<i64>>().into()
}

/// Claims and payments by what is kept apart.
pub(crate) fn totals(py: Python<'_>, totals: &Totals, by: &[By], money: Money) -> PyResult<Table> {
    let sides = totals.paid.len();
    let mut groups: BTreeMap<Vec<String>, (Claimed, Vec<Paid>)> = BTreeMap::new();
    let width = totals.segments.len();
    for (index, month) in totals.months.iter().enumerate() {
        let month = month_of(*month).map_or(String::new(), |month| month.to_string());
        for (number, segment) in totals.segments.iter().enumerate() {
            let cell = index * width + number;
            let claimed = totals.claimed[cell];
            let paid: Vec<Paid> = totals.paid.iter().map(|paid| paid[cell]).collect();
            if claimed == Claimed::default() && paid.iter().all(|paid| *paid == Paid::default()) {
                continue;
            }
            let none = || (Claimed::default(), vec![Paid::default(); sides]);
            let sum = groups.entry(key(by, &month, segment)).or_insert_with(none);
            sum.0.claims += claimed.claims;
            sum.0.in_scope += claimed.in_scope;
            sum.0.outside += claimed.outside;
            for (sum, paid) in sum.1.iter_mut().zip(paid) {
                sum.deductible += paid.deductible;
                sum.funds.iter_mut().zip(paid.funds).for_each(|(sum, fen)| *sum += fen);
            }
        }
    }
    let rows: Vec<&(Claimed, Vec<Paid>)> = groups.values().collect();
    let mut columns = Columns::new(money);
    keys(&mut columns, by, &groups.keys().collect::<Vec<_>>());
    columns.counts("claims", rows.iter().map(|row| row.0.claims).collect());
    columns.money("in_scope", column(&rows, |row| row.0.in_scope));
    columns.money("outside", column(&rows, |row| row.0.outside));
    for side in 0..sides {
        let mut add = |name: &str, of: &dyn Fn(&Claimed, &Paid) -> i64| {
            let name = format!("{name}{}", suffix(side, sides));
            columns.money(&name, column(&rows, |row| of(&row.0, &row.1[side])));
        };
        add("deductible", &|_, paid| paid.deductible);
        add("pool", &|_, paid| paid.funds[0]);
        add("large_amount", &|_, paid| paid.funds[1]);
        add("subsidy", &|_, paid| paid.funds[2]);
        add("patient", &|of, paid| of.in_scope + of.outside - paid.fund_payment());
    }
    columns.table(py)
}

/// Tenths of people by in-scope spending of the year.
pub(crate) fn deciles(py: Python<'_>, totals: &Totals, money: Money) -> PyResult<Table> {
    let deciles = totals.people.deciles();
    let sides = totals.paid.len();
    let mut columns = Columns::new(money);
    columns.counts("decile", (1..).take(deciles.len()).collect());
    columns.counts("people", deciles.iter().map(|of| of.sums.people.cast_signed()).collect());
    columns.money("spend_below", column(&deciles, |of| of.upto));
    columns.money("in_scope", column(&deciles, |of| of.sums.in_scope));
    for side in 0..sides {
        let paid = |of: &::simulate::Decile| of.sums.paid.get(side).copied().unwrap_or(0);
        columns.money(&format!("paid{}", suffix(side, sides)), column(&deciles, paid));
    }
    columns.table(py)
}

/// Who gains and who loses from the first policy to the last.
pub(crate) fn winners(py: Python<'_>, totals: &Totals, by: &[By], money: Money) -> PyResult<Table> {
    let mut groups: BTreeMap<Vec<String>, Change> = BTreeMap::new();
    for (segment, change) in totals.segments.iter().zip(&totals.people.changes) {
        if change.people == 0 {
            continue;
        }
        let sum = groups.entry(key(by, "", segment)).or_default();
        sum.people += change.people;
        sum.winners += change.winners;
        sum.losers += change.losers;
        sum.gain += change.gain;
        sum.loss += change.loss;
    }
    let rows: Vec<&Change> = groups.values().collect();
    let count = |of: fn(&Change) -> u64| rows.iter().map(|row| of(row).cast_signed()).collect();
    let mut columns = Columns::new(money);
    keys(&mut columns, by, &groups.keys().collect::<Vec<_>>());
    columns.counts("people", count(|row| row.people));
    columns.counts("winners", count(|row| row.winners));
    columns.money("gain", column(&rows, |row| row.gain));
    columns.counts("losers", count(|row| row.losers));
    columns.money("loss", column(&rows, |row| row.loss));
    columns.table(py)
}

/// Who gains and who loses most.
pub(crate) fn examples(py: Python<'_>, totals: &Totals, money: Money) -> PyResult<Table> {
    let people = &totals.people;
    let rows: Vec<_> = people.most_gained.iter().chain(people.most_lost.iter().rev()).collect();
    let mut columns = Columns::new(money);
    columns.texts("person", rows.iter().map(|row| row.person.as_str()));
    columns.money("difference", column(&rows, |row| row.difference));
    columns.table(py)
}

/// How what is left to people over the year is spread, by policy.
pub(crate) fn burden(
    py: Python<'_>,
    totals: &Totals,
    names: &[String],
    money: Money,
) -> PyResult<Table> {
    const THOUSANDTHS: [(&str, u64); 6] =
        [("p10", 100), ("p25", 250), ("p50", 500), ("p75", 750), ("p90", 900), ("p99", 990)];
    let rows = &totals.people.own;
    let mut columns = Columns::new(money);
    columns.texts("policy", (0..rows.len()).map(|side| names.get(side).map_or("", |name| name)));
    columns.counts("people", rows.iter().map(|own| own.all().people.cast_signed()).collect());
    columns.money("patient", column(rows, |own| own.all().amount));
    for (name, thousandths) in THOUSANDTHS {
        columns.money(name, column(rows, |own| own.quantile(thousandths).unwrap_or(0)));
    }
    let gini = |of: fn(&::simulate::spread::Gini) -> i64| {
        rows.iter().map(move |own| own.gini().map(|gini| of(&gini))).collect::<Int64Array>()
    };
    columns.shares("gini", &gini(|gini| gini.ten_thousandths));
    columns.shares("gini_error", &gini(|gini| gini.error));
    columns.table(py)
}

/// Control totals by policy.
pub(crate) fn control(py: Python<'_>, totals: &Totals, names: &[String]) -> PyResult<Table> {
    let rows = &totals.control;
    let mut columns = Columns::new(Money::Decimal);
    columns.texts("policy", (0..rows.len()).map(|side| names.get(side).map_or("", |name| name)));
    columns.counts("paid_claims", rows.iter().map(|row| row.paid_claims).collect());
    columns.counts("check", rows.iter().map(|row| row.check).collect());
    columns.counts(
        "general_people",
        rows.iter().map(|row| row.general_people.cast_signed()).collect(),
    );
    columns.counts(
        "not_settled",
        rows.iter().map(|row| row.refused.values().sum::<u64>().cast_signed()).collect(),
    );
    columns.table(py)
}

/// Why claims were not settled at all, by policy.
pub(crate) fn refused(py: Python<'_>, totals: &Totals, names: &[String]) -> PyResult<Table> {
    let (mut policies, mut codes, mut words, mut counts) = (vec![], vec![], vec![], vec![]);
    for (side, control) in totals.control.iter().enumerate() {
        for (number, count) in &control.refused {
            let reason = Refusal::ALL.iter().find(|reason| reason.number() == *number);
            policies.push(names.get(side).map_or("", |name| name));
            codes.push(reason.map_or("", |reason| reason.code()));
            words.push(reason.map_or("", |reason| reason.zh()));
            counts.push(count.cast_signed());
        }
    }
    let mut columns = Columns::new(Money::Decimal);
    columns.texts("policy", policies);
    columns.texts("reason", codes);
    columns.texts("reason_zh", words);
    columns.counts("claims", counts);
    columns.table(py)
}
