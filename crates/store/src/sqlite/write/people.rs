//! People, their credentials and facts, and where they stand.

use super::super::row::blob;
use super::super::statement::{Lazy, prepare};
use super::Done;
use crate::StoreError;
use crate::batch::{Changes, Known, latest};
use crate::codec;
use crate::id::PersonKey;
use rusqlite::{Connection, params};

pub(super) fn write(db: &Connection, changes: &Changes, known: &Known) -> Done {
    people(db, changes)?;
    credentials(db, changes)?;
    facts(db, changes)?;
    ended(db, changes)?;
    accounts(db, changes, known)?;
    years(db, changes)
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
        let mut look = prepare(
            db,
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
    for (subject, id, at) in latest(&changes.ended, |(subject, id, _)| (subject, id)) {
        let (area, side) = (subject.area().0, subject.side());
        if end.run(params![area, side, subject.name(), blob(*id), at.0])? == 0 {
            return Err(StoreError::no_such_fact());
        }
    }
    Ok(())
}

/// Rows that were found are changed; others are new.
fn accounts(db: &Connection, changes: &Changes, known: &Known) -> Done {
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
    for one in latest(&changes.accounts, |one| &one.key) {
        let (current, earlier, last) = (one.current.get(), one.earlier.get(), blob(one.last));
        let PersonKey { area, person } = &one.key;
        let statement = if known.has_account(one) { &mut change } else { &mut open };
        statement.run(params![area.0, person, current, earlier, one.year, one.revision, last])?;
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
