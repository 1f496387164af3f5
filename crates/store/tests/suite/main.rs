//! Tests of the crate, one binary.

mod sample;
mod sqlite;
