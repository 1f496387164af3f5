//! Shapes of what is asked and answered, as data: bodies are read by them, the OpenAPI document is made from them, and tests
//! hold every answer against them.

use super::problem::{Kind as Wrong, Problem};
use kernel::{Date, Moment};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{Area, Id};

/// The longest text, characters.
pub const LONGEST: usize = 2_000;

/// What kind of value a field is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text of at most [`LONGEST`] characters.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// 分: a whole number of fen.
    Fen,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
    /// A day, `2026-03-01`.
    Day,
    /// A moment by Beijing time, `2026-03-01 08:30:00`.
    Moment,
    /// An id of 26 characters.
    Id,
    /// An object.
    Object(&'static Shape),
    /// A list.
    List(&'static Kind),
    /// An object of any names.
    Map(&'static Kind),
    /// Anything.
    Any,
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What kind of value.
    pub kind: Kind,
    /// It must be there.
    pub required: bool,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// An object.
#[derive(Debug)]
pub struct Shape {
    /// Its name in the OpenAPI document.
    pub name: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field that must be there.
#[must_use]
pub const fn field(name: &'static str, kind: Kind, zh: &'static str, en: &'static str) -> Field {
    Field { name, kind, required: true, zh, en }
}

/// A field that may be left out.
#[must_use]
pub const fn maybe(name: &'static str, kind: Kind, zh: &'static str, en: &'static str) -> Field {
    Field { name, kind, required: false, zh, en }
}

/// Holds an object against fields. `at`: where the object stands, empty or ending in a dot.
///
/// # Errors
/// The first thing that is wrong, with what would be right.
pub fn check(fields: &[Field], object: &Map<String, Value>, at: &str) -> Result<(), Problem> {
    for (name, value) in object {
        let place = format!("{at}{name}");
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            return Err(unknown(fields, name, &place, value));
        };
        if value.is_null() && !field.required {
            continue;
        }
        hold(field.kind, value, &place)?;
    }
    let missing = fields.iter().find(|field| field.required && !object.contains_key(field.name));
    match missing {
        Some(field) => {
            let right = format!("应填{}（{}）", field.zh, form(field.kind));
            Err(Problem::field(Wrong::FieldMissing, &format!("{at}{}", field.name), "", right))
        }
        None => Ok(()),
    }
}

fn unknown(fields: &[Field], name: &str, place: &str, value: &Value) -> Problem {
    let names = || fields.iter().map(|field| field.name);
    let right = match policy::fault::nearest(name, names()) {
        Some(near) => format!("是否为{near}"),
        None if fields.is_empty() => "此处没有字段".to_owned(),
        None => format!("应为{}", names().collect::<Vec<_>>().join("、")),
    };
    Problem::field(Wrong::FieldUnknown, place, &shown(value), right)
}

fn hold(kind: Kind, value: &Value, place: &str) -> Result<(), Problem> {
    let text = value.as_str();
    let fits = match kind {
        Kind::Text => text.is_some_and(|text| text.chars().count() <= LONGEST),
        Kind::Word(words) => text.is_some_and(|text| words.contains(&text)),
        Kind::Fen | Kind::Whole => value.as_i64().is_some(),
        Kind::Flag => value.is_boolean(),
        Kind::Day => text.is_some_and(|text| Date::parse(text).is_some()),
        Kind::Moment => text.is_some_and(|text| Moment::parse(text).is_some()),
        Kind::Id => text.is_some_and(|text| Id::parse(text).is_some()),
        Kind::Any => true,
        Kind::Object(shape) => {
            if let Some(object) = value.as_object() {
                return check(shape.fields, object, &format!("{place}."));
            }
            false
        }
        Kind::List(kind) => {
            if let Some(items) = value.as_array() {
                let mut all = items.iter().enumerate();
                return all
                    .try_for_each(|(index, item)| hold(*kind, item, &format!("{place}[{index}]")));
            }
            false
        }
        Kind::Map(kind) => {
            if let Some(object) = value.as_object() {
                let mut all = object.iter();
                return all
                    .try_for_each(|(name, item)| hold(*kind, item, &format!("{place}.{name}")));
            }
            false
        }
    };
    if fits {
        return Ok(());
    }
    Err(Problem::field(Wrong::FieldForm, place, &shown(value), format!("应为{}", form(kind))))
}

/// What a value of a kind looks like.
#[must_use]
pub fn form(kind: Kind) -> String {
    match kind {
        Kind::Text => format!("文本，至多{LONGEST}字"),
        Kind::Word(words) => words.join("、"),
        Kind::Fen => "整数，单位为分".to_owned(),
        Kind::Whole => "整数".to_owned(),
        Kind::Flag => "true或false".to_owned(),
        Kind::Day => "日期，如2026-03-01".to_owned(),
        Kind::Moment => "时间，如2026-03-01 08:30:00".to_owned(),
        Kind::Id => "26位编号".to_owned(),
        Kind::Object(_) | Kind::Map(_) => "对象{…}".to_owned(),
        Kind::List(_) => "列表[…]".to_owned(),
        Kind::Any => "任意".to_owned(),
    }
}

/// A value as a problem shows it: not too long.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(200).collect()
}

/// An object that was checked: its values by name.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Given(pub Map<String, Value>);

impl Given {
    /// A text; empty if it is not given.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text, to keep.
    #[must_use]
    pub fn kept(&self, name: &str) -> Arc<str> {
        self.text(name).into()
    }

    /// A whole number or fen.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// True if it is given and true.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A day.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<Date> {
        Date::parse(self.text(name))
    }

    /// A moment.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<Moment> {
        Moment::parse(self.text(name))
    }

    /// An id.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<Id> {
        Id::parse(self.text(name))
    }

    /// An area.
    #[must_use]
    pub fn area(&self, name: &str) -> Option<Area> {
        Area::parse(self.text(name))
    }

    /// Anything; null if it is not given.
    #[must_use]
    pub fn any(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or(Value::Null)
    }

    /// The objects of a list.
    pub fn list(&self, name: &str) -> impl Iterator<Item = Given> + '_ {
        let items = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_object().cloned().map(Given))
    }

    /// The texts of a list.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> + '_ {
        let items = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str)
    }
}
