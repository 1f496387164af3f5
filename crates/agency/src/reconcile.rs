//! 对账: what an institution believes it is owed against the books, in totals and row by row.
//!
//! Shape: [`totals()`] compares sums and says in words and amounts what differs; [`details()`] compares an uploaded file with
//! the entries of a period and gives a file of results; [`txt`] is the format of both files.
//! Ordering: entries are read in the order in which they were posted, a page at a time; rows of the institution may come
//! in any order.
//! Bounds: the rows of the institution are kept in memory, at most [`details::MAX_ROWS`], and the packed file of results;
//! entries are not.
//!
//! A reversed settlement 冲正 never happened to its institution: it counts against the settlements and is not listed. A
//! refund 退费 is a row of its own.

pub mod txt;
pub mod period;
pub mod totals;
pub mod details;
mod matching;

pub use details::{Details, Verdict, details, refunds_listed};
pub use period::{Period, Rows};
pub use totals::{Comparison, Totals, compare, totals};
