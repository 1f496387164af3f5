//! The settlement chain, transaction by transaction, on the books of the invented town.

pub(crate) mod care;
mod visit;
mod people;
mod pharmacy;
mod replays;
mod reversal;
mod together;
pub(crate) mod refusals;
