//! Chance, the same on every run: each person has a stream of their own, so nobody depends on who came before.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rand_distr::{Distribution as _, Gamma, Poisson, StandardNormal};

/// A stream of chance.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a person.
    pub(crate) fn of(seed: u64, person: u64) -> Dice {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(person);
        Dice(rng)
    }

    /// From 0 up to but not including 1, in steps of 2⁻⁵³.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub(crate) fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A whole number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // The bias is less than one in 2³² for the small numbers asked for.
        (self.0.next_u64() >> 16) % end.max(1)
    }

    /// A place by weights.
    pub(crate) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.share() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Gamma with mean 1: how much more or less than others somebody is.
    pub(crate) fn frailty(&mut self, shape: f64) -> f64 {
        Gamma::new(shape, 1.0 / shape).map_or(1.0, |gamma| gamma.sample(&mut self.0))
    }

    /// How often something happens whose mean is this.
    pub(crate) fn count(&mut self, mean: f64) -> u32 {
        Poisson::new(mean)
            .map_or(0, |poisson| whole(poisson.sample(&mut self.0)))
            .try_into()
            .unwrap_or(0)
    }

    /// Lognormal with this mean.
    pub(crate) fn around(&mut self, mean: f64, sigma: f64) -> f64 {
        let normal: f64 = StandardNormal.sample(&mut self.0);
        mean * (sigma * normal - sigma * sigma / 2.0).exp()
    }
}

/// The nearest whole number.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is the largest that does")]
pub(crate) fn whole(number: f64) -> i64 {
    number.round() as i64
}
