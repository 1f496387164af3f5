//! Institutions as their agreements make them on a day.

use crate::facts::{self, holds};
use kernel::{Date, Level, Moment, Venue};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Fact, Institution, StoreError};

/// [`InstitutionDetail::kind`] of a 定点医疗机构.
pub const HOSPITAL: i16 = 1;
/// [`InstitutionDetail::kind`] of a 定点零售药店.
pub const PHARMACY: i16 = 2;

/// Detail of an institution.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InstitutionDetail {
    /// [`HOSPITAL`] or [`PHARMACY`].
    pub kind: i16,
    /// 互联网医院.
    pub internet: bool,
    /// 医院等级 of the health ministry, as its list says; decides nothing.
    pub grade: Arc<str>,
    /// 统一社会信用代码.
    pub credit_code: Arc<str>,
    /// 清算经办机构.
    pub clearing: Arc<str>,
    /// 行政区划 of its address, six digits; empty: the one its code says.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub division: Arc<str>,
    /// What the server must know to talk to it: edition, gateway credentials.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub settings: serde_json::Value,
}

/// An institution as of a day.
#[derive(Clone, Debug)]
pub struct Site {
    /// 定点医药机构编号.
    pub code: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// Hospital, internet hospital or pharmacy.
    pub venue: Venue,
    /// 协议结算等级 on the day.
    pub level: Level,
    /// 定点: an agreement is in force on the day.
    pub designated: bool,
    /// What else its agreement allows on the day.
    pub capabilities: Vec<Arc<str>>,
    /// Everything that does not change from day to day.
    pub detail: Arc<InstitutionDetail>,
}

impl Site {
    /// What a record says of the capabilities: only those of a pharmacy decide anything.
    #[must_use]
    pub fn stated_capabilities(&self) -> Option<Vec<Arc<str>>> {
        (self.venue == Venue::Pharmacy).then(|| self.capabilities.clone())
    }
}

/// An institution with the facts about it.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    name: Arc<str>,
    detail: Arc<InstitutionDetail>,
    pub(super) facts: Vec<Fact>,
}

impl Listed {
    pub(super) fn read(institution: &Institution) -> Result<Listed, StoreError> {
        let detail = serde_json::from_str(&institution.detail).map_err(|error| {
            StoreError::Damaged(format!("detail of institution {}: {error}", institution.code))
        })?;
        Ok(Listed { name: institution.name.clone(), detail: Arc::new(detail), facts: Vec::new() })
    }

    pub(super) fn site(&self, code: &str, day: Date, known: Moment) -> Site {
        let current = |kind: &str| {
            let of_kind = self.facts.iter().filter(move |fact| &*fact.kind == kind);
            of_kind.filter(|fact| holds(fact, day, known)).collect::<Vec<_>>()
        };
        let newest = |kind| current(kind).into_iter().max_by_key(|fact| (fact.from, fact.id));
        let level = newest(facts::LEVEL).and_then(|fact| Level::from_code(&fact.other));
        let venue = match (self.detail.kind, self.detail.internet) {
            (PHARMACY, _) => Venue::Pharmacy,
            (_, true) => Venue::Internet,
            (_, false) => Venue::Hospital,
        };
        Site {
            code: Arc::from(code),
            name: self.name.clone(),
            venue,
            level: level.unwrap_or(Level::Ungraded),
            designated: newest(facts::AGREEMENT).is_some() && newest(facts::SUSPENSION).is_none(),
            capabilities: current(facts::CAPABILITY).iter().map(|it| it.other.clone()).collect(),
            detail: self.detail.clone(),
        }
    }
}
