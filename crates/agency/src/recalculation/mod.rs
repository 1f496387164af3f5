//! Recalculation 重算: a person-year folded again with what is known now, and what of it differs from what was settled.
//!
//! Shape: [`History`] is what was entered, [`plan`] folds it and lists what differs, [`Proposal`] is the plan as it is filed,
//! shown and approved; [`crate::business::recalculation`] proposes, approves and posts. [`affected`] finds the person-years
//! that a corrected level or a superseding policy touches; those that a fact about a person touches are filed as the fact is
//! learned, those of an agreement once it is on file ([`file_agreement_changes`]).
//!
//! A plan depends on the facts, the levels, the policies and the entries alone, never on the order in which late facts were
//! worked off: what was corrected counts as settled, so folding twice gives nothing more.

mod history;
mod chain;
mod fold;
mod plan;
mod because;
mod proposal;
mod affected;
mod notice;
mod desk;
mod agreements;
mod page;
mod run;

pub use affected::{Affected, by_institution, by_policy};
pub(crate) use agreements::changed;
pub use agreements::{Filed, file_agreement_changes};
pub use because::Because;
pub use desk::{After, Desk, Item, Step, pending, pending_of, proposed};
pub use history::History;
pub use notice::notice;
pub use plan::{Amounts, Changed, Corrections, Plan, plan};
pub use proposal::{Act, Difference, Proposal};
pub use run::{Report, Run, RunAsked, Tally, Watch, proposals_of};
