//! A year of claims under another policy.
//!
//! Claims come from Parquet in any order (`input`), are grouped by person (`group`) and may be kept that way
//! (`store`). A policy is compiled for the profiles that the claims have ([`tables`]) and folded over each person's
//! claims ([`fold`]); people with claims of rarer shapes are settled by the kernel, bill by bill (`general`). What comes
//! out adds up (`totals`), so any part can be run anywhere and merged.
//!
//! Reading order: [`profile`], [`claims`], `template`, [`tables`], [`fold`], `run`.
#![deny(clippy::float_arithmetic, missing_docs)]

pub mod fault;
pub mod asked;
pub mod candidates;
pub mod profile;
pub mod claims;
pub mod needless;
mod template;
mod extras;
mod layout;
mod parcel;
mod group;
pub mod input;
pub mod outcome;
mod further;
mod ledger;
mod benefit;
mod uniform;
pub mod tables;
mod portion;
mod calendar;
mod shares;
mod walk;
mod general;
mod reasons;
pub mod fold;
pub mod fused;
mod segment;
pub mod spread;
mod limited;
mod people;
mod places;
mod totals;
pub mod few;
pub mod store;
pub mod run;
pub mod example;
pub mod result;
mod deal;
pub mod sweep;
pub mod seek;
pub mod behaviour;

pub use asked::{Asked, Ground, Reform, Side, Unclear};
pub use behaviour::{Behaviour, Estimate, Figures};
pub use candidates::{Candidates, Uncompiled};
pub use claims::{Claims, More, PersonName};
pub use fault::{Fault, Result};
pub use few::{Heads, Hidden};
pub use fold::{Fold, Ways};
pub use further::Further;
pub use fused::{Each, Fused, LANES, Sums};
pub use input::{Frame, FrameReading, Header, Kind, Mapping, Reading, Unit, Values};
pub use limited::AboveLimit;
pub use needless::Needless;
pub use outcome::{Limited, Outcome};
pub use people::{Bin, CHANGE_BANDS, Change, Decile, Example, OWN_BANDS, People};
pub use places::{Directory, Institution};
pub use profile::{Attribute, Profile};
pub use result::{ENGINE, RunResult, merge};
pub use run::{NoRows, Prepared, Rows, Source, run, versions};
pub use seek::{Answer, Seeking, Sought};
pub use segment::{Division, Segment};
pub use spread::{Counted, Gini, Spread};
pub use store::{BucketTotals, Manifest, Store};
pub use sweep::{Came, Swept, sweep};
pub use tables::Tables;
pub use totals::{Claimed, Control, Paid, Totals, month_of};
