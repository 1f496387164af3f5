//! Undoing a settlement 结算撤销: the exact negation (or, by the policy's choice, the model of today's accumulators).

mod rules;
mod taking_back;

pub(super) use taking_back::Taking;
pub(crate) use taking_back::{fate, takes_back};

use std::sync::Arc;
use store::{Id, PersonKey};

/// Undoes a settlement. Allowed after clearing: the negation joins the next one.
#[derive(Clone, Debug)]
pub struct Undo {
    /// Whose.
    pub person: PersonKey,
    /// The settlement.
    pub entry: Id,
    /// Its visit, as stated.
    pub visit: Option<Id>,
    /// Where.
    pub institution: Arc<str>,
}
