//! The agency's review of an application.

use super::signing::Signing;
use super::{Filing, FilingDetail, FilingKind, Reviewed, Standing, filed_already, key, refile};
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::regions::Law;
use crate::world::World;
use kernel::Moment;
use std::sync::Arc;
use store::{Changes, Fact, Id, PersonFile, PersonKey, Subject, Wants};

/// The agency reviews an application: approved, it becomes a fact.
#[derive(Clone, Debug)]
pub struct ReviewFiling {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// Approved or not.
    pub approve: bool,
    /// 审核意见.
    pub opinion: Arc<str>,
}

impl Business for ReviewFiling {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if !context.institution.is_empty() && context.operator().is_none() {
            return Err(Refused::new(Reason::NotAllowed, "备案由经办机构审核"));
        }
        let key = key(&self.person, &self.number);
        let Some(found) = world.document(&key) else {
            return Err(Refused::new(Reason::FilingUnknown, &*self.number));
        };
        let Some(file) = world.file(&self.person) else {
            return Err(Refused::new(Reason::PersonUnknown, &*self.person.person));
        };
        let mut filing = Filing::of(found)?;
        if filing.standing() != Standing::Applied {
            let words = format!("{} {}", self.number, filing.standing().zh());
            return Err(Refused::new(Reason::FilingReviewed, words));
        }
        let by = context.operator().unwrap_or_default();
        if !by.is_empty() && *filing.by == *by {
            let words = format!("申报与审核须为不同的人：{by}");
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        let by: Arc<str> = by.into();
        let mut changes = Changes::default();
        let mut fact = None;
        if self.approve {
            let approved = self.fact(&filing, file, context)?;
            fact = Some(approved.id);
            let signing = Signing {
                person: &self.person,
                kind: kind_of(&filing)?,
                disease: &filing.disease,
                names: &filing.names,
                from: filing.from,
                to: filing.to,
            };
            signing.check(world, file, found.at)?;
            let law = world.law(self.person.area)?;
            let (ended, shortened) = superseded(&signing, file, law, context);
            let gone = file.facts.iter().filter(|fact| ended.contains(&fact.id));
            refile(world, &self.person, gone.chain([&approved]), context.at, &mut changes)?;
            let facts = shortened.into_iter().chain([approved]).collect();
            world.learn(&self.person, facts, &ended, context.at, &mut changes)?;
        }
        let opinion = self.opinion.clone();
        filing.review = Some(Reviewed { at: context.at, by, opinion, fact });
        changes.documents.push(filing.filed(key, found.at)?);
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

impl ReviewFiling {
    /// The fact that an approved application becomes.
    fn fact(
        &self,
        filing: &Filing,
        file: &PersonFile,
        context: &mut Context<'_>,
    ) -> Result<Fact, Refused> {
        let kind = kind_of(filing)?;
        let named = (&*filing.names, &*filing.disease);
        if filed_already(file, kind, named, filing.from, filing.to) {
            let words = format!("{} {}", kind.zh, filing.names);
            return Err(Refused::new(Reason::FilingTwice, words));
        }
        let detail = FilingDetail {
            filing: filing.number.clone(),
            disease: filing.disease.clone(),
            stated: filing.stated.clone(),
        };
        let detail = serde_json::to_string(&detail)
            .map_err(|_| Refused::new(Reason::Conflict, &*filing.number))?;
        Ok(Fact {
            id: (context.ids)(),
            subject: Subject::Person(self.person.clone()),
            kind: kind.fact.into(),
            other: filing.names.clone(),
            from: filing.from,
            to: filing.to,
            learned_at: context.at,
            ended_at: None,
            detail: detail.into(),
        })
    }
}

fn kind_of(filing: &Filing) -> Result<&'static FilingKind, Refused> {
    FilingKind::of(&filing.kind).ok_or_else(|| Refused::new(Reason::Conflict, &*filing.number))
}

/// What an approved one takes the place of: the facts that are no longer believed, and what is left of them before it
/// begins.
fn superseded(
    signing: &Signing<'_>,
    file: &PersonFile,
    law: &Law,
    context: &mut Context<'_>,
) -> (Vec<Id>, Vec<Fact>) {
    let at: Moment = context.at;
    let old = signing.replaced(file, law);
    let ended = old.iter().map(|fact| fact.id).collect();
    let before = old.into_iter().filter(|fact| fact.from < signing.from);
    let shortened = before.map(|fact| Fact {
        id: (context.ids)(),
        to: signing.from.previous(),
        learned_at: at,
        ..fact.clone()
    });
    (ended, shortened.collect())
}
