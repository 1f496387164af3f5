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
use crate::enrolment::{self, Basis, Months};
use crate::facts::ENTITLEMENT;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Month;
use std::sync::Arc;
use store::{Changes, Fact, Id, PersonKey, Subject};

/// Brings what is believed about a person's entitlement in line with the months; true if anything changed. Where something
/// was posted on days whose state changes, recalculations are filed.
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
) -> Result<bool, Refused> {
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let file = world.file(person).ok_or_else(unknown)?.clone();
    let law = world.law(person.area)?;
    let known = context.at;
    let until = enrolment::horizon(&file, known, until);
    let basis = Basis { file: &file, months, law, known, until };
    let Some(derived) = enrolment::derive(&basis) else { return Ok(false) };
    let difference = enrolment::difference(&file, &derived, known, until);
    if difference.is_empty() {
        return Ok(false);
    }
    let facts: Vec<Fact> = difference
        .right
        .iter()
        .map(|stated| Fact {
            id: (context.ids)(),
            subject: Subject::Person(person.clone()),
            kind: Arc::from(ENTITLEMENT),
            other: stated.state.clone(),
            from: stated.from,
            to: stated.to,
            learned_at: known,
            ended_at: None,
            detail: stated.detail.clone(),
        })
        .collect();
    if let Some(account) = world.account(person) {
        for (from, to) in &difference.days {
            let changed =
                Fact { from: *from, to: *to, ..about(&facts, &difference.wrong, person, context) };
            recalculate(law, account, &changed, known, changes)?;
        }
    }
    world.learn(person, facts, &difference.wrong, known, changes)?;
    Ok(true)
}

/// The fact that a recalculation names: one that is new, else one that turned out wrong.
fn about(facts: &[Fact], wrong: &[Id], person: &PersonKey, context: &Context<'_>) -> Fact {
    let nothing = || Fact {
        id: wrong.first().copied().unwrap_or(Id::MIN),
        subject: Subject::Person(person.clone()),
        kind: Arc::from(ENTITLEMENT),
        other: Arc::default(),
        from: kernel::Date::MIN,
        to: kernel::Date::MAX,
        learned_at: context.at,
        ended_at: None,
        detail: Arc::default(),
    };
    facts.last().cloned().unwrap_or_else(nothing)
}
