//! A plan as it is filed, shown to those who decide, and approved.

use super::because::Because;
use super::plan::{Amounts, Changed, Plan};
use crate::documents::PROPOSAL;
use crate::reason::{Reason, Refused};
use kernel::Moment;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use store::{Document, DocumentKey, Id, PersonKey};

/// A proposal: what folding a person-year again would change, and what it rests on. `C`: how its differences are held.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "C: Deserialize<'de> + Default"))]
pub struct Proposal<C = Vec<Difference>> {
    /// The benefit year.
    pub year: i32,
    /// The how manieth recalculation of the year.
    pub round: u32,
    /// [`Plan::digest`].
    pub digest: Arc<str>,
    /// The person's newest entry when it was made.
    pub last: Id,
    /// Revision of the person's file when it was made.
    pub revision: i64,
    /// Policy versions it rests on.
    pub policies: Vec<Arc<str>>,
    /// Settlements of the year that stand.
    pub claims: usize,
    /// Those that differ.
    pub changed: C,
    /// Numbers of the documents that asked for it.
    pub reasons: Vec<Arc<str>>,
    /// Who proposed it.
    pub proposed: Act,
    /// Who approved it; another person.
    pub approved: Option<Act>,
    /// Who had it posted.
    pub posted: Option<Act>,
    /// The corrections posted.
    pub entries: Vec<Id>,
    /// The run over many that proposed it, or posted it; empty if none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub run: Arc<str>,
}

/// Differences that nobody looks at: as they were written.
pub(crate) type Unopened = Box<RawValue>;

/// Who did something, and when.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Act {
    /// 经办人.
    pub by: Arc<str>,
    /// `YYYY-MM-DD hh:mm:ss`.
    pub at: Arc<str>,
}

impl Act {
    /// Now.
    #[must_use]
    pub fn new(by: &Arc<str>, at: Moment) -> Act {
        Act { by: by.clone(), at: Arc::from(at.to_string()) }
    }
}

/// A settlement that changes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// The settlement.
    pub settlement: Id,
    /// Its visit.
    pub visit: Id,
    /// Its institution.
    pub institution: Arc<str>,
    /// Service date.
    pub service: Arc<str>,
    /// As settled, with its corrections.
    pub before: Amounts,
    /// As it should be.
    pub after: Amounts,
    /// By how much accumulators change.
    pub moves: Vec<(Arc<str>, i64)>,
    /// Which inputs changed.
    pub because: Vec<Because>,
    /// The articles behind the new decision.
    pub articles: Vec<Arc<str>>,
}

impl Difference {
    fn of(changed: &Changed) -> Difference {
        Difference {
            settlement: changed.settlement,
            visit: changed.visit,
            institution: changed.institution.clone(),
            service: changed.service.clone(),
            before: changed.before,
            after: changed.after,
            moves: changed.moves.clone(),
            because: changed.because.clone(),
            articles: changed.now.articles(),
        }
    }

    /// By how much what each fund pays changes, fen.
    #[must_use]
    pub fn funds(&self) -> [i64; 3] {
        std::array::from_fn(|fund| self.after.funds[fund] - self.before.funds[fund])
    }
}

impl Proposal {
    /// [`Document::state`]: waits for approval.
    pub const PROPOSED: i16 = 0;
    /// Approved, not posted yet.
    pub const APPROVED: i16 = 1;
    /// Posted.
    pub const POSTED: i16 = 2;
    /// Nothing differs.
    pub const NOTHING: i16 = 3;

    /// A plan to be filed.
    #[must_use]
    pub fn of(plan: &Plan, last: Id, revision: i64, round: u32) -> Proposal {
        Proposal {
            year: plan.year,
            round,
            digest: plan.digest.clone(),
            last,
            revision,
            policies: plan.policies.clone(),
            claims: plan.claims,
            changed: plan.changed.iter().map(Difference::of).collect(),
            ..Proposal::default()
        }
    }

    /// Where it is filed.
    #[must_use]
    pub fn key(person: &PersonKey, year: i32) -> DocumentKey {
        DocumentKey {
            area: person.area,
            kind: Arc::from(PROPOSAL),
            owner: person.person.clone(),
            number: Arc::from(year.to_string()),
        }
    }

    /// Reads a filed one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn read(document: &Document) -> Result<Proposal, Refused> {
        Proposal::read_as(document)
    }

    /// Reads a filed one, but for its differences.
    pub(crate) fn read_unopened(document: &Document) -> Result<Proposal<Unopened>, Refused> {
        Proposal::read_as(document)
    }

    /// By how much what the funds pay changes in all, fen; positive: the person gets it back.
    #[must_use]
    pub fn funds(&self) -> [i64; 3] {
        let mut sums = [0; 3];
        for difference in &self.changed {
            for (sum, by) in sums.iter_mut().zip(difference.funds()) {
                *sum += by;
            }
        }
        sums
    }

    /// A state in words: 中文 and English.
    #[must_use]
    pub const fn state(state: i16) -> (&'static str, &'static str) {
        match state {
            Proposal::PROPOSED => ("待审批", "proposed"),
            Proposal::APPROVED => ("已审批，待入账", "approved"),
            Proposal::POSTED => ("已入账", "posted"),
            Proposal::NOTHING => ("无差异", "nothing differs"),
            _ => ("？", "?"),
        }
    }
}

impl<C: Serialize + DeserializeOwned + Default> Proposal<C> {
    /// Reads a filed one.
    pub(crate) fn read_as(document: &Document) -> Result<Proposal<C>, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
    }

    /// As it is filed.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, key: DocumentKey, at: Moment, state: i16) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        Ok(Document { key, at, state, body: Arc::from(body) })
    }
}

impl<C> Proposal<C> {
    /// How entries name it: the year and the round.
    #[must_use]
    pub fn number(&self) -> Arc<str> {
        Arc::from(format!("{}/{}", self.year, self.round))
    }
}
