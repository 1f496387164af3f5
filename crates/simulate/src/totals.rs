//! Totals that add up: by month and segment, by person; of parts of the claims, merged in any order.

use crate::claims::{Claims, DAY, More, day_of};
use crate::fault::{Fault, Result};
use crate::further::Further;
use crate::outcome::Outcome;
use crate::people::People;
use crate::places::{self, Institution, Places};
use crate::segment::{Segment, Segments};
use kernel::{Date, Month};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// What claims of one month and segment come to, whatever the policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Claimed {
    /// Claims, less reversals.
    pub claims: i64,
    /// In scope, fen.
    pub in_scope: i64,
    /// 全自费, 超限价, 先行自付, fen.
    pub outside: i64,
}

impl Claimed {
    pub(crate) fn add(&mut self, other: &Claimed) {
        self.claims += other.claims;
        self.in_scope += other.in_scope;
        self.outside += other.outside;
    }
}

/// What they come to under one policy, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Paid {
    /// Deductible charged.
    pub deductible: i64,
    /// By fund number.
    pub funds: [i64; 3],
}

impl Paid {
    /// By all funds.
    #[must_use]
    pub fn fund_payment(&self) -> i64 {
        self.funds.iter().sum()
    }

    pub(crate) fn add(&mut self, other: &Paid) {
        self.deductible += other.deductible;
        for (sum, amount) in self.funds.iter_mut().zip(other.funds) {
            *sum += amount;
        }
    }
}

/// Control totals: two runs of the same claims under the same policy have the same.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Control {
    /// Claims of which some fund pays.
    pub paid_claims: i64,
    /// Σ (paid × (time mod 1,000,003)) mod 1,000,000,007, the time in microseconds since 1970 UTC; modulo the same.
    pub check: i64,
    /// Claims not settled at all, by the number of the reason.
    pub refused: BTreeMap<u16, u64>,
    /// People settled bill by bill.
    pub general_people: u64,
    /// The same people by the reason.
    #[serde(default)]
    pub general: BTreeMap<Further, u64>,
}

const CHECK: i64 = 1_000_000_007;

/// Totals of one or more policies over the same claims.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Totals {
    /// What is kept apart, besides months.
    pub segments: Vec<Segment>,
    /// Months, as months since year 0: in order in what a run comes to, as they came up in what one thread adds up.
    pub months: Vec<i32>,
    /// By month, then by segment.
    pub claimed: Vec<Claimed>,
    /// By policy; then as `claimed`.
    pub paid: Vec<Vec<Paid>>,
    /// By policy.
    pub control: Vec<Control>,
    /// What people come to over the year.
    pub people: People,
    /// In order of their numbers; none if claims do not name them.
    pub institutions: Vec<Institution>,
}

impl Totals {
    pub(crate) fn new(segments: &Segments, policies: usize) -> Totals {
        Totals {
            segments: segments.list.clone(),
            months: Vec::new(),
            claimed: Vec::new(),
            paid: vec![Vec::new(); policies],
            control: vec![Control::default(); policies],
            people: People::new(policies, segments.list.len()),
            institutions: Vec::new(),
        }
    }

    /// Where the block of a month begins.
    fn block(&mut self, month: i32) -> usize {
        let width = self.segments.len();
        let found = self.months.iter().position(|known| *known == month);
        let index = found.unwrap_or_else(|| {
            self.months.push(month);
            let cells = self.months.len() * width;
            self.claimed.resize(cells, Claimed::default());
            self.paid.iter_mut().for_each(|paid| paid.resize(cells, Paid::default()));
            self.months.len() - 1
        });
        index * width
    }

    /// Takes in another part's.
    ///
    /// # Errors
    /// The parts are not of the same claims or policies.
    pub fn merge(&mut self, other: &Totals) -> Result<()> {
        if self.segments != other.segments || self.paid.len() != other.paid.len() {
            return Err(Fault::new(
                "两部分结果不是同一批单据、同一组政策的",
                "the parts are not of the same claims and policies",
            ));
        }
        let width = self.segments.len();
        for (index, month) in other.months.iter().enumerate() {
            let (to, from) = (self.block(*month), index * width);
            for cell in 0..width {
                self.claimed[to + cell].add(&other.claimed[from + cell]);
            }
            for (sums, parts) in self.paid.iter_mut().zip(&other.paid) {
                for cell in 0..width {
                    sums[to + cell].add(&parts[from + cell]);
                }
            }
        }
        for (sum, part) in self.control.iter_mut().zip(&other.control) {
            sum.paid_claims += part.paid_claims;
            sum.check = (sum.check + part.check) % CHECK;
            sum.general_people += part.general_people;
            for (reason, count) in &part.general {
                *sum.general.entry(*reason).or_default() += count;
            }
            for (reason, count) in &part.refused {
                *sum.refused.entry(*reason).or_default() += count;
            }
        }
        self.people.merge(&other.people);
        places::merge(&mut self.institutions, &other.institutions);
        self.put_months_in_order();
        Ok(())
    }

    /// Which month came up first is chance where threads share the buckets; the same totals must be the same bytes.
    fn put_months_in_order(&mut self) {
        if self.months.is_sorted() {
            return;
        }
        let width = self.segments.len();
        let mut order: Vec<(i32, usize)> = self.months.iter().copied().zip(0..).collect();
        order.sort_unstable();
        self.months = order.iter().map(|(month, _)| *month).collect();
        let from = |index: usize| index * width..(index + 1) * width;
        let blocks = order.iter().map(|(_, index)| from(*index));
        self.claimed = blocks.clone().flat_map(|block| self.claimed[block].to_vec()).collect();
        for paid in &mut self.paid {
            *paid = blocks.clone().flat_map(|block| paid[block].to_vec()).collect();
        }
    }

    /// All claims.
    #[must_use]
    pub fn all_claimed(&self) -> Claimed {
        let mut sum = Claimed::default();
        self.claimed.iter().for_each(|part| sum.add(part));
        sum
    }

    /// All that a policy pays.
    #[must_use]
    pub fn all_paid(&self, policy: usize) -> Paid {
        let mut sum = Paid::default();
        self.paid[policy].iter().for_each(|part| sum.add(part));
        sum
    }
}

/// Adds outcomes of batches to totals.
pub(crate) struct Counting<'a> {
    segments: &'a Segments,
    pub(crate) totals: Totals,
    places: Places,
    /// From days since 1970 to where the month's block begins.
    blocks: Vec<u32>,
    /// The cell of each row of the batch.
    cells: Vec<u32>,
}

const UNKNOWN: u32 = u32::MAX;

impl<'a> Counting<'a> {
    pub(crate) fn new(segments: &'a Segments, policies: usize) -> Counting<'a> {
        Counting {
            segments,
            totals: Totals::new(segments, policies),
            places: Places::default(),
            blocks: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// Takes in the outcomes of some people, one a policy.
    pub(crate) fn add(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) {
        let rows = claims.first[people.start] as usize..claims.first[people.end] as usize;
        self.count_claims(claims, rows.clone());
        self.places.add(claims, rows.clone(), outcomes, self.segments);
        let times = &claims.time[rows];
        for (policy, outcome) in outcomes.iter().enumerate() {
            let (paid, control) = (&mut self.totals.paid[policy], &mut self.totals.control[policy]);
            count_paid(&self.cells, times, outcome, paid, control);
        }
        self.totals.people.add(claims, people, outcomes, self.segments);
    }

    /// All that was taken in.
    pub(crate) fn end(self) -> Totals {
        Totals { institutions: self.places.end(), ..self.totals }
    }

    /// Finds the cell of every row, and counts what does not depend on policies.
    fn count_claims(&mut self, claims: &Claims, rows: Range<usize>) {
        let mut cells = std::mem::take(&mut self.cells);
        cells.clear();
        let segments = &self.segments.of_profile;
        let profiles = claims.profile[rows.clone()].iter();
        match &claims.more {
            None => {
                let lines = claims.time[rows.clone()].iter().zip(profiles);
                cells.extend(lines.zip(&claims.amount[rows]).map(|((time, profile), amount)| {
                    let cell = self.block_of(day_of(*time)) + segments[*profile as usize];
                    let sum = &mut self.totals.claimed[cell as usize];
                    sum.claims += 1;
                    sum.in_scope += i64::from(*amount);
                    cell
                }));
            }
            Some(more) => {
                let lines = more.service[rows.clone()].iter().zip(profiles);
                cells.extend(
                    lines.map(|(day, profile)| self.block_of(*day) + segments[*profile as usize]),
                );
                self.count_further(claims, more, rows, &cells);
            }
        }
        self.cells = cells;
    }

    #[inline]
    fn block_of(&mut self, day: i32) -> u32 {
        let since = usize::try_from(day).unwrap_or(0);
        match self.blocks.get(since) {
            Some(block) if *block != UNKNOWN => *block,
            _ => self.find_block(day, since),
        }
    }

    #[cold]
    fn find_block(&mut self, day: i32, since: usize) -> u32 {
        let (year, month, _) = Date::from_days(day).ymd();
        let block = self.totals.block(year * 12 + i32::from(month) - 1);
        let block = u32::try_from(block).unwrap_or(0);
        if since < 100_000 {
            if self.blocks.len() <= since {
                self.blocks.resize(since + 1, UNKNOWN);
            }
            self.blocks[since] = block;
        }
        block
    }

    /// Counts rows that may be parts and reversals.
    fn count_further(&mut self, claims: &Claims, more: &More, rows: Range<usize>, cells: &[u32]) {
        let claimed = &mut self.totals.claimed;
        for (cell, row) in cells.iter().zip(rows) {
            let sum = &mut claimed[*cell as usize];
            match more.back[row] {
                _ if self.segments.is_use(claims.profile[row]) => {}
                0 => {
                    sum.claims += i64::from(!more.joined[row]);
                    sum.in_scope += i64::from(claims.amount[row]);
                    sum.outside += more.outside[row];
                }
                More::NOWHERE => {}
                back => {
                    let original = row - back as usize;
                    sum.claims -= 1;
                    sum.in_scope -= claims.in_scope_of(original);
                    sum.outside -= more.outside[original];
                }
            }
        }
    }
}

fn count_paid(
    cells: &[u32],
    times: &[i64],
    outcome: &Outcome,
    paid: &mut [Paid],
    control: &mut Control,
) {
    let mut sums = Checking::default();
    match &outcome.funds {
        [pool, second, third] if second.is_empty() && third.is_empty() && !pool.is_empty() => {
            let rows = cells.iter().zip(&outcome.deductible).zip(pool).zip(times);
            for (((cell, due), amount), time) in rows {
                let sum = &mut paid[*cell as usize];
                sum.deductible += due;
                sum.funds[0] += amount;
                sums.add(*amount, *time);
            }
        }
        _ => {
            for (row, (cell, time)) in cells.iter().zip(times).enumerate() {
                let sum = &mut paid[*cell as usize];
                sum.deductible += outcome.deductible[row];
                for (sum, fund) in sum.funds.iter_mut().zip(&outcome.funds) {
                    *sum += fund.get(row).copied().unwrap_or(0);
                }
                sums.add(outcome.paid(row), *time);
            }
        }
    }
    control.paid_claims += sums.claims;
    control.check = (control.check + sums.check()) % CHECK;
    for (reason, count) in &outcome.refused {
        *control.refused.entry(*reason).or_default() += count;
    }
}

/// The check sum of a batch.
#[derive(Default)]
struct Checking {
    claims: i64,
    /// Its remainder is worked out once; a sum of 128 bits takes any number of rows.
    marked: i128,
}

impl Checking {
    #[inline]
    fn add(&mut self, amount: i64, time: i64) {
        const BEIJING: i64 = DAY / 3;
        let mark = (time - BEIJING).unsigned_abs() % 1_000_003;
        self.claims += i64::from(amount > 0) - i64::from(amount < 0);
        let mark = mark.cast_signed();
        // An amount that does not fit is far beyond any claim; this asks for one multiplication, not three.
        self.marked += match amount.checked_mul(mark) {
            Some(marked) => marked.into(),
            None => i128::from(amount) * i128::from(mark),
        };
    }

    fn check(&self) -> i64 {
        i64::try_from(self.marked.rem_euclid(CHECK.into())).unwrap_or(0)
    }
}

/// A month of the totals.
#[must_use]
pub fn month_of(number: i32) -> Option<Month> {
    let month = u8::try_from(number.rem_euclid(12) + 1).ok()?;
    Month::new(number.div_euclid(12), month)
}
