//! An invented town, for demonstrations, tests and measurements: two pooling areas with people of every kind, institutions
//! of every level, a catalogue.
//!
//! Everybody and everything in it can be computed from a number and the town's seed, without the books: whoever sends
//! messages about the town (a load generator, a test) needs no list of it. The first people of each area are a cast
//! ([`cast`]) of whom each shows something; the others are drawn so that their proportions are about those of the country.
//! Names begin with 测试, numbers of people, institutions and identity cards with 99, drugs stand in a group Z that the
//! classification does not have: nobody and nothing here can be mistaken for somebody or something real.

mod birth;
mod places;
mod catalogue;
mod life;
mod draw;
pub mod cast;
mod build;

pub use birth::Born;
pub use build::{build, furnish};
pub use catalogue::{Ware, wares};
pub use life::{Life, Spell};
pub use places::{INTERNET, POOLING, Place, places};

use kernel::Date;
use std::sync::Arc;
use store::{Area, PersonKey};

/// Chongqing's area in the town.
pub const CHONGQING: Area = Area(500_000);
/// Guangxi's area in the town.
pub const GUANGXI: Area = Area(450_000);
/// The town's areas.
pub const AREAS: [Area; 2] = [CHONGQING, GUANGXI];

/// The fewest people: the cast needs room.
pub const FEWEST: u32 = 40;
/// The most people: beyond, identity numbers would repeat.
pub const MOST: u32 = 2_400_000;

/// A town of a size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Town {
    people: u32,
    seed: u64,
}

impl Town {
    /// A town of about so many people, between [`FEWEST`] and [`MOST`].
    #[must_use]
    pub const fn new(people: u32) -> Town {
        let people = if people < FEWEST { FEWEST } else { people };
        Town { people: if people > MOST { MOST } else { people }, seed: 1 }
    }

    /// The same town with other people in it.
    #[must_use]
    pub const fn with_seed(self, seed: u64) -> Town {
        Town { seed, ..self }
    }

    /// How many people there are, both areas together.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.people
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many people an area has: three quarters are insured in Chongqing, the rest in Guangxi.
    #[must_use]
    pub fn people(&self, area: Area) -> u32 {
        let guangxi = (self.people / 4).max(cast::GUANGXI.len().try_into().unwrap_or(0));
        match area {
            CHONGQING => self.people - guangxi,
            GUANGXI => guangxi,
            _ => 0,
        }
    }

    /// 人员编号 of person `number` (from 1) of an area.
    #[must_use]
    pub fn person(area: Area, number: u32) -> PersonKey {
        PersonKey { area, person: Arc::from(format!("99{:02}{number:08}", area.0 / 10_000)) }
    }

    /// Birth, sex and identity number of person `number` of an area.
    #[must_use]
    pub fn born(&self, area: Area, number: u32) -> Born {
        match cast::role(area, number) {
            Some(role) => Born::on(area, number, role.born()),
            None => Born::drawn(area, number, &mut self.dice(area, number)),
        }
    }

    /// Everything about person `number` of an area, as of a day.
    #[must_use]
    pub fn life(&self, area: Area, number: u32, today: Date) -> Life {
        let born = self.born(area, number);
        match cast::role(area, number) {
            Some(role) => role.life(born, today),
            None => draw::life(area, number, born, today, &mut self.dice(area, number)),
        }
    }

    /// Chance, the same for the same person.
    fn dice(&self, area: Area, number: u32) -> fastrand::Rng {
        let place = u64::from(area.0.unsigned_abs()) << 32 | u64::from(number);
        fastrand::Rng::with_seed(place.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ self.seed)
    }
}
