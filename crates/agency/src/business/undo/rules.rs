//! Which settlements can be undone.

use super::{Taking, Undo, fate, takes_back};
use crate::business::post::Post;
use crate::business::recalculation;
use crate::business::supervision::taken;
use crate::business::{Business, Context, Decision};
use crate::outcome::{Outcome, Settled};
use crate::reason::{Reason, Refused};
use crate::world::World;
use store::{Entry, EntryKind, Id, PersonKey, Wants};

impl Business for Undo {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.entries.insert((self.person.clone(), self.entry));
        wants.documents.insert(recalculation::correction_key(&self.person, self.entry));
        wants.documents.insert(taken::key(&self.person, self.entry));
        if let Some(visit) = self.visit {
            wants.visits.insert((self.person.clone(), visit));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let settlement = self.settlement(world)?;
        let standing = fate(world, settlement)?;
        if takes_back(standing) {
            return Err(Refused::new(Reason::AlreadyUndone, self.entry.to_string()));
        }
        let taking = Taking::of(world, standing, settlement)?;
        let mut post = Post::new(world, &self.person, context)?;
        taking.uncorrect(&mut post, context)?;
        let undone = taking.record.undone(taking.used(&post), world.regions())?;
        let (entry, record) = taking.enter(EntryKind::Undo, undone, &mut post, context)?;
        taking.release(&mut post)?;
        let entry = if context.trial { Id::MIN } else { entry };
        let message = context.message.clone();
        Ok(post.decision(Outcome::Settled(Box::new(Settled { entry, message, record }))))
    }
}

impl Undo {
    fn settlement<'w>(&self, world: &'w World) -> Result<&'w Entry, Refused> {
        let unknown = || Refused::new(Reason::SettlementUnknown, self.entry.to_string());
        let settlement = world.entry(&self.person, self.entry).ok_or_else(unknown)?;
        if settlement.kind != EntryKind::Settlement {
            return Err(Refused::new(Reason::NotUndoable, self.entry.to_string()));
        }
        let elsewhere = *settlement.institution != *self.institution;
        if elsewhere || self.visit.is_some_and(|visit| visit != settlement.visit) {
            return Err(unknown());
        }
        Ok(settlement)
    }
}
