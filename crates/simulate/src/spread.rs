//! How an amount is spread over people: counts and sums in narrow bins, from which quantiles, Lorenz curves and Gini
//! coefficients are read. Everything is whole numbers and merges in any order.
//!
//! Bins are exact below 1.28 yuan; above, a bin is at most 1/64 of its least amount wide, and so is the error of whatever
//! is read from it. Sums are exact.

use serde::{Deserialize, Serialize};

/// 64 bins to every doubling.
const FINE: u32 = 6;
/// Enough for any amount.
pub(crate) const BINS: usize = 64 * 44;
/// Bins below this one hold a single amount each.
const EXACT: usize = 128;

/// The bin of an amount; below zero counts as zero.
pub(crate) fn bin(amount: i64) -> usize {
    let amount = amount.max(0).unsigned_abs();
    let Some(log) = amount.checked_ilog2().filter(|log| *log >= FINE) else {
        return usize::try_from(amount).unwrap_or(0);
    };
    let within = (amount >> (log - FINE)) - (1 << FINE);
    let bin = u64::from(log - FINE + 1) * 64 + within;
    usize::try_from(bin).unwrap_or(BINS - 1).min(BINS - 1)
}

/// The least amount of a bin.
pub(crate) fn floor_of(bin: usize) -> i64 {
    let (double, within) = (bin / 64, bin % 64);
    let within = i64::try_from(within).unwrap_or(0);
    match u32::try_from(double).unwrap_or(0).checked_sub(1) {
        None => within,
        Some(shift) => (64 + within) << shift,
    }
}

/// People, and what they have of some amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counted {
    /// How many.
    pub people: u64,
    /// Of all of them, fen.
    pub amount: i64,
}

impl Counted {
    #[inline]
    pub(crate) fn count(&mut self, amount: i64) {
        self.people += 1;
        self.amount += amount;
    }

    pub(crate) fn add(&mut self, other: Counted) {
        self.people += other.people;
        self.amount += other.amount;
    }
}

/// How an amount is spread over people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "Vec<(usize, u64, i64)>", into = "Vec<(usize, u64, i64)>")]
pub struct Spread(Vec<Counted>);

impl Default for Spread {
    fn default() -> Spread {
        Spread(vec![Counted::default(); BINS])
    }
}

impl From<Vec<(usize, u64, i64)>> for Spread {
    fn from(listed: Vec<(usize, u64, i64)>) -> Spread {
        let mut spread = Spread::default();
        for (bin, people, amount) in listed {
            if let Some(place) = spread.0.get_mut(bin) {
                place.add(Counted { people, amount });
            }
        }
        spread
    }
}

impl From<Spread> for Vec<(usize, u64, i64)> {
    fn from(spread: Spread) -> Vec<(usize, u64, i64)> {
        let bins = spread.0.iter().enumerate().filter(|(_, bin)| bin.people > 0);
        bins.map(|(number, bin)| (number, bin.people, bin.amount)).collect()
    }
}

impl Spread {
    /// Takes a person in, with an amount in fen.
    #[inline]
    pub fn count(&mut self, amount: i64) {
        self.0[bin(amount)].count(amount);
    }

    /// Takes in another's people.
    pub fn merge(&mut self, other: &Spread) {
        for (sum, part) in self.0.iter_mut().zip(&other.0).filter(|(_, part)| part.people > 0) {
            sum.add(*part);
        }
    }

    /// All people, and all they have.
    #[must_use]
    pub fn all(&self) -> Counted {
        self.0.iter().fold(Counted::default(), |mut sum, bin| {
            sum.add(*bin);
            sum
        })
    }

    /// What the person has below whom so many thousandths of people lie (500: the median), fen, to 1/64.
    #[must_use]
    pub fn quantile(&self, thousandths: u64) -> Option<i64> {
        let wanted = (self.all().people * thousandths).div_ceil(1000).max(1);
        let mut below = 0;
        let found = self.0.iter().find(|bin| {
            below += bin.people;
            below >= wanted
        })?;
        Some(found.amount / i64::try_from(found.people).unwrap_or(1).max(1))
    }

    /// The bins that have people, least first.
    pub fn groups(&self) -> impl Iterator<Item = Counted> + Clone {
        self.0.iter().copied().filter(|bin| bin.people > 0)
    }

    /// The Gini coefficient.
    #[must_use]
    pub fn gini(&self) -> Option<Gini> {
        let Counted { people, amount } = self.all();
        let all = i128::from(people) * i128::from(amount);
        let wide = self.0.iter().skip(EXACT);
        let inside: i128 = wide.map(|bin| i128::from(bin.people) * i128::from(bin.amount)).sum();
        // Amounts that differ by at most 1/64 have a coefficient below 1/256 among themselves.
        let error = (all > 0).then(|| (inside * 10_000 + 256 * all - 1) / (256 * all))?;
        Some(Gini {
            ten_thousandths: concentration(self.groups())?,
            error: i64::try_from(error).ok()?,
        })
    }
}

/// A Gini coefficient: 0 where all have the same, 10,000 where one has everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gini {
    /// In ten-thousandths.
    pub ten_thousandths: i64,
    /// The true one is greater by at most so many ten-thousandths (and half of one for rounding).
    pub error: i64,
}

/// How unevenly an amount falls on groups of people in a given order, in ten-thousandths: twice the area between the
/// curve and the diagonal. In the order of the amount itself it is the Gini coefficient; in another order it may fall
/// below zero.
#[must_use]
pub fn concentration(groups: impl Iterator<Item = Counted>) -> Option<i64> {
    let (mut people, mut amount, mut area) = (0_i128, 0_i128, 0_i128);
    for group in groups {
        let before = amount;
        people += i128::from(group.people);
        amount += i128::from(group.amount);
        area += i128::from(group.people) * (before + amount);
    }
    let all = people * amount;
    let rounded = |part: i128| (2 * part * 10_000 + all).div_euclid(2 * all);
    (all > 0).then(|| rounded(all - area)).and_then(|share| i64::try_from(share).ok())
}

/// The curve of what a growing number of people have together, at most so many points besides its origin.
#[must_use]
pub fn curve(groups: impl Iterator<Item = Counted> + Clone, points: u64) -> Vec<Counted> {
    let all: u64 = groups.clone().map(|group| group.people).sum();
    let (mut sum, mut curve, mut next) = (Counted::default(), vec![Counted::default()], 1);
    for group in groups {
        sum.add(group);
        // A point wherever the next part of all people is full.
        if u128::from(sum.people) * u128::from(points) >= u128::from(all) * u128::from(next) {
            curve.push(sum);
            let reached = u128::from(sum.people) * u128::from(points) / u128::from(all.max(1));
            next = u64::try_from(reached).unwrap_or(u64::MAX).saturating_add(1);
        }
    }
    curve
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
            assert!(number >= EXACT || next - least == 1);
        }
    }
}
