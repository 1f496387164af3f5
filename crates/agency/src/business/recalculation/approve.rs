//! Approving by another operator, and posting what was approved.

use super::{Approve, Work, complete, correct, done};
use crate::business::post::Post;
use crate::business::supervision::taken;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::recalculation::{Act, Difference, Plan, Proposal, plan};
use crate::world::World;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use store::{Id, PersonKey, Wants};

impl Business for Approve {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        let run = Arc::default();
        self.work(&run).wants(wants);
        self.work(&run).wants_to_post(wants);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let run = Arc::default();
        let (work, post) = (self.work(&run), self.post.is_some());
        let done = approve(world, context, work, self.digest.as_ref(), post)?;
        let Approved { mut decision, proposal, .. }: Approved<Vec<Difference>> = done;
        decision.outcome = Outcome::of_document(&proposal)?;
        Ok(decision)
    }
}

impl Approve {
    fn work<'a>(&'a self, run: &'a Arc<str>) -> Work<'a> {
        let Approve { person, year, by, post, reasons, .. } = self;
        let (last, entries) = match post {
            Some(history) => (history.last, &*history.entries),
            None => (Id::MIN, &[][..]),
        };
        Work { person, year: *year, reasons, by, run, last, entries }
    }
}

/// What came of approving.
pub(crate) struct Approved<C> {
    pub(crate) decision: Decision,
    /// As it is filed now, with its differences as they were read.
    pub(crate) proposal: Proposal<C>,
    /// What was posted; `None`: nothing yet.
    pub(crate) plan: Option<Plan>,
}

/// Approves what is proposed, and posts it. `digest`: of what was looked at.
///
/// # Errors
/// Why it is not approved.
pub(crate) fn approve<C: Serialize + DeserializeOwned + Default>(
    world: &World,
    context: &mut Context<'_>,
    work: Work<'_>,
    digest: Option<&Arc<str>>,
    enter: bool,
) -> Result<Approved<C>, Refused> {
    let Work { person, year, by, .. } = work;
    let key = Proposal::key(person, year);
    let document = world
        .document(&key)
        .ok_or_else(|| Refused::new(Reason::DocumentUnknown, format!("{year}年度的重算提案")))?;
    let mut proposal: Proposal<C> = Proposal::read_as(document)?;
    may(&work, &proposal, document.state, digest, enter)?;
    let mut post = Post::new(world, person, context)?;
    if document.state == Proposal::PROPOSED {
        proposal.approved = Some(Act::new(by, post.at));
    }
    let (state, plan) = match enter {
        false => (Proposal::APPROVED, None),
        true => {
            let plan = enter_all(&work, &mut proposal, &mut post, world, context)?;
            (Proposal::POSTED, Some(plan))
        }
    };
    post.changes.documents.push(proposal.filed(key, document.at, state)?);
    Ok(Approved { decision: post.decision(Outcome::Done), proposal, plan })
}

/// Whether this operator may, in this state.
fn may<C>(
    work: &Work<'_>,
    proposal: &Proposal<C>,
    state: i16,
    digest: Option<&Arc<str>>,
    enter: bool,
) -> Result<(), Refused> {
    let Work { by, year, .. } = work;
    let refused = |words: String| Err(Refused::new(Reason::DocumentState, words));
    if by.is_empty() {
        return Err(Refused::new(Reason::Content, "请写明经办人"));
    }
    match state {
        Proposal::PROPOSED if proposal.proposed.by == **by => {
            return refused(format!("{by}是提出人，须由另一人审批"));
        }
        Proposal::PROPOSED => {}
        Proposal::APPROVED if enter => {}
        other => return refused(format!("{year}年度的重算提案{}", <Proposal>::state(other).0)),
    }
    match digest {
        Some(digest) if *digest != proposal.digest => {
            refused(format!("{year}年度的重算提案在查看之后已重新提出，请再查看"))
        }
        _ => Ok(()),
    }
}

/// Makes the plan again, and posts it if it is the one approved.
fn enter_all<C>(
    work: &Work<'_>,
    proposal: &mut Proposal<C>,
    post: &mut Post<'_>,
    world: &World,
    context: &mut Context<'_>,
) -> Result<Plan, Refused> {
    let Work { person, year, by, run, last, entries, .. } = work;
    complete(world, person, *last)?;
    let mut plan = plan(world, person, *year, entries, post.at)?;
    if plan.digest != proposal.digest {
        let words =
            format!("{year}年度在提出之后又有结算、事实或政策变动，差异已与提案不同，请重新提出");
        return Err(Refused::new(Reason::DocumentState, words));
    }
    let number = proposal.number();
    for changed in &mut plan.changed {
        // What a case took back already is not taken back again.
        taken::hold(world, person, changed.settlement, "重算")?;
        let entry = correct::correct(post, person, *year, &number, changed, context)?;
        proposal.entries.push(entry);
    }
    proposal.posted = Some(Act::new(by, post.at));
    proposal.run = (*run).clone();
    done(world, person, &proposal.reasons, &mut post.changes);
    Ok(plan)
}
