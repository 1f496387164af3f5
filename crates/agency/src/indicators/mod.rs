//! 统计指标 (GX Art 21): visits, referrals, costs and what they are made of, by institution, level and area, for a month.
//!
//! Everything counts in the month in which it was posted, as in the monthly statements: a settlement of March that is undone
//! in April is a visit of March and one visit less in April. So the figures of a month that is over do not move any more,
//! months add up to years, and an institution's figures are those of its statement. Corrections by recalculation change what
//! the funds paid in the month in which they are posted; they are no visits.
//!
//! Shape: [`gather`] takes the figures of a month from the books, in one walk over its entries and a few sums of the store;
//! [`Figures`] add up; [`Figures::measure`] makes an indicator of them, in whole numbers, rounded half away from zero once.
//! Bounds: one set of figures an institution, whatever the number of entries.

mod definition;
mod figures;
mod gather;
mod lines;

pub use definition::{DEFINITIONS, Definition, definition, definitions_markdown};
pub use figures::{Figures, change, shown};
pub(crate) use gather::walk_filed;
pub use gather::{By, Indicators, Row, gather};
pub use lines::FeeKind;
