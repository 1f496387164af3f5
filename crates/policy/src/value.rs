//! Values of a TOML fence, each with the line it stands on.

use kernel::{Date, Fen, Month, Rate};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and its line in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// Line in the file, from 1.
    pub line: u32,
    /// What it is.
    pub data: Data,
}

/// The kinds of value that documents use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Data {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// true or false.
    Flag(bool),
    /// A day.
    Day(Date),
    /// A list.
    List(Vec<Value>),
    /// A table, in the order written.
    Table(Vec<(String, Value)>),
    /// Anything else TOML knows; no key takes it.
    Unsupported(&'static str),
}

impl Value {
    /// Reads a fence whose first line is line `first_line` of the file.
    ///
    /// # Errors
    /// The line and TOML's message.
    pub fn parse(text: &str, first_line: u32) -> Result<Value, (u32, String)> {
        let lines = Lines::new(text, first_line);
        match DeTable::parse(text) {
            Ok(table) => Ok(Value { line: first_line, data: lines.table(table.get_ref()) }),
            Err(error) => {
                let line = lines.of(error.span().map_or(0, |span| span.start));
                Err((line, error.message().to_string()))
            }
        }
    }

    /// The value of a key of a table.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a table; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, Value)] {
        if let Data::Table(entries) = &self.data { entries } else { &[] }
    }

    /// The items of a list; a single value is a list of one.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        if let Data::List(items) = &self.data { items } else { std::slice::from_ref(self) }
    }

    /// Text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    /// true or false.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        if let Data::Flag(flag) = self.data { Some(flag) } else { None }
    }

    /// A whole number.
    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        if let Data::Whole(number) = self.data { Some(number) } else { None }
    }

    /// A day.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        if let Data::Day(day) = self.data { Some(day) } else { None }
    }

    /// `"2024-03"`.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        self.text().and_then(Month::parse)
    }

    /// Yuan: a whole number or a decimal text.
    #[must_use]
    pub fn yuan(&self) -> Option<Fen> {
        match &self.data {
            Data::Whole(yuan) => Fen::parse_yuan(&yuan.to_string()).ok(),
            Data::Text(text) => Fen::parse_yuan(text).ok(),
            _ => None,
        }
    }

    /// A rate such as `"60%"`.
    #[must_use]
    pub fn rate(&self) -> Option<Rate> {
        self.text().filter(|text| text.ends_with('%')).and_then(|text| Rate::parse(text).ok())
    }

    /// How the value is written, for messages.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.data {
            Data::Text(text) => format!("\"{text}\""),
            Data::Whole(number) => number.to_string(),
            Data::Flag(flag) => flag.to_string(),
            Data::Day(day) => day.to_string(),
            Data::List(items) => {
                format!("[{}]", items.iter().map(Value::shown).collect::<Vec<_>>().join(", "))
            }
            Data::Table(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| format!("{key} = {}", value.shown()));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
            Data::Unsupported(what) => (*what).to_string(),
        }
    }
}

/// Finds lines from byte offsets.
struct Lines {
    starts: Vec<usize>,
    first: u32,
}

impl Lines {
    fn new(text: &str, first: u32) -> Lines {
        let starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { starts, first }
    }

    fn of(&self, offset: usize) -> u32 {
        let index = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        self.first + u32::try_from(index).unwrap_or(0)
    }

    fn table(&self, table: &DeTable<'_>) -> Data {
        let mut entries: Vec<(usize, String, Value)> = Vec::new();
        for (key, value) in table {
            entries.push((
                key.span().start,
                key.get_ref().to_string(),
                self.value(key.span().start, value),
            ));
        }
        entries.sort_by_key(|(at, ..)| *at);
        Data::Table(entries.into_iter().map(|(_, key, value)| (key, value)).collect())
    }

    fn value(&self, key_at: usize, value: &Spanned<DeValue<'_>>) -> Value {
        let at =
            if matches!(value.get_ref(), DeValue::Table(_)) { key_at } else { value.span().start };
        let data = match value.get_ref() {
            DeValue::String(text) => Data::Text(text.to_string()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Data::Unsupported("a number too large"), Data::Whole),
            DeValue::Boolean(flag) => Data::Flag(*flag),
            DeValue::Datetime(moment) => match (moment.date, moment.time) {
                (Some(date), None) => Date::from_ymd(i32::from(date.year), date.month, date.day)
                    .map_or(Data::Unsupported("no day of the calendar"), Data::Day),
                _ => Data::Unsupported("a time"),
            },
            DeValue::Float(_) => Data::Unsupported("a number with a decimal point"),
            DeValue::Array(items) => {
                Data::List(items.iter().map(|item| self.value(item.span().start, item)).collect())
            }
            DeValue::Table(table) => self.table(table),
        };
        let line = if matches!(value.get_ref(), DeValue::Table(_)) {
            self.of(value.span().start.max(at))
        } else {
            self.of(at)
        };
        Value { line, data }
    }
}
