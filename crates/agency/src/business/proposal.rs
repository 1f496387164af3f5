//! 经办与复核: what moves money is proposed by one operator and done by the approval of another, in one transaction with the
//! approval.
//!
//! A proposal is a document with the content of what is proposed; whoever serves operators makes a business of the content
//! again when it is approved. When it is proposed the business is tried, so that what could not be done is refused at once.

use super::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, PersonKey, Wants};

/// A proposal, as it is stored.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Proposal {
    /// Its number.
    pub number: Arc<str>,
    /// What is proposed, a word of whoever makes a business of it.
    pub kind: Arc<str>,
    /// The person it is about; empty: nobody.
    pub person: Arc<str>,
    /// What it says.
    pub content: Value,
    /// The operator who proposed it.
    pub by: Arc<str>,
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// How it ended; `None`: it waits.
    pub conclusion: Option<Conclusion>,
}

/// How a proposal ended.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Conclusion {
    /// Approved and done, or rejected.
    pub approved: bool,
    /// The operator.
    pub by: Arc<str>,
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// 意见.
    pub opinion: Arc<str>,
    /// What came of it; null if nothing is to be said.
    pub outcome: Value,
}

/// Where a proposal stands. Numbers are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum Stage {
    /// 待复核.
    Proposed = 0,
    /// 已复核并办理.
    Done = 1,
    /// 已退回.
    Rejected = 2,
}

impl Stage {
    /// Stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Stage::Proposed => "proposed",
            Stage::Done => "done",
            Stage::Rejected => "rejected",
        }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Stage::Proposed => "待复核",
            Stage::Done => "已复核办理",
            Stage::Rejected => "已退回",
        }
    }
}

impl Proposal {
    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.conclusion {
            None => Stage::Proposed,
            Some(conclusion) if conclusion.approved => Stage::Done,
            Some(_) => Stage::Rejected,
        }
    }

    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(document: &Document) -> Result<Proposal, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))
    }

    fn filed(&self, area: Area, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        let key = key(area, &self.number);
        Ok(Document { key, at, state: self.stage() as i16, body: body.into() })
    }
}

/// The document of a proposal.
#[must_use]
pub fn key(area: Area, number: &str) -> DocumentKey {
    let (kind, owner, number) = (documents::TWO_STEP.into(), number.into(), number.into());
    DocumentKey { area, kind, owner, number }
}

/// Proposes something.
pub struct Propose {
    /// Whose books.
    pub area: Area,
    /// What kind of thing.
    pub kind: Arc<str>,
    /// What it says.
    pub content: Value,
    /// What would be done.
    pub business: Box<dyn Business>,
}

impl Business for Propose {
    fn person(&self) -> Option<&PersonKey> {
        self.business.person()
    }

    fn wants(&self, wants: &mut Wants) {
        self.business.wants(wants);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let by = operator(context)?;
        let (message, institution) = (context.message.clone(), context.institution.clone());
        let (at, sent) = (context.at, context.sent);
        let ids = &mut *context.ids;
        // It could be done now; whether it still can is decided again when it is approved.
        self.business
            .decide(world, &mut Context { at, message, institution, sent, trial: true, ids })?;
        let number: Arc<str> = (context.ids)().to_string().into();
        let person = self.business.person().map_or_else(|| "".into(), |key| key.person.clone());
        let (kind, content) = (self.kind.clone(), self.content.clone());
        let proposal = Proposal { number, kind, person, content, by, at, conclusion: None };
        let documents = vec![proposal.filed(self.area, at)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::of_document(&proposal)? })
    }
}

/// Approves a proposal, by which it is done, or rejects it.
pub struct Conclude {
    /// Whose books.
    pub area: Area,
    /// The proposal.
    pub number: Arc<str>,
    /// Approved or not.
    pub approve: bool,
    /// 意见.
    pub opinion: Arc<str>,
    /// What is proposed, made from the content.
    pub business: Box<dyn Business>,
}

impl Business for Conclude {
    fn person(&self) -> Option<&PersonKey> {
        self.business.person()
    }

    fn wants(&self, wants: &mut Wants) {
        self.business.wants(wants);
        wants.documents.insert(key(self.area, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let by = operator(context)?;
        let found = world.document(&key(self.area, &self.number));
        let found = found.ok_or_else(|| Refused::new(Reason::DocumentUnknown, &*self.number))?;
        let mut proposal = Proposal::of(found)?;
        if proposal.stage() != Stage::Proposed {
            let words = format!("{} {}", self.number, proposal.stage().zh());
            return Err(Refused::new(Reason::DocumentState, words));
        }
        if proposal.by == by {
            let words = format!("经办与复核须为不同的人：{by}");
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        let mut decision = if self.approve {
            self.business.decide(world, context)?
        } else {
            Decision { changes: Changes::default(), outcome: Outcome::Done }
        };
        let outcome = match &decision.outcome {
            Outcome::Done => Value::Null,
            other => serde_json::to_value(other)
                .map_err(|_| Refused::new(Reason::Conflict, &*self.number))?,
        };
        let opinion = self.opinion.clone();
        let approved = self.approve;
        proposal.conclusion = Some(Conclusion { approved, by, at: context.at, opinion, outcome });
        decision.changes.documents.push(proposal.filed(self.area, found.at)?);
        Ok(Decision { changes: decision.changes, outcome: Outcome::of_document(&proposal)? })
    }
}

fn operator(context: &Context<'_>) -> Result<Arc<str>, Refused> {
    let nobody = || Refused::new(Reason::NotAllowed, "只能由经办人员办理");
    context.operator().map(Arc::from).ok_or_else(nobody)
}
