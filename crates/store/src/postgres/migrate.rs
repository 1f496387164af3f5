//! The schema: its versions, and bringing a database to the newest.

use super::connection::Connection;
use super::failure::Failure;
use crate::StoreError;
use crate::migration::{Migration, pending};

/// Versions of the schema on PostgreSQL.
pub const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "books", sql: include_str!("migrations/0001_books.sql") }];

/// The oldest server that has what is needed, as `server_version_num`.
const OLDEST: i32 = 150_000;

/// Brings the schema to the newest version, each step in a transaction; other processes that do the same wait.
pub(super) fn migrate(connection: &Connection, all: &'static [Migration]) -> Result<(), Failure> {
    check_server(connection)?;
    connection.simple(
        "BEGIN; SELECT pg_advisory_xact_lock(7160124); \
         CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, name text NOT NULL); \
         COMMIT",
    )?;
    connection.simple("BEGIN; SELECT pg_advisory_xact_lock(7160124)")?;
    let result = steps(connection, all);
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.simple(end)?;
    result
}

fn steps(connection: &Connection, all: &'static [Migration]) -> Result<(), Failure> {
    let current = version(connection)?;
    for step in pending(all, current)? {
        connection.simple(step.sql)?;
        let note = "INSERT INTO schema_version (version, name) VALUES ($1, $2)";
        connection.rows(note, &[&step.version, &step.name])?;
    }
    Ok(())
}

/// The version of the schema.
pub(super) fn version(connection: &Connection) -> Result<i64, Failure> {
    let rows = connection.rows("SELECT coalesce(max(version), 0) FROM schema_version", &[])?;
    Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?)
}

fn check_server(connection: &Connection) -> Result<(), Failure> {
    let rows = connection.rows(
        "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding')",
        &[],
    )?;
    let Some(row) = rows.first() else { return Ok(()) };
    let (version, encoding): (i32, &str) = (row.try_get(0)?, row.try_get(1)?);
    if version < OLDEST {
        let what = format!("PostgreSQL {} is too old: 15 or newer is needed", version / 10_000);
        return Err(StoreError::Database(what).into());
    }
    if encoding != "UTF8" {
        let what = format!(
            "the database has encoding {encoding}: make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        );
        return Err(StoreError::Database(what).into());
    }
    Ok(())
}
