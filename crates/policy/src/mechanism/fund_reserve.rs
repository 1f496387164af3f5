//! 基金备付.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::payment::ReserveRules;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "fund_reserve",
    zh: "基金备付",
    en: "Reserve of the pool",
    about: "For how many months the pool must be able to pay what it spends in a month on average. A shorter reserve is \
            flagged in the reports of the funds; nobody's benefits depend on it.",
    tables: &[Table {
        path: "reserve",
        keys: &[
            key("months", Kind::Whole, "a reserve of fewer months is short"),
            key("window", Kind::Whole, "spending is the average of so many months; default 12"),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Option<ReserveRules> {
    let statement = builder.statement("reserve.months")?;
    let months = number(builder, "reserve.months").unwrap_or_default();
    let window = number(builder, "reserve.window").unwrap_or(ReserveRules::WINDOW);
    Some(ReserveRules { months, window, cite: builder.cite(statement) })
}

/// A number of months from 1 to 120, or a fault.
fn number(builder: &mut Builder<'_, '_>, path: &str) -> Option<u16> {
    let statement = builder.statement(path)?;
    let number = statement.value.whole().and_then(|number| u16::try_from(number).ok());
    let number = number.filter(|months| (1..=120).contains(months));
    if number.is_none() {
        let shown = statement.value.shown();
        builder.fault(statement, format!("{path}: {shown} is no number of months"), "1 to 120");
    }
    number
}
