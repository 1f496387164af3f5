//! What the year comes to for people: how spending is spread, and who gains or loses from one policy to the next.

use crate::claims::{Claims, More, PersonName};
use crate::outcome::Outcome;
use crate::segment::Segments;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Bins of annual spending: exact below 64 fen, then 64 to every doubling, so a bin is at most 1/64 wide.
const FINE: u32 = 6;
const BINS: usize = 64 * 44;

/// The bin of an amount.
fn bin(amount: i64) -> usize {
    let amount = amount.max(0).unsigned_abs();
    let Some(log) = amount.checked_ilog2().filter(|log| *log >= FINE) else {
        return usize::try_from(amount).unwrap_or(0);
    };
    let within = (amount >> (log - FINE)) - (1 << FINE);
    let bin = u64::from(log - FINE + 1) * 64 + within;
    usize::try_from(bin).unwrap_or(BINS - 1).min(BINS - 1)
}

/// People whose annual in-scope spending falls into one bin.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Bin {
    /// How many.
    pub people: u64,
    /// Their spending in scope, fen.
    pub in_scope: i64,
    /// What the funds pay them, by policy, fen.
    pub paid: Vec<i64>,
}

impl Bin {
    fn add(&mut self, other: &Bin) {
        self.people += other.people;
        self.in_scope += other.in_scope;
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
    fn add(&mut self, other: &Change) {
        self.people += other.people;
        self.winners += other.winners;
        self.losers += other.losers;
        self.gain += other.gain;
        self.loss += other.loss;
    }
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
    /// By segment of the last claim of the year.
    pub changes: Vec<Change>,
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
            changes: vec![Change::default(); segments],
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
            let in_scope = claims.spent(rows, segments);
            let bin = &mut self.bins[bin(in_scope)];
            bin.people += 1;
            bin.in_scope += in_scope;
            let (mut before, mut after) = (0, 0);
            for (policy, outcome) in outcomes.iter().enumerate() {
                let funds = outcome.funds.iter().filter(|fund| !fund.is_empty());
                let paid: i64 = funds.map(|fund| fund[out.clone()].iter().sum::<i64>()).sum();
                bin.paid[policy] += paid;
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
                self.keep(difference, &claims.people[person]);
            }
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

/// The least amount of a bin.
fn floor_of(bin: usize) -> i64 {
    let (double, within) = (bin / 64, bin % 64);
    let within = i64::try_from(within).unwrap_or(0);
    match u32::try_from(double).unwrap_or(0).checked_sub(1) {
        None => within,
        Some(shift) => (64 + within) << shift,
    }
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

    /// In-scope spending of the rows of a person, less what was reversed.
    fn spent(&self, rows: Range<usize>, segments: &Segments) -> i64 {
        let Some(more) = &self.more else {
            return self.amount[rows].iter().map(|amount| i64::from(*amount)).sum();
        };
        rows.map(|row| match more.back[row] {
            _ if segments.is_use(self.profile[row]) => 0,
            0 => i64::from(self.amount[row]),
            More::NOWHERE => 0,
            back => -self.in_scope_of(row - back as usize),
        })
        .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_holds_its_least_amount_and_is_narrow() {
        for number in 0..BINS - 64 {
            let (least, next) = (floor_of(number), floor_of(number + 1));
            assert_eq!(bin(least), number);
            assert_eq!(bin(next - 1), number);
            assert!((next - least) * 64 <= least.max(64));
        }
    }
}
