//! What holds for the policy crate, seen from outside.

#![cfg(test)]
