//! What holds for the kernel crate, seen from outside.

#![cfg(test)]
