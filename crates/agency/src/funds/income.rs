//! 收支表: what a fund took in and paid in a month and in the year so far, and what it has left.

use super::report::first_of_year;
use super::{Counted, FundKind, Line, MonthSums, Report, Side, counted};
use kernel::Fund;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Amounts of the month and of the calendar year up to its end, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Of {
    /// The month.
    pub month: i64,
    /// The year so far.
    pub year: i64,
}

/// A line of the statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineSum {
    /// Which line.
    pub line: Line,
    /// 其中: of this programme, by code; `None`: the whole line.
    pub programme: Option<Arc<str>>,
    /// How much.
    pub sum: Of,
}

/// The statement of a fund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Income {
    /// Whose.
    pub fund: FundKind,
    /// Lines that moved in the year, in order, those of programmes after their line.
    pub lines: Vec<LineSum>,
    /// 收入合计.
    pub income: Of,
    /// 支出合计.
    pub expense: Of,
    /// 本期结余: income less spending.
    pub surplus: Of,
    /// 建账结余.
    pub opening: Of,
    /// 期初结余: before the month, and before the year.
    pub before: Of,
    /// 累计结余 at the end of the month.
    pub balance: i64,
}

impl Income {
    pub(super) fn of(report: &Report, fund: FundKind) -> Income {
        let year = report.months.range(first_of_year(report.month)..=report.month);
        let mut lines: BTreeMap<(Line, Option<Arc<str>>), Of> = BTreeMap::new();
        let mut change = Of::default();
        for (month, sums) in year {
            let this = *month == report.month;
            let mut add = |key, fen: i64| {
                let sum: &mut Of = lines.entry(key).or_default();
                sum.year += fen;
                sum.month += if this { fen } else { 0 };
            };
            for (line, fen) in of_lines(sums, fund) {
                add((line, None), fen);
            }
            for (line, programme, fen) in of_programmes(sums, fund) {
                add((line, Some(programme)), fen);
            }
            let by = change_of(sums, fund);
            change.year += by;
            change.month += if this { by } else { 0 };
        }
        let side = |side: Side| {
            let of_side =
                lines.iter().filter(|((line, part), _)| part.is_none() && line.side() == side);
            of_side.fold(Of::default(), |all, (_, sum)| all.plus(*sum, 1))
        };
        let (opening, expense) = (side(Side::Opening), side(Side::Expense));
        let explained = opening.plus(side(Side::Income), 1).plus(expense, -1);
        let other = change.plus(explained, -1);
        if other != Of::default() {
            lines.insert((Line::Other, None), other);
        }
        let surplus = change.plus(opening, -1);
        let balance = report.balance(fund);
        Income {
            fund,
            income: surplus.plus(expense, 1),
            expense,
            surplus,
            opening,
            before: Of { month: balance - change.month, year: balance - change.year },
            balance,
            lines: lines
                .into_iter()
                .filter(|(_, sum)| *sum != Of::default())
                .map(|((line, programme), sum)| LineSum { line, programme, sum })
                .collect(),
        }
    }

    /// The sum of a line.
    #[must_use]
    pub fn line(&self, line: Line) -> Of {
        let found = self.lines.iter().find(|it| it.line == line && it.programme.is_none());
        found.map_or_else(Of::default, |found| found.sum)
    }
}

impl Of {
    fn plus(self, other: Of, times: i64) -> Of {
        Of { month: self.month + times * other.month, year: self.year + times * other.year }
    }
}

/// By how much the fund's balance changed in a month.
pub(super) fn change_of(sums: &MonthSums, fund: FundKind) -> i64 {
    -fund.heads().iter().map(|head| sums.of(*head)).sum::<i64>()
}

/// What the pairs of a month put into the lines of a fund.
pub(super) fn of_lines(sums: &MonthSums, fund: FundKind) -> BTreeMap<Line, i64> {
    let mut lines: BTreeMap<Line, i64> = BTreeMap::new();
    for (head, kind, fen) in sums.pairs() {
        let Counted::Lines(parts) = counted(head, kind) else { continue };
        for (_, line, sign) in parts.iter().filter(|(of, ..)| *of == fund) {
            *lines.entry(*line).or_default() += sign * fen;
        }
    }
    lines
}

/// What a fund paid by programme, under the line it belongs to.
fn of_programmes(sums: &MonthSums, fund: FundKind) -> Vec<(Line, Arc<str>, i64)> {
    let of = match fund {
        FundKind::Pool => Fund::Pool,
        FundKind::LargeAmount => Fund::LargeAmount,
        FundKind::Subsidy => Fund::Subsidy,
        FundKind::Accounts => return Vec::new(),
    };
    let line = |line: Line, paper: bool| {
        let all = sums.by_programme(of, paper).into_iter();
        all.filter(|(_, fen)| *fen != 0).map(move |(programme, fen)| (line, programme, fen))
    };
    line(Line::Benefits, false).chain(line(Line::Paper, true)).collect()
}
