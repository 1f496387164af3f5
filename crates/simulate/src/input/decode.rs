//! The values of an attribute as codes.

use super::cells::{Cells, Value};
use parquet::errors::Result;
use std::collections::HashMap;

/// Stands for a value that is not given.
pub(super) const NULL: i64 = i64::MIN;

/// The values of an attribute, each with a code. Code 0 is "not given".
pub(super) struct Codes {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    small: [u32; 256],
    large: HashMap<i64, u32>,
    bytes: HashMap<Box<[u8]>, u32>,
}

/// Not looked up yet.
const NEW: u32 = u32::MAX;

impl Codes {
    pub(super) fn new() -> Codes {
        let (texts, numbers) = (vec!["".into()], HashMap::from([("".into(), 0)]));
        Codes { texts, numbers, small: [NEW; 256], large: HashMap::new(), bytes: HashMap::new() }
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize).map_or("", |text| text)
    }

    /// The greatest code so far.
    pub(super) fn last(&self) -> usize {
        self.texts.len() - 1
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(0);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// The code of a whole number, which `name` puts into words the first time.
    #[inline]
    pub(super) fn of_int(&mut self, value: i64, name: impl Fn(i64) -> String) -> u32 {
        match usize::try_from(value).ok().and_then(|value| self.small.get(value)) {
            Some(code) if *code != NEW => *code,
            _ => self.look_up_int(value, name),
        }
    }

    #[cold]
    fn look_up_int(&mut self, value: i64, name: impl Fn(i64) -> String) -> u32 {
        if let Some(code) = self.large.get(&value) {
            return *code;
        }
        let code = if value == NULL { 0 } else { self.number(&name(value)) };
        match usize::try_from(value).ok().and_then(|value| self.small.get_mut(value)) {
            Some(place) => *place = code,
            None => {
                self.large.insert(value, code);
            }
        }
        code
    }

    /// The code of a text, which `name` puts into our words the first time.
    #[inline]
    pub(super) fn of_text(&mut self, text: &[u8], name: impl Fn(&str) -> String) -> u32 {
        if let Some(code) = self.bytes.get(text) {
            return *code;
        }
        let code = self.number(&name(String::from_utf8_lossy(text).trim()));
        self.bytes.insert(text.into(), code);
        code
    }

    /// Reads `rows` codes.
    pub(super) fn read(
        &mut self,
        column: &mut impl Cells,
        rows: usize,
        int_name: impl Fn(i64) -> String,
        text_name: impl Fn(&str) -> String,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        out.clear();
        let code = |value: Value<'_>| match value {
            Value::Number(number) => self.of_int(number, &int_name),
            Value::Text(text) => self.of_text(text, &text_name),
        };
        column.read(rows, 0, code, out)
    }
}
