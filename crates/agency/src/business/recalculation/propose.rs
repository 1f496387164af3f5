//! Proposing: the plan is filed as it is shown. Where nothing differs, that is the end of it.

use super::{Propose, Work, complete, done};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::recalculation::{Act, Proposal, plan};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, PersonKey, Wants};

impl Business for Propose {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        self.work(&Arc::default()).wants(wants);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (changes, proposal) = propose(world, context, self.work(&Arc::default()))?;
        Ok(Decision { changes, outcome: Outcome::of_document(&proposal)? })
    }
}

impl Propose {
    fn work<'a>(&'a self, run: &'a Arc<str>) -> Work<'a> {
        let Propose { person, year, history, reasons, by } = self;
        let (last, entries) = (history.last, &*history.entries);
        Work { person, year: *year, reasons, by, run, last, entries }
    }
}

/// Makes the plan and files it.
///
/// # Errors
/// Why nothing is proposed.
pub(crate) fn propose(
    world: &World,
    context: &Context<'_>,
    work: Work<'_>,
) -> Result<(Changes, Proposal), Refused> {
    let Work { person, year, reasons, by, run, last, entries } = work;
    if by.is_empty() {
        return Err(Refused::new(Reason::Content, "请写明经办人"));
    }
    complete(world, person, last)?;
    let mut post = Post::new(world, person, context)?;
    let plan = plan(world, person, year, entries, post.at)?;
    let key = Proposal::key(person, year);
    let round = match world.document(&key) {
        None => 1,
        Some(document) => {
            let over = matches!(document.state, Proposal::POSTED | Proposal::NOTHING);
            Proposal::read_unopened(document)?.round + u32::from(over)
        }
    };
    let revision = world.account(person).map_or(0, |account| account.revision);
    let mut proposal = Proposal::of(&plan, last, revision, round);
    proposal.proposed = Act::new(by, post.at);
    proposal.reasons = reasons.to_vec();
    proposal.run = run.clone();
    let state = if plan.changed.is_empty() {
        done(world, person, reasons, &mut post.changes);
        Proposal::NOTHING
    } else {
        Proposal::PROPOSED
    };
    post.changes.documents.push(proposal.filed(key, post.at, state)?);
    Ok((post.changes, proposal))
}
