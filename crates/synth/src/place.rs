//! Invented institutions: their numbers, levels and codes.

use crate::calibration::{Calibration, Figure};
use crate::dice::Dice;

/// What kind of place a claim comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Tier {
    /// Community centres, clinics and hospitals of level 1.
    Primary = 0,
    /// 二级.
    Secondary = 1,
    /// 三级.
    Tertiary = 2,
    /// 零售药店.
    Pharmacy = 3,
}

impl Tier {
    /// All.
    pub const ALL: [Tier; 4] = [Tier::Primary, Tier::Secondary, Tier::Tertiary, Tier::Pharmacy];

    /// People for each of them, about: national counts of institutions over the insured would give fewer people a
    /// pharmacy. Unverified.
    const fn people(self) -> u64 {
        match self {
            Tier::Primary => 4_000,
            Tier::Secondary => 40_000,
            Tier::Tertiary => 120_000,
            Tier::Pharmacy => 3_000,
        }
    }
}

/// An institution.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Its kind.
    pub tier: Tier,
    /// Number among its kind, from 1.
    pub number: u32,
}

impl Place {
    /// 协议结算等级: of primary places every third is a community centre without one. Pharmacies have none.
    #[must_use]
    pub fn level(self) -> u8 {
        match self.tier {
            Tier::Primary if self.number.is_multiple_of(3) => 0,
            Tier::Primary => 1,
            Tier::Secondary => 2,
            Tier::Tertiary => 3,
            Tier::Pharmacy => 0,
        }
    }

    /// Its code: the letters of the national form, the area, and digits that no real code has.
    #[must_use]
    pub fn code(self, region: &str) -> String {
        let letter = if self.tier == Tier::Pharmacy { 'P' } else { 'H' };
        let tier = self.tier as u8;
        let number = self.number;
        format!("{letter}{region:.2}99{tier}{number:06}")
    }
}

/// The places that somebody goes to by habit.
pub(crate) struct Habits([u32; 4]);

/// How often somebody goes where they always go.
const FAITHFUL: f64 = 0.7;

impl Habits {
    pub(crate) fn draw(people: u64, dice: &mut Dice) -> Habits {
        Habits(Tier::ALL.map(|tier| some(tier, people, dice)))
    }

    /// Where they go this time.
    pub(crate) fn place(&self, tier: Tier, people: u64, dice: &mut Dice) -> Place {
        let number = match dice.chance(FAITHFUL) {
            true => self.0[tier as usize],
            false => some(tier, people, dice),
        };
        Place { tier, number }
    }
}

/// Some place of a kind: a few are much larger than the others.
fn some(tier: Tier, people: u64, dice: &mut Dice) -> u32 {
    let count = (people / tier.people()).max(3);
    let (one, other) = (dice.below(count), dice.below(count));
    u32::try_from(1 + one.min(other)).unwrap_or(1)
}

/// Which kind of hospital.
pub(crate) fn tier(aims: &Calibration, dice: &mut Dice) -> Tier {
    let (primary, secondary) = (aims.get(Figure::Primary), aims.get(Figure::Secondary));
    match dice.pick(&[primary, secondary, 1.0 - primary - secondary]) {
        0 => Tier::Primary,
        1 => Tier::Secondary,
        _ => Tier::Tertiary,
    }
}
