//! A store of grouped claims: many runs pay for reading and grouping once.
//!
//! A directory with `manifest.json`, `profiles.parquet`, `institutions.parquet` (if claims name them) and, for each bucket of people, `claims-NNNN.parquet` (one row a
//! claim, people one after the other, each in settlement order) and `people-NNNN.parquet` (who they are and how many rows
//! each has). The manifest comes last and holds rows and fen of every bucket: a run over a bucket is a task that can be
//! repeated anywhere, and results are merged only if every bucket is there once and as the manifest says.

mod columns;
mod manifest;
mod write;
mod read;

pub use columns::{Data, Table, texts};
pub use manifest::{BucketTotals, Manifest};
pub use read::{Opened, Store};
pub use write::group;
