//! What the text of a cell means: amounts, prices, days, times, words. Each reader has a quick path for
//! the usual form and falls back on the kernel's own for all others.

use kernel::{Date, Fen, Moment, Rate};

use super::columns::Column;
use super::fault::{Fault, Reason};
use super::words::{self, Words};

/// The value of a cell, or what is wrong with it.
pub type Read<T> = Result<T, Box<Fault>>;

/// Without white space around; the usual cell has none.
#[inline]
#[must_use]
pub fn trimmed(text: &str) -> &str {
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, 0x21..=0x7E));
    if plain(text.as_bytes().first()) && plain(text.as_bytes().last()) { text } else { text.trim() }
}

/// An amount in yuan, not negative.
#[inline]
pub fn money(column: Column, text: &str) -> Read<Fen> {
    plain_money(text.as_bytes()).map_or_else(|| any_money(column, text), Ok)
}

/// `123.45`, up to a billion yuan.
#[inline]
fn plain_money(text: &[u8]) -> Option<Fen> {
    let (yuan, &[point, tens, ones]) = text.split_last_chunk::<3>()?;
    if yuan.is_empty() || yuan.len() > 9 || point != b'.' {
        return None;
    }
    let mut amount = 0_i64;
    for byte in yuan.iter().copied().chain([tens, ones]) {
        if !byte.is_ascii_digit() {
            return None;
        }
        amount = amount * 10 + i64::from(byte - b'0');
    }
    Some(Fen::new(amount))
}

fn any_money(column: Column, text: &str) -> Read<Fen> {
    let amount =
        Fen::parse_yuan(text).map_err(|error| Fault::at(column, text, Reason::Money(error)))?;
    if amount.is_negative() {
        let reason = Reason::Refused(kernel::Refusal::NegativeAmount);
        return Err(Fault::at(column, text, reason));
    }
    Ok(amount)
}

/// A decimal number, not negative, in units of its last place.
pub fn scaled(column: Column, text: &str, places: usize) -> Read<i64> {
    let wrong = || Fault::at(column, text, Reason::Number);
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > places {
        return Err(wrong());
    }
    let scale = |_: std::num::ParseIntError| wrong();
    format!("{whole}{part:0<places$}").parse().map_err(scale)
}

/// A share.
pub fn rate(column: Column, text: &str) -> Read<Rate> {
    Rate::parse(text).map_err(|_| Fault::at(column, text, Reason::Rate))
}

/// A day; a time behind it is left out.
#[inline]
pub fn date(column: Column, text: &str) -> Read<Date> {
    let found = plain_date(text.as_bytes())
        .or_else(|| Date::parse(text))
        .or_else(|| moment_of(text).map(Moment::date));
    found.ok_or_else(|| Fault::at(column, text, Reason::Date))
}

/// A day or a day and a time.
#[inline]
pub fn moment(column: Column, text: &str) -> Read<Moment> {
    let found = plain_moment(text.as_bytes()).or_else(|| moment_of(text));
    found.ok_or_else(|| Fault::at(column, text, Reason::Moment))
}

/// Any form the kernel reads, and hours of one digit as spreadsheets write them.
fn moment_of(text: &str) -> Option<Moment> {
    Moment::parse(text).or_else(|| {
        let (day, time) = text.trim().split_once([' ', 'T'])?;
        let hour = time.split(':').next().filter(|hour| hour.len() == 1)?;
        hour.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        Moment::parse(&format!("{day} 0{time}"))
    })
}

#[inline]
fn digits<const N: usize>(text: [u8; N]) -> Option<i32> {
    let mut number = 0;
    for byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i32::from(byte - b'0');
    }
    Some(number)
}

/// `2024-03-01` or `2024/03/01`.
#[inline]
fn plain_date(text: &[u8]) -> Option<Date> {
    let &[a, b, c, d, s, e, f, t, g, h] = text else { return None };
    if s != t || (s != b'-' && s != b'/') {
        return None;
    }
    let small = |number: i32| u8::try_from(number).ok();
    let (month, day) = (small(digits([e, f])?)?, small(digits([g, h])?)?);
    Date::from_ymd(digits([a, b, c, d])?, month, day)
}

/// `2024-03-01 08:30:00`, or a plain date.
#[inline]
fn plain_moment(text: &[u8]) -> Option<Moment> {
    let (day, time) = text.split_at_checked(10)?;
    let start = Moment::start_of(plain_date(day)?);
    match *time {
        [] => Some(start),
        [b' ' | b'T', a, b, b':', c, d, b':', e, f] => {
            let (hour, minute, second) = (digits([a, b])?, digits([c, d])?, digits([e, f])?);
            let right = hour < 24 && minute < 60 && second < 60;
            let seconds = (hour * 60 + minute) * 60 + second;
            right.then(|| Moment(start.0 + i64::from(seconds) * 1_000))
        }
        _ => None,
    }
}

/// One of a closed list, as its number.
#[inline]
pub fn word(column: Column, text: &str, words: Words) -> Read<u8> {
    words::find(words, text).ok_or_else(|| {
        let nearest = words::nearest(text, words.iter().map(|(word, _)| *word));
        unknown(column, text, nearest, words::codes(words))
    })
}

/// A word that is not of a list.
pub fn unknown<'a>(
    column: Column,
    text: &str,
    nearest: Option<&str>,
    known: impl IntoIterator<Item = &'a str>,
) -> Box<Fault> {
    let known = known.into_iter().map(str::to_owned).collect();
    Fault::at(column, text, Reason::Word { nearest: nearest.map(str::to_owned), known })
}

/// A code or a number text. Excel rounds long numbers; [`crate::formats`] marks them.
#[inline]
pub fn code(column: Column, text: &str) -> Read<&str> {
    if text.ends_with('≈') {
        return Err(Fault::at(column, text, Reason::Rounded));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_paths_agree_with_the_kernel() {
        for text in ["2024-03-01", "2024/12/31", "2024-02-30", "2024-3-1", "20240301", "x", ""] {
            assert_eq!(date(Column::Born, text).ok(), Date::parse(text), "{text}");
        }
        for text in ["2024-03-01 08:30:59", "2024-03-01T23:59", "2024-03-01 24:00:00", "2024-03-01"]
        {
            assert_eq!(moment(Column::SettledAt, text).ok(), Moment::parse(text), "{text}");
        }
    }

    #[test]
    fn amounts_are_those_of_the_kernel() {
        let texts = [
            "0.00",
            "12.30",
            "999999999.99",
            "1234567890.12",
            "1,234.50",
            "7",
            ".50",
            "1.2.3",
            "",
            "x.00",
        ];
        for text in texts {
            assert_eq!(money(Column::Total, text).ok(), Fen::parse_yuan(text).ok(), "{text}");
        }
        assert!(money(Column::Total, "-1.00").is_err());
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let hour = moment(Column::SettledAt, "2024/3/1 8:05").unwrap();
        assert_eq!(hour, Moment::parse("2024-03-01 08:05").unwrap());
        assert_eq!(date(Column::Born, "2024-03-01 00:00:00").unwrap().to_string(), "2024-03-01");
        assert_eq!(trimmed("\u{3000}在职 "), "在职");
    }

    #[test]
    fn quantities_and_prices_keep_their_decimals() {
        assert_eq!(scaled(Column::Quantity, "2.5", 4).unwrap(), 25_000);
        assert_eq!(scaled(Column::UnitPrice, "1.234567", 6).unwrap(), 1_234_567);
        assert_eq!(scaled(Column::UnitPrice, "3.1000000000", 6).unwrap(), 3_100_000);
        for text in ["", "-1", "1.23456", "1e3", "99999999999999999999"] {
            assert!(scaled(Column::Quantity, text, 4).is_err(), "{text}");
        }
    }
}
