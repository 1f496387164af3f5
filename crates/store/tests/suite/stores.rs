//! Empty books to test on: SQLite in a directory, PostgreSQL in a database of a cluster that all tests share.

use cluster::{Cluster, Settings};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use tempfile::TempDir;
use tokio_postgres::SimpleQueryMessage;

/// New books on SQLite, and the directory they lie in as long as it is held.
pub(crate) fn sqlite() -> (Sqlite, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Sqlite::open(directory.path()).unwrap(), directory)
}

/// How to connect to a new, empty database.
pub(crate) fn new_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let settings = Settings { durable: false, ..Settings::default() };
    let cluster = CLUSTER.get_or_init(|| Cluster::start(&settings).unwrap());
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    cluster.new_database(&format!("books_{number}")).unwrap()
}

/// New books on PostgreSQL.
pub(crate) fn postgres() -> Postgres {
    Postgres::open(&new_database()).unwrap()
}

/// Runs statements in a database, beside any store; the first column of the rows they give.
pub(crate) fn run(database: &str, sql: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(database, tokio_postgres::NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        let answers = client.simple_query(sql).await.unwrap();
        drop(client);
        driver.await.unwrap().unwrap();
        let first = |answer: &SimpleQueryMessage| match answer {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        answers.iter().filter_map(first).collect()
    })
}
