//! Runs policies over claims: buckets of people dealt to threads, outcomes added up.

use crate::claims::Claims;
use crate::deal::{Worker, batches, deal};
use crate::example::Wanted;
use crate::fault::Result;
use crate::fold::Fold;
use crate::group::Grouping;
use crate::input::{self, Frame, FrameReading, Reading};
use crate::outcome::Outcome;
use crate::parcel::Dealing;
use crate::places::Directory;
use crate::profile::Profile;
use crate::result::{ENGINE, RunResult};
use crate::segment::Segments;
use crate::store::{BucketTotals, Opened, Store};
use crate::tables::Tables;
use crate::totals::{Counting, Totals};
use kernel::Timeline;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Claims, ready to be taken bucket by bucket.
pub struct Source(Held);

enum Held {
    Dealt(Dealing),
    Stored(Store),
}

/// Takes what claims came to, batch by batch, on the thread that worked it out.
pub trait Rows: Send {
    /// Rows of some people, with the outcome under each policy; outcomes begin with the first row of the first person.
    ///
    /// # Errors
    /// Whatever writing them meets.
    fn take(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) -> Result<()>;

    /// There are no more.
    ///
    /// # Errors
    /// Whatever writing them meets.
    fn finish(self) -> Result<()>;
}

impl Source {
    /// Reads files of claims.
    ///
    /// # Errors
    /// Files that cannot be read, columns that are missing, values that make no sense.
    pub fn read(reading: &Reading) -> Result<Source> {
        input::deal(reading).map(|dealing| Source(Held::Dealt(dealing)))
    }

    /// Takes claims from a table in memory.
    ///
    /// # Errors
    /// Columns that are missing, values that make no sense.
    pub fn frame(frame: &dyn Frame, reading: &FrameReading) -> Result<Source> {
        input::deal_frame(frame, reading).map(|dealing| Source(Held::Dealt(dealing)))
    }

    /// Takes claims from a store.
    #[must_use]
    pub fn stored(store: Store) -> Source {
        Source(Held::Stored(store))
    }

    /// The profiles that claims have.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        match &self.0 {
            Held::Dealt(dealing) => &dealing.profiles,
            Held::Stored(store) => store.profiles(),
        }
    }

    /// What institutions are called; none if claims do not name them.
    #[must_use]
    pub fn institutions(&self) -> &Directory {
        match &self.0 {
            Held::Dealt(dealing) => &dealing.institutions,
            Held::Stored(store) => store.institutions(),
        }
    }

    /// How many buckets there are.
    #[must_use]
    pub fn buckets(&self) -> usize {
        match &self.0 {
            Held::Dealt(dealing) => dealing.buckets,
            Held::Stored(store) => store.buckets(),
        }
    }

    /// For one thread to take buckets.
    ///
    /// # Errors
    /// A temporary file that cannot be opened.
    pub fn taker(&self) -> Result<Taker<'_>> {
        Ok(Taker(match &self.0 {
            Held::Dealt(dealing) => Taking::Dealt(Box::new(Grouping::new(dealing)?)),
            Held::Stored(store) => Taking::Stored(store.open_reader()),
        }))
    }
}

/// One thread's way to the buckets.
pub struct Taker<'a>(Taking<'a>);

enum Taking<'a> {
    Dealt(Box<Grouping<'a>>),
    Stored(Opened<'a>),
}

impl Taker<'_> {
    /// True if one of these people may have claims in the bucket; `room` is used for reading.
    pub(crate) fn may_hold(
        &mut self,
        bucket: usize,
        people: &[Wanted],
        room: &mut Claims,
    ) -> Result<bool> {
        match &mut self.0 {
            Taking::Dealt(grouping) => Ok(grouping.may_hold(bucket, people)),
            Taking::Stored(opened) => opened.holds(bucket, people, room),
        }
    }

    /// The claims of a bucket, grouped.
    ///
    /// # Errors
    /// Files that cannot be read, or do not hold what the manifest says.
    pub fn take(&mut self, bucket: usize, claims: &mut Claims) -> Result<()> {
        match &mut self.0 {
            Taking::Dealt(grouping) => grouping.bucket(bucket, claims),
            Taking::Stored(opened) => opened.bucket(bucket, claims),
        }
    }
}

/// Runs policies over claims. `rows` makes, for each thread, what takes single rows; buckets are all or those named.
///
/// # Errors
/// A profile that a region does not know; claims that cannot be read; rows that cannot be written.
pub fn run<R: Rows>(
    source: &Source,
    timelines: &[&Timeline],
    buckets: Range<usize>,
    threads: usize,
    rows: impl Fn(usize) -> Result<R> + Sync,
    done: impl Fn(usize) + Sync,
) -> Result<RunResult> {
    Prepared::new(source, timelines)?.run(buckets, threads, rows, done)
}

/// Policies compiled for the profiles of some claims: what runs over their buckets share.
pub struct Prepared<'a> {
    source: &'a Source,
    timelines: &'a [&'a Timeline],
    tables: Vec<Tables<'a>>,
    segments: Segments,
}

impl<'a> Prepared<'a> {
    /// Compiles policies for claims.
    ///
    /// # Errors
    /// A profile that a region does not know.
    pub fn new(source: &'a Source, timelines: &'a [&'a Timeline]) -> Result<Prepared<'a>> {
        let tables = timelines.iter().map(|timeline| Tables::compile(timeline, source.profiles()));
        let tables = tables.collect::<Result<Vec<_>>>()?;
        tables.iter().try_for_each(Tables::check)?;
        Ok(Prepared { source, timelines, tables, segments: Segments::of(source.profiles()) })
    }

    /// Runs the policies over buckets, as [`run`] does.
    ///
    /// # Errors
    /// Claims that cannot be read; rows that cannot be written.
    pub fn run<R: Rows>(
        &self,
        buckets: Range<usize>,
        threads: usize,
        rows: impl Fn(usize) -> Result<R> + Sync,
        done: impl Fn(usize) + Sync,
    ) -> Result<RunResult> {
        let Prepared { source, timelines, tables, segments } = self;
        let thread = AtomicUsize::new(0);
        let begin = || {
            let rows = rows(thread.fetch_add(1, Ordering::Relaxed))?;
            Work::new(source, tables, segments, rows)
        };
        let parts = deal(buckets, threads, begin, done)?;
        let parts = parts.into_iter().collect::<Result<Vec<_>>>()?;
        let mut totals = Totals::new(segments, timelines.len());
        parts.iter().try_for_each(|(part, _)| totals.merge(part))?;
        let mut buckets: Vec<BucketTotals> =
            parts.into_iter().flat_map(|(_, buckets)| buckets).collect();
        buckets.sort_unstable_by_key(|bucket| bucket.bucket);
        Ok(RunResult {
            engine: ENGINE.to_string(),
            policies: timelines.iter().map(|timeline| versions(timeline)).collect(),
            buckets,
            totals,
            behaviour: None,
        })
    }
}

/// What one thread worked out.
type Done = (Totals, Vec<BucketTotals>);

/// Names every version of a timeline.
#[must_use]
pub fn versions(timeline: &Timeline) -> String {
    let named = timeline
        .policies
        .iter()
        .map(|policy| format!("{}..{} {}", policy.from, policy.to, policy.version));
    named.collect::<Vec<_>>().join("; ")
}

/// What one thread works with.
struct Work<'a, R> {
    taker: Taker<'a>,
    claims: Claims,
    folds: Vec<Fold<'a>>,
    outcomes: Vec<Outcome>,
    counting: Counting<'a>,
    buckets: Vec<BucketTotals>,
    rows: R,
}

impl<'a, R: Rows> Work<'a, R> {
    fn new(
        source: &'a Source,
        tables: &'a [Tables<'a>],
        segments: &'a Segments,
        rows: R,
    ) -> Result<Work<'a, R>> {
        Ok(Work {
            taker: source.taker()?,
            claims: Claims::default(),
            folds: tables.iter().map(Fold::new).collect(),
            outcomes: tables.iter().map(|_| Outcome::default()).collect(),
            counting: Counting::new(segments, tables.len()),
            buckets: Vec::new(),
            rows,
        })
    }
}

impl<R: Rows> Worker for Work<'_, R> {
    type Done = Result<Done>;

    fn bucket(&mut self, bucket: usize) -> Result<()> {
        self.taker.take(bucket, &mut self.claims)?;
        let claims = &self.claims;
        self.buckets.push(BucketTotals::of(bucket, claims));
        for people in batches(claims) {
            for (fold, outcome) in self.folds.iter_mut().zip(&mut self.outcomes) {
                fold.people(claims, people.clone(), outcome);
            }
            self.counting.add(claims, people.clone(), &self.outcomes);
            self.rows.take(claims, people, &self.outcomes)?;
        }
        Ok(())
    }

    fn end(self) -> Result<Done> {
        let mut totals = self.counting.end();
        for (control, fold) in totals.control.iter_mut().zip(&self.folds) {
            control.general_people = fold.general_people();
            control.general = fold.general().clone();
        }
        self.rows.finish()?;
        Ok((totals, self.buckets))
    }
}

/// Nobody takes single rows.
pub struct NoRows;

impl Rows for NoRows {
    fn take(&mut self, _: &Claims, _: Range<usize>, _: &[Outcome]) -> Result<()> {
        Ok(())
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}
