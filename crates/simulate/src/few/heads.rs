//! How many people months, segments and institutions have: a pass over the claims that settles nothing.

use crate::claims::Claims;
use crate::deal::{Worker, deal};
use crate::fault::Result;
use crate::run::{Source, Taker};
use crate::segment::Segments;
use kernel::Date;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// People who have claims of something.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heads {
    /// By month of service, as months since year 0.
    pub months: BTreeMap<i32, u64>,
    /// By segment.
    pub segments: BTreeMap<u32, u64>,
    /// By month and segment.
    pub cells: BTreeMap<(i32, u32), u64>,
    /// By number of the institution; 0: none is named.
    pub institutions: BTreeMap<u64, u64>,
}

impl Heads {
    /// Counts the people of some buckets.
    ///
    /// # Errors
    /// Claims that cannot be read.
    pub fn count(
        source: &Source,
        buckets: Range<usize>,
        threads: usize,
        done: impl Fn(usize) + Sync,
    ) -> Result<Heads> {
        let segments = Segments::of(source.profiles());
        let begin = || {
            Ok(Counting {
                taker: source.taker()?,
                segments: &segments,
                claims: Claims::default(),
                heads: Heads::default(),
                seen: Seen::default(),
            })
        };
        let mut heads = Heads::default();
        for part in deal(buckets, threads, begin, done)? {
            add(&mut heads.months, part.months);
            add(&mut heads.segments, part.segments);
            add(&mut heads.cells, part.cells);
            add(&mut heads.institutions, part.institutions);
        }
        Ok(heads)
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, u64>, parts: BTreeMap<K, u64>) {
    for (key, count) in parts {
        *sums.entry(key).or_default() += count;
    }
}

/// What one person has claims of; people have few claims, so lists are short.
#[derive(Default)]
struct Seen {
    cells: Vec<(i32, u32)>,
    institutions: Vec<u64>,
}

struct Counting<'a> {
    taker: Taker<'a>,
    segments: &'a Segments,
    claims: Claims,
    heads: Heads,
    seen: Seen,
}

impl Worker for Counting<'_> {
    type Done = Heads;

    fn bucket(&mut self, bucket: usize) -> Result<()> {
        let mut claims = std::mem::take(&mut self.claims);
        self.taker.take(bucket, &mut claims)?;
        for person in 0..claims.people.len() {
            self.person(&claims, person);
        }
        self.claims = claims;
        Ok(())
    }

    fn end(self) -> Heads {
        self.heads
    }
}

impl Counting<'_> {
    fn person(&mut self, claims: &Claims, person: usize) {
        let Seen { cells, institutions } = &mut self.seen;
        cells.clear();
        institutions.clear();
        let mut known = (i32::MIN, 0);
        for row in claims.rows_of(person) {
            let profile = claims.profile[row];
            if self.segments.is_use(profile) {
                continue;
            }
            let day = claims.service(row);
            if known.0 != day {
                let (year, month, _) = Date::from_days(day).ymd();
                known = (day, year * 12 + i32::from(month) - 1);
            }
            let segment = self.segments.of_profile.get(profile as usize).copied().unwrap_or(0);
            cells.push((known.1, segment));
            // A reversal is of the institution of what it reverses, which is counted there.
            if let Some(more) = &claims.more
                && more.back[row] == 0
                && let Some(institution) = more.institution.get(row)
            {
                institutions.push(*institution);
            }
        }
        institutions.sort_unstable();
        institutions.dedup();
        cells.sort_unstable();
        cells.dedup();
        let heads = &mut self.heads;
        institutions.iter().for_each(|number| one(heads.institutions.entry(*number)));
        cells.iter().for_each(|cell| one(heads.cells.entry(*cell)));
        let mut months: Vec<i32> = cells.iter().map(|(month, _)| *month).collect();
        months.dedup();
        months.into_iter().for_each(|month| one(heads.months.entry(month)));
        cells.sort_unstable_by_key(|(_, segment)| *segment);
        cells.dedup_by_key(|(_, segment)| *segment);
        cells.iter().for_each(|(_, segment)| one(heads.segments.entry(*segment)));
    }
}

fn one<K: Ord>(entry: Entry<'_, K, u64>) {
    *entry.or_default() += 1;
}
