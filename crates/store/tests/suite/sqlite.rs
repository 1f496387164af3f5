//! What only SQLite can get wrong.

use crate::sample::{account, entry, fact, id, key, message, newcomer, sheet, visit, wants, year};
use std::fs;
use std::time::{Duration, Instant};
use store::sqlite::{FILE, Settings, Sqlite};
use store::{Changes, FAMILY, Store, Wants};

#[test]
fn a_settlement_is_there_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    let who = key("9001");
    let visit = visit(&who, id("2026-03-02 09:00:00", 1));
    let entry = entry(&who, id("2026-03-02 10:00:00", 2), visit.id);
    let message = message("m1", "2207", 7, &entry);
    let mut all = wants(&[&who]);
    all.messages.insert(message.key.clone());
    all.visits.insert((who.clone(), visit.id));

    let store = Sqlite::open(directory.path()).unwrap();
    let mut first = newcomer(&who, "测试甲");
    first.visits.push(visit.clone());
    let sheet = sheet(&who, visit.id, &[("1", 6_000), ("2", 4_000)]);
    first.sheets.push(sheet.clone());
    store.commit(&all, &mut |_| first.clone()).unwrap();
    let settled = Changes {
        accounts: vec![account(&who, 17_000, 1)],
        years: vec![year(&who, 2026, &[("pool", 6_000)])],
        entries: vec![entry.clone()],
        messages: vec![message.clone()],
        ..Changes::default()
    };
    store
        .commit(&all, &mut |found| {
            assert!(found.messages.is_empty() && found.lines[&visit.id].len() == 2);
            settled.clone()
        })
        .unwrap();
    drop(store);

    let found = Sqlite::open(directory.path()).unwrap().read(&all).unwrap();
    assert_eq!(found.messages, [message]);
    assert_eq!(found.entries[&entry.id], entry);
    assert_eq!(found.accounts[&who], account(&who, 17_000, 1));
    assert_eq!(found.years[&(who.clone(), 2026)], year(&who, 2026, &[("pool", 6_000)]).cells);
    assert_eq!(found.files[&who].person.name.as_ref(), "测试甲");
    assert_eq!(found.lines[&visit.id], sheet.lines);
}

#[test]
fn a_data_directory_is_open_in_one_place_only() {
    let directory = tempfile::tempdir().unwrap();
    let first = Sqlite::open(directory.path()).unwrap();
    let second = Sqlite::open(directory.path()).unwrap_err().to_string();
    assert!(second.contains("is open in another process"), "{second}");
    drop(first);
    Sqlite::open(directory.path()).unwrap();
}

#[test]
fn whoever_pays_for_a_person_is_found_with_them() {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let (child, parent) = (key("9001"), key("9002"));
    let mut first = newcomer(&child, "测试甲");
    let other = newcomer(&parent, "测试乙");
    first.people.extend(other.people);
    first.accounts.extend(other.accounts);
    first.facts.push(fact(&child, id("2026-01-02 08:00:00", 1), FAMILY, "9002"));
    store.commit(&Wants::default(), &mut |_| first.clone()).unwrap();

    let mut wanted = wants(&[&child]);
    let found = store.read(&wanted).unwrap();
    assert!(found.accounts.contains_key(&parent));
    wanted.known.insert(child.clone(), found.files[&child].clone());
    let found = store.read(&wanted).unwrap();
    assert!(found.accounts.contains_key(&parent) && !found.files.contains_key(&child));
}

#[test]
fn the_log_begins_anew_at_its_bound_under_load_without_a_pause() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings { log_bound: 1 << 20, ..Settings::default() };
    let store = Sqlite::open_with(directory.path(), settings).unwrap();
    let log = directory.path().join(format!("{FILE}-wal"));
    let logged = || fs::metadata(&log).unwrap().len();
    let mut commit = |number: u64| {
        let mut changes = Changes::default();
        for person in 0..16 {
            let newcomer = newcomer(&key(&format!("p{number:07}-{person}")), "测试甲");
            changes.people.extend(newcomer.people);
            changes.accounts.extend(newcomer.accounts);
        }
        store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    };
    (0..8).for_each(&mut commit);
    let a_commit = logged() / 8;
    let begun = Instant::now();
    let all = (8..).find(|number| {
        commit(*number);
        number * a_commit > 4 * logged() || begun.elapsed() > Duration::from_secs(60)
    });
    assert!(all.unwrap() * a_commit > 4 * logged(), "the log has grown with every commit");
    drop(store);
    assert!(!log.exists() || logged() == 0, "closing empties the log");
}
