//! 缴费月: what is known about a person's month of contributions, and what was credited to the account for it.
//!
//! Kept as a document ([`documents::MONTH`]) and not as facts of the person, since settling a bill needs none of it: what
//! it needs is derived from months when they change (facts of kind [`crate::facts::ENTITLEMENT`]).

use crate::documents;
use crate::reason::{Reason, Refused};
use kernel::entitlement::Contribution;
use kernel::{Date, Month};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Document, DocumentKey, PersonKey};

/// A person's month.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonMonth {
    /// The employer; empty for those who pay by themselves and for months without a contribution.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub employer: Arc<str>,
    /// 参保类型, a plan of the region's vocabulary.
    pub plan: Arc<str>,
    /// 缴费基数, fen.
    pub base: i64,
    /// Owed by the employer, wholly to the pool (CQ 9); of those who pay by themselves what of their payment is the pool's.
    /// Fen.
    #[serde(skip_serializing_if = "is_zero")]
    pub employer_share: i64,
    /// Owed by the person and belonging to the account, fen.
    #[serde(skip_serializing_if = "is_zero")]
    pub own_share: i64,
    /// 大额保费 of both, fen.
    #[serde(skip_serializing_if = "is_zero")]
    pub large_amount: i64,
    /// When all of it had arrived, `YYYY-MM-DD`; empty while it has not.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub paid_on: Arc<str>,
    /// What was credited to the account for the month so far, fen.
    #[serde(skip_serializing_if = "is_zero")]
    pub credited: i64,
    /// The month was looked at by a credit run, whether or not anything was credited.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub run: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

impl PersonMonth {
    /// Where it is kept.
    #[must_use]
    pub fn key(person: &PersonKey, month: Month) -> DocumentKey {
        DocumentKey {
            area: person.area,
            kind: Arc::from(documents::MONTH),
            owner: person.person.clone(),
            number: Arc::from(month.to_string()),
        }
    }

    /// The month of a document, and what it says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<(Month, PersonMonth), Refused> {
        let conflict = |what: String| {
            Refused::new(Reason::Conflict, format!("缴费月{}：{what}", document.key.number))
        };
        let month = Month::parse(&document.key.number);
        let month = month.ok_or_else(|| conflict("月份应写作YYYY-MM".into()))?;
        let body = serde_json::from_str(&document.body);
        Ok((month, body.map_err(|error| conflict(error.to_string()))?))
    }

    /// Somebody declared it: an employer, or the person. A month that a credit run alone looked at is not declared.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        let amounts = [self.base, self.employer_share, self.own_share, self.large_amount];
        !self.employer.is_empty() || amounts.iter().any(|amount| *amount != 0)
    }

    /// What of it has arrived and is in the books: the pool's, the account's, the large-amount premium. Fen.
    #[must_use]
    pub fn received(&self) -> [i64; 3] {
        if self.paid_on.is_empty() {
            return [0; 3];
        }
        [self.employer_share, self.own_share, self.large_amount]
    }

    /// What entitlement is derived from, once it is paid.
    #[must_use]
    pub fn contribution(&self, month: Month) -> Option<Contribution> {
        Some(Contribution { month, paid_on: Date::parse(&self.paid_on)? })
    }
}
