//! 事后监管 (CQ Art 11, GX Art 15, 19–22): what only shows once many settlements lie side by side.
//!
//! Shape: a rule is a row of [`rules::RULES`] and one function in a file of its own. Rules about a person see everything the
//! person had in a span and a stretch before it ([`claim::Personal`]); rules about a place see who came when
//! ([`place::Local`]); rules about peers see the profiles of all pharmacies ([`place::Profile`]). [`run`] reads a span of the
//! books once, sorts it by person and by place, has every rule look, and files what was found. Ordering: people by number,
//! then places by code, then peers; so a run that was cut off goes on where it was. Bounds: [`run::Options::memory`] for
//! sorting, one person's and one place's settlements, the profiles of the pharmacies.
//!
//! Thresholds come from the region's policy under the article that asks for the check; a rule that needs one and has none
//! does not run. What is found is a suspicion 疑点: nothing is refused, corrected or taken back by it. Somebody looks into
//! it in a case.

pub mod claim;
pub mod finding;
pub mod known;
pub mod rules;
mod overlap;
mod supply;
mod suited;
mod two_places;
mod split;
mod details;
mod prescription;
mod spending;
pub mod place;
pub mod chance;
mod ring;
pub mod peers;
mod read;
pub mod run;

pub use finding::{Concerned, Side, State, Suspicion};
pub use known::{Known, Limit, Span};
pub use rules::{Check, Family, RULES, Rule};
