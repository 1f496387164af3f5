//! The indicators of every month, worked out a second time: from what terminals were answered, and by plain SQL.

use super::agenda::months;
use super::play::Year;
use super::report::Check;
use super::sums::Sql;
use super::tally::Sum;
use agency::indicators::{By, Figures, gather};
use anyhow::{Result, anyhow};
use kernel::assessment::Measure;
use kernel::{Moment, Month};
use std::collections::BTreeMap;

impl Year<'_> {
    /// `gongji indicators` of the area, month by month, against the tally and SQL.
    pub(super) fn indicators(&self, sql: &Sql) -> Result<Check> {
        let office = self.house.office();
        let area = self.plan.area;
        let mut faults = Vec::new();
        for month in months(self.plan) {
            let found = gather(office.agency(), area, month, By::Area);
            let found = found.map_err(|why| anyhow!("{why}"))?;
            let found = found.rows.into_iter().next().map(|row| row.figures).unwrap_or_default();
            let own = self.figures(month, self.insured(sql, month)?);
            if found != own {
                faults.push(format!("{month}：系统 {found:?}，自计 {own:?}"));
            }
            for (measure, value) in measured(&own) {
                if found.measure(measure) != value {
                    let theirs = found.measure(measure);
                    faults
                        .push(format!("{month} {}：系统 {theirs:?}，自计 {value:?}", measure.zh()));
                }
            }
        }
        let check = Check::of(
            "各月指标与自计、SQL 相等",
            "the indicators of every month are as tallied and as SQL says",
            faults,
        );
        Ok(check.saying(format!("{} 个月", months(self.plan).count())))
    }

    /// What the month's figures must be.
    fn figures(&self, month: Month, insured: i64) -> Figures {
        let tally = &self.tally;
        let of_month = |sums: &BTreeMap<(usize, Month), Sum>| {
            let own = sums.iter().filter(|((_, of), _)| *of == month);
            own.fold(Sum::default(), |all, (_, sum)| all.with(sum))
        };
        let (settled, refunded) = (of_month(&tally.settlements), of_month(&tally.refunds));
        let amounts = settled.with(&refunded).amounts;
        let (mut visits, mut kinds, mut external) = (BTreeMap::<u32, i64>::new(), [0; 5], 0);
        for bill in &tally.bills {
            let [drugs, exams, other] = bill.kinds;
            let mut count = |sign: i64| {
                *visits.entry(bill.who).or_default() += sign;
                for (sum, fen) in kinds.iter_mut().zip([drugs, exams, 0, 0, other]) {
                    *sum += sign * fen;
                }
            };
            if bill.settled.at.date().month() == month {
                count(1);
                external += i64::from(bill.prescriber.is_some());
            }
            if bill.undone.is_some_and(|day| day.month() == month) {
                count(-1);
            }
        }
        let people = |least: i64| {
            i64::try_from(visits.values().filter(|count| **count >= least).count()).unwrap_or(0)
        };
        let [full_self_pay, over_ceiling, first_pay, in_scope] = amounts.parts;
        Figures {
            visits: settled.count - refunded.count,
            people: people(1),
            returning: people(2),
            total: amounts.total,
            funds: amounts.funds,
            corrected: tally.corrections.get(&month).copied().unwrap_or_default(),
            accounts: amounts.accounts,
            cash: amounts.cash,
            full_self_pay,
            over_ceiling,
            first_pay,
            in_scope,
            kinds,
            external,
            insured,
            deducted: tally.deducted_in.get(&month).copied().unwrap_or(0),
            cases: tally.cases_in.get(&month).copied().unwrap_or(0),
            ..Figures::default()
        }
    }

    /// Who is insured on the last day of a month, as known then.
    fn insured(&self, sql: &Sql, month: Month) -> Result<i64> {
        let (area, day) = (self.plan.area.0, month.last_day());
        let (known, day) = (Moment::start_of(day.next()).0, day.days());
        let rows = sql.rows(&format!(
            "SELECT CAST(count(DISTINCT subject) AS text) FROM fact WHERE area = {area} AND side = 0 \
             AND kind = 'entitlement' AND other <> 'not-insured' AND from_day <= {day} \
             AND to_day >= {day} AND learned_at < {known} AND (ended_at IS NULL OR ended_at >= {known})"
        ))?;
        let count = rows.first().and_then(|row| row.first());
        Ok(count.map_or(Ok(0), |text| text.parse())?)
    }
}

/// Some indicators, by their definitions: ten-thousandths, or fen; rounded half up.
fn measured(of: &Figures) -> [(Measure, Option<i64>); 5] {
    let ratio = |part: i64, whole: i64, unit: i64| {
        (whole > 0).then(|| (2 * part * unit + whole).div_euclid(2 * whole))
    };
    let funds: i64 = of.funds.iter().chain(&of.corrected).sum();
    [
        (Measure::VisitRate, ratio(of.visits, of.insured, 10_000)),
        (Measure::AverageCost, ratio(of.total, of.visits, 1)),
        (Measure::AverageFunds, ratio(funds, of.visits, 1)),
        (Measure::CashShare, ratio(of.cash, of.total, 10_000)),
        (Measure::DrugShare, ratio(of.kinds[0], of.total, 10_000)),
    ]
}
