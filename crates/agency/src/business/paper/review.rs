//! 审核: warnings are cleared, what was stated of the institution is put right; or the application is turned down.

use super::super::{Business, Context, Decision};
use super::{answered, find, let_go, named, register, scene};
use crate::clearing::Signed;
use crate::paper::{Caveat, Clear, Issuer, State, Turned};
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, PersonKey, Wants};

/// Notes what a review found. Who received it does not review it.
#[derive(Clone, Debug)]
pub struct Review {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// 审核人.
    pub by: Arc<str>,
    /// Warnings that are cleared.
    pub clear: Vec<Clear>,
    /// What the institution is, as far as no directory says it; `None`: as stated.
    pub issuer: Option<Issuer>,
}

/// Turns an application down without a decision: no bill of this person, forged, incomplete.
#[derive(Clone, Debug)]
pub struct TurnDown {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// 审核人.
    pub by: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// The article it rests on; empty: that on paper claims.
    pub article: Arc<str>,
}

impl Business for Review {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(crate::paper::Application::key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut application, at) = find(world, &self.person, &self.number)?;
        application.expect(&[State::Received])?;
        another(&application.received, &self.by)?;
        if let Some(issuer) = &self.issuer {
            let unknown = || Refused::new(Reason::PersonUnknown, &*self.person.person);
            let file = world.file(&self.person).ok_or_else(unknown)?;
            application.stated.issuer = issuer.clone();
            if issuer.shown().is_empty() {
                return Err(Refused::new(Reason::Content, "缺少开票机构的编号或名称"));
            }
            let found = scene::find(world, file, &application.stated, context.at)?;
            // What was said of the institution as it was stated before is said anew of what it is now.
            let of_issuer = [Caveat::IssuerUnverified, Caveat::PlaceUnverified];
            application.warnings.retain(|warning| !of_issuer.contains(&warning.caveat));
            application.warn(found.warnings);
        }
        application.clear(&self.clear, &Signed::now(&self.by, context.at))?;
        let documents = vec![application.filed(&self.person, at)?];
        answered(application, Changes { documents, ..Changes::default() })
    }
}

impl Business for TurnDown {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.insert(register(self.person.area));
        wants.documents.insert(crate::paper::Application::key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.reason, "不予受理的理由")?;
        let (mut application, at) = find(world, &self.person, &self.number)?;
        application.expect(&[State::Received])?;
        another(&application.received, &self.by)?;
        let law = world.law(self.person.area)?;
        let article = match (self.article.is_empty(), law.on(application.stated.service)) {
            (true, Some(version)) => {
                let cite = version.policy.offsite.deadline_cite;
                Arc::from(version.words.cited(cite).articles.join("；"))
            }
            _ => self.article.clone(),
        };
        application.refused = Some(Turned {
            by: Signed::now(&self.by, context.at),
            reason: self.reason.clone(),
            article,
            entry: None,
        });
        let mut changes = Changes::default();
        let_go(world, self.person.area, &application, &mut changes)?;
        changes.documents.push(application.filed(&self.person, at)?);
        answered(application, changes)
    }
}

/// Who received an application neither reviews nor decides it.
pub(super) fn another(received: &Signed, by: &Arc<str>) -> Result<(), Refused> {
    named(by, "审核人")?;
    if received.by.trim() == by.trim() {
        let words = format!("申请由{by}受理，审核人应为另一人");
        return Err(Refused::new(Reason::NotAllowed, words));
    }
    Ok(())
}
