//! 手工(零星)报销.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use crate::value::{Data, Value};
use kernel::policy::{Cite, Deadline};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "paper",
    zh: "手工报销",
    en: "Paper claims",
    about: "The last day on which a paper claim may be submitted, and the documents it must have. A paper claim belongs \
            to the benefit year of the service and is settled on the accumulators of the day it is posted.",
    tables: &[Table {
        path: "paper",
        keys: &[
            key(
                "deadline",
                Kind::Special("\"none\" | { days = 60 } | { month = 6, day = 30 }"),
                "days after the service, or a day of the year after; default none",
            ),
            key(
                "late",
                Kind::Word(&["refuse", "warn"]),
                "a late claim is not paid, or whoever reviews it is warned; default refuse",
            ),
            key("documents", Kind::Texts, "what must be submitted"),
        ],
    }],
};

/// True if late claims are paid all the same.
pub(crate) fn late_is_paid(builder: &Builder<'_, '_>) -> bool {
    builder.value("paper.late").and_then(Value::text) == Some("warn")
}

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> (Deadline, Vec<Box<str>>, Cite) {
    let documents = builder.value("paper.documents").map_or(&[][..], Value::items);
    let documents = documents.iter().filter_map(Value::text).map(Into::into).collect();
    let Some(statement) = builder.statement("paper.deadline") else {
        return (Deadline::None, documents, Cite::NONE);
    };
    let number = |key: &str| statement.value.get(key).and_then(Value::whole);
    let small = |key: &str| number(key).and_then(|number| u8::try_from(number).ok());
    let deadline = match (&statement.value.data, number("days"), small("month"), small("day")) {
        (Data::Text(word), ..) if word == "none" => Some(Deadline::None),
        (_, Some(days), ..) => u16::try_from(days).ok().map(Deadline::Days),
        (_, None, Some(month), Some(day)) => {
            kernel::Date::from_ymd(2023, month, day).map(|_| Deadline::NextYear(month, day))
        }
        _ => None,
    };
    let deadline = deadline.unwrap_or_else(|| {
        let shown = statement.value.shown();
        builder.fault(
            statement,
            format!("{shown} is no deadline"),
            "\"none\", { days = 60 } or { month = 6, day = 30 }",
        );
        Deadline::None
    });
    let cite = builder.cite(statement);
    (deadline, documents, cite)
}
