//! Asking for a person-year to be folded again.

use super::{AskAgain, PENDING, key};
use crate::business::account::Recalculation;
use crate::business::{Business, Context, Decision};
use crate::documents::RECALCULATION;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, Document, DocumentKey, PersonKey, Wants};

impl AskAgain {
    fn key(&self) -> DocumentKey {
        key(&self.person, RECALCULATION, &format!("{}-{}-{}", self.year, self.kind, self.from))
    }
}

impl Business for AskAgain {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if world.account(&self.person).is_none() {
            return Err(Refused::new(Reason::PersonUnknown, &*self.person.person));
        }
        let key = self.key();
        let number = key.number.clone();
        let body = Recalculation {
            year: self.year,
            kind: self.kind.clone(),
            fact: None,
            from: Arc::from(self.from.to_string()),
            to: Arc::from(self.to.to_string()),
        };
        let body = serde_json::to_string(&body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let known = world.document(&key);
        let at = known.map_or(context.at, |known| known.at);
        let document = Document { key, at, state: PENDING, body: Arc::from(body) };
        let mut changes = Changes::default();
        if known != Some(&document) {
            changes.documents.push(document);
        }
        Ok(Decision { changes, outcome: Outcome::Filed { number } })
    }
}
