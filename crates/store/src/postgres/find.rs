//! Finds what a batch needs to know, in two packets at most: the locks and, pipelined behind them, the look-ups; then
//! files that the caller does not have, and entries that only a message names.
//!
//! Each statement takes a whole column of keys. In a batch the look-ups follow the lock and see, at READ COMMITTED, what
//! another process committed while we waited for it.

use super::connection::{Connection, Packet, Parameter};
use super::failure::Failure;
use super::keys::{Documents, Messages, Names, People};
use super::row::{
    self, account_columns, document_columns, entry_columns, fact_columns, message_columns,
    person_columns, sheet_columns, visit_columns,
};
use crate::MOST_ORIGINALS;
use crate::batch::{Found, PersonFile, Wants};
use crate::id::{Id, PersonKey};
use crate::model::{Account, Fact};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tokio_postgres::Row;

/// Whether the people found are locked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Locked, in order of their keys, until the transaction ends.
    Lock,
    /// One moment, of the transaction that is open.
    Look,
}

/// What finding comes to.
pub(super) enum Finding {
    /// Everything wanted.
    Found(Box<Found>),
    /// These people too must be locked first: who pays was not known beforehand.
    MorePeople(BTreeSet<PersonKey>),
}

/// The accounts of the people named by $1 and $2, who stand in order of their keys.
///
/// Everywhere here a column of keys is looked up one key after the other: OFFSET 0, like FOR UPDATE, keeps the planner from
/// beginning at the table, which it would do while the table is small, and go on doing when it no longer is.
macro_rules! people {
    ($locking:literal) => {
        concat!(
            "SELECT s.* FROM unnest($1::int4[], $2::text[]) AS w (area, person) \
             CROSS JOIN LATERAL (SELECT ",
            account_columns!(),
            " FROM standing s WHERE s.area = w.area AND s.person = w.person AND s.year = 0 ",
            $locking,
            ") AS s"
        )
    };
}
const LOCK: &str = people!("FOR UPDATE");
const LOOK: &str = people!("OFFSET 0");

const YEARS: &str = "SELECT s.* FROM unnest($1::int4[], $2::text[]) AS w (area, person) \
    CROSS JOIN LATERAL (SELECT s.area, s.person, s.year, s.cells FROM standing s \
        WHERE s.area = w.area AND s.person = w.person AND s.year BETWEEN greatest($3, 1) AND $4 \
        OFFSET 0) AS s";
const MESSAGES: &str = concat!(
    "SELECT m.* FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::uuid[]) \
         WITH ORDINALITY AS w (area, institution, number, transaction_code, digest, place) \
     CROSS JOIN LATERAL (SELECT ",
    message_columns!(),
    " FROM message m WHERE m.area = w.area AND m.institution = w.institution \
         AND m.number = w.number AND m.transaction_code = w.transaction_code \
         AND m.digest = w.digest OFFSET 0) AS m ORDER BY w.place, m.person"
);
const ORIGINALS: &str = concat!(
    "SELECT m.* FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY \
         AS w (area, institution, number, transaction_code, place) \
     CROSS JOIN LATERAL (SELECT ",
    message_columns!(),
    " FROM message m WHERE m.area = w.area AND m.institution = w.institution \
         AND m.number = w.number AND m.transaction_code = w.transaction_code \
         ORDER BY m.id DESC LIMIT $5) AS m ORDER BY w.place, m.id"
);
const ENTRIES: &str = concat!(
    "SELECT e.*, (SELECT u.undone_by FROM undone u WHERE u.area = w.area AND u.entry = w.id \
         AND u.person = w.person) \
     FROM unnest($1::int4[], $2::uuid[], $3::text[]) AS w (area, id, person) \
     CROSS JOIN LATERAL (SELECT ",
    entry_columns!(),
    " FROM entry e WHERE e.area = w.area AND e.id = w.id AND e.person = w.person \
         AND e.id BETWEEN $4 AND $5 OFFSET 0) AS e"
);
const VISITS: &str = concat!(
    "SELECT v.* FROM unnest($1::int4[], $2::uuid[], $3::text[]) AS w (area, id, person) \
     CROSS JOIN LATERAL (SELECT ",
    visit_columns!(),
    " FROM visit v WHERE v.area = w.area AND v.id = w.id AND v.person = w.person \
         AND v.id BETWEEN $4 AND $5 OFFSET 0) AS v"
);
const SHEETS: &str = concat!(
    "SELECT s.* FROM unnest($1::int4[], $2::uuid[], $3::text[]) AS w (area, id, person) \
     CROSS JOIN LATERAL (SELECT ",
    sheet_columns!(),
    " FROM sheet s WHERE s.area = w.area AND s.visit = w.id AND s.person = w.person \
         AND s.visit BETWEEN $4 AND $5 OFFSET 0) AS s"
);
const DOCUMENTS: &str = concat!(
    "SELECT d.* FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) \
         AS w (area, kind, owner, number) \
     CROSS JOIN LATERAL (SELECT ",
    document_columns!(),
    " FROM document d WHERE d.area = w.area AND d.kind = w.kind AND d.owner = w.owner \
         AND d.number = w.number OFFSET 0) AS d"
);
const DIRECTORIES: &str = "SELECT d.area, d.revision FROM unnest($1::int4[]) AS w (area) \
    CROSS JOIN LATERAL (SELECT * FROM directory d WHERE d.area = w.area OFFSET 0) AS d";
const PEOPLE: &str = concat!(
    "SELECT p.* FROM unnest($1::int4[], $2::text[]) AS w (area, person) \
     CROSS JOIN LATERAL (SELECT ",
    person_columns!(),
    " FROM person p WHERE p.area = w.area AND p.person = w.person OFFSET 0) AS p"
);
const FACTS: &str = concat!(
    "SELECT f.* FROM unnest($1::int4[], $2::text[]) AS w (area, person) \
     CROSS JOIN LATERAL (SELECT ",
    fact_columns!(),
    " FROM fact f WHERE f.area = w.area AND f.side = 0 AND f.subject = w.person OFFSET 0) AS f"
);

impl Mode {
    const fn begin(self) -> &'static str {
        match self {
            Mode::Lock => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Mode::Look => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    const fn people(self) -> &'static str {
        match self {
            Mode::Lock => LOCK,
            Mode::Look => LOOK,
        }
    }
}

/// Begins a transaction and finds everything wanted. `more` are people to be read and locked like those wanted, because an
/// earlier try came to [`Finding::MorePeople`].
pub(super) async fn find(
    connection: &Connection,
    wants: &Wants,
    mode: Mode,
    more: &BTreeSet<PersonKey>,
) -> Result<Finding, Failure> {
    let mut found = Found::default();
    // In order of their keys: so they are locked.
    let asked: BTreeSet<PersonKey> =
        wants.people.iter().chain(more).cloned().chain(wants.known_payers()).collect();
    first_packet(connection, wants, mode, &asked, &mut found).await?;
    second_packet(connection, wants, &mut found).await?;
    let missing: BTreeSet<PersonKey> =
        found.payers(wants).into_iter().filter(|key| !asked.contains(key)).collect();
    if missing.is_empty() {
        Ok(Finding::Found(Box::new(found)))
    } else {
        Ok(Finding::MorePeople(missing))
    }
}

/// The beginning of the transaction, the locks, and whatever can be named beforehand: also the files that the caller does
/// not have.
async fn first_packet(
    connection: &Connection,
    wants: &Wants,
    mode: Mode,
    asked: &BTreeSet<PersonKey>,
    found: &mut Found,
) -> Result<(), Failure> {
    let people = People::of(wants.people.iter());
    let strangers = People::of(asked.iter().filter(|key| !wants.known.contains_key(key)));
    let asked = People::of(asked.iter());
    let (entries, visits) = (Names::of(&wants.entries), Names::of(&wants.visits));
    let (messages, originals) = (Messages::of(&wants.messages), Messages::of(&wants.originals));
    let documents = Documents::of(&wants.documents);
    let areas: Vec<i32> = wants.areas.iter().map(|area| area.0).collect();
    let (first_year, last_year) = wants.years.unwrap_or((1, 0));
    let most = i64::from(MOST_ORIGINALS);

    let mut packet = Packet::new(connection);
    packet.add_simple(mode.begin());
    packet.add_if(!asked.is_empty(), mode.people(), &asked.parameters()).await?;
    packet.add_if(!strangers.is_empty(), PEOPLE, &strangers.parameters()).await?;
    packet.add_if(!strangers.is_empty(), FACTS, &strangers.parameters()).await?;
    let years: [&Parameter<'_>; 4] = [&people.areas, &people.people, &first_year, &last_year];
    packet.add_if(first_year <= last_year && !people.is_empty(), YEARS, &years).await?;
    packet
        .add_if(!wants.messages.is_empty(), MESSAGES, &messages.parameters(&messages.digests))
        .await?;
    packet.add_if(!wants.originals.is_empty(), ORIGINALS, &originals.parameters(&most)).await?;
    packet.add_if(!wants.entries.is_empty(), ENTRIES, &entries.parameters()).await?;
    packet.add_if(!wants.visits.is_empty(), VISITS, &visits.parameters()).await?;
    packet.add_if(!wants.visits.is_empty(), SHEETS, &visits.parameters()).await?;
    packet.add_if(!wants.documents.is_empty(), DOCUMENTS, &documents.parameters()).await?;
    packet.add_if(!wants.areas.is_empty(), DIRECTORIES, &[&areas]).await?;
    let [
        _,
        accounts,
        people,
        facts,
        years,
        known,
        similar,
        entries,
        visits,
        sheets,
        documents,
        areas,
    ] = packet.send().await?;

    for row in &accounts {
        let account = row::account(row)?;
        found.accounts.insert(account.key.clone(), account);
    }
    take_files(&people, &facts, found)?;
    for row in &years {
        let year = row::year(row)?;
        found.years.insert((year.key, year.year), year.cells);
    }
    for row in known.iter().chain(&similar) {
        found.messages.push(row::message(row)?);
    }
    take_entries(&entries, found)?;
    take_visits(&visits, &sheets, found)?;
    for row in &documents {
        let document = row::document(row)?;
        found.documents.insert(document.key.clone(), document);
    }
    for row in &areas {
        found.directories.insert(row::area(row, 0)?, row.try_get(1)?);
    }
    Ok(())
}

/// What could only be asked for once the first answers were there: entries that only a message names, files that are not
/// as the caller has them.
async fn second_packet(
    connection: &Connection,
    wants: &Wants,
    found: &mut Found,
) -> Result<(), Failure> {
    let made = found.entries_of_messages();
    let made: BTreeSet<_> = made.difference(&wants.entries).cloned().collect();
    let is_old = |account: &&Account| {
        wants.known.get(&account.key).is_some_and(|file| file.revision != account.revision)
    };
    let old: Vec<PersonKey> =
        found.accounts.values().filter(is_old).map(|account| account.key.clone()).collect();
    if made.is_empty() && old.is_empty() {
        return Ok(());
    }
    let (names, old) = (Names::of(&made), People::of(old.iter()));
    let mut packet = Packet::new(connection);
    packet.add_if(!made.is_empty(), ENTRIES, &names.parameters()).await?;
    packet.add_if(!old.is_empty(), PEOPLE, &old.parameters()).await?;
    packet.add_if(!old.is_empty(), FACTS, &old.parameters()).await?;
    let [entries, people, facts] = packet.send().await?;
    take_entries(&entries, found)?;
    take_files(&people, &facts, found)
}

fn take_files(people: &[Row], facts: &[Row], found: &mut Found) -> Result<(), Failure> {
    let mut facts_of: HashMap<PersonKey, Vec<Fact>> = HashMap::with_capacity(people.len());
    for row in facts {
        let fact = row::fact(row)?;
        let person = PersonKey { area: fact.subject.area(), person: fact.subject.name().clone() };
        facts_of.entry(person).or_default().push(fact);
    }
    for row in people {
        let person = row::person(row)?;
        let mut facts = facts_of.remove(&person.key).unwrap_or_default();
        facts.sort_by(Fact::order_in_file);
        if let Some(revision) = found.accounts.get(&person.key).map(|account| account.revision) {
            let key = person.key.clone();
            found.files.insert(key, Arc::new(PersonFile { person, facts, revision }));
        }
    }
    Ok(())
}

fn take_entries(rows: &[Row], found: &mut Found) -> Result<(), Failure> {
    for row in rows {
        let entry = row::entry(row)?;
        let by = row::id_or_min(row, 16)?;
        if by != Id::MIN {
            found.undone.insert(entry.id, by);
        }
        found.entries.insert(entry.id, entry);
    }
    Ok(())
}

fn take_visits(visits: &[Row], sheets: &[Row], found: &mut Found) -> Result<(), Failure> {
    for row in visits {
        let visit = row::visit(row)?;
        found.lines.insert(visit.id, Vec::new());
        found.visits.insert(visit.id, visit);
    }
    for row in sheets {
        let sheet = row::sheet(row)?;
        if let Some(lines) = found.lines.get_mut(&sheet.visit) {
            *lines = sheet.lines;
        }
    }
    Ok(())
}
