//! Writes what a batch decided: one statement a table, each with a column of values for every parameter.
//!
//! The statements go out in one packet, with the COMMIT behind them unless an answer has to be looked at first. After a
//! failure PostgreSQL refuses what follows, so a COMMIT sent along takes everything back.

mod people;
mod books;
mod filed;

use super::connection::{Boxed, Connection, Parameter, in_order};
use super::failure::Failure;
use super::partitions;
use crate::StoreError;
use crate::batch::{Changes, Known};
use crate::id::Id;
use std::borrow::Cow;
use tokio_postgres::types::ToSql;

/// One statement and its columns.
struct Write<'a> {
    sql: Cow<'static, str>,
    /// None: the statement is left out.
    rows: usize,
    columns: Vec<Box<dyn ToSql + Sync + 'a>>,
    /// Whether it joins its keys with the table in an order that depends on how much the table holds.
    planned_each_time: bool,
    /// What the number of rows touched must be, and what it means if it is not.
    expected: Option<(usize, fn() -> StoreError)>,
}

impl<'a> Write<'a> {
    fn new(sql: &'static str, rows: usize) -> Write<'a> {
        let sql = Cow::Borrowed(sql);
        Write { sql, rows, columns: Vec::new(), planned_each_time: false, expected: None }
    }

    fn column<T: ToSql + Sync + 'a>(mut self, values: impl Iterator<Item = T>) -> Write<'a> {
        if self.rows > 0 {
            self.columns.push(Box::new(values.collect::<Vec<T>>()));
        }
        self
    }

    /// Of rows with these ids, all of one month: goes to the partition itself, which saves finding it for every row.
    fn into_partition(mut self, table: &str, ids: impl Iterator<Item = Id>) -> Write<'a> {
        if let Some(partition) = partitions::only_one(table, ids) {
            let (all, one) = (format!("INTO {table} "), format!("INTO {partition} "));
            self.sql = Cow::Owned(self.sql.replacen(&all, &one, 1));
        }
        self
    }

    fn planned_each_time(mut self) -> Write<'a> {
        self.planned_each_time = true;
        self
    }

    fn touching(mut self, rows: usize, otherwise: fn() -> StoreError) -> Write<'a> {
        self.expected = Some((rows, otherwise));
        self
    }
}

/// Everything decided, and the end of the transaction.
pub(super) async fn write(
    connection: &Connection,
    changes: &Changes,
    known: &Known,
) -> Result<(), Failure> {
    let mut writes = statements(changes, known);
    writes.retain(|write| write.rows > 0);
    let look_first = writes.iter().any(|write| write.expected.is_some());
    let mut parts: Vec<Boxed<'_, Result<u64, Failure>>> = Vec::with_capacity(writes.len() + 1);
    for write in &writes {
        let statement = match write.planned_each_time {
            true => connection.new_statement(&write.sql).await?,
            false => connection.statement(write.sql.clone()).await?,
        };
        let columns: Vec<&Parameter<'_>> =
            write.columns.iter().map(|column| &**column as &Parameter<'_>).collect();
        let client = connection.client();
        parts.push(Box::pin(async move { Ok(client.execute(&statement, &columns).await?) }));
    }
    let commit = || -> Boxed<'_, Result<u64, Failure>> {
        let client = connection.client();
        Box::pin(async move { Ok(client.batch_execute("COMMIT").await.map(|()| 0)?) })
    };
    if !look_first {
        parts.push(commit());
    }
    let touched: Vec<u64> = in_order(parts).await.into_iter().collect::<Result<_, _>>()?;
    if look_first {
        for (write, touched) in writes.iter().zip(touched) {
            match write.expected {
                Some((rows, otherwise)) if u64::try_from(rows) != Ok(touched) => {
                    return Err(otherwise().into());
                }
                _ => {}
            }
        }
        commit().await?;
    }
    Ok(())
}

/// In the order in which they are run.
fn statements<'a>(changes: &'a Changes, known: &Known) -> Vec<Write<'a>> {
    let mut all = people::statements(changes, known);
    all.extend(filed::statements(changes));
    all.extend(books::statements(changes, known));
    all
}
