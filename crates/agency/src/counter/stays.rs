//! 在院信息 and 转院信息.

use super::Known;
use crate::agency::Agency;
use crate::facts::{self, ADMISSION, Admission, REFERRAL};
use crate::reason::Refused;
use kernel::{Date, Moment};
use serde_json::Value;
use std::sync::Arc;
use store::{Fact, Person, PersonKey};

/// A stay in a hospital.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stay {
    /// Who.
    pub person: Person,
    /// Where.
    pub institution: Arc<str>,
    /// Day of admission.
    pub from: Date,
    /// Day of discharge; [`Date::MAX`]: still there.
    pub to: Date,
    /// Times, number, department and diagnosis.
    pub detail: Admission,
}

/// Stays of a person that began in a span of days, both ends included.
///
/// # Errors
/// [`crate::Reason::PersonUnknown`], or what the store says.
pub fn stays(
    agency: &Agency,
    person: &PersonKey,
    from: Date,
    to: Date,
) -> Result<Vec<Stay>, Refused> {
    let known = Known::of(agency, person, Moment::start_of(to))?;
    let stay = |fact: &Fact| Stay {
        person: known.file.person.clone(),
        institution: fact.other.clone(),
        from: fact.from,
        to: fact.to,
        detail: serde_json::from_str(&fact.detail).unwrap_or_default(),
    };
    Ok(known.begun(ADMISSION, from, to).map(stay).collect())
}

/// A referral to another institution.
#[derive(Clone, PartialEq, Debug)]
pub struct Referral {
    /// Who.
    pub person: Person,
    /// The institution referred to.
    pub institution: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What was stated of it; null if nothing.
    pub stated: Value,
}

/// Referrals of a person that began in a span of days, both ends included.
///
/// # Errors
/// [`crate::Reason::PersonUnknown`], or what the store says.
pub fn referrals(
    agency: &Agency,
    person: &PersonKey,
    from: Date,
    to: Date,
) -> Result<Vec<Referral>, Refused> {
    let known = Known::of(agency, person, Moment::start_of(to))?;
    let referral = |fact: &Fact| Referral {
        person: known.file.person.clone(),
        institution: fact.other.clone(),
        from: fact.from,
        to: fact.to,
        stated: serde_json::from_str(&fact.detail).unwrap_or_default(),
    };
    Ok(known.begun(REFERRAL, from, to).map(referral).collect())
}

impl Known {
    /// Facts of a kind that are believed and began in a span of days, by first day.
    fn begun(&self, kind: &str, from: Date, to: Date) -> impl Iterator<Item = &Fact> {
        let facts = facts::of_kind(&self.file, kind).iter();
        facts.filter(move |fact| {
            facts::believed(fact, self.at) && from <= fact.from && fact.from <= to
        })
    }
}
