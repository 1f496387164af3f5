//! Money in fen and rates in ten-thousandths. No other unit, and no floating point, comes near an amount.

use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount of money in fen 分 (1 yuan = 100 fen).
///
/// Amounts that enter a settlement are at most [`Fen::MAX_AMOUNT`], so sums over a bill and products with a
/// [`Rate`] stay inside `i64`.
///
/// ```
/// use kernel::Fen;
/// let fee = Fen::parse_yuan("12.30").unwrap();
/// assert_eq!(fee, Fen::new(1230));
/// assert_eq!((fee + Fen::new(5)).to_string(), "12.35");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);
    /// The largest amount a bill or an accumulator import may carry: 100 billion yuan.
    pub const MAX_AMOUNT: Fen = Fen(10_000_000_000_000);
    /// Stands for "no limit" in compiled tables; never an amount of a settlement.
    pub const UNLIMITED: Fen = Fen(i64::MAX / 4);

    /// An amount of `fen` fen.
    #[must_use]
    pub const fn new(fen: i64) -> Fen {
        Fen(fen)
    }

    /// An amount of whole yuan.
    #[must_use]
    pub const fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// The amount in fen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// What is left of `self` after `used`, never below zero.
    #[inline]
    #[must_use]
    pub fn room(self, used: Fen) -> Fen {
        Fen((self.0 - used.0).max(0))
    }

    /// What an account of this balance can pay: nothing if it is overdrawn, and no more than a bill may carry.
    #[must_use]
    pub fn payable(self) -> Fen {
        self.clamp(Fen::ZERO, Fen::MAX_AMOUNT)
    }

    /// True below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Reads yuan with at most two decimals, e.g. `12`, `12.3`, `12.30`, `-0.05`, `+1,234.50`.
    ///
    /// # Errors
    /// [`MoneyError`] says whether the text is empty, not a number, finer than a fen, or too large.
    pub fn parse_yuan(text: &str) -> Result<Fen, MoneyError> {
        parse_decimal(text, 2, Fen::MAX_AMOUNT.0).map(Fen)
    }
}

/// Why a text is not an amount or a rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MoneyError {
    /// No text.
    Empty,
    /// Not a decimal number.
    NotANumber,
    /// More decimals than the unit has (two for yuan, four for a rate).
    TooFine,
    /// Outside the range the kernel settles.
    TooLarge,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MoneyError::Empty => "为空 (empty)",
            MoneyError::NotANumber => "不是数字 (not a number)",
            MoneyError::TooFine => "小数位过多 (too many decimals)",
            MoneyError::TooLarge => "超出可处理范围 (too large)",
        })
    }
}

impl core::error::Error for MoneyError {}

/// Reads a decimal number as an integer of its last decimal place.
fn parse_decimal(text: &str, decimals: usize, max: i64) -> Result<i64, MoneyError> {
    let text = text.trim().as_bytes();
    let (negative, digits) = match text {
        [] => return Err(MoneyError::Empty),
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let mut value: i64 = 0;
    let mut seen = false;
    let mut after_point: Option<usize> = None;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                if let Some(places) = &mut after_point {
                    *places += 1;
                    if *places > decimals {
                        if byte != b'0' {
                            return Err(MoneyError::TooFine);
                        }
                        continue;
                    }
                }
                value = value * 10 + i64::from(byte - b'0');
                if value > max {
                    return Err(MoneyError::TooLarge);
                }
            }
            b'.' if after_point.is_none() => after_point = Some(0),
            b',' if after_point.is_none() && seen => {}
            _ => return Err(MoneyError::NotANumber),
        }
    }
    if !seen {
        return Err(MoneyError::NotANumber);
    }
    for _ in after_point.unwrap_or(0).min(decimals)..decimals {
        value *= 10;
    }
    if value > max {
        return Err(MoneyError::TooLarge);
    }
    Ok(if negative { -value } else { value })
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", fen / 100, fen % 100))
    }
}

impl fmt::Debug for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Add for Fen {
    type Output = Fen;
    #[inline]
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}

impl Sub for Fen {
    type Output = Fen;
    #[inline]
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}

impl Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl AddAssign for Fen {
    #[inline]
    fn add_assign(&mut self, other: Fen) {
        self.0 += other.0;
    }
}

impl SubAssign for Fen {
    #[inline]
    fn sub_assign(&mut self, other: Fen) {
        self.0 -= other.0;
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        amounts.fold(Fen::ZERO, Add::add)
    }
}

/// A share in ten-thousandths: `Rate::new(6000)` is 60 %. Between 0 and 1 in every compiled policy.
///
/// ```
/// use kernel::{Fen, Rate, Rounding};
/// let share = Rate::parse("62.5%").unwrap();
/// assert_eq!(share.of(Fen::new(100), Rounding::HalfUp), Fen::new(63)); // 62.5 fen
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rate(i32);

impl Rate {
    /// 0 %.
    pub const ZERO: Rate = Rate(0);
    /// 100 %.
    pub const ONE: Rate = Rate(10_000);

    /// A rate of `ten_thousandths`.
    #[must_use]
    pub const fn new(ten_thousandths: i32) -> Rate {
        Rate(ten_thousandths)
    }

    /// The rate in ten-thousandths.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }

    /// Reads `60%`, `12.5%`, `+10%`, or a fraction between 0 and 1 such as `0.6`.
    ///
    /// # Errors
    /// [`MoneyError`] as for amounts; `TooLarge` beyond ±1000 %.
    pub fn parse(text: &str) -> Result<Rate, MoneyError> {
        let text = text.trim();
        let value = match text.strip_suffix('%') {
            Some(percent) => parse_decimal(percent, 2, 100_000)?,
            None => parse_decimal(text, 4, 100_000)?,
        };
        i32::try_from(value).map(Rate).map_err(|_| MoneyError::TooLarge)
    }

    /// True between 0 and 100 %.
    #[must_use]
    pub const fn is_share(self) -> bool {
        self.0 >= 0 && self.0 <= Rate::ONE.0
    }

    /// `self` plus `points`; not yet a share, see [`Rate::clamped`].
    #[must_use]
    pub fn plus(self, points: Rate) -> Rate {
        Rate(self.0.saturating_add(points.0))
    }

    /// `self` times `factor`, rounded half up to a ten-thousandth; not yet a share, see [`Rate::clamped`].
    #[must_use]
    pub fn times(self, factor: Rate) -> Rate {
        let product = i64::from(self.0) * i64::from(factor.0);
        Rate(i32::try_from((product + 5_000).div_euclid(10_000)).unwrap_or(i32::MAX))
    }

    /// Brought between 0 and 100 %.
    #[must_use]
    pub fn clamped(self) -> Rate {
        Rate(self.0.clamp(0, Rate::ONE.0))
    }

    /// This share of an amount, rounded once to the fen. Symmetric about zero, so a negated amount gives the
    /// negated share. Exact for every amount a settlement may carry; far beyond [`Fen::MAX_AMOUNT`] it saturates.
    #[inline]
    #[must_use]
    pub fn of(self, amount: Fen, rounding: Rounding) -> Fen {
        let product = amount.0.saturating_mul(i64::from(self.0));
        Fen(match rounding {
            Rounding::HalfUp if product >= 0 => product.saturating_add(5_000) / 10_000,
            Rounding::HalfUp => product.saturating_sub(5_000) / 10_000,
            Rounding::Down => product / 10_000,
            Rounding::HalfEven => {
                let (whole, rest) = (product / 10_000, (product % 10_000).abs());
                let up = rest > 5_000 || (rest == 5_000 && whole % 2 != 0);
                whole + if up { product.signum() } else { 0 }
            }
        })
    }

    /// The largest spending whose share, unrounded, is at most `payment`; zero for a zero rate.
    #[must_use]
    pub fn spending_behind(self, payment: Fen) -> Fen {
        if self.0 <= 0 { Fen::ZERO } else { Fen(payment.0 * 10_000 / i64::from(self.0)) }
    }

    /// The least spending whose share, unrounded, reaches `payment`; `None` for a zero rate.
    #[must_use]
    pub fn spending_reaching(self, payment: Fen) -> Option<Fen> {
        (self.0 > 0).then(|| Fen((payment.0 * 10_000 + i64::from(self.0) - 1) / i64::from(self.0)))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.unsigned_abs();
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        f.pad(&match rest {
            0 => format!("{sign}{whole}%"),
            _ if rest % 10 == 0 => format!("{sign}{whole}.{}%", rest / 10),
            _ => format!("{sign}{whole}.{rest:02}%"),
        })
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a share is rounded to the fen, once per segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rounding {
    /// 四舍五入: ties away from zero. What every regulation seen so far uses.
    #[default]
    HalfUp,
    /// Ties to the even fen.
    HalfEven,
    /// Fractions of a fen are dropped.
    Down,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_text_is_read_exactly_or_refused() {
        let read = |text| Fen::parse_yuan(text).map(Fen::get);
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read(" 1,234.5 "), Ok(123_450));
        assert_eq!(read("-0.05"), Ok(-5));
        assert_eq!(read("1.500"), Ok(150));
        assert_eq!(read("1.505"), Err(MoneyError::TooFine));
        assert_eq!(read(""), Err(MoneyError::Empty));
        assert_eq!(read("."), Err(MoneyError::NotANumber));
        assert_eq!(read("1e5"), Err(MoneyError::NotANumber));
        assert_eq!(read("99999999999999999999"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn a_share_rounds_as_its_mode_says_on_both_sides_of_zero() {
        let half = Rate::new(5_000);
        for (amount, up, even, down) in
            [(1, 1, 0, 0), (3, 2, 2, 1), (-1, -1, 0, 0), (-3, -2, -2, -1)]
        {
            assert_eq!(half.of(Fen(amount), Rounding::HalfUp), Fen(up));
            assert_eq!(half.of(Fen(amount), Rounding::HalfEven), Fen(even));
            assert_eq!(half.of(Fen(amount), Rounding::Down), Fen(down));
        }
    }

    #[test]
    fn spending_reaching_is_the_least_that_reaches() {
        assert_eq!(Rate(5_000).spending_reaching(Fen(30_000)), Some(Fen(60_000)));
        for rate in [1, 3_333, 5_000, 6_667, 10_000] {
            for payment in 0..60 {
                let spending = Rate(rate).spending_reaching(Fen(payment)).unwrap();
                assert!(spending.0 * i64::from(rate) >= payment * 10_000);
                assert!(spending.0 == 0 || (spending.0 - 1) * i64::from(rate) < payment * 10_000);
            }
        }
        assert_eq!(Rate::ZERO.spending_reaching(Fen(1)), None);
    }
}
