//! Tests of the crate, one binary.

#![cfg(test)]

mod place;
mod town;

mod fields;
mod samples;
mod reading;
mod settings;
mod entry;
mod gateway;
mod editions;
mod identities;
mod parcels;
mod chain;
mod day;
mod examples;
mod shutdown;
mod catalogue;
mod desk;
mod filings;
mod analysis;
mod reconciliation;
mod prescriptions;
mod gallery;
mod api;
