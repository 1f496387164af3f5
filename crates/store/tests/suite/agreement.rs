//! Whatever is committed, in whatever order: both stores say the same and then hold the same.

use crate::inventory::inventory;
use crate::sample::{self, HOSPITAL};
use crate::stores;
use kernel::{Date, Fen, Moment};
use proptest::prelude::{Strategy, proptest};
use proptest::test_runner::Config;
use std::cell::RefCell;
use std::sync::atomic::{AtomicI32, Ordering};
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use store::{
    Account, Area, Changes, Closing, Credential, Document, DocumentKey, Entry, EntryKind, FAMILY,
    Id, Institution, Item, Message, MessageKey, Person, PersonKey, Posting, Store, StoreError,
    Subject, Wants, YearRow,
};
use tempfile::TempDir;

/// One thing that a batch does: what kind of thing, and three small numbers that say to whom, which and how.
type Deed = (u8, u8, u8, u8);

/// Some deeds, and whether everything is looked up first.
type Batch = (Vec<Deed>, bool);

fn batches() -> impl Strategy<Value = Vec<Batch>> {
    let deed = (0..18_u8, 0..3_u8, 0..3_u8, 0..3_u8);
    let batch = (proptest::collection::vec(deed, 1..7), proptest::bool::weighted(0.8));
    proptest::collection::vec(batch, 1..12)
}

thread_local! {
    static BOTH: RefCell<Option<(Sqlite, TempDir, Postgres)>> = const { RefCell::new(None) };
}
/// Each case has an area of its own in the same books.
static NEXT: AtomicI32 = AtomicI32::new(100_000);

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, ..Config::default() })]
    #[test]
    fn random_batches_come_to_the_same_on_both_stores(batches in batches()) {
        BOTH.with_borrow_mut(|both| {
            let (sqlite, _, postgres) = both.get_or_insert_with(|| {
                let (sqlite, directory) = stores::sqlite();
                (sqlite, directory, stores::postgres())
            });
            let area = Area(NEXT.fetch_add(1, Ordering::Relaxed));
            for batch in &batches {
                assert_eq!(commit(sqlite, area, batch), commit(postgres, area, batch), "{batch:?}");
            }
            assert_eq!(inventory(sqlite, area), inventory(postgres, area));
        });
    }
}

/// What was found and how the commit ended.
fn commit(store: &dyn Store, area: Area, (deeds, look): &Batch) -> (String, bool) {
    let domain = Domain { area };
    let wants = if *look { domain.everything() } else { Wants::default() };
    let mut changes = Changes::default();
    for deed in deeds {
        domain.add(*deed, &mut changes);
    }
    let mut found = String::new();
    let result = store.commit(&wants, &mut |one| {
        found = crate::story::described(&one);
        changes.clone()
    });
    match result {
        Ok(()) => (found, true),
        Err(StoreError::Conflict(_)) => (found, false),
        Err(other) => panic!("{other}"),
    }
}

/// Three of everything, in one area.
struct Domain {
    area: Area,
}

impl Domain {
    fn key(&self, number: u8) -> PersonKey {
        PersonKey::new(self.area, ["9001", "9002", "人3"][usize::from(number)])
    }

    fn visit(&self, who: u8, number: u8) -> Id {
        Id::at(Moment(1_770_000_000_000 + i64::from(number)), u128::from(who))
    }

    fn entry(&self, who: u8, number: u8) -> Id {
        // The last one is of the month before.
        let before = if number == 2 { 40 * 86_400_000 } else { 0 };
        Id::at(Moment(1_770_000_000_000 - before), u128::from(who * 3 + number))
    }

    fn message(&self, number: u8, digest: u8) -> MessageKey {
        MessageKey {
            area: self.area,
            institution: HOSPITAL.into(),
            number: format!("m{number}").into(),
            transaction: "2207".into(),
            digest: u128::from(digest),
        }
    }

    fn document(&self, owner: u8, number: u8) -> DocumentKey {
        let owner = self.key(owner).person;
        let number = number.to_string().into();
        DocumentKey { area: self.area, kind: "filing".into(), owner, number }
    }

    fn everything(&self) -> Wants {
        let pairs = || (0..3).flat_map(|one| (0..3).map(move |other| (one, other)));
        Wants {
            people: (0..3).map(|who| self.key(who)).collect(),
            years: Some((2025, 2026)),
            messages: pairs().map(|(number, digest)| self.message(number, digest)).collect(),
            originals: (0..3).map(|number| self.message(number, 0)).collect(),
            visits: pairs().map(|(who, visit)| (self.key(who), self.visit(who, visit))).collect(),
            entries: pairs().map(|(who, entry)| (self.key(who), self.entry(who, entry))).collect(),
            documents: pairs().map(|(owner, number)| self.document(owner, number)).collect(),
            areas: [self.area].into(),
            ..Wants::default()
        }
    }

    /// Adds what a deed writes.
    fn add(&self, (kind, who, which, how): Deed, changes: &mut Changes) {
        let key = self.key(who);
        let amount = Fen::new(i64::from(how) * 100 - 100);
        match kind {
            0 => changes
                .people
                .push(Person {
                    cert_no: how.to_string().into(), ..sample::person(&key, "测试甲")
                }),
            1 | 2 => changes
                .accounts
                .push(Account { current: amount, ..sample::account(&key, 0, i64::from(which)) }),
            3 => changes.years.push(YearRow {
                year: 2024 + i32::from(which),
                ..sample::year(&key, 0, &[("池", i64::from(how))])
            }),
            4 => changes.credentials.push(Credential {
                key,
                kind: "02".into(),
                number: how.to_string().into(),
            }),
            5 => {
                let kind = ["plan", FAMILY, FAMILY][usize::from(how)];
                let other = self.key(how).person;
                changes.facts.push(sample::fact(&key, self.visit(who, which), kind, &other));
            }
            6 => changes.ended.push((Subject::Person(key), self.visit(who, which), Moment(5))),
            7 | 8 => changes.visits.push(store::Visit {
                state: i16::from(how),
                ..sample::visit(&key, self.visit(who, which))
            }),
            9 | 10 => {
                let line = (&*how.to_string(), 7);
                changes.sheets.push(sample::sheet(&key, self.visit(who, which), &[line]));
            }
            11 => {
                let lines = &[("1", 7), ("2", 8)][..usize::from(how)];
                changes.sheets.push(sample::sheet(&key, self.visit(who, which), lines));
            }
            12 => self.book(&key, (who, which), how, changes),
            13 => changes.undone.push((key, self.entry(who, which), self.entry(who, how))),
            14 => changes.messages.push(self.sent(&key, self.entry(who, how), (which, how))),
            15 => changes.documents.push(Document {
                key: self.document(who, which),
                at: Moment(i64::from(how)),
                state: i16::from(how),
                body: "{}".into(),
            }),
            16 => changes.closings.push(Closing {
                area: self.area,
                day: Date::from_days(20_000 + i32::from(which)),
                account: i16::from(who),
                party: "".into(),
                balance: amount,
            }),
            _ => self.list(which, how, changes),
        }
    }

    /// An entry with its postings, some of whose money is a relative's.
    fn book(&self, key: &PersonKey, (who, which): (u8, u8), how: u8, changes: &mut Changes) {
        let kind = [EntryKind::Settlement, EntryKind::Undo, EntryKind::Credit][usize::from(how)];
        let payers = if how == 2 { vec![self.key(which).person] } else { Vec::new() };
        let mut entry = Entry {
            kind,
            payers,
            ..sample::entry(key, self.entry(who, which), self.visit(who, which))
        };
        let party = self.key(how).person;
        entry.postings.push(Posting { account: 202, party, amount: Fen::ZERO });
        changes.entries.push(entry);
    }

    fn sent(&self, key: &PersonKey, entry: Id, (number, digest): (u8, u8)) -> Message {
        let entry = sample::entry(key, entry, Id::MIN);
        let made = if digest == 2 { entry.id } else { Id::MIN };
        let message = sample::message("", "", 0, &entry);
        Message {
            key: self.message(number, digest),
            entry: made,
            state: i16::from(digest),
            ..message
        }
    }

    fn list(&self, which: u8, how: u8, changes: &mut Changes) {
        changes.institutions.push(Institution {
            area: self.area,
            code: format!("H{which}").into(),
            name: how.to_string().into(),
            detail: "{}".into(),
        });
        changes.items.push(Item {
            area: self.area,
            code: format!("X{which}").into(),
            from: Date::from_days(i32::from(how)),
            to: Date::MAX,
            name: "药".into(),
            detail: "{}".into(),
        });
    }
}
