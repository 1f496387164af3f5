//! The settlement chain, transaction by transaction, on the books of the invented town.

mod care;
mod visit;
mod people;
mod pharmacy;
mod replays;
mod reversal;
mod together;
mod refusals;
