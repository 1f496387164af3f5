//! People, their credentials and facts, and where they stand.

use super::super::row::uuid;
use super::Write;
use crate::StoreError;
use crate::batch::{Changes, Known, latest};
use crate::codec;
use crate::model::Account;

pub(super) fn statements<'a>(changes: &'a Changes, known: &Known) -> Vec<Write<'a>> {
    let [credentials, of_another] = credentials(changes);
    let [changed, opened] = accounts(changes, known);
    let (people, years) = (people(changes), years(changes));
    let (facts, ended) = (facts(changes), ended(changes));
    vec![people, credentials, of_another, facts, ended, changed, opened, years]
}

fn people(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.people, |one| &one.key);
    Write::new(
        "INSERT INTO person (area, person, name, cert_type, cert_no, gender, born, detail) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], \
         $6::text[], $7::int4[], $8::text[]) \
         ON CONFLICT (area, person) DO UPDATE SET name = excluded.name, \
         cert_type = excluded.cert_type, cert_no = excluded.cert_no, gender = excluded.gender, \
         born = excluded.born, detail = excluded.detail",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| &*one.key.person))
    .column(rows.iter().map(|one| &*one.name))
    .column(rows.iter().map(|one| &*one.cert_type))
    .column(rows.iter().map(|one| &*one.cert_no))
    .column(rows.iter().map(|one| &*one.gender))
    .column(rows.iter().map(|one| one.born.map(kernel::Date::days)))
    .column(rows.iter().map(|one| &*one.detail))
}

/// The credentials, and a look whether any of their numbers names somebody else.
fn credentials(changes: &Changes) -> [Write<'_>; 2] {
    let rows = &changes.credentials;
    let put = Write::new(
        "INSERT INTO credential (area, number, kind, person) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) \
         ON CONFLICT (area, number, kind) DO NOTHING",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| &*one.number))
    .column(rows.iter().map(|one| &*one.kind))
    .column(rows.iter().map(|one| &*one.key.person));
    let of_another = Write::new(
        "SELECT 1 FROM unnest($1::int4[], $2::text[], $3::text[]) AS w (area, number, person) \
         CROSS JOIN LATERAL (SELECT 1 FROM credential c WHERE c.area = w.area \
             AND c.number = w.number AND c.person <> w.person OFFSET 0) AS c",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| &*one.number))
    .column(rows.iter().map(|one| &*one.key.person))
    .touching(0, || StoreError::of_another("a credential of this number"));
    [put, of_another]
}

fn facts(changes: &Changes) -> Write<'_> {
    let rows = &changes.facts;
    Write::new(
        "INSERT INTO fact (area, side, subject, kind, id, other, from_day, to_day, learned_at, \
         ended_at, detail) SELECT * FROM unnest($1::int4[], $2::int2[], $3::text[], $4::text[], \
         $5::uuid[], $6::text[], $7::int4[], $8::int4[], $9::int8[], $10::int8[], $11::text[])",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.subject.area().0))
    .column(rows.iter().map(|one| one.subject.side()))
    .column(rows.iter().map(|one| &**one.subject.name()))
    .column(rows.iter().map(|one| &*one.kind))
    .column(rows.iter().map(|one| uuid(one.id)))
    .column(rows.iter().map(|one| &*one.other))
    .column(rows.iter().map(|one| one.from.days()))
    .column(rows.iter().map(|one| one.to.days()))
    .column(rows.iter().map(|one| one.learned_at.0))
    .column(rows.iter().map(|one| one.ended_at.map(|at| at.0)))
    .column(rows.iter().map(|one| &*one.detail))
}

fn ended(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.ended, |(subject, id, _)| (subject, id));
    Write::new(
        "UPDATE fact f SET ended_at = w.ended_at \
         FROM unnest($1::int4[], $2::int2[], $3::text[], $4::uuid[], $5::int8[]) \
             AS w (area, side, subject, id, ended_at) \
         WHERE f.area = w.area AND f.side = w.side AND f.subject = w.subject AND f.id = w.id \
             AND f.ended_at IS NULL",
        rows.len(),
    )
    .column(rows.iter().map(|(subject, ..)| subject.area().0))
    .column(rows.iter().map(|(subject, ..)| subject.side()))
    .column(rows.iter().map(|(subject, ..)| &**subject.name()))
    .column(rows.iter().map(|(_, id, _)| uuid(*id)))
    .column(rows.iter().map(|(.., at)| at.0))
    .planned_each_time()
    .touching(rows.len(), StoreError::no_such_fact)
}

macro_rules! standing_rows {
    () => {
        "INSERT INTO standing (area, person, year, current_fen, earlier_fen, money_year, \
         revision, last_entry) SELECT area, person, 0, current_fen, earlier_fen, money_year, \
         revision, last_entry \
         FROM unnest($1::int4[], $2::text[], $3::int8[], $4::int8[], $5::int4[], $6::int8[], \
         $7::uuid[]) \
             AS w (area, person, current_fen, earlier_fen, money_year, revision, last_entry)"
    };
}

/// Rows that are locked are changed; rows that were not found are new.
fn accounts<'a>(changes: &'a Changes, known: &Known) -> [Write<'a>; 2] {
    let rows = latest(&changes.accounts, |one| &one.key);
    let (changed, opened): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|one| known.has_account(one));
    let columns = |write: Write<'a>, rows: &[&'a Account]| {
        write
            .column(rows.iter().map(|one| one.key.area.0))
            .column(rows.iter().map(|one| &*one.key.person))
            .column(rows.iter().map(|one| one.current.get()))
            .column(rows.iter().map(|one| one.earlier.get()))
            .column(rows.iter().map(|one| one.year))
            .column(rows.iter().map(|one| one.revision))
            .column(rows.iter().map(|one| uuid(one.last)))
    };
    let change = Write::new(
        concat!(
            standing_rows!(),
            " ON CONFLICT (area, person, year) DO UPDATE SET current_fen = excluded.current_fen, \
             earlier_fen = excluded.earlier_fen, money_year = excluded.money_year, \
             revision = excluded.revision, last_entry = excluded.last_entry"
        ),
        changed.len(),
    );
    let open = Write::new(standing_rows!(), opened.len());
    [columns(change, &changed), columns(open, &opened)]
}

fn years(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.years, |one| (&one.key, one.year));
    Write::new(
        "INSERT INTO standing (area, person, year, cells) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::int4[], $4::text[]) \
         ON CONFLICT (area, person, year) DO UPDATE SET cells = excluded.cells",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| &*one.key.person))
    .column(rows.iter().map(|one| one.year))
    .column(rows.iter().map(|one| codec::cells_text(&one.cells)))
}
