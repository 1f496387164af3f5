//! What an institution's agreement says from a day on: agreement, level, capabilities, suspension. Facts are not edited: what
//! turned out wrong is ended, and what is right is told. Where a day of them is past, the person-years that were settled by the
//! old ones are looked for afterwards ([`crate::recalculation::file_agreement_changes`]).

use super::account::NewFact;
use super::{Business, Context, Decision};
use crate::facts::{AGREEMENT, CAPABILITY, LEVEL, SUSPENSION};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::recalculation::changed;
use crate::world::World;
use kernel::Level;
use std::sync::Arc;
use store::{Area, Changes, Fact, Id, PersonKey, Subject, Wants};

/// Kinds of facts about institutions.
pub const KINDS: &[&str] = &[AGREEMENT, LEVEL, CAPABILITY, SUSPENSION];

/// Dated facts about an institution arrive; others turned out wrong.
#[derive(Clone, Debug)]
pub struct LearnAgreement {
    /// The area with whose agency it has its agreement.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// What is right.
    pub facts: Vec<NewFact>,
    /// What turned out wrong.
    pub wrong: Vec<Id>,
}

impl Business for LearnAgreement {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.areas.insert(self.area);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let directory = world.directory(self.area);
        let listed = directory.filter(|it| it.has_institution(&self.institution));
        let unknown = || Refused::new(Reason::InstitutionUnknown, &*self.institution);
        let known = listed.ok_or_else(unknown)?.facts_of(&self.institution);
        let mut changes = Changes::default();
        let mut spans = Vec::new();
        let subject = Subject::Institution(self.area, self.institution.clone());
        for id in &self.wrong {
            let found = known.iter().find(|fact| fact.id == *id && fact.ended_at.is_none());
            let found =
                found.ok_or_else(|| Refused::new(Reason::DocumentUnknown, id.to_string()))?;
            spans.push((found.from, found.to));
            changes.ended.push((subject.clone(), *id, context.at));
        }
        for fact in &self.facts {
            check(fact)?;
            spans.push((fact.from, fact.to));
            changes.facts.push(Fact {
                id: (context.ids)(),
                subject: subject.clone(),
                kind: fact.kind.clone(),
                other: fact.other.clone(),
                from: fact.from,
                to: fact.to,
                learned_at: context.at,
                ended_at: None,
                detail: fact.detail.clone(),
            });
        }
        if changes.is_empty() {
            return Err(Refused::new(Reason::Content, "没有要登记或更正的内容"));
        }
        let stamp = ((context.ids)(), context.at);
        changes.documents.extend(changed(self.area, &self.institution, spans.into_iter(), stamp)?);
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

fn check(fact: &NewFact) -> Result<(), Refused> {
    let NewFact { kind, other, from, to, .. } = fact;
    let content = |words: String| Err(Refused::new(Reason::Content, words));
    if !KINDS.contains(&&**kind) {
        return content(format!("{kind}：应为{}", KINDS.join("、")));
    }
    if from > to {
        return content(format!("{kind}：起{from}晚于止{to}"));
    }
    match &**kind {
        LEVEL if Level::from_code(other).is_none() => {
            let codes: Vec<_> = Level::ALL.iter().map(|level| level.code()).collect();
            content(format!("等级{other}：应为{}", codes.join("、")))
        }
        CAPABILITY if other.is_empty() => content("资格不应为空".to_owned()),
        _ => Ok(()),
    }
}
