//! What each candidate pays in each month: every candidate folded on its own, some at a time.

use super::super::grid::{Stop, stopped};
use super::super::input::Held;
use super::super::sheet::{Sheet, Value};
use crate::formats::Kind;
use crate::lang::Lang;
use crate::progress::Progress;
use ::simulate::{NoRows, Paid, Totals, month_of};
use kernel::Timeline;
use policy::Grid;

/// Candidates at a time: totals of a run are large.
const SOME: usize = 16;

/// One row a policy and month; policies are the one in force and all candidates.
pub(super) fn sheet(
    held: &Held,
    policies: &[&Timeline],
    grid: &Grid,
    threads: usize,
    lang: Lang,
) -> Result<Sheet, Stop> {
    let mut names: Vec<(&str, Kind)> = vec![("candidate", Kind::Whole)];
    names.extend(grid.axes.iter().map(|axis| (axis.name.as_str(), Kind::Text)));
    names.push(("month", Kind::Text));
    names.extend(
        ["pool", "large_amount", "subsidy", "patient", "deductible"]
            .map(|name| (name, Kind::Money)),
    );
    let mut sheet = Sheet::new(names);
    let buckets = 0..held.source.buckets();
    let total = buckets.len() * policies.len().div_ceil(SOME);
    let progress = Progress::begin(lang.pick("按月", "by month"), total as u64, 32);
    for (chunk, some) in policies.chunks(SOME).enumerate() {
        let done = |_| progress.moved(1);
        let result =
            ::simulate::run(&held.source, some, buckets.clone(), threads, |_| Ok(NoRows), done);
        let totals = result.map_err(|fault| stopped(&fault, lang))?.totals;
        for side in 0..some.len() {
            rows(chunk * SOME + side, side, &totals, grid, &mut sheet);
        }
    }
    Ok(sheet)
}

fn rows(policy: usize, side: usize, totals: &Totals, grid: &Grid, sheet: &mut Sheet) {
    let steps = policy.checked_sub(1).map(|number| grid.steps_of(number));
    let shown = |index: usize| {
        let step = steps.as_ref().and_then(|steps| steps.get(index));
        step.map_or(String::new(), |step| grid.axes[index].shown(*step))
    };
    let width = totals.segments.len();
    let months = totals.months.iter().copied().enumerate();
    for (block, month) in months {
        let (mut claimed, mut sum) = (0, Paid::default());
        for cell in block * width..(block + 1) * width {
            let paid = totals.paid[side][cell];
            claimed += totals.claimed[cell].in_scope + totals.claimed[cell].outside;
            sum.deductible += paid.deductible;
            for (sum, amount) in sum.funds.iter_mut().zip(paid.funds) {
                *sum += amount;
            }
        }
        let mut row = vec![Value::Whole(i64::try_from(policy).unwrap_or(i64::MAX))];
        row.extend((0..grid.axes.len()).map(|index| Value::Text(shown(index))));
        row.push(Value::Text(month_of(month).map_or(String::new(), |month| month.to_string())));
        let [pool, large, subsidy] = sum.funds;
        let patient = claimed - sum.fund_payment();
        row.extend([pool, large, subsidy, patient, sum.deductible].map(Value::Money));
        sheet.rows.push(row);
    }
}
