//! Asking for a person-year to be folded again.

use super::{AskAgain, PENDING, key};
use crate::business::account::Recalculation;
use crate::business::{Business, Context, Decision};
use crate::documents::RECALCULATION;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use std::sync::Arc;
use store::{Changes, Document, DocumentKey, PersonKey, Wants};

impl AskAgain {
    /// Where it is filed.
    pub(crate) fn key(&self) -> DocumentKey {
        key(&self.person, RECALCULATION, &format!("{}-{}-{}", self.year, self.kind, self.from))
    }

    /// The document that asks, if it is not on file so already.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub(crate) fn document(
        &self,
        known: Option<&Document>,
        at: Moment,
    ) -> Result<Option<Document>, Refused> {
        let body = Recalculation {
            year: self.year,
            kind: self.kind.clone(),
            fact: None,
            from: Arc::from(self.from.to_string()),
            to: Arc::from(self.to.to_string()),
        };
        let body = serde_json::to_string(&body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let at = known.map_or(at, |known| known.at);
        let document = Document { key: self.key(), at, state: PENDING, body: Arc::from(body) };
        Ok((known != Some(&document)).then_some(document))
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
        let document = self.document(world.document(&key), context.at)?;
        let documents = document.into_iter().collect();
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Filed { number: key.number } })
    }
}
