//! Every statement of either store finds its rows by the beginning of a key.

use crate::{
    Area, Changes, Closing, Credential, DocumentKey, EntryKind, Fact, Id, MessageKey, Person,
    PersonKey, Posting, Sheet, Store, Subject, Wants,
};
use cluster::{Cluster, Settings};
use kernel::{Date, Fen, Moment};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

thread_local! {
    static NOTED: RefCell<BTreeSet<String>> = RefCell::default();
}

/// Remembers a statement that is being prepared.
pub(crate) fn note(sql: &str) {
    NOTED.with_borrow_mut(|noted| noted.insert(sql.to_owned()));
}

/// The statements noted since the last time.
fn noted() -> BTreeSet<String> {
    NOTED.take()
}

const AREA: Area = Area(990_000);

/// Does everything a store can do, in both shapes where there are two; the statements it took.
fn statements(store: &dyn Store) -> BTreeSet<String> {
    noted();
    let (wants, changes) = (everything(), rows());
    store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    store.read(&wants).unwrap();
    store.commit(&wants, &mut |_| changed()).unwrap();
    let (who, start, end) = (key(), Id::MIN, Id::first_at(Moment::parse("2030-01-01").unwrap()));
    let message = rows().messages.pop();
    store.person_by_credential(AREA, "01", "1").unwrap();
    store.visits(&who, start, end).unwrap();
    store.history(&who, start, end).unwrap();
    let span = crate::Span { person: who.person.clone(), from: start, first: 2025, last: 2026 };
    store.entered(AREA, &[span]).unwrap();
    store.entries_at(AREA, "H", start, end, 9).unwrap();
    store.totals_at(AREA, "H", start, end).unwrap();
    store.totals_by_institution(AREA, start, end).unwrap();
    store.posted_by_institution(AREA, start, end).unwrap();
    store.posted_by_kind(AREA, start, end).unwrap();
    store.paid_by_programme(AREA, start, end).unwrap();
    let days = (Date::MIN, Date::MAX);
    store.facts_begun(AREA, "referral", days, Moment(0), "referrer").unwrap();
    let groups = [("H".into(), "2".into())].into();
    store.people_by_group(AREA, start, end, &groups).unwrap();
    let span = (Moment(0), Moment(1));
    store.documents_filed(AREA, "filing", span, ("", ""), 9).unwrap();
    let signed = crate::queries::ByFact::on("contract", Date::MIN, Moment(0));
    store.people_by_fact(AREA, signed).unwrap();
    store.people_with_fact(AREA, signed, "H", "", 9).unwrap();
    store.messages_numbered(AREA, "H", "1").unwrap();
    store.document(wants.documents.first().unwrap()).unwrap();
    store.documents(AREA, "filing", "9001", ("", ""), 9).unwrap();
    store.documents(AREA, "filing", "", ("", ""), 9).unwrap();
    store.institutions(AREA).unwrap();
    store.institution_facts(AREA).unwrap();
    store.items(AREA, ("", Date::MIN), 9).unwrap();
    store.archives(AREA).unwrap();
    store.people(AREA, "", "", 9).unwrap();
    store.marks(AREA, 9).unwrap();
    store.bound_to(AREA, "9002").unwrap();
    store.accounts(AREA, "", 9).unwrap();
    store.years(AREA, ("", 0), 9).unwrap();
    store.entries(AREA, start, end, 9).unwrap();
    store.unreadable(AREA, start, end, 9).unwrap();
    store.all_visits(AREA, start, end, 9).unwrap();
    store.all_sheets(AREA, start, end, 9).unwrap();
    store.all_messages(AREA, None, 9).unwrap();
    store.all_messages(AREA, message.as_ref(), 9).unwrap();
    store.posted(AREA, start, end).unwrap();
    store.closings(AREA).unwrap();
    store.undone(AREA, start, end).unwrap();
    noted()
}

fn key() -> PersonKey {
    PersonKey::new(AREA, "9001")
}

fn message_key() -> MessageKey {
    let (number, transaction) = ("1".into(), "2207".into());
    MessageKey { area: AREA, institution: "H".into(), number, transaction, digest: 1 }
}

fn everything() -> Wants {
    let document =
        DocumentKey { area: AREA, kind: "filing".into(), owner: "9001".into(), number: "1".into() };
    Wants {
        people: [key()].into(),
        years: Some((2025, 2026)),
        messages: [message_key()].into(),
        originals: [message_key()].into(),
        visits: [(key(), Id(1))].into(),
        entries: [(key(), Id(1))].into(),
        documents: [document].into(),
        areas: [AREA].into(),
        ..Wants::default()
    }
}

/// A row of every table.
fn rows() -> Changes {
    let who = key();
    Changes {
        people: vec![Person {
            key: who.clone(),
            name: "测试甲".into(),
            cert_type: "01".into(),
            cert_no: "1".into(),
            gender: "1".into(),
            born: None,
            detail: "{}".into(),
        }],
        credentials: vec![Credential { key: who.clone(), kind: "01".into(), number: "1".into() }],
        facts: vec![Fact {
            id: Id(1),
            subject: Subject::Person(who.clone()),
            kind: crate::FAMILY.into(),
            other: "9002".into(),
            from: Date::MIN,
            to: Date::MAX,
            learned_at: Moment(0),
            ended_at: None,
            detail: Arc::default(),
        }],
        institutions: vec![crate::Institution {
            area: AREA,
            code: "H".into(),
            name: "测试医院".into(),
            detail: "{}".into(),
        }],
        items: vec![crate::Item {
            area: AREA,
            code: "X".into(),
            from: Date::MIN,
            to: Date::MAX,
            name: "药".into(),
            detail: "{}".into(),
        }],
        ..books()
    }
}

/// The rows of a settlement, and what is filed.
fn books() -> Changes {
    let who = key();
    let entry = crate::Entry {
        id: Id(1),
        key: who.clone(),
        kind: EntryKind::Settlement,
        institution: "H".into(),
        visit: Id(1),
        undoes: Id::MIN,
        year: 2026,
        clearing: "11".into(),
        total: Fen::ZERO,
        funds: Fen::ZERO,
        accounts: Fen::ZERO,
        cash: Fen::ZERO,
        payers: vec!["9002".into()],
        postings: vec![Posting { account: 1, party: "9003".into(), amount: Fen::ZERO }],
        record: "{}".into(),
    };
    Changes {
        accounts: vec![account_row()],
        years: vec![crate::YearRow { key: who.clone(), year: 2026, cells: crate::Cells::new() }],
        visits: vec![crate::Visit {
            id: Id(1),
            key: who.clone(),
            institution: "H".into(),
            number: "1".into(),
            began: Moment(0),
            state: 0,
            body: "{}".into(),
        }],
        sheets: vec![sheet(Id(1))],
        entries: vec![entry],
        undone: vec![(who.clone(), Id(1), Id(2))],
        messages: vec![message()],
        documents: vec![crate::Document {
            key: everything().documents.pop_first().unwrap(),
            at: Moment(0),
            state: 0,
            body: "{}".into(),
        }],
        archives: vec![crate::Archive {
            area: AREA,
            digest: "0".into(),
            at: Moment(0),
            versions: "[]".into(),
            files: "{}".into(),
        }],
        closings: vec![Closing {
            area: AREA,
            day: Date::MIN,
            account: 1,
            party: Arc::default(),
            balance: Fen::ZERO,
        }],
        ..Changes::default()
    }
}

fn message() -> crate::Message {
    crate::Message {
        key: message_key(),
        person: "9001".into(),
        at: Moment(0),
        sent: None,
        id: Id(1),
        entry: Id(1),
        state: 0,
        outcome: Arc::default(),
    }
}

fn account_row() -> crate::Account {
    let (current, earlier) = (Fen::ZERO, Fen::ZERO);
    crate::Account { key: key(), current, earlier, year: 2026, revision: 1, last: Id(1) }
}

fn sheet(visit: Id) -> Sheet {
    let line = crate::Line {
        batch: "1".into(),
        serial: "1".into(),
        item: "X".into(),
        amount: Fen::ZERO,
        at: Moment(0),
        body: "{}".into(),
    };
    Sheet { visit, key: key(), lines: vec![line] }
}

/// Changes of what is there, which take other statements than new rows.
fn changed() -> Changes {
    let other_visit = crate::Visit { id: Id(2), ..books().visits.remove(0) };
    Changes {
        ended: vec![(Subject::Person(key()), Id(1), Moment(1))],
        accounts: vec![account_row()],
        visits: vec![other_visit],
        sheets: vec![sheet(Id(2)), sheet(Id(1))],
        messages: vec![message()],
        ..Changes::default()
    }
}

#[test]
fn on_sqlite_every_statement_finds_its_rows_by_key() {
    let directory = tempfile::tempdir().unwrap();
    let statements = statements(&crate::sqlite::Sqlite::open(directory.path()).unwrap());
    assert!(statements.len() > 50, "{} statements", statements.len());
    let db = rusqlite::Connection::open(directory.path().join(crate::sqlite::FILE)).unwrap();
    for sql in statements {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; explain.parameter_count()];
        let steps = explain
            .query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3))
            .unwrap();
        for step in steps.map(Result::unwrap) {
            let scans = step.starts_with("SCAN ") && !step.contains("CONSTANT ROW");
            // Postings in the JSON of an entry found by key are a virtual table.
            let of_result = ["SUBQUERY", "(subquery", "VIRTUAL TABLE"];
            let of_result = of_result.iter().any(|what| step.contains(what));
            assert!(!scans || of_result, "{step}:\n{sql}");
        }
    }
}

#[test]
fn on_postgresql_every_statement_finds_its_rows_by_key() {
    let cluster = Cluster::start(&Settings { durable: false, ..Settings::default() }).unwrap();
    let connection = cluster.connection_string();
    let store = crate::postgres::Postgres::open(&connection).unwrap();
    let statements = statements(&store);
    assert!(statements.len() > 50, "{} statements", statements.len());
    for (sql, plan) in crate::postgres::explain(&connection, &statements) {
        let lines: Vec<&str> = plan.iter().map(|line| line.trim()).collect();
        for (place, line) in lines.iter().enumerate() {
            assert!(!line.contains("Seq Scan"), "{line}:\n{sql}\n{}", plan.join("\n"));
            let by_index = line.contains("Index Scan using") || line.contains("Index Only Scan");
            let condition = lines.get(place + 1).unwrap_or(&"").trim_start_matches("Index Cond: ");
            let by_key = condition.trim_start_matches('(').starts_with("area = ");
            // Where the order of a join depends on what the tables hold, it is planned for each use.
            let for_each_use = sql.starts_with("UPDATE") || sql.starts_with("DELETE");
            let fine = !by_index || by_key || for_each_use;
            assert!(fine, "{line}:\n{sql}\n{}", plan.join("\n"));
        }
    }
}
