//! Values that stand in one column as text: accumulators as a JSON object, payers, postings and fee lines as JSON lists.

use crate::StoreError;
use crate::batch::Changes;
use crate::model::{Cells, EntryKind, Line, Posting};
use kernel::{Fen, Moment};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
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

/// Postings as text: `[[3001,"",96712],[2001,"person",-96712]]`, the account, the party, fen.
pub(crate) fn postings_text(postings: &[Posting]) -> String {
    let mut text = String::with_capacity(2 + postings.len() * 32);
    text.push('[');
    for (place, Posting { account, party, amount }) in postings.iter().enumerate() {
        text.push_str(if place > 0 { ",[" } else { "[" });
        text.push_str(&account.to_string());
        text.push(',');
        push_quoted(&mut text, party);
        text.push(',');
        text.push_str(&amount.get().to_string());
        text.push(']');
    }
    text.push(']');
    text
}

/// Reads [`postings_text`].
pub(crate) fn read_postings(text: &str) -> Result<Vec<Posting>, StoreError> {
    let rows: Vec<(i16, Cow<'_, str>, i64)> = serde_json::from_str(text)
        .map_err(|what| StoreError::Damaged(format!("postings of an entry: {what}")))?;
    let posting = |(account, party, amount): (i16, Cow<'_, str>, i64)| Posting {
        account,
        party: Arc::from(party),
        amount: Fen::new(amount),
    };
    Ok(rows.into_iter().map(posting).collect())
}

/// What of an entry cannot be read, of its kind, payers and postings.
pub(crate) fn wrong_with_entry(kind: i16, payers: Option<&str>, postings: &str) -> Option<String> {
    let kind = EntryKind::from_number(kind)
        .map(drop)
        .ok_or_else(|| StoreError::Damaged(format!("no kind of entry has number {kind}")));
    let payers = payers.map_or(Ok(()), |text| read_payers(text).map(drop));
    let read = kind.and(payers).and_then(|()| read_postings(postings).map(drop));
    read.err().map(|error| error.to_string())
}

/// A line whose body is no JSON, which would leave the list of its visit unreadable.
pub(crate) fn refuse_bodies(changes: &Changes) -> Result<(), StoreError> {
    let mut lines = changes.sheets.iter().flat_map(|sheet| &sheet.lines);
    let broken = lines.find(|line| serde_json::from_str::<IgnoredAny>(&line.body).is_err());
    broken.map_or(Ok(()), |line| {
        let what = format!("the body of fee line {:?} is not JSON", line.serial);
        Err(StoreError::Conflict(what))
    })
}

/// Fee lines as text: `[{"batch":"1","serial":"1","item":"X","amount":100,"at":0,"body":{}}]`.
pub(crate) fn lines_text(lines: &[Line]) -> String {
    let bodies: usize = lines.iter().map(|line| line.body.len() + 128).sum();
    let mut text = String::with_capacity(2 + bodies);
    text.push('[');
    for (place, Line { batch, serial, item, amount, at, body }) in lines.iter().enumerate() {
        text.push_str(if place > 0 { ",{\"batch\":" } else { "{\"batch\":" });
        push_quoted(&mut text, batch);
        text.push_str(",\"serial\":");
        push_quoted(&mut text, serial);
        text.push_str(",\"item\":");
        push_quoted(&mut text, item);
        text.push_str(",\"amount\":");
        text.push_str(&amount.get().to_string());
        text.push_str(",\"at\":");
        text.push_str(&at.0.to_string());
        text.push_str(",\"body\":");
        text.push_str(body);
        text.push('}');
    }
    text.push(']');
    text
}

/// A fee line as it stands in the list of its visit.
#[derive(Deserialize)]
struct StoredLine<'a> {
    #[serde(borrow)]
    batch: Cow<'a, str>,
    #[serde(borrow)]
    serial: Cow<'a, str>,
    #[serde(borrow)]
    item: Cow<'a, str>,
    amount: i64,
    at: i64,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// Reads [`lines_text`].
pub(crate) fn read_lines(text: &str) -> Result<Vec<Line>, StoreError> {
    let rows: Vec<StoredLine<'_>> = serde_json::from_str(text)
        .map_err(|what| StoreError::Damaged(format!("fee lines of a visit: {what}")))?;
    let line = |row: StoredLine<'_>| Line {
        batch: Arc::from(row.batch),
        serial: Arc::from(row.serial),
        item: Arc::from(row.item),
        amount: Fen::new(row.amount),
        at: Moment(row.at),
        body: Arc::from(row.body.get()),
    };
    Ok(rows.into_iter().map(line).collect())
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
    fn postings_and_lines_read_back() {
        let posting = |party: &str, fen| Posting {
            account: 3001,
            party: party.into(),
            amount: Fen::new(fen),
        };
        let postings = vec![posting("", 5), posting("with \"quotes\"", -5)];
        assert_eq!(read_postings(&postings_text(&postings)).unwrap(), postings);
        assert_eq!(postings_text(&postings[..1]), r#"[[3001,"",5]]"#);
        let line = Line {
            batch: "批\n1".into(),
            serial: "1".into(),
            item: "X".into(),
            amount: Fen::new(7),
            at: Moment(-1),
            body: r#"{"a": "\u00e9"}"#.into(),
        };
        let lines = vec![line.clone(), line];
        assert_eq!(read_lines(&lines_text(&lines)).unwrap(), lines);
    }

    #[test]
    fn what_this_program_would_not_write_is_damage() {
        for text in ["", "[]", "{\"a\":1.5}", "{\"a\":\"1\"}", "{\"a\":1"] {
            assert!(matches!(read_cells(text), Err(StoreError::Damaged(_))), "{text}");
        }
        assert!(matches!(read_payers("{}"), Err(StoreError::Damaged(_))));
        assert!(matches!(read_postings(r#"[[1,"",1.5]]"#), Err(StoreError::Damaged(_))));
        assert!(matches!(read_lines("[{}]"), Err(StoreError::Damaged(_))));
    }
}
