//! A small town whose amounts can be worked out by hand: everybody in work, through an employer, at a hospital of level 2.

use crate::exact::reading;
use simulate::store::{Data, Table, texts};
use simulate::{Reading, Source};
use std::path::Path;

/// 2024-01-01 09:00 on the region's clock.
pub(crate) const JANUARY: i64 = 1_704_099_600_000_000;

/// A day, microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;

/// Writes claims, each a person, a day of the year from 0 and fen in scope; reads them in so many buckets.
pub(crate) fn town(folder: &Path, claims: &[(i64, i64, i64)], buckets: usize) -> Source {
    let path = folder.join("town.parquet");
    let column = |of: fn(&(i64, i64, i64)) -> i64| claims.iter().map(of).collect::<Vec<_>>();
    let (person, amount) = (column(|claim| claim.0), column(|claim| claim.2));
    let time = column(|claim| JANUARY + claim.1 * DAY);
    let plan = texts(&vec!["employer".into(); claims.len()]);
    let level = texts(&vec!["2".into(); claims.len()]);
    let mut table = Table::new(&path);
    let written = table.group(&[
        ("person", Data::Number(&person)),
        ("plan", Data::Text(&plan)),
        ("level", Data::Text(&level)),
        ("in_scope_fen", Data::Number(&amount)),
        ("settled_at", Data::Number(&time)),
    ]);
    written.expect("a row group");
    table.finish().expect("a file");
    let reading = Reading { buckets: Some(buckets), ..reading(&path) };
    Source::read(&reading).expect("sound claims")
}
