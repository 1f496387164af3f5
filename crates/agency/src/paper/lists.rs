//! Applications and orders as they stand.

use super::application::{Application, Due, State};
use super::order::PeopleOrder;
use crate::business::recalculation::{corrected_by, correction_key};
use crate::clearing::{body, walk};
use crate::documents::{PEOPLE_ORDER, REIMBURSEMENT};
use crate::reason::{Reason, Refused};
use std::sync::Arc;
use store::{Area, PersonKey, Store};

/// Applications of a person (empty: of everybody), in one of some states (none: in any), by person and number.
///
/// # Errors
/// What the store says, or [`Reason::Conflict`] for what cannot be read.
pub fn applications(
    store: &dyn Store,
    area: Area,
    person: &str,
    states: &[State],
) -> Result<Vec<Application>, Refused> {
    let mut all = Vec::new();
    let wanted = |state: i16| states.is_empty() || states.iter().any(|it| *it as i16 == state);
    walk(store, area, REIMBURSEMENT, person, &mut |document| {
        if wanted(document.state) {
            all.push(Application::read(&document)?);
        }
        Ok(())
    })?;
    Ok(all)
}

/// One application.
///
/// # Errors
/// [`Reason::DocumentUnknown`], or what the store says.
pub fn application(
    store: &dyn Store,
    person: &PersonKey,
    number: &str,
) -> Result<Application, Refused> {
    let found = store.document(&Application::key(person, number))?;
    let unknown = || Refused::new(Reason::DocumentUnknown, format!("零星报销申请{number}"));
    Application::read(&found.ok_or_else(unknown)?)
}

/// What is to be paid for an application now.
///
/// # Errors
/// What the store says.
pub fn due(store: &dyn Store, area: Area, application: &Application) -> Result<Due, Refused> {
    let Some(verdict) = &application.decided else { return Ok(Due::default()) };
    let person = PersonKey { area, person: application.person.clone() };
    let document = store.document(&correction_key(&person, verdict.entry))?;
    Ok(application.due(corrected_by(document.as_ref())?))
}

/// Applications for which something is to be paid and that are in no order.
///
/// # Errors
/// What the store says.
pub fn unpaid(store: &dyn Store, area: Area) -> Result<Vec<(Application, Due)>, Refused> {
    let states = [State::Decided, State::Paid, State::Returned];
    let mut all = Vec::new();
    for application in applications(store, area, "", &states)? {
        let due = due(store, area, &application)?;
        if due.net() > 0 {
            all.push((application, due));
        }
    }
    Ok(all)
}

/// Payment orders of an area, by batch.
///
/// # Errors
/// What the store says, or [`Reason::Conflict`] for what cannot be read.
pub fn orders(store: &dyn Store, area: Area) -> Result<Vec<PeopleOrder>, Refused> {
    let mut all = Vec::new();
    walk(store, area, PEOPLE_ORDER, "", &mut |document| {
        all.push(body(&document)?);
        Ok(())
    })?;
    Ok(all)
}

/// One payment order.
///
/// # Errors
/// [`Reason::DocumentUnknown`], or what the store says.
pub fn order(store: &dyn Store, area: Area, batch: &Arc<str>) -> Result<PeopleOrder, Refused> {
    let found = store.document(&PeopleOrder::key(area, batch))?;
    let unknown = || Refused::new(Reason::DocumentUnknown, format!("个人拨付单{batch}"));
    body(&found.ok_or_else(unknown)?)
}
