//! Invented people, visits and entries.

use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use store::{
    Account, Area, Changes, Entry, EntryKind, Fact, Id, Line, Message, MessageKey, Person,
    PersonKey, Posting, Sheet, Subject, Visit, Wants, YearRow,
};

pub(crate) const AREA: Area = Area(990_000);
pub(crate) const HOSPITAL: &str = "H99000000001";

pub(crate) fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

pub(crate) fn id(text: &str, random: u128) -> Id {
    Id::at(moment(text), random)
}

pub(crate) fn key(person: &str) -> PersonKey {
    PersonKey::new(AREA, person)
}

pub(crate) fn person(key: &PersonKey, name: &str) -> Person {
    Person {
        key: key.clone(),
        name: Arc::from(name),
        cert_type: "01".into(),
        cert_no: format!("99000019800101{}", key.person).into(),
        gender: "1".into(),
        born: Date::from_ymd(1980, 1, 1),
        detail: "{}".into(),
    }
}

pub(crate) fn account(key: &PersonKey, current: i64, revision: i64) -> Account {
    let (current, earlier) = (Fen::new(current), Fen::new(500));
    Account { key: key.clone(), current, earlier, year: 2026, revision, last: Id::MIN }
}

pub(crate) fn fact(key: &PersonKey, id: Id, kind: &str, other: &str) -> Fact {
    Fact {
        id,
        subject: Subject::Person(key.clone()),
        kind: kind.into(),
        other: other.into(),
        from: Date::from_ymd(2026, 1, 1).unwrap(),
        to: Date::MAX,
        learned_at: id.moment(),
        ended_at: None,
        detail: Arc::default(),
    }
}

pub(crate) fn visit(key: &PersonKey, id: Id) -> Visit {
    Visit {
        id,
        key: key.clone(),
        institution: HOSPITAL.into(),
        number: "MZ-1".into(),
        began: id.moment(),
        state: 0,
        body: r#"{"category":"11"}"#.into(),
    }
}

/// Lines of a visit, by serial and fen.
pub(crate) fn sheet(key: &PersonKey, visit: Id, lines: &[(&str, i64)]) -> Sheet {
    let lines = lines.iter().map(|(serial, amount)| line(visit, serial, *amount)).collect();
    Sheet { visit, key: key.clone(), lines }
}

fn line(visit: Id, serial: &str, amount: i64) -> Line {
    Line {
        batch: "1".into(),
        serial: serial.into(),
        item: "XA01".into(),
        amount: Fen::new(amount),
        at: visit.moment(),
        body: r#"{"count":"1"}"#.into(),
    }
}

/// A settlement of 100 yuan: 60 from the fund, 30 from the account, 10 in cash.
pub(crate) fn entry(key: &PersonKey, id: Id, visit: Id) -> Entry {
    let mut entry = Entry {
        id,
        key: key.clone(),
        kind: EntryKind::Settlement,
        institution: HOSPITAL.into(),
        visit,
        undoes: Id::MIN,
        year: 2026,
        clearing: "11".into(),
        total: Fen::yuan(100),
        funds: Fen::yuan(60),
        accounts: Fen::yuan(30),
        cash: Fen::yuan(10),
        payers: Vec::new(),
        postings: Vec::new(),
        record: r#"{"v":1}"#.into(),
    };
    entry.postings = postings(&entry);
    entry
}

/// What is posted for an entry.
pub(crate) fn postings(entry: &Entry) -> Vec<Posting> {
    let person = &*entry.key.person;
    [
        (101, "", entry.funds),
        (201, person, entry.accounts),
        (301, HOSPITAL, -(entry.funds + entry.accounts)),
    ]
    .map(|(account, party, amount)| Posting { account, party: party.into(), amount })
    .into()
}

pub(crate) fn message(number: &str, transaction: &str, digest: u128, entry: &Entry) -> Message {
    Message {
        key: MessageKey {
            area: AREA,
            institution: HOSPITAL.into(),
            number: number.into(),
            transaction: transaction.into(),
            digest,
        },
        person: entry.key.person.clone(),
        at: entry.id.moment(),
        sent: Some(entry.id.moment()),
        id: Id(entry.id.0 + 1),
        entry: entry.id,
        state: 0,
        outcome: Arc::default(),
    }
}

pub(crate) fn year(key: &PersonKey, year: i32, cells: &[(&str, i64)]) -> YearRow {
    let cells = cells.iter().map(|(name, value)| (Arc::from(*name), *value)).collect();
    YearRow { key: key.clone(), year, cells }
}

/// What a new person brings.
pub(crate) fn newcomer(key: &PersonKey, name: &str) -> Changes {
    Changes {
        people: vec![person(key, name)],
        accounts: vec![account(key, 20_000, 1)],
        ..Changes::default()
    }
}

pub(crate) fn wants(people: &[&PersonKey]) -> Wants {
    Wants {
        people: people.iter().map(|key| (*key).clone()).collect(),
        years: Some((2025, 2026)),
        ..Wants::default()
    }
}
