//! Tests of the crate, one binary.

#![cfg(test)]

mod import;
mod office;
mod care;
mod filing;
mod prescription;
mod desk;
mod clearing;
mod supervise;
mod counter;
mod reconcile;
mod recalculation;
mod town;
mod books;
mod auditor;
mod memory;
mod random;
mod settling;
mod simulation;
mod village;
mod lines;
mod accounts;
mod enrolment;
mod paper;
mod indicators;
mod after;
mod funds;
mod review;
mod assessment;
mod offsite;
