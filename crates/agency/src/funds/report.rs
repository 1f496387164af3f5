//! What the reports of an area and month are made from.

use super::{FundKind, Income, MonthSums, Reserve, Sheet, months};
use crate::clearing;
use crate::clearing::OrderState;
use crate::reason::{Reason, Refused};
use crate::regions::{Law, Regions};
use kernel::{Moment, Month};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Queries};

/// The reports of an area up to a month.
pub struct Report {
    /// Whose books.
    pub area: Area,
    /// The month that is reported.
    pub month: Month,
    /// When it was put together.
    pub at: Moment,
    pub(super) months: BTreeMap<Month, MonthSums>,
    pub(super) law: Arc<Law>,
    /// 在途拨付: payment orders that wait for approval, fen.
    pub(super) in_progress: i64,
}

impl Report {
    /// Reads what is needed.
    ///
    /// # Errors
    /// [`Reason::Content`] for a month that has not begun; [`Reason::AreaUnknown`]; the store's own.
    pub fn read(
        queries: &dyn Queries,
        regions: &Regions,
        area: Area,
        month: Month,
        now: Moment,
    ) -> Result<Report, Refused> {
        let today = now.date();
        if month.first_day() > today {
            let words = format!("{month}还没有到，今天是{today}");
            return Err(Refused::new(Reason::Content, words));
        }
        let unknown = || Refused::new(Reason::AreaUnknown, area.to_string());
        let law = regions.law(area).ok_or_else(unknown)?.clone();
        let orders = clearing::orders(queries, area)?;
        let waiting = orders.iter().filter(|(_, state)| *state == OrderState::Made);
        let in_progress = waiting.flat_map(|(order, _)| &order.lines).map(|line| line.fen).sum();
        let months = months::until(queries, area, month)?;
        Ok(Report { area, month, at: now, months, law, in_progress })
    }

    /// 中文名 of the area.
    #[must_use]
    pub fn area_name(&self) -> &str {
        &self.law.timeline.name.zh
    }

    /// 收支表 of a fund.
    #[must_use]
    pub fn income(&self, fund: FundKind) -> Income {
        Income::of(self, fund)
    }

    /// 资产负债表.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        Sheet::of(self)
    }

    /// 可支付月数 of the pool.
    #[must_use]
    pub fn reserve(&self) -> Reserve {
        Reserve::of(self)
    }

    /// What a fund has left at the end of the month, fen.
    #[must_use]
    pub fn balance(&self, fund: FundKind) -> i64 {
        let heads = fund.heads().iter();
        let of = |sums: &MonthSums| heads.clone().map(|head| sums.of(*head)).sum::<i64>();
        -self.months.values().map(of).sum::<i64>()
    }

    /// The first month of which there are books; `None`: there are none.
    #[must_use]
    pub fn first_month(&self) -> Option<Month> {
        self.months.keys().next().copied()
    }

    /// Months of the calendar year up to the end of the report of which there are books, 0 to 12.
    #[must_use]
    pub fn months_of_year(&self) -> u16 {
        let year = self.months.range(first_of_year(self.month)..=self.month);
        u16::try_from(year.count()).unwrap_or(u16::MAX)
    }

    /// 中文名 of a programme, as the policy in force at the end of the month calls it.
    #[must_use]
    pub fn programme(&self, code: &str) -> (String, String) {
        let versions = self.law.timeline.policies.iter().rev();
        let mut programmes = versions.flat_map(|policy| &policy.programmes);
        match programmes.find(|programme| *programme.term.code == *code) {
            Some(found) => (found.term.zh.to_string(), found.term.en.to_string()),
            None if code.is_empty() => ("未归入待遇项目".to_owned(), "no programme".to_owned()),
            None => (code.to_owned(), code.to_owned()),
        }
    }
}

/// January of a month's year.
pub(super) fn first_of_year(month: Month) -> Month {
    Month::new(month.first_day().ymd().0, 1).unwrap_or(month)
}
