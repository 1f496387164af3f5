//! Whether the books are right, and what they come to.
//!
//! [`check`] derives every account and accumulator row again from entries and postings, entry by entry, and holds
//! everything that the books say twice against itself. [`close`] sums postings up to a day, so that a balance is a closing
//! and the postings since.
//!
//! Shape of a check: entries, their postings and what is undone are walked together in the order of ids ([`walk`]), each
//! entry checked by itself ([`entry`]); what the other tables and a person's history need of it is a small event. Visits and
//! messages are walked too, and add events. Events are sorted by person and id ([`sorted`]) and then played, one person
//! after the other, beside a walk of the account and accumulator rows ([`standing`]). Nothing is looked up one by one.
//! Bounds: a page of each table, the sums of the ledger by institution, one person's history, and [`Options::memory`] for
//! sorting; beyond it events go to temporary files, about half a kilobyte an entry.

mod report;
pub(crate) mod sorted;
mod event;
mod entry;
mod correction;
mod recovery;
mod walk;
mod standing;
mod clearing;
mod paper;
mod funds;
mod check;
mod close;

pub use check::{CheckError, Options, check, check_area};
pub use close::{Balance, CloseDay, CloseError, Closed, balances, close, due, last_over};
pub use report::{Counts, Fault, Kind, Report};
