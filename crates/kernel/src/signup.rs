//! 签约与定点 (GX Art 17): how people sign up with an institution, and change it.

use crate::date::{BenefitYear, Date};
use crate::facts::{Level, words};
use crate::tables::Cite;

words! {
    /// From when a change of institution holds.
    ChangeFrom {
        /// The day that the application names.
        Day = "day", "当日", "from the day applied for";
        /// The first day of the month after the application.
        MonthAfter = "month-after", "次月", "from the month after";
        /// The first day of the benefit year after the application.
        YearAfter = "year-after", "次年", "from the next benefit year";
    }
}

/// The rules of one kind of signing up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignUp {
    /// Most institutions at a time; 0: any number. With 1, a new one takes the place of the old.
    pub most: u8,
    /// From when a change holds.
    pub change: ChangeFrom,
    /// Most changes in a benefit year; `None`: any number.
    pub changes: Option<u8>,
    /// Bit `n` for level number `n`: institutions of these levels; 0: of any.
    pub levels: u8,
    /// The rule.
    pub cite: Cite,
}

impl SignUp {
    /// So many at a time, and nothing else.
    #[must_use]
    pub const fn of(most: u8) -> SignUp {
        SignUp { most, change: ChangeFrom::Day, changes: None, levels: 0, cite: Cite::NONE }
    }

    /// True if an institution of this level will do.
    #[must_use]
    pub const fn takes(&self, level: Level) -> bool {
        self.levels == 0 || self.levels >> (level as u8) & 1 == 1
    }

    /// The first day from which a change applied for on `today` may hold; `None`: any.
    #[must_use]
    pub fn earliest(&self, today: Date, year: BenefitYear) -> Option<Date> {
        match self.change {
            ChangeFrom::Day => None,
            ChangeFrom::MonthAfter => Some(today.month().plus(1).first_day()),
            ChangeFrom::YearAfter => Some(year.first_day(year.of(today) + 1)),
        }
    }
}

/// Every kind of signing up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignUpRules {
    /// 本人定点.
    pub chosen: SignUp,
    /// 按病种定点, for each disease.
    pub disease: SignUp,
    /// 家庭医生签约.
    pub contract: SignUp,
}

impl Default for SignUpRules {
    /// One family doctor, institutions of one's choice.
    fn default() -> SignUpRules {
        SignUpRules { chosen: SignUp::of(0), disease: SignUp::of(0), contract: SignUp::of(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_holds_from_the_day_the_month_or_the_year_after() {
        let day = |text: &str| Date::parse(text).unwrap();
        let year = BenefitYear::CALENDAR;
        let earliest =
            |change| SignUp { change, ..SignUp::of(1) }.earliest(day("2025-12-31"), year);
        assert_eq!(earliest(ChangeFrom::Day), None);
        assert_eq!(earliest(ChangeFrom::MonthAfter), Some(day("2026-01-01")));
        assert_eq!(earliest(ChangeFrom::YearAfter), Some(day("2026-01-01")));
        let low = SignUp { levels: 0b11, ..SignUp::of(1) };
        assert!(low.takes(Level::Ungraded) && low.takes(Level::One) && !low.takes(Level::Two));
    }
}
