//! What a reversal finds, and what it leaves behind.

use super::{BARRED, DONE, Reverse, TAKEN_BACK};
use crate::business::post::Post;
use crate::business::undo::{Taking, fate, takes_back};
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, EntryKind, Id, Message, MessageKey, PersonKey, Wants};

impl Business for Reverse {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.originals.insert(self.any());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if world.account(&self.person).is_none() {
            return Err(Refused::new(Reason::PersonUnknown, &*self.person.person));
        }
        let any = self.any();
        let own = |message: &&Message| message.person == self.person.person;
        let known: Vec<&Message> = world.messages_like(&any).filter(own).collect();
        let done = known.iter().filter(|message| message.state == DONE);
        match done.max_by_key(|message| message.id) {
            Some(message) => self.take_back(message, world, context),
            None if known.iter().any(|message| message.state == TAKEN_BACK) => {
                let outcome = Outcome::NothingToReverse { already: true };
                Ok(Decision { changes: Changes::default(), outcome })
            }
            None => Ok(self.bar(known.first().copied(), context)),
        }
    }
}

impl Reverse {
    /// The message by number and transaction, whatever it said.
    fn any(&self) -> MessageKey {
        MessageKey {
            area: self.person.area,
            institution: self.institution.clone(),
            number: self.number.clone(),
            transaction: self.transaction.clone(),
            digest: 0,
        }
    }

    /// Nothing is known of it: should it still arrive, it is refused.
    fn bar(&self, barred: Option<&Message>, context: &mut Context<'_>) -> Decision {
        let sent = self.sent.or(Some(context.at));
        let message = Message {
            key: self.any(),
            person: self.person.person.clone(),
            at: context.at,
            sent: sent.max(barred.and_then(|barred| barred.sent)),
            id: (context.ids)(),
            entry: Id::MIN,
            state: BARRED,
            outcome: Arc::from(""),
        };
        let changes = Changes { messages: vec![message], ..Changes::default() };
        Decision { changes, outcome: Outcome::NothingToReverse { already: false } }
    }

    fn take_back(
        &self,
        message: &Message,
        world: &World,
        context: &mut Context<'_>,
    ) -> Result<Decision, Refused> {
        let refused = |reason| Refused::new(reason, &*self.number);
        if message.entry == Id::MIN {
            return Err(refused(Reason::NotReversible));
        }
        let entry = world.entry(&self.person, message.entry);
        let entry = entry.ok_or_else(|| refused(Reason::Conflict))?;
        let standing = fate(world, entry)?;
        if takes_back(standing) == (entry.kind == EntryKind::Settlement) {
            // It was undone by a message of its own: there is nothing left of it.
            let outcome = Outcome::NothingToReverse { already: true };
            return Ok(Decision { changes: Changes::default(), outcome });
        }
        let mut post = Post::new(world, &self.person, context)?;
        let taking = Taking::of(world, standing, entry)?;
        let reversal = match entry.kind {
            EntryKind::Settlement => {
                taking.uncorrect(&mut post, context)?;
                let reversed = taking.record.reversed();
                let entered = taking.enter(EntryKind::Reversal, reversed, &mut post, context)?;
                taking.release(&mut post)?;
                entered.0
            }
            EntryKind::Undo => {
                if taking.used(&post) != taking.record.left_behind() {
                    return Err(refused(Reason::Overtaken));
                }
                let again = taking.record.reinstated();
                let entered = taking.enter(EntryKind::Reinstatement, again, &mut post, context)?;
                taking.retain(&mut post)?;
                taking.correct_again(&mut post, context)?;
                entered.0
            }
            _ => return Err(refused(Reason::NotReversible)),
        };
        let sent = self.sent.or(Some(context.at));
        post.changes.messages.push(Message { state: TAKEN_BACK, sent, ..message.clone() });
        Ok(post.decision(Outcome::Reversed { entry: Some(reversal) }))
    }
}
