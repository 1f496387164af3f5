//! Record of a recovery 追回: money of a settlement that a case took back, or the way it came back by.

use super::Booking;
use crate::reason::{Reason, Refused};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Id;

/// The record of an entry of kind `Recovery` that a case of supervision made. Read as a [`Booking`] it says the same as every
/// other record.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Recovered {
    /// What every record says.
    #[serde(flatten)]
    pub booking: Booking,
    /// What was recovered.
    pub recovery: Recovery,
}

/// What an entry of a case did, fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recovery {
    /// The case.
    pub case: Arc<str>,
    /// The settlement whose money is owed back; [`Id::MIN`]: the entry is about money that came back.
    pub settlement: Id,
    /// By fund, how much is owed back; negative: no longer.
    pub funds: [i64; 3],
    /// How much that accounts paid is owed back; negative: no longer.
    pub account: i64,
    /// How much came back; negative: it was returned to the party.
    #[serde(skip_serializing_if = "crate::stored::is_zero")]
    pub collected: i64,
    /// How much went back into the account of the person.
    #[serde(skip_serializing_if = "crate::stored::is_zero")]
    pub restored: i64,
}

impl Recovered {
    /// As stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn to_json(&self) -> Result<Arc<str>, Refused> {
        let text = serde_json::to_string(self);
        text.map(Arc::from).map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
    }

    /// Reads one; `None` if the entry is no recovery of a case.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Recovered> {
        serde_json::from_str(text).ok()
    }
}
