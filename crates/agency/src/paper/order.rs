//! 个人拨付单: decided applications that are paid together, made by one and approved by another.

use super::application::Payee;
use crate::clearing::{OrderState, Signed};
use crate::documents::PEOPLE_ORDER;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, DocumentKey};

/// A payment order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PeopleOrder {
    /// 批次.
    pub batch: Arc<str>,
    /// In the order of people and applications.
    pub lines: Vec<PeopleLine>,
    /// 控制总额: what leaves the bank, fen.
    pub total: i64,
    /// 制单.
    pub maker: Signed,
    /// 复核.
    pub checker: Option<Signed>,
    /// Why it was refused; empty if it was not.
    pub refused: Arc<str>,
}

/// A line of a payment order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PeopleLine {
    /// 人员编号.
    pub person: Arc<str>,
    /// The application.
    pub application: Arc<str>,
    /// Taken off what is owed to the person, fen.
    pub payable: i64,
    /// Set off against what the person owes for it, fen.
    pub receivable: i64,
    /// To whom.
    pub payee: Payee,
}

impl PeopleLine {
    /// What leaves the bank, fen.
    #[must_use]
    pub const fn net(&self) -> i64 {
        self.payable - self.receivable
    }
}

impl PeopleOrder {
    /// Where it is kept.
    #[must_use]
    pub fn key(area: Area, batch: &Arc<str>) -> DocumentKey {
        let kind = Arc::from(PEOPLE_ORDER);
        DocumentKey { area, kind, owner: batch.clone(), number: batch.clone() }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> OrderState {
        match &self.checker {
            None => OrderState::Made,
            Some(_) if self.refused.is_empty() => OrderState::Approved,
            Some(_) => OrderState::Refused,
        }
    }
}
