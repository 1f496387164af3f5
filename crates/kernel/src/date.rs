//! Calendar days, months and benefit years. The kernel never asks what day it is: days come in as arguments.

use core::fmt;

/// A calendar day (proleptic Gregorian), as days since 1970-01-01.
///
/// ```
/// use kernel::Date;
/// let day = Date::parse("2024-02-29").unwrap();
/// assert_eq!(day.next().to_string(), "2024-03-01");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Date(i32);

impl Date {
    /// A day before every policy.
    pub const MIN: Date = Date(-719_162); // 0001-01-01
    /// A day after every policy.
    pub const MAX: Date = Date(2_932_896); // 9999-12-31

    /// The day `days` after 1970-01-01, kept between [`Date::MIN`] and [`Date::MAX`].
    #[must_use]
    pub const fn from_days(days: i32) -> Date {
        match days {
            ..=-719_162 => Date::MIN,
            2_932_896.. => Date::MAX,
            _ => Date(days),
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day of a year 1..=9999, month 1..=12 and day of the month; `None` if there is no such day.
    #[must_use]
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Date> {
        if !(1..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day == 0
            || day > days_in_month(year, month)
        {
            return None;
        }
        // Days from civil, counted in 400-year eras from 0000-03-01.
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let month_from_march = (i32::from(month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Date(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month 1..=12, day of the month 1..=31.
    #[must_use]
    pub fn ymd(self) -> (i32, u8, u8) {
        // After Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms" (2023): years
        // that begin in March, and quotients by constants as products.
        let since_march_0 = u64::from((self.0 + 719_468).unsigned_abs());
        let quarters = 4 * since_march_0 + 3;
        let (century, within) = (quarters / 146_097, (quarters % 146_097) | 3);
        let years = 2_939_745 * within;
        let (year_of_century, day_of_year) = (years >> 32, (years & 0xFFFF_FFFF) / 2_939_745 / 4);
        let months = 2_141 * day_of_year + 197_913;
        let (month, day) = (months >> 16, (months & 0xFFFF) / 2_141 + 1);
        // January and February belong to the next year.
        let next = day_of_year >= 306;
        let year = 100 * century + year_of_century + u64::from(next);
        let month = if next { month - 12 } else { month };
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        (i32::try_from(year).unwrap_or(i32::MAX), small(month), small(day))
    }

    /// Reads `2024-03-01` (also `2024/3/1` and `20240301`); `None` if it is not a day of the calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Date> {
        let text = text.trim();
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Date::from_ymd(
                text[..4].parse().ok()?,
                text[4..6].parse().ok()?,
                text[6..].parse().ok()?,
            );
        }
        let separator = if text.contains('/') { '/' } else { '-' };
        let mut parts = text.split(separator);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || year.len() != 4 || ![year, month, day].into_iter().all(plain) {
            return None;
        }
        Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day after; the last day is its own.
    #[must_use]
    pub const fn next(self) -> Date {
        Date::from_days(self.0 + 1)
    }

    /// The day before; the first day is its own.
    #[must_use]
    pub const fn previous(self) -> Date {
        Date::from_days(self.0 - 1)
    }

    /// The month this day is in.
    #[must_use]
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month(year * 12 + i32::from(month) - 1)
    }

    /// Completed years of a person born on `born`. One born on 29 February completes a year on 1 March of a
    /// common year.
    #[must_use]
    pub fn age_of(self, born: Date) -> i32 {
        let (year, month, day) = self.ymd();
        let (born_year, born_month, born_day) = born.ymd();
        year - born_year - i32::from((month, day) < (born_month, born_day))
    }

    /// Completed months since `start`, not below zero.
    #[must_use]
    pub fn months_since(self, start: Date) -> i32 {
        let months = self.month().0 - start.month().0 - i32::from(self.ymd().2 < start.ymd().2);
        months.max(0)
    }
}

fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A calendar month, counted from January of year 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(i32);

impl Month {
    /// Month `month` 1..=12 of `year`; `None` outside.
    #[must_use]
    pub fn new(year: i32, month: u8) -> Option<Month> {
        Date::from_ymd(year, month, 1).map(Date::month)
    }

    /// Reads `2024-03`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.trim().split_once('-')?;
        (year.len() == 4).then_some(())?;
        Month::new(year.parse().ok()?, month.parse().ok()?)
    }

    /// The month `months` later (earlier if negative).
    #[must_use]
    pub const fn plus(self, months: i32) -> Month {
        Month(self.0 + months)
    }

    /// Months from `earlier` to `self`.
    #[must_use]
    pub const fn since(self, earlier: Month) -> i32 {
        self.0 - earlier.0
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        let month = u8::try_from(self.0.rem_euclid(12)).unwrap_or(0) + 1;
        Date::from_ymd(self.0.div_euclid(12), month, 1).unwrap_or(Date::MAX)
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.plus(1).first_day().previous()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// A moment of local time, as milliseconds since 1970-01-01 00:00 of the region's wall clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Moment(pub i64);

impl Moment {
    const DAY: i64 = 86_400_000;

    /// Midnight at the start of a day.
    #[must_use]
    pub fn start_of(day: Date) -> Moment {
        Moment(i64::from(day.0) * Moment::DAY)
    }

    /// The day it falls on, clamped to the calendar.
    #[must_use]
    pub fn date(self) -> Date {
        let days =
            self.0.div_euclid(Moment::DAY).clamp(i64::from(Date::MIN.0), i64::from(Date::MAX.0));
        i32::try_from(days).map_or(Date::MAX, Date)
    }

    /// Reads `2024-03-01 08:30:00` (also with `T`, without seconds, with `.123`, or a day alone).
    #[must_use]
    pub fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        let Some((day, time)) = text.split_once([' ', 'T']) else {
            return Date::parse(text).map(Moment::start_of);
        };
        let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
        let mut parts = clock.split(':');
        let mut field = |max: i64| -> Option<i64> {
            let part = parts.next()?;
            let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            let value: i64 = digits.then(|| part.parse().ok())??;
            (value < max).then_some(value)
        };
        let (hour, minute) = (field(24)?, field(60)?);
        let second = if clock.len() > 5 { field(60)? } else { 0 };
        if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let millis: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
        let within = ((hour * 60 + minute) * 60 + second) * 1_000 + millis;
        Date::parse(day).map(|day| Moment(Moment::start_of(day).0 + within))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = self.0.rem_euclid(Moment::DAY) / 1_000;
        write!(
            f,
            "{} {:02}:{:02}:{:02}",
            self.date(),
            within / 3_600,
            within / 60 % 60,
            within % 60
        )
    }
}

/// On which month and day a benefit year 参保年度 begins. A benefit year is named by the calendar year in which
/// it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BenefitYear {
    month: u8,
    day: u8,
}

impl BenefitYear {
    /// 1 January: the calendar year.
    pub const CALENDAR: BenefitYear = BenefitYear { month: 1, day: 1 };

    /// Begins on this month and day (day 1..=28, so that it exists in every year).
    #[must_use]
    pub fn new(month: u8, day: u8) -> Option<BenefitYear> {
        ((1..=12).contains(&month) && (1..=28).contains(&day)).then_some(BenefitYear { month, day })
    }

    /// The benefit year `day` belongs to.
    #[must_use]
    pub fn of(self, day: Date) -> i32 {
        let (year, month, day_of_month) = day.ymd();
        year - i32::from((month, day_of_month) < (self.month, self.day))
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self, year: i32) -> Date {
        Date::from_ymd(year, self.month, self.day).unwrap_or(Date::MIN)
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self, year: i32) -> Date {
        self.first_day(year + 1).previous()
    }

    /// Which month of the benefit year, 0..=11, `day` falls in.
    #[must_use]
    pub fn month_index(self, day: Date) -> u32 {
        let (_, month, day_of_month) = day.ymd();
        let months = i32::from(month) - i32::from(self.month) - i32::from(day_of_month < self.day);
        months.rem_euclid(12).unsigned_abs()
    }

    /// `01-01` and so on.
    #[must_use]
    pub fn start(self) -> (u8, u8) {
        (self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn every_day_of_four_centuries_survives_a_round_trip() {
        let mut expected = day("1900-01-01");
        for year in 1900..2300 {
            for month in 1..=12 {
                for of_month in 1..=days_in_month(year, month) {
                    let date = Date::from_ymd(year, month, of_month).unwrap();
                    assert_eq!((date, date.ymd()), (expected, (year, month, of_month)));
                    expected = expected.next();
                }
            }
        }
        assert_eq!(
            (Date::MIN.to_string(), Date::MAX.to_string()),
            ("0001-01-01".into(), "9999-12-31".into())
        );
    }

    #[test]
    fn every_day_that_there_is_survives_a_round_trip() {
        for days in Date::MIN.days()..=Date::MAX.days() {
            let (year, month, day) = Date::from_days(days).ymd();
            let back = Date::from_ymd(year, month, day).map(Date::days);
            assert_eq!(back, Some(days), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn a_text_that_is_no_day_is_refused() {
        for text in [
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "24-01-01",
            "2024-01",
            "",
            "2024-1-x",
            "+2024-1-1",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Date::parse("2024/3/1"), Date::parse("20240301"));
    }

    #[test]
    fn one_born_on_leap_day_is_seventy_on_the_first_of_march() {
        let born = day("1952-02-29");
        assert_eq!(day("2022-02-28").age_of(born), 69);
        assert_eq!(day("2022-03-01").age_of(born), 70);
        assert_eq!(day("2024-02-29").age_of(born), 72);
    }

    #[test]
    fn a_benefit_year_may_begin_in_april() {
        let april = BenefitYear::new(4, 1).unwrap();
        assert_eq!((april.of(day("2024-03-31")), april.of(day("2024-04-01"))), (2023, 2024));
        assert_eq!(
            (april.month_index(day("2024-03-31")), april.month_index(day("2024-04-01"))),
            (11, 0)
        );
        assert_eq!(april.last_day(2023), day("2024-03-31"));
    }

    #[test]
    fn moments_read_the_national_format() {
        let moment = Moment::parse("2024-03-01 08:30:15").unwrap();
        assert_eq!(moment.to_string(), "2024-03-01 08:30:15");
        assert_eq!(moment.date(), day("2024-03-01"));
        assert_eq!(
            Moment::parse("2024-03-01T08:30").map(|m| m.to_string()),
            Some("2024-03-01 08:30:00".into())
        );
        for text in [
            "2024-03-01 24:00:00",
            "2024-03-01 8:00:00",
            "2024-03-01 08:61",
            "2024-03-01 08:00:00:00",
            "2024-03-01 +1:00",
            "x",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
