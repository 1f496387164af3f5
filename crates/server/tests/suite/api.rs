//! The REST API of the agency's staff.

mod desk;
mod stores;
mod stopping;
mod document;
mod matrix;
mod errors;
mod keys;
mod people;
mod imports;
mod money;
mod agreements;
mod books;
mod clearing;
mod supervision;
mod funds;
mod paper;
mod assessment;
mod lines;
