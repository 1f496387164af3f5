//! Tests of the crate, one binary.

mod town;
mod identities;
mod chain;
