//! Books of every earlier version of the schema open, and those of a later one are refused.

use crate::inventory::inventory;
use crate::sample::AREA;
use crate::stores;
use crate::story::Life;
use store::migration::Migration;
use store::postgres::{self, Postgres};
use store::sqlite::{self, FILE, Sqlite};
use store::{Queries, StoreError};

#[test]
fn versions_count_from_one_without_a_gap() {
    for all in [sqlite::MIGRATIONS, postgres::MIGRATIONS] {
        let versions: Vec<i64> = all.iter().map(|step| step.version).collect();
        let expected: Vec<i64> = (1..).take(all.len()).collect();
        assert_eq!(versions, expected);
    }
    let names = |all: &[Migration]| all.iter().map(|step| step.name).collect::<Vec<_>>();
    assert_eq!(names(sqlite::MIGRATIONS), names(postgres::MIGRATIONS), "both stores move together");
}

#[test]
fn books_of_every_earlier_version_open_on_sqlite() {
    for version in 0..=sqlite::MIGRATIONS.len() {
        let directory = tempfile::tempdir().unwrap();
        let old = rusqlite::Connection::open(directory.path().join(FILE)).unwrap();
        let history = "CREATE TABLE schema_version \
                       (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT";
        old.execute_batch(history).unwrap();
        for step in &sqlite::MIGRATIONS[..version] {
            old.execute_batch(step.sql).unwrap();
            let note = "INSERT INTO schema_version VALUES (?1, ?2)";
            old.execute(note, (step.version, step.name)).unwrap();
        }
        drop(old);
        let store = Sqlite::open(directory.path()).unwrap();
        assert_eq!(store.areas().unwrap(), []);
        Life::tell(&store);
        let before = inventory(&store, AREA);
        drop(store);
        assert_eq!(inventory(&Sqlite::open(directory.path()).unwrap(), AREA), before);
    }
}

#[test]
fn books_of_every_earlier_version_open_on_postgresql() {
    for version in 0..=postgres::MIGRATIONS.len() {
        let database = stores::new_database();
        stores::run(
            &database,
            "CREATE TABLE schema_version (version bigint PRIMARY KEY, name text NOT NULL)",
        );
        for step in &postgres::MIGRATIONS[..version] {
            stores::run(&database, step.sql);
            let (version, name) = (step.version, step.name);
            stores::run(
                &database,
                &format!("INSERT INTO schema_version VALUES ({version}, '{name}')"),
            );
        }
        let store = Postgres::open(&database).unwrap();
        assert_eq!(store.areas().unwrap(), []);
        Life::tell(&store);
        let before = inventory(&store, AREA);
        drop(store);
        assert_eq!(inventory(&Postgres::open(&database).unwrap(), AREA), before);
    }
}

#[test]
fn books_of_a_newer_version_are_refused() {
    let note = "INSERT INTO schema_version (version, name) VALUES (1000, 'tomorrow')";
    let (store, directory) = stores::sqlite();
    drop(store);
    rusqlite::Connection::open(directory.path().join(FILE)).unwrap().execute_batch(note).unwrap();
    let database = stores::new_database();
    drop(Postgres::open(&database).unwrap());
    stores::run(&database, note);
    for refused in
        [Sqlite::open(directory.path()).map(|_| ()), Postgres::open(&database).map(|_| ())]
    {
        let Err(StoreError::Damaged(said)) = refused else { panic!("{refused:?}") };
        assert!(said.contains("schema version 1000") && said.contains("a newer one"), "{said}");
    }
}
