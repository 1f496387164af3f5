//! 处方点评.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::assessment::ReviewRules;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "review",
    zh: "处方点评",
    en: "Prescription review",
    about: "How many prescriptions of an institution's month are drawn for review, and how many reviewers look at each. \
            The share is rounded up; where there are fewer prescriptions than the minimum, all are reviewed.",
    tables: &[Table {
        path: "review",
        keys: &[
            key("share", Kind::Rate, "of the prescriptions of the month"),
            key("minimum", Kind::Whole, "at least so many; default 0"),
            key("reviewers", Kind::Whole, "of one prescription, 1 or 2; default 1"),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> ReviewRules {
    let Some(share) = builder.statement("review.share") else { return ReviewRules::default() };
    if !builder.rate("review.share").is_share() {
        builder.fault(share, "review.share is not between 0 % and 100 %", "e.g. \"1%\"");
    }
    let whole = |builder: &mut Builder<'_, '_>, key: &str, least: i64, most: i64, default: i64| {
        let Some(statement) = builder.statement(&format!("review.{key}")) else { return default };
        let value = statement.value.whole().unwrap_or(default);
        if !(least..=most).contains(&value) {
            let fix = format!("a number from {least} to {most}");
            builder.fault(statement, format!("review.{key} is {value}"), fix);
        }
        value.clamp(least, most)
    };
    let minimum = whole(builder, "minimum", 0, 1_000_000, 0);
    let reviewers = whole(builder, "reviewers", 1, 2, 1);
    ReviewRules {
        share: builder.value("review.share").and_then(Value::rate).unwrap_or_default(),
        minimum: u32::try_from(minimum).unwrap_or(0),
        reviewers: u32::try_from(reviewers).unwrap_or(1),
        cite: builder.cite_path("review.share"),
    }
}
