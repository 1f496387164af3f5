//! Deciding a stored settlement again, years later, from its inputs and its policy version.

use super::{Booking, Decided, How, Record, TakenBack, VERSION};
use crate::cells;
use crate::reason::{Reason, Refused};
use crate::regions::{Regions, Version};
use std::sync::Arc;

impl Record {
    /// The same record, decided anew: byte for byte what is stored, or something is wrong.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if the policy version is not known, or the inputs are not what this version writes.
    pub fn again(&self, regions: &Regions) -> Result<Record, Refused> {
        let (decided, version) = self.decided(regions)?;
        let settled = Record {
            decision: decided.decision(&self.inputs, version),
            moves: cells::named(version.law, &decided.settlement.moves),
            trace: decided.steps(version.words),
            original: None,
            taken_back: None,
            ..self.clone()
        };
        let Some(taken_back) = self.taken_back.clone() else { return Ok(settled) };
        let TakenBack { how, sent, used } = taken_back;
        let mut again = match how {
            How::Reversal => settled.reversed(),
            How::Undo => settled.undone(used, regions)?,
            How::Reinstatement => settled.undone(used, regions)?.reinstated(),
        };
        if let Some(taken_back) = &mut again.taken_back {
            taken_back.sent = sent;
        }
        again.original = self.original;
        again.balance = self.balance;
        Ok(again)
    }

    /// The kernel's question and answer behind the settlement, for explaining it in words.
    ///
    /// # Errors
    /// As for [`Record::again`].
    pub fn decided<'a>(&self, regions: &'a Regions) -> Result<(Decided, Version<'a>), Refused> {
        let version = regions.version(&self.inputs.policy).ok_or_else(|| {
            let what = format!("政策版本{}未知", self.inputs.policy);
            Refused::new(Reason::Conflict, what)
        })?;
        Ok((self.inputs.decide(version)?, version))
    }

    /// As stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn to_json(&self) -> Result<Arc<str>, Refused> {
        json(self)
    }

    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn from_json(text: &str) -> Result<Record, Refused> {
        serde_json::from_str(text)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
    }
}

impl Booking {
    /// As stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn to_json(&self) -> Result<Arc<str>, Refused> {
        debug_assert_eq!(self.v, VERSION);
        json(self)
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<Arc<str>, Refused> {
    serde_json::to_string(value)
        .map(Arc::from)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
}
