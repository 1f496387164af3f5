//! Rows of SQLite as values: one list of columns and one reading of them for each type.

use crate::StoreError;
use crate::codec;
use crate::id::{Area, Id, PersonKey};
use crate::model::{
    Account, Document, DocumentKey, Entered, Entry, EntryKind, Fact, Item, Line, Message,
    MessageKey, Sheet, Subject, Visit, YearRow,
};
use crate::queries::InstitutionTotal;
use kernel::{Date, Fen, Moment};
use rusqlite::Row;
use rusqlite::types::Type;
use std::sync::Arc;

/// What reading a row gives.
pub(super) type Read<T> = rusqlite::Result<T>;

macro_rules! columns {
    ($($name:ident = $list:literal;)*) => {
        $(macro_rules! $name { () => { $list } } pub(super) use $name;)*
    };
}

columns! {
    account_columns = "person, current_fen, earlier_fen, money_year, revision, last_entry";
    fact_columns = "kind, id, other, from_day, to_day, learned_at, ended_at, detail";
    item_columns = "code, from_day, to_day, name, detail";
    visit_columns = "person, id, institution, number, began, state, body";
    entry_columns = "person, id, kind, institution, visit, undoes, year, clearing, total, funds, accounts, cash, payers, postings, record";
    message_columns = "institution, number, transaction_code, digest, person, at, sent, id, entry, state, outcome";
    document_columns = "owner, number, at, state, body";
}

/// An id as it is stored.
pub(super) fn blob(id: Id) -> [u8; 16] {
    id.0.to_be_bytes()
}

/// An id as it is stored, or nothing for [`Id::MIN`].
pub(super) fn blob_or_null(id: Id) -> Option<[u8; 16]> {
    (id != Id::MIN).then(|| blob(id))
}

pub(super) fn id(row: &Row<'_>, column: usize) -> Read<Id> {
    Ok(Id(u128::from_be_bytes(row.get(column)?)))
}

fn id_or_min(row: &Row<'_>, column: usize) -> Read<Id> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map_or(Id::MIN, |bytes| Id(u128::from_be_bytes(bytes))))
}

pub(super) fn fen(row: &Row<'_>, column: usize) -> Read<Fen> {
    row.get(column).map(Fen::new)
}

pub(super) fn day(row: &Row<'_>, column: usize) -> Read<Date> {
    row.get(column).map(Date::from_days)
}

pub(super) fn moment(row: &Row<'_>, column: usize) -> Read<Moment> {
    row.get(column).map(Moment)
}

fn person(area: Area, row: &Row<'_>, column: usize) -> Read<PersonKey> {
    Ok(PersonKey { area, person: row.get(column)? })
}

/// A text that this program would not have written.
fn not_understood(column: usize, what: StoreError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(what))
}

pub(super) fn kind(row: &Row<'_>, column: usize) -> Read<EntryKind> {
    let number: i16 = row.get(column)?;
    EntryKind::from_number(number).ok_or_else(|| {
        not_understood(column, StoreError::Damaged(format!("no kind of entry has number {number}")))
    })
}

pub(super) fn account(area: Area, row: &Row<'_>) -> Read<Account> {
    account_of(person(area, row, 0)?, row)
}

/// The account of a person whose key is at hand.
pub(super) fn account_of(key: PersonKey, row: &Row<'_>) -> Read<Account> {
    Ok(Account {
        key,
        current: fen(row, 1)?,
        earlier: fen(row, 2)?,
        year: row.get(3)?,
        revision: row.get(4)?,
        last: id(row, 5)?,
    })
}

pub(super) fn cells(row: &Row<'_>, column: usize) -> Read<crate::Cells> {
    let text = row.get_ref(column)?.as_str()?;
    codec::read_cells(text).map_err(|what| not_understood(column, what))
}

/// `person, year, cells`.
pub(super) fn year(area: Area, row: &Row<'_>) -> Read<YearRow> {
    Ok(YearRow { key: person(area, row, 0)?, year: row.get(1)?, cells: cells(row, 2)? })
}

pub(super) fn fact(subject: Subject, row: &Row<'_>) -> Read<Fact> {
    let ended_at: Option<i64> = row.get(6)?;
    Ok(Fact {
        kind: row.get(0)?,
        id: id(row, 1)?,
        subject,
        other: row.get(2)?,
        from: day(row, 3)?,
        to: day(row, 4)?,
        learned_at: moment(row, 5)?,
        ended_at: ended_at.map(Moment),
        detail: row.get(7)?,
    })
}

pub(super) fn item(area: Area, row: &Row<'_>) -> Read<Item> {
    Ok(Item {
        area,
        code: row.get(0)?,
        from: day(row, 1)?,
        to: day(row, 2)?,
        name: row.get(3)?,
        detail: row.get(4)?,
    })
}

pub(super) fn visit(area: Area, row: &Row<'_>) -> Read<Visit> {
    Ok(Visit {
        key: person(area, row, 0)?,
        id: id(row, 1)?,
        institution: row.get(2)?,
        number: row.get(3)?,
        began: moment(row, 4)?,
        state: row.get(5)?,
        body: row.get(6)?,
    })
}

/// The lines of a visit.
pub(super) fn lines(row: &Row<'_>, column: usize) -> Read<Vec<Line>> {
    let text = row.get_ref(column)?.as_str()?;
    codec::read_lines(text).map_err(|what| not_understood(column, what))
}

/// `person, visit, lines`.
pub(super) fn sheet(area: Area, row: &Row<'_>) -> Read<Sheet> {
    Ok(Sheet { key: person(area, row, 0)?, visit: id(row, 1)?, lines: lines(row, 2)? })
}

pub(super) fn entry(area: Area, row: &Row<'_>) -> Read<Entry> {
    let payers = match row.get_ref(12)?.as_str_or_null()? {
        Some(text) => codec::read_payers(text).map_err(|what| not_understood(12, what))?,
        None => Vec::new(),
    };
    Ok(Entry {
        key: person(area, row, 0)?,
        id: id(row, 1)?,
        kind: kind(row, 2)?,
        institution: row.get(3)?,
        visit: id_or_min(row, 4)?,
        undoes: id_or_min(row, 5)?,
        year: row.get(6)?,
        clearing: row.get(7)?,
        total: fen(row, 8)?,
        funds: fen(row, 9)?,
        accounts: fen(row, 10)?,
        cash: fen(row, 11)?,
        payers,
        postings: {
            let text = row.get_ref(13)?.as_str()?;
            codec::read_postings(text).map_err(|what| not_understood(13, what))?
        },
        record: row.get(14)?,
    })
}

/// `id, kind, undoes, year, record`.
pub(super) fn entered(row: &Row<'_>) -> Read<Entered> {
    Ok(Entered {
        id: id(row, 0)?,
        kind: kind(row, 1)?,
        undoes: id_or_min(row, 2)?,
        year: row.get(3)?,
        record: row.get(4)?,
    })
}

pub(super) fn message(area: Area, row: &Row<'_>) -> Read<Message> {
    Ok(Message {
        key: MessageKey {
            area,
            institution: row.get(0)?,
            number: row.get(1)?,
            transaction: row.get(2)?,
            digest: id(row, 3)?.0,
        },
        person: row.get(4)?,
        at: moment(row, 5)?,
        sent: row.get::<_, Option<i64>>(6)?.map(Moment),
        id: id(row, 7)?,
        entry: id_or_min(row, 8)?,
        state: row.get(9)?,
        outcome: row.get(10)?,
    })
}

pub(super) fn document(area: Area, kind: &Arc<str>, row: &Row<'_>) -> Read<Document> {
    Ok(Document {
        key: DocumentKey { area, kind: kind.clone(), owner: row.get(0)?, number: row.get(1)? },
        at: moment(row, 2)?,
        state: row.get(3)?,
        body: row.get(4)?,
    })
}

pub(super) fn total(row: &Row<'_>) -> Read<InstitutionTotal> {
    Ok(InstitutionTotal {
        clearing: row.get(0)?,
        kind: kind(row, 1)?,
        count: row.get(2)?,
        total: fen(row, 3)?,
        funds: fen(row, 4)?,
        accounts: fen(row, 5)?,
        cash: fen(row, 6)?,
    })
}
