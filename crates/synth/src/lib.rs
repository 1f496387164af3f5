//! A synthetic population and its year: people, contributions, claims with fee lines, stays, calibrated to published
//! statistics. No real person, institution or bill.
//!
//! Everybody is drawn from a stream of chance of their own (`dice`), named by the seed and the person's number, so the same
//! request gives the same population whatever the number of threads. Floating point is used for chance only; amounts are
//! whole fen from the moment they are drawn. Distributions use the machine's logarithms, so two kinds of machine may differ
//! in the last digit of an amount.
//!
//! Reading order: [`calibration`], [`person`], [`claim`], [`line`], then how it is written: [`run`].

pub mod fault;
pub mod calibration;
mod dice;
pub mod region;
pub mod person;
pub mod place;
pub mod line;
pub mod claim;
mod row;
mod table;
mod files;
pub mod tally;
pub mod run;

pub use calibration::{Calibration, Figure};
pub use fault::{Fault, Result};
pub use region::Region;
pub use run::{Made, Request, Stage, Written, run};
pub use tally::Tally;
