//! Tests of the crate, one binary.

#![cfg(test)]

mod sample;
mod stores;
mod inventory;
mod story;
mod programmes;
mod agreement;
mod backup;
mod versions;
mod by_sql;
mod signed_up;
mod sqlite;
mod postgres;
