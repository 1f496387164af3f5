//! Findings of the supervision, kept so that an institution can say what it did about them 审核反馈.

use super::{body, filed, known};
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::supervise::Finding;
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, PersonKey, Queries, Wants};

/// Keeps what an inspection found. Answered with the same findings, each with its number.
#[derive(Clone, Debug)]
pub struct KeepFindings {
    /// The area of the books.
    pub area: Area,
    /// The institution that asked.
    pub institution: Arc<str>,
    /// What was found; numbers are given here.
    pub findings: Vec<Finding>,
}

/// A finding, as it is stored. Its document's state: 0 open, 1 answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptFinding {
    /// What was found.
    pub finding: Finding,
    /// What the institution did.
    pub handled: Option<Handled>,
}

fn key(area: Area, institution: &Arc<str>, number: &Arc<str>) -> DocumentKey {
    let (owner, number) = (institution.clone(), number.clone());
    DocumentKey { area, kind: documents::FINDING.into(), owner, number }
}

impl Business for KeepFindings {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        known(world, self.area, &self.institution, context.at)?;
        let mut documents = Vec::with_capacity(self.findings.len());
        let mut numbered = Vec::with_capacity(self.findings.len());
        for finding in &self.findings {
            let number: Arc<str> = (context.ids)().to_string().into();
            let finding = Finding { number: number.clone(), ..finding.clone() };
            let key = key(self.area, &self.institution, &number);
            let kept = KeptFinding { finding: finding.clone(), handled: None };
            documents.push(filed(key, context.at, 0, &kept)?);
            numbered.push(finding);
        }
        let outcome = Outcome::of_document(&numbered)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

/// When in the visit the finding was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 事前.
    Before,
    /// 事中.
    During,
}

/// What was done about a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handling {
    /// 继续执行: with a reason.
    GoOn,
    /// 返回修改.
    Change,
}

/// What an institution did about a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Handled {
    /// The finding.
    pub finding: Arc<str>,
    /// When it was shown.
    pub stage: Stage,
    /// What was done.
    pub handling: Handling,
    /// Why.
    pub because: Arc<str>,
    /// When this was said.
    #[serde(with = "stored::moment")]
    pub at: Moment,
}

/// Says what was done about findings. Said again, it replaces what was said.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// The area of the books.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// When they were shown.
    pub stage: Stage,
    /// The finding, what was done, why.
    pub handled: Vec<(Arc<str>, Handling, Arc<str>)>,
}

impl Business for Feedback {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        let keys = self.handled.iter().map(|(it, ..)| key(self.area, &self.institution, it));
        wants.documents.extend(keys);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if self.handled.is_empty() {
            return Err(Refused::new(Reason::Content, "没有反馈内容"));
        }
        let mut documents = Vec::with_capacity(self.handled.len());
        for (number, handling, because) in &self.handled {
            let key = key(self.area, &self.institution, number);
            let Some(found) = world.document(&key) else {
                let words = format!("违规标识{number}");
                return Err(Refused::new(Reason::DocumentUnknown, words));
            };
            if *handling == Handling::GoOn && because.is_empty() {
                let words = format!("违规标识{number}继续执行应说明原因");
                return Err(Refused::new(Reason::Content, words));
            }
            let mut kept: KeptFinding = body(found)?;
            kept.handled = Some(Handled {
                finding: number.clone(),
                stage: self.stage,
                handling: *handling,
                because: because.clone(),
                at: context.at,
            });
            documents.push(filed(key, found.at, 1, &kept)?);
        }
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// A finding that was shown to an institution.
///
/// # Errors
/// [`Reason::DocumentUnknown`], or what the store says.
pub fn finding(
    queries: &dyn Queries,
    area: Area,
    institution: &Arc<str>,
    number: &Arc<str>,
) -> Result<KeptFinding, Refused> {
    let found = queries.document(&key(area, institution, number))?;
    let unknown = || Refused::new(Reason::DocumentUnknown, format!("违规标识{number}"));
    body(&found.ok_or_else(unknown)?)
}
