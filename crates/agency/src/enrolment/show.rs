//! What is on file about a person's enrolment: months, and spells of entitlement as known at a moment, with the articles.

use super::spells::{Basis, Months, is_derived, plan_in, version_on};
use super::{months_of, retired_from};
use crate::agency::Agency;
use crate::facts::{self, ENTITLEMENT};
use crate::reason::{Reason, Refused};
use crate::regions::Cited;
use kernel::{Date, Entitlement, Moment};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Fact, PersonKey, Wants};

/// A person's enrolment.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// 姓名.
    pub name: Arc<str>,
    /// Months as on file now.
    pub months: Months,
    /// Spells as known at the moment asked for, by first day.
    pub spells: Vec<Shown>,
    /// From when the person counts as retired.
    pub retired: Option<Date>,
    /// The day of death.
    pub died: Option<Date>,
}

/// A spell with what it rests on.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The fact.
    pub fact: Fact,
    /// It was derived from months; otherwise it was imported or stated.
    pub derived: bool,
    /// The rule behind it; empty for what was stated.
    pub cited: Cited,
}

/// A person's enrolment, with spells as known at `known`.
///
/// # Errors
/// [`Reason::PersonUnknown`], [`Reason::AreaUnknown`], or what the store says.
pub fn enrolment(agency: &Agency, person: &PersonKey, known: Moment) -> Result<Enrolment, Refused> {
    let people = BTreeSet::from([person.clone()]);
    let world = agency.look(Wants { people, ..Wants::default() })?;
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let file = world.file(person).ok_or_else(unknown)?;
    let law = world.law(person.area)?;
    let months = months_of(agency.store(), person)?;
    let until = known.date().month();
    let basis = Basis { file, months: &months, law, known, until };
    let believed = facts::of_kind(file, ENTITLEMENT).iter();
    let believed = believed.filter(|fact| facts::believed(fact, known));
    let spells = believed.map(|fact| Shown {
        fact: fact.clone(),
        derived: is_derived(fact),
        cited: if is_derived(fact) { cited(&basis, fact) } else { Cited::default() },
    });
    Ok(Enrolment {
        name: file.person.name.clone(),
        spells: spells.collect(),
        retired: retired_from(law, file, known),
        died: facts::death(file, known),
        months: months.clone(),
    })
}

/// The rule that a spell follows from: of waiting the plan's row, otherwise the rules of the policy of its first day.
fn cited(basis: &Basis<'_>, fact: &Fact) -> Cited {
    let Some(version) = version_on(basis.law, fact.from) else { return Cited::default() };
    let rules = &version.policy.entitlement;
    let plan = usize::from(plan_in(basis, fact.from.month()).0);
    let waiting = rules.waiting.get(plan).filter(|_| *fact.other == *Entitlement::Waiting.code());
    version.words.cited(waiting.map_or(rules.cite, |waiting| waiting.cite)).clone()
}
