//! When the benefit year begins.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key, month_day};
use kernel::BenefitYear;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "benefit_year",
    zh: "参保年度",
    en: "Benefit year",
    about: "The year over which deductibles and limits count. It need not be the calendar year; it is named by the \
            calendar year in which it begins.",
    tables: &[Table {
        path: "benefit_year",
        keys: &[key("start", Kind::MonthDay, "month and day on which it begins; default 01-01")],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> BenefitYear {
    let start = builder.text("benefit_year.start").and_then(month_day);
    start.and_then(|(month, day)| BenefitYear::new(month, day)).unwrap_or(BenefitYear::CALENDAR)
}
