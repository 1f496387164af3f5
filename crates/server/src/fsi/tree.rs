//! What a sender wrote, as a light tree that borrows from the message.
//!
//! Numbers keep their digits: an amount never passes through a float. A level is parsed once and its values are looked at
//! only when they are asked for, so that nodes nobody reads cost nothing but the check of their syntax.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Nodes deeper than this are not read: no message of the interface nests so deep.
const DEEPEST: usize = 24;

/// A value as the sender wrote it.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'m> {
    /// `null`.
    Null,
    /// true or false.
    Flag(bool),
    /// The digits of a number.
    Number(&'m str),
    /// A text.
    Text(Cow<'m, str>),
    /// An object, in the order written.
    Object(Vec<(Cow<'m, str>, Value<'m>)>),
    /// An array.
    Array(Vec<Value<'m>>),
}

impl<'m> Value<'m> {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// What is wrong with the JSON, and where.
    pub fn parse(text: &'m str) -> Result<Value<'m>, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Value::of(raw.get(), 0)
    }

    fn of(raw: &'m str, depth: usize) -> Result<Value<'m>, serde_json::Error> {
        if depth > DEEPEST {
            return Err(serde_json::Error::custom("节点嵌套过深"));
        }
        let value = match raw.as_bytes().first() {
            Some(b'"') => Value::Text(unquoted(raw)?),
            Some(b'{') => {
                let Pairs(pairs) = serde_json::from_str(raw)?;
                let read =
                    |(key, raw): (_, &'m RawValue)| Ok((key, Value::of(raw.get(), depth + 1)?));
                Value::Object(
                    pairs.into_iter().map(read).collect::<Result<_, serde_json::Error>>()?,
                )
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(raw)?;
                let items = items.into_iter().map(|raw| Value::of(raw.get(), depth + 1));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Some(b't') => Value::Flag(true),
            Some(b'f') => Value::Flag(false),
            Some(b'n') | None => Value::Null,
            Some(_) => Value::Number(raw),
        };
        Ok(value)
    }

    /// Its text: of a text, a number or a flag (`1`, `0`); empty for everything that means nothing: null, blanks, and the
    /// word `null` that some senders write.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => {
                let text = text.trim();
                if text.eq_ignore_ascii_case("null") { "" } else { text }
            }
            Value::Number(digits) => digits,
            Value::Flag(true) => "1",
            Value::Flag(false) => "0",
            Value::Null | Value::Object(_) | Value::Array(_) => "",
        }
    }

    /// True if it says nothing.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Object(pairs) => pairs.is_empty(),
            Value::Array(items) => items.is_empty(),
            other => other.text().is_empty(),
        }
    }

    /// The pairs of an object; none of anything else.
    #[must_use]
    pub fn pairs(&self) -> &[(Cow<'m, str>, Value<'m>)] {
        if let Value::Object(pairs) = self { pairs } else { &[] }
    }

    /// The same as a value of its own, for what is kept as it was said.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Flag(flag) => serde_json::Value::Bool(*flag),
            Value::Number(digits) => serde_json::Value::String((*digits).to_string()),
            Value::Text(text) => serde_json::Value::String(text.to_string()),
            Value::Array(items) => items.iter().map(Value::to_json).collect(),
            Value::Object(pairs) => {
                pairs.iter().map(|(key, value)| (key.to_string(), value.to_json())).collect()
            }
        }
    }
}

/// The text of a JSON string, borrowed unless something in it is escaped.
fn unquoted(raw: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Ok(Cow::Borrowed(inner)),
        _ => serde_json::from_str(raw).map(Cow::Owned),
    }
}

/// The pairs of an object as they stand in the text.
pub(crate) struct Pairs<'m>(pub(crate) Vec<(Cow<'m, str>, &'m RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs<'de>, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON对象")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::with_capacity(24);
        while let Some(Key(key)) = map.next_key()? {
            pairs.push((key, map.next_value()?));
        }
        Ok(Pairs(pairs))
    }
}

struct Key<'m>(Cow<'m, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        deserializer.deserialize_str(KeyVisitor).map(Key)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("键")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_string()))
    }
}
