//! How things are spread over people.

use super::super::few;
use super::super::tables::{QUANTILES, share};
use super::{Room, Told};
use ::simulate::spread::{concentration, curve};
use ::simulate::{CHANGE_BANDS, Counted, OWN_BANDS, Spread};
use serde_json::{Value, json};

fn counted(bands: &[Counted]) -> Value {
    bands.iter().map(|band| json!([band.people, band.amount])).collect()
}

/// The same; `null` where a band is hidden.
fn told_of(bands: &[Counted], hidden: Option<&Vec<bool>>) -> Value {
    let is_hidden = |band| hidden.and_then(|hidden| hidden.get(band)).copied().unwrap_or(false);
    let of = |(band, counted): (usize, &Counted)| {
        if is_hidden(band) { Value::Null } else { json!([counted.people, counted.amount]) }
    };
    bands.iter().enumerate().map(of).collect()
}

/// Who gains and loses how much.
pub(super) fn change_bands(told: &Told<'_>, _: Room) -> Value {
    if told.sides.len() < 2 || told.hidden.is_some_and(|hidden| hidden.changes) {
        return Value::Null;
    }
    let people = &told.result.totals.people;
    json!({
        "bounds": CHANGE_BANDS,
        "gained": told_of(&people.gained, told.hidden.map(|hidden| &hidden.gained)),
        "lost": told_of(&people.lost, told.hidden.map(|hidden| &hidden.lost)),
    })
}

/// Tenths of people by spending.
pub(super) fn deciles(told: &Told<'_>, _: Room) -> Value {
    let of = |(decile, upto): (::simulate::Decile, Option<i64>)| {
        let sums = &decile.sums;
        let own: Vec<i64> = (0..told.sides.len()).map(|side| sums.own(side)).collect();
        let burden: Vec<i64> = own.iter().map(|own| share(*own, sums.spent())).collect();
        json!({
            "people": sums.people,
            "upto": upto,
            "in_scope": sums.in_scope,
            "outside": sums.outside,
            "paid": sums.paid,
            "own": own,
            "burden": burden,
        })
    };
    few::deciles(&told.result.totals, told.hidden).into_iter().map(of).collect()
}

/// What is left to people: bands and quantiles.
pub(super) fn own(told: &Told<'_>, _: Room) -> Value {
    let people = &told.result.totals.people;
    let quantiles = |spread: &Spread| {
        QUANTILES.map(|thousandths| spread.quantile(thousandths).unwrap_or(0)).to_vec()
    };
    let bands = |(side, bands): (usize, &Vec<Counted>)| {
        told_of(bands, told.hidden.and_then(|hidden| hidden.own_bands.get(side)))
    };
    // What the hidden bands have together.
    let together = |(side, bands): (usize, &Vec<Counted>)| {
        let hidden = told.hidden.and_then(|hidden| hidden.own_bands.get(side));
        let last = hidden.and_then(|hidden| hidden.iter().rposition(|hidden| *hidden));
        last.and_then(|last| bands.get(last)).map_or(0, |band| band.people)
    };
    json!({
        "bounds": OWN_BANDS,
        "hidden": people.own_bands.iter().enumerate().map(together).collect::<Vec<_>>(),
        "bands": people.own_bands.iter().enumerate().map(bands).collect::<Vec<_>>(),
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
        // Bins that were made wider have no such bound.
        let error = gini.map(|gini| gini.error).filter(|_| told.hidden.is_none());
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
