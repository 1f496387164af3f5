//! A second opinion: the same settlements, worked out with none of the kernel's code.
//!
//! Money is plain `i128` fen. No accumulator is kept: what was met, used or paid before is found by
//! reading every earlier settlement again. Two regions are written out by hand from their articles;
//! any other policy is drawn from a seed, written as a policy document and interpreted naively.
//! Tests settle the same person-year here and in the kernel, and compare to the fen.

pub(crate) mod money;
pub(crate) mod person_year;
pub(crate) mod random;
pub(crate) mod random_person_year;

pub(crate) mod chongqing;
pub(crate) mod guangxi;
pub(crate) mod random_policy;
