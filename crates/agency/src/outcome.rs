//! What came of a request: a value complete enough to answer from, today and when the same message comes again.

use crate::reason::{Reason, Refused};
use crate::record::{LineSplit, Record};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Id;

/// What came of a request. Kept with the message as JSON, except where an entry of the books says it all.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Done; nothing to say.
    Done,
    /// A visit was registered.
    Registered {
        /// The visit.
        visit: Id,
    },
    /// Lines were taken, and how each splits.
    Lines(Vec<LineSplit>),
    /// So many lines were withdrawn.
    Withdrawn(usize),
    /// A settlement, a trial settlement, or the undo of one.
    Settled(Box<Settled>),
    /// The message named was reversed.
    Reversed {
        /// The entry that undoes its effect on the books; `None` if it had none.
        entry: Option<Id>,
    },
    /// There was nothing to reverse: no such message was processed (and none will be, if it arrives late), or it was
    /// reversed before.
    NothingToReverse {
        /// It was reversed before.
        already: bool,
    },
    /// Something was filed under a number.
    Filed {
        /// The number to name it by.
        number: Arc<str>,
    },
    /// A document changed, and is now this, as JSON: prescriptions and the like.
    Document(serde_json::Value),
}

impl Outcome {
    /// A document, or what a step of its life is answered with.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written as JSON.
    pub fn of_document<T: Serialize>(document: &T) -> Result<Outcome, Refused> {
        let value = serde_json::to_value(document);
        value.map(Outcome::Document).map_err(|_| Refused::new(Reason::Conflict, ""))
    }

    /// That document again; `None` if this is another outcome.
    #[must_use]
    pub fn document<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Outcome::Document(value) => T::deserialize(value).ok(),
            _ => None,
        }
    }
}

/// A settlement as it is answered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settled {
    /// The entry; [`Id::MIN`] for a trial.
    pub entry: Id,
    /// The message number of the sender, which it reconciles by.
    pub message: Arc<str>,
    /// The decision with its inputs and its trace.
    pub record: Arc<Record>,
}
