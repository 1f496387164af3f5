//! Somebody invented: who they are on each day of the year.

use crate::calibration::{Calibration, Figure};
use crate::dice::{Dice, whole};
use crate::region::Region;
use kernel::{Date, Month};

/// Districts of an area, by how many people live there.
const DISTRICTS: [f64; 10] = [30.0, 18.0, 12.0, 9.0, 7.0, 6.0, 5.0, 5.0, 4.0, 4.0];
/// People of one employer, about.
const STAFF: u64 = 60;
/// Oldest age.
const OLDEST: i32 = 99;

/// Somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Number in the population, from 1.
    pub number: u64,
    /// Day of birth.
    pub born: Date,
    /// A woman.
    pub woman: bool,
    /// District, from 0.
    pub district: u8,
    /// 参保类型 at the beginning of the year, as an index of the region's.
    pub plan: u8,
    /// 换档 in the year: from the first day of this month on, another plan.
    pub changes: Option<(Month, u8)>,
    /// Day on which the retirement was registered, if it was by the end of the year.
    pub retired_on: Option<Date>,
    /// First enrolled.
    pub enrolled_on: Date,
    /// Insured in the year from this day.
    pub from: Date,
    /// To this day.
    pub to: Date,
    /// Died on.
    pub died_on: Option<Date>,
    /// Months not paid when they were due, first and last.
    pub arrears: Option<(Month, Month)>,
    /// 缴费基数 of a month, fen.
    pub base: i64,
    /// 慢特病 filed for, as an index of the region's diseases.
    pub chronic: Option<u8>,
    /// 两病 filed for, likewise.
    pub two_disease: Option<u8>,
    /// With a family doctor.
    pub contract: bool,
    /// The employer's number; 0: pays for themselves.
    pub employer: u64,
}

/// Day on which pensions begin: women at fifty-five, men at sixty. Unverified; the ages rise from 2025.
fn pension(born: Date, woman: bool) -> Date {
    let (year, month, day) = born.ymd();
    let age = if woman { 55 } else { 60 };
    Date::from_ymd(year + age, month, day).unwrap_or(Date::MAX)
}

impl Person {
    /// The person of a number in a year.
    pub(crate) fn draw(
        number: u64,
        year: i32,
        region: &Region,
        aims: &Calibration,
        dice: &mut Dice,
    ) -> Person {
        let get = |figure| aims.get(figure);
        let first = Date::from_ymd(year, 1, 1).unwrap_or(Date::MIN);
        let last = Date::from_ymd(year, 12, 31).unwrap_or(Date::MAX);
        let woman = dice.chance(0.5);
        let retired = dice.chance(get(Figure::RetiredShare));
        let born = born(year, woman, retired, dice);
        let retired_on = Some(pension(born, woman)).filter(|day| *day <= last);
        let plan = plan(region, aims, dice);
        let own = &*region.plans[usize::from(plan)] != Region::EMPLOYED;
        let enrolled_on = enrolled(born, first, dice);
        let mut person = Person {
            number,
            born,
            woman,
            district: u8::try_from(dice.pick(&DISTRICTS)).unwrap_or(0),
            plan,
            changes: None,
            retired_on,
            enrolled_on,
            from: first,
            to: last,
            died_on: None,
            arrears: None,
            base: base(aims, dice),
            chronic: None,
            two_disease: None,
            contract: dice.chance(get(Figure::Contract)),
            employer: if own { 0 } else { 1 + number / STAFF },
        };
        person.happens(year, retired, own, region, aims, dice);
        person.falls_ill(retired, region, aims, dice);
        person
    }

    /// What happens in the year.
    fn happens(
        &mut self,
        year: i32,
        retired: bool,
        own: bool,
        region: &Region,
        aims: &Calibration,
        dice: &mut Dice,
    ) {
        let get = |figure| aims.get(figure);
        // Who left in December was there all the year.
        let month =
            |dice: &mut Dice| Month::new(year, u8::try_from(1 + dice.below(11)).unwrap_or(1));
        let deaths = if retired { Figure::DeathsRetired } else { Figure::DeathsActive };
        if dice.chance(get(deaths)) {
            let day = self.from.days() + i32::try_from(dice.below(365)).unwrap_or(0);
            self.died_on = Some(Date::from_days(day));
            self.to = Date::from_days(day);
        }
        if retired {
            return;
        }
        if dice.chance(get(Figure::Joins))
            && let Some(joined) = month(dice).map(Month::first_day).filter(|day| *day < self.to)
        {
            self.enrolled_on = joined;
            self.from = joined;
        } else if dice.chance(get(Figure::Leaves))
            && let Some(left) = month(dice).map(Month::last_day).filter(|day| *day < self.to)
        {
            self.to = left;
        }
        if dice.chance(get(Figure::Arrears)) {
            self.arrears = month(dice)
                .map(|from| (from, from.plus(i32::try_from(dice.below(5)).unwrap_or(0))));
        }
        if own && dice.chance(get(Figure::PlanChange)) {
            let other = region.other_tier(self.plan);
            self.changes = month(dice).zip(other);
        }
    }

    fn falls_ill(&mut self, retired: bool, region: &Region, aims: &Calibration, dice: &mut Dice) {
        let figures = match retired {
            true => (Figure::ChronicRetired, Figure::TwoDiseaseRetired),
            false => (Figure::ChronicActive, Figure::TwoDiseaseActive),
        };
        let count = u64::try_from(region.diseases.len()).unwrap_or(0);
        let mut disease = |figure| {
            let ill = dice.chance(aims.get(figure));
            let which = u8::try_from(dice.below(count)).ok();
            which.filter(|_| ill && count > 0)
        };
        self.chronic = disease(figures.0);
        self.two_disease = disease(figures.1);
    }

    /// Retired on a day, the month after the registration.
    #[must_use]
    pub fn is_retired(&self, day: Date) -> bool {
        self.retired_on.is_some_and(|on| on.month() < day.month())
    }

    /// 参保类型 on a day.
    #[must_use]
    pub fn plan_on(&self, day: Date) -> u8 {
        match self.changes {
            Some((from, plan)) if from <= day.month() => plan,
            _ => self.plan,
        }
    }

    /// In arrears on a day: benefits stop in the month after the first unpaid one.
    #[must_use]
    pub fn in_arrears(&self, day: Date) -> bool {
        let month = day.month();
        self.arrears.is_some_and(|(from, to)| from < month && month <= to.plus(1))
    }

    /// The part of the year that they are insured, from 0 to 1.
    pub(crate) fn share_of_year(&self) -> f64 {
        f64::from((self.to.days() - self.from.days() + 1).max(0)) / 365.0
    }
}

/// A day of birth that fits: in work from twenty-two to the pension, retired from then on, fewer with age.
fn born(year: i32, woman: bool, retired: bool, dice: &mut Dice) -> Date {
    let pension = if woman { 55 } else { 60 };
    let age = if retired {
        let beyond = i32::try_from(whole(-14.0 * (1.0 - dice.share()).ln())).unwrap_or(0);
        (pension + 1 + beyond).min(OLDEST)
    } else {
        22 + i32::try_from(dice.below(u64::from((pension - 22).unsigned_abs()) + 1)).unwrap_or(0)
    };
    let (month, day) = (1 + dice.below(12), 1 + dice.below(28));
    let (month, day) = (u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1));
    Date::from_ymd(year - age, month, day).unwrap_or(Date::MIN)
}

fn enrolled(born: Date, first: Date, dice: &mut Dice) -> Date {
    let age = 20 + i32::try_from(dice.below(9)).unwrap_or(0);
    let year = (born.ymd().0 + age).max(2001);
    let month = u8::try_from(1 + dice.below(12)).unwrap_or(1);
    Date::from_ymd(year, month, 1).unwrap_or(first).min(first.previous())
}

/// 缴费基数 in whole yuan, within floor and ceiling; fen.
fn base(aims: &Calibration, dice: &mut Dice) -> i64 {
    let mean = aims.get(Figure::BaseMean);
    let (least, most) = (mean * aims.get(Figure::BaseFloor), mean * aims.get(Figure::BaseCeiling));
    100 * whole(dice.around(mean, aims.get(Figure::BaseSigma)).clamp(least, most))
}

fn plan(region: &Region, aims: &Calibration, dice: &mut Dice) -> u8 {
    let [first, second, lump] =
        [Figure::FirstTier, Figure::SecondTier, Figure::LumpSum].map(|figure| aims.get(figure));
    let codes = [Region::EMPLOYED, "individual-1", "individual-2", "lump-sum"];
    let drawn = codes[dice.pick(&[1.0 - first - second - lump, first, second, lump])];
    region.plan(drawn).or(region.plan(Region::EMPLOYED)).unwrap_or(0)
}
