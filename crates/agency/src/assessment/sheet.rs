//! An assessment as it is kept.

use crate::clearing::{Signed, body, document};
use crate::documents;
use crate::indicators::Figures;
use crate::reason::{Reason, Refused};
use crate::regions::Version;
use kernel::Moment;
use kernel::assessment::{AssessmentRules, Measure, ratio};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Document, DocumentKey};

/// A hundred points, in hundredths.
const WHOLE: i64 = 10_000;

/// Where an assessment stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum AssessmentState {
    /// 待确认.
    Drafted = 0,
    /// 有申辩, which waits for an answer.
    Heard = 1,
    /// 已确认: final.
    Confirmed = 2,
}

impl AssessmentState {
    /// The state of a document.
    #[must_use]
    pub const fn of(state: i16) -> AssessmentState {
        match state {
            0 => AssessmentState::Drafted,
            1 => AssessmentState::Heard,
            _ => AssessmentState::Confirmed,
        }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            AssessmentState::Drafted => "待确认",
            AssessmentState::Heard => "有申辩，待答复",
            AssessmentState::Confirmed => "已确认",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            AssessmentState::Drafted => "drafted",
            AssessmentState::Heard => "heard",
            AssessmentState::Confirmed => "confirmed",
        }
    }
}

/// An item scored. Points are hundredths.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scored {
    /// Its code in the policy.
    pub code: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// Code of its measure.
    pub measure: Arc<str>,
    /// 分值.
    pub weight: i64,
    /// What was measured, in the unit of the measure; `None`: nothing to measure, and the item does not count.
    pub value: Option<i64>,
    /// At this value all points.
    pub full: i64,
    /// At this value none.
    pub none: i64,
    /// 得分.
    pub points: i64,
    /// What it was before a hearing changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Articles behind it.
    pub articles: Vec<Arc<str>>,
}

/// 申辩, and what was answered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hearing {
    /// Who speaks for the institution.
    pub by: Signed,
    /// What.
    pub words: Arc<str>,
    /// 答复, once there is one.
    pub answer: Option<Answered>,
}

/// 答复.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// Who answers.
    pub by: Signed,
    /// What.
    pub words: Arc<str>,
    /// Items changed: code, points before and after.
    pub changed: Vec<(Arc<str>, i64, i64)>,
}

/// 样本不足.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Few {
    /// 结算人次 of the year.
    pub visits: i64,
    /// The least that is graded.
    pub minimum: u32,
}

/// An institution's assessment of a month or, with `months`, of a year.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Assessment {
    /// 定点机构编号.
    pub institution: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// Who ran it, and when.
    pub made: Signed,
    /// Version of the policy.
    pub policy: Arc<str>,
    /// Articles behind items and grades.
    pub articles: Vec<Arc<str>>,
    /// One of these values has no verified source.
    pub unverified: bool,
    /// What was measured.
    #[serde(skip_serializing_if = "Figures::is_empty")]
    pub figures: Figures,
    /// Of a month: its items.
    pub items: Vec<Scored>,
    /// Of a year: its months with their scores.
    pub months: Vec<(Arc<str>, i64)>,
    /// 总分, hundredths of a point.
    pub score: i64,
    /// Code of the grade.
    pub grade: Arc<str>,
    /// 等次.
    pub grade_name: Arc<str>,
    /// 保证金返还比例 of the grade, ten-thousandths; what counts is that of the year.
    pub release: i32,
    /// 样本不足: visits of the year, and the least that the policy grades; there is no grade, and nothing is said of the deposit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub few: Option<Few>,
    /// Hearings, oldest first.
    pub hearings: Vec<Hearing>,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Signed>,
}

impl Assessment {
    /// What stands in the place of a grade if there were few visits.
    pub const FEW: &str = "样本不足";

    /// Where it is kept; `period` is `YYYY-MM` or `YYYY`.
    #[must_use]
    pub fn key(area: Area, institution: &Arc<str>, period: &str) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::ASSESSMENT),
            owner: institution.clone(),
            number: Arc::from(period),
        }
    }

    /// A stored one, with its state.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(stored: &Document) -> Result<(Assessment, AssessmentState), Refused> {
        Ok((body(stored)?, AssessmentState::of(stored.state)))
    }

    /// As a document, first filed at a moment.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(
        &self,
        area: Area,
        at: Moment,
        state: AssessmentState,
    ) -> Result<Document, Refused> {
        document(Assessment::key(area, &self.institution, &self.period), at, state as i16, self)
    }

    /// The score from its items: points of those that could be measured, out of what these are worth, scaled to a hundred.
    ///
    /// # Errors
    /// [`Reason::Content`] if nothing could be measured.
    pub fn reckon(&mut self, rules: &AssessmentRules) -> Result<(), Refused> {
        let counted = || self.items.iter().filter(|item| item.value.is_some());
        let points = counted().map(|item| item.points).sum();
        let worth = counted().map(|item| item.weight).sum();
        let score = ratio(points, worth, WHOLE).ok_or_else(|| {
            let words = format!("{} {}没有可考核的项目", self.institution, self.period);
            Refused::new(Reason::Content, words)
        })?;
        self.graded(score, rules);
        Ok(())
    }

    /// Takes the score of a year, and its grade if there were enough visits.
    pub fn graded_by(&mut self, score: i64, visits: i64, rules: &AssessmentRules) {
        if visits < i64::from(rules.minimum_visits) {
            self.score = score;
            self.grade_name = Arc::from(Assessment::FEW);
            self.few = Some(Few { visits, minimum: rules.minimum_visits });
            return;
        }
        self.graded(score, rules);
    }

    /// Takes a score, and the grade that goes with it.
    pub fn graded(&mut self, score: i64, rules: &AssessmentRules) {
        self.score = score;
        if let Some(grade) = rules.grade(score) {
            self.grade = Arc::from(&*grade.code);
            self.grade_name = Arc::from(&*grade.zh);
            self.release = grade.release.get();
        }
    }
}

/// The items of a policy, scored by figures.
#[must_use]
pub fn scored(version: &Version<'_>, figures: &Figures) -> Vec<Scored> {
    let items = version.policy.assessment.items.iter().map(|item| {
        let value = figures.measure(item.measure);
        Scored {
            code: Arc::from(&*item.code),
            name: Arc::from(&*item.zh),
            measure: Arc::from(item.measure.code()),
            weight: item.weight,
            value,
            full: item.full,
            none: item.none,
            points: value.map_or(0, |value| item.points(value)),
            before: None,
            articles: version.words.cited(item.cite).articles.to_vec(),
        }
    });
    items.collect()
}

/// What a policy's items and grades rest on: articles, each once, and whether one of them is not verified.
#[must_use]
pub fn cited(version: &Version<'_>) -> (Vec<Arc<str>>, bool) {
    let rules = &version.policy.assessment;
    let cites = rules.items.iter().map(|item| item.cite);
    let cites = cites.chain(rules.grades.iter().map(|grade| grade.cite));
    let (mut articles, mut unverified) = (Vec::new(), false);
    for cite in cites {
        let cited = version.words.cited(cite);
        unverified |= cited.unverified;
        for article in &*cited.articles {
            if !articles.contains(article) {
                articles.push(article.clone());
            }
        }
    }
    (articles, unverified)
}

impl Scored {
    /// Its measure.
    #[must_use]
    pub fn measured(&self) -> Option<Measure> {
        Measure::from_code(&self.measure)
    }
}
