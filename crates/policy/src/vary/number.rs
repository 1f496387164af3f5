//! Numbers of a grid: decimals of at most four places, with or without a percent sign. No floating point.

use std::fmt;

/// A decimal number in ten-thousandths; `60%` is 6,000 of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Number {
    /// Ten-thousandths.
    pub units: i64,
    /// Written with a percent sign.
    pub percent: bool,
}

/// Ten-thousandths of one.
pub(super) const ONE: i64 = 10_000;

/// Larger numbers are no step of a policy: a hundred billion.
const MOST: i64 = 100_000_000_000 * ONE;

impl Number {
    /// Reads `200`, `200.50`, `-5%`, `+0.95`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let (digits, percent) = match text.strip_suffix(['%', '％']) {
            Some(digits) => (digits.trim_end(), true),
            None => (text, false),
        };
        let (sign, digits) = match digits.strip_prefix(['-', '−']) {
            Some(rest) => (-1, rest),
            None => (1, digits.strip_prefix('+').unwrap_or(digits)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let places = if percent { 2 } else { 4 };
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let sound = is_number(whole) && is_number(part) && part.len() <= places;
        if !sound || whole.is_empty() {
            return None;
        }
        let units: i64 = format!("{whole}{part:0<places$}").parse().ok()?;
        (units <= MOST).then_some(Number { units: sign * units, percent })
    }

    /// Fen, of a number of yuan; none if it is finer than a fen.
    pub(super) fn fen(self) -> Option<i64> {
        (!self.percent && self.units % 100 == 0).then_some(self.units / 100)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, places, sign) = if self.percent { (100, 2, "%") } else { (ONE, 4, "") };
        let (whole, part) = (
            self.units.unsigned_abs() / one.unsigned_abs(),
            self.units.unsigned_abs() % one.unsigned_abs(),
        );
        let minus = if self.units < 0 { "-" } else { "" };
        let part = format!("{part:0places$}");
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{minus}{whole}{point}{part}{sign}")
    }
}

/// A product in ten-thousandths, half away from zero.
pub(super) fn times(value: i64, factor: i64) -> Option<i64> {
    let product = i128::from(value) * i128::from(factor);
    let half = i128::from(ONE / 2);
    let rounded = (product.abs() + half) / i128::from(ONE) * product.signum();
    i64::try_from(rounded).ok()
}
