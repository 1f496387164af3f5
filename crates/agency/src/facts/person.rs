//! Who a person was to the policy: kernel facts from a file, as of an occasion and of what was known.

use super::kind::{
    ADMISSION, Admission, CHOSEN, CHOSEN_FOR, COHORT, CONTRACT, Chosen, DEATH, ENROLLED,
    ENTITLEMENT, FILING, OFFSITE, PLAN, RETIREMENT, TWO_DISEASE,
};
use super::{believed, holds, newest, of_kind};
use crate::regions::{Codes, Law};
use kernel::{
    Admission as Stay, Category, Cohort, Date, Disease, DiseaseSet, Entitlement, Facts, Moment,
    Place, Plan, Policy,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Fact, PersonFile};

/// Detail of a person.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonDetail {
    /// 民族 (national list).
    pub nation: Arc<str>,
    /// 公务员.
    pub civil_servant: bool,
    /// 单位名称.
    pub employer: Arc<str>,
}

/// When and where something happened to a person, and what was known when it was decided.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// When the service was given.
    pub service: Moment,
    /// The institution.
    pub institution: &'a str,
    /// What kind of care it was.
    pub category: Category,
    /// What was known then counts.
    pub known: Moment,
}

/// The facts about a person on an occasion.
#[must_use]
pub fn as_of(file: &PersonFile, law: &Law, policy: &Policy, occasion: &Occasion<'_>) -> Facts {
    let day = occasion.service.date();
    let known = occasion.known;
    let on_the_day = |kind| newest(file, kind, day, known);
    let plan = on_the_day(PLAN).and_then(|fact| plan(&law.codes, &fact.other));
    let enrolled = of_kind(file, ENROLLED).iter().filter(|fact| believed(fact, known));
    Facts {
        status: policy.status_on(day, retired_on(file, known)),
        plan: plan.unwrap_or(Plan(UNKNOWN)),
        plans_held: plans_held(file, law, policy, day, known),
        cohort: cohort(&law.codes, on_the_day(COHORT)),
        born: file.person.born,
        enrolled_on: enrolled.map(|fact| fact.from).min(),
        entitlement: entitlement(file, day, known),
        contract: on_the_day(CONTRACT).is_some(),
        chosen: of_kind(file, CHOSEN)
            .iter()
            .any(|fact| *fact.other == *occasion.institution && holds(fact, day, known)),
        admission: stay(file, occasion),
        filings: diseases(of_kind(file, FILING).iter(), &law.codes, occasion),
        two_disease: diseases(of_kind(file, TWO_DISEASE).iter(), &law.codes, occasion),
        chosen_for: chosen_for(file, &law.codes, occasion),
    }
}

/// The day a person died, if known.
#[must_use]
pub fn death(file: &PersonFile, known: Moment) -> Option<Date> {
    of_kind(file, DEATH).iter().filter(|fact| believed(fact, known)).map(|fact| fact.from).min()
}

/// The day a person's retirement was registered, if known.
#[must_use]
pub fn retired_on(file: &PersonFile, known: Moment) -> Option<Date> {
    let registered = of_kind(file, RETIREMENT).iter().filter(|fact| believed(fact, known));
    registered.map(|fact| fact.from).min()
}

/// What kind of off-site care it is when a person is treated outside the own area on a day: what is filed, or an emergency,
/// which nobody files beforehand.
#[must_use]
pub fn place(file: &PersonFile, day: Date, category: Category, known: Moment) -> Place {
    let filed = newest(file, OFFSITE, day, known).and_then(|fact| Place::from_code(&fact.other));
    match (filed, category) {
        (None | Some(Place::Unfiled), Category::Emergency) => Place::Emergency,
        (filed, _) => filed.unwrap_or(Place::Unfiled),
    }
}

/// A code that the region does not know: tables that depend on it refuse.
const UNKNOWN: u8 = 255;

fn index_of(codes: &[Arc<str>], code: &str) -> Option<u8> {
    codes.iter().position(|known| **known == *code).and_then(|index| u8::try_from(index).ok())
}

fn plan(codes: &Codes, code: &str) -> Option<Plan> {
    index_of(&codes.plans, code).map(Plan)
}

fn cohort(codes: &Codes, fact: Option<&Fact>) -> Cohort {
    let known = fact.and_then(|fact| index_of(&codes.cohorts, &fact.other));
    let unknown = if codes.cohorts.is_empty() { 0 } else { UNKNOWN };
    Cohort(known.unwrap_or(unknown))
}

/// 待遇状态. The day of death is still covered; no spell means not insured.
#[must_use]
pub fn entitlement(file: &PersonFile, day: Date, known: Moment) -> Entitlement {
    if death(file, known).is_some_and(|died| died < day) {
        return Entitlement::NotInsured;
    }
    let spell = newest(file, ENTITLEMENT, day, known);
    spell.and_then(|fact| Entitlement::from_code(&fact.other)).unwrap_or(Entitlement::NotInsured)
}

/// The plans held from the first day of the benefit year up to a day.
fn plans_held(file: &PersonFile, law: &Law, policy: &Policy, day: Date, known: Moment) -> u32 {
    let year = policy.benefit_year;
    let first = year.first_day(year.of(day));
    let held = of_kind(file, PLAN)
        .iter()
        .filter(|fact| believed(fact, known) && fact.from <= day && first <= fact.to);
    held.filter_map(|fact| plan(&law.codes, &fact.other))
        .filter(|plan| plan.0 < 32)
        .fold(0, |set, plan| set | 1 << plan.0)
}

/// The diseases that facts of an occasion name.
fn diseases<'f>(
    facts: impl Iterator<Item = &'f Fact>,
    codes: &Codes,
    occasion: &Occasion<'_>,
) -> DiseaseSet {
    let hold = facts.filter(|fact| holds(fact, occasion.service.date(), occasion.known));
    hold.filter_map(|fact| disease(codes, &fact.other)).collect()
}

fn disease(codes: &Codes, code: &str) -> Option<Disease> {
    index_of(&codes.diseases, code).map(|index| Disease(index.saturating_add(1)))
}

/// The disease that an institution was chosen for 按病种定点; `None` of other facts.
#[must_use]
pub fn chosen_disease(fact: &Fact) -> Option<Arc<str>> {
    disease_of(&fact.kind, &fact.detail)
}

/// The same of a fact of a kind with a detail.
pub(crate) fn disease_of(kind: &str, detail: &str) -> Option<Arc<str>> {
    if kind != CHOSEN_FOR {
        return None;
    }
    let detail: Chosen = serde_json::from_str(detail).unwrap_or_default();
    Some(detail.disease).filter(|disease| !disease.is_empty())
}

fn chosen_for(file: &PersonFile, codes: &Codes, occasion: &Occasion<'_>) -> DiseaseSet {
    let hold = of_kind(file, CHOSEN_FOR).iter().filter(|fact| {
        *fact.other == *occasion.institution && holds(fact, occasion.service.date(), occasion.known)
    });
    hold.filter_map(|fact| disease(codes, &chosen_disease(fact)?)).collect()
}

/// Whether the person was an inpatient. On the day of admission or discharge the times decide, where they are known; where
/// they are not, the day is allowed. Either way it is to be looked at (GX-15).
fn stay(file: &PersonFile, occasion: &Occasion<'_>) -> Stay {
    let day = occasion.service.date();
    let stays = of_kind(file, ADMISSION).iter().filter(|fact| holds(fact, day, occasion.known));
    let mut found = Stay::Out;
    for fact in stays {
        if fact.from < day && day < fact.to {
            return Stay::Inpatient;
        }
        let detail: Admission = serde_json::from_str(&fact.detail).unwrap_or_default();
        let since = time(&detail.admitted, fact.from);
        let until = time(&detail.discharged, fact.to);
        let after_admission = match since {
            Some(admitted) => Some(admitted <= occasion.service),
            None => (fact.from < day).then_some(true),
        };
        let before_discharge = match until {
            Some(discharged) => Some(occasion.service < discharged),
            None => (day < fact.to).then_some(true),
        };
        if after_admission == Some(true) && before_discharge == Some(true) {
            return Stay::Inpatient;
        }
        found = Stay::SameDay;
    }
    found
}

/// A stated time, if it is one and falls on the day that the fact names.
fn time(text: &str, day: Date) -> Option<Moment> {
    if text.len() <= 10 {
        return None;
    }
    Moment::parse(text).filter(|moment| moment.date() == day)
}
