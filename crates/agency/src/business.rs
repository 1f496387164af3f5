//! The businesses: one file each. A business says what it needs to know, and decides on it without changing anything.

use crate::outcome::Outcome;
use crate::reason::Refused;
use crate::world::World;
use kernel::Moment;
use std::sync::Arc;
use store::{Changes, Id, PersonKey, Wants};

pub mod visit;
pub mod lines;
pub mod settle;
pub mod undo;
pub mod reverse;
pub mod filing;
pub mod prescription;
pub mod desk;
pub mod account;
pub mod clearing;
pub mod funds;
pub mod review;
pub mod assessment;
pub mod enrolment;
pub mod recalculation;
pub mod paper;
pub mod supervision;
pub mod agreement;
pub mod proposal;
pub mod run;
pub(crate) mod wallet;
mod post;

/// Something that changes the books.
pub trait Business: Send + Sync {
    /// The person it concerns, if any: requests of one person are decided in order of arrival.
    fn person(&self) -> Option<&PersonKey>;

    /// Adds what it needs to know. Its person and its message are asked for already.
    fn wants(&self, wants: &mut Wants);

    /// Decides on what was found, and on what was decided before it in the same batch.
    ///
    /// # Errors
    /// Why nothing is done.
    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused>;

    /// Doing it again does no harm and may be meant, as uploading lines again after they were withdrawn: the same message
    /// sent again later, by the sender's clock, is done again instead of being answered from the journal.
    fn repeatable(&self) -> bool {
        false
    }
}

/// What a business is told about its message.
pub struct Context<'a> {
    /// When it is decided.
    pub at: Moment,
    /// The message number of the sender; empty if none.
    pub message: Arc<str>,
    /// The institution that sent it; empty if none.
    pub institution: Arc<str>,
    /// When the message was sent, by the sender's clock.
    pub sent: Option<Moment>,
    /// Nothing will be written: answers name no ids that only exist once it is.
    pub trial: bool,
    /// Gives ids that grow.
    pub ids: &'a mut dyn FnMut() -> Id,
}

/// What the sender of a message begins with if it is an operator of the agency: `OPERATOR:` and the name.
pub const OPERATOR: &str = "OPERATOR:";

impl Context<'_> {
    /// The operator of the agency who asks; `None`: an institution, or the agency itself.
    #[must_use]
    pub fn operator(&self) -> Option<&str> {
        self.institution.strip_prefix(OPERATOR)
    }
}

/// What is to be written, and what is to be answered. Applying it needs no thought.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Rows, new or changed.
    pub changes: Changes,
    /// The answer.
    pub outcome: Outcome,
}
