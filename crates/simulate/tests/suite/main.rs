//! What holds for simulations, seen from outside.
//!
//! People and policies are drawn, and settled naively, by the reference of the policy crate: the same files, compiled here
//! as well.

#![cfg(test)]

#[path = "../../../policy/tests/suite/reference/mod.rs"]
#[expect(dead_code, reason = "some of the reference is for the tests of the policy crate only")]
mod reference;

#[path = "../../../policy/tests/suite/agreement/told.rs"]
mod told;

mod asked;
mod spreads;
mod written;
mod exact;
mod worked;
mod shapes;
mod pages;
mod parts;
mod paper;
mod sweep;
mod frames;
mod town;
mod seek;
mod few;
mod behaviour;
mod needless;
mod amounts;
