//! The region's own codes: plans, cohorts, diseases; and every item code that a rule names.

use super::Mechanism;
use crate::fault::Fault;
use crate::statement::InForce;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::policy::{Term, Vocabulary};

const TERM: &[crate::table::Key] = &[
    key("code", Kind::Text, "the code in documents and files"),
    key("name", Kind::Text, "中文名"),
    key("name_en", Kind::Text, "English name"),
];

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "vocabulary",
    zh: "本地代码",
    en: "Vocabulary",
    about: "The codes a region gives to its kinds of enrolment (参保类型), to cohorts it distinguishes and to \
            diseases. Rows and files use the codes; answers show the names. A code keeps its meaning on all days.",
    tables: &[Table {
        path: "vocabulary",
        keys: &[
            key("plan", Kind::List(TERM), "参保类型"),
            key("cohort", Kind::List(TERM), "人群，如按出生或参加工作时间区分"),
            key("disease", Kind::List(TERM), "病种"),
        ],
    }],
};

/// The codes of all spans together, each once, in order of first appearance.
pub fn compile(spans: &[InForce<'_>], faults: &mut Vec<Fault>) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    for span in spans {
        let Vocabulary { plans, cohorts, diseases, items } = &mut vocabulary;
        for (path, terms, most) in [
            ("vocabulary.plan", plans, 32),
            ("vocabulary.cohort", cohorts, 254),
            ("vocabulary.disease", diseases, 254),
        ] {
            let Some(statement) = span.get(path) else { continue };
            let mut here: Vec<&str> = Vec::new();
            for value in statement.value.items() {
                let text = |name: &str| value.get(name).and_then(Value::text).unwrap_or_default();
                let term = Term {
                    code: text("code").into(),
                    zh: text("name").into(),
                    en: text("name_en").into(),
                };
                if here.contains(&text("code")) {
                    let problem = format!("the code \"{}\" stands twice", term.code);
                    faults.push(statement.fault(value.line, problem, "keep one"));
                }
                here.push(text("code"));
                if term.code.is_empty() {
                    faults.push(statement.fault(
                        value.line,
                        "a term without code",
                        "{ code = \"employer\", name = \"…\" }",
                    ));
                } else if !terms.iter().any(|known: &Term| known.code == term.code) {
                    terms.push(term);
                }
            }
            if terms.len() > most {
                faults.push(statement.fault(
                    statement.value.line,
                    format!("more than {most} codes"),
                    "merge some",
                ));
                terms.truncate(most);
            }
        }
        for statement in span.iter() {
            collect_items(&statement.value, items);
        }
    }
    vocabulary
}

/// Every code that stands under a key `item`.
fn collect_items(value: &Value, items: &mut Vec<Box<str>>) {
    for row in value.items() {
        let codes = row.get("item").map_or(&[][..], Value::items);
        for code in codes.iter().filter_map(Value::text) {
            if !items.iter().any(|known| **known == *code) {
                items.push(code.into());
            }
        }
    }
}
