//! What the agency that runs the fund (经办机构) does, one module a business, over the store.
//!
//! Shape: a [`Business`] says what it needs to know ([`Business::wants`]) and decides on what was found
//! ([`Business::decide`]) without changing anything; its [`Decision`] is complete. The [`core`] gathers waiting requests
//! into one durable transaction: find, decide each in order on what the earlier ones decided, write, answer.
//! Ordering: requests of one person are decided in the order of arrival; ids of a person's entries grow in that order.
//! Bounds: a full queue answers at once ([`Reason::Busy`]); nothing waits without limit.
//!
//! Reading order: [`facts`], [`documents`], [`directory`], [`regions`] (what is known), [`reason`] and [`outcome`] (how a
//! request ends), [`record`] and [`ledger`] (what the books keep), [`world`] and [`core`] (how a batch is decided), then
//! [`business`].

pub mod facts;
pub mod documents;
pub mod months;
pub mod directory;
pub mod regions;
pub mod quantity;
pub mod stored;
pub mod reason;
pub mod outcome;
pub mod record;
pub mod cells;
pub mod ledger;
pub mod world;
pub mod agency;
pub mod core;
pub mod business;
pub mod enrolment;
pub mod standing;
pub mod accounts;
pub mod recalculation;
pub mod counter;
pub mod reconcile;
pub mod supervise;
pub mod clearing;
pub mod paper;
pub mod review;
pub mod indicators;
pub mod funds;
pub mod assessment;
pub mod import;
pub mod town;
pub mod books;
pub mod replay;

pub use agency::Agency;
pub use business::{Business, Context, Decision};
pub use outcome::Outcome;
pub use reason::{Reason, Refused};
pub use record::Record;
pub use world::World;
