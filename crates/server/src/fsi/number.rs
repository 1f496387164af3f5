//! Numbers as senders write them, exact: an integer of the last decimal place that matters.

/// Why a text is not the number wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// Not a decimal number.
    NotANumber,
    /// More decimals than the field has.
    TooFine,
    /// More digits than the field has.
    TooLarge,
}

/// The largest number read, in units of its last decimal: an amount of the interface has sixteen digits in all.
const MOST: i64 = 9_999_999_999_999_999;
/// From so many decimals on, a number was written by a program that counts in floats, and its tail may be noise.
const FLOAT: usize = 10;

/// Reads a decimal number with at most `decimals` decimals (zeros beyond them are nothing, nor is the noise of a float:
/// `13.139999999999999`), as an integer of the last one: `decimal("4.5", 2)` is 450. Takes a sign, and an exponent as
/// JavaScript and Java write it (`1.2E+3`).
///
/// # Errors
/// Why it is not such a number.
pub fn decimal(text: &str, decimals: u8) -> Result<i64, Misfit> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, power(exponent)?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 {
        return Err(Misfit::NotANumber);
    }
    let point = i32::try_from(whole.len()).map_err(|_| Misfit::TooLarge)? + exponent;
    let last = point + i32::from(decimals);
    let (mut value, mut place) = (0, 0);
    // The first six digits that are too fine, as far as they are zeros or nines.
    let (mut tail, mut zeros, mut nines) = (0, true, true);
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return Err(Misfit::NotANumber);
        }
        if place < last {
            value = shifted(value, byte - b'0')?;
        } else if tail < 6 || fraction.len() < FLOAT {
            (tail, zeros, nines) = (tail + 1, zeros && byte == b'0', nines && byte == b'9');
        }
        place += 1;
    }
    while place < last && value != 0 {
        value = shifted(value, 0)?;
        place += 1;
    }
    if !zeros {
        let noise = nines && tail == 6 && fraction.len() >= FLOAT;
        value += if noise { 1 } else { return Err(Misfit::TooFine) };
    }
    Ok(if negative { -value } else { value })
}

fn shifted(value: i64, digit: u8) -> Result<i64, Misfit> {
    let next = value * 10 + i64::from(digit);
    if next > MOST { Err(Misfit::TooLarge) } else { Ok(next) }
}

fn power(text: &str) -> Result<i32, Misfit> {
    let power: i32 = text.parse().map_err(|_| Misfit::NotANumber)?;
    if power.abs() > 30 { Err(Misfit::TooLarge) } else { Ok(power) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_exactly() {
        for (text, decimals, value) in [
            ("4.52", 2, 452),
            ("4.5", 2, 450),
            ("-0.05", 2, -5),
            (".5", 2, 50),
            ("5.", 2, 500),
            ("1.2E+3", 2, 120_000),
            ("1.25e-1", 4, 1_250),
            ("0.000000", 2, 0),
            ("12.340000", 2, 1_234),
            ("0E-8", 2, 0),
            ("99999999999999.99", 2, MOST),
            ("13.139999999999999", 2, 1_314),
            ("4.5200000000000005", 2, 452),
        ] {
            assert_eq!(decimal(text, decimals), Ok(value), "{text}");
        }
        for (text, misfit) in [
            ("1,5", Misfit::NotANumber),
            ("", Misfit::NotANumber),
            ("-", Misfit::NotANumber),
            ("1e", Misfit::NotANumber),
            ("1.005", Misfit::TooFine),
            ("1.0050000000000001", Misfit::TooFine),
            ("1.99999", Misfit::TooFine),
            ("999999999999999.99", Misfit::TooLarge),
            ("1e99", Misfit::TooLarge),
            ("１２", Misfit::NotANumber),
        ] {
            assert_eq!(decimal(text, 2), Err(misfit), "{text}");
        }
    }
}
