//! Names of things: pooling areas, people, and ids that sort by time.

use kernel::Moment;
use std::fmt;
use std::sync::Arc;

/// 统筹区: a division code of six digits. First in every key, so that areas can live on servers of their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Area(pub i32);

impl Area {
    /// Reads six digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Area> {
        let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().map(Area)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// A person 参保人 within an area, by 人员编号. The unit of locking: whatever changes for one person happens in order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PersonKey {
    /// The pooling area that insures the person.
    pub area: Area,
    /// 人员编号 (national `psn_no`), at most 30 characters.
    pub person: Arc<str>,
}

impl PersonKey {
    /// A key.
    #[must_use]
    pub fn new(area: Area, person: &str) -> PersonKey {
        PersonKey { area, person: Arc::from(person) }
    }
}

/// An id that sorts by the time it was given: a UUID of version 7. As text it is 26 characters of Crockford's base 32,
/// short enough for the thirty that the national interface allows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Id(pub u128);

/// The region's wall clock is eight hours ahead of UTC, in which UUIDs count.
const OFFSET: i64 = 8 * 3_600_000;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Id {
    /// The smallest id.
    pub const MIN: Id = Id(0);
    /// The largest id.
    pub const MAX: Id = Id(u128::MAX);

    /// An id for something that happens at `at`; `random` breaks ties (74 of its bits are used).
    #[must_use]
    pub fn at(at: Moment, random: u128) -> Id {
        let millis = u64::try_from(at.0 - OFFSET).unwrap_or(0);
        let bytes: [u8; 16] = random.to_be_bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&bytes[6..]);
        Id(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid().as_u128())
    }

    /// The smallest id that something happening at `at` or later can have: the lower bound of a span of time.
    #[must_use]
    pub fn first_at(at: Moment) -> Id {
        let millis = u128::try_from(at.0 - OFFSET).unwrap_or(0);
        Id(millis << 80)
    }

    /// When it was given.
    #[must_use]
    pub fn moment(self) -> Moment {
        Moment(i64::try_from(self.0 >> 80).unwrap_or(i64::MAX - OFFSET) + OFFSET)
    }

    /// Reads the 26 characters, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Id> {
        if text.len() != 26 {
            return None;
        }
        let mut value: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let digit = ALPHABET.iter().position(|known| *known == byte.to_ascii_uppercase())?;
            if place == 0 && digit > 7 {
                return None;
            }
            value = value << 5 | u128::try_from(digit).ok()?;
        }
        Some(Id(value))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 26];
        for (place, byte) in text.iter_mut().rev().enumerate() {
            let digit = usize::try_from(self.0 >> (5 * place) & 31).unwrap_or(0);
            *byte = ALPHABET[digit];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Id::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text} is not an id")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_sorts_by_time_and_reads_back() {
        let at = Moment::parse("2024-03-01 08:30:00.123").unwrap();
        let one = Id::at(at, 7);
        let two = Id::at(Moment(at.0 + 1), 3);
        assert!(one < two && Id::first_at(at) <= one && one < Id::first_at(Moment(at.0 + 1)));
        assert_eq!(one.moment(), at);
        assert_eq!(Id::parse(&one.to_string()), Some(one));
        assert_eq!(one.to_string().len(), 26);
        assert_eq!(Id::parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"), None, "more than 128 bits");
    }
}
