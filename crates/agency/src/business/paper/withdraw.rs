//! 撤回: an application is taken back while nothing is paid. A decision goes back exactly, as if it had never been.

use super::super::post::Post;
use super::super::undo::Taking;
use super::super::{Business, Context, Decision, recalculation};
use super::{Filed, answered, find, let_go, named, register};
use crate::clearing::Signed;
use crate::outcome::Outcome;
use crate::paper::{Application, State, Turned};
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, EntryKind, PersonKey, Wants};

/// Withdraws an application.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// 经办人.
    pub by: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}

impl Business for Withdraw {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.insert(register(self.person.area));
        wants.documents.insert(Application::key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "经办人")?;
        named(&self.reason, "撤回的理由")?;
        let (mut application, at) = find(world, &self.person, &self.number)?;
        application.expect(&[State::Received, State::Decided, State::Returned])?;
        let by = Signed::now(&self.by, context.at);
        let (reason, article) = (self.reason.clone(), Arc::default());
        let mut turned = Turned { by, reason, article, entry: None };
        let Some(claim) = application.decided.as_ref().map(|verdict| verdict.entry) else {
            application.withdrawn = Some(turned);
            let mut changes = Changes::default();
            let_go(world, self.person.area, &application, &mut changes)?;
            changes.documents.push(application.filed(&self.person, at)?);
            return answered(application, changes);
        };
        if application.paid() != 0 {
            let words = format!("申请{}已支付过，请通过重算更正", self.number);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let missing = || Refused::new(Reason::Conflict, claim.to_string());
        let entry = world.entry(&self.person, claim).ok_or_else(missing)?;
        // Asked for along with it.
        let _ = world.document(&recalculation::correction_key(&self.person, claim));
        let taking = Taking::of(world, entry, entry)?;
        let mut post = Post::new(world, &self.person, context)?;
        taking.uncorrect(&mut post, context)?;
        let reversed = taking.record.reversed();
        let (id, _) = taking.enter(EntryKind::Withdrawal, reversed, &mut post, context)?;
        turned.entry = Some(id);
        application.withdrawn = Some(turned);
        let_go(world, self.person.area, &application, &mut post.changes)?;
        post.changes.documents.push(application.filed(&self.person, at)?);
        Ok(post.decision(Outcome::of_document(&Filed { unchanged: false, application })?))
    }
}
