//! The shape of tables: which keys each table of a document knows, and what their values may be. Reading,
//! messages, the manual pages and the JSON Schema are all made from these declarations.

use crate::value::{Data, Value};

/// A table that documents may state.
#[derive(Debug)]
pub struct Table {
    /// Its path; `*` stands for a name the author chooses.
    pub path: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What it means.
    pub doc: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole,
    /// Yuan.
    Money,
    /// `"60%"`.
    Rate,
    /// A day.
    Day,
    /// `"01-01"`.
    MonthDay,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words.
    Words(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of yuan amounts.
    Amounts,
    /// A list of tables with these keys.
    List(&'static [Key]),
    /// A list of tables with these keys and conditions.
    Rows(&'static [Key]),
    /// A word, or a table or number with a meaning of its own; the text says which.
    Special(&'static str),
}

/// Shorthand for declarations.
pub(crate) const fn key(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, doc }
}

/// Conditions that any row may state, with what they take.
pub const CONDITIONS: &[(&str, &str)] = &[
    ("status", "\"active\" | \"retired\""),
    ("plan", "codes of [vocabulary] plan"),
    ("cohort", "codes of [vocabulary] cohort"),
    ("age", "years or a range: 70, \"<70\", \">=70\", \"60..69\""),
    ("level", "0, 1, 2, 3"),
    ("venue", "\"hospital\" | \"internet\" | \"pharmacy\""),
    ("place", "\"local\" | \"filed\" | \"referred\" | \"emergency\" | \"resettled\" | \"unfiled\""),
    ("channel", "\"direct\" | \"paper\""),
    ("chosen", "true | false"),
    ("contract", "true | false"),
    ("tenure", "months or a range"),
    ("visit", "number or a range"),
    ("disease", "codes of [vocabulary] disease, or \"none\""),
    ("otherwise", "true: where no other row holds"),
];

/// Keys that any table may state beside its own.
pub const EVERYWHERE: &[&str] = &["unverified", "note"];

/// What is wrong with a value, and what would be right.
pub(crate) struct Misfit {
    pub(crate) line: u32,
    pub(crate) problem: String,
    pub(crate) fix: String,
}

fn misfit(value: &Value, expected: impl Into<String>) -> Misfit {
    let found = match value.data {
        Data::Unsupported(what) => what.to_string(),
        _ => value.shown(),
    };
    Misfit { line: value.line, problem: format!("the value is {found}"), fix: expected.into() }
}

impl Kind {
    /// What a value of this kind looks like.
    #[must_use]
    pub fn expected(&self) -> String {
        let words = |words: &[&str]| {
            words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
        };
        match self {
            Kind::Text => "text".into(),
            Kind::Flag => "true | false".into(),
            Kind::Whole => "a whole number".into(),
            Kind::Money => "yuan: 200 or \"200.50\"".into(),
            Kind::Rate => "a rate: \"60%\"".into(),
            Kind::Day => "a day: 2024-01-01".into(),
            Kind::MonthDay => "month and day: \"01-01\"".into(),
            Kind::Word(known) => words(known),
            Kind::Words(known) => format!("a list of {}", words(known)),
            Kind::Texts => "a list of texts".into(),
            Kind::Amounts => "a list of yuan amounts".into(),
            Kind::List(keys) | Kind::Rows(keys) => {
                format!(
                    "a list of tables with {}",
                    keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
                )
            }
            Kind::Special(what) => (*what).into(),
        }
    }

    /// Everything about `value` that does not fit.
    pub(crate) fn check(&self, value: &Value, misfits: &mut Vec<Misfit>) {
        let fits = match self {
            Kind::Text => value.text().is_some(),
            Kind::Flag => value.flag().is_some(),
            Kind::Whole => value.whole().is_some(),
            Kind::Money => value.yuan().is_some_and(|amount| !amount.is_negative()),
            Kind::Rate => value.rate().is_some(),
            Kind::Day => value.day().is_some(),
            Kind::MonthDay => value.text().is_some_and(|text| month_day(text).is_some()),
            Kind::Word(known) => value.text().is_some_and(|word| known.contains(&word)),
            Kind::Words(known) => value
                .items()
                .iter()
                .all(|item| item.text().is_some_and(|word| known.contains(&word))),
            Kind::Texts => value.items().iter().all(|item| item.text().is_some()),
            Kind::Amounts => value
                .items()
                .iter()
                .all(|item| item.yuan().is_some_and(|amount| !amount.is_negative())),
            Kind::List(keys) => return check_list(keys, value, false, misfits),
            Kind::Rows(keys) => return check_list(keys, value, true, misfits),
            Kind::Special(_) => true,
        };
        if !fits {
            misfits.push(misfit(value, format!("expected {}", self.expected())));
        }
    }
}

/// Everything about the entries of a table that does not fit `keys` (and, in a row, the conditions).
pub(crate) fn check_keys(keys: &[Key], table: &Value, row: bool, misfits: &mut Vec<Misfit>) {
    for (name, entry) in table.entries() {
        if let Some(key) = keys.iter().find(|key| key.name == name) {
            let before = misfits.len();
            key.kind.check(entry, misfits);
            for misfit in &mut misfits[before..] {
                misfit.problem = format!("{name}: {}", misfit.problem);
            }
        } else if !(row && CONDITIONS.iter().any(|(condition, _)| condition == name)) {
            let conditions = CONDITIONS.iter().map(|(condition, _)| *condition).filter(|_| row);
            let known: Vec<&str> = keys.iter().map(|key| key.name).chain(conditions).collect();
            misfits.push(unknown(entry.line, name, &known));
        }
    }
}

fn check_list(keys: &[Key], value: &Value, rows: bool, misfits: &mut Vec<Misfit>) {
    for item in value.items() {
        if !matches!(item.data, Data::Table(_)) {
            let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
            let conditions = if rows { "status = …, " } else { "" };
            let row = format!("expected a row {{ {conditions}{} = … }}", names.join(" = …, "));
            misfits.push(misfit(item, row));
            continue;
        }
        check_keys(keys, item, rows, misfits);
    }
}

/// A key that a table does not know.
pub(crate) fn unknown(line: u32, name: &str, known: &[&str]) -> Misfit {
    let near = crate::fault::nearest(name, known.iter().copied());
    let fix = near.map_or_else(
        || format!("known here: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Misfit { line, problem: format!("no such key: `{name}`"), fix }
}

/// Reads `"01-01"`.
pub(crate) fn month_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    kernel::BenefitYear::new(month, day).map(|_| (month, day))
}

/// The table declaration for a path, e.g. `programme.ordinary.deductible`.
#[must_use]
pub fn declared(path: &[&str]) -> Option<&'static Table> {
    crate::mechanism::tables().find(|table| {
        let pattern: Vec<&str> = table.path.split('.').collect();
        pattern.len() == path.len()
            && pattern.iter().zip(path).all(|(part, name)| *part == "*" || part == name)
    })
}

/// The names that may follow a path: declared sub-tables.
pub(crate) fn below(path: &[&str]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for table in crate::mechanism::tables() {
        let pattern: Vec<&'static str> = table.path.split('.').collect();
        let longer = pattern.len() > path.len();
        if longer && pattern.iter().zip(path).all(|(part, name)| *part == "*" || part == name) {
            names.push(pattern[path.len()]);
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}
