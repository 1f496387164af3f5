//! Family binding 家庭共济: who may pay for whom is the policy's; one account may pay for many.

use super::{Bind, Unbind};
use crate::business::wallet::bindings;
use crate::business::{Business, Context, Decision};
use crate::facts::{FAMILY, Family};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Date;
use std::sync::Arc;
use store::{Changes, Fact, PersonKey, Subject, Wants};

impl Bind {
    fn payer_key(&self) -> PersonKey {
        PersonKey { area: self.person.area, person: self.payer.clone() }
    }
}

impl Business for Bind {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.insert(self.payer_key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (person, today) = (&self.person, context.at.date());
        let unknown = |who: &Arc<str>| Refused::new(Reason::PersonUnknown, &**who);
        let file = world.file(person).ok_or_else(|| unknown(&person.person))?;
        let _ = world.account(&self.payer_key()).ok_or_else(|| unknown(&self.payer))?;
        let version = world.law(person.area)?.on(today);
        let allowed =
            version.is_some_and(|it| it.policy.account.relations.contains(&self.relation));
        if !allowed {
            return Err(Refused::new(Reason::RelationNotAllowed, self.relation.zh()));
        }
        let bound = bindings(file, today, context.at);
        let twice = bound.iter().any(|fact| fact.other == self.payer);
        if self.payer == person.person || twice {
            return Err(Refused::new(Reason::FamilyBound, &*self.payer));
        }
        if bound.len() >= self.most {
            let words = format!("{}，至多{}人", bound[bound.len() - 1].other, self.most);
            return Err(Refused::new(Reason::FamilyBound, words));
        }
        let detail = Family { relation: self.relation.code().to_string() };
        let detail = serde_json::to_string(&detail).unwrap_or_default();
        let fact = Fact {
            id: (context.ids)(),
            subject: Subject::Person(person.clone()),
            kind: Arc::from(FAMILY),
            other: self.payer.clone(),
            from: today,
            to: Date::MAX,
            learned_at: context.at,
            ended_at: None,
            detail: Arc::from(detail),
        };
        let mut changes = Changes::default();
        world.learn(person, vec![fact], &[], context.at, &mut changes)?;
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

impl Business for Unbind {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (person, today) = (&self.person, context.at.date());
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        let bound = bindings(file, today, context.at);
        let mut of_payer = bound.into_iter().filter(|fact| fact.other == self.payer);
        let binding =
            of_payer.next().ok_or_else(|| Refused::new(Reason::FamilyUnknown, &*self.payer))?;
        // It held until yesterday, and that stays true.
        let past = Fact {
            id: (context.ids)(),
            to: today.previous(),
            learned_at: context.at,
            ..binding.clone()
        };
        let past = if past.from <= past.to { vec![past] } else { Vec::new() };
        let mut changes = Changes::default();
        world.learn(person, past, &[binding.id], context.at, &mut changes)?;
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
