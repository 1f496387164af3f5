//! 批处理 that changes nothing by itself, such as a check of the books: who asked for it, when, and what it found. How far it
//! is, is known to whoever runs it; one that was cut off has no end.

use super::{Business, Context, Decision};
use crate::documents::RUN;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, PersonKey, Wants};

/// A run, as it is stored.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// Its number.
    pub number: Arc<str>,
    /// The operator who asked for it.
    pub by: Arc<str>,
    /// What was asked.
    pub asked: Value,
    /// When it began.
    #[serde(with = "stored::moment")]
    pub began: Moment,
    /// Who had it go on after it was cut off, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<Resumed>,
    /// How it ended; `None`: it goes on, or was cut off.
    pub ended: Option<Ended>,
}

/// A run that was cut off goes on.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Resumed {
    /// The operator who asked for it.
    pub by: Arc<str>,
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
}

/// How a run ended.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ended {
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// What it found; null if it failed.
    pub report: Value,
    /// Why it failed; empty if it did not.
    pub failed: Arc<str>,
}

impl Run {
    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(document: &Document) -> Result<Run, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))
    }

    fn filed(&self, key: DocumentKey, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        Ok(Document { key, at, state: i16::from(self.ended.is_some()), body: body.into() })
    }
}

/// The document of a run.
#[must_use]
pub fn key(area: Area, kind: &str, number: &str) -> DocumentKey {
    DocumentKey { area, kind: RUN.into(), owner: kind.into(), number: number.into() }
}

/// Notes that a run begins.
#[derive(Clone, Debug)]
pub struct BeginRun {
    /// Whose books.
    pub area: Area,
    /// The kind of job.
    pub kind: Arc<str>,
    /// What is asked.
    pub asked: Value,
}

impl Business for BeginRun {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, _: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let number: Arc<str> = (context.ids)().to_string().into();
        let by = context.operator().unwrap_or_default().into();
        let asked = self.asked.clone();
        let run = Run { number: number.clone(), by, asked, began: context.at, ..Run::default() };
        let documents = vec![run.filed(key(self.area, &self.kind, &number), context.at)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Filed { number } })
    }
}

/// Notes that a run that was cut off goes on.
#[derive(Clone, Debug)]
pub struct GoOn {
    /// The run.
    pub key: DocumentKey,
}

impl Business for GoOn {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let unknown = || Refused::new(Reason::DocumentUnknown, &*self.key.number);
        let found = world.document(&self.key).ok_or_else(unknown)?;
        let mut run = Run::of(found)?;
        if run.ended.is_some() {
            let words = format!("{}已经办完", self.key.number);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let by = context.operator().unwrap_or_default().into();
        run.resumed.push(Resumed { by, at: context.at });
        let documents = vec![run.filed(self.key.clone(), found.at)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// Notes how a run ended.
#[derive(Clone, Debug)]
pub struct EndRun {
    /// The run.
    pub key: DocumentKey,
    /// What it found; null if it failed.
    pub report: Value,
    /// Why it failed; empty if it did not.
    pub failed: Arc<str>,
}

impl Business for EndRun {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let unknown = || Refused::new(Reason::DocumentUnknown, &*self.key.number);
        let found = world.document(&self.key).ok_or_else(unknown)?;
        let mut run = Run::of(found)?;
        let (report, failed) = (self.report.clone(), self.failed.clone());
        run.ended = Some(Ended { at: context.at, report, failed });
        let documents = vec![run.filed(self.key.clone(), found.at)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
