//! What those see, and those can damage, who come to the tables with SQL.

use crate::sample::{AREA, entry, id, key, newcomer, sheet, visit};
use crate::stores;
use kernel::Fen;
use rusqlite::Connection;
use store::postgres::Postgres;
use store::sqlite::FILE;
use store::{Changes, Id, Posting, Store, StoreError, Wants};

/// Two visits, one of them without a line left; two entries, one of them without a posting.
fn books() -> Changes {
    let who = key("9001");
    let visits = [1, 2].map(|number| visit(&who, id("2026-03-02 09:00:00", number)));
    let [first, second] = visits.each_ref().map(|visit| visit.id);
    let mut entries = [(3, first), (4, second)]
        .map(|(number, visit)| entry(&who, id("2026-04-02 10:00:00", number), visit));
    let party = "a \"party\"\\甲".into();
    entries[0].postings.push(Posting { account: 202, party, amount: Fen::new(-i64::MAX) });
    entries[1].postings.clear();
    let mut filled = sheet(&who, first, &[("1", 7_000), ("10", -1), ("二", 3_000)]);
    filled.lines[1].item = "with \"quotes\"".into();
    filled.lines[2].body = r#"{"甲":[1,"\\\"",null]}"#.into();
    Changes {
        visits: visits.into(),
        sheets: vec![filled, sheet(&who, second, &[])],
        entries: entries.into(),
        ..newcomer(&who, "测试甲")
    }
}

/// What the view `posting` must give, a row a text.
fn postings() -> Vec<String> {
    let mut rows = Vec::new();
    for entry in books().entries {
        for (number, Posting { account, party, amount }) in entry.postings.iter().enumerate() {
            let (id, person, amount) = (entry.id.0, &entry.key.person, amount.get());
            rows.push(format!(
                "{AREA_NUMBER}|{id:032x}|{number}|{person}|{account}|{party}|{amount}"
            ));
        }
    }
    rows.sort();
    rows
}

/// What the view `line` must give.
fn lines() -> Vec<String> {
    let mut rows = Vec::new();
    for sheet in books().sheets {
        for line in &sheet.lines {
            let (visit, person) = (sheet.visit.0, &sheet.key.person);
            let (batch, serial, item) = (&line.batch, &line.serial, &line.item);
            let (amount, at, body) = (line.amount.get(), line.at.0, &line.body);
            rows.push(format!(
                "{AREA_NUMBER}|{visit:032x}|{person}|{batch}|{serial}|{item}|{amount}|{at}|{body}"
            ));
        }
    }
    rows.sort();
    rows
}

const AREA_NUMBER: i32 = AREA.0;

/// The rows of both views, with an id as this SQL writes it.
fn views(id: impl Fn(&str) -> String, ask: impl Fn(&str) -> Vec<String>) -> [Vec<String>; 2] {
    let (entry, visit) = (id("entry"), id("visit"));
    [
        format!(
            "SELECT area || '|' || {entry} || '|' || number || '|' || person || '|' || account \
             || '|' || party || '|' || amount FROM posting"
        ),
        format!(
            "SELECT area || '|' || {visit} || '|' || person || '|' || batch || '|' || serial \
             || '|' || item || '|' || amount || '|' || at || '|' || body FROM line"
        ),
    ]
    .map(|sql| {
        let mut rows = ask(&sql);
        rows.sort();
        rows
    })
}

fn ask_sqlite(db: &Connection, sql: &str) -> Vec<String> {
    let mut ask = db.prepare(sql).unwrap();
    let rows = ask.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_views_give_postings_and_lines_row_by_row_on_sqlite() {
    let (store, directory) = stores::sqlite();
    store.commit(&Wants::default(), &mut |_| books()).unwrap();
    drop(store);
    let db = Connection::open(directory.path().join(FILE)).unwrap();
    let given = views(|id| format!("lower(hex({id}))"), |sql| ask_sqlite(&db, sql));
    assert_eq!(given, [postings(), lines()]);
    let types = "SELECT DISTINCT typeof(number) || typeof(account) || typeof(party) \
                 || typeof(amount) FROM posting";
    assert_eq!(ask_sqlite(&db, types), ["integerintegertextinteger"]);
}

#[test]
fn the_views_give_postings_and_lines_row_by_row_on_postgresql() {
    let database = stores::new_database();
    let store = Postgres::open(&database).unwrap();
    store.commit(&Wants::default(), &mut |_| books()).unwrap();
    let given =
        views(|id| format!("replace({id}::text, '-', '')"), |sql| stores::run(&database, sql));
    assert_eq!(given, [postings(), lines()]);
}

/// What reads entries and lines, after each has been damaged by SQL, says that it is damaged.
fn damage_is_reported(store: &dyn Store, run: impl Fn(&str)) {
    store.commit(&Wants::default(), &mut |_| books()).unwrap();
    let (who, visit) = (key("9001"), books().visits[0].id);
    let of_visit = Wants { visits: [(who.clone(), visit)].into(), ..Wants::default() };
    let of_entry =
        Wants { entries: [(who.clone(), books().entries[0].id)].into(), ..Wants::default() };
    store.read(&of_visit).unwrap();
    store.read(&of_entry).unwrap();
    for text in ["", "{", "{}", "[{}]", "[[1,2,3]]"] {
        run(&format!("UPDATE sheet SET lines = '{text}'; UPDATE entry SET postings = '{text}'"));
        for refused in [
            store.read(&of_visit).map(|_| ()),
            store.read(&of_entry).map(|_| ()),
            store.commit(&of_visit, &mut |_| Changes::default()),
            store.entries(AREA, Id::MIN, Id::MAX, 9).map(|_| ()),
            store.history(&who, Id::MIN, Id::MAX).map(|_| ()),
        ] {
            assert!(matches!(refused, Err(StoreError::Damaged(_))), "{text}: {refused:?}");
        }
    }
}

#[test]
fn postings_and_lines_that_cannot_be_read_are_damage() {
    let (sqlite, directory) = stores::sqlite();
    let file = directory.path().join(FILE);
    damage_is_reported(&sqlite, |sql| Connection::open(&file).unwrap().execute_batch(sql).unwrap());
    let database = stores::new_database();
    let postgres = Postgres::open(&database).unwrap();
    damage_is_reported(&postgres, |sql| drop(stores::run(&database, sql)));
}
