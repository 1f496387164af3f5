//! A sample of an institution's month as it is kept, and what reviewers found.

use super::grounds::ground;
use crate::clearing::{Signed, body, document};
use crate::documents;
use crate::reason::{Reason, Refused};
use kernel::{Moment, Month};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Area, Document, DocumentKey};

/// [`Document::state`]: reviewers are at it.
pub const OPEN: i16 = 0;

/// Where a review stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum ReviewState {
    /// 点评中.
    Open = OPEN,
    /// 已办结.
    Finished = 1,
}

impl ReviewState {
    /// The state of a document.
    #[must_use]
    pub const fn of(state: i16) -> ReviewState {
        if state == OPEN { ReviewState::Open } else { ReviewState::Finished }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            ReviewState::Open => "点评中",
            ReviewState::Finished => "已办结",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            ReviewState::Open => "open",
            ReviewState::Finished => "finished",
        }
    }
}

/// Where a prescription comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// 院内: the medicines of a settled batch of a visit.
    #[default]
    Visit,
    /// 外配电子处方.
    External,
}

impl Origin {
    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Origin::Visit => "院内结算",
            Origin::External => "外配电子处方",
        }
    }
}

/// A medicine of a prescription drawn.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Taken {
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// 数量, ten-thousandths.
    pub quantity: i64,
    /// 用药天数, hundredths of a day; 0: not stated.
    pub days: i64,
    /// 用法; empty if not stated.
    pub usage: Arc<str>,
    /// Fen; 0 of an external prescription.
    pub amount: i64,
}

/// What one person found of a prescription: no ground, and it is rational.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// Who, and when.
    pub by: Signed,
    /// Codes of grounds, in order.
    pub grounds: BTreeSet<Arc<str>>,
    /// In words.
    pub note: Arc<str>,
}

/// What was found of a prescription so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found<'a> {
    /// Reviewers are missing.
    Waiting,
    /// They differ: somebody else must rule.
    Differ,
    /// These grounds; none: rational.
    Settled(&'a BTreeSet<Arc<str>>),
}

/// A prescription drawn.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Drawn {
    /// Its number in the sample, from 1.
    pub serial: u32,
    /// Where it comes from.
    pub origin: Origin,
    /// The settlement, or the number of the external prescription.
    pub reference: Arc<str>,
    /// 人员编号.
    pub person: Arc<str>,
    /// When, `YYYY-MM-DD`.
    pub day: Arc<str>,
    /// 科室 code; empty if not known.
    pub department: Arc<str>,
    /// Its name.
    pub department_name: Arc<str>,
    /// 医师 code; empty if not known.
    pub doctor: Arc<str>,
    /// Name.
    pub doctor_name: Arc<str>,
    /// 诊断.
    pub diagnoses: Vec<Arc<str>>,
    /// 药品.
    pub medicines: Vec<Taken>,
    /// What reviewers found, in the order in which they said it.
    pub findings: Vec<Finding>,
    /// 裁定.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Finding>,
}

impl Drawn {
    /// What was found, by so many reviewers.
    #[must_use]
    pub fn found(&self, reviewers: u32) -> Found<'_> {
        if let Some(ruling) = &self.ruling {
            return Found::Settled(&ruling.grounds);
        }
        let enough = u32::try_from(self.findings.len()).unwrap_or(u32::MAX) >= reviewers.max(1);
        match self.findings.split_first() {
            Some((first, others)) if enough => {
                match others.iter().all(|other| other.grounds == first.grounds) {
                    true => Found::Settled(&first.grounds),
                    false => Found::Differ,
                }
            }
            _ => Found::Waiting,
        }
    }
}

/// 分层: a department's prescriptions.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stratum {
    /// 科室 code; empty: not known.
    pub department: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Prescriptions of the month.
    pub prescriptions: u64,
    /// Of these drawn.
    pub drawn: u64,
}

/// A sample of an institution's month.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    /// 定点机构编号.
    pub institution: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// `YYYY-MM`.
    pub month: Arc<str>,
    /// What the draw begins with.
    pub seed: u64,
    /// Who drew it, and when.
    pub taken: Signed,
    /// Prescriptions of the month.
    pub prescriptions: u64,
    /// Reviewers of one prescription.
    pub reviewers: u32,
    /// 抽样率, ten-thousandths.
    pub share: i32,
    /// At least so many.
    pub minimum: u32,
    /// Articles behind these.
    pub articles: Vec<Arc<str>>,
    /// They have no verified source.
    pub unverified: bool,
    /// By department.
    pub strata: Vec<Stratum>,
    /// In order of department and draw.
    pub drawn: Vec<Drawn>,
    /// Who finished it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished: Option<Signed>,
}

impl Review {
    /// Where the sample of an institution's month is kept.
    #[must_use]
    pub fn key(area: Area, institution: &Arc<str>, month: Month) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::REVIEW),
            owner: institution.clone(),
            number: Arc::from(month.to_string()),
        }
    }

    /// A stored one, with its state.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(stored: &Document) -> Result<(Review, ReviewState), Refused> {
        Ok((body(stored)?, ReviewState::of(stored.state)))
    }

    /// As a document, first filed at a moment.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(
        &self,
        key: DocumentKey,
        at: Moment,
        state: ReviewState,
    ) -> Result<Document, Refused> {
        document(key, at, state as i16, self)
    }

    /// How many wait for a reviewer, and how many for a ruling.
    #[must_use]
    pub fn left(&self) -> (usize, usize) {
        let count = |wanted: Found<'_>| {
            self.drawn.iter().filter(|one| one.found(self.reviewers) == wanted).count()
        };
        (count(Found::Waiting), count(Found::Differ))
    }
}

/// What a reviewer says of a prescription.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// Its number in the sample.
    pub serial: u32,
    /// Codes of grounds; none: rational.
    pub grounds: BTreeSet<Arc<str>>,
    /// In words.
    pub note: Arc<str>,
}

/// Looks at what a reviewer says of a prescription; the place of the prescription in the sample.
///
/// # Errors
/// [`Reason::Content`]: no such prescription, no such ground; [`Reason::NotAllowed`]: enough others reviewed it.
pub fn checked(review: &Review, by: &str, given: &Given) -> Result<usize, Refused> {
    let content = |words: String| Err(Refused::new(Reason::Content, words));
    let Given { serial, grounds, .. } = given;
    let Some(place) = review.drawn.iter().position(|one| one.serial == *serial) else {
        let most = review.drawn.len();
        return content(format!("序号{serial}不在样本中，应为1至{most}"));
    };
    if let Some(code) = grounds.iter().find(|code| ground(code).is_none()) {
        return content(format!("序号{serial}：问题代码{code}不在目录中，应如1-10、2-5、3-1"));
    }
    let others = review
        .drawn
        .get(place)
        .map_or(0, |one| one.findings.iter().filter(|finding| *finding.by.by != *by).count());
    if u32::try_from(others).unwrap_or(u32::MAX) >= review.reviewers.max(1) {
        let words = format!("序号{serial}已由{others}人点评，不再加评");
        return Err(Refused::new(Reason::NotAllowed, words));
    }
    Ok(place)
}
