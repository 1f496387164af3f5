//! Taking an entry back: shared by undos and reversals. The settlement's visit opens again, and what was bought on a
//! prescription is given back to it.

use crate::business::Context;
use crate::business::post::{Entering, Post};
use crate::business::prescription::{self, Prescription};
use crate::business::recalculation;
use crate::business::supervision::taken;
use crate::business::visit::{CANCELLED, OPEN, VisitBody};
use crate::cells;
use crate::reason::{Reason, Refused};
use crate::record::Record;
use crate::world::World;
use kernel::Date;
use std::sync::Arc;
use store::{Cells, Entry, EntryKind, Id, PersonKey, Visit};

/// An entry on its way back.
pub(in crate::business) struct Taking<'w> {
    world: &'w World,
    /// The entry that is taken back.
    pub(in crate::business) entry: &'w Entry,
    /// The record that says what goes back: of the settlement, or of the undo that is itself taken back.
    pub(in crate::business) record: Record,
    /// The settlement it is about: itself, or what its record names.
    pub(in crate::business) settlement: Id,
}

/// What became of a settlement: itself if nothing did, else the last undo, reversal or reinstatement.
///
/// # Errors
/// [`Reason::Conflict`] if an entry on the way is missing.
pub(crate) fn fate<'w>(world: &'w World, settlement: &'w Entry) -> Result<&'w Entry, Refused> {
    let missing = || Refused::new(Reason::Conflict, settlement.id.to_string());
    let mut last = settlement;
    while let Some(next) = world.undone(last.id) {
        last = world.entry(&settlement.key, next).ok_or_else(missing)?;
    }
    Ok(last)
}

/// True if an entry takes its settlement back.
pub(crate) fn takes_back(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::Undo | EntryKind::Reversal | EntryKind::Withdrawal)
}

impl<'w> Taking<'w> {
    /// Reads what goes back from the record of `said`: `entry` itself, or the settlement that it stands for again.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub(in crate::business) fn of(
        world: &'w World,
        entry: &'w Entry,
        said: &Entry,
    ) -> Result<Taking<'w>, Refused> {
        let record = Record::from_json(&said.record)?;
        let settlement = record.original.unwrap_or(said.id);
        Ok(Taking { world, entry, record, settlement })
    }

    /// The person.
    pub(in crate::business) fn person(&self) -> &'w PersonKey {
        &self.entry.key
    }

    /// Accumulators as they are now, as far as the settlement can reach.
    pub(in crate::business) fn used(&self, post: &Post<'_>) -> Cells {
        let inputs = &self.record.inputs;
        let day = Date::parse(&inputs.service).unwrap_or_default();
        let now = post.cells(self.person(), inputs.year);
        cells::within_reach(now, day, inputs.institution, inputs.visit)
    }

    /// Enters the record that takes the entry back.
    ///
    /// # Errors
    /// As for [`Post::enter`].
    pub(in crate::business) fn enter(
        &self,
        kind: EntryKind,
        mut record: Record,
        post: &mut Post<'_>,
        context: &mut Context<'_>,
    ) -> Result<(Id, Arc<Record>), Refused> {
        record.original = Some(self.settlement);
        record.case.message = context.message.clone();
        if let Some(taken_back) = &mut record.taken_back {
            taken_back.sent = context.sent.map(|sent| sent.0);
        }
        post.turn_year(self.person(), context)?;
        let id = post.id(self.person(), context)?;
        let entering = Entering {
            id,
            kind,
            key: self.person(),
            institution: self.entry.institution.clone(),
            visit: self.entry.visit,
            undoes: self.entry.id,
            clearing: self.entry.clearing.clone(),
            record,
        };
        let record = post.enter(entering, context)?;
        post.changes.undone.push((self.person().clone(), self.entry.id, id));
        Ok((id, record))
    }

    /// What the settlement was corrected by goes back before it does.
    ///
    /// # Errors
    /// [`Reason::DocumentState`] if a case of supervision took money of it back; [`Reason::Conflict`] if its corrections
    /// cannot be read.
    pub(in crate::business) fn uncorrect(
        &self,
        post: &mut Post<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        taken::hold(self.world, self.person(), self.settlement, "撤销")?;
        recalculation::take_back(self.world, post, self.person(), self.settlement, context)
    }

    /// What the settlement was corrected by comes again, after it has.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if its corrections cannot be read.
    pub(in crate::business) fn correct_again(
        &self,
        post: &mut Post<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        recalculation::put_back(self.world, post, self.person(), self.settlement, context)
    }

    /// The batch is open again; a purchase is as if it had not been.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if visit or prescription cannot be read.
    pub(in crate::business) fn release(&self, post: &mut Post<'_>) -> Result<(), Refused> {
        if let Some(visit) = self.world.visit(self.person(), self.entry.visit) {
            let mut body = VisitBody::of(visit)?;
            body.settled.retain(|(_, entry)| *entry != self.settlement);
            let state = if body.purchase { CANCELLED } else { visit.state };
            post.changes.visits.push(Visit { state, body: body.to_json()?, ..visit.clone() });
        }
        self.prescribe(post, |prescription| Ok(prescription.released_by(self.settlement)))
    }

    /// The batch is settled again.
    ///
    /// # Errors
    /// [`Reason::Overtaken`] if it was settled anew in the meantime, or its medicines were bought again.
    pub(in crate::business) fn retain(&self, post: &mut Post<'_>) -> Result<(), Refused> {
        if let Some(visit) = self.world.visit(self.person(), self.entry.visit) {
            let mut body = VisitBody::of(visit)?;
            let batch = &self.record.case.batch;
            if body.is_settled(batch) || visit.state == CANCELLED && !body.purchase {
                return Err(Refused::new(Reason::Overtaken, format!("批次{batch}")));
            }
            body.settled.push((batch.clone(), self.settlement));
            post.changes.visits.push(Visit { state: OPEN, body: body.to_json()?, ..visit.clone() });
        }
        self.prescribe(post, |prescription| prescription.retaken_by(self.settlement))
    }

    fn prescribe(
        &self,
        post: &mut Post<'_>,
        change: impl FnOnce(&Prescription) -> Result<Prescription, Refused>,
    ) -> Result<(), Refused> {
        let number = &self.record.case.prescription;
        if number.is_empty() {
            return Ok(());
        }
        let key = prescription::key(self.person(), number);
        if let Some(document) = self.world.document(&key) {
            let next = change(&Prescription::of(document)?)?;
            post.changes.documents.push(next.filed(key, document.at)?);
        }
        Ok(())
    }
}
