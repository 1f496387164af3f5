//! Finds what a batch needs to know. Every look-up is by a key or by the beginning of one.

use super::row::{
    self, account_columns, blob, document_columns, entry_columns, fact_columns, message_columns,
    visit_columns,
};
use super::statement::prepare;
use crate::batch::{Found, PersonFile, Wants};
use crate::id::{Area, Id, PersonKey};
use crate::model::{Entry, Fact, Message, MessageKey, Person, Subject};
use crate::{MOST_ORIGINALS, StoreError};
use kernel::Date;
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

type Done = Result<(), StoreError>;

/// Everything wanted, as of the transaction that is open on `db`.
pub(super) fn find(db: &Connection, wants: &Wants) -> Result<Found, StoreError> {
    let mut found = Found::default();
    messages(db, wants, &mut found)?;
    entries(db, wants, &mut found)?;
    people(db, wants, &mut found)?;
    years(db, wants, &mut found)?;
    visits(db, wants, &mut found)?;
    documents(db, wants, &mut found)?;
    directories(db, wants, &mut found)?;
    Ok(found)
}

const MESSAGE: &str = concat!(
    "SELECT ",
    message_columns!(),
    " FROM message WHERE area = ?1 AND institution = ?2 AND number = ?3",
    " AND transaction_code = ?4 AND digest = ?5"
);
const ORIGINALS: &str = concat!(
    "SELECT ",
    message_columns!(),
    " FROM message WHERE area = ?1 AND institution = ?2 AND number = ?3",
    " AND transaction_code = ?4 ORDER BY id DESC LIMIT ?5"
);

fn messages(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    if !wants.messages.is_empty() {
        let mut look = prepare(db, MESSAGE)?;
        for MessageKey { area, institution, number, transaction, digest } in &wants.messages {
            let key = params![area.0, institution, number, transaction, blob(Id(*digest))];
            let rows = look.query_map(key, |row| row::message(*area, row))?;
            for message in rows {
                found.messages.push(message?);
            }
        }
    }
    if !wants.originals.is_empty() {
        let mut look = prepare(db, ORIGINALS)?;
        for MessageKey { area, institution, number, transaction, .. } in &wants.originals {
            let key = params![area.0, institution, number, transaction, MOST_ORIGINALS];
            let rows = look.query_map(key, |row| row::message(*area, row))?;
            let mut newest: Vec<Message> = rows.collect::<Result<_, _>>()?;
            newest.reverse();
            found.messages.append(&mut newest);
        }
    }
    Ok(())
}

const ENTRY: &str =
    concat!("SELECT ", entry_columns!(), " FROM entry WHERE area = ?1 AND id = ?2 AND person = ?3");
const UNDONE: &str = "SELECT undone_by FROM undone WHERE area = ?1 AND entry = ?2 AND person = ?3";

fn entries(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    let made = found.entries_of_messages();
    if wants.entries.is_empty() && made.is_empty() {
        return Ok(());
    }
    let mut look = prepare(db, ENTRY)?;
    let mut look_undone = prepare(db, UNDONE)?;
    for (PersonKey { area, person }, id) in wants.entries.union(&made) {
        let key = params![area.0, blob(*id), person];
        let entry: Option<Entry> = look.query_row(key, |row| row::entry(*area, row)).optional()?;
        let Some(entry) = entry else { continue };
        let undone: Option<Id> = look_undone.query_row(key, |row| row::id(row, 0)).optional()?;
        found.entries.insert(*id, entry);
        found.undone.extend(undone.map(|by| (*id, by)));
    }
    Ok(())
}

const ACCOUNT: &str = concat!(
    "SELECT ",
    account_columns!(),
    " FROM standing WHERE area = ?1 AND person = ?2 AND year = 0"
);

fn people(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    for key in &wants.people {
        person(db, wants, key, found)?;
    }
    for key in found.payers(wants).difference(&wants.people) {
        person(db, wants, key, found)?;
    }
    Ok(())
}

/// A person's account, and the file if it is not the one the caller has.
fn person(db: &Connection, wants: &Wants, key: &PersonKey, found: &mut Found) -> Done {
    let mut look = prepare(db, ACCOUNT)?;
    let account = look
        .query_row(params![key.area.0, key.person], |row| row::account_of(key.clone(), row))
        .optional()?;
    let Some(account) = account else { return Ok(()) };
    let revision = account.revision;
    found.accounts.insert(key.clone(), account);
    let is_known = wants.known.get(key).is_some_and(|file| file.revision == revision);
    if !is_known && let Some(file) = file(db, key, revision)? {
        found.files.insert(key.clone(), Arc::new(file));
    }
    Ok(())
}

const PERSON: &str = "SELECT name, cert_type, cert_no, gender, born, detail FROM person \
                      WHERE area = ?1 AND person = ?2";
const FACTS: &str = concat!(
    "SELECT ",
    fact_columns!(),
    " FROM fact WHERE area = ?1 AND side = ?2 AND subject = ?3"
);

pub(super) fn file(
    db: &Connection,
    key: &PersonKey,
    revision: i64,
) -> Result<Option<PersonFile>, StoreError> {
    let mut look = prepare(db, PERSON)?;
    let person = look
        .query_row(params![key.area.0, key.person], |row| {
            let born: Option<i32> = row.get(4)?;
            Ok(Person {
                key: key.clone(),
                name: row.get(0)?,
                cert_type: row.get(1)?,
                cert_no: row.get(2)?,
                gender: row.get(3)?,
                born: born.map(Date::from_days),
                detail: row.get(5)?,
            })
        })
        .optional()?;
    let Some(person) = person else { return Ok(None) };
    let facts = facts(db, &Subject::Person(key.clone()))?;
    Ok(Some(PersonFile { person, facts, revision }))
}

fn facts(db: &Connection, subject: &Subject) -> Result<Vec<Fact>, StoreError> {
    let mut look = prepare(db, FACTS)?;
    let key = params![subject.area().0, subject.side(), subject.name()];
    let rows = look.query_map(key, |row| row::fact(subject.clone(), row))?;
    let mut facts: Vec<Fact> = rows.collect::<Result<_, _>>()?;
    facts.sort_by(Fact::order_in_file);
    Ok(facts)
}

const YEARS: &str = "SELECT year, cells FROM standing \
                     WHERE area = ?1 AND person = ?2 AND year BETWEEN max(?3, 1) AND ?4";

fn years(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    let Some((first, last)) = wants.years else { return Ok(()) };
    let mut look = prepare(db, YEARS)?;
    for key in &wants.people {
        let mut rows = look.query(params![key.area.0, key.person, first, last])?;
        while let Some(row) = rows.next()? {
            let year = row.get(0)?;
            found.years.insert((key.clone(), year), row::cells(row, 1)?);
        }
    }
    Ok(())
}

const VISIT: &str =
    concat!("SELECT ", visit_columns!(), " FROM visit WHERE area = ?1 AND id = ?2 AND person = ?3");
const LINES: &str = "SELECT lines FROM sheet WHERE area = ?1 AND visit = ?2 AND person = ?3";

fn visits(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    if wants.visits.is_empty() {
        return Ok(());
    }
    let mut look = prepare(db, VISIT)?;
    let mut look_lines = prepare(db, LINES)?;
    for (key, id) in &wants.visits {
        let area = key.area;
        let visit = look
            .query_row(params![area.0, blob(*id), key.person], |row| row::visit(area, row))
            .optional()?;
        let Some(visit) = visit else { continue };
        let lines = look_lines
            .query_row(params![area.0, blob(*id), key.person], |row| row::lines(row, 0))
            .optional()?;
        found.visits.insert(*id, visit);
        found.lines.insert(*id, lines.unwrap_or_default());
    }
    Ok(())
}

const DOCUMENT: &str = concat!(
    "SELECT ",
    document_columns!(),
    " FROM document WHERE area = ?1 AND kind = ?2 AND owner = ?3 AND number = ?4"
);

fn documents(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    for key in &wants.documents {
        found.documents.extend(document(db, key)?.map(|document| (key.clone(), document)));
    }
    Ok(())
}

/// One document.
pub(super) fn document(
    db: &Connection,
    key: &crate::DocumentKey,
) -> Result<Option<crate::Document>, StoreError> {
    let mut look = prepare(db, DOCUMENT)?;
    let row = params![key.area.0, key.kind, key.owner, key.number];
    Ok(look.query_row(row, |row| row::document(key.area, &key.kind, row)).optional()?)
}

fn directories(db: &Connection, wants: &Wants, found: &mut Found) -> Done {
    for area in &wants.areas {
        found.directories.extend(directory(db, *area)?.map(|revision| (*area, revision)));
    }
    Ok(())
}

fn directory(db: &Connection, area: Area) -> Result<Option<i64>, StoreError> {
    let mut look = prepare(db, "SELECT revision FROM directory WHERE area = ?1")?;
    Ok(look.query_row([area.0], |row| row.get(0)).optional()?)
}
