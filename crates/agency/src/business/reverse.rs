//! Reversal of a message 冲正: for a sender that does not know what became of it. Afterwards the books are as if it had
//! never arrived; a message that arrives after its reversal, though sent before, is refused.

mod rules;

use kernel::Moment;
use std::sync::Arc;
use store::PersonKey;

/// [`store::Message::state`] of one that was done.
pub const DONE: i16 = 0;
/// [`store::Message::state`] of one that was taken back by a reversal.
pub const TAKEN_BACK: i16 = 1;
/// [`store::Message::state`] of one that was reversed before it arrived.
pub const BARRED: i16 = 2;

/// Reverses a message.
#[derive(Clone, Debug)]
pub struct Reverse {
    /// Whose.
    pub person: PersonKey,
    /// The institution that sent it.
    pub institution: Arc<str>,
    /// Its number.
    pub number: Arc<str>,
    /// Its transaction.
    pub transaction: Arc<str>,
    /// When the reversal was sent, by the sender's clock.
    pub sent: Option<Moment>,
}
