//! Writes what a batch decided. Each statement is prepared once and run for every row.

use super::row::{blob, blob_or_null};
use crate::StoreError;
use crate::batch::{Changes, Found, latest};
use crate::codec;
use crate::id::{Area, Id, PersonKey};
use crate::model::MessageKey;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashSet;
use std::sync::Arc;

type Done = Result<(), StoreError>;

/// What was found that decides how something is written.
pub(super) struct Known {
    /// Messages that have a row.
    messages: HashSet<(MessageKey, Arc<str>)>,
    /// Visits that have a row.
    visits: HashSet<(PersonKey, Id)>,
}

impl Known {
    pub(super) fn of(found: &Found) -> Known {
        let messages = found.messages.iter();
        let visits = found.visits.values();
        Known {
            messages: messages.map(|one| (one.key.clone(), one.person.clone())).collect(),
            visits: visits.map(|visit| (visit.key.clone(), visit.id)).collect(),
        }
    }
}

/// Everything decided, within the transaction that is open on `db`.
pub(super) fn write(db: &Connection, changes: &Changes, known: &Known) -> Done {
    people(db, changes)?;
    credentials(db, changes)?;
    facts(db, changes)?;
    ended(db, changes)?;
    institutions(db, changes)?;
    items(db, changes)?;
    directories(db, changes)?;
    accounts(db, changes)?;
    years(db, changes)?;
    visits(db, changes)?;
    lines(db, changes, known)?;
    entries(db, changes)?;
    postings(db, changes)?;
    undone(db, changes)?;
    messages(db, changes, known)?;
    documents(db, changes)?;
    archives(db, changes)?;
    closings(db, changes)
}

fn people(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO person (area, person, name, cert_type, cert_no, gender, born, detail) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (area, person) DO UPDATE SET name = ?3, cert_type = ?4, cert_no = ?5, \
         gender = ?6, born = ?7, detail = ?8",
    );
    for one in &changes.people {
        let (PersonKey { area, person }, born) = (&one.key, one.born.map(kernel::Date::days));
        put.run(params![
            area.0,
            person,
            one.name,
            one.cert_type,
            one.cert_no,
            one.gender,
            born,
            one.detail
        ])?;
    }
    Ok(())
}

fn credentials(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO credential (area, number, kind, person) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (area, number, kind) DO NOTHING",
    );
    for one in &changes.credentials {
        let PersonKey { area, person } = &one.key;
        let mut look = db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM credential WHERE area = ?1 AND number = ?2 AND person <> ?3)",
        )?;
        if look.query_row(params![area.0, one.number, person], |row| row.get(0))? {
            return Err(StoreError::of_another("a credential of this number"));
        }
        put.run(params![area.0, one.number, one.kind, person])?;
    }
    Ok(())
}

fn facts(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO fact (area, side, subject, kind, id, other, from_day, to_day, learned_at, \
         ended_at, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    );
    for fact in &changes.facts {
        put.run(params![
            fact.subject.area().0,
            fact.subject.side(),
            fact.subject.name(),
            fact.kind,
            blob(fact.id),
            fact.other,
            fact.from.days(),
            fact.to.days(),
            fact.learned_at.0,
            fact.ended_at.map(|at| at.0),
            fact.detail
        ])?;
    }
    Ok(())
}

fn ended(db: &Connection, changes: &Changes) -> Done {
    let mut end = Lazy::new(
        db,
        "UPDATE fact SET ended_at = ?5 \
         WHERE area = ?1 AND side = ?2 AND subject = ?3 AND id = ?4 AND ended_at IS NULL",
    );
    for (subject, id, at) in &changes.ended {
        let (area, side) = (subject.area().0, subject.side());
        if end.run(params![area, side, subject.name(), blob(*id), at.0])? == 0 {
            return Err(StoreError::no_such_fact(*id));
        }
    }
    Ok(())
}

fn institutions(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO institution (area, code, name, detail) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (area, code) DO UPDATE SET name = ?3, detail = ?4",
    );
    for one in &changes.institutions {
        put.run(params![one.area.0, one.code, one.name, one.detail])?;
    }
    Ok(())
}

fn items(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO item (area, code, from_day, to_day, name, detail) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (area, code, from_day) DO UPDATE SET to_day = ?4, name = ?5, detail = ?6",
    );
    for one in &changes.items {
        let (from, to) = (one.from.days(), one.to.days());
        put.run(params![one.area.0, one.code, from, to, one.name, one.detail])?;
    }
    Ok(())
}

fn directories(db: &Connection, changes: &Changes) -> Done {
    let mut grow = Lazy::new(
        db,
        "INSERT INTO directory (area, revision) VALUES (?1, 1) \
         ON CONFLICT (area) DO UPDATE SET revision = revision + 1",
    );
    for Area(area) in changes.directories() {
        grow.run(params![area])?;
    }
    Ok(())
}

fn accounts(db: &Connection, changes: &Changes) -> Done {
    let mut change = Lazy::new(
        db,
        "UPDATE standing SET current_fen = ?3, earlier_fen = ?4, money_year = ?5, revision = ?6, \
         last_entry = ?7 WHERE area = ?1 AND person = ?2 AND year = 0",
    );
    let mut open = Lazy::new(
        db,
        "INSERT INTO standing (area, person, year, current_fen, earlier_fen, money_year, \
         revision, last_entry) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7)",
    );
    for one in &changes.accounts {
        let (current, earlier, last) = (one.current.get(), one.earlier.get(), blob(one.last));
        let PersonKey { area, person } = &one.key;
        let row = params![area.0, person, current, earlier, one.year, one.revision, last];
        if change.run(row)? == 0 {
            open.run(row)?;
        }
    }
    Ok(())
}

fn years(db: &Connection, changes: &Changes) -> Done {
    let mut change = Lazy::new(
        db,
        "UPDATE standing SET cells = ?4 WHERE area = ?1 AND person = ?2 AND year = ?3",
    );
    let mut begin =
        Lazy::new(db, "INSERT INTO standing (area, person, year, cells) VALUES (?1, ?2, ?3, ?4)");
    for one in &changes.years {
        let cells = codec::cells_text(&one.cells);
        let row = params![one.key.area.0, one.key.person, one.year, cells];
        if change.run(row)? == 0 {
            begin.run(row)?;
        }
    }
    Ok(())
}

fn visits(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO visit (area, id, person, institution, number, began, state, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (area, id, person) DO UPDATE SET institution = ?4, number = ?5, began = ?6, \
         state = ?7, body = ?8",
    );
    for one in &changes.visits {
        let (PersonKey { area, person }, id) = (&one.key, blob(one.id));
        let (began, state) = (one.began.0, one.state);
        put.run(params![area.0, id, person, one.institution, one.number, began, state, one.body])?;
    }
    Ok(())
}

fn lines(db: &Connection, changes: &Changes, known: &Known) -> Done {
    let mut withdraw = Lazy::new(
        db,
        "DELETE FROM line WHERE area = ?1 AND visit = ?2 AND serial = ?3 AND person = ?4",
    );
    for (PersonKey { area, person }, visit, serial) in &changes.withdrawn {
        withdraw.run(params![area.0, blob(*visit), serial, person])?;
    }
    let mut put = Lazy::new(
        db,
        "INSERT INTO line (area, visit, serial, person, batch, item, amount, at, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
         ON CONFLICT (area, visit, serial, person) DO UPDATE SET batch = ?5, item = ?6, \
         amount = ?7, at = ?8, body = ?9",
    );
    let mut checked: HashSet<(&PersonKey, Id)> = HashSet::new();
    for one in &changes.lines {
        if checked.insert((&one.key, one.visit)) {
            visit_exists(db, known, &one.key, one.visit)?;
        }
        let (PersonKey { area, person }, visit) = (&one.key, blob(one.visit));
        let (amount, at) = (one.amount.get(), one.at.0);
        put.run(params![
            area.0, visit, one.serial, person, one.batch, one.item, amount, at, one.body
        ])?;
    }
    Ok(())
}

/// New visits are written before their lines, so a look-up sees them.
fn visit_exists(db: &Connection, known: &Known, key: &PersonKey, id: Id) -> Done {
    if known.visits.contains(&(key.clone(), id)) {
        return Ok(());
    }
    let mut look =
        db.prepare_cached("SELECT 1 FROM visit WHERE area = ?1 AND id = ?2 AND person = ?3")?;
    let there = look.query_row(params![key.area.0, blob(id), key.person], |_| Ok(())).optional()?;
    there.ok_or_else(|| StoreError::no_such_visit(id))
}

fn entries(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO entry (area, id, person, kind, institution, visit, undoes, year, clearing, \
         total, funds, accounts, cash, payers, record) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    );
    for one in &changes.entries {
        let payers = (!one.payers.is_empty()).then(|| codec::payers_text(&one.payers));
        put.run(params![
            one.key.area.0,
            blob(one.id),
            one.key.person,
            one.kind.number(),
            one.institution,
            blob_or_null(one.visit),
            blob_or_null(one.undoes),
            one.year,
            one.clearing,
            one.total.get(),
            one.funds.get(),
            one.accounts.get(),
            one.cash.get(),
            payers,
            one.record
        ])?;
    }
    Ok(())
}

fn postings(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO posting (area, entry, number, person, account, party, amount) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    );
    for one in &changes.postings {
        let (PersonKey { area, person }, entry) = (&one.key, blob(one.entry));
        let amount = one.amount.get();
        put.run(params![area.0, entry, one.number, person, one.account, one.party, amount])?;
    }
    Ok(())
}

fn undone(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO undone (area, entry, person, undone_by) VALUES (?1, ?2, ?3, ?4)",
    );
    for (PersonKey { area, person }, entry, by) in &changes.undone {
        put.run(params![area.0, blob(*entry), person, blob(*by)])?;
    }
    Ok(())
}

fn messages(db: &Connection, changes: &Changes, known: &Known) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO message (area, institution, number, transaction_code, digest, person, at, \
         sent, id, entry, state, outcome) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    );
    let mut replace = Lazy::new(
        db,
        "UPDATE message SET at = ?7, sent = ?8, id = ?9, entry = ?10, state = ?11, outcome = ?12 \
         WHERE area = ?1 AND institution = ?2 AND number = ?3 AND transaction_code = ?4 \
         AND digest = ?5 AND person = ?6",
    );
    for one in latest(&changes.messages, |one| (&one.key, &one.person)) {
        let MessageKey { area, institution, number, transaction, digest } = &one.key;
        let has_row = !known.messages.is_empty()
            && known.messages.contains(&(one.key.clone(), one.person.clone()));
        let statement = if has_row { &mut replace } else { &mut put };
        statement.run(params![
            area.0,
            institution,
            number,
            transaction,
            blob(Id(*digest)),
            one.person,
            one.at.0,
            one.sent.map(|sent| sent.0),
            blob(one.id),
            blob_or_null(one.entry),
            one.state,
            one.outcome
        ])?;
    }
    Ok(())
}

fn documents(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO document (area, kind, owner, number, at, state, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (area, kind, owner, number) DO UPDATE SET at = ?5, state = ?6, body = ?7",
    );
    for one in &changes.documents {
        let key = &one.key;
        put.run(params![
            key.area.0, key.kind, key.owner, key.number, one.at.0, one.state, one.body
        ])?;
    }
    Ok(())
}

fn archives(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO archive (area, digest, at, versions, files) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (area, digest) DO NOTHING",
    );
    for one in &changes.archives {
        put.run(params![one.area.0, one.digest, one.at.0, one.versions, one.files])?;
    }
    Ok(())
}

fn closings(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO closing (area, account, party, day, balance) VALUES (?1, ?2, ?3, ?4, ?5)",
    );
    for one in &changes.closings {
        let (day, balance) = (one.day.days(), one.balance.get());
        put.run(params![one.area.0, one.account, one.party, day, balance])?;
    }
    Ok(())
}

/// A statement that is prepared when it is first run.
struct Lazy<'db> {
    db: &'db Connection,
    sql: &'static str,
    statement: Option<rusqlite::CachedStatement<'db>>,
}

impl<'db> Lazy<'db> {
    fn new(db: &'db Connection, sql: &'static str) -> Lazy<'db> {
        Lazy { db, sql, statement: None }
    }

    /// Runs it with one row; the number of rows it touched.
    fn run(&mut self, row: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<usize> {
        let statement = match &mut self.statement {
            Some(statement) => statement,
            empty => empty.insert(self.db.prepare_cached(self.sql)?),
        };
        statement.execute(row)
    }
}
