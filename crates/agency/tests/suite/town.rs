//! The invented town.

use agency::directory::Directory;
use agency::town::{self, AREAS, CHONGQING, GUANGXI, Town, cast};
use agency::{facts, regions::Regions};
use kernel::{Date, Moment};
use std::collections::BTreeSet;
use store::sqlite::Sqlite;
use store::{Queries as _, Store as _, StoreError, Wants};

fn now() -> Moment {
    Moment::parse("2026-03-10 08:00:00").unwrap()
}

fn books() -> (tempfile::TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).unwrap();
    (folder, store)
}

#[test]
fn a_town_is_built_once_and_only_into_empty_books() {
    let (_folder, store) = books();
    let small = Town::new(120);
    let mut heard = 0;
    town::build(&store, &small, now(), &mut |people| heard = people).unwrap();
    assert_eq!(heard, 120);
    let accounts = |area| store.accounts(area, "", 1_000).unwrap();
    assert_eq!(AREAS.map(|area| accounts(area).len()), [90, 30]);
    let before = accounts(CHONGQING);
    town::build(&store, &small, Moment(now().0 + 1), &mut |_| panic!("it is there")).unwrap();
    assert_eq!(accounts(CHONGQING), before);
    let other = town::build(&store, &small.with_seed(2), now(), &mut |_| {}).unwrap_err();
    assert!(matches!(other, StoreError::Conflict(what) if what.contains("another town")));
}

#[test]
fn people_are_found_by_the_numbers_computed_without_the_books() {
    let (_folder, store) = books();
    let small = Town::new(100);
    town::build(&store, &small, now(), &mut |_| {}).unwrap();
    for area in AREAS {
        for number in 1..=small.people(area) {
            let born = small.born(area, number);
            for (kind, number) in [("02", born.identity()), ("03", born.card())] {
                let found = store.person_by_credential(area, kind, &number).unwrap();
                assert_eq!(found, Some(born.key()));
            }
        }
    }
}

#[test]
fn no_identity_number_is_given_twice_and_all_are_invented() {
    let large = Town::new(200_000);
    let mut numbers = BTreeSet::new();
    for area in AREAS {
        for number in (1..=large.people(area)).step_by(7) {
            let identity = large.born(area, number).identity();
            assert!(identity.starts_with("99") && identity.len() == 18, "{identity}");
            assert!(numbers.insert(identity));
        }
    }
}

#[test]
fn plans_diseases_and_accumulators_are_those_of_the_regions() {
    let library = policy::Library::shipped();
    let regions = Regions::compile(&library, &policy::Choice::default()).unwrap();
    let large = Town::new(4_000);
    for area in AREAS {
        let law = regions.law(area).unwrap();
        for number in 1..=large.people(area) {
            let life = large.life(area, number, now().date());
            for spell in life.spells {
                let known = match spell.kind {
                    facts::PLAN => &law.codes.plans,
                    facts::FILING => &law.codes.diseases,
                    _ => continue,
                };
                assert!(known.contains(&spell.other), "{area} {number} {}", spell.other);
            }
            for (name, _) in life.used {
                let accumulators = &law.timeline.accumulators;
                assert!(accumulators.iter().any(|known| &*known.name == name), "{name}");
            }
        }
    }
}

#[test]
fn about_a_quarter_is_retired_and_some_are_in_trouble() {
    let large = Town::new(8_000);
    let count = |told: fn(&town::Life) -> bool| {
        let lives = (1..=6_000).map(|number| large.life(CHONGQING, number, now().date()));
        lives.filter(told).count()
    };
    let retired = count(|life| life.spells.iter().any(|it| it.kind == facts::RETIREMENT));
    assert!((1_400..2_000).contains(&retired), "{retired}");
    let arrears = count(|life| life.spells.iter().any(|it| &*it.other == "arrears"));
    assert!((30..110).contains(&arrears), "{arrears}");
    let first_tier = count(|life| life.spells.iter().any(|it| &*it.other == "individual-1"));
    assert!((350..650).contains(&first_tier), "{first_tier}");
}

#[test]
fn the_catalogue_has_every_class_and_flag_and_readable_details() {
    let (_folder, store) = books();
    town::build(&store, &Town::new(40), now(), &mut |_| {}).unwrap();
    for area in AREAS {
        let directory = Directory::load(&store, area).unwrap();
        assert_eq!(directory.institutions().len(), 40);
        let items = directory.items();
        assert!(items.len() > 300);
        for class in ["A", "B", "C"] {
            assert!(items.iter().filter(|item| item.class.code() == class).count() > 20, "{class}");
        }
        let flags = items.iter().fold(0, |flags, item| flags | item.flags.0);
        assert_eq!(flags, 0b11_1111, "every flag is somebody's");
        let day = |text| Date::parse(text).unwrap();
        let changed = directory.item("XZ99AAA178A001010100001", day("2026-06-30")).unwrap();
        assert_eq!(changed.class.code(), "A");
        let changed = directory.item("XZ99AAA178A001010100001", day("2026-07-01")).unwrap();
        assert_eq!(changed.class.code(), "B");
        assert!(directory.item("XZ99AAA180A001010100001", day("2026-01-01")).is_none());
    }
}

#[test]
fn everybody_of_the_cast_is_listed_and_on_file() {
    let (_folder, store) = books();
    let small = Town::new(40);
    town::build(&store, &small, now(), &mut |_| {}).unwrap();
    let table = cast::table();
    assert_eq!(table.lines().count(), 2 + cast::CHONGQING.len() + cast::GUANGXI.len());
    let mut wants = Wants::default();
    let relative = Town::person(CHONGQING, 16);
    wants.people.insert(relative.clone());
    wants.people.insert(Town::person(GUANGXI, 7));
    let found = store.read(&wants).unwrap();
    assert!(found.accounts.contains_key(&Town::person(CHONGQING, 1)), "a payer comes along");
    let payers = found.files[&relative].facts.iter().filter(|it| &*it.kind == facts::FAMILY);
    let payers: Vec<_> = payers.map(|fact| fact.other.clone()).collect();
    assert_eq!(payers, [1, 2].map(|number| Town::person(CHONGQING, number).person));
    assert!(table.contains(&*relative.person));
}
