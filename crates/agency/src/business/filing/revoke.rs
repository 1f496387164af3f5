//! 备案撤销: an approved filing ends, from a day on. What was settled on days that lose it is filed to be folded again.

use super::{Filing, Revoked, Standing, key, refile};
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Date;
use std::sync::Arc;
use store::{Changes, Fact, PersonKey, Wants};

/// Revokes an approved filing, by the agency.
#[derive(Clone, Debug)]
pub struct RevokeFiling {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// The first day on which it no longer holds; its first day or earlier: it never did.
    pub from: Date,
    /// Why.
    pub because: Arc<str>,
}

impl Business for RevokeFiling {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if !context.institution.is_empty() && context.operator().is_none() {
            return Err(Refused::new(Reason::NotAllowed, "已通过的备案由经办机构撤销"));
        }
        let content = |words: String| Err(Refused::new(Reason::FilingContent, words));
        if self.because.trim().is_empty() {
            return content("撤销须写明原因".to_owned());
        }
        let key = key(&self.person, &self.number);
        let found = world.document(&key);
        let found = found.ok_or_else(|| Refused::new(Reason::FilingUnknown, &*self.number))?;
        let file = world.file(&self.person);
        let file = file.ok_or_else(|| Refused::new(Reason::PersonUnknown, &*self.person.person))?;
        let mut filing = Filing::of(found)?;
        let approved = filing.review.as_ref().and_then(|review| review.fact);
        let (Standing::Approved, Some(approved)) = (filing.standing(), approved) else {
            let words = format!("{} {}，应为审核通过", self.number, filing.standing().zh());
            return Err(Refused::new(Reason::DocumentState, words));
        };
        // The fact may have been told anew with another last day, when another took its place.
        let mut believed = file.facts.iter().filter(|fact| {
            fact.ended_at.is_none() && (fact.id == approved || super::is_of(fact, &self.number))
        });
        let Some(fact) = believed.next() else {
            return content(format!("备案{}的登记已更正，请查看此人的事实", self.number));
        };
        if fact.to < self.from {
            let words =
                format!("备案{}到{}已止，撤销日{}应不晚于此日", self.number, fact.to, self.from);
            return content(words);
        }
        let mut changes = Changes::default();
        let gone = Fact { from: self.from.max(fact.from), ..fact.clone() };
        refile(world, &self.person, std::iter::once(&gone), context.at, &mut changes)?;
        let kept = (fact.from < self.from).then(|| Fact {
            id: (context.ids)(),
            to: self.from.previous(),
            learned_at: context.at,
            ..fact.clone()
        });
        let kept = kept.into_iter().collect();
        world.learn(&self.person, kept, &[fact.id], context.at, &mut changes)?;
        filing.revocation = Some(Revoked {
            at: context.at,
            by: context.operator().unwrap_or_default().into(),
            from: self.from,
            because: self.because.clone(),
        });
        changes.documents.push(filing.filed(key, found.at)?);
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
