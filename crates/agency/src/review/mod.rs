//! 处方点评 (CQ Art 11): prescriptions of an institution's month are drawn by a seed, reviewed by one or two, ruled on by a third
//! where the two differ, and counted.
//!
//! Shape: [`draw`] makes the sample from what the books hold of a month that is over; the same seed gives the same sample,
//! whenever it is drawn. An institution has one sample a month, so nobody tries seeds until one pleases. What reviewers
//! find is kept beside each prescription ([`Review`]); [`results`] counts it.
//! Bounds: one institution's month is in memory at a time, a few dozen bytes a prescription.

mod grounds;
mod sheet;
mod frame;
mod draw;
mod results;
mod lists;

pub use draw::{draw, drawn};
pub use frame::institutions;
pub use grounds::{Category, GROUNDS, Ground, ground};
pub use lists::{Counts, counts, review, reviews};
pub use results::{Results, Tally, results};
pub use sheet::{
    Drawn, Finding, Found, Given, OPEN, Origin, Review, ReviewState, Stratum, Taken, checked,
};
