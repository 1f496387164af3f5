//! A message as a transaction sees it: envelope, tables, and the rows of its nodes.

use crate::fsi::edition::Edition;
use crate::fsi::envelope::Envelope;
use crate::fsi::fault::{Fault, Wire, Wrong};
use crate::fsi::fields::{Direction, Kind, Sheet, Table, folded};
use crate::fsi::reading::{self, Row};
use crate::fsi::tree::Value;
use crate::settings::Manners;
use kernel::Moment;
use std::sync::Arc;
use store::{Area, PersonKey};

/// A message that has been read.
#[derive(Debug)]
pub struct Message<'m> {
    /// Its envelope.
    pub envelope: &'m Envelope<'m>,
    /// The tables of its transaction.
    pub sheet: &'static Sheet,
    /// The edition of its sender.
    pub edition: &'static Edition,
    /// Its input.
    pub input: &'m Value<'m>,
    /// 统筹区 that insures the person, or, where none is named, that of the institution.
    pub area: Area,
    /// 统筹区 whose agency has the agreement with the institution.
    pub listed: Area,
    /// 定点医药机构 that sends it.
    pub institution: Arc<str>,
    /// When it arrived.
    pub received: Moment,
    /// What is odd about it, for the sender to read.
    pub notes: Vec<String>,
    /// The rows of its nodes, bound to their tables.
    rows: Vec<(&'static Table, Result<Vec<Row<'m>>, Fault>)>,
}

/// Where a message comes from and whom it is about, as far as its envelope and the books say it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// See [`Message::area`].
    pub area: Area,
    /// See [`Message::listed`].
    pub listed: Area,
    /// See [`Message::institution`].
    pub institution: Arc<str>,
    /// See [`Message::received`].
    pub received: Moment,
}

impl<'m> Message<'m> {
    /// Binds the rows of a message to the tables of its transaction, and checks them: what its edition requires is there,
    /// numbers and days are in form, codes are in their lists.
    ///
    /// # Errors
    /// The first fault, in the order of the tables.
    pub fn read(
        envelope: &'m Envelope<'m>,
        input: &'m Value<'m>,
        sheet: &'static Sheet,
        manners: &Manners,
        origin: Origin,
    ) -> Result<Message<'m>, Fault> {
        let Origin { area, listed, institution, received } = origin;
        let (edition, notes, rows) = (manners.edition, Vec::new(), Vec::new());
        let mut message = Message {
            envelope,
            sheet,
            edition,
            input,
            area,
            listed,
            institution,
            received,
            notes,
            rows,
        };
        for table in sheet.nodes(Direction::In) {
            if let Some(value) = message.find(table) {
                message.rows.push((table, reading::rows(table, value)));
            }
        }
        let mut notes = Vec::new();
        for row in message.rows.iter().filter_map(|(_, rows)| rows.as_ref().ok()).flatten() {
            message.check(row, manners, &mut notes)?;
        }
        message.notes = notes;
        Ok(message)
    }

    fn check(
        &self,
        row: &Row<'m>,
        manners: &Manners,
        notes: &mut Vec<String>,
    ) -> Result<(), Fault> {
        row.check(manners, notes)?;
        for field in &row.table().fields {
            if !matches!(field.kind, Kind::Rows | Kind::Row) {
                continue;
            }
            if let Some(table) = self.sheet.table(Direction::In, field.name) {
                for inner in row.rows(field.name, table)? {
                    self.check(&inner, manners, notes)?;
                }
            }
        }
        Ok(())
    }

    /// The table of a node of this transaction's input.
    ///
    /// # Errors
    /// [`Wire::Internal`] if the tables have no such node.
    pub fn table(&self, node: &str) -> Result<&'static Table, Fault> {
        let table = self.sheet.table(Direction::In, node);
        table.ok_or_else(|| Fault::wire(Wire::Internal, node))
    }

    /// The one row of a node.
    ///
    /// # Errors
    /// [`Wire::NodeMissing`], [`Wire::Shape`], or [`Wire::RowCount`] if there are several.
    pub fn row(&self, node: &str) -> Result<Row<'m>, Fault> {
        let mut rows = self.rows(node)?;
        let table = self.table(node)?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (Some(_), false) => Err(node_fault(table, Wire::RowCount, "应为一行")),
            (None, _) => Err(missing(table)),
        }
    }

    /// The rows of a node; none if it is absent.
    ///
    /// # Errors
    /// [`Wire::Shape`].
    pub fn rows(&self, node: &str) -> Result<Vec<Row<'m>>, Fault> {
        let found = self.rows.iter().find(|(table, _)| table.node == node);
        found.map_or(Ok(Vec::new()), |(_, rows)| rows.clone())
    }

    /// The rows of a node that must have some.
    ///
    /// # Errors
    /// [`Wire::NodeMissing`], [`Wire::Shape`].
    pub fn some_rows(&self, node: &str) -> Result<Vec<Row<'m>>, Fault> {
        let rows = self.rows(node)?;
        if rows.is_empty() { Err(missing(self.table(node)?)) } else { Ok(rows) }
    }

    /// The person that a row names by `psn_no` (in any spelling).
    ///
    /// # Errors
    /// [`Wire::Missing`].
    pub fn person(&self, row: &Row<'_>) -> Result<PersonKey, Fault> {
        row.required("psn_no").map(|number| PersonKey::new(self.area, number))
    }

    /// Where a node stands: under its name in any spelling, directly under input or within another node (`data` around
    /// everything is common); and where the transaction has one node only, whatever the sender calls it.
    fn find(&self, table: &Table) -> Option<&'m Value<'m>> {
        if table.node.is_empty() {
            return Some(self.only().unwrap_or(self.input));
        }
        let wanted = folded(table.node);
        let named = |value: &'m Value<'m>| {
            let mut pairs = value.pairs().iter();
            pairs.find(|(key, _)| *key == table.node || folded(key) == wanted)
        };
        let within = || self.input.pairs().iter().find_map(|(_, value)| named(value));
        let found = named(self.input).or_else(within).map(|(_, value)| value);
        found.or_else(
            || if self.sheet.nodes(Direction::In).count() == 1 { self.only() } else { None },
        )
    }

    /// The only node there is; or the input itself, if its fields stand there without a node.
    fn only(&self) -> Option<&'m Value<'m>> {
        match self.input.pairs() {
            [(_, value @ (Value::Object(_) | Value::Array(_)))] => Some(value),
            [] => None,
            _ => Some(self.input),
        }
    }
}

fn missing(table: &Table) -> Fault {
    node_fault(table, Wire::NodeMissing, "")
}

fn node_fault(table: &Table, kind: Wire, right: &str) -> Fault {
    let (node, right) = (table.node, right.to_string());
    Wrong { kind, node, row: 0, field: None, value: String::new(), right }.into()
}
