//! A year played in each region and on each store: at its end everything that can be known in two ways agrees.

use agency::town::{CHONGQING, GUANGXI};
use cluster::{Cluster, Settings};
use gongji::year::report::Report;
use gongji::year::sums::Sql;
use gongji::year::{Plan, play, temporary};
use policy::{Choice, Library};
use std::sync::Arc;
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use store::{Area, Store};

fn plan(area: Area, people: u32, seed: u64) -> Plan {
    Plan { area, people, seed, year: 2025 }
}

fn played(plan: &Plan, store: Arc<dyn Store>, sql: &Sql, settings: &[&str]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let set = settings.iter().map(ToString::to_string).collect();
    let (library, choice) = (Library::shipped(), Choice { set, ..Choice::default() });
    play(plan, store, sql, (&library, &choice), folder.path(), &mut |_, _| ()).unwrap()
}

/// Of what is certain, if only one looks, supervision finds all.
fn finds_what_is_certain(report: &Report) {
    for caught in &report.score.schemes {
        assert!(caught.found <= caught.planted && caught.by_own_rule <= caught.found, "{caught:?}");
        if ["wrong sex or age", "no details"].contains(&caught.en) {
            assert_eq!(caught.by_own_rule, caught.planted, "{caught:?}");
        }
    }
    let planted: u64 = report.score.schemes.iter().map(|caught| caught.planted).sum();
    assert_eq!(planted, 8, "one of each scheme");
}

/// On SQLite.
fn on_sqlite(plan: &Plan) -> Report {
    under(plan, &[])
}

/// On SQLite, with other values of the policy.
fn under(plan: &Plan, settings: &[&str]) -> Report {
    let folder = temporary().unwrap();
    let sql = Sql::Sqlite(folder.path().to_owned());
    played(plan, Arc::new(Sqlite::open(folder.path()).unwrap()), &sql, settings)
}

fn agrees(report: &Report) {
    let wrong: Vec<_> = report.checks.iter().filter(|it| !it.faults.is_empty()).collect();
    assert!(report.clean(), "{wrong:#?}");
}

#[test]
fn a_year_of_chongqing_agrees() {
    let report = on_sqlite(&plan(CHONGQING, 120, 7));
    agrees(&report);
    finds_what_is_certain(&report);
}

#[test]
fn a_year_of_guangxi_agrees() {
    let report = on_sqlite(&plan(GUANGXI, 120, 8));
    agrees(&report);
    finds_what_is_certain(&report);
}

#[test]
fn deposits_are_withheld_and_released_within_the_year() {
    agrees(&under(&plan(GUANGXI, 40, 11), &["payment.deposit=5%"]));
}

#[test]
fn the_same_seed_is_the_same_year() {
    let plan = plan(GUANGXI, 40, 9);
    assert_eq!(on_sqlite(&plan), on_sqlite(&plan));
}

#[test]
fn a_year_on_postgresql_is_that_on_sqlite() {
    let plan = plan(CHONGQING, 40, 10);
    let settings = Settings { durable: false, ..Settings::default() };
    let cluster = Cluster::start(&settings).unwrap();
    let url = cluster.connection_string();
    let store = Arc::new(Postgres::open(&url).unwrap());
    let report = played(&plan, store, &Sql::Postgres(url), &[]);
    agrees(&report);
    assert_eq!(report, on_sqlite(&plan));
}
