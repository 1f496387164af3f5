//! Policies as literate documents: read, checked, compiled for the kernel, tested by their own cases, compared and
//! shown. A document's headings are its citations; there is no other bookkeeping.
//!
//! Reading order: [`source`] (a document as written), [`table`] (what tables may say), [`statement`] (what holds on a
//! day), [`rows`] (dimensions), [`mechanism`] (one file each), [`compile`], [`library`] (regions); then what is done
//! with a policy: [`case`], [`check`], [`laws`], [`explain`], [`diff`], [`render`], [`manual`].

pub mod fault;
pub mod value;
pub mod source;
pub mod table;
pub mod statement;
pub mod rows;
pub mod builder;
pub mod mechanism;
pub mod compile;
pub mod library;
pub mod vary;
pub mod case;
pub mod scenario;
pub mod check;
pub mod laws;
pub mod explain;
pub mod tables;
pub mod quantities;
pub mod diff;
pub mod render;
pub mod manual;

pub use fault::{Fault, Faults};
pub use library::{Choice, Library, Region};
pub use vary::Grid;
