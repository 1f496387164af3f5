//! Backups are of one moment and come back whole.

use crate::inventory::inventory;
use crate::sample::{AREA, key, newcomer, wants};
use crate::story::Life;
use crate::{sample, stores};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use store::postgres::{self, Postgres};
use store::sqlite::{self, Sqlite};
use store::{Id, Queries, Store, StoreError};

#[test]
fn a_restored_backup_on_sqlite_holds_what_the_books_held() {
    let (store, _directory) = stores::sqlite();
    Life::tell(&store);
    let place = tempfile::tempdir().unwrap();
    let (copy, again) = (place.path().join("copy"), place.path().join("again"));
    store.backup(&copy).unwrap();
    assert!(matches!(store.backup(&copy), Err(StoreError::Conflict(_))), "never over another");
    sqlite::restore(&copy, &again).unwrap();
    assert!(matches!(sqlite::restore(&copy, &again), Err(StoreError::Conflict(_))));
    let restored = Sqlite::open(&again).unwrap();
    assert_eq!(inventory(&restored, AREA), inventory(&store, AREA));
}

#[test]
fn a_restored_backup_on_postgresql_holds_what_the_books_held() {
    let store = stores::postgres();
    Life::tell(&store);
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    store.backup(&copy).unwrap();
    assert!(matches!(store.backup(&copy), Err(StoreError::Conflict(_))), "never over another");
    let database = stores::new_database();
    postgres::restore(&copy, &database).unwrap();
    assert!(matches!(postgres::restore(&copy, &database), Err(StoreError::Conflict(_))));
    let restored = Postgres::open(&database).unwrap();
    assert_eq!(inventory(&restored, AREA), inventory(&store, AREA));
}

#[test]
fn a_damaged_backup_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let store = stores::postgres();
    Life::tell(&store);
    store.backup(&copy).unwrap();
    let entries = fs::read(copy.join("entry.copy")).unwrap();
    fs::write(copy.join("entry.copy"), &entries[..entries.len() - 1]).unwrap();
    let refused = postgres::restore(&copy, &stores::new_database());
    assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");

    let file = place.path().join("file");
    fs::write(&file, "no books at all").unwrap();
    let refused = sqlite::restore(&file, &place.path().join("books"));
    assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");
    Sqlite::open(&place.path().join("books")).unwrap();
}

/// A backup while batches go on has no half of one.
fn is_of_one_moment(store: &(dyn Store + Sync), restored: impl FnOnce() -> Box<dyn Store>) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1_u32.. {
                let who = key(&format!("p{number:05}"));
                let visit = Id(u128::from(number));
                let entry = sample::entry(&who, visit, visit);
                let mut changes = newcomer(&who, "测试甲");
                changes.messages = vec![sample::message(&format!("m{number}"), "2207", 1, &entry)];
                changes.entries = vec![entry];
                store.commit(&wants(&[&who]), &mut |_| changes.clone()).unwrap();
                if done.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let copy = restored();
        done.store(true, Ordering::Relaxed);
        let people = copy.accounts(AREA, "", usize::MAX).unwrap().len();
        let entries = copy.entries(AREA, Id::MIN, Id::MAX, usize::MAX).unwrap();
        let postings = entries.iter().map(|entry| entry.postings.len()).sum::<usize>();
        let entries = entries.len();
        let messages = copy.all_messages(AREA, None, usize::MAX).unwrap().len();
        assert_eq!((people, postings, messages), (entries, entries * 3, entries));
    });
}

#[test]
fn a_backup_is_of_one_moment() {
    let place = tempfile::tempdir().unwrap();
    let (sqlite, _directory) = stores::sqlite();
    is_of_one_moment(&sqlite, || {
        let (copy, again) = (place.path().join("one"), place.path().join("again"));
        sqlite.backup(&copy).unwrap();
        sqlite::restore(&copy, &again).unwrap();
        Box::new(Sqlite::open(&again).unwrap())
    });
    let postgres = stores::postgres();
    is_of_one_moment(&postgres, || {
        let (copy, database) = (place.path().join("two"), stores::new_database());
        postgres.backup(&copy).unwrap();
        postgres::restore(&copy, &database).unwrap();
        Box::new(Postgres::open(&database).unwrap())
    });
}
