//! Plain SQL on the store, beside everything that the program does with it.

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use store::sqlite::FILE;

/// Where to ask.
#[derive(Clone, Debug)]
pub enum Sql {
    /// A data directory.
    Sqlite(PathBuf),
    /// Address of a database.
    Postgres(String),
}

impl Sql {
    /// A query whose columns are all texts or numbers; every value as text. `entry`, as SQL, is the id of an entry in hex.
    ///
    /// # Errors
    /// Of the database.
    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<String>>> {
        let whole = || format!("SQL：{sql}");
        match self {
            Sql::Sqlite(folder) => sqlite(folder, sql).with_context(whole),
            Sql::Postgres(url) => postgres(url, sql).with_context(whole),
        }
    }

    /// The SQL of an id in hex.
    #[must_use]
    pub fn hex(&self, column: &str) -> String {
        match self {
            Sql::Sqlite(_) => format!("lower(hex({column}))"),
            Sql::Postgres(_) => format!("replace({column}::text, '-', '')"),
        }
    }
}

fn sqlite(folder: &Path, sql: &str) -> Result<Vec<Vec<String>>> {
    use rusqlite::types::Value;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(folder.join(FILE), flags)?;
    let mut statement = db.prepare(sql)?;
    let columns = statement.column_count();
    let text = |value: Value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        _ => String::new(),
    };
    let rows = statement
        .query_map([], |row| (0..columns).map(|place| Ok(text(row.get(place)?))).collect())?;
    rows.map(|row| Ok(row?)).collect()
}

fn postgres(url: &str, sql: &str) -> Result<Vec<Vec<String>>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        let driving = tokio::spawn(connection);
        let messages = client.simple_query(sql).await?;
        let rows = messages.into_iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                let text = |place| row.get(place).unwrap_or_default().to_owned();
                Some((0..row.len()).map(text).collect())
            }
            _ => None,
        });
        let rows = rows.collect();
        drop(client);
        let _ = driving.await;
        Ok(rows)
    })
}
