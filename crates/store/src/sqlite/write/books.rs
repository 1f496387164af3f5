//! Visits and their lines, entries, messages.

use super::super::row::{blob, blob_or_null};
use super::super::statement::{Lazy, prepare};
use super::Done;
use crate::StoreError;
use crate::batch::{Changes, Known, latest};
use crate::codec;
use crate::id::{Id, PersonKey};
use crate::model::MessageKey;
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn write(db: &Connection, changes: &Changes, known: &Known) -> Done {
    visits(db, changes)?;
    sheets(db, changes, known)?;
    entries(db, changes)?;
    undone(db, changes)?;
    messages(db, changes, known)
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

fn sheets(db: &Connection, changes: &Changes, known: &Known) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO sheet (area, visit, person, lines) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (area, visit, person) DO UPDATE SET lines = ?4",
    );
    for one in latest(&changes.sheets, |one| (&one.key, one.visit)) {
        visit_exists(db, known, &one.key, one.visit)?;
        let PersonKey { area, person } = &one.key;
        put.run(params![area.0, blob(one.visit), person, codec::lines_text(&one.lines)])?;
    }
    Ok(())
}

/// New visits are written before their lines, so a look-up sees them.
fn visit_exists(db: &Connection, known: &Known, key: &PersonKey, id: Id) -> Done {
    if known.has_visit(key, id) {
        return Ok(());
    }
    let mut look = prepare(db, "SELECT 1 FROM visit WHERE area = ?1 AND id = ?2 AND person = ?3")?;
    let there = look.query_row(params![key.area.0, blob(id), key.person], |_| Ok(())).optional()?;
    there.ok_or_else(StoreError::no_such_visit)
}

fn entries(db: &Connection, changes: &Changes) -> Done {
    let mut put = Lazy::new(
        db,
        "INSERT INTO entry (area, id, person, kind, institution, visit, undoes, year, clearing, \
         total, funds, accounts, cash, payers, postings, record) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
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
            codec::postings_text(&one.postings),
            one.record
        ])?;
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
        let statement = if known.has_message(one) { &mut replace } else { &mut put };
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
