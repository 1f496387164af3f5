//! Directories, documents, archives and closings.

use super::super::statement::Lazy;
use super::Done;
use crate::batch::Changes;
use crate::id::Area;
use rusqlite::{Connection, params};

pub(super) fn write(db: &Connection, changes: &Changes) -> Done {
    institutions(db, changes)?;
    items(db, changes)?;
    directories(db, changes)?;
    documents(db, changes)?;
    archives(db, changes)?;
    closings(db, changes)
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
