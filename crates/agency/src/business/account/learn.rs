//! Dated facts arrive. What was settled stays settled; where a late fact would have changed it, a recalculation is filed.

use super::{Learn, NewFact};
use crate::business::{Business, Context, Decision};
use crate::documents::RECALCULATION;
use crate::facts::{
    ADMISSION, CHOSEN, CHOSEN_FOR, COHORT, CONTRACT, DEATH, ENROLLED, ENTITLEMENT, FILING, OFFSITE,
    PLAN, RETIREMENT, TWO_DISEASE,
};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::regions::Law;
use crate::world::World;
use kernel::{Date, Moment};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Account, Changes, Document, DocumentKey, Fact, Id, PersonKey, Subject, Wants};

/// Kinds that decide amounts of the days on which they hold.
const DECISIVE: &[&str] = &[
    ADMISSION,
    CHOSEN,
    CHOSEN_FOR,
    COHORT,
    CONTRACT,
    DEATH,
    ENROLLED,
    ENTITLEMENT,
    FILING,
    OFFSITE,
    PLAN,
    RETIREMENT,
    TWO_DISEASE,
];

/// Body of a [`RECALCULATION`]: a benefit year to be folded again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recalculation {
    /// The benefit year.
    pub year: i32,
    /// The kind of fact that came late, or turned out wrong.
    pub kind: Arc<str>,
    /// The fact.
    pub fact: Option<Id>,
    /// First day on which it holds.
    pub from: Arc<str>,
    /// Last day.
    pub to: Arc<str>,
}

impl Business for Learn {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        for id in &self.wrong {
            let known = file.facts.iter().find(|fact| fact.id == *id && fact.ended_at.is_none());
            if known.is_none() {
                return Err(Refused::new(Reason::DocumentUnknown, id.to_string()));
            }
        }
        let facts: Result<Vec<Fact>, Refused> =
            self.facts.iter().map(|fact| fact.learned(person, context)).collect();
        let facts = facts?;
        let mut changes = Changes::default();
        let wrong = file.facts.iter().filter(|fact| self.wrong.contains(&fact.id));
        if let Some(account) = world.account(person) {
            let law = world.law(person.area)?;
            for fact in facts.iter().chain(wrong) {
                recalculate(law, account, fact, context.at, &mut changes)?;
            }
        }
        world.learn(person, facts, &self.wrong, context.at, &mut changes)?;
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

impl NewFact {
    fn learned(&self, person: &PersonKey, context: &mut Context<'_>) -> Result<Fact, Refused> {
        if self.from > self.to {
            let words = format!("{}：起{}晚于止{}", self.kind, self.from, self.to);
            return Err(Refused::new(Reason::Content, words));
        }
        Ok(Fact {
            id: (context.ids)(),
            subject: Subject::Person(person.clone()),
            kind: self.kind.clone(),
            other: self.other.clone(),
            from: self.from,
            to: self.to,
            learned_at: context.at,
            ended_at: None,
            detail: self.detail.clone(),
        })
    }
}

/// Files a recalculation of every benefit year in which something may have been settled otherwise than the fact would have
/// it. Filed rather once too often: folding the year again finds out, and finds nothing if nothing differs.
///
/// # Errors
/// [`Reason::Conflict`] if it cannot be written.
pub(crate) fn recalculate(
    law: &Law,
    account: &Account,
    fact: &Fact,
    at: Moment,
    changes: &mut Changes,
) -> Result<(), Refused> {
    let person = &account.key;
    // Nothing was posted since the fact began to hold: nothing can differ.
    let last = account.last.moment().date();
    if !DECISIVE.contains(&&*fact.kind) || last < fact.from {
        return Ok(());
    }
    let until = fact.to.min(last);
    let year_of = |day: Date| law.on(day).map(|version| version.policy.benefit_year.of(day));
    let (Some(last_year), first_year) = (year_of(until), year_of(fact.from)) else { return Ok(()) };
    let first_law = law.timeline.policies.first().map_or(until, |policy| policy.from.min(until));
    let first_year = first_year.or_else(|| year_of(first_law)).unwrap_or(last_year);
    for year in first_year..=last_year {
        let body = Recalculation {
            year,
            kind: fact.kind.clone(),
            fact: Some(fact.id),
            from: Arc::from(fact.from.to_string()),
            to: Arc::from(fact.to.to_string()),
        };
        let body = serde_json::to_string(&body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        changes.documents.push(Document {
            key: DocumentKey {
                area: person.area,
                kind: Arc::from(RECALCULATION),
                owner: person.person.clone(),
                number: Arc::from(format!("{year}-{}-{}", fact.kind, fact.id)),
            },
            at,
            state: 0,
            body: Arc::from(body),
        });
    }
    Ok(())
}
