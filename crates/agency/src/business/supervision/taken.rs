//! 追回登记: how much of a settlement cases took back. Whoever would take the same money back otherwise, an undo or a
//! recalculation, is held up until the recovery is given up.

use crate::business::recalculation::{corrected_funds, correction_key};
use crate::business::undo::{fate, takes_back};
use crate::documents::TAKEN;
use crate::reason::{Reason, Refused};
use crate::record::Record;
use crate::world::World;
use kernel::{Fen, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Document, DocumentKey, Entry, EntryKind, Id, PersonKey};

/// What cases took back of a settlement, fen: a document of kind [`TAKEN`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Taken {
    /// By case: of each fund, and of accounts.
    pub cases: BTreeMap<Arc<str>, ([i64; 3], i64)>,
}

impl Taken {
    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(document: &Document) -> Result<Taken, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))
    }

    /// All cases together: of each fund, and of accounts.
    #[must_use]
    pub fn sum(&self) -> ([i64; 3], i64) {
        let (mut funds, mut account) = ([0; 3], 0);
        for (own, from_account) in self.cases.values() {
            funds = std::array::from_fn(|fund| funds[fund] + own[fund]);
            account += from_account;
        }
        (funds, account)
    }

    /// As a document; state 0: something stands, 1: nothing does.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub(super) fn filed(&self, key: DocumentKey, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self);
        let body = body.map_err(|_| Refused::new(Reason::Conflict, &*key.number))?;
        let state = i16::from(self.sum() == ([0; 3], 0));
        Ok(Document { key, at, state, body: body.into() })
    }
}

/// Where it is kept.
#[must_use]
pub fn key(person: &PersonKey, settlement: Id) -> DocumentKey {
    DocumentKey {
        area: person.area,
        kind: TAKEN.into(),
        owner: person.person.clone(),
        number: settlement.to_string().into(),
    }
}

/// What was taken back of a settlement so far.
///
/// # Errors
/// [`Reason::Conflict`] if it cannot be read.
pub(super) fn of(world: &World, person: &PersonKey, settlement: Id) -> Result<Taken, Refused> {
    let found = world.document(&key(person, settlement));
    found.map_or_else(|| Ok(Taken::default()), Taken::of)
}

/// Refuses what would take the money of a settlement back a second time.
///
/// # Errors
/// [`Reason::DocumentState`] if a case took some of it back.
pub(in crate::business) fn hold(
    world: &World,
    person: &PersonKey,
    settlement: Id,
    what: &str,
) -> Result<(), Refused> {
    let taken = of(world, person, settlement)?;
    let (funds, account) = taken.sum();
    let sum = funds.iter().sum::<i64>() + account;
    if sum == 0 {
        return Ok(());
    }
    let cases: Vec<&str> = taken.cases.keys().map(|case| &**case).collect();
    let words = format!(
        "结算{settlement}已由案件{}追回{}元，{what}之前请先在案件中撤回追回",
        cases.join("、"),
        Fen::new(sum)
    );
    Err(Refused::new(Reason::DocumentState, words))
}

/// A settlement that stands, and what can still be taken back of it.
pub(super) struct Left<'w> {
    pub(super) entry: &'w Entry,
    /// The day of its service.
    pub(super) day: Arc<str>,
    pub(super) taken: Taken,
    /// Of each fund: what was settled and corrected, less what was taken back.
    pub(super) funds: [i64; 3],
    /// Of the accounts.
    pub(super) account: i64,
}

/// What can still be taken back of a settlement.
///
/// # Errors
/// [`Reason::SettlementUnknown`], [`Reason::AlreadyUndone`], [`Reason::Conflict`].
pub(super) fn left<'w>(
    world: &'w World,
    person: &PersonKey,
    settlement: Id,
) -> Result<Left<'w>, Refused> {
    let unknown = || Refused::new(Reason::SettlementUnknown, settlement.to_string());
    let entry = world.entry(person, settlement).ok_or_else(unknown)?;
    if entry.kind != EntryKind::Settlement {
        return Err(unknown());
    }
    if takes_back(fate(world, entry)?) {
        return Err(Refused::new(Reason::AlreadyUndone, settlement.to_string()));
    }
    let record = Record::from_json(&entry.record)?;
    let corrected = corrected_funds(world.document(&correction_key(person, settlement)))?;
    let taken = of(world, person, settlement)?;
    let (gone, gone_account) = taken.sum();
    let settled = record.decision.funds;
    let funds = std::array::from_fn(|fund| (settled[fund] + corrected[fund] - gone[fund]).max(0));
    let account = (record.decision.account_payment() - gone_account).max(0);
    Ok(Left { entry, day: record.inputs.service.clone(), taken, funds, account })
}
