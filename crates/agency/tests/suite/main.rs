//! Tests of the crate, one binary.

#![cfg(test)]

mod import;
