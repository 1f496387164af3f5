//! Chance that hangs on seed, person and visit only: hashes instead of a stream of draws.

use super::Behaviour;
use super::response::ONE;
use crate::claims::{Claims, PersonName};

/// Draws for one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance {
    behaviour: Behaviour,
}

/// Poisson with mean one: `P(n ≤ k) × 2^64`, cut off, for k from 0.
const POISSON: [u64; 12] = [
    6_786_177_901_268_885_274,
    13_572_355_802_537_770_549,
    16_965_444_753_172_213_186,
    18_096_474_403_383_694_065,
    18_379_231_815_936_564_285,
    18_435_783_298_447_138_329,
    18_445_208_545_532_234_003,
    18_446_555_009_401_533_385,
    18_446_723_317_385_195_808,
    18_446_742_018_272_269_410,
    18_446_743_888_360_976_771,
    18_446_744_058_369_041_076,
];

/// A stage of `SplitMix64`: every bit of the result hangs on every bit of what is mixed.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn of_person(name: &PersonName) -> u64 {
    match name {
        PersonName::Number(number) => mix(number.cast_unsigned()),
        // FNV-1a.
        PersonName::Text(text) => mix(text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        })),
    }
}

impl Chance {
    pub(super) fn new(behaviour: Behaviour) -> Chance {
        Chance { behaviour }
    }

    pub(super) fn elasticity(&self) -> i32 {
        self.behaviour.elasticity
    }

    /// How often a claim is made: not at all, once or twice. Claims of one visit go together.
    pub(super) fn copies(&self, claims: &Claims, person: usize, row: usize, factor: u64) -> u8 {
        let visit = claims.more.as_ref().map_or(0, |more| more.visit[row]);
        let within = row - claims.rows_of(person).start;
        let event = if visit == 0 { within as u64 } else { mix(visit ^ 0x0076_6973_6974) };
        let drawn = self.drawn(&claims.people[person], 1, event) >> 32;
        match factor.checked_sub(ONE) {
            Some(more) => 1 + u8::from(drawn < more),
            None => u8::from(drawn < factor),
        }
    }

    /// How often a replicate takes a person.
    pub(super) fn weight(&self, claims: &Claims, person: usize, replicate: u32) -> i64 {
        let drawn = self.drawn(&claims.people[person], 2, replicate.into());
        i64::try_from(POISSON.partition_point(|bound| *bound <= drawn)).unwrap_or(0)
    }

    fn drawn(&self, person: &PersonName, purpose: u64, number: u64) -> u64 {
        let seed = mix(self.behaviour.seed.wrapping_add(purpose << 56));
        mix(mix(seed ^ of_person(person)) ^ number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replicate_takes_people_as_often_as_there_are() {
        let chance = Chance::new(Behaviour { elasticity: 0, seed: 7, replicates: 40 });
        let people = (0..20_000).map(PersonName::Number).collect();
        let claims = Claims { people, ..Claims::default() };
        let weights: Vec<i64> =
            (0..20_000).map(|person| chance.weight(&claims, person, 3)).collect();
        let mean = weights.iter().sum::<i64>();
        let squares = weights.iter().map(|weight| (weight - 1).pow(2)).sum::<i64>();
        // Mean and variance are one; four standard errors of 20,000 draws are 0.028 and 0.049.
        assert!((mean - 20_000).abs() < 570, "{mean}");
        assert!((squares - 20_000).abs() < 1_000, "{squares}");
        let none = weights.iter().filter(|weight| **weight == 0).count();
        assert!((7_080..=7_640).contains(&none), "{none} instead of 7,358");
    }
}
