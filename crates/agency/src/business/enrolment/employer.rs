//! An employer is registered, or what is registered changes.

use crate::business::{Business, Context, Decision};
use crate::enrolment::Employer;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Area, Changes, Document, PersonKey, Wants};

/// Registers an employer 用人单位, or changes what is registered.
#[derive(Clone, Debug)]
pub struct KeepEmployer {
    /// Where it is enrolled.
    pub area: Area,
    /// Its code; its entries in the books are kept under it.
    pub code: Arc<str>,
    /// What is right.
    pub employer: Employer,
}

impl KeepEmployer {
    fn party(&self) -> PersonKey {
        PersonKey { area: self.area, person: self.code.clone() }
    }
}

impl Business for KeepEmployer {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.insert(self.party());
        wants.documents.insert(Employer::key(self.area, &self.code));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let employer = &self.employer;
        if self.code.is_empty() || employer.name.is_empty() {
            return Err(Refused::new(Reason::Content, "缺少单位编号或名称"));
        }
        if employer.until < employer.since {
            let words = format!("{}：参保止{}早于起{}", self.code, employer.until, employer.since);
            return Err(Refused::new(Reason::Content, words));
        }
        if world.file(&self.party()).is_some() {
            let words = format!("单位编号{}已是一个人员编号；请换一个", self.code);
            return Err(Refused::new(Reason::Content, words));
        }
        let key = Employer::key(self.area, &self.code);
        let found = world.document(&key);
        if let Some(found) = found
            && Employer::read(found)? == *employer
        {
            return Ok(Decision { changes: Changes::default(), outcome: Outcome::Done });
        }
        let body = serde_json::to_string(employer)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let at = found.map_or(context.at, |found| found.at);
        let documents = vec![Document { key, at, state: 0, body: body.into() }];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
