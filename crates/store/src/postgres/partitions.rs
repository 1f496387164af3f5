//! Partitions by month: made ahead of need, and never missing when a row comes.

use super::connection::Connection;
use super::failure::Failure;
use crate::Changes;
use crate::id::Id;
use kernel::{Date, Moment, Month};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The partitioned tables, and what a partition is made with. Visits are changed when they are settled and leave room for
/// it; records of entries and lists of lines stay in their row.
const TABLES: &[(&str, &str)] = &[
    ("visit", "fillfactor = 80"),
    ("sheet", "toast_tuple_target = 8160"),
    ("entry", "toast_tuple_target = 8160"),
];

/// Which months have their partitions, as far as this process knows.
#[derive(Debug, Default)]
pub(super) struct Partitions {
    known: Mutex<BTreeSet<Month>>,
}

/// The month a row with this id lies in.
fn month_of(id: Id) -> Month {
    id.moment().date().month()
}

/// The months that changes write to.
pub(super) fn months(changes: &Changes) -> BTreeSet<Month> {
    let entries = changes.entries.iter().map(|entry| entry.id);
    let visits = changes.visits.iter().map(|visit| visit.id);
    let sheets = changes.sheets.iter().map(|sheet| sheet.visit);
    let mut ids: Vec<Id> = entries.chain(visits).chain(sheets).collect();
    // Ids of one millisecond have one month; most of a batch are of one day.
    ids.dedup_by_key(|id| id.0 >> 80);
    ids.into_iter().map(month_of).collect()
}

/// The partition of a table that all of these ids lie in, if it is one.
pub(super) fn only_one(table: &str, mut ids: impl Iterator<Item = Id>) -> Option<String> {
    let month = month_of(ids.next()?);
    ids.all(|id| month_of(id) == month).then(|| name_of(table, month))
}

fn name_of(table: &str, month: Month) -> String {
    format!("{table}_{}", month.to_string().replace('-', "_"))
}

impl Partitions {
    /// Those of the months that may not have their partitions yet.
    pub(super) fn missing(&self, months: BTreeSet<Month>) -> BTreeSet<Month> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        months.into_iter().filter(|month| !known.contains(month)).collect()
    }

    /// Makes the partitions of some months, and of the month after each, unless they are there. Runs on a connection that
    /// has no transaction open, beside transactions that use the tables: it takes no lock that reading or writing them
    /// would wait for.
    pub(super) fn make(
        &self,
        connection: &Connection,
        months: &BTreeSet<Month>,
    ) -> Result<(), Failure> {
        let all: BTreeSet<Month> = months
            .iter()
            .flat_map(|month| [*month, month.plus(1)])
            .filter(is_in_calendar)
            .collect();
        let mut sql = String::from("BEGIN; SELECT pg_advisory_xact_lock(7160125); ");
        for month in &all {
            for (table, with) in TABLES {
                sql.push_str(&definition(table, *month, with));
            }
        }
        sql.push_str("COMMIT");
        if let Err(failure) = connection.simple(&sql) {
            // The first failure is the one to tell.
            let _ = connection.simple("ROLLBACK");
            return Err(failure);
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).extend(all);
        Ok(())
    }
}

/// The months that have partitions.
pub(super) fn months_made(connection: &Connection) -> Result<BTreeSet<Month>, Failure> {
    const SQL: &str = "SELECT right(c.relname, 7) FROM pg_inherits i \
         JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'entry'::regclass";
    let rows = connection.rows(SQL, &[])?;
    let mut months = BTreeSet::new();
    for row in &rows {
        months.extend(Month::parse(&row.try_get::<_, &str>(0)?.replace('_', "-")));
    }
    Ok(months)
}

/// Ids reach further than the calendar.
fn is_in_calendar(month: &Month) -> bool {
    (Date::from_days(0).month()..=Date::MAX.month()).contains(month)
}

/// Makes one partition unless it is there. It is made as a table and then attached, because attaching waits for nobody.
fn definition(table: &str, month: Month, with: &str) -> String {
    let name = name_of(table, month);
    let first = |month: Month| {
        let id = Id::first_at(Moment::start_of(month.first_day()));
        format!("'{}'", uuid::Uuid::from_u128(id.0))
    };
    let from = first(month);
    // The last month of the calendar also holds what lies beyond.
    let is_last = month == Date::MAX.month();
    let to = if is_last { "MAXVALUE".to_owned() } else { first(month.plus(1)) };
    format!(
        "DO $$ BEGIN IF to_regclass('{name}') IS NULL THEN \
         CREATE TABLE {name} (LIKE {table} INCLUDING ALL) WITH ({with}); \
         ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({from}) TO ({to}); \
         END IF; END $$; "
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_holds_the_ids_of_its_month() {
        let sql = definition("entry", Month::new(2026, 11).unwrap(), "x");
        let first = Id::first_at(Moment::parse("2026-11-01").unwrap());
        let last = Id::first_at(Moment::parse("2026-12-01").unwrap());
        assert!(sql.contains("entry_2026_11"));
        let bounds = [first, last].map(|id| uuid::Uuid::from_u128(id.0).to_string());
        assert!(bounds.iter().all(|bound| sql.contains(bound)), "{sql}");
        let at = Moment::parse("2026-11-30 23:59:59.999").unwrap();
        assert_eq!(month_of(Id::at(at, u128::MAX)), Month::new(2026, 11).unwrap());
        assert!(Id::at(at, u128::MAX) < last);
    }

    #[test]
    fn every_id_has_a_month() {
        for id in [Id::MIN, Id(7), Id::MAX] {
            assert!(is_in_calendar(&month_of(id)), "{id}");
        }
    }
}
