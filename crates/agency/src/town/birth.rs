//! Birth, sex, name and identity number: what follows from a person's number.

use super::{AREAS, Town};
use kernel::Date;
use store::Area;

/// Who somebody was born as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Born {
    /// Whose area.
    pub area: Area,
    /// Number within the area, from 1.
    pub number: u32,
    /// 出生日期.
    pub on: Date,
}

/// Working age and beyond: the youngest and the oldest birth year drawn.
const BIRTH_YEARS: std::ops::RangeInclusive<i32> = 1930..=2003;

impl Born {
    /// Born on a day.
    #[must_use]
    pub const fn on(area: Area, number: u32, on: Date) -> Born {
        Born { area, number, on }
    }

    /// Born on a day by chance: of four people one is old.
    pub(super) fn drawn(area: Area, number: u32, dice: &mut fastrand::Rng) -> Born {
        let year = match dice.u8(0..100) {
            0..=4 => dice.i32(*BIRTH_YEARS.start()..=1949),
            5..=26 => dice.i32(1950..=1963),
            _ => dice.i32(1967..=*BIRTH_YEARS.end()),
        };
        let day = dice.u8(1..=28);
        let on = Date::from_ymd(year, dice.u8(1..=12), day).unwrap_or(Date::MIN);
        Born { area, number, on }
    }

    /// A woman; every second person is one.
    #[must_use]
    pub const fn woman(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// 性别: 1 a man, 2 a woman.
    #[must_use]
    pub const fn gender(&self) -> &'static str {
        if self.woman() { "2" } else { "1" }
    }

    /// 证件号码: of the form of an identity card, in a division 99… that does not exist; the last character checks.
    #[must_use]
    pub fn identity(&self) -> String {
        let place = AREAS.iter().position(|area| *area == self.area).unwrap_or(0);
        let place = u32::try_from(place).unwrap_or(0);
        let division = 990_000 + place * 5_000 + self.number / 500;
        let (year, month, day) = self.on.ymd();
        // Odd numbers are men's.
        let serial = self.number % 500 * 2 + u32::from(!self.woman());
        let mut number = format!("{division}{year:04}{month:02}{day:02}{serial:03}");
        number.push(check_digit(&number));
        number
    }

    /// 社会保障卡号.
    #[must_use]
    pub fn card(&self) -> String {
        format!("99{:02}K{:08}", self.area.0 / 10_000, self.number)
    }

    /// 姓名: 测试 and two of the signs by which years are counted.
    #[must_use]
    pub fn name(&self) -> String {
        const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
        const BRANCHES: [char; 12] =
            ['子', '丑', '寅', '卯', '辰', '巳', '午', '未', '申', '酉', '戌', '亥'];
        let number = self.number as usize - 1;
        format!("测试{}{}", STEMS[number % 10], BRANCHES[number / 10 % 12])
    }

    /// 人员编号.
    #[must_use]
    pub fn key(&self) -> store::PersonKey {
        Town::person(self.area, self.number)
    }
}

/// The last character of an identity number of 17 digits (ISO 7064, MOD 11-2).
fn check_digit(number: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const LAST: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let digits = number.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    LAST[sum as usize % 11]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // The example of GB 11643.
        assert_eq!(check_digit("11010519491231002"), 'X');
        assert_eq!(check_digit("44052418800101001"), '4');
    }
}
