//! Proposing: the plan is filed as it is shown. Where nothing differs, that is the end of it.

use super::{Propose, asked, complete, done};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::recalculation::{Act, Proposal, plan};
use crate::world::World;
use store::{PersonKey, Wants};

impl Business for Propose {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Proposal::key(&self.person, self.year));
        wants.documents.extend(asked(&self.person, &self.reasons));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if self.by.is_empty() {
            return Err(Refused::new(Reason::Content, "请写明经办人"));
        }
        complete(world, &self.person, &self.history)?;
        let mut post = Post::new(world, &self.person, context)?;
        let plan = plan(world, &self.person, self.year, &self.history, post.at)?;
        let key = Proposal::key(&self.person, self.year);
        let before = world.document(&key);
        let round = match before {
            None => 1,
            Some(document) => {
                let over = matches!(document.state, Proposal::POSTED | Proposal::NOTHING);
                Proposal::read(document)?.round + u32::from(over)
            }
        };
        let revision = world.account(&self.person).map_or(0, |account| account.revision);
        let mut proposal = Proposal::of(&plan, self.history.last, revision, round);
        proposal.proposed = Act::new(&self.by, post.at);
        proposal.reasons.clone_from(&self.reasons);
        let state = if plan.changed.is_empty() {
            done(world, &self.person, &self.reasons, &mut post.changes);
            Proposal::NOTHING
        } else {
            Proposal::PROPOSED
        };
        let outcome = Outcome::of_document(&proposal)?;
        post.changes.documents.push(proposal.filed(key, post.at, state)?);
        Ok(Decision { changes: post.changes, outcome })
    }
}
