//! 协议考核 (CQ Art 11; GX Art 20, 21): an institution's month is scored by the items of the policy, from indicators, reviews of
//! prescriptions and deductions; the institution may be heard; another than who ran it confirms it. The confirmed months make the
//! year's assessment, and the year's grade decides what part of the quality deposit comes back at year end.
//!
//! Decided here, as no source says it: an item whose measure has nothing to divide by is left out, and the others count for
//! the whole; the score of a year is the plain mean of its months, half up.

mod sheet;
mod run;
mod lists;

pub use lists::{assessment, assessments};
pub(crate) use run::over;
pub use run::{Assessed, run_month, run_year, score_month};
pub use sheet::{Answered, Assessment, AssessmentState, Hearing, Scored, cited, scored};
