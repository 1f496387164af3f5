//! A message as a transaction sees it: envelope, tables, and the rows of its nodes.

use crate::fsi::edition::Edition;
use crate::fsi::envelope::Envelope;
use crate::fsi::fault::{Fault, Wire, Wrong};
use crate::fsi::fields::{Direction, Sheet, Table, folded};
use crate::fsi::reading::{self, Row};
use crate::fsi::tree::Value;
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
    /// 定点医药机构 that sends it.
    pub institution: Arc<str>,
    /// When it arrived.
    pub received: Moment,
}

impl<'m> Message<'m> {
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
        let table = self.table(node)?;
        let value = self.find(table).ok_or_else(|| missing(table))?;
        let mut rows = reading::rows(table, value)?;
        let count = rows.len();
        match (rows.pop(), count) {
            (Some(row), 1) => Ok(row),
            (Some(_), _) => Err(node_fault(table, Wire::RowCount, "应为一行")),
            (None, _) => Err(missing(table)),
        }
    }

    /// The rows of a node; none if it is absent.
    ///
    /// # Errors
    /// [`Wire::Shape`].
    pub fn rows(&self, node: &str) -> Result<Vec<Row<'m>>, Fault> {
        let table = self.table(node)?;
        self.find(table).map_or(Ok(Vec::new()), |value| reading::rows(table, value))
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
