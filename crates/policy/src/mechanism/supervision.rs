//! 监管阈值.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::policy::Threshold;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "supervision",
    zh: "监管阈值",
    en: "Supervision thresholds",
    about: "The numbers that checks before and after a settlement compare with, each under the article that asks for \
            the check. A check looks its threshold up by name; without one it does not run.",
    tables: &[Table {
        path: "supervision",
        keys: &[key(
            "threshold",
            Kind::List(&[
                key("rule", Kind::Text, "name of the check"),
                key("value", Kind::Whole, "the number"),
                key("unit", Kind::Text, "its unit"),
            ]),
            "each check once",
        )],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Vec<Threshold> {
    let Some(statement) = builder.statement("supervision.threshold") else { return Vec::new() };
    let mut thresholds: Vec<Threshold> = Vec::new();
    for row in statement.value.items() {
        let text = |key: &str| row.get(key).and_then(Value::text).unwrap_or_default();
        let (rule, value) = (text("rule"), row.get("value").and_then(Value::whole));
        let Some(value) = value.filter(|_| !rule.is_empty()) else {
            let fix = "{ rule = \"overlap-with-admission\", value = 0, unit = \"day\" }";
            builder.faults.push(statement.fault(
                row.line,
                "the row names no rule or no value",
                fix,
            ));
            continue;
        };
        if thresholds.iter().any(|known| &*known.rule == rule) {
            builder.faults.push(statement.fault(
                row.line,
                format!("the rule {rule} stands twice"),
                "keep one row",
            ));
        }
        let cite = builder.cite_line(statement, row.line);
        thresholds.push(Threshold { rule: rule.into(), value, unit: text("unit").into(), cite });
    }
    thresholds
}
