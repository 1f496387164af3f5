//! Rows of PostgreSQL as values: one list of columns and one reading of them for each type.

use super::failure::Failure;
use crate::codec;
use crate::id::{Area, Id, PersonKey};
use crate::model::{
    Account, Archive, Cells, Closing, Document, DocumentKey, Entered, Entry, EntryKind, Fact,
    Institution, Item, Message, MessageKey, Person, Sheet, Subject, Visit, YearRow,
};
use crate::{InstitutionTotal, StoreError};
use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use tokio_postgres::Row;
use uuid::Uuid;

/// What reading a row gives.
pub(super) type Read<T> = Result<T, Failure>;

macro_rules! columns {
    ($($name:ident = $list:literal;)*) => {
        $(macro_rules! $name { () => { $list } } pub(super) use $name;)*
    };
}

columns! {
    sheet_columns = "s.area, s.person, s.visit, s.lines";
    account_columns = "s.area, s.person, s.current_fen, s.earlier_fen, s.money_year, s.revision, s.last_entry";
    person_columns = "p.area, p.person, p.name, p.cert_type, p.cert_no, p.gender, p.born, p.detail";
    fact_columns = "f.area, f.side, f.subject, f.kind, f.id, f.other, f.from_day, f.to_day, f.learned_at, f.ended_at, f.detail";
    item_columns = "area, code, from_day, to_day, name, detail";
    visit_columns = "v.area, v.person, v.id, v.institution, v.number, v.began, v.state, v.body";
    entry_columns = "e.area, e.person, e.id, e.kind, e.institution, e.visit, e.undoes, e.year, e.clearing, e.total, e.funds, e.accounts, e.cash, e.payers, e.postings, e.record";
    message_columns = "m.area, m.institution, m.number, m.transaction_code, m.digest, m.person, m.at, m.sent, m.id, m.entry, m.state, m.outcome";
    document_columns = "d.area, d.kind, d.owner, d.number, d.at, d.state, d.body";
}

/// An id as it is stored.
pub(super) fn uuid(id: Id) -> Uuid {
    Uuid::from_u128(id.0)
}

/// An id as it is stored, or nothing for [`Id::MIN`].
pub(super) fn uuid_or_null(id: Id) -> Option<Uuid> {
    (id != Id::MIN).then(|| uuid(id))
}

pub(super) fn id(row: &Row, column: usize) -> Read<Id> {
    Ok(Id(row.try_get::<_, Uuid>(column)?.as_u128()))
}

pub(super) fn id_or_min(row: &Row, column: usize) -> Read<Id> {
    let uuid: Option<Uuid> = row.try_get(column)?;
    Ok(uuid.map_or(Id::MIN, |uuid| Id(uuid.as_u128())))
}

pub(super) fn text(row: &Row, column: usize) -> Read<Arc<str>> {
    Ok(Arc::from(row.try_get::<_, &str>(column)?))
}

pub(super) fn fen(row: &Row, column: usize) -> Read<Fen> {
    Ok(Fen::new(row.try_get(column)?))
}

pub(super) fn day(row: &Row, column: usize) -> Read<Date> {
    Ok(Date::from_days(row.try_get(column)?))
}

pub(super) fn moment(row: &Row, column: usize) -> Read<Moment> {
    Ok(Moment(row.try_get(column)?))
}

pub(super) fn moment_or_null(row: &Row, column: usize) -> Read<Option<Moment>> {
    Ok(row.try_get::<_, Option<i64>>(column)?.map(Moment))
}

pub(super) fn area(row: &Row, column: usize) -> Read<Area> {
    Ok(Area(row.try_get(column)?))
}

/// The area and, in the column after it, the person.
pub(super) fn person_key(row: &Row, column: usize) -> Read<PersonKey> {
    Ok(PersonKey { area: area(row, column)?, person: text(row, column + 1)? })
}

pub(super) fn kind(row: &Row, column: usize) -> Read<EntryKind> {
    let number: i16 = row.try_get(column)?;
    let unknown = || StoreError::Damaged(format!("no kind of entry has number {number}"));
    Ok(EntryKind::from_number(number).ok_or_else(unknown)?)
}

pub(super) fn account(row: &Row) -> Read<Account> {
    Ok(Account {
        key: person_key(row, 0)?,
        current: fen(row, 2)?,
        earlier: fen(row, 3)?,
        year: row.try_get(4)?,
        revision: row.try_get(5)?,
        last: id(row, 6)?,
    })
}

fn cells(row: &Row, column: usize) -> Read<Cells> {
    Ok(codec::read_cells(row.try_get(column)?)?)
}

/// `area, person, year, cells`.
pub(super) fn year(row: &Row) -> Read<YearRow> {
    Ok(YearRow { key: person_key(row, 0)?, year: row.try_get(2)?, cells: cells(row, 3)? })
}

pub(super) fn person(row: &Row) -> Read<Person> {
    let born: Option<i32> = row.try_get(6)?;
    Ok(Person {
        key: person_key(row, 0)?,
        name: text(row, 2)?,
        cert_type: text(row, 3)?,
        cert_no: text(row, 4)?,
        gender: text(row, 5)?,
        born: born.map(Date::from_days),
        detail: text(row, 7)?,
    })
}

pub(super) fn fact(row: &Row) -> Read<Fact> {
    let (area, name) = (area(row, 0)?, text(row, 2)?);
    let subject = match row.try_get(1)? {
        0_i16 => Subject::Person(PersonKey { area, person: name }),
        _ => Subject::Institution(area, name),
    };
    Ok(Fact {
        subject,
        kind: text(row, 3)?,
        id: id(row, 4)?,
        other: text(row, 5)?,
        from: day(row, 6)?,
        to: day(row, 7)?,
        learned_at: moment(row, 8)?,
        ended_at: moment_or_null(row, 9)?,
        detail: text(row, 10)?,
    })
}

/// `area, code, name, detail`.
pub(super) fn institution(row: &Row) -> Read<Institution> {
    let (code, name, detail) = (text(row, 1)?, text(row, 2)?, text(row, 3)?);
    Ok(Institution { area: area(row, 0)?, code, name, detail })
}

pub(super) fn item(row: &Row) -> Read<Item> {
    Ok(Item {
        area: area(row, 0)?,
        code: text(row, 1)?,
        from: day(row, 2)?,
        to: day(row, 3)?,
        name: text(row, 4)?,
        detail: text(row, 5)?,
    })
}

pub(super) fn visit(row: &Row) -> Read<Visit> {
    Ok(Visit {
        key: person_key(row, 0)?,
        id: id(row, 2)?,
        institution: text(row, 3)?,
        number: text(row, 4)?,
        began: moment(row, 5)?,
        state: row.try_get(6)?,
        body: text(row, 7)?,
    })
}

pub(super) fn sheet(row: &Row) -> Read<Sheet> {
    Ok(Sheet {
        key: person_key(row, 0)?,
        visit: id(row, 2)?,
        lines: codec::read_lines(row.try_get(3)?)?,
    })
}

pub(super) fn entry(row: &Row) -> Read<Entry> {
    let payers: Option<&str> = row.try_get(13)?;
    Ok(Entry {
        key: person_key(row, 0)?,
        id: id(row, 2)?,
        kind: kind(row, 3)?,
        institution: text(row, 4)?,
        visit: id_or_min(row, 5)?,
        undoes: id_or_min(row, 6)?,
        year: row.try_get(7)?,
        clearing: text(row, 8)?,
        total: fen(row, 9)?,
        funds: fen(row, 10)?,
        accounts: fen(row, 11)?,
        cash: fen(row, 12)?,
        payers: payers.map(codec::read_payers).transpose()?.unwrap_or_default(),
        postings: codec::read_postings(row.try_get(14)?)?,
        record: text(row, 15)?,
    })
}

/// `id, kind, undoes, year, record`, from a column on.
pub(super) fn entered(row: &Row, column: usize) -> Read<Entered> {
    Ok(Entered {
        id: id(row, column)?,
        kind: kind(row, column + 1)?,
        undoes: id_or_min(row, column + 2)?,
        year: row.try_get(column + 3)?,
        record: text(row, column + 4)?,
    })
}

pub(super) fn message(row: &Row) -> Read<Message> {
    Ok(Message {
        key: MessageKey {
            area: area(row, 0)?,
            institution: text(row, 1)?,
            number: text(row, 2)?,
            transaction: text(row, 3)?,
            digest: id(row, 4)?.0,
        },
        person: text(row, 5)?,
        at: moment(row, 6)?,
        sent: moment_or_null(row, 7)?,
        id: id(row, 8)?,
        entry: id_or_min(row, 9)?,
        state: row.try_get(10)?,
        outcome: text(row, 11)?,
    })
}

pub(super) fn document(row: &Row) -> Read<Document> {
    Ok(Document {
        key: DocumentKey {
            area: area(row, 0)?,
            kind: text(row, 1)?,
            owner: text(row, 2)?,
            number: text(row, 3)?,
        },
        at: moment(row, 4)?,
        state: row.try_get(5)?,
        body: text(row, 6)?,
    })
}

/// `area, digest, at, versions, files`.
pub(super) fn archive(row: &Row) -> Read<Archive> {
    Ok(Archive {
        area: area(row, 0)?,
        digest: text(row, 1)?,
        at: moment(row, 2)?,
        versions: text(row, 3)?,
        files: text(row, 4)?,
    })
}

/// `area, account, party, day, balance`.
pub(super) fn closing(row: &Row) -> Read<Closing> {
    Ok(Closing {
        area: area(row, 0)?,
        account: row.try_get(1)?,
        party: text(row, 2)?,
        day: day(row, 3)?,
        balance: fen(row, 4)?,
    })
}

/// `clearing, kind, count, total, funds, accounts, cash`.
pub(super) fn total(row: &Row) -> Read<InstitutionTotal> {
    Ok(InstitutionTotal {
        clearing: text(row, 0)?,
        kind: kind(row, 1)?,
        count: row.try_get(2)?,
        total: fen(row, 3)?,
        funds: fen(row, 4)?,
        accounts: fen(row, 5)?,
        cash: fen(row, 6)?,
    })
}
