//! Record of a correction 更正: a settlement that would be another today, and what was posted so that the books are as if it
//! had been decided so from the start.

use super::{Booking, Decision, Inputs, TraceStep, VERSION};
use crate::cells;
use crate::reason::{Reason, Refused};
use crate::regions::{Regions, Version};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Id;

/// The record of an entry of kind `Correction` that a recalculation made. Read as a [`Booking`] it says the same as every
/// other record: moves and balance.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Corrected {
    /// What every record says.
    #[serde(flatten)]
    pub booking: Booking,
    /// What was corrected.
    pub correction: Correction,
}

/// What a correction did to a settlement. The amounts of all corrections of a settlement add up: what it came to is what was
/// settled and their sum.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Correction {
    /// The settlement.
    pub settlement: Id,
    /// Its visit.
    pub visit: Id,
    /// Its institution; not in its totals, as it is not paid or charged for it.
    pub institution: Arc<str>,
    /// The proposal behind it: benefit year and round.
    pub proposal: Arc<str>,
    /// By how much what each fund pays changes, fen: pool, large amount, subsidy.
    pub funds: [i64; 3],
    /// By how much the deductible charged changes, fen.
    #[serde(skip_serializing_if = "is_zero")]
    pub deductible: i64,
    /// What the settlement is now; `None` where corrections go back together with their settlement, or come again with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Box<After>>,
}

/// A settlement decided anew.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct After {
    /// What it rests on now: facts and level as known when it was corrected, accumulators as the year folded again left
    /// them. Lines, accounts and times are those of the settlement.
    pub inputs: Inputs,
    /// What was decided. What accounts pay here is what they would have paid; their money is not moved.
    pub decision: Decision,
    /// Changes of accumulators, whole.
    pub moves: Vec<(Arc<str>, i64)>,
    /// Why.
    #[serde(with = "super::trace", skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceStep>,
}

impl After {
    /// Decides.
    ///
    /// # Errors
    /// As for [`Inputs::decide`].
    pub fn decide(inputs: Inputs, version: Version<'_>) -> Result<After, Refused> {
        let decided = inputs.decide(version)?;
        Ok(After {
            decision: decided.decision(&inputs, version),
            moves: cells::named(version.law, &decided.settlement.moves),
            trace: decided.steps(version.words),
            inputs,
        })
    }

    /// The same, decided anew: what is stored, or something is wrong.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if the policy version is not known, or the inputs are not what this version writes.
    pub fn again(&self, regions: &Regions) -> Result<After, Refused> {
        let version = regions.version(&self.inputs.policy).ok_or_else(|| {
            Refused::new(Reason::Conflict, format!("政策版本{}未知", self.inputs.policy))
        })?;
        After::decide(self.inputs.clone(), version)
    }

    /// The articles behind it, each once, in the order of the steps.
    #[must_use]
    pub fn articles(&self) -> Vec<Arc<str>> {
        let mut articles: Vec<Arc<str>> = Vec::new();
        for article in self.trace.iter().flat_map(|step| step.articles.iter()) {
            if !articles.contains(article) {
                articles.push(article.clone());
            }
        }
        articles
    }
}

impl Corrected {
    /// As stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn to_json(&self) -> Result<Arc<str>, Refused> {
        debug_assert_eq!(self.booking.v, VERSION);
        serde_json::to_string(self)
            .map(Arc::from)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
    }

    /// Reads a stored one; `None` if the record is of another kind of correction.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Corrected> {
        serde_json::from_str(text).ok()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
const fn is_zero(amount: &i64) -> bool {
    *amount == 0
}
