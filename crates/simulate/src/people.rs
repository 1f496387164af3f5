//! What the year comes to for people: how spending, what the funds pay and what is left to the people are spread, and who
//! gains or loses from one policy to the next.

use crate::claims::{Claims, More, PersonName};
use crate::limited::{self, AboveLimit};
use crate::outcome::Outcome;
use crate::segment::Segments;
use crate::spread::{BINS, Counted, Spread, bin, floor_of};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// People whose annual in-scope spending falls into one bin.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Bin {
    /// How many.
    pub people: u64,
    /// Their spending in scope, fen.
    pub in_scope: i64,
    /// 全自费, 超限价 and 先行自付, fen.
    pub outside: i64,
    /// What the funds pay them, by policy, fen.
    pub paid: Vec<i64>,
}

impl Bin {
    /// 个人负担: what the funds leave to them under a policy, fen.
    #[must_use]
    pub fn own(&self, policy: usize) -> i64 {
        self.in_scope + self.outside - self.paid.get(policy).copied().unwrap_or(0)
    }

    /// All they spend, fen.
    #[must_use]
    pub fn spent(&self) -> i64 {
        self.in_scope + self.outside
    }

    fn add(&mut self, other: &Bin) {
        self.people += other.people;
        self.in_scope += other.in_scope;
        self.outside += other.outside;
        self.paid.resize(self.paid.len().max(other.paid.len()), 0);
        for (sum, part) in self.paid.iter_mut().zip(&other.paid) {
            *sum += part;
        }
    }
}

/// Who gains and who loses from the first policy to the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Change {
    /// People.
    pub people: u64,
    /// Who gets more from the funds.
    pub winners: u64,
    /// Who gets less.
    pub losers: u64,
    /// What winners get more, fen.
    pub gain: i64,
    /// What losers get less, fen.
    pub loss: i64,
}

impl Change {
    pub(crate) fn add(&mut self, other: &Change) {
        self.people += other.people;
        self.winners += other.winners;
        self.losers += other.losers;
        self.gain += other.gain;
        self.loss += other.loss;
    }
}

/// Bands that people are counted in by what is left to them, fen: each begins above its number and ends with the next; the
/// first takes all who have nothing to pay. Exact, unlike bins.
pub const OWN_BANDS: [i64; 10] =
    yuan([0, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]);

/// Bands that people are counted in by what they gain or lose, fen: each begins above its number and ends with the next.
pub const CHANGE_BANDS: [i64; 10] = yuan([0, 10, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]);

/// Yuan as fen.
const fn yuan<const N: usize>(mut amounts: [i64; N]) -> [i64; N] {
    let mut place = 0;
    while place < N {
        amounts[place] *= 100;
        place += 1;
    }
    amounts
}

/// The band of an amount: how many of the bounds lie below it.
#[inline]
fn band(bounds: &[i64], amount: i64) -> usize {
    bounds.partition_point(|bound| *bound < amount)
}

/// A person who gains or loses much.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Example {
    /// More or less from the funds, fen.
    pub difference: i64,
    /// The person.
    pub person: String,
}

/// How many examples are kept on either side.
const EXAMPLES: usize = 10;

/// People of some claims, under one or more policies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct People {
    policies: usize,
    /// By annual spending; empty bins have no sums.
    pub bins: Vec<Bin>,
    /// By policy: how what is left to people is spread.
    pub own: Vec<Spread>,
    /// By policy: how what the funds pay is spread.
    pub received: Vec<Spread>,
    /// By policy, then one more than [`OWN_BANDS`].
    pub own_bands: Vec<Vec<Counted>>,
    /// By segment of the last claim of the year.
    pub changes: Vec<Change>,
    /// Who gains, by how much: one more than [`CHANGE_BANDS`], the first always empty.
    pub gained: Vec<Counted>,
    /// Who loses, by how much, as positive amounts; as `gained`.
    pub lost: Vec<Counted>,
    /// By policy, then as `changes`: who was cut off by a limit of the year.
    pub above_limit: Vec<Vec<AboveLimit>>,
    /// Who gains most, most first.
    pub most_gained: Vec<Example>,
    /// Who loses most, most first.
    pub most_lost: Vec<Example>,
}

/// A tenth of people by annual spending.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decile {
    /// The people of it and their sums.
    pub sums: Bin,
    /// Least spending of the next tenth, to 1/64, fen.
    pub upto: i64,
}

impl People {
    pub(crate) fn new(policies: usize, segments: usize) -> People {
        let bin = Bin { paid: vec![0; policies], ..Bin::default() };
        People {
            policies,
            bins: vec![bin; BINS],
            own: vec![Spread::default(); policies],
            received: vec![Spread::default(); policies],
            own_bands: vec![vec![Counted::default(); OWN_BANDS.len() + 1]; policies],
            changes: vec![Change::default(); segments],
            gained: vec![Counted::default(); CHANGE_BANDS.len() + 1],
            lost: vec![Counted::default(); CHANGE_BANDS.len() + 1],
            above_limit: vec![vec![AboveLimit::default(); segments]; policies],
            most_gained: Vec::new(),
            most_lost: Vec::new(),
        }
    }

    pub(crate) fn add(
        &mut self,
        claims: &Claims,
        people: Range<usize>,
        outcomes: &[Outcome],
        segments: &Segments,
    ) {
        let base = claims.first[people.start] as usize;
        for person in people {
            let rows = claims.rows_of(person);
            let (Some(last), out) = (rows.clone().next_back(), rows.start - base..rows.end - base)
            else {
                continue;
            };
            let (in_scope, outside) = claims.spent(rows, segments);
            let bin = &mut self.bins[bin(in_scope)];
            bin.people += 1;
            bin.in_scope += in_scope;
            bin.outside += outside;
            let (mut before, mut after) = (0, 0);
            for (policy, outcome) in outcomes.iter().enumerate() {
                let funds = outcome.funds.iter().filter(|fund| !fund.is_empty());
                let paid: i64 = funds.map(|fund| fund[out.clone()].iter().sum::<i64>()).sum();
                bin.paid[policy] += paid;
                let own = in_scope + outside - paid;
                self.own[policy].count(own);
                self.received[policy].count(paid);
                self.own_bands[policy][band(&OWN_BANDS, own)].count(own);
                before = if policy == 0 { paid } else { before };
                after = paid;
            }
            let difference = after - before;
            let change =
                &mut self.changes[segments.of_profile[claims.profile[last] as usize] as usize];
            change.people += 1;
            change.winners += u64::from(difference > 0);
            change.losers += u64::from(difference < 0);
            change.gain += difference.max(0);
            change.loss -= difference.min(0);
            if difference != 0 {
                let side = if difference > 0 { &mut self.gained } else { &mut self.lost };
                side[band(&CHANGE_BANDS, difference.abs())].count(difference.abs());
                self.keep(difference, &claims.people[person]);
            }
        }
        for (outcome, sums) in outcomes.iter().zip(&mut self.above_limit) {
            limited::count(claims, base, outcome, segments, sums);
        }
    }

    fn keep(&mut self, difference: i64, person: &PersonName) {
        let side = if difference > 0 { &mut self.most_gained } else { &mut self.most_lost };
        let place = side.partition_point(|other| other.difference.abs() > difference.abs());
        if place < EXAMPLES {
            let person = match person {
                PersonName::Number(number) => number.to_string(),
                PersonName::Text(text) => text.to_string(),
            };
            side.insert(place, Example { difference, person });
            tidy(side);
        }
    }

    pub(crate) fn merge(&mut self, other: &People) {
        for (sum, part) in self.bins.iter_mut().zip(&other.bins).filter(|(_, part)| part.people > 0)
        {
            sum.add(part);
        }
        for (sum, part) in self.changes.iter_mut().zip(&other.changes) {
            sum.add(part);
        }
        let spreads = self.own.iter_mut().chain(&mut self.received);
        for (sum, part) in spreads.zip(other.own.iter().chain(&other.received)) {
            sum.merge(part);
        }
        let bands = self.own_bands.iter_mut().chain([&mut self.gained, &mut self.lost]).flatten();
        let parts = other.own_bands.iter().chain([&other.gained, &other.lost]).flatten();
        for (sum, part) in bands.zip(parts) {
            sum.add(*part);
        }
        let limited = self.above_limit.iter_mut().flatten();
        for (sum, part) in limited.zip(other.above_limit.iter().flatten()) {
            sum.add(part);
        }
        for (side, part) in
            [(&mut self.most_gained, &other.most_gained), (&mut self.most_lost, &other.most_lost)]
        {
            side.extend(part.iter().cloned());
            tidy(side);
        }
    }

    /// How many people there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.bins.iter().map(|bin| bin.people).sum()
    }

    /// Everybody together.
    #[must_use]
    pub fn all(&self) -> Bin {
        let mut sum = Bin { paid: vec![0; self.policies], ..Bin::default() };
        self.bins.iter().filter(|bin| bin.people > 0).for_each(|bin| sum.add(bin));
        sum
    }

    /// How many have more left to them than one of [`OWN_BANDS`] under a policy, exactly.
    #[must_use]
    pub fn own_above(&self, policy: usize, bound: usize) -> Counted {
        let mut sum = Counted::default();
        let bands = self.own_bands.get(policy).into_iter().flatten();
        bands.skip(bound + 1).for_each(|band| sum.add(*band));
        sum
    }

    /// Everybody who was cut off by a limit of the year under a policy.
    #[must_use]
    pub fn all_above_limit(&self, policy: usize) -> AboveLimit {
        let mut sum = AboveLimit::default();
        self.above_limit.get(policy).into_iter().flatten().for_each(|part| sum.add(part));
        sum
    }

    /// Bins in order of spending, with what the funds pay them under a policy: for concentration by spending.
    pub fn paid_by_spending(&self, policy: usize) -> impl Iterator<Item = Counted> + Clone {
        let bins = self.bins.iter().filter(|bin| bin.people > 0);
        bins.map(move |bin| Counted {
            people: bin.people,
            amount: bin.paid.get(policy).copied().unwrap_or(0),
        })
    }

    /// Tenths of people by annual spending. A bin that lies across a boundary goes to the tenth in which its middle lies, so
    /// tenths are of equal size to within the people of one bin.
    #[must_use]
    pub fn deciles(&self) -> Vec<Decile> {
        let all = self.count();
        let empty =
            Decile { sums: Bin { paid: vec![0; self.policies], ..Bin::default() }, upto: 0 };
        let mut deciles = vec![empty; 10];
        let mut before = 0;
        for (index, bin) in self.bins.iter().enumerate().filter(|(_, bin)| bin.people > 0) {
            let middle = before + bin.people / 2;
            let decile = usize::try_from(middle * 10 / all.max(1)).unwrap_or(9).min(9);
            deciles[decile].sums.add(bin);
            deciles[decile].upto = floor_of(index + 1);
            before += bin.people;
        }
        deciles
    }
}

/// Most first; ties by name, so that the order of parts is nothing.
fn tidy(side: &mut Vec<Example>) {
    side.sort_by(|a, b| {
        b.difference.abs().cmp(&a.difference.abs()).then_with(|| a.person.cmp(&b.person))
    });
    side.truncate(EXAMPLES);
}

impl Claims {
    /// In-scope spending of a claim with all its parts.
    pub(crate) fn in_scope_of(&self, row: usize) -> i64 {
        let parts = self
            .more
            .iter()
            .flat_map(|more| (row + 1..self.amount.len()).take_while(|next| more.joined[*next]));
        i64::from(self.amount[row]) + parts.map(|part| i64::from(self.amount[part])).sum::<i64>()
    }

    /// Spending of the rows of a person in scope and outside it, less what was reversed.
    fn spent(&self, rows: Range<usize>, segments: &Segments) -> (i64, i64) {
        let Some(more) = &self.more else {
            return (self.amount[rows].iter().map(|amount| i64::from(*amount)).sum(), 0);
        };
        let (mut in_scope, mut outside) = (0, 0);
        for row in rows {
            match more.back[row] {
                _ if segments.is_use(self.profile[row]) => {}
                0 => {
                    in_scope += i64::from(self.amount[row]);
                    outside += more.outside[row];
                }
                More::NOWHERE => {}
                back => {
                    in_scope -= self.in_scope_of(row - back as usize);
                    outside -= more.outside[row - back as usize];
                }
            }
        }
        (in_scope, outside)
    }
}
