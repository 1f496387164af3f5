//! Spells of entitlement from months of contributions, retirement and death.
//!
//! By month: the state of a month is that of its first day. A late payment changes earlier months; what was known earlier
//! stays in the facts that were believed then.

use crate::facts::{self, ENTITLEMENT};
use crate::months::PersonMonth;
use crate::regions::{Law, Version};
use kernel::entitlement::{Contribution, entitlement_on};
use kernel::{Date, Entitlement, Moment, Month, Plan, Status};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Fact, PersonFile};

/// Detail of a fact that was derived from months.
pub const DERIVED: &str = r#"{"by":"months"}"#;

/// A person's months.
pub type Months = BTreeMap<Month, PersonMonth>;

/// What entitlement is derived from.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// The person and the facts.
    pub file: &'a PersonFile,
    /// All months on file.
    pub months: &'a Months,
    /// The law of the area.
    pub law: &'a Law,
    /// What is known now counts.
    pub known: Moment,
    /// The last month that is looked at; what holds then goes on holding.
    pub until: Month,
}

/// A spell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spell {
    /// First day.
    pub from: Date,
    /// Last day; [`Date::MAX`] while it lasts.
    pub to: Date,
    /// The state; days without a spell are those of somebody not insured.
    pub state: Entitlement,
}

/// What follows from the months.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spells {
    /// From this day on the months decide.
    pub from: Date,
    /// Adjacent ones differ.
    pub spells: Vec<Spell>,
}

/// What plans 参保类型 follow from the months: of each month the plan of the newest declared one, from its first day on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanSpells {
    /// From this day on the months decide.
    pub from: Date,
    /// First day, last day, plan; adjacent ones differ.
    pub spells: Vec<(Date, Date, Arc<str>)>,
}

/// The plans that follow from a person's months; `None` without a declared month: then nothing follows. Plans that the region
/// does not know are passed over.
#[must_use]
pub fn derive_plans(basis: &Basis<'_>) -> Option<PlanSpells> {
    let Basis { file, months, law, known, .. } = *basis;
    let mut declared = months.iter().filter(|(_, month)| month.is_declared()).peekable();
    let first = declared.peek()?.0.first_day();
    let mut turns: Vec<(Date, Arc<str>)> = Vec::new();
    for (month, it) in declared.filter(|(_, it)| law.codes.plans.contains(&it.plan)) {
        if turns.last().is_none_or(|(_, last)| *last != it.plan) {
            turns.push((month.first_day(), it.plan.clone()));
        }
    }
    let died = facts::death(file, known).unwrap_or(Date::MAX);
    let ends = turns.iter().skip(1).map(|(from, _)| from.previous()).chain([Date::MAX]);
    let spells = turns.iter().zip(ends.collect::<Vec<_>>());
    let spells = spells.map(|((from, plan), to)| (*from, to.min(died), plan.clone()));
    Some(PlanSpells { from: first, spells: spells.filter(|(from, to, _)| from <= to).collect() })
}

/// True if a fact was derived from months.
#[must_use]
pub fn is_derived(fact: &Fact) -> bool {
    *fact.detail == *DERIVED
}

/// The spells that follow from a person's months; `None` without a declared month: then nothing follows.
#[must_use]
pub fn derive(basis: &Basis<'_>) -> Option<Spells> {
    let Basis { file, months, law, known, until } = *basis;
    let first = *months.iter().find(|(_, month)| month.is_declared())?.0;
    let mut paid = opening(basis, first);
    paid.extend(months.iter().filter_map(|(month, it)| it.contribution(*month)));
    let mut turns: Vec<(Date, Entitlement)> = Vec::new();
    let mut month = first;
    while month <= until.max(first) {
        let day = month.first_day();
        let state = version_on(law, day).map_or(Entitlement::NotInsured, |version| {
            entitlement_on(&version.policy.entitlement, plan_in(basis, month), &paid, day)
        });
        turn(&mut turns, day, state);
        month = month.plus(1);
    }
    if let Some(retired) = retired_from(law, file, known) {
        turns.retain(|(from, _)| *from < retired);
        turn(&mut turns, retired.max(first.first_day()), Entitlement::Entitled);
    }
    let died = facts::death(file, known).unwrap_or(Date::MAX);
    let ends = turns.iter().skip(1).map(|(from, _)| from.previous()).chain([Date::MAX]);
    let spells = turns.iter().zip(ends);
    let spells = spells
        .map(|((from, state), to)| Spell { from: *from, to: to.min(died), state: *state })
        .filter(|spell| spell.state != Entitlement::NotInsured && spell.from <= spell.to);
    Some(Spells { from: first.first_day(), spells: spells.collect() })
}

fn turn(turns: &mut Vec<(Date, Entitlement)>, from: Date, state: Entitlement) {
    if turns.last().is_none_or(|(_, last)| *last != state) {
        turns.push((from, state));
    }
}

/// The policy of a day; before the first policy, the first.
pub(super) fn version_on(law: &Law, day: Date) -> Option<Version<'_>> {
    law.on(day).or_else(|| law.version(0))
}

/// From when a person counts as retired, by the policy of the day of registration.
pub(crate) fn retired_from(law: &Law, file: &PersonFile, known: Moment) -> Option<Date> {
    let registered = facts::retired_on(file, known)?;
    let policy = version_on(law, registered)?.policy;
    let at_once = policy.status_on(registered, Some(registered)) == Status::Retired;
    Some(if at_once { registered } else { registered.month().plus(1).first_day() })
}

/// The plan of the newest declared month up to a month.
pub(super) fn plan_in(basis: &Basis<'_>, month: Month) -> Plan {
    let declared = basis.months.range(..=month).rev().find(|(_, it)| it.is_declared());
    let place =
        declared.and_then(|(_, it)| basis.law.codes.plans.iter().position(|code| *code == it.plan));
    Plan(place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX))
}

/// Months before the first declared one that a spell on file covers: they count as paid in time. Whoever was entitled then
/// has waited already.
fn opening(basis: &Basis<'_>, first: Month) -> Vec<Contribution> {
    let rules = version_on(basis.law, first.first_day()).map(|it| &it.policy.entitlement);
    let waits = rules.into_iter().flat_map(|rules| &rules.waiting);
    let longest = waits.map(|it| it.first_months.max(it.lapsed_months)).max().unwrap_or(0);
    let reach = first.plus(-i32::from(longest) - 1);
    let spells = facts::of_kind(basis.file, ENTITLEMENT).iter().filter(|fact| {
        facts::believed(fact, basis.known) && !is_derived(fact) && fact.from < first.first_day()
    });
    let mut covered = Vec::new();
    for spell in spells {
        let from = match Entitlement::from_code(&spell.other) {
            Some(Entitlement::Entitled) => reach,
            Some(Entitlement::Waiting) => spell.from.month().max(reach),
            _ => continue,
        };
        let last = spell.to.min(first.first_day().previous()).month();
        let mut month = from;
        while month <= last {
            covered.push(Contribution { month, paid_on: month.first_day() });
            month = month.plus(1);
        }
    }
    covered
}
