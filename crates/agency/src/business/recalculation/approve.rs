//! Approving by another operator, and posting what was approved.

use super::{Approve, asked, complete, correct, done};
use crate::business::post::Post;
use crate::business::supervision::taken;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::recalculation::{Act, History, Proposal, plan};
use crate::world::World;
use store::{PersonKey, Wants};

impl Business for Approve {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Proposal::key(&self.person, self.year));
        wants.documents.extend(asked(&self.person, &self.reasons));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = Proposal::key(&self.person, self.year);
        let document = world.document(&key).ok_or_else(|| {
            Refused::new(Reason::DocumentUnknown, format!("{}年度的重算提案", self.year))
        })?;
        let mut proposal = Proposal::read(document)?;
        self.may(&proposal, document.state)?;
        let mut post = Post::new(world, &self.person, context)?;
        if document.state == Proposal::PROPOSED {
            proposal.approved = Some(Act::new(&self.by, post.at));
        }
        let state = match &self.post {
            None => Proposal::APPROVED,
            Some(history) => {
                self.enter(&mut proposal, history, &mut post, world, context)?;
                Proposal::POSTED
            }
        };
        let outcome = Outcome::of_document(&proposal)?;
        post.changes.documents.push(proposal.filed(key, document.at, state)?);
        Ok(post.decision(outcome))
    }
}

impl Approve {
    /// Whether this operator may, in this state.
    fn may(&self, proposal: &Proposal, state: i16) -> Result<(), Refused> {
        let refused = |words: String| Err(Refused::new(Reason::DocumentState, words));
        if self.by.is_empty() {
            return Err(Refused::new(Reason::Content, "请写明经办人"));
        }
        match state {
            Proposal::PROPOSED if proposal.proposed.by == self.by => {
                return refused(format!("{}是提出人，须由另一人审批", self.by));
            }
            Proposal::PROPOSED => {}
            Proposal::APPROVED if self.post.is_some() => {}
            other => {
                let words = Proposal::state(other).0;
                return refused(format!("{}年度的重算提案{words}", self.year));
            }
        }
        match &self.digest {
            Some(digest) if *digest != proposal.digest => {
                refused(format!("{}年度的重算提案在查看之后已重新提出，请再查看", self.year))
            }
            _ => Ok(()),
        }
    }

    /// Makes the plan again, and posts it if it is the one approved.
    fn enter(
        &self,
        proposal: &mut Proposal,
        history: &History,
        post: &mut Post<'_>,
        world: &World,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        complete(world, &self.person, history)?;
        let plan = plan(world, &self.person, self.year, history, post.at)?;
        if plan.digest != proposal.digest {
            let words = format!(
                "{}年度在提出之后又有结算、事实或政策变动，差异已与提案不同，请重新提出",
                self.year
            );
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let number = proposal.number();
        for changed in plan.changed {
            // What a case took back already is not taken back again.
            taken::hold(world, &self.person, changed.settlement, "重算")?;
            let entry = correct::correct(post, &self.person, plan.year, &number, changed, context)?;
            proposal.entries.push(entry);
        }
        proposal.posted = Some(Act::new(&self.by, post.at));
        done(world, &self.person, &proposal.reasons, &mut post.changes);
        Ok(())
    }
}
