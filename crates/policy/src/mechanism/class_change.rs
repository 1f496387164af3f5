//! Changes of class within the year.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::policy::{ClassChange, PlanChange};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "class_change",
    zh: "年中身份变化",
    en: "Class changes",
    about: "From which day a retirement changes the tables that apply, and which limit holds after a change of plan \
            within the year. Accumulators carry over: nothing settled earlier is opened again, and what is left of a \
            limit is never below zero.",
    tables: &[Table {
        path: "class_change",
        keys: &[
            key(
                "status",
                Kind::Word(&["day", "month-after"]),
                "retirement counts from its day (default), or from the first day of the month after",
            ),
            key(
                "limit",
                Kind::Word(&["current", "highest"]),
                "limit of the plan on the day (default), or the highest of the plans of the year",
            ),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> (ClassChange, PlanChange) {
    let status = match builder.text("class_change.status") {
        Some("month-after") => ClassChange::MonthAfter,
        _ => ClassChange::SameDay,
    };
    let limit = match builder.text("class_change.limit") {
        Some("highest") => PlanChange::Highest,
        _ => PlanChange::Current,
    };
    (status, limit)
}
