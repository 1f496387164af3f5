//! 零星报销 as businesses: received by one, reviewed and decided by another, paid by two of finance; withdrawn or turned down.

mod receive;
mod review;
mod scene;
mod decide;
mod withdraw;
mod pay;
mod returned;

pub use decide::Decide;
pub use pay::{DecideOrder, MOST_IN_AN_ORDER, MakeOrder};
pub use receive::Receive;
pub use returned::{AmendPayee, Return};
pub use review::{Review, TurnDown};
pub use withdraw::Withdraw;

use super::Decision;
use crate::outcome::Outcome;
use crate::paper::{Application, Handed};
use crate::paper::{FREE, HELD};
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, PersonKey};

/// An application as it stands after a business: what is answered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Filed {
    /// It was there already, and nothing was changed.
    #[serde(default)]
    pub unchanged: bool,
    /// The application.
    pub application: Application,
}

/// An application that must be there, and when it was filed.
fn find(world: &World, person: &PersonKey, number: &str) -> Result<(Application, Moment), Refused> {
    let found = world.document(&Application::key(person, number));
    let unknown = || Refused::new(Reason::DocumentUnknown, format!("零星报销申请{number}"));
    let found = found.ok_or_else(unknown)?;
    Ok((Application::read(found)?, found.at))
}

/// Somebody must answer for it.
fn named(who: &str, what: &str) -> Result<(), Refused> {
    match who.trim().is_empty() {
        true => Err(Refused::new(Reason::Content, format!("缺少{what}"))),
        false => Ok(()),
    }
}

/// The answer of a business that changed an application, and nothing but documents.
fn answered(application: Application, changes: Changes) -> Result<Decision, Refused> {
    let outcome = Outcome::of_document(&Filed { unchanged: false, application })?;
    Ok(Decision { changes, outcome })
}

/// Lets the receipts of an application go: they may be handed in again. Whoever calls it has locked the [`register`].
fn let_go(
    world: &World,
    area: Area,
    application: &Application,
    changes: &mut Changes,
) -> Result<(), Refused> {
    for receipt in &application.stated.receipts {
        for key in receipt.key(area).into_iter().chain([receipt.day_key(area)]) {
            let Some((mut handed, at)) = handed(world, changes, &key)? else { continue };
            handed.by.retain(|by| by.application != application.number);
            changes.documents.push(registered(key, at, &handed)?);
        }
    }
    Ok(())
}

/// Who handed a receipt in, as it will be; and when it was first.
fn handed(
    world: &World,
    changes: &Changes,
    key: &DocumentKey,
) -> Result<Option<(Handed, Moment)>, Refused> {
    let pending = changes.documents.iter().rev().find(|document| document.key == *key);
    let Some(document) = pending.or_else(|| world.document(key)) else { return Ok(None) };
    Ok(Some((crate::clearing::body(document)?, document.at)))
}

fn registered(key: DocumentKey, at: Moment, handed: &Handed) -> Result<Document, Refused> {
    let state = if handed.by.is_empty() { FREE } else { HELD };
    crate::clearing::document(key, at, state, handed)
}

/// The register of an area, whose lock makes receipts wait for each other.
fn register(area: Area) -> PersonKey {
    PersonKey { area, person: Arc::from(crate::paper::REGISTER) }
}
