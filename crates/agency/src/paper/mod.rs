//! 零星报销 (CQ Art 7, GX Art 18): bills that people paid themselves and hand in on paper.
//!
//! An [`Application`] is received by a clerk, looked at and decided by somebody else, and paid in a [`PeopleOrder`] that one
//! of finance makes and another approves. The kernel decides it as it decides a bill at a counter: under the policy of the
//! service day, on the accumulators of that benefit year as they stand when it is posted. What funds and account pay is
//! owed to the person. The same receipt is paid once: every receipt is registered ([`Handed`]).
//!
//! Decided here, as no source says it: what an applicant states and nobody can look up (the level of an institution in no
//! directory, an emergency) is a [`Warning`] until a reviewer clears it; a claim that is decided may be taken back until it
//! is in a payment order, as if it had not been decided; later changes are recalculations, paid by a later order.

mod application;
mod receipt;
mod order;
mod counter;
mod lists;
mod notice;
mod desk;

pub use application::{
    Application, Caveat, Clear, Cleared, Due, Issuer, PaperLine, Payee, Payment, Prescriber,
    Returned, State, Stated, Turned, Verdict, Warning,
};
pub use counter::{AtCounter, Seen};
pub use desk::{Desk, Look, deciding, deciding_order, look, making, receiving};
pub use lists::{application, applications, due, order, orders, unpaid};
pub use notice::{Notice, notice};
pub use order::{PeopleLine, PeopleOrder};
pub(crate) use receipt::{FREE, HELD};
pub use receipt::{Handed, HandedIn, Receipt};

/// Whose row in the books makes receipts wait for each other: 票据登记簿 of an area, so that no receipt is handed in twice at
/// once.
pub(crate) const REGISTER: &str = "paper-register";
