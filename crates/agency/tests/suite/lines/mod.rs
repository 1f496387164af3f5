//! Benefit lines, agreements, signing up and changes of class end to end, in both regions: from a filing or a declaration to
//! what a settlement pays, worked out by hand.

mod bench;
mod filings;
mod agreements;
mod heads;
mod classes;
