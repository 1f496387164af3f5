//! 待遇享受期.

use super::Mechanism;
use crate::builder::Builder;
use crate::rows;
use crate::statement::Statement;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::entitlement::{EntitlementRules, Waiting};
use kernel::{Circumstances, Dim};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "entitlement",
    zh: "待遇享受期",
    en: "Entitlement",
    about: "When benefits stop after arrears, how long a gap may be repaired, from when benefits resume, whether costs \
            in the gap are payable, and how long a plan waits on joining or after a lapse. A late payment changes the \
            answer for earlier days, so the day on which something was known matters.",
    tables: &[Table {
        path: "entitlement",
        keys: &[
            key(
                "stop",
                Kind::Word(&["month-of", "month-after"]),
                "benefits stop in the month in default, or the month after (default)",
            ),
            key(
                "grace_months",
                Kind::Whole,
                "a gap of at most so many months can be repaired; default 0",
            ),
            key(
                "declare_ahead",
                Kind::Whole,
                "a month may be declared for so many months to come; default 12",
            ),
            key(
                "resume",
                Kind::Word(&["month-of", "month-after"]),
                "benefits resume in the month of payment, or the month after (default)",
            ),
            key(
                "gap_within_grace",
                Kind::Word(&["payable", "lost"]),
                "costs in a gap repaired in time; default lost",
            ),
            key(
                "gap_beyond_grace",
                Kind::Word(&["payable", "lost"]),
                "costs in a longer gap; default lost",
            ),
            key(
                "waiting",
                Kind::Rows(&[
                    key("first_months", Kind::Whole, "on first joining"),
                    key("lapsed_months", Kind::Whole, "after a gap beyond the grace"),
                ]),
                "waiting months by plan; other plans do not wait",
            ),
        ],
    }],
};

/// For how many months to come a month may be declared where no document says: those who pay by themselves pay up to a year
/// ahead, and more is a slip of the pen.
const AHEAD: u16 = 12;

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> EntitlementRules {
    let rows = builder.rows("entitlement.waiting");
    let plans = rows::domain(Dim::Plan, builder.vocabulary).len();
    if let Some(statement) = builder.statement("entitlement.waiting") {
        for row in &rows {
            if let Some((dim, _)) = row.conditions.iter().find(|(dim, _)| *dim != Dim::Plan) {
                let problem = format!("waiting months cannot depend on {}", dim.code());
                builder.faults.push(statement.fault(row.value.line, problem, "plan only"));
            }
        }
        let axes = rows::axes(&rows.iter(), &[Dim::Plan], builder.vocabulary);
        rows::rows_by_cell(statement, &rows, &axes, false, builder.faults);
    }
    let mut waiting = vec![Waiting::default(); plans];
    for (plan, waits) in waiting.iter_mut().enumerate() {
        let mut at = Circumstances([0; Dim::COUNT]);
        at.set(Dim::Plan, u8::try_from(plan).unwrap_or(u8::MAX));
        if let Some(row) = rows.iter().find(|row| row.holds(&at)) {
            let mut months = |key: &str| {
                row.value.get(key).map_or(0, |value| months(builder, row.statement, value))
            };
            *waits = Waiting {
                first_months: months("first_months"),
                lapsed_months: months("lapsed_months"),
                cite: builder.cite_row(row),
            };
        }
    }
    let grace = builder.statement("entitlement.grace_months");
    let grace_months = grace.map_or(0, |statement| months(builder, statement, &statement.value));
    let ahead = builder.statement("entitlement.declare_ahead");
    let declare_ahead =
        ahead.map_or(AHEAD, |statement| months(builder, statement, &statement.value));
    EntitlementRules {
        stop_month_after: builder.text("entitlement.stop") != Some("month-of"),
        grace_months,
        declare_ahead,
        resume_month_after: builder.text("entitlement.resume") != Some("month-of"),
        gap_within_grace: builder.text("entitlement.gap_within_grace") == Some("payable"),
        gap_beyond_grace: builder.text("entitlement.gap_beyond_grace") == Some("payable"),
        waiting,
        cite: builder.cite_path("entitlement.stop"),
    }
}

/// A number of months; a fault if nobody could mean it.
fn months(builder: &mut Builder<'_, '_>, statement: &Statement, value: &Value) -> u16 {
    let months = value
        .whole()
        .and_then(|number| u16::try_from(number).ok())
        .filter(|months| *months <= 1200);
    if months.is_none() {
        let problem = format!("{}: {} is no number of months", statement.path, value.shown());
        builder.faults.push(statement.fault(value.line, problem, "0 to 1200"));
    }
    months.unwrap_or(0)
}
