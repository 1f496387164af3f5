//! A column of an exported table, and the values of a row.

use crate::formats::{Cell, Kind};
use kernel::{Date, Fen, Moment};
use std::sync::Arc;

/// A column.
pub(super) struct Column {
    /// Its name in the file.
    pub(super) name: &'static str,
    /// 中文名.
    pub(super) zh: &'static str,
    /// What its values are.
    pub(super) kind: Kind,
    /// What it means; 中文.
    pub(super) about: &'static str,
}

impl Column {
    /// What its values are; 中文.
    pub(super) const fn kind_zh(&self) -> &'static str {
        match self.kind {
            Kind::Text => "文本",
            Kind::Money => "金额，元",
            Kind::Date => "日期",
            Kind::Moment => "时间",
            Kind::Flag => "是否",
            Kind::Whole => "整数",
        }
    }
}

/// Declares a column.
pub(super) const fn column(
    name: &'static str,
    zh: &'static str,
    kind: Kind,
    about: &'static str,
) -> Column {
    Column { name, zh, kind, about }
}

/// A value; empty texts stand as nothing.
pub(super) enum Value {
    /// Nothing.
    Empty,
    /// Text.
    Text(Arc<str>),
    /// Fen.
    Money(i64),
    /// A day.
    Date(Date),
    /// A point in time.
    Moment(Moment),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
}

impl Value {
    /// Text.
    pub(super) fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// A day, if there is one.
    pub(super) fn day(day: Option<Date>) -> Value {
        day.map_or(Value::Empty, Value::Date)
    }

    /// A day from its text, if it is one.
    pub(super) fn day_of(text: &str) -> Value {
        Value::day(Date::parse(text))
    }

    /// As it is written.
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Value::Empty => Cell::Empty,
            Value::Text(text) if text.is_empty() => Cell::Empty,
            Value::Text(text) => Cell::Text(text),
            Value::Money(fen) => Cell::Money(Fen::new(*fen)),
            Value::Date(day) => Cell::Date(*day),
            Value::Moment(at) => Cell::Moment(*at),
            Value::Flag(flag) => Cell::Flag(*flag),
            Value::Whole(number) => Cell::Whole(*number),
        }
    }
}
