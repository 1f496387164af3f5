//! Catalogues: 13xx as files and as pages, from the directory of the area in memory. Nothing of it is written or kept: the
//! number of a file says what is in it.

pub(super) mod page;
mod ask;
mod queries;
mod files;
mod downloads;

pub(super) use downloads::{announced, open};
pub(super) use queries::{ethnic_drugs, items, prices, rates};
