//! The mechanisms: a small closed set of things a regulation can say. One file each, with the tables it adds to the
//! language, how they compile, and a page in the manual made from both and from its case in the invented region.

use crate::table::Table;

pub mod vocabulary;
pub mod statistic;
pub mod benefit_year;
pub mod rounding;
pub mod class_change;
pub mod refund;
pub mod scope;
pub mod line;
pub mod deductible;
pub mod own_account_first;
pub mod bands;
pub mod share;
pub mod limit;
pub mod fixed_fee;
pub mod pharmacy;
pub mod offsite;
pub mod paper;
pub mod account_credit;
pub mod account_use;
pub mod account_closure;
pub mod account_interest;
pub mod entitlement;
pub mod payment;
pub mod fund_reserve;
pub mod sign_up;
pub mod supervision;
pub mod review;
pub mod assessment;
pub mod inheritance;

/// A mechanism.
#[derive(Debug)]
pub struct Mechanism {
    /// Its name: that of its file, its page and its document in the invented region.
    pub name: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// What it is for, in two or three sentences.
    pub about: &'static str,
    /// The tables it adds.
    pub tables: &'static [Table],
}

/// All mechanisms, in reading order.
pub const ALL: &[&Mechanism] = &[
    &vocabulary::MECHANISM,
    &statistic::MECHANISM,
    &benefit_year::MECHANISM,
    &rounding::MECHANISM,
    &class_change::MECHANISM,
    &refund::MECHANISM,
    &scope::MECHANISM,
    &line::MECHANISM,
    &deductible::MECHANISM,
    &own_account_first::MECHANISM,
    &bands::MECHANISM,
    &share::MECHANISM,
    &limit::MECHANISM,
    &fixed_fee::MECHANISM,
    &pharmacy::MECHANISM,
    &offsite::MECHANISM,
    &paper::MECHANISM,
    &account_credit::MECHANISM,
    &account_use::MECHANISM,
    &account_closure::MECHANISM,
    &account_interest::MECHANISM,
    &entitlement::MECHANISM,
    &payment::MECHANISM,
    &fund_reserve::MECHANISM,
    &sign_up::MECHANISM,
    &supervision::MECHANISM,
    &review::MECHANISM,
    &assessment::MECHANISM,
    &inheritance::MECHANISM,
];

/// All tables.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    ALL.iter().flat_map(|mechanism| mechanism.tables)
}
