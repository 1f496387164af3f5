//! Tests of the crate, one binary.

#![cfg(test)]

mod sample;
mod stores;
mod story;
mod sqlite;
