//! Tests of the crate, one binary.

mod town;
mod identities;
mod chain;
mod place;
mod fields;
mod samples;
mod reading;
mod entry;
