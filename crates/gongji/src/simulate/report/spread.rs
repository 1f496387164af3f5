//! How things are spread over people.

use super::super::tables::{QUANTILES, share};
use super::{Room, Told};
use ::simulate::spread::{concentration, curve};
use ::simulate::{CHANGE_BANDS, Counted, OWN_BANDS, Spread};
use serde_json::{Value, json};

fn counted(bands: &[Counted]) -> Value {
    bands.iter().map(|band| json!([band.people, band.amount])).collect()
}

/// Who gains and loses how much.
pub(super) fn change_bands(told: &Told<'_>, _: Room) -> Value {
    if told.sides.len() < 2 {
        return Value::Null;
    }
    let people = &told.result.totals.people;
    json!({
        "bounds": CHANGE_BANDS,
        "gained": counted(&people.gained),
        "lost": counted(&people.lost),
    })
}

/// Tenths of people by spending.
pub(super) fn deciles(told: &Told<'_>, _: Room) -> Value {
    let of = |decile: &::simulate::Decile| {
        let sums = &decile.sums;
        let own: Vec<i64> = (0..told.sides.len()).map(|side| sums.own(side)).collect();
        let burden: Vec<i64> = own.iter().map(|own| share(*own, sums.spent())).collect();
        json!({
            "people": sums.people,
            "upto": decile.upto,
            "in_scope": sums.in_scope,
            "outside": sums.outside,
            "paid": sums.paid,
            "own": own,
            "burden": burden,
        })
    };
    told.result.totals.people.deciles().iter().map(of).collect()
}

/// What is left to people: bands and quantiles.
pub(super) fn own(told: &Told<'_>, _: Room) -> Value {
    let people = &told.result.totals.people;
    let quantiles = |spread: &Spread| {
        QUANTILES.map(|thousandths| spread.quantile(thousandths).unwrap_or(0)).to_vec()
    };
    json!({
        "bounds": OWN_BANDS,
        "bands": people.own_bands.iter().map(|bands| counted(bands)).collect::<Vec<_>>(),
        "quantiles": QUANTILES,
        "own": people.own.iter().map(quantiles).collect::<Vec<_>>(),
        "paid": people.received.iter().map(quantiles).collect::<Vec<_>>(),
    })
}

/// Curves by side: what is left to people, what they are paid, and what they are paid in order of spending.
pub(super) fn lorenz(told: &Told<'_>, _: Room) -> Value {
    let people = &told.result.totals.people;
    let drawn = |groups: Vec<Counted>, gini: Option<i64>, error: Option<i64>| {
        let points = counted(&curve(groups.into_iter(), 100));
        json!({ "points": points, "gini": gini, "error": error })
    };
    let spread = |spread: &Spread| {
        let gini = spread.gini();
        let error = gini.map(|gini| gini.error);
        drawn(spread.groups().collect(), gini.map(|gini| gini.ten_thousandths), error)
    };
    let by_spending = |side: usize| {
        let groups: Vec<Counted> = people.paid_by_spending(side).collect();
        let index = concentration(groups.iter().copied());
        drawn(groups, index, None)
    };
    json!({
        "own": people.own.iter().map(spread).collect::<Vec<_>>(),
        "paid": people.received.iter().map(spread).collect::<Vec<_>>(),
        "spending": (0..told.sides.len()).map(by_spending).collect::<Vec<_>>(),
    })
}
