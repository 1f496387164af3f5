//! Figures with and without behaviour, and how far they would spread among other people of the same kind. All integers.

use super::Behaviour;
use crate::fault::{Fault, Result};
use serde::{Deserialize, Serialize};

/// Figures of some people. Amounts in fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Claims less reversals, spending in scope and outside: as they were.
    pub claimed: [i64; 3],
    /// The same, with behaviour.
    pub responded: [i64; 3],
    /// Paid by fund number under the policy in force.
    pub before: [i64; 3],
    /// Under the reform, with the claims as they were.
    pub after: [i64; 3],
    /// Under the reform, with behaviour.
    pub with_behaviour: [i64; 3],
}

impl Figures {
    /// Without a response.
    pub(super) fn of(claimed: [i64; 3], before: [i64; 3], after: [i64; 3]) -> Figures {
        Figures { claimed, responded: claimed, before, after, with_behaviour: after }
    }

    /// Nothing is left of the claims.
    pub(super) fn clear_response(&mut self) {
        self.respond([0; 3], [0; 3]);
    }

    pub(super) fn respond(&mut self, claimed: [i64; 3], paid: [i64; 3]) {
        (self.responded, self.with_behaviour) = (claimed, paid);
    }

    fn add(&mut self, other: &Figures, times: i64) {
        let sums = [
            (&mut self.claimed, other.claimed),
            (&mut self.responded, other.responded),
            (&mut self.before, other.before),
            (&mut self.after, other.after),
            (&mut self.with_behaviour, other.with_behaviour),
        ];
        for (sums, parts) in sums {
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum += part * times;
            }
        }
    }
}

/// A replicate of the bootstrap.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sample {
    /// People, counted as often as they were taken.
    pub people: i64,
    /// Their figures.
    pub figures: Figures,
}

/// An estimate. Those of parts of the people add up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// What it was made with.
    pub behaviour: Behaviour,
    /// How many people.
    pub people: i64,
    /// Their figures.
    pub figures: Figures,
    /// The replicates.
    pub samples: Vec<Sample>,
}

impl Estimate {
    pub(super) fn new(behaviour: Behaviour) -> Estimate {
        let samples = vec![Sample::default(); behaviour.replicates as usize];
        Estimate { behaviour, people: 0, figures: Figures::default(), samples }
    }

    pub(super) fn add(&mut self, own: &Figures, weight: impl Fn(u32) -> i64) {
        self.people += 1;
        self.figures.add(own, 1);
        for (replicate, sample) in (0..).zip(&mut self.samples) {
            let weight = weight(replicate);
            if weight > 0 {
                sample.people += weight;
                sample.figures.add(own, weight);
            }
        }
    }

    /// Takes in other people's.
    ///
    /// # Errors
    /// They were drawn otherwise.
    pub fn merge(&mut self, other: &Estimate) -> Result<()> {
        if self.behaviour != other.behaviour || self.samples.len() != other.samples.len() {
            return Err(Fault::new(
                "各部分的行为反应估计用的弹性、种子或次数不同",
                "the parts estimate behaviour with other elasticities, seeds or replicates",
            ));
        }
        self.people += other.people;
        self.figures.add(&other.figures, 1);
        for (sum, part) in self.samples.iter_mut().zip(&other.samples) {
            sum.people += part.people;
            sum.figures.add(&part.figures, 1);
        }
        Ok(())
    }

    /// Between which bounds 95 of 100 replicates lie, each brought to the same number of people.
    #[must_use]
    pub fn interval(&self, of: impl Fn(&Figures) -> i64) -> (i64, i64) {
        let scaled = |sample: &Sample| {
            let whole = i128::from(of(&sample.figures)) * i128::from(self.people);
            i64::try_from(whole / i128::from(sample.people.max(1))).unwrap_or(i64::MAX)
        };
        let mut values: Vec<i64> = self.samples.iter().map(scaled).collect();
        values.sort_unstable();
        let outside = values.len() / 40;
        let low = values.get(outside).copied().unwrap_or(0);
        let high = values.iter().rev().nth(outside).copied().unwrap_or(0);
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_leaves_out_a_fortieth_on_either_side() {
        let behaviour = Behaviour { elasticity: -2_000, seed: 1, replicates: 80 };
        let mut estimate = Estimate::new(behaviour);
        estimate.people = 10;
        for (value, sample) in (0..).zip(&mut estimate.samples) {
            // Twice the people with twice the payment are the same.
            sample.people = 20;
            sample.figures.after[0] = 2 * value;
        }
        assert_eq!(estimate.interval(|figures| figures.after[0]), (2, 77));
    }
}
