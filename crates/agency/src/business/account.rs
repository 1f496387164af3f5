//! Personal accounts and what is known about people, as the agency keeps them: money put in, limits used elsewhere,
//! relatives whose accounts pay, dated facts.

mod close;
mod credit;
mod credit_page;
mod entitled_amount;
mod family;
mod interest_page;
mod learn;
mod premium;
mod tally;
mod transfer_in;

pub use close::{CloseAccount, closed_by};
pub use credit_page::{CreditLane, CreditPage};
pub use entitled_amount::{Entitled, Skipped, entitled};
pub use interest_page::{AccountYear, InterestPage, InterestProgress, Reckoned, rules};
pub use learn::Recalculation;
pub(crate) use learn::recalculate;
pub use premium::{Beneficiary, Paid as PremiumPaid, PayPremium};
pub use tally::{CreditClass, Tally};
pub use transfer_in::TransferIn;

use kernel::Date;
use kernel::account::Relation;
use std::sync::Arc;
use store::{Id, PersonKey};

/// Puts money into a personal account 个账计入.
#[derive(Clone, Debug)]
pub struct Credit {
    /// Whose.
    pub person: PersonKey,
    /// Where it comes from.
    pub from: CreditSource,
    /// Money of the year, fen.
    pub current: i64,
    /// Earlier money, fen.
    pub earlier: i64,
    /// Who says so: a system, a file, an office.
    pub source: Arc<str>,
    /// Its number there.
    pub reference: Arc<str>,
    /// The day it is about.
    pub day: Date,
}

/// Where a credit comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CreditSource {
    /// 期初余额: what the account held when the books were opened here.
    Opening,
    /// 划入: contributions and subsidies.
    Contributions,
}

/// Notes limits that another system used up 外部累计: inpatient care against the pool's yearly limit, and the like.
#[derive(Clone, Debug)]
pub struct Use {
    /// Whose.
    pub person: PersonKey,
    /// The benefit year.
    pub year: i32,
    /// Accumulators by name, and by how much each moves, fen. Negative amounts correct.
    pub moves: Vec<(Arc<str>, i64)>,
    /// The system.
    pub source: Arc<str>,
    /// Its number there.
    pub reference: Arc<str>,
    /// The day it is about.
    pub day: Date,
}

/// Binds a relative's account 家庭共济绑定: it pays for the person after the own account.
#[derive(Clone, Debug)]
pub struct Bind {
    /// For whom it pays.
    pub person: PersonKey,
    /// Whose account pays: 人员编号 in the same area.
    pub payer: Arc<str>,
    /// What the payer is to the person.
    pub relation: Relation,
    /// How many relatives' accounts may be bound to one person, by the agency's setting; usually one.
    pub most: usize,
}

/// Ends a binding. What it paid stays paid.
#[derive(Clone, Debug)]
pub struct Unbind {
    /// For whom it paid.
    pub person: PersonKey,
    /// Whose account paid.
    pub payer: Arc<str>,
}

/// A dated fact about a person arrives, perhaps late; facts that turned out wrong are ended.
#[derive(Clone, Debug)]
pub struct Learn {
    /// About whom.
    pub person: PersonKey,
    /// What is right.
    pub facts: Vec<NewFact>,
    /// What turned out wrong.
    pub wrong: Vec<Id>,
}

/// A fact that nobody here knew yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFact {
    /// A word of [`crate::facts`].
    pub kind: Arc<str>,
    /// The value, or the other party.
    pub other: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day; [`Date::MAX`] while it lasts.
    pub to: Date,
    /// Everything else, as JSON; empty if nothing.
    pub detail: Arc<str>,
}
