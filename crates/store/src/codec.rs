//! Values that stand in one column as text: accumulators as a JSON object, payers as a JSON list.

use crate::StoreError;
use crate::model::Cells;
use serde::de::{MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::sync::Arc;

/// Accumulators as text: `{"cell":1}`, in order of name.
pub(crate) fn cells_text(cells: &Cells) -> String {
    let mut text = String::with_capacity(2 + cells.len() * 24);
    text.push('{');
    for (place, (name, value)) in cells.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_quoted(&mut text, name);
        text.push(':');
        text.push_str(&value.to_string());
    }
    text.push('}');
    text
}

/// Reads [`cells_text`].
pub(crate) fn read_cells(text: &str) -> Result<Cells, StoreError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde::Deserializer::deserialize_map(&mut reader, CellsVisitor)
        .map_err(|what| StoreError::Damaged(format!("accumulators of a year: {what}")))
}

/// Payers as text: `["a","b"]`.
pub(crate) fn payers_text(payers: &[Arc<str>]) -> String {
    let mut text = String::from("[");
    for (place, payer) in payers.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_quoted(&mut text, payer);
    }
    text.push(']');
    text
}

/// Reads [`payers_text`].
pub(crate) fn read_payers(text: &str) -> Result<Vec<Arc<str>>, StoreError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde::Deserializer::deserialize_seq(&mut reader, PayersVisitor)
        .map_err(|what| StoreError::Damaged(format!("payers of an entry: {what}")))
}

fn push_quoted(text: &mut String, name: &str) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if name.bytes().all(plain) {
        text.push('"');
        text.push_str(name);
        text.push('"');
    } else {
        text.push_str(&serde_json::Value::from(name).to_string());
    }
}

struct CellsVisitor;

impl<'de> Visitor<'de> for CellsVisitor {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of whole numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let mut cells = Cells::new();
        while let Some((name, value)) = map.next_entry::<Box<str>, i64>()? {
            cells.insert(Arc::from(name), value);
        }
        Ok(cells)
    }
}

struct PayersVisitor;

impl<'de> Visitor<'de> for PayersVisitor {
    type Value = Vec<Arc<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of 人员编号")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Arc<str>>, A::Error> {
        let mut payers = Vec::new();
        while let Some(payer) = list.next_element::<Box<str>>()? {
            payers.push(Arc::from(payer));
        }
        Ok(payers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accumulators_and_payers_read_back() {
        let names = ["plain", "门诊/起付线", "with \"quotes\" and \\", "with\nline"];
        let cells: Cells = (0..).zip(names).map(|(n, name)| (Arc::from(name), n - 2)).collect();
        assert_eq!(read_cells(&cells_text(&cells)).unwrap(), cells);
        let payers: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
        assert_eq!(read_payers(&payers_text(&payers)).unwrap(), payers);
        assert_eq!(cells_text(&Cells::new()), "{}");
    }

    #[test]
    fn what_this_program_would_not_write_is_damage() {
        for text in ["", "[]", "{\"a\":1.5}", "{\"a\":\"1\"}", "{\"a\":1"] {
            assert!(matches!(read_cells(text), Err(StoreError::Damaged(_))), "{text}");
        }
        assert!(matches!(read_payers("{}"), Err(StoreError::Damaged(_))));
    }
}
