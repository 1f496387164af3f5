//! The entries of corrections, and what becomes of them when their settlement is taken back.

use super::correction_key;
use crate::business::Context;
use crate::business::post::Post;
use crate::ledger::{Head, Journal};
use crate::reason::{Reason, Refused};
use crate::recalculation::{Changed, Corrections};
use crate::record::{Booking, Corrected, Correction, VERSION};
use crate::world::World;
use kernel::{Fen, Fund};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Document, EntryKind, Id, PersonKey};

/// [`Document::state`]: the corrections stand.
const STANDING: i16 = 0;
/// [`Document::state`]: they went back together with their settlement.
const TAKEN_BACK: i16 = 1;

/// Body of a document of the kind [`crate::documents::CORRECTION`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Filed {
    /// The benefit year.
    year: i32,
    /// The settlement's visit.
    visit: Id,
    /// Its institution.
    institution: Arc<str>,
    /// Its service date.
    service: Arc<str>,
    /// All corrections together.
    #[serde(flatten)]
    sum: Corrections,
}

/// By how much the funds pay more for a settlement since it was decided, fen; of a document [`correction_key`] names.
///
/// # Errors
/// [`Reason::Conflict`] if it cannot be read.
pub(crate) fn corrected_by(document: Option<&Document>) -> Result<i64, Refused> {
    corrected_funds(document).map(|funds| funds.iter().sum())
}

/// The same by fund.
///
/// # Errors
/// [`Reason::Conflict`] if it cannot be read.
pub(crate) fn corrected_funds(document: Option<&Document>) -> Result<[i64; 3], Refused> {
    let Some(document) = document.filter(|document| document.state == STANDING) else {
        return Ok([0; 3]);
    };
    let filed: Filed = serde_json::from_str(&document.body)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    Ok(filed.sum.funds)
}

/// What is entered.
struct Entering {
    year: i32,
    service: Arc<str>,
    note: &'static str,
    /// What its corrections gave the person so far, fen.
    so_far: i64,
    moves: Vec<(Arc<str>, i64)>,
    correction: Correction,
}

/// Enters the correction of a settlement, into which what was decided anew goes; the entry.
pub(super) fn correct(
    post: &mut Post<'_>,
    person: &PersonKey,
    year: i32,
    proposal: &Arc<str>,
    changed: &mut Changed,
    context: &mut Context<'_>,
) -> Result<Id, Refused> {
    let (funds, deductible) = (changed.funds(), changed.deductible());
    let mut sum = std::mem::take(&mut changed.so_far);
    let now = std::mem::take(&mut changed.now);
    let Changed { settlement, visit, service, moves, .. } = &*changed;
    let (settlement, visit) = (*settlement, *visit);
    // A paper claim is in no institution's figures, nor is what it is corrected by.
    let institution =
        if now.inputs.is_paper() { Arc::default() } else { changed.institution.clone() };
    let filed = sum.entries.first().map_or(post.at, |first| first.moment());
    let entering = Entering {
        year,
        service: service.clone(),
        note: "重算更正",
        so_far: sum.funds.iter().sum(),
        moves: moves.clone(),
        correction: Correction {
            settlement,
            visit,
            institution: institution.clone(),
            proposal: proposal.clone(),
            funds,
            deductible,
            after: Some(Box::new(now)),
        },
    };
    let entry = enter(post, person, entering, context)?;
    sum.add(entry, funds, deductible, moves);
    let service = service.clone();
    let body = Filed { year, visit, institution, service, sum };
    let key = correction_key(person, settlement);
    let body = body.to_json()?;
    post.changes.documents.push(Document { key, at: filed, state: STANDING, body });
    Ok(entry)
}

/// Takes the corrections of a settlement back, before it is taken back itself.
///
/// # Errors
/// [`Reason::Conflict`] if they cannot be read.
pub(in crate::business) fn take_back(
    world: &World,
    post: &mut Post<'_>,
    person: &PersonKey,
    settlement: Id,
    context: &mut Context<'_>,
) -> Result<(), Refused> {
    turn(world, post, person, settlement, TAKEN_BACK, context)
}

/// Enters the corrections of a settlement again, after it stands again.
///
/// # Errors
/// [`Reason::Conflict`] if they cannot be read.
pub(in crate::business) fn put_back(
    world: &World,
    post: &mut Post<'_>,
    person: &PersonKey,
    settlement: Id,
    context: &mut Context<'_>,
) -> Result<(), Refused> {
    turn(world, post, person, settlement, STANDING, context)
}

/// Brings the corrections of a settlement into a state, with one entry for all of them.
fn turn(
    world: &World,
    post: &mut Post<'_>,
    person: &PersonKey,
    settlement: Id,
    state: i16,
    context: &mut Context<'_>,
) -> Result<(), Refused> {
    let key = correction_key(person, settlement);
    let Some(document) = world.document(&key).filter(|document| document.state != state) else {
        return Ok(());
    };
    let mut filed: Filed = serde_json::from_str(&document.body)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    let back = state == TAKEN_BACK;
    let sign = if back { -1 } else { 1 };
    let sum = &filed.sum;
    let given: i64 = sum.funds.iter().sum();
    let entering = Entering {
        year: filed.year,
        service: filed.service.clone(),
        note: if back { "随结算撤销更正" } else { "随结算恢复更正" },
        so_far: if back { given } else { 0 },
        moves: sum.moves.iter().map(|(name, by)| (name.clone(), sign * by)).collect(),
        correction: Correction {
            settlement,
            visit: filed.visit,
            institution: filed.institution.clone(),
            proposal: Arc::default(),
            funds: sum.funds.map(|amount| sign * amount),
            deductible: sign * sum.deductible,
            after: None,
        },
    };
    let entry = enter(post, person, entering, context)?;
    filed.sum.entries.push(entry);
    let body = filed.to_json()?;
    post.changes.documents.push(Document { state, body, ..document.clone() });
    Ok(())
}

fn enter(
    post: &mut Post<'_>,
    person: &PersonKey,
    entering: Entering,
    context: &mut Context<'_>,
) -> Result<Id, Refused> {
    let Entering { year, service, note, so_far, moves, correction } = entering;
    let id = post.id(person, context)?;
    let mut journal = Journal::default();
    for fund in Fund::ALL {
        let amount = Fen::new(correction.funds[*fund as usize]);
        journal.post(Head::of_fund(*fund), &Arc::from(""), amount);
    }
    // What the person is owed, or owes, for this settlement before and after: so corrections offset each other.
    let now = so_far + correction.funds.iter().sum::<i64>();
    let owed = now.max(0) - so_far.max(0);
    let owes = (-now).max(0) - (-so_far).max(0);
    journal.post(Head::PayableToPeople, &person.person, Fen::new(-owed));
    journal.post(Head::Receivable, &person.person, Fen::new(owes));
    let account = post.account(person)?;
    let booking = Booking {
        v: VERSION,
        source: Arc::from("重算"),
        reference: correction.proposal.clone(),
        day: service,
        note: Arc::from(note),
        wallet: (account.current.get(), account.earlier.get()),
        moves: moves.clone(),
        balance: (account.current + account.earlier).get(),
    };
    let record = Corrected { booking, correction }.to_json()?;
    post.book_as(id, EntryKind::Correction, person, year, journal, (&moves, record))?;
    Ok(id)
}

impl Filed {
    fn to_json(&self) -> Result<Arc<str>, Refused> {
        serde_json::to_string(self)
            .map(Arc::from)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
    }
}
