//! Recalculation 重算 as businesses: a person-year is asked for, proposed, approved by another, posted; and what a correction
//! means to an undo of its settlement.
//!
//! Nothing is posted that was not shown: on posting the plan is made again under the lock of the person and must be the one
//! approved. Only differences are posted. What a fund pays more is owed to the person, who paid too much in cash or from an
//! account; what it paid too much is owed by the person. Institutions and accounts are left alone. Corrections of one
//! settlement offset each other, so the books are the same in whatever order late facts were worked off.

mod file;
mod propose;
mod approve;
mod correct;
mod progress;

pub(crate) use approve::approve;
pub(crate) use correct::{corrected_by, corrected_funds};
pub(in crate::business) use correct::{put_back, take_back};
pub(crate) use propose::propose;

use crate::business::supervision::taken;
use crate::documents::{CORRECTION, RECALCULATION};
use crate::reason::{Reason, Refused};
use crate::recalculation::{History, Proposal};
use crate::replay::is_claim;
use crate::world::World;
use kernel::Date;
use std::sync::Arc;
use store::{Changes, Document, DocumentKey, Entered, Id, PersonKey, Wants};

/// [`Document::state`] of a recalculation asked for: to be done.
pub const PENDING: i16 = 0;
/// [`Document::state`] of a recalculation asked for: done.
pub const DONE: i16 = 1;

/// Asks for a person-year to be folded again: for reasons that no fact about the person tells.
#[derive(Clone, Debug)]
pub struct AskAgain {
    /// Whose.
    pub person: PersonKey,
    /// The benefit year.
    pub year: i32,
    /// What came late: `level`, `policy`, or a word of the agency's.
    pub kind: Arc<str>,
    /// First day on which it holds.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// Proposes what folding a person-year again would change. As a trial it shows the same and files nothing.
#[derive(Clone, Debug)]
pub struct Propose {
    /// Whose.
    pub person: PersonKey,
    /// The benefit year.
    pub year: i32,
    /// What was entered.
    pub history: Arc<History>,
    /// Numbers of the documents that ask for it.
    pub reasons: Vec<Arc<str>>,
    /// 经办人.
    pub by: Arc<str>,
}

/// Approves a proposal, and has it posted.
#[derive(Clone, Debug)]
pub struct Approve {
    /// Whose.
    pub person: PersonKey,
    /// The benefit year.
    pub year: i32,
    /// 经办人: another than the one who proposed. An approved proposal may be posted by anybody.
    pub by: Arc<str>,
    /// The digest of what was looked at; `None`: whatever is proposed.
    pub digest: Option<Arc<str>>,
    /// What was entered; `None`: approve, and post later.
    pub post: Option<Arc<History>>,
    /// Numbers of the documents that ask for it, as far as known: looked up with the rest.
    pub reasons: Vec<Arc<str>>,
}

/// Notes how far a run over many person-years is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The run's document.
    pub key: DocumentKey,
    /// It is over.
    pub over: bool,
    /// How far it is, as JSON.
    pub body: Arc<str>,
}

/// A person-year on its way through either step, alone or with others in one transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work<'a> {
    pub(crate) person: &'a PersonKey,
    pub(crate) year: i32,
    pub(crate) reasons: &'a [Arc<str>],
    pub(crate) by: &'a Arc<str>,
    /// The run over many that it belongs to; empty if none.
    pub(crate) run: &'a Arc<str>,
    /// What was entered, complete while this is the newest entry.
    pub(crate) last: Id,
    pub(crate) entries: &'a [Entered],
}

impl Work<'_> {
    /// What it needs to know.
    pub(crate) fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Proposal::key(self.person, self.year));
        wants.documents.extend(asked(self.person, self.reasons));
    }

    /// What posting needs to know besides: what cases took back.
    pub(crate) fn wants_to_post(&self, wants: &mut Wants) {
        let own = self.entries.iter().filter(|entry| entry.year == self.year);
        let claims = own.filter(|entry| is_claim(entry.kind));
        wants.documents.extend(claims.map(|entry| taken::key(self.person, entry.id)));
    }
}

/// Where it is filed what a settlement was corrected by.
#[must_use]
pub fn correction_key(person: &PersonKey, settlement: Id) -> DocumentKey {
    key(person, CORRECTION, &settlement.to_string())
}

fn key(person: &PersonKey, kind: &str, number: &str) -> DocumentKey {
    DocumentKey {
        area: person.area,
        kind: Arc::from(kind),
        owner: person.person.clone(),
        number: Arc::from(number),
    }
}

/// The keys of the documents that ask for a recalculation.
fn asked<'a>(
    person: &'a PersonKey,
    reasons: &'a [Arc<str>],
) -> impl Iterator<Item = DocumentKey> + 'a {
    reasons.iter().map(|number| key(person, RECALCULATION, number))
}

/// Notes that what was asked for is done.
fn done(world: &World, person: &PersonKey, reasons: &[Arc<str>], changes: &mut Changes) {
    for key in asked(person, reasons) {
        if let Some(document) = world.document(&key).filter(|it| it.state == PENDING) {
            changes.documents.push(Document { state: DONE, ..document.clone() });
        }
    }
}

/// The entries handed over must be all there are.
fn complete(world: &World, person: &PersonKey, last: Id) -> Result<(), Refused> {
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let account = world.account(person).ok_or_else(unknown)?;
    if account.last == last {
        Ok(())
    } else {
        // Read again, it will do.
        Err(Refused::new(Reason::Busy, format!("{}刚有新的记账", person.person)))
    }
}
