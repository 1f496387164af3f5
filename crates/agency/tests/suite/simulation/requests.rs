//! Letters: a request with the number and time its sender gave it. Sent again, it is the same letter.

use crate::village::message;
use agency::Business;
use kernel::Moment;
use std::fmt;
use std::sync::Arc;
use store::MessageKey;

/// A request on its way.
#[derive(Clone)]
pub(super) struct Letter {
    pub(super) terminal: usize,
    pub(super) ticket: u64,
    pub(super) message: MessageKey,
    pub(super) sent: Option<Moment>,
    pub(super) business: Arc<dyn Fn() -> Box<dyn Business> + Send + Sync>,
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MessageKey { number, transaction, digest, .. } = &self.message;
        let (terminal, ticket) = (self.terminal, self.ticket);
        write!(f, "{ticket} of {terminal}: {transaction} {number} {:x}", digest >> 96)
    }
}

/// Who writes, and how letters are numbered.
pub(super) struct Head<'a> {
    pub(super) terminal: usize,
    pub(super) institution: &'a str,
    pub(super) number: String,
    pub(super) sent: Moment,
}

impl Head<'_> {
    /// A letter that asks this.
    pub(super) fn letter<B>(&self, ticket: u64, transaction: &str, business: B) -> Letter
    where
        B: Business + Clone + fmt::Debug + 'static,
    {
        // What it says: FNV-1a, twice the width.
        let said = format!("{business:?}");
        let hash = |seed: u64| {
            said.bytes()
                .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        };
        let digest = u128::from(hash(0xcbf2_9ce4_8422_2325)) << 64 | u128::from(hash(7));
        Letter {
            terminal: self.terminal,
            ticket,
            message: message(self.institution, &self.number, transaction, digest),
            sent: Some(self.sent),
            business: Arc::new(move || Box::new(business.clone())),
        }
    }
}
