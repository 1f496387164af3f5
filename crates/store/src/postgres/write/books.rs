//! Visits and their lines, entries, messages.

use super::super::row::{uuid, uuid_or_null};
use super::Write;
use crate::StoreError;
use crate::batch::{Changes, Known, latest};
use crate::codec;
use crate::id::{Id, PersonKey};
use crate::model::{Entry, Message};
use std::collections::HashSet;

pub(super) fn statements<'a>(changes: &'a Changes, known: &Known) -> Vec<Write<'a>> {
    let [sheets, visits_exist] = sheets(changes, known);
    let [new, replaced] = messages(changes, known);
    let (visits, entries, undone) = (visits(changes), entries(changes), undone(changes));
    vec![visits, sheets, visits_exist, entries, undone, new, replaced]
}

fn visits(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.visits, |one| (&one.key, one.id));
    Write::new(
        "INSERT INTO visit (area, id, person, institution, number, began, state, body) \
         SELECT * FROM unnest($1::int4[], $2::uuid[], $3::text[], $4::text[], $5::text[], \
         $6::int8[], $7::int2[], $8::text[]) \
         ON CONFLICT (area, id, person) DO UPDATE SET institution = excluded.institution, \
         number = excluded.number, began = excluded.began, state = excluded.state, \
         body = excluded.body",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| uuid(one.id)))
    .column(rows.iter().map(|one| &*one.key.person))
    .column(rows.iter().map(|one| &*one.institution))
    .column(rows.iter().map(|one| &*one.number))
    .column(rows.iter().map(|one| one.began.0))
    .column(rows.iter().map(|one| one.state))
    .column(rows.iter().map(|one| &*one.body))
    .into_partition("visit", rows.iter().map(|one| one.id))
}

/// The lines of visits, and a look whether visits that were not found exist.
fn sheets<'a>(changes: &'a Changes, known: &Known) -> [Write<'a>; 2] {
    let rows = latest(&changes.sheets, |one| (&one.key, one.visit));
    let put = Write::new(
        "INSERT INTO sheet (area, visit, person, lines) \
         SELECT * FROM unnest($1::int4[], $2::uuid[], $3::text[], $4::text[]) \
         ON CONFLICT (area, visit, person) DO UPDATE SET lines = excluded.lines",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| uuid(one.visit)))
    .column(rows.iter().map(|one| &*one.key.person))
    .column(rows.iter().map(|one| codec::lines_text(&one.lines)))
    .into_partition("sheet", rows.iter().map(|one| one.visit));

    let visits: HashSet<(&PersonKey, Id)> =
        changes.visits.iter().map(|one| (&one.key, one.id)).collect();
    let unknown: HashSet<(&PersonKey, Id)> = rows
        .iter()
        .map(|one| (&one.key, one.visit))
        .filter(|name| !visits.contains(name))
        .filter(|(key, id)| !known.has_visit(key, *id))
        .collect();
    let look = Write::new(
        "SELECT 1 FROM unnest($1::int4[], $2::uuid[], $3::text[]) AS w (area, id, person) \
         CROSS JOIN LATERAL (SELECT 1 FROM visit v WHERE v.area = w.area AND v.id = w.id \
             AND v.person = w.person OFFSET 0) AS v",
        unknown.len(),
    )
    .column(unknown.iter().map(|(key, _)| key.area.0))
    .column(unknown.iter().map(|(_, id)| uuid(*id)))
    .column(unknown.iter().map(|(key, _)| &*key.person))
    .touching(unknown.len(), StoreError::no_such_visit);
    [put, look]
}

fn entries(changes: &Changes) -> Write<'_> {
    let rows = &changes.entries;
    let payers = |one: &Entry| (!one.payers.is_empty()).then(|| codec::payers_text(&one.payers));
    Write::new(
        "INSERT INTO entry (area, id, person, kind, institution, visit, undoes, year, clearing, \
         total, funds, accounts, cash, payers, postings, record) \
         SELECT * FROM unnest($1::int4[], $2::uuid[], $3::text[], $4::int2[], $5::text[], \
         $6::uuid[], $7::uuid[], $8::int4[], $9::text[], $10::int8[], $11::int8[], $12::int8[], \
         $13::int8[], $14::text[], $15::text[], $16::text[])",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| uuid(one.id)))
    .column(rows.iter().map(|one| &*one.key.person))
    .column(rows.iter().map(|one| one.kind.number()))
    .column(rows.iter().map(|one| &*one.institution))
    .column(rows.iter().map(|one| uuid_or_null(one.visit)))
    .column(rows.iter().map(|one| uuid_or_null(one.undoes)))
    .column(rows.iter().map(|one| one.year))
    .column(rows.iter().map(|one| &*one.clearing))
    .column(rows.iter().map(|one| one.total.get()))
    .column(rows.iter().map(|one| one.funds.get()))
    .column(rows.iter().map(|one| one.accounts.get()))
    .column(rows.iter().map(|one| one.cash.get()))
    .column(rows.iter().map(payers))
    .column(rows.iter().map(|one| codec::postings_text(&one.postings)))
    .column(rows.iter().map(|one| &*one.record))
    .into_partition("entry", rows.iter().map(|one| one.id))
}

fn undone(changes: &Changes) -> Write<'_> {
    let rows = &changes.undone;
    Write::new(
        "INSERT INTO undone (area, entry, person, undone_by) \
         SELECT * FROM unnest($1::int4[], $2::uuid[], $3::text[], $4::uuid[])",
        rows.len(),
    )
    .column(rows.iter().map(|(key, ..)| key.area.0))
    .column(rows.iter().map(|(_, entry, _)| uuid(*entry)))
    .column(rows.iter().map(|(key, ..)| &*key.person))
    .column(rows.iter().map(|(.., by)| uuid(*by)))
}

macro_rules! message_rows {
    () => {
        "INSERT INTO message (area, institution, number, transaction_code, digest, person, at, \
         sent, id, entry, state, outcome) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::uuid[], \
         $6::text[], $7::int8[], $8::int8[], $9::uuid[], $10::uuid[], $11::int2[], $12::text[])"
    };
}

/// Messages that were found are replaced; others are new.
fn messages<'a>(changes: &'a Changes, known: &Known) -> [Write<'a>; 2] {
    let rows = latest(&changes.messages, |one| (&one.key, &one.person));
    let (replaced, new): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|one| known.has_message(one));
    let columns = |write: Write<'a>, rows: &[&'a Message]| {
        write
            .column(rows.iter().map(|one| one.key.area.0))
            .column(rows.iter().map(|one| &*one.key.institution))
            .column(rows.iter().map(|one| &*one.key.number))
            .column(rows.iter().map(|one| &*one.key.transaction))
            .column(rows.iter().map(|one| uuid(Id(one.key.digest))))
            .column(rows.iter().map(|one| &*one.person))
            .column(rows.iter().map(|one| one.at.0))
            .column(rows.iter().map(|one| one.sent.map(|sent| sent.0)))
            .column(rows.iter().map(|one| uuid(one.id)))
            .column(rows.iter().map(|one| uuid_or_null(one.entry)))
            .column(rows.iter().map(|one| one.state))
            .column(rows.iter().map(|one| &*one.outcome))
    };
    let put = Write::new(message_rows!(), new.len());
    let replace = Write::new(
        concat!(
            message_rows!(),
            " ON CONFLICT (area, institution, number, transaction_code, digest, person) \
             DO UPDATE SET at = excluded.at, sent = excluded.sent, id = excluded.id, \
             entry = excluded.entry, state = excluded.state, outcome = excluded.outcome"
        ),
        replaced.len(),
    );
    [columns(put, &new), columns(replace, &replaced)]
}
