//! What a sender wrote, as a light tree that borrows from the message.
//!
//! Numbers keep their digits: an amount never passes through a float. The library checks the syntax; then one walk makes
//! the tree.

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
        let checked: &RawValue = serde_json::from_str(text)?;
        Walk { text: checked.get(), at: 0 }.value(0)
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

/// Goes once over JSON whose syntax has been checked.
struct Walk<'m> {
    text: &'m str,
    /// The next byte.
    at: usize,
}

impl<'m> Walk<'m> {
    fn value(&mut self, depth: usize) -> Result<Value<'m>, serde_json::Error> {
        if depth > DEEPEST {
            return Err(serde_json::Error::custom("节点嵌套过深"));
        }
        match self.peek() {
            b'"' => self.quoted().map(Value::Text),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            _ => Ok(self.scalar()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'m>, serde_json::Error> {
        let mut pairs = Vec::with_capacity(24);
        self.at += 1;
        while self.peek() == b'"' {
            let key = self.quoted()?;
            self.pass(b':');
            pairs.push((key, self.value(depth + 1)?));
            self.pass(b',');
        }
        self.pass(b'}');
        Ok(Value::Object(pairs))
    }

    fn array(&mut self, depth: usize) -> Result<Value<'m>, serde_json::Error> {
        let mut items = Vec::new();
        self.at += 1;
        while !matches!(self.peek(), b']' | b'\0') {
            items.push(self.value(depth + 1)?);
            self.pass(b',');
        }
        self.pass(b']');
        Ok(Value::Array(items))
    }

    /// A text, borrowed unless something in it is escaped.
    fn quoted(&mut self) -> Result<Cow<'m, str>, serde_json::Error> {
        let from = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            match self.byte() {
                b'"' | b'\0' => break,
                b'\\' => (escaped, self.at) = (true, self.at + 2),
                _ => self.at += 1,
            }
        }
        let inner = self.text.get(from + 1..self.at).unwrap_or_default();
        self.at += 1;
        if escaped {
            let whole = self.text.get(from..self.at).unwrap_or_default();
            return serde_json::from_str(whole).map(Cow::Owned);
        }
        Ok(Cow::Borrowed(inner))
    }

    /// A number, a flag or null.
    fn scalar(&mut self) -> Value<'m> {
        let from = self.at;
        self.at += 1;
        while !matches!(self.byte(), b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | b'\0') {
            self.at += 1;
        }
        match self.text.get(from..self.at).unwrap_or_default() {
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            "null" => Value::Null,
            digits => Value::Number(digits),
        }
    }

    /// The byte here; 0, which no checked JSON holds, at the end.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.byte()
    }

    /// Goes past a byte if it is the next.
    fn pass(&mut self, byte: u8) {
        if self.peek() == byte {
            self.at += 1;
        }
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
