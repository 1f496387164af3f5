//! 事后监管, as it changes the books: findings are filed and go to cases; a case is assigned, heard, decided, its money
//! recovered, appealed against.
//!
//! Each locks the party it is about, so that a case is never in two hands. Who decides is not who assigned; who has the money
//! booked is not who decided; who answers an appeal is neither of the two. What a case takes back is one entry a settlement:
//! the party owes it ([`crate::ledger::Head::Receivable`]), the funds have it back, and what accounts paid is owed to the
//! people. No accumulator moves (docs/decisions/0022). [`taken`] says how much of a settlement was taken back, so that
//! neither an undo nor a recalculation takes it back again.

mod file;
mod step;
mod decide;
mod recover;
mod collect;
mod appeal;
mod close;
pub mod taken;

pub use appeal::{AnswerAppeal, LodgeAppeal};
pub use close::CloseCase;
pub use collect::{CollectCase, Way};
pub use decide::DecideCase;
pub use file::{FileSuspicions, Filed, KeepRun};
pub use recover::RecoverCase;
pub use step::{AssignCase, HearParty};

use crate::reason::{Reason, Refused};
use crate::supervise::case::{Case, CaseState};
use crate::world::World;
use kernel::{Date, Moment};
use std::sync::Arc;
use store::{Area, Document};

/// The most settlements that one case recovers of: they are booked in one transaction.
pub const MOST_CLAIMS: usize = 2_000;

/// A case that must be there, in one of these states.
fn standing<'w>(
    world: &'w World,
    area: Area,
    number: &Arc<str>,
    states: &[CaseState],
) -> Result<(Case, CaseState, &'w Document), Refused> {
    let unknown = || Refused::new(Reason::DocumentUnknown, format!("案件{number}"));
    let found = world.document(&Case::key(area, number)).ok_or_else(unknown)?;
    let (case, state) = Case::read(found)?;
    if states.contains(&state) {
        return Ok((case, state, found));
    }
    let wanted: Vec<&str> = states.iter().map(|state| state.zh()).collect();
    let words = format!("案件{number}{}，应为{}", state.zh(), wanted.join("或"));
    Err(Refused::new(Reason::DocumentState, words))
}

/// Somebody must answer for it.
fn named(who: &str, what: &str) -> Result<(), Refused> {
    match who.trim().is_empty() {
        true => Err(Refused::new(Reason::Content, format!("缺少{what}"))),
        false => Ok(()),
    }
}

/// Two steps are two people's.
fn another(by: &str, than: &str, words: &str) -> Result<(), Refused> {
    match by.trim() == than.trim() {
        true => Err(Refused::new(Reason::NotAllowed, format!("{words}：{by}"))),
        false => Ok(()),
    }
}

/// The last day of a deadline that the policy states, from a day; empty if it states none.
fn deadline(world: &World, area: Area, name: &str, at: Moment) -> Result<Arc<str>, Refused> {
    let (law, day) = (world.law(area)?, at.date());
    let limit = crate::supervise::after::Limit::of(law, name, day);
    let last = |days: i64| {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        Date::from_days(day.days().saturating_add(days))
    };
    Ok(limit.map_or_else(Arc::default, |limit| last(limit.value).to_string().into()))
}

/// A deadline is over; one that is not stated never is.
fn is_over(deadline: &str, at: Moment) -> bool {
    Date::parse(deadline).is_some_and(|last| at.date() > last)
}
