//! Tests of the crate, one binary.

#![cfg(test)]

mod sample;
mod sqlite;
