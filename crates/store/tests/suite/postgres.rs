//! What only PostgreSQL can get wrong: other processes, lost connections, partitions.

use crate::inventory::inventory;
use crate::sample::{AREA, account, entry, fact, id, key, message, newcomer, sheet, wants};
use crate::stores;
use cluster::{Cluster, Settings};
use kernel::Fen;
use std::cell::Cell;
use std::thread;
use store::postgres::Postgres;
use store::{Changes, FAMILY, Id, PersonKey, Queries, Store, StoreError, Wants};

/// Puts one fen on each account of a batch.
fn add_a_fen(store: &Postgres, people: &[PersonKey]) {
    let wanted = wants(&people.iter().collect::<Vec<_>>());
    let result = store.commit(&wanted, &mut |found| {
        let mut changes = Changes::default();
        for key in people {
            let mut account = found.accounts[key].clone();
            account.current += Fen::new(1);
            changes.accounts.push(account);
        }
        changes
    });
    result.unwrap();
}

#[test]
fn processes_that_change_the_same_people_lose_nothing() {
    const ROUNDS: usize = 25;
    let database = stores::new_database();
    let store = Postgres::open(&database).unwrap();
    let people: Vec<PersonKey> = (0..6).map(|number| key(&format!("p{number}"))).collect();
    for who in &people {
        let newcomer = newcomer(who, "测试甲");
        store.commit(&wants(&[who]), &mut |_| newcomer.clone()).unwrap();
    }
    thread::scope(|scope| {
        for process in 0..3 {
            let (database, mut people) = (&database, people.clone());
            // The order in which a process names people is nothing.
            people.rotate_left(process);
            scope.spawn(move || {
                let store = Postgres::open(database).unwrap();
                for round in 0..ROUNDS {
                    add_a_fen(&store, &people[round % 3..]);
                    add_a_fen(&store, &people[..3 + round % 3]);
                }
            });
        }
    });
    let sum: i64 = store.accounts(AREA, "", 9).unwrap().iter().map(|a| a.current.get()).sum();
    let fen_added = (0..ROUNDS).map(|round| 6 - round % 3 + 3 + round % 3).sum::<usize>() * 3;
    assert_eq!(sum, 6 * 20_000 + i64::try_from(fen_added).unwrap());
}

#[test]
fn one_of_two_processes_that_open_an_account_at_once_decides_again() {
    let database = stores::new_database();
    let (one, other) = (Postgres::open(&database).unwrap(), Postgres::open(&database).unwrap());
    let who = key("9001");
    let decided = Cell::new(0);
    let result = one.commit(&wants(&[&who]), &mut |found| {
        decided.set(decided.get() + 1);
        if decided.get() == 1 {
            assert!(found.accounts.is_empty());
            let faster = newcomer(&who, "测试乙");
            other.commit(&wants(&[&who]), &mut |_| faster.clone()).unwrap();
            return newcomer(&who, "测试甲");
        }
        let mut account = found.accounts[&who].clone();
        account.current += Fen::new(1);
        Changes { accounts: vec![account], ..Changes::default() }
    });
    result.unwrap();
    let found = one.read(&wants(&[&who])).unwrap();
    assert_eq!((decided.get(), &*found.files[&who].person.name), (2, "测试乙"));
    assert_eq!(found.accounts[&who].current, Fen::new(20_001));
}

#[test]
fn a_payer_who_joins_while_a_batch_waits_is_locked_too() {
    let database = stores::new_database();
    let (one, other) = (Postgres::open(&database).unwrap(), Postgres::open(&database).unwrap());
    let (child, parent) = (key("9001"), key("9002"));
    for (who, name) in [(&child, "测试甲"), (&parent, "测试乙")] {
        let newcomer = newcomer(who, name);
        one.commit(&wants(&[who]), &mut |_| newcomer.clone()).unwrap();
    }
    thread::scope(|scope| {
        let joined = one.commit(&wants(&[&child]), &mut |_| {
            // Waits for the lock that is held here.
            scope.spawn(|| {
                let found = |found: store::Found| {
                    assert!(found.accounts.contains_key(&parent));
                    Changes::default()
                };
                other.commit(&wants(&[&child]), &mut { found }).unwrap();
            });
            thread::sleep(std::time::Duration::from_millis(300));
            Changes {
                facts: vec![fact(&child, id("2026-01-02 08:00:00", 1), FAMILY, "9002")],
                accounts: vec![account(&child, 20_000, 2)],
                ..Changes::default()
            }
        });
        joined.unwrap();
    });
}

#[test]
fn a_row_of_any_month_finds_its_partition() {
    let store = stores::postgres();
    let who = key("9001");
    let newcomer = newcomer(&who, "测试甲");
    store.commit(&wants(&[&who]), &mut |_| newcomer.clone()).unwrap();
    let days = ["1999-12-31 23:59:59.999", "2000-01-01", "2026-02-28", "2031-07-01", "9999-12-31"];
    for (number, day) in (1..).zip(days) {
        let entry = entry(&who, id(day, number), id(day, number + 10));
        let changes = Changes {
            visits: vec![crate::sample::visit(&who, entry.visit)],
            sheets: vec![sheet(&who, entry.visit, &[("1", 100)])],
            entries: vec![entry],
            ..Changes::default()
        };
        store.commit(&wants(&[&who]), &mut |_| changes.clone()).unwrap();
    }
    let history = store.history(&who, Id::MIN, Id::MAX).unwrap();
    assert_eq!(history.len(), days.len());
    assert!(history.iter().all(|entry| entry.postings.len() == 3));
    let visits = history.iter().map(|entry| (who.clone(), entry.visit)).collect();
    let found = store.read(&Wants { visits, ..Wants::default() }).unwrap();
    let lines = history.iter().map(|entry| found.lines[&entry.visit].len());
    assert_eq!(lines.collect::<Vec<_>>(), [1; 5]);
}

#[test]
fn a_text_that_cannot_be_stored_is_a_conflict_of_its_batch_alone() {
    let store = stores::postgres();
    let who = key("9001");
    let newcomer = newcomer(&who, "zero \0 byte");
    let refused = store.commit(&wants(&[&who]), &mut |_| newcomer.clone());
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    let newcomer = crate::sample::newcomer(&who, "测试甲");
    store.commit(&wants(&[&who]), &mut |_| newcomer.clone()).unwrap();
}

#[test]
fn what_was_committed_survives_a_kill_and_the_store_comes_back() {
    let mut cluster = Cluster::start(&Settings::default()).unwrap();
    let store = Postgres::open(&cluster.connection_string()).unwrap();
    let who = key("9001");
    let newcomer = newcomer(&who, "测试甲");
    store.commit(&wants(&[&who]), &mut |_| newcomer.clone()).unwrap();
    let entry = entry(&who, id("2026-03-02 10:00:00", 2), Id::MIN);
    let settled = Changes {
        accounts: vec![account(&who, 17_000, 1)],
        messages: vec![message("m1", "2207", 7, &entry)],
        entries: vec![entry],
        ..Changes::default()
    };
    store.commit(&wants(&[&who]), &mut |_| settled.clone()).unwrap();
    let before = inventory(&store, AREA);

    cluster.kill().unwrap();
    let refused = store.commit(&wants(&[&who]), &mut |_| Changes::default());
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let refused = store.read(&Wants::default());
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(matches!(store.ping(), Err(StoreError::Unavailable(_))));
    cluster.restart().unwrap();
    assert_eq!(inventory(&store, AREA), before);

    cluster.stop().unwrap();
    cluster.restart().unwrap();
    // The connection was cut while it was idle, which nobody needs to know.
    store.commit(&wants(&[&who]), &mut |_| Changes::default()).unwrap();
    assert_eq!(inventory(&store, AREA), before);
}
