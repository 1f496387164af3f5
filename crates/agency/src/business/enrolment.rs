//! 参保与缴费: employers, the months that they or the people themselves declare, what arrives at the bank for them, and the
//! entitlement that follows (CQ 3, 9; GX 6, 7, 9).

mod declare;
mod derive;
mod employer;
mod receipt;
mod run;

pub use declare::{Declaration, Declare, Declared, Took, Verdict};
pub use derive::Derive;
pub use employer::KeepEmployer;
pub use run::NoteRun;

use super::Context;
use super::account::recalculate;
use crate::enrolment::{self, Basis, Difference, Months, Remark};
use crate::facts::{self, ENTITLEMENT, PLAN};
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Moment, Month};
use std::sync::Arc;
use store::{Changes, Fact, Id, PersonFile, PersonKey, Subject};

/// What became of what is believed about a person.
#[derive(Debug, Default)]
struct Renewed {
    /// Something else is believed now.
    changed: bool,
    /// What somebody stated about entitlement and no longer holds.
    overruled: Vec<Remark>,
}

/// Brings what is believed about a person's entitlement and plan in line with the months. Where something was posted on days
/// whose state changes, recalculations are filed.
///
/// # Errors
/// [`Reason::PersonUnknown`], [`Reason::AreaUnknown`], [`Reason::Conflict`].
fn renew(
    world: &World,
    person: &PersonKey,
    months: &Months,
    until: Month,
    context: &mut Context<'_>,
    changes: &mut Changes,
) -> Result<Renewed, Refused> {
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let file = world.file(person).ok_or_else(unknown)?.clone();
    let law = world.law(person.area)?;
    let known = context.at;
    let until = enrolment::horizon(&file, known, until);
    let basis = Basis { file: &file, months, law, known, until };
    let mut learned = Learned { person, context, facts: Vec::new(), wrong: Vec::new() };
    let mut overruled = Vec::new();
    if let Some(derived) = enrolment::derive(&basis) {
        let difference = enrolment::difference(&file, &derived, known, until);
        overruled = stated_wrong(&file, &difference);
        learned.take(world, ENTITLEMENT, &difference, changes)?;
    }
    if let Some(plans) = enrolment::derive_plans(&basis) {
        let difference = enrolment::plan_difference(&file, &plans, known, until);
        learned.take(world, PLAN, &difference, changes)?;
    }
    let Learned { facts, wrong, .. } = learned;
    if facts.is_empty() && wrong.is_empty() {
        return Ok(Renewed::default());
    }
    world.learn(person, facts, &wrong, known, changes)?;
    Ok(Renewed { changed: true, overruled })
}

/// What was stated and not derived, and is not believed any more on some day.
fn stated_wrong(file: &PersonFile, difference: &Difference) -> Vec<Remark> {
    let stated = facts::of_kind(file, ENTITLEMENT).iter();
    let stated =
        stated.filter(|it| !enrolment::is_derived(it) && difference.wrong.contains(&it.id));
    let remark = |fact: &Fact| {
        let mut days = difference.days.iter();
        let (from, _) = days.find(|(from, to)| *from <= fact.to && fact.from <= *to)?;
        let from = (*from).max(fact.from).to_string();
        Some(Remark::Overruled { state: fact.other.clone(), from })
    };
    stated.filter_map(remark).collect()
}

/// What is to be believed from now on, of both kinds.
struct Learned<'l, 'c> {
    person: &'l PersonKey,
    context: &'l mut Context<'c>,
    facts: Vec<Fact>,
    wrong: Vec<Id>,
}

impl Learned<'_, '_> {
    /// Takes a difference; where something was posted on days whose state changes, a recalculation is filed.
    fn take(
        &mut self,
        world: &World,
        kind: &str,
        difference: &Difference,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        if difference.is_empty() {
            return Ok(());
        }
        let known = self.context.at;
        let facts: Vec<Fact> = difference
            .right
            .iter()
            .map(|stated| Fact {
                id: (self.context.ids)(),
                subject: Subject::Person(self.person.clone()),
                kind: Arc::from(kind),
                other: stated.state.clone(),
                from: stated.from,
                to: stated.to,
                learned_at: known,
                ended_at: None,
                detail: stated.detail.clone(),
            })
            .collect();
        if let Some(account) = world.account(self.person) {
            let law = world.law(self.person.area)?;
            let about = about(kind, &facts, &difference.wrong, self.person, known);
            for (from, to) in &difference.days {
                let changed = Fact { from: *from, to: *to, ..about.clone() };
                recalculate(law, account, &changed, known, changes)?;
            }
        }
        self.facts.extend(facts);
        self.wrong.extend(&difference.wrong);
        Ok(())
    }
}

/// The fact that a recalculation names: one that is new, else one that turned out wrong.
fn about(kind: &str, facts: &[Fact], wrong: &[Id], person: &PersonKey, known: Moment) -> Fact {
    let nothing = || Fact {
        id: wrong.first().copied().unwrap_or(Id::MIN),
        subject: Subject::Person(person.clone()),
        kind: Arc::from(kind),
        other: Arc::default(),
        from: kernel::Date::MIN,
        to: kernel::Date::MAX,
        learned_at: known,
        ended_at: None,
        detail: Arc::default(),
    };
    facts.last().cloned().unwrap_or_else(nothing)
}
