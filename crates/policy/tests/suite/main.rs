//! What holds for the policy crate, seen from outside.

#![cfg(test)]

mod reference;
mod agreement;
mod errors;
mod documents;
mod diff;
mod check;
mod render;
mod manual;
mod explain;
mod wallet;
mod extremes;
mod vary;
