//! 月结算, as it changes the books: budgets are set, deductions filed, months and years closed, statements confirmed,
//! disputed and answered, payment orders made and approved.
//!
//! Each locks the institutions it is about, so that a statement is never in two hands.

mod budget;
mod close;
mod dispute;
mod meeting;
mod pay;
mod year;

pub use budget::{Deduct, SetBudget};
pub use close::{CloseMonth, KeepRun};
pub use dispute::{Answer, Confirm, Dispute};
use meeting::met;
pub(crate) use meeting::{joined, parted};
pub use pay::{DecideOrder, MakeOrder};
pub use year::CloseYear;

use crate::clearing::{Statement, StatementState};
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::{Date, Moment};
use std::sync::Arc;
use store::{Area, Document, PersonKey};

/// Whose row in the books an institution's entries are in.
fn party(area: Area, institution: &Arc<str>) -> PersonKey {
    PersonKey { area, person: institution.clone() }
}

/// The name of an institution, if any directory lists it.
fn name(world: &World, area: Area, institution: &str, day: Date, at: Moment) -> Option<Arc<str>> {
    world.site(area, institution, day, at).map(|(_, site)| site.name)
}

/// The record of an entry about a statement.
fn booking(statement: &Statement, day: Date, note: &str) -> Booking {
    Booking {
        v: VERSION,
        source: Arc::from("clearing"),
        reference: statement.number.clone(),
        day: Arc::from(day.to_string()),
        note: Arc::from(note),
        ..Booking::default()
    }
}

/// A statement that must be there, in one of these states.
fn standing(
    world: &World,
    area: Area,
    institution: &Arc<str>,
    period: &str,
    states: &[StatementState],
) -> Result<(Statement, StatementState, Moment), Refused> {
    let found = world.document(&Statement::key(area, institution, period));
    let found = found.ok_or_else(|| {
        Refused::new(Reason::DocumentUnknown, format!("{institution} {period}的结算单，请先结算"))
    })?;
    let (statement, state) = Statement::read(found)?;
    if states.contains(&state) {
        return Ok((statement, state, found.at));
    }
    let wanted: Vec<&str> = states.iter().map(|state| state.zh()).collect();
    let words = format!("{}{}，应为{}", statement.number, state.zh(), wanted.join("或"));
    Err(Refused::new(Reason::DocumentState, words))
}

/// Somebody must answer for it.
fn named(who: &str, what: &str) -> Result<(), Refused> {
    match who.trim().is_empty() {
        true => Err(Refused::new(Reason::Content, format!("缺少{what}"))),
        false => Ok(()),
    }
}

/// Statements as they will be: one document each.
fn refiled(
    statement: &Statement,
    area: Area,
    at: Moment,
    state: StatementState,
) -> Result<Document, Refused> {
    statement.filed(area, at, state)
}
