//! 用人单位: who declares and pays for its people.

use crate::documents;
use crate::reason::{Reason, Refused};
use crate::stored;
use kernel::{Date, Month};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Document, DocumentKey};

/// An employer, as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Employer {
    /// 单位名称.
    pub name: Arc<str>,
    /// 区县; empty if not said.
    #[serde(default)]
    pub district: Arc<str>,
    /// First day on which it is enrolled.
    #[serde(with = "stored::day")]
    pub since: Date,
    /// Last day; [`Date::MAX`] while it lasts.
    #[serde(with = "stored::day")]
    pub until: Date,
}

impl Employer {
    /// Where it is kept.
    #[must_use]
    pub fn key(area: Area, code: &Arc<str>) -> DocumentKey {
        let (kind, owner, number) = (Arc::from(documents::EMPLOYER), code.clone(), code.clone());
        DocumentKey { area, kind, owner, number }
    }

    /// What a document says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<Employer, Refused> {
        serde_json::from_str(&document.body).map_err(|error| {
            Refused::new(Reason::Conflict, format!("用人单位{}：{error}", document.key.owner))
        })
    }

    /// Whether it may declare a month: it was enrolled on one of its days.
    #[must_use]
    pub fn declares(&self, month: Month) -> bool {
        self.since <= month.last_day() && month.first_day() <= self.until
    }
}
