//! Many candidates beside the policy in force, in one pass over the claims: what each pays, whom, and who gains or loses.
//!
//! Candidates share every look at a claim ([`crate::fused`]); a bucket is decoded once for all that fit into memory
//! together. What comes out adds up by buckets, as [`crate::RunResult`] does.

mod count;
mod told;

use crate::claims::Claims;
use crate::deal::{Worker, batches, deal};
use crate::fault::{Fault, Result};
use crate::fused::Fused;
use crate::needless::Needless;
use crate::result::covered;
use crate::run::{Source, Taker, versions};
use crate::segment::{Division, Segments};
use crate::store::{BucketTotals, Manifest};
use crate::tables::Tables;
use crate::totals::{Claimed, Counting};
use count::Count;
use kernel::Timeline;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use told::Told;

/// Candidates that go through the claims together, beside the policy in force.
const TOGETHER: usize = 255;

/// What totals of a sweep are divided by.
pub const DIVISIONS: &[Division] = &[Division::Status];

/// What a policy comes to for people of one status, against the policy in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Came {
    /// Deductible charged, fen.
    pub deductible: i64,
    /// Paid by fund number, fen.
    pub funds: [i64; 3],
    /// People to whom some fund pays something.
    pub paid_people: u64,
    /// People who get more from the funds than under the policy in force.
    pub winners: u64,
    /// People who get less.
    pub losers: u64,
    /// What winners get more, fen.
    pub gain: i64,
    /// What losers get less, fen.
    pub loss: i64,
}

impl Came {
    /// By all funds, fen.
    #[must_use]
    pub fn paid(&self) -> i64 {
        self.funds.iter().sum()
    }

    fn add(&mut self, other: &Came) {
        self.deductible += other.deductible;
        for (sum, amount) in self.funds.iter_mut().zip(other.funds) {
            *sum += amount;
        }
        self.paid_people += other.paid_people;
        self.winners += other.winners;
        self.losers += other.losers;
        self.gain += other.gain;
        self.loss += other.loss;
    }
}

/// What a sweep came to. The first policy is the one in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Swept {
    /// Version hashes of the policies, in order.
    pub policies: Vec<String>,
    /// What was read of each bucket.
    pub buckets: Vec<BucketTotals>,
    /// What was claimed in all, whatever the policy.
    pub claimed: Claimed,
    /// Months with claims, as months since year 0, in order.
    pub months: Vec<i32>,
    /// Statuses of people: each person has that of the last claim.
    pub statuses: Vec<String>,
    /// How many people, by status.
    pub people: Vec<u64>,
    /// By policy, then by status.
    pub came: Vec<Vec<Came>>,
    /// People settled bill by bill, by policy.
    pub general_people: Vec<u64>,
}

impl Swept {
    /// What a policy comes to for all people.
    #[must_use]
    pub fn all(&self, policy: usize) -> Came {
        let mut sum = Came::default();
        self.came.get(policy).into_iter().flatten().for_each(|part| sum.add(part));
        sum
    }

    /// How many people.
    #[must_use]
    pub fn all_people(&self) -> u64 {
        self.people.iter().sum()
    }

    /// Paid by the patients: what no fund pays, in scope or not, fen.
    #[must_use]
    pub fn patients(&self, policy: usize) -> i64 {
        self.claimed.in_scope + self.claimed.outside - self.all(policy).paid()
    }

    /// Takes in other people's.
    ///
    /// # Errors
    /// The parts are not of the same claims and policies.
    pub fn merge(&mut self, other: &Swept) -> Result<()> {
        let same = (&self.policies, &self.statuses) == (&other.policies, &other.statuses);
        if !same {
            return Err(Fault::new(
                "两部分结果不是同一批单据、同一组方案的",
                "the parts are not of the same claims and candidates",
            ));
        }
        self.buckets.extend(&other.buckets);
        self.claimed.add(&other.claimed);
        self.months.extend(&other.months);
        self.months.sort_unstable();
        self.months.dedup();
        for (sum, part) in self.people.iter_mut().zip(&other.people) {
            *sum += part;
        }
        for (sum, part) in self.came.iter_mut().flatten().zip(other.came.iter().flatten()) {
            sum.add(part);
        }
        for (sum, part) in self.general_people.iter_mut().zip(&other.general_people) {
            *sum += part;
        }
        Ok(())
    }

    /// Puts the parts of all buckets together.
    ///
    /// # Errors
    /// A bucket that is missing, there twice, or not as the manifest says; parts under other policies.
    pub fn whole(manifest: &Manifest, parts: &[Swept]) -> Result<Swept> {
        let Some((first, others)) = parts.split_first() else {
            return Err(Fault::new("没有结果文件", "there are no results"));
        };
        let mut all = first.clone();
        others.iter().try_for_each(|other| all.merge(other))?;
        covered(manifest, &mut all.buckets)?;
        Ok(all)
    }

    /// Takes in further candidates over the same claims.
    fn beside(&mut self, other: Swept) {
        self.policies.extend(other.policies.into_iter().skip(1));
        self.came.extend(other.came.into_iter().skip(1));
        self.general_people.extend(other.general_people.into_iter().skip(1));
    }
}

/// How many times buckets are taken for so many candidates: what `done` of [`sweep`] counts to.
#[must_use]
pub fn rounds(candidates: usize) -> usize {
    candidates.div_ceil(TOGETHER).max(1)
}

/// Settles claims under a policy in force and candidates.
///
/// # Errors
/// A profile that a region does not know; claims that cannot be read.
pub fn sweep(
    source: &Source,
    in_force: &Timeline,
    candidates: &[&Timeline],
    buckets: Range<usize>,
    threads: usize,
    done: impl Fn(usize) + Sync,
) -> Result<Swept> {
    let round = |part: &[&Timeline]| {
        let timelines: Vec<&Timeline> =
            std::iter::once(in_force).chain(part.iter().copied()).collect();
        together(source, &timelines, buckets.clone(), threads, &done)
    };
    let mut rounds = candidates.chunks(TOGETHER);
    let mut swept = round(rounds.next().unwrap_or_default())?;
    for part in rounds {
        swept.beside(round(part)?);
    }
    Ok(swept)
}

fn together(
    source: &Source,
    timelines: &[&Timeline],
    buckets: Range<usize>,
    threads: usize,
    done: &(impl Fn(usize) + Sync),
) -> Result<Swept> {
    let told = Told::of(source.profiles(), &Needless::of(timelines, DIVISIONS));
    let tables = timelines.iter().map(|timeline| Tables::compile(timeline, &told.profiles));
    let tables = tables.collect::<Result<Vec<_>>>()?;
    tables.iter().try_for_each(Tables::check)?;
    let segments = Segments::of(&told.profiles);
    let statuses = Statuses::of(&segments);
    let begin = || {
        Ok(Work {
            taker: source.taker()?,
            told: &told,
            claims: Claims::default(),
            count: Count::new(&statuses, tables.len()),
            fused: Fused::new(&tables),
            counting: Counting::new(&segments, 0),
            buckets: Vec::new(),
        })
    };
    let parts = deal(buckets, threads, begin, done)?;
    let mut swept = Swept {
        policies: timelines.iter().map(|timeline| versions(timeline)).collect(),
        buckets: Vec::new(),
        claimed: Claimed::default(),
        months: Vec::new(),
        people: vec![0; statuses.names.len()],
        came: vec![vec![Came::default(); statuses.names.len()]; timelines.len()],
        statuses: statuses.names,
        general_people: vec![0; timelines.len()],
    };
    for part in parts {
        swept.merge(&Swept {
            policies: swept.policies.clone(),
            statuses: swept.statuses.clone(),
            ..part
        })?;
    }
    swept.buckets.sort_unstable_by_key(|bucket| bucket.bucket);
    Ok(swept)
}

/// Statuses of people, by the profile of their last claim.
struct Statuses {
    names: Vec<String>,
    of_profile: Vec<u8>,
}

impl Statuses {
    fn of(segments: &Segments) -> Statuses {
        let of = |segment: usize| segments.list[segment].get(Division::Status).to_string();
        let mut names: Vec<String> = (0..segments.list.len()).map(of).collect();
        names.sort_unstable();
        names.dedup();
        let number = |segment: &u32| {
            let found = names.binary_search(&of(*segment as usize)).unwrap_or(0);
            u8::try_from(found).unwrap_or(0)
        };
        Statuses { of_profile: segments.of_profile.iter().map(number).collect(), names }
    }
}

/// What one thread works with.
struct Work<'a> {
    taker: Taker<'a>,
    told: &'a Told,
    claims: Claims,
    count: Count<'a>,
    fused: Fused<'a>,
    counting: Counting<'a>,
    buckets: Vec<BucketTotals>,
}

impl Worker for Work<'_> {
    type Done = Swept;

    fn bucket(&mut self, bucket: usize) -> Result<()> {
        self.taker.take(bucket, &mut self.claims)?;
        self.buckets.push(BucketTotals::of(bucket, &self.claims));
        self.told.tell(&mut self.claims);
        for people in batches(&self.claims) {
            self.counting.add(&self.claims, people.clone(), &[]);
            self.count.begin(&self.claims, people.clone());
            self.fused.each(&self.claims, people, &mut self.count);
        }
        Ok(())
    }

    fn end(self) -> Swept {
        let totals = self.counting.totals;
        Swept {
            policies: Vec::new(),
            buckets: self.buckets,
            claimed: totals.all_claimed(),
            months: totals.months,
            statuses: Vec::new(),
            general_people: self.fused.general_people().collect(),
            people: self.count.people(),
            came: self.count.came(|policy| self.fused.fund(policy)),
        }
    }
}
