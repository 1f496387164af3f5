//! Directories, documents, archives and closings.

use super::Write;
use crate::batch::{Changes, latest};
use crate::id::Area;

pub(super) fn statements(changes: &Changes) -> [Write<'_>; 6] {
    [
        institutions(changes),
        items(changes),
        directories(changes),
        documents(changes),
        archives(changes),
        closings(changes),
    ]
}

fn institutions(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.institutions, |one| (one.area, &one.code));
    Write::new(
        "INSERT INTO institution (area, code, name, detail) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) \
         ON CONFLICT (area, code) DO UPDATE SET name = excluded.name, detail = excluded.detail",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.area.0))
    .column(rows.iter().map(|one| &*one.code))
    .column(rows.iter().map(|one| &*one.name))
    .column(rows.iter().map(|one| &*one.detail))
}

fn items(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.items, |one| (one.area, &one.code, one.from));
    Write::new(
        "INSERT INTO item (area, code, from_day, to_day, name, detail) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::int4[], $4::int4[], $5::text[], \
         $6::text[]) ON CONFLICT (area, code, from_day) DO UPDATE SET to_day = excluded.to_day, \
         name = excluded.name, detail = excluded.detail",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.area.0))
    .column(rows.iter().map(|one| &*one.code))
    .column(rows.iter().map(|one| one.from.days()))
    .column(rows.iter().map(|one| one.to.days()))
    .column(rows.iter().map(|one| &*one.name))
    .column(rows.iter().map(|one| &*one.detail))
}

fn directories(changes: &Changes) -> Write<'_> {
    let areas = changes.directories();
    Write::new(
        "INSERT INTO directory (area, revision) SELECT area, 1 FROM unnest($1::int4[]) AS area \
         ON CONFLICT (area) DO UPDATE SET revision = directory.revision + 1",
        areas.len(),
    )
    .column(areas.iter().map(|Area(area)| *area))
}

fn documents(changes: &Changes) -> Write<'_> {
    let rows = latest(&changes.documents, |one| &one.key);
    Write::new(
        "INSERT INTO document (area, kind, owner, number, at, state, body) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::int8[], \
         $6::int2[], $7::text[]) \
         ON CONFLICT (area, kind, owner, number) DO UPDATE SET at = excluded.at, \
         state = excluded.state, body = excluded.body",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.key.area.0))
    .column(rows.iter().map(|one| &*one.key.kind))
    .column(rows.iter().map(|one| &*one.key.owner))
    .column(rows.iter().map(|one| &*one.key.number))
    .column(rows.iter().map(|one| one.at.0))
    .column(rows.iter().map(|one| one.state))
    .column(rows.iter().map(|one| &*one.body))
}

fn archives(changes: &Changes) -> Write<'_> {
    let rows = &changes.archives;
    Write::new(
        "INSERT INTO archive (area, digest, at, versions, files) \
         SELECT * FROM unnest($1::int4[], $2::text[], $3::int8[], $4::text[], $5::text[]) \
         ON CONFLICT (area, digest) DO NOTHING",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.area.0))
    .column(rows.iter().map(|one| &*one.digest))
    .column(rows.iter().map(|one| one.at.0))
    .column(rows.iter().map(|one| &*one.versions))
    .column(rows.iter().map(|one| &*one.files))
}

fn closings(changes: &Changes) -> Write<'_> {
    let rows = &changes.closings;
    Write::new(
        "INSERT INTO closing (area, account, party, day, balance) \
         SELECT * FROM unnest($1::int4[], $2::int2[], $3::text[], $4::int4[], $5::int8[])",
        rows.len(),
    )
    .column(rows.iter().map(|one| one.area.0))
    .column(rows.iter().map(|one| one.account))
    .column(rows.iter().map(|one| &*one.party))
    .column(rows.iter().map(|one| one.day.days()))
    .column(rows.iter().map(|one| one.balance.get()))
}
