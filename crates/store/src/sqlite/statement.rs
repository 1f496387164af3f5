//! Prepared statements, kept by each connection.

use rusqlite::{CachedStatement, Connection, Result, ToSql};

/// A statement, prepared unless the connection has it already.
pub(super) fn prepare<'db>(db: &'db Connection, sql: &str) -> Result<CachedStatement<'db>> {
    #[cfg(test)]
    crate::plans::note(sql);
    db.prepare_cached(sql)
}

/// A statement that is prepared when it is first run.
pub(super) struct Lazy<'db> {
    db: &'db Connection,
    sql: &'static str,
    statement: Option<CachedStatement<'db>>,
}

impl<'db> Lazy<'db> {
    pub(super) fn new(db: &'db Connection, sql: &'static str) -> Lazy<'db> {
        Lazy { db, sql, statement: None }
    }

    /// Runs it with one row; the number of rows it touched.
    pub(super) fn run(&mut self, row: &[&dyn ToSql]) -> Result<usize> {
        let statement = match &mut self.statement {
            Some(statement) => statement,
            empty => empty.insert(prepare(self.db, self.sql)?),
        };
        statement.execute(row)
    }
}
