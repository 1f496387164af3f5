//! The endpoints by area of work, one file each: shapes, rows of the table, handlers.

pub mod overview;
pub mod people;
pub mod enrolment;
pub mod imports;
pub mod entitlement;
pub mod accounts;
pub mod settlements;
pub mod filings;
pub mod sign_ups;
pub mod proposals;
pub mod institutions;
pub mod catalogue;
pub mod clearing;
pub mod year_end;
pub mod reviews;
pub mod assessment;
pub mod funds;
pub mod paper;
pub mod recalculations;
pub mod supervision;
pub mod runs;
pub mod books;
pub mod audit;

use super::endpoint::Write;
use super::paging::Page;
use super::problem::Problem;
use super::serve::Api;
use super::shape::{Kind, Shape, field};
use agency::Business;
use agency::core::Answered;
use kernel::Date;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Area, Document, PersonFile, PersonKey, Wants};

/// What is answered when something was done and there is nothing else to say.
pub static DONE: Shape = Shape {
    name: "Done",
    zh: "已办理",
    en: "done",
    fields: &[
        field("receipt", Kind::Id, "回执号", "number of the receipt"),
        field("at", Kind::Moment, "受理时间", "when it was taken"),
    ],
};

/// Something answered with [`DONE`].
fn done(business: impl Business + 'static) -> Write {
    Write::new(business, |_, answered| Ok(receipt(answered)))
}

fn receipt(answered: &Answered) -> Value {
    json!({"receipt": answered.id, "at": answered.received.to_string()})
}

/// Nulls, which say nothing, left out.
fn bare(mut value: Value) -> Value {
    if let Value::Object(object) = &mut value {
        object.retain(|_, value| !value.is_null());
    }
    value
}

/// The last day of something; null while it lasts.
fn until(day: Date) -> Value {
    if day == Date::MAX { Value::Null } else { json!(day.to_string()) }
}

/// The file of a person.
fn file(api: &Api, person: &PersonKey) -> Result<Arc<PersonFile>, Problem> {
    let wants = Wants { people: [person.clone()].into(), ..Wants::default() };
    let found = api.office.store().read(&wants)?.files.remove(person);
    found.ok_or_else(|| agency::Refused::new(agency::Reason::PersonUnknown, &*person.person).into())
}

/// A page of documents of a kind (owner empty: of all owners) that one wants to keep.
fn documents(
    api: &Api,
    (area, kind, owner): (Area, &str, &str),
    page: &Page,
    keep: impl Fn(&Document) -> bool,
) -> Result<Vec<Document>, Problem> {
    let mut kept = Vec::new();
    let start = if page.after.is_none() { owner } else { page.part(0) };
    let mut after: (Arc<str>, Arc<str>) = (start.into(), page.part(1).into());
    loop {
        let asked = page.asked().max(200);
        let key = (&*after.0, &*after.1);
        let rows = api.office.store().documents(area, kind, owner, key, asked)?;
        let more = rows.len() == asked;
        let Some(last) = rows.last() else { return Ok(kept) };
        after = (last.key.owner.clone(), last.key.number.clone());
        kept.extend(rows.into_iter().filter(&keep));
        if !more || kept.len() >= page.asked() {
            kept.truncate(page.asked());
            return Ok(kept);
        }
    }
}

/// The key of a document in a cursor.
fn place(document: &Document) -> Vec<String> {
    vec![document.key.owner.to_string(), document.key.number.to_string()]
}
