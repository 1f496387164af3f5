//! Filings 备案: chronic diseases and chosen institutions, applied for by an institution, reviewed by the agency.

use kernel::Date;
use std::sync::Arc;
use store::PersonKey;

/// Applies for a filing.
#[derive(Clone, Debug)]
pub struct File {
    /// Whose.
    pub person: PersonKey,
    /// The institution that applies.
    pub institution: Arc<str>,
    /// What is applied for.
    pub kind: FilingKind,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Everything else the application says, as JSON.
    pub detail: serde_json::Value,
}

/// What is applied for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FilingKind {
    /// 慢特病: a disease.
    Disease(Arc<str>),
    /// 定点: an institution.
    Chosen(Arc<str>),
}

/// Withdraws an application, while the agency has not reviewed it.
#[derive(Clone, Debug)]
pub struct WithdrawFiling {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
}

/// The agency reviews an application: approved, it becomes a fact.
#[derive(Clone, Debug)]
pub struct ReviewFiling {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// Approved or not.
    pub approve: bool,
}
