//! The parameter that meets a target: candidates in rounds, each round one pass over the claims.
//!
//! The last axis of the grid is the one along which is sought. With a second axis before it, the search is made for each of
//! that one's steps: what must be done with the one if the other changes.

pub mod search;
pub mod target;
pub mod reserve;

use crate::candidates::{Candidates, Uncompiled};
use crate::fault::{Fault, Result};
use crate::needless::Needless;
use crate::run::Source;
use crate::sweep::{Swept, sweep};
use crate::totals::month_of;
use kernel::{Month, Timeline};
use reserve::Standing;
use search::Search;
use std::collections::BTreeMap;
use target::{Measured, Target};

/// Candidates of a round, if there are many searches.
const ROUND: usize = 240;

/// What is sought, and over which claims.
pub struct Seeking<'a> {
    /// The claims.
    pub source: &'a Source,
    /// What was left out when they were read.
    pub left_out: &'a Needless,
    /// What candidates are held against.
    pub in_force: &'a Timeline,
    /// One or two axes.
    pub candidates: &'a Candidates,
    /// What they should come to.
    pub target: Target,
    /// The money of the pool, if the target is its reserve.
    pub standing: Option<Standing>,
    /// Threads to work with.
    pub threads: usize,
}

/// A search, and everything it looked at.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The step of the first axis, if there are two.
    pub given: Option<usize>,
    /// Along the last axis.
    pub search: Search,
    /// What was looked at, by the step of the last axis.
    pub measured: BTreeMap<usize, Measured>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Sought {
    /// The policy in force.
    pub in_force: Measured,
    /// People of the claims.
    pub people: u64,
    /// Claims, less reversals.
    pub claims: i64,
    /// First and last month with claims; none: there are no claims.
    pub months: Option<(Month, Month)>,
    /// One, or one for each step of the first axis.
    pub answers: Vec<Answer>,
    /// Passes over the claims.
    pub rounds: usize,
}

impl Seeking<'_> {
    /// Seeks; `done` is told of every bucket of every round.
    ///
    /// # Errors
    /// A grid of no or more than two axes; a candidate that is no policy; claims that cannot be read.
    pub fn seek(&self, done: impl Fn(usize) + Sync) -> std::result::Result<Sought, Uncompiled> {
        let mut answers = self.begin()?;
        let steps = self.steps();
        let mut sought = None;
        let mut rounds = 0;
        loop {
            let open = answers.iter().filter(|answer| !answer.search.asks(2).is_empty()).count();
            let most = (ROUND / open.max(1)).clamp(1, crate::fused::LANES);
            let asked = |(index, answer): (usize, &Answer)| {
                answer.search.asks(most).into_iter().map(|step| (index, step)).collect::<Vec<_>>()
            };
            let asks: Vec<(usize, usize)> = answers.iter().enumerate().flat_map(asked).collect();
            if asks.is_empty() {
                break;
            }
            rounds += 1;
            let number = |(answer, step): &(usize, usize)| {
                answers[*answer].given.unwrap_or(0) * steps + step
            };
            let numbers: Vec<usize> = asks.iter().map(number).collect();
            let swept = self.round(&numbers, &done)?;
            let in_force = measured(&swept, 0);
            for (index, (answer, step)) in asks.into_iter().enumerate() {
                let own = measured(&swept, index + 1);
                let meets = self.target.meets(&own, &in_force, self.standing);
                let answer = &mut answers[answer];
                answer.search.take(step, meets, own.of(self.target.measure).into());
                answer.measured.insert(step, own);
            }
            sought =
                Some((in_force, swept.all_people(), swept.claimed.claims, span(&swept.months)));
        }
        let (in_force, people, claims, months) = sought.unwrap_or_default();
        Ok(Sought { in_force, people, claims, months, answers, rounds })
    }

    /// How many steps the axis has along which is sought.
    fn steps(&self) -> usize {
        self.candidates.grid().axes.last().map_or(0, policy::vary::Axis::steps)
    }

    fn begin(&self) -> Result<Vec<Answer>> {
        let search = || (Search::new(self.steps()), BTreeMap::new());
        let answer = |given: Option<usize>| {
            let (search, measured) = search();
            Answer { given, search, measured }
        };
        match &self.candidates.grid().axes[..] {
            [_] => Ok(vec![answer(None)]),
            [first, _] => Ok((0..first.steps()).map(|step| answer(Some(step))).collect()),
            _ => Err(Fault::new(
                "只能沿一个参数找：写一个 --vary（同名的几个算一个），或再用 --compensate 写一个随之而动的参数",
                "there is one parameter to seek along: one --vary (several of one name are one), and perhaps --compensate for \
                 the one that makes up for it",
            )),
        }
    }

    fn round(
        &self,
        numbers: &[usize],
        done: &(impl Fn(usize) + Sync),
    ) -> std::result::Result<Swept, Uncompiled> {
        let timelines = self.candidates.compile(numbers, self.threads)?;
        let candidates: Vec<&Timeline> = timelines.iter().collect();
        if !self.left_out.is_needless_to(&candidates) {
            return Err(Fault::new(
                "有方案要看读单据时没有留下的周岁或参保月数；先用 gongji claims group 分组成单据库，再对单据库找",
                "a candidate looks at ages or months enrolled, which were left out when the claims were read; group them into a \
                 store (gongji claims group) and seek over that",
            )
            .into());
        }
        let all = 0..self.source.buckets();
        Ok(sweep(self.source, self.in_force, &candidates, all, self.threads, done)?)
    }
}

fn measured(swept: &Swept, policy: usize) -> Measured {
    Measured {
        came: swept.all(policy),
        patient: swept.patients(policy),
        months: i64::try_from(swept.months.len()).unwrap_or(0),
    }
}

fn span(months: &[i32]) -> Option<(Month, Month)> {
    Some((month_of(*months.iter().min()?)?, month_of(*months.iter().max()?)?))
}

impl From<Fault> for Uncompiled {
    fn from(fault: Fault) -> Uncompiled {
        Uncompiled { candidate: String::new(), why: fault.into() }
    }
}
