//! 个人账户计息.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key, month_day};
use kernel::BenefitYear;
use kernel::account::{AccountInterest, InterestBasis};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "account_interest",
    zh: "个人账户计息",
    en: "Interest on accounts",
    about: "Interest that personal accounts earn once a year: the year's rate on money of the calendar year and on \
            earlier money, whether it is reckoned day by day or on the balance at the end, and when the year begins. \
            Without this table accounts earn none.",
    tables: &[Table {
        path: "account.interest",
        keys: &[
            key("current", Kind::Rate, "a year's rate on money of the calendar year; default none"),
            key("earlier", Kind::Rate, "a year's rate on earlier money; default none"),
            key(
                "basis",
                Kind::Word(InterestBasis::CODES),
                "the balance at the end of each day (default), or of the year",
            ),
            key(
                "days",
                Kind::Whole,
                "days of a year in the reckoning by days: 360 (default) or 365",
            ),
            key("start", Kind::MonthDay, "when the year of interest begins; default 01-01"),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Option<AccountInterest> {
    let statement = builder.first_below("account.interest")?;
    for key in ["current", "earlier"] {
        let path = format!("account.interest.{key}");
        let stated = builder.statement(&path).filter(|_| !builder.rate(&path).is_share());
        if let Some(stated) = stated {
            let problem = format!("{path} is not between 0 % and 100 %");
            builder.fault(stated, problem, "e.g. \"0.35%\"");
        }
    }
    let days = builder.statement("account.interest.days");
    let stated = days.and_then(|days| days.value.whole());
    if let Some(days) = days.filter(|_| !matches!(stated, Some(360 | 365))) {
        let shown = days.value.shown();
        builder.fault(days, format!("a year of interest has no {shown} days"), "360 or 365");
    }
    let start = builder.text("account.interest.start").and_then(month_day);
    Some(AccountInterest {
        current: builder.rate("account.interest.current"),
        earlier: builder.rate("account.interest.earlier"),
        basis: builder
            .text("account.interest.basis")
            .and_then(InterestBasis::from_code)
            .unwrap_or(InterestBasis::Daily),
        days: if stated == Some(365) { 365 } else { 360 },
        year: start
            .and_then(|(month, day)| BenefitYear::new(month, day))
            .unwrap_or(BenefitYear::CALENDAR),
        cite: builder.cite(statement),
    })
}
