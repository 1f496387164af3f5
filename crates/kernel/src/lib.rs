//! The law of outpatient pooling as pure functions: a bill, the facts about the insured, the year so far and a
//! policy value go in; a settlement, fen by fen, comes out.
//!
//! Everything here is total and deterministic: no clock, no file, no environment, no randomness, no hash-map
//! order, no floating point. A bill that cannot be settled, or for which a benefit is withheld, is answered by a
//! [`Refusal`], a value in a closed list; no bill, fact or balance that the types allow makes anything panic.
//!
//! Reading order: [`money`], [`date`], [`facts`], [`bill`], [`tables`] and [`policy`] (what the law says, compiled to
//! small dense tables), [`year`] (what has accumulated), [`adjudicate`] (one bill), [`fold`] (a person-year), [`trace`] (why).
#![deny(clippy::float_arithmetic, missing_docs)]

pub mod money;
pub mod date;
pub mod facts;
pub mod bill;
pub mod refusal;
pub mod tables;
pub mod account;
pub mod entitlement;
pub mod payment;
pub mod assessment;
pub mod signup;
pub mod policy;
pub mod year;
pub mod trace;
mod portion;
mod plain;
pub mod adjudicate;
mod route;
mod payers;
pub mod refund;
pub mod fold;

pub use account::{AccountRules, CreditFacts, monthly_credit};
pub use adjudicate::{Portion, Settlement, adjudicate, adjudicate_limited, adjudicate_traced};
pub use bill::{
    AccountUse, Amounts, Bill, BillId, CatalogueClass, Content, FeeLine, Flags, OrderKey,
    Prescription,
};
pub use date::{BenefitYear, Date, Moment, Month};
pub use facts::{
    Admission, Capabilities, Category, Channel, Circumstances, Cohort, Dim, Disease, DiseaseSet,
    Entitlement, Facts, Fund, Item, Level, Place, Plan, Status, Venue, Wallet,
};
pub use fold::{Difference, Event, Outcome, Recorded, fold, fold_claims, recalculate};
pub use money::{Fen, MoneyError, Rate, Rounding};
pub use policy::{Policy, Timeline};
pub use refund::refund;
pub use refusal::{Effect, Refusal};
pub use route::{Standing, standing, standing_sent_on};
pub use trace::{Step, StepKind, Trace};
pub use year::Year;
