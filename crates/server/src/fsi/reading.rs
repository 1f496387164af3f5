//! Reading rows: lenient about form, exact about values.
//!
//! A row is bound to the table of its node once; after that a field is asked for by its national name, whatever the sender
//! called it. Absent, `null`, blank and the word `null` are the same. Numbers may be texts. An error names node, row, field
//! and value.

use crate::clock::AHEAD;
use crate::fsi::codes;
use crate::fsi::fault::{Fault, Wire, Wrong};
use crate::fsi::fields::{Field, Kind, Table};
use crate::fsi::number::{Misfit, decimal};
use crate::fsi::tree::Value;
use crate::settings::{Codes, Manners};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Date, Moment};

/// One row of a node.
#[derive(Clone, Debug)]
pub struct Row<'m> {
    table: &'static Table,
    slots: Vec<Option<&'m Value<'m>>>,
    number: usize,
}

impl<'m> Row<'m> {
    /// Binds an object to its table. `number` counts the rows of the node from 1; 0 if it has one row only. Fields the
    /// table does not know are left out.
    #[must_use]
    pub fn bind(table: &'static Table, object: &'m Value<'m>, number: usize) -> Row<'m> {
        let mut slots = vec![None; table.fields.len()];
        let mut hint = 0;
        for (key, value) in object.pairs() {
            let Some(place) = table.place(key, hint) else { continue };
            hint = place + 1;
            let slot: &mut Option<&Value<'_>> = &mut slots[place];
            if slot.is_none_or(Value::is_blank) {
                *slot = Some(value);
            }
        }
        Row { table, slots, number }
    }

    /// The table of its node.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        self.table
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.table.place(name, usize::MAX)
    }

    fn value(&self, name: &str) -> Option<&'m Value<'m>> {
        self.slots[self.place(name)?]
    }

    /// A fault of a field of this row, with what would be right (empty: what the list of faults says).
    #[must_use]
    pub fn fault(&self, name: &str, kind: Wire, right: impl Into<String>) -> Fault {
        let field = self.place(name).map(|place| &self.table.fields[place]);
        let value = self.value(name).map_or("", Value::text).to_string();
        let field = field.map(|field| (field.name, field.zh));
        let (node, row) = (self.table.node, self.number);
        Wrong { kind, node, row, field, value, right: right.into() }.into()
    }

    /// The text of a field; empty if absent.
    #[must_use]
    pub fn text(&self, name: &str) -> &'m str {
        self.value(name).map_or("", Value::text)
    }

    /// The text of a field that the transaction cannot do without.
    ///
    /// # Errors
    /// [`Wire::Missing`].
    pub fn required(&self, name: &str) -> Result<&'m str, Fault> {
        match self.text(name) {
            "" => Err(self.fault(name, Wire::Missing, "")),
            text => Ok(text),
        }
    }

    fn number(&self, name: &str, decimals: u8) -> Result<Option<i64>, Fault> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        decimal(text, decimals).map(Some).map_err(|misfit| match misfit {
            Misfit::NotANumber => self.fault(name, Wire::NotANumber, ""),
            Misfit::TooFine => self.fault(name, Wire::TooFine, format!("最多{decimals}位小数")),
            Misfit::TooLarge => self.fault(name, Wire::TooLarge, ""),
        })
    }

    fn needed<T>(&self, name: &str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| self.fault(name, Wire::Missing, ""))
    }

    /// An amount in fen; `None` if absent.
    ///
    /// # Errors
    /// Why it is not an amount, as for all that follow.
    pub fn amount(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.number(name, 2)
    }

    /// An amount in fen that must be there.
    pub fn required_amount(&self, name: &str) -> Result<i64, Fault> {
        self.amount(name).and_then(|value| self.needed(name, value))
    }

    /// A quantity in ten-thousandths; `None` if absent.
    pub fn quantity(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.number(name, 4)
    }

    /// A quantity in ten-thousandths that must be there.
    pub fn required_quantity(&self, name: &str) -> Result<i64, Fault> {
        self.quantity(name).and_then(|value| self.needed(name, value))
    }

    /// A unit price in millionths of a yuan; `None` if absent.
    pub fn price(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.number(name, 6)
    }

    /// A unit price in millionths of a yuan that must be there.
    pub fn required_price(&self, name: &str) -> Result<i64, Fault> {
        self.price(name).and_then(|value| self.needed(name, value))
    }

    /// A whole number; `None` if absent.
    pub fn whole(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.number(name, 0)
    }

    /// A number in hundredths (days of treatment); `None` if absent.
    pub fn hundredths(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.number(name, 2)
    }

    /// A moment; a day alone is its midnight. `None` if absent.
    pub fn moment(&self, name: &str) -> Result<Option<Moment>, Fault> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        moment(text).map(Some).ok_or_else(|| self.fault(name, Wire::NotAMoment, ""))
    }

    /// A moment that must be there.
    pub fn required_moment(&self, name: &str) -> Result<Moment, Fault> {
        self.moment(name).and_then(|value| self.needed(name, value))
    }

    /// A day; of a moment its day. `None` if absent.
    pub fn date(&self, name: &str) -> Result<Option<Date>, Fault> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        let day = moment(text).map(Moment::date);
        day.map(Some).ok_or_else(|| self.fault(name, Wire::NotADate, ""))
    }

    /// A day that must be there.
    pub fn required_date(&self, name: &str) -> Result<Date, Fault> {
        self.date(name).and_then(|value| self.needed(name, value))
    }

    /// True if the field says yes: `1`, `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        let text = self.text(name);
        text == "1" || text.eq_ignore_ascii_case("true")
    }

    /// The rows of a node within this row, by the table of that node. One object counts as one row; absent as none.
    ///
    /// # Errors
    /// [`Wire::Shape`].
    pub fn rows(&self, name: &str, table: &'static Table) -> Result<Vec<Row<'m>>, Fault> {
        self.value(name).map_or(Ok(Vec::new()), |value| rows(table, value))
    }

    /// The texts of a list, or of a text with commas.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<&'m str> {
        match self.value(name) {
            Some(Value::Array(items)) => items.iter().map(Value::text).collect(),
            Some(other) => {
                other.text().split(',').map(str::trim).filter(|t| !t.is_empty()).collect()
            }
            None => Vec::new(),
        }
    }

    /// Bytes: base 64, or a list of numbers as some libraries write byte arrays (signed or not). `None` if absent.
    ///
    /// # Errors
    /// [`Wire::FileUnreadable`].
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let unreadable = |right| self.cut(name, Wire::FileUnreadable, right);
        let read = match self.value(name) {
            Some(Value::Array(numbers)) => {
                let bytes = numbers.iter().map(|number| byte(number.text()));
                bytes
                    .collect::<Option<_>>()
                    .ok_or_else(|| unreadable("字节数组的元素应为-128至255"))?
            }
            Some(value) => {
                let text: String =
                    value.text().chars().filter(|letter| !letter.is_whitespace()).collect();
                STANDARD.decode(text).map_err(|_| unreadable("应为base64编码或字节数组"))?
            }
            None => return Ok(None),
        };
        Ok(Some(read).filter(|bytes: &Vec<u8>| !bytes.is_empty()))
    }

    /// A fault of a field whose value is too long to be repeated.
    fn cut(&self, name: &str, kind: Wire, right: &str) -> Fault {
        let field = self.place(name).map(|place| &self.table.fields[place]);
        let field = field.map(|field| (field.name, field.zh));
        let (node, row, value) = (self.table.node, self.number, String::new());
        Wrong { kind, node, row, field, value, right: right.into() }.into()
    }

    /// What the sender wrote in a field, as it stands.
    #[must_use]
    pub fn json(&self, name: &str) -> serde_json::Value {
        self.value(name).map_or(serde_json::Value::Null, Value::to_json)
    }

    /// Everything the row says under the names of its table, blanks left out, for what is kept as it was said.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let said = self.table.fields.iter().zip(&self.slots);
        let said = said.filter_map(|(field, slot)| {
            let value = slot.filter(|value| !value.is_blank())?;
            Some((field.name.to_string(), value.to_json()))
        });
        serde_json::Value::Object(said.collect())
    }

    /// Checks the row against its table: what the edition requires is there, days are days, texts are not out of all
    /// proportion, codes are in their lists. What the sender is only to hear of goes into `notes`.
    pub(crate) fn check(&self, manners: &Manners, notes: &mut Vec<String>) -> Result<(), Fault> {
        for (field, slot) in self.table.fields.iter().zip(&self.slots) {
            let Some(value) = slot.filter(|value| !value.is_blank()) else {
                if manners.edition.requires(field) {
                    let fault = self.fault(field.name, Wire::Missing, "");
                    note(fault, manners.patient, notes)?;
                }
                continue;
            };
            self.fits(field, value)?;
            let Some(list) = field.list.filter(|_| manners.codes != Codes::Ignore) else {
                continue;
            };
            if !codes::has(list, value.text()) {
                let right = format!("可用1901查询字典{list}");
                let fault = self.fault(field.name, Wire::NotInList, right);
                note(fault, manners.codes == Codes::Warn, notes)?;
            }
        }
        Ok(())
    }

    fn fits(&self, field: &Field, value: &Value<'_>) -> Result<(), Fault> {
        match field.kind {
            Kind::Text(declared) if declared > 0 => {
                // Provinces count bytes or characters, and declare names too short: a text that is a little too long is
                // taken.
                let longest = usize::from(declared) * 4;
                if value.text().len() > longest.max(200) {
                    return Err(self.fault(field.name, Wire::TooLong, format!("最长{declared}")));
                }
                Ok(())
            }
            Kind::DateTime => self.moment(field.name).map(|_| ()),
            Kind::Date => self.date(field.name).map(|_| ()),
            _ => Ok(()),
        }
    }
}

fn note(fault: Fault, only: bool, notes: &mut Vec<String>) -> Result<(), Fault> {
    if only {
        notes.push(fault.to_string());
        return Ok(());
    }
    Err(fault)
}

/// The rows of a node as the sender wrote it: an array, or one object.
pub(crate) fn rows<'m>(table: &'static Table, value: &'m Value<'m>) -> Result<Vec<Row<'m>>, Fault> {
    match value {
        Value::Array(items) => {
            let rows = items.iter().enumerate();
            let rows = rows.filter(|(_, item)| !matches!(item, Value::Null));
            rows.map(|(place, item)| match item {
                Value::Object(_) => Ok(Row::bind(table, item, place + 1)),
                _ => Err(shape(table.node, place + 1)),
            })
            .collect()
        }
        Value::Object(_) => Ok(vec![Row::bind(table, value, usize::from(table.many))]),
        other if other.is_blank() => Ok(Vec::new()),
        _ => Err(shape(table.node, 0)),
    }
}

fn byte(text: &str) -> Option<u8> {
    let number: i16 = text.parse().ok()?;
    u8::try_from(number).ok().or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
}

fn shape(node: &'static str, row: usize) -> Fault {
    let right = String::new();
    Wrong { kind: Wire::Shape, node, row, field: None, value: String::new(), right }.into()
}

/// Reads the forms of the wild: `2024-03-01 08:30:00`, with `T`, `/` or `.` between the parts, without zeros
/// (`2024-3-1 8:30:00`), with milliseconds, with a zone (brought to the region's wall clock), fourteen or eight digits,
/// or milliseconds since 1970 (thirteen digits, UTC).
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    Moment::parse(text).or_else(|| {
        if text.bytes().all(|byte| byte.is_ascii_digit()) { compact(text) } else { loose(text) }
    })
}

fn compact(digits: &str) -> Option<Moment> {
    match digits.len() {
        8 | 14 | 17 => {
            let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("00");
            let day = [part(0..4), part(4..6), part(6..8)].join("-");
            let time = [part(8..10), part(10..12), part(12..14)].join(":");
            Moment::parse(&format!("{day} {time}"))
        }
        13 => digits.parse().ok().map(|millis: i64| Moment(millis + AHEAD)),
        _ => None,
    }
}

fn loose(text: &str) -> Option<Moment> {
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "0:0:0"));
    let mut parts = day.split(['-', '/', '.']);
    let mut next = || parts.next()?.parse::<u16>().ok();
    let (year, month, date) = (next()?, next()?, next()?);
    let (time, ahead) = zone(time.trim())?;
    let mut parts = time.split([':', '.']);
    let mut next = || parts.next().map_or(Some(0), |part| part.parse::<u16>().ok());
    let (hour, minute, second) = (next()?, next()?, next()?);
    let day = format!("{year:04}-{month:02}-{date:02}");
    let local = Moment::parse(&format!("{day} {hour:02}:{minute:02}:{second:02}"))?;
    Some(Moment(local.0 + AHEAD - ahead))
}

/// The clock, and how many milliseconds it is ahead of UTC: eight hours if it does not say.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, AHEAD)) };
    let (time, offset) = time.split_at(at);
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(0..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |text| text.parse().ok())?;
    let ahead = (hours * 60 + minutes) * 60_000;
    Some((time, if offset.starts_with('-') { -ahead } else { ahead }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_signed_or_not() {
        assert_eq!(
            ["0", "255", "-1", "-128"].map(byte),
            [Some(0), Some(255), Some(255), Some(128)]
        );
        assert_eq!(["256", "-129", "1.5", ""].map(byte), [None; 4]);
    }

    #[test]
    fn moments_are_read_in_the_forms_of_the_wild() {
        for text in [
            "2024-03-01 08:30:00",
            "2024-03-01T08:30:00",
            "2024-03-01 08:30:00.000",
            "2024/3/1 8:30:00",
            "2024-3-1 8:30",
            "2024-03-01T00:30:00.000Z",
            "2024-03-01T08:30:00.000+08:00",
            "2024-03-01T00:30:00.000+0000",
            "20240301083000",
            "1709253000000",
        ] {
            let read = moment(text).map(|moment| moment.to_string());
            assert_eq!(read.as_deref(), Some("2024-03-01 08:30:00"), "{text}");
        }
        assert_eq!(moment("2024-03-01"), moment("20240301"));
        for text in ["", "昨天", "2024-13-01", "2024-02-30 00:00:00", "08:30:00", "1"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
