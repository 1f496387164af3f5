//! What a region states, as the ground that a grid varies.

use super::{Amiss, Parameter, Step, apply};
use crate::fault::nearest;
use crate::library::Region;
use crate::statement;
use crate::value::{Data, Value};
use kernel::Date;
use kernel::policy::Vocabulary;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of which days the values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Of all days; a value that changes cannot be varied.
    Always,
    /// Of this day.
    On(Date),
    /// Of the last days.
    Last,
}

/// Every value that a region states, by path.
#[derive(Clone, Debug)]
pub struct Base {
    /// None: it is not the same on all days.
    stated: BTreeMap<String, Option<Value>>,
    vocabulary: Arc<Vocabulary>,
}

impl Base {
    /// The values of a region.
    #[must_use]
    pub fn of(region: &Region, when: When) -> Base {
        let spans = statement::spans(&region.statements, &mut Vec::new());
        let last = spans.len().saturating_sub(1);
        let mut stated: BTreeMap<String, Option<Value>> = BTreeMap::new();
        for (index, span) in spans.iter().enumerate() {
            let wanted = match when {
                When::Always => true,
                When::On(day) => span.from <= day && day <= span.to,
                When::Last => index == last,
            };
            for statement in span.iter().filter(|_| wanted) {
                let value = Some(statement.value.clone());
                stated
                    .entry(statement.path.clone())
                    .and_modify(|known| {
                        let same = |known: &Value| known.shown() == statement.value.shown();
                        *known = known.take().filter(same);
                    })
                    .or_insert(value);
            }
        }
        Base { stated, vocabulary: region.timeline.vocabulary.clone() }
    }

    /// Nothing varied yet.
    pub(super) fn begin(&self) -> Changed<'_> {
        Changed { base: self, values: BTreeMap::new() }
    }

    /// The path of a statement and the key of its rows: the last part of a path may be the key.
    fn place<'p>(&self, parameter: &'p Parameter) -> (&'p str, Option<&'p str>) {
        let path = &*parameter.path;
        match (&parameter.key, path.rsplit_once('.')) {
            (None, Some((parent, key)))
                if !self.stated.contains_key(path) && self.stated.contains_key(parent) =>
            {
                (parent, Some(key))
            }
            (key, _) => (path, key.as_deref()),
        }
    }
}

/// Values on their way to a combination.
pub(super) struct Changed<'b> {
    base: &'b Base,
    values: BTreeMap<String, Value>,
}

impl Changed<'_> {
    /// Takes a step of a parameter.
    pub(super) fn vary(&mut self, parameter: &Parameter, step: usize) -> Result<(), Amiss> {
        let Some(step) = parameter.steps.get(step) else { return Ok(()) };
        let (path, key) = self.base.place(parameter);
        let stated = match self.values.get(path) {
            Some(value) => Some(value),
            None => match self.base.stated.get(path) {
                Some(None) => return Err(changes(path)),
                Some(Some(value)) => Some(value),
                None => None,
            },
        };
        let varied = match stated {
            Some(stated) => apply::step(stated, parameter, key, step, &self.base.vocabulary)?,
            None => self.new_value(parameter, key, step)?,
        };
        self.values.insert(path.to_string(), varied);
        Ok(())
    }

    /// A value that is not stated yet: only whole ones can be.
    fn new_value(
        &self,
        parameter: &Parameter,
        key: Option<&str>,
        step: &Step,
    ) -> Result<Value, Amiss> {
        let path = &parameter.path;
        let below: Vec<&str> = self.keys_below(path).collect();
        if !below.is_empty() {
            let below = below.join(", ");
            return Err(Amiss::new(
                format!("{path} 是一张表，不是一个值；它里面有 {below}"),
                format!("{path} is a table, not a value; in it are {below}"),
            ));
        }
        let plain = parameter.how == super::How::Set
            && parameter.conditions.is_empty()
            && parameter.row.is_none()
            && key.is_none();
        let data = match step {
            Step::Value(value) => Some(value.data.clone()),
            Step::Word(word) => Some(match word.as_str() {
                "true" | "false" => Data::Flag(word == "true"),
                _ => Date::parse(word).map_or_else(|| Data::Text(word.clone()), Data::Day),
            }),
            Step::Number(number) if number.percent => Some(Data::Text(number.to_string())),
            Step::Number(number) => number.fen().map(apply::yuan),
        };
        let data = data.filter(|_| plain);
        data.map(|data| Value { line: 0, data }).ok_or_else(|| {
            let near = nearest(path, self.base.stated.keys().map(String::as_str));
            let near = near.or_else(|| beside(path, &self.base.stated)).unwrap_or("—");
            Amiss::new(
                format!("政策里没有 {path} 的值可改；相近的有 {near}（gongji policy show 列出全部）"),
                format!("the policy states nothing at {path}; near it: {near} (gongji policy show lists all)"),
            )
        })
    }

    /// Keys stated in the table of this path.
    fn keys_below<'s>(&'s self, path: &'s str) -> impl Iterator<Item = &'s str> {
        let rest = move |known: &'s String| known.strip_prefix(path)?.strip_prefix('.');
        self.base.stated.keys().filter_map(rest)
    }

    /// As `path=value`.
    pub(super) fn set(self) -> Vec<String> {
        self.values.iter().map(|(path, value)| format!("{path}={}", written(value))).collect()
    }
}

/// A path with as long a beginning in common as any.
fn beside<'b>(path: &str, stated: &'b BTreeMap<String, Option<Value>>) -> Option<&'b str> {
    let common = |other: &str| path.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    stated.keys().map(String::as_str).max_by_key(|other| common(other))
}

fn changes(path: &str) -> Amiss {
    Amiss::new(
        format!("{path} 的值在不同的日子不同：用 --policy 地区@日期 说明以哪一天的为准"),
        format!(
            "the value of {path} is not the same on all days: say of which day by --policy REGION@DATE"
        ),
    )
}

/// A value as TOML writes it.
fn written(value: &Value) -> String {
    let text = |text: &str| {
        let mut out = String::from("\"");
        for c in text.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                _ => out.push(c),
            }
        }
        out + "\""
    };
    match &value.data {
        Data::Text(value) => text(value),
        Data::List(items) => {
            format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(","))
        }
        Data::Table(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{key}={}", written(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        _ => value.shown(),
    }
}
