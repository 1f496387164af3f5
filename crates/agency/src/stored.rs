//! How days and moments stand in stored JSON: `2024-03-01` and `2024-03-01 08:30:00`, readable with SQL and by people.
//! Used with serde's `with`. And what is left out because it says nothing.

use std::sync::Arc;

/// True for zero.
#[must_use]
pub fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// True if every text is empty.
#[must_use]
pub fn are_empty(texts: &[Arc<str>; 3]) -> bool {
    texts.iter().all(|text| text.is_empty())
}

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use std::borrow::Cow;

/// A [`kernel::Date`].
pub mod day {
    use super::{Cow, Deserialize, Deserializer, Error, Serializer};
    use kernel::Date;

    /// Writes a day.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    /// Reads a day.
    ///
    /// # Errors
    /// The text is no day.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = <Cow<'_, str>>::deserialize(deserializer)?;
        Date::parse(&text).ok_or_else(|| D::Error::custom(format!("{text} is not a day")))
    }
}

/// A [`kernel::Moment`], to the second.
pub mod moment {
    use super::{Cow, Deserialize, Deserializer, Error, Serializer};
    use kernel::Moment;

    /// Writes a moment.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(moment: &Moment, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(moment)
    }

    /// Reads a moment.
    ///
    /// # Errors
    /// The text is no moment.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
        let text = <Cow<'_, str>>::deserialize(deserializer)?;
        Moment::parse(&text).ok_or_else(|| D::Error::custom(format!("{text} is not a moment")))
    }
}
