//! How far a long job is.

use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use serde_json::Value;
use store::{Changes, Document, DocumentKey, PersonKey, Wants};

/// Notes how far a long job is, so that it goes on from there.
#[derive(Clone, Debug)]
pub struct NoteRun {
    /// Which job.
    pub key: DocumentKey,
    /// It is finished.
    pub done: bool,
    /// What is to be remembered.
    pub body: Value,
}

impl Business for NoteRun {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let at = world.document(&self.key).map_or(context.at, |found| found.at);
        let body = serde_json::to_string(&self.body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let (key, state) = (self.key.clone(), i16::from(self.done));
        let documents = vec![Document { key, at, state, body: body.into() }];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
