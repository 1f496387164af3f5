//! An estimate of what a reform comes to if people go more or less often as their share of the cost changes. No settlement:
//! an elasticity is a guess, and this says what would follow from it.
//!
//! For each person: the price is the patient's part of in-scope spending over the year, under the policy in force and under
//! the reform. Visits are multiplied by (price after / price before) to the elasticity: each visit is left out, or made a
//! second time, by a chance that hangs on nothing but seed, person and visit. What is left is settled under the reform, by
//! the same fold, to the fen. Intervals are of a bootstrap over people: each replicate takes each person as often as a
//! Poisson number with mean one says, which again hangs on seed, replicate and person only. So figures are the same for
//! any number of threads and any division into buckets, and those of buckets add up.

mod again;
mod chance;
mod estimate;
mod response;

use crate::claims::{Claims, More};
use crate::deal::{Worker, batches, deal};
use crate::fault::{Fault, Result};
use crate::fold::Fold;
use crate::outcome::Outcome;
use crate::run::{Source, Taker};
use crate::segment::Segments;
use crate::tables::Tables;
use chance::Chance;
use kernel::Timeline;
use serde::{Deserialize, Serialize};
use std::ops::Range;

pub use estimate::{Estimate, Figures, Sample};

/// How people respond, and how it is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Behaviour {
    /// Elasticity of visits to price in ten-thousandths, −30,000 to 0.
    pub elasticity: i32,
    /// Names the draws.
    pub seed: u64,
    /// Replicates of the bootstrap.
    pub replicates: u32,
}

impl Behaviour {
    /// Checks the range of an elasticity and the number of replicates.
    ///
    /// # Errors
    /// Elasticities above 0 or below −3; fewer than 40 or more than 10,000 replicates.
    pub fn check(&self) -> Result<()> {
        if !(-30_000..=0).contains(&self.elasticity) {
            return Err(Fault::new(
                "弹性应在 -3 到 0 之间，如 -0.2（价格涨一成，就诊约少百分之二）",
                "the elasticity should lie between -3 and 0, e.g. -0.2 (visits fall by 2 % as the price rises by 10 %)",
            ));
        }
        if !(40..=10_000).contains(&self.replicates) {
            return Err(Fault::new(
                "自助法的次数应在 40 到 10000 之间",
                "between 40 and 10000 replicates of the bootstrap",
            ));
        }
        Ok(())
    }
}

/// Estimates what a reform comes to with behaviour.
///
/// # Errors
/// A profile that a region does not know; claims that cannot be read; a behaviour out of range.
pub fn estimate(
    source: &Source,
    before: &Timeline,
    after: &Timeline,
    behaviour: Behaviour,
    buckets: Range<usize>,
    threads: usize,
    done: impl Fn(usize) + Sync,
) -> Result<Estimate> {
    behaviour.check()?;
    let tables = [before, after].map(|timeline| Tables::compile(timeline, source.profiles()));
    let [before, after] = tables;
    let (before, after) = (before?, after?);
    before.check()?;
    after.check()?;
    let segments = Segments::of(source.profiles());
    let begin = || {
        Ok(Work {
            taker: source.taker()?,
            segments: &segments,
            claims: Claims::default(),
            again: Claims::default(),
            folds: [Fold::new(&before), Fold::new(&after)],
            outcomes: [Outcome::default(), Outcome::default()],
            refold: Fold::new(&after),
            chance: Chance::new(behaviour),
            estimate: Estimate::new(behaviour),
        })
    };
    let mut estimate = Estimate::new(behaviour);
    for part in deal(buckets, threads, begin, done)? {
        estimate.merge(&part)?;
    }
    Ok(estimate)
}

/// What one thread works with.
struct Work<'a> {
    taker: Taker<'a>,
    segments: &'a Segments,
    claims: Claims,
    /// Claims as they would be with behaviour.
    again: Claims,
    folds: [Fold<'a>; 2],
    outcomes: [Outcome; 2],
    refold: Fold<'a>,
    chance: Chance,
    estimate: Estimate,
}

impl Worker for Work<'_> {
    type Done = Estimate;

    fn bucket(&mut self, bucket: usize) -> Result<()> {
        let mut claims = std::mem::take(&mut self.claims);
        self.taker.take(bucket, &mut claims)?;
        for people in batches(&claims) {
            self.batch(&claims, people);
        }
        self.claims = claims;
        Ok(())
    }

    fn end(self) -> Estimate {
        self.estimate
    }
}

impl Work<'_> {
    fn batch(&mut self, claims: &Claims, people: Range<usize>) {
        for (fold, outcome) in self.folds.iter_mut().zip(&mut self.outcomes) {
            fold.people(claims, people.clone(), outcome);
        }
        let base = claims.first[people.start] as usize;
        again::begin(claims, &mut self.again);
        // What people come to; whoever goes more or less often is folded again below.
        let mut figures: Vec<Figures> = Vec::with_capacity(people.len());
        let mut changed: Vec<usize> = Vec::new();
        for person in people.clone() {
            let rows = claims.rows_of(person);
            let out = rows.start - base..rows.end - base;
            let [before, after] =
                [0, 1].map(|side: usize| funds(&self.outcomes[side], out.clone()));
            let claimed = claimed(claims, rows, self.segments);
            let mut own = Figures::of(claimed, before, after);
            let spent = claimed[1];
            let [paid, would] = [before, after].map(|funds| funds.iter().sum::<i64>());
            let factor = response::factor(spent, paid, would, self.chance.elasticity());
            if factor != response::ONE {
                let copies = |row| self.chance.copies(claims, person, row, factor);
                let before = self.again.people.len();
                if again::person(claims, person, self.segments, copies, &mut self.again) {
                    own.clear_response();
                    if self.again.people.len() > before {
                        changed.push(figures.len());
                    }
                }
            }
            figures.push(own);
        }
        self.settle_again(&changed, &mut figures);
        for (person, own) in people.zip(&figures) {
            let chance = &self.chance;
            self.estimate.add(own, |replicate| chance.weight(claims, person, replicate));
        }
    }

    /// Settles the claims of people who go more or less often, under the reform.
    fn settle_again(&mut self, changed: &[usize], figures: &mut [Figures]) {
        let again = &self.again;
        if again.people.is_empty() {
            return;
        }
        let outcome = &mut self.outcomes[1];
        self.refold.people(again, 0..again.people.len(), outcome);
        for (person, place) in changed.iter().enumerate() {
            let rows = again.rows_of(person);
            let paid = funds(outcome, rows.clone());
            if let Some(own) = figures.get_mut(*place) {
                own.respond(claimed(again, rows, self.segments), paid);
            }
        }
    }
}

/// Paid for rows, by fund.
fn funds(outcome: &Outcome, rows: Range<usize>) -> [i64; 3] {
    let sum = |fund: &Vec<i64>| fund.get(rows.clone()).unwrap_or_default().iter().sum();
    [sum(&outcome.funds[0]), sum(&outcome.funds[1]), sum(&outcome.funds[2])]
}

/// Claims less reversals, and their spending in scope and outside, fen.
fn claimed(claims: &Claims, rows: Range<usize>, segments: &Segments) -> [i64; 3] {
    let Some(more) = &claims.more else {
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        return [count, claims.amount[rows].iter().map(|amount| i64::from(*amount)).sum(), 0];
    };
    let mut sums = [0; 3];
    for row in rows {
        let of = match more.back[row] {
            _ if segments.is_use(claims.profile[row]) => [0; 3],
            0 => [i64::from(!more.joined[row]), claims.amount[row].into(), more.outside[row]],
            More::NOWHERE => [0; 3],
            back => {
                let original = row - back as usize;
                [-1, -claims.in_scope_of(original), -more.outside[original]]
            }
        };
        for (sum, part) in sums.iter_mut().zip(of) {
            *sum += part;
        }
    }
    sums
}
