//! Claims straight from the books: under the policy in force they come to what the books hold, on both stores.

use crate::command::gongji;
use agency::town::{CHONGQING, GUANGXI};
use cluster::{Cluster, Settings};
use gongji::year::sums::Sql;
use gongji::year::{Plan, play, temporary};
use kernel::Fen;
use policy::{Choice, Library};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use store::{Area, Entry, EntryKind, Id, Store};

fn plan(area: Area) -> Plan {
    Plan { area, people: 60, seed: 7, year: 2025 }
}

/// Plays a year into books; what all entries of the books that pay for care hold together.
fn played(plan: &Plan, store: &Arc<dyn Store>, sql: &Sql) -> (Fen, BTreeSet<EntryKind>) {
    let folder = tempfile::tempdir().unwrap();
    let (library, choice) = (Library::shipped(), Choice::default());
    let law = (&library, &choice);
    play(plan, store.clone(), sql, law, folder.path(), &mut |_, _| ()).unwrap();
    let entries = store.entries(plan.area, Id::MIN, Id::MAX, 1_000_000).unwrap();
    let kinds = entries.iter().map(|entry| entry.kind).collect();
    (entries.iter().map(paid).sum(), kinds)
}

/// What an entry adds to what the funds paid for care.
fn paid(entry: &Entry) -> Fen {
    use EntryKind::{
        Correction, Reimbursement, Reinstatement, Reversal, Settlement, Undo, Withdrawal,
    };
    match entry.kind {
        Settlement | Undo | Reversal | Reinstatement | Reimbursement | Withdrawal => entry.funds,
        Correction => {
            let record: serde_json::Value = serde_json::from_str(&entry.record).unwrap();
            let funds = record["correction"]["funds"].as_array().unwrap();
            funds.iter().map(|fen| Fen::new(fen.as_i64().unwrap())).sum()
        }
        _ => Fen::ZERO,
    }
}

fn said(arguments: &[&str]) -> (bool, String) {
    gongji(arguments).printed().unwrap()
}

/// The yuan that a line of a report ends with.
fn amount(report: &str, line: &str) -> String {
    let found = report.lines().find(|text| text.starts_with(line));
    let words = found.unwrap_or_else(|| panic!("{line}: {report}")).split_whitespace();
    words.last().unwrap().to_string()
}

/// The rows of claims of every kind that the books have.
fn rows_are_of_every_kind(place: &[&str], region: &str, folder: &Path) {
    let out = folder.join("claims.csv");
    let path = out.to_str().unwrap();
    said(
        &[&["export", "claims", "--region", region, "--year", "2025", "--out", path], place]
            .concat(),
    );
    let text = std::fs::read_to_string(&out).unwrap();
    for kind in ["pharmacy", "internet", "paper", "consultation", "retired", "active"] {
        let rows = text.lines().filter(|line| line.split(',').any(|cell| cell == kind)).count();
        assert!(rows > 0, "no row of {kind}");
    }
}

#[test]
fn a_year_of_chongqing_comes_to_what_the_books_hold() {
    let folder = temporary().unwrap();
    let data = folder.path().join("books");
    let sql = Sql::Sqlite(data.clone());
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&data).unwrap());
    let (held, kinds) = played(&plan(CHONGQING), &store, &sql);
    // The books are for one process at a time.
    drop(store);
    for kind in
        [EntryKind::Undo, EntryKind::Reimbursement, EntryKind::Import, EntryKind::Correction]
    {
        assert!(kinds.contains(&kind), "the year has no {kind:?}");
    }
    let place = ["--data", data.to_str().unwrap()];
    let simulate = [&["simulate", "--policy", "500000", "--year", "2025"], &place[..]].concat();
    let (content, report) = said(&[&simulate[..], &["--against-books"]].concat());
    assert!(content && report.contains("逐人逐月一致"), "{report}");
    let funds =
        ["统筹基金", "大额互助"].map(|fund| Fen::parse_yuan(&amount(&report, fund)).unwrap());
    assert_eq!(funds.into_iter().sum::<Fen>(), held, "{report}");
    rows_are_of_every_kind(&place, "500000", folder.path());

    let set = "programme.ordinary.deductible.amount=[{yuan=0}]";
    let (content, other) = said(&[&simulate[..], &["--against-books", "--set", set]].concat());
    assert!(content && other.contains("结算所用的政策版本与 A 不同"), "{other}");
    assert_eq!(amount(&other, "其中起付标准"), "0.00", "what is set is what is settled under");

    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    said(
        &[&["claims", "group", "--out", store, "--buckets", "4", "--year", "2025"], &place[..]]
            .concat(),
    );
    let (_, grouped) = said(&["simulate", "--policy", "500000", "--claims", store]);
    assert_eq!(grouped, report[..report.find("\nA 与账务库核对").unwrap()]);
}

#[test]
fn a_year_of_guangxi_on_postgresql_comes_to_what_the_books_hold() {
    let cluster = Cluster::start(&Settings { durable: false, ..Settings::default() }).unwrap();
    let url = cluster.connection_string();
    let store: Arc<dyn Store> = Arc::new(Postgres::open(&url).unwrap());
    let (held, _) = played(&plan(GUANGXI), &store, &Sql::Postgres(url.clone()));
    let place = ["--postgres", &url];
    let simulate = [&["simulate", "--policy", "450000", "--against-books"], &place[..]].concat();
    let (content, report) = said(&simulate);
    assert!(content && report.contains("逐人逐月一致"), "{report}");
    assert_eq!(Fen::parse_yuan(&amount(&report, "统筹基金")).unwrap(), held);
    let folder = temporary().unwrap();
    rows_are_of_every_kind(&place, "450000", folder.path());
}

#[test]
fn what_is_wrong_is_said() {
    let folder = temporary().unwrap();
    let nowhere = folder.path().to_str().unwrap();
    let refused = |arguments: &[&str]| gongji(arguments).code.unwrap_err();
    let simulate = ["simulate", "--policy", "500000"];
    let of = |more: &[&str]| refused(&[&simulate[..], more].concat());
    assert!(of(&["--data", nowhere]).contains("这里没有账务库"));
    assert!(of(&[]).contains("--claims"));
    assert!(of(&["--claims", "a.parquet", "--data", nowhere]).contains("--data"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    let against = ["--claims", example.to_str().unwrap(), "--against-books"];
    assert!(of(&against).contains("--against-books 要与 --data 或 --postgres 同用"));
}
