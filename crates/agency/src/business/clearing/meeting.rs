//! Where the two sides meet: clearing applications (3203) of an institution that state what its statement says confirm it;
//! withdrawing one (3204) takes the confirmation back, as long as no payment order holds the statement.

use crate::business::desk::{Clearing, ClearingState, application_key};
use crate::clearing::{ClassLine, Signed, Statement, StatementState, body};
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Moment, Month};
use std::sync::Arc;
use store::{Area, Document};

/// Who confirms by application.
const BY_APPLICATION: &str = "清算申请";

/// The applications that state what a drafted statement says, class by class; it is confirmed once all do. `filed`: one
/// that is being filed and not in the books yet.
pub(crate) fn met(
    world: &World,
    area: Area,
    statement: &Statement,
    filed: Option<&Clearing>,
) -> Result<(StatementState, Vec<Arc<str>>), Refused> {
    let Some(month) = statement.month() else {
        return Ok((StatementState::Drafted, Vec::new()));
    };
    let mut applications = Vec::new();
    for line in &statement.lines {
        let application = match filed.filter(|filed| filed.class == line.class) {
            Some(filed) => Some(filed.clone()),
            None => applied(world, area, statement, month, line)?,
        };
        let same = application.filter(|application| agrees(application, line));
        applications.extend(same.map(|application| application.number));
    }
    let all = !statement.lines.is_empty() && applications.len() == statement.lines.len();
    let state = if all { StatementState::Confirmed } else { StatementState::Drafted };
    Ok((state, applications))
}

fn applied(
    world: &World,
    area: Area,
    statement: &Statement,
    month: Month,
    line: &ClassLine,
) -> Result<Option<Clearing>, Refused> {
    let key = application_key(area, &statement.institution, month, &line.class);
    match world.document(&key) {
        Some(found) if found.state == ClearingState::Applied as i16 => body(found).map(Some),
        _ => Ok(None),
    }
}

fn agrees(application: &Clearing, line: &ClassLine) -> bool {
    let stated = [application.count, application.total, application.funds];
    stated == [line.count, line.total, line.funds()]
        && [application.accounts, application.cash] == [line.accounts, line.cash]
}

/// The statement as an application that is being filed leaves it; `None` if it changes nothing.
///
/// # Errors
/// What is stored cannot be read.
pub(crate) fn joined(
    world: &World,
    area: Area,
    institution: &Arc<str>,
    filed: &Clearing,
    at: Moment,
) -> Result<Option<Document>, Refused> {
    let Some(found) = world.document(&Statement::key(area, institution, &filed.month)) else {
        return Ok(None);
    };
    let (mut statement, state) = Statement::read(found)?;
    if state != StatementState::Drafted {
        return Ok(None);
    }
    let (state, applications) = met(world, area, &statement, Some(filed))?;
    if applications.is_empty() {
        return Ok(None);
    }
    statement.applications = applications;
    if state == StatementState::Confirmed {
        statement.confirmed = Some(Signed::now(&Arc::from(BY_APPLICATION), at));
    }
    statement.filed(area, found.at, state).map(Some)
}

/// The statement as the withdrawal of an application leaves it; `None` if it changes nothing.
///
/// # Errors
/// [`Reason::DocumentState`] if it is in a payment order or paid.
pub(crate) fn parted(
    world: &World,
    area: Area,
    institution: &Arc<str>,
    withdrawn: &Clearing,
) -> Result<Option<Document>, Refused> {
    let Some(found) = world.document(&Statement::key(area, institution, &withdrawn.month)) else {
        return Ok(None);
    };
    let (mut statement, mut state) = Statement::read(found)?;
    if !statement.applications.contains(&withdrawn.number) {
        return Ok(None);
    }
    if state == StatementState::Paid || !statement.order.is_empty() {
        let words =
            format!("{}已列入拨付单{}，清算申请不能撤销", statement.number, statement.order);
        return Err(Refused::new(Reason::DocumentState, words));
    }
    statement.applications.retain(|number| *number != withdrawn.number);
    let by_application =
        statement.confirmed.as_ref().is_some_and(|signed| &*signed.by == BY_APPLICATION);
    if state == StatementState::Confirmed && by_application {
        statement.confirmed = None;
        state = StatementState::Drafted;
    }
    statement.filed(area, found.at, state).map(Some)
}
