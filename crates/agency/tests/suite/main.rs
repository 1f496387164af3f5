//! Tests of the crate, one binary.

#![cfg(test)]

mod import;
mod office;
mod filing;
mod prescription;
mod desk;
mod supervise;
mod town;
mod memory;
mod settling;
mod village;
