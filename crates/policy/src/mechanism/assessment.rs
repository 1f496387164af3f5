//! 协议考核.

use super::Mechanism;
use crate::builder::Builder;
use crate::statement::Statement;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::assessment::{AssessmentItem, AssessmentRules, Grade, Measure, Unit};

/// Words of `unit`: how much of a measure's own unit one of them is.
const UNITS: &[&str] = &["percent", "permille", "yuan", "count"];

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "assessment",
    zh: "协议考核",
    en: "Assessment of agreements",
    about: "How an institution's month is scored: items, each with a measure, what it is worth, and the values at which it \
            gives all points and none; between the two, points fall in a straight line. Weights add up to 100. Grades say from \
            which score they are given and what part of the quality deposit they give back at year end. An institution that \
            had fewer visits in the year than `minimum_visits` gets no grade.",
    tables: &[Table {
        path: "assessment",
        keys: &[
            key(
                "item",
                Kind::List(&[
                    key("code", Kind::Text, "stable word"),
                    key("name", Kind::Text, "中文名"),
                    key("name_en", Kind::Text, "English name"),
                    key("measure", Kind::Word(Measure::CODES), "what is measured"),
                    key("weight", Kind::Whole, "points"),
                    key("full", Kind::Whole, "at this value, or better, all points"),
                    key("none", Kind::Whole, "at this value, or worse, none"),
                    key("unit", Kind::Word(UNITS), "of `full` and `none`"),
                ]),
                "weights add up to 100",
            ),
            key(
                "grade",
                Kind::List(&[
                    key("code", Kind::Text, "stable word"),
                    key("name", Kind::Text, "中文名"),
                    key("name_en", Kind::Text, "English name"),
                    key("from", Kind::Whole, "from this score on"),
                    key("release", Kind::Rate, "of the quality deposit, given back"),
                ]),
                "the best first, the last from 0",
            ),
            key(
                "minimum_visits",
                Kind::Whole,
                "visits of the year from which on there is a grade; default 0",
            ),
        ],
    }],
};

/// A point is a hundred hundredths.
const POINT: i64 = 100;

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> AssessmentRules {
    AssessmentRules {
        items: items(builder),
        grades: grades(builder),
        minimum_visits: minimum_visits(builder),
    }
}

/// Most that may be asked for: more than any institution has.
const MOST_VISITS: i64 = 100_000_000;

fn minimum_visits(builder: &mut Builder<'_, '_>) -> u32 {
    let Some(statement) = builder.statement("assessment.minimum_visits") else { return 0 };
    let value = statement.value.whole().unwrap_or(0);
    if !(0..=MOST_VISITS).contains(&value) {
        let problem = format!("assessment.minimum_visits is {value}");
        builder.fault(statement, problem, format!("a number from 0 to {MOST_VISITS}"));
    }
    u32::try_from(value).unwrap_or(0)
}

fn items(builder: &mut Builder<'_, '_>) -> Vec<AssessmentItem> {
    let Some(statement) = builder.statement("assessment.item") else { return Vec::new() };
    let mut items: Vec<AssessmentItem> = Vec::new();
    for row in statement.value.items() {
        let item = item(builder, statement, row);
        let Some(item) = item else {
            let fix = "{ code = \"drugs\", name = \"药占比\", measure = \"drug-share\", weight = 30, full = 40, none = 70, unit = \"percent\" }";
            builder.faults.push(statement.fault(row.line, "the item is not whole", fix));
            continue;
        };
        if items.iter().any(|known| known.code == item.code) {
            let problem = format!("the item {} stands twice", item.code);
            builder.faults.push(statement.fault(row.line, problem, "keep one row"));
        }
        items.push(item);
    }
    let sum: i64 = items.iter().map(|item| item.weight).sum();
    if sum != 100 * POINT {
        let problem = format!("the weights add up to {}", sum / POINT);
        builder.fault(statement, problem, "let them add up to 100");
    }
    items
}

fn item(
    builder: &mut Builder<'_, '_>,
    statement: &Statement,
    row: &Value,
) -> Option<AssessmentItem> {
    let measure = Measure::from_code(row.get("measure")?.text()?)?;
    let factor = factor(measure.unit(), row.get("unit")?.text()?)?;
    let whole = |key: &str| row.get(key).and_then(Value::whole);
    let (full, none) = (whole("full")?.checked_mul(factor)?, whole("none")?.checked_mul(factor)?);
    let weight = whole("weight").filter(|weight| (0..=100).contains(weight))?;
    let text = |key: &str| row.get(key).and_then(Value::text);
    let zh = text("name")?;
    (full != none).then_some(())?;
    Some(AssessmentItem {
        code: text("code")?.into(),
        zh: zh.into(),
        en: text("name_en").unwrap_or(zh).into(),
        measure,
        weight: weight * POINT,
        full,
        none,
        cite: builder.cite_line(statement, row.line),
    })
}

/// How many of a measure's own unit one of a stated unit is; `None` if the measure is not counted so.
fn factor(unit: Unit, stated: &str) -> Option<i64> {
    match (unit, stated) {
        (Unit::Share, "percent") | (Unit::Fen, "yuan") => Some(100),
        (Unit::Share, "permille") => Some(10),
        (Unit::Count, "count") => Some(1),
        _ => None,
    }
}

fn grades(builder: &mut Builder<'_, '_>) -> Vec<Grade> {
    let Some(statement) = builder.statement("assessment.grade") else { return Vec::new() };
    let mut grades: Vec<Grade> = Vec::new();
    for row in statement.value.items() {
        let text = |key: &str| row.get(key).and_then(Value::text);
        let from = row.get("from").and_then(Value::whole).map(|from| from.saturating_mul(POINT));
        let release = row.get("release").and_then(Value::rate).filter(|it| it.is_share());
        let (Some(code), Some(zh), Some(from), Some(release)) =
            (text("code"), text("name"), from, release)
        else {
            let fix = "{ code = \"A\", name = \"优秀\", from = 90, release = \"100%\" }";
            builder.faults.push(statement.fault(row.line, "the grade is not whole", fix));
            continue;
        };
        if grades.last().is_some_and(|better| better.from <= from) {
            let problem = format!("the grade {code} begins at {} or above", from / POINT);
            builder.faults.push(statement.fault(row.line, problem, "put the best first"));
        }
        let cite = builder.cite_line(statement, row.line);
        let en = text("name_en").unwrap_or(zh);
        grades.push(Grade { code: code.into(), zh: zh.into(), en: en.into(), from, release, cite });
    }
    if grades.last().is_some_and(|last| last.from > 0) {
        builder.fault(statement, "scores below the last grade have none", "let it begin at 0");
    }
    grades
}
