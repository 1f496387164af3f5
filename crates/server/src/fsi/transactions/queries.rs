//! 5201 to 5206: what stands in the books. An institution sees what happened there.

mod visits;
mod settlements;
mod lines;
mod accumulated;

pub(super) use accumulated::accumulated;
pub(super) use lines::{chronic, lines};
pub(super) use settlements::settlement;
pub(super) use visits::{diagnoses, visits};

use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::counter::{Asking, institutions};
use agency::{Reason, Refused};
use kernel::{Date, Moment};
use std::sync::Arc;
use store::{Area, Id};

/// Who asks about whom.
pub(super) fn asking(message: &Message<'_>, row: &Row<'_>) -> Result<Asking, Fault> {
    let institution = message.institution.clone();
    Ok(Asking { person: message.person(row)?, institution })
}

/// The settlement that a row names; `None` if it names none.
pub(super) fn named(row: &Row<'_>) -> Result<Option<Id>, Fault> {
    match row.text("setl_id") {
        "" => Ok(None),
        stated => match Id::parse(stated) {
            Some(id) => Ok(Some(id)),
            None => Err(Refused::new(Reason::SettlementUnknown, stated).into()),
        },
    }
}

/// A span of time: a last day without a time counts whole.
pub(super) fn span(row: &Row<'_>) -> Result<(Moment, Moment), Fault> {
    let from = row.required_moment("begntime")?;
    let Some(to) = row.moment("endtime")? else { return Ok((from, end_of(Date::MAX.previous()))) };
    let whole_day = Moment::start_of(to.date()) == to;
    Ok((from, if whole_day { end_of(to.date()) } else { to }))
}

/// The last moment of a day.
fn end_of(day: Date) -> Moment {
    Moment(Moment::start_of(day.next()).0 - 1)
}

/// Name of an institution, as of today; its code if no area lists it.
fn name_of(office: &Office, area: Area, code: &Arc<str>) -> Arc<str> {
    let found = institutions(office.agency(), area, 0, code, "");
    let site = found.ok().and_then(|found| found.into_iter().next());
    site.map_or_else(|| code.clone(), |found| found.site.name)
}
