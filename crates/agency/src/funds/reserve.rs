//! 可支付月数 (广西第十一条): for how many months the pool can pay what it spends in a month on average.

use super::income::of_lines;
use super::{FundKind, Report, Side};
use kernel::payment::ReserveRules;
use std::sync::Arc;

/// The reserve of the pool at the end of a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reserve {
    /// 累计结余, fen.
    pub balance: i64,
    /// What the pool spent in the months counted, fen.
    pub spent: i64,
    /// Months counted: those of the window that are over and in which there are books.
    pub months: u16,
    /// 月均支出, fen, cut off.
    pub average: i64,
    /// 可支付月数 in tenths, cut off; `None`: nothing was spent.
    pub tenths: Option<i64>,
    /// Fewer months are short, by the policy; `None`: it does not say.
    pub threshold: Option<u16>,
    /// It is short.
    pub short: bool,
    /// The articles.
    pub articles: Arc<[Arc<str>]>,
    /// A value of theirs has no verified source.
    pub unverified: bool,
}

impl Reserve {
    pub(super) fn of(report: &Report) -> Reserve {
        let version = report.law.on(report.month.last_day());
        let rules = version.and_then(|version| version.policy.reserve);
        let window = rules.map_or(ReserveRules::WINDOW, |rules| rules.window);
        // A month that is not over has not spent what months spend.
        let is_over = report.month.last_day() < report.at.date();
        let last = if is_over { report.month } else { report.month.plus(-1) };
        let counted = report.months.range(last.plus(1 - i32::from(window))..=last);
        let months = u16::try_from(counted.clone().count()).unwrap_or(u16::MAX);
        let spending = |lines: std::collections::BTreeMap<super::Line, i64>| {
            let spent = lines.into_iter().filter(|(line, _)| line.side() == Side::Expense);
            spent.map(|(_, fen)| fen).sum::<i64>()
        };
        let spent: i64 = counted.map(|(_, sums)| spending(of_lines(sums, FundKind::Pool))).sum();
        let balance = report.balance(FundKind::Pool);
        let cited = version.zip(rules).map(|(version, rules)| version.words.cited(rules.cite));
        let tenths = |times: i64| {
            let of = i128::from(balance) * i128::from(months) * i128::from(times);
            (spent > 0).then(|| i64::try_from(of.div_euclid(i128::from(spent))).unwrap_or(i64::MAX))
        };
        let threshold = rules.map(|rules| rules.months);
        let left = i128::from(balance) * i128::from(months);
        let short =
            threshold.is_some_and(|threshold| left < i128::from(threshold) * i128::from(spent));
        Reserve {
            balance,
            spent,
            months,
            average: if months == 0 { 0 } else { spent / i64::from(months) },
            tenths: tenths(10),
            threshold,
            short: short && spent > 0,
            articles: cited.map_or_else(|| Arc::from([]), |cited| cited.articles.clone()),
            unverified: cited.is_some_and(|cited| cited.unverified),
        }
    }

    /// 可支付月数 as it is printed: `5.0`.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        self.tenths.map(|tenths| {
            let sign = if tenths < 0 { "-" } else { "" };
            let tenths = tenths.unsigned_abs();
            format!("{sign}{}.{}", tenths / 10, tenths % 10)
        })
    }
}
