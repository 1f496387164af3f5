//! Claims from Parquet (any number of files) or from a table in memory: rows in any order, columns under many names.

mod columns;
mod kinds;
mod ahead;
mod cells;
mod hybrid;
mod library;
mod pages;
mod names;
mod decode;
mod combine;
mod plan;
mod memory;
mod scan;
mod slice;
mod read;

pub use columns::{Column, Header, Kind, Mapping, Unit};
pub use memory::{Frame, FrameReading, Values};
pub(crate) use read::{deal, deal_frame};

use std::path::PathBuf;

/// How claims are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Names and values that differ from ours.
    pub mapping: Mapping,
    /// Threads.
    pub threads: usize,
    /// Bytes of claims kept in memory; what is beyond goes to a temporary file.
    pub memory: usize,
    /// Buckets of people, a power of two; `None`: by the number of claims.
    pub buckets: Option<usize>,
}
