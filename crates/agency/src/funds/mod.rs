//! 基金: what the funds hold, take in and pay, from the ledger's postings.
//!
//! Shape: sums of a month's postings by kind of entry and head ([`MonthSums`]) are all that the reports are made from. Which
//! pair belongs to which line of which fund is one exhaustive table ([`counted`]). A fund's balance is the negated sum of the
//! heads that are its own ([`FundKind::heads`]); whatever of its change no line explains stands in [`Line::Other`], so that a
//! report always ties to the ledger.
//! Bounds: a month that is over is kept as a document of kind [`crate::documents::FUND_MONTH`] and not summed up again;
//! after ten years a report reads 120 small documents and the postings of the current month. Money at the bank is not kept
//! by fund, so the balance sheet has one side of assets for all funds.

mod kind;
mod line;
mod counted;
mod months;
mod report;
mod income;
mod sheet;
mod reserve;

pub use counted::{Counted, Part, counted};
pub use income::{Income, LineSum, Of};
pub use kind::FundKind;
pub use line::{Line, Side};
pub(crate) use months::kept;
pub use months::{MonthSums, OWNER, due, live};
pub use report::Report;
pub use reserve::Reserve;
pub use sheet::{Item, Sheet};
