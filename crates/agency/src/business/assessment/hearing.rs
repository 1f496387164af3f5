//! The institution is heard and answered; then another than who ran the assessment confirms it.

use super::{named, refiled, standing};
use crate::assessment::{Answered, Assessment, AssessmentState, Hearing};
use crate::business::{Business, Context, Decision};
use crate::clearing::Signed;
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{PersonKey, Wants};

/// 申辩: the institution speaks about an assessment that is not confirmed yet.
#[derive(Clone, Debug)]
pub struct Hear {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// What it says.
    pub words: Arc<str>,
    /// Who speaks for it.
    pub by: Arc<str>,
}

impl Business for Hear {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Assessment::key(*area, person, &self.period));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "申辩人")?;
        named(&self.words, "申辩内容")?;
        let (mut assessment, at) =
            standing(world, &self.institution, &self.period, AssessmentState::Drafted)?;
        assessment.hearings.push(Hearing {
            by: Signed::now(&self.by, context.at),
            words: self.words.clone(),
            answer: None,
        });
        refiled(self.institution.area, at, &assessment, AssessmentState::Heard)
    }
}

/// 答复: what the agency says to a hearing; points of a month's items may change.
#[derive(Clone, Debug)]
pub struct AnswerHearing {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// What is answered.
    pub words: Arc<str>,
    /// Items by code, and their points, hundredths.
    pub points: Vec<(Arc<str>, i64)>,
    /// Who answers.
    pub by: Arc<str>,
}

impl AnswerHearing {
    /// Changes the points; codes with what they were and are.
    fn change(&self, assessment: &mut Assessment) -> Result<Vec<(Arc<str>, i64, i64)>, Refused> {
        let content = |words: String| Refused::new(Reason::Content, words);
        let mut changed = Vec::new();
        for (code, points) in &self.points {
            let known: Vec<_> = assessment.items.iter().map(|item| item.code.clone()).collect();
            let item = assessment.items.iter_mut().find(|item| item.code == *code);
            let item = item
                .ok_or_else(|| content(format!("没有考核项目{code}，应为{}", known.join("、"))))?;
            if item.value.is_none() {
                return Err(content(format!("{}没有数据，不计分", item.name)));
            }
            if !(0..=item.weight).contains(points) {
                let most = kernel::Fen::new(item.weight);
                let words = format!("{}{}分，应为0至{most}", item.name, kernel::Fen::new(*points));
                return Err(content(words));
            }
            changed.push((code.clone(), item.points, *points));
            item.before.get_or_insert(item.points);
            item.points = *points;
        }
        Ok(changed)
    }
}

impl Business for AnswerHearing {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Assessment::key(*area, person, &self.period));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "答复人")?;
        named(&self.words, "答复内容")?;
        let (mut assessment, at) =
            standing(world, &self.institution, &self.period, AssessmentState::Heard)?;
        let changed = self.change(&mut assessment)?;
        if !changed.is_empty() {
            let version = world.regions().version(&assessment.policy).ok_or_else(|| {
                Refused::new(Reason::Conflict, format!("政策版本{}未知", assessment.policy))
            })?;
            assessment.reckon(&version.policy.assessment)?;
        }
        let by = Signed::now(&self.by, context.at);
        let answer = Answered { by, words: self.words.clone(), changed };
        if let Some(hearing) = assessment.hearings.last_mut() {
            hearing.answer = Some(answer);
        }
        refiled(self.institution.area, at, &assessment, AssessmentState::Drafted)
    }
}

/// 确认: the assessment is final. Not by who ran it, since the year's decides money.
#[derive(Clone, Debug)]
pub struct ConfirmAssessment {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// Who confirms it.
    pub by: Arc<str>,
}

impl Business for ConfirmAssessment {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Assessment::key(*area, person, &self.period));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "确认人")?;
        let (mut assessment, at) =
            standing(world, &self.institution, &self.period, AssessmentState::Drafted)?;
        if assessment.made.by == self.by {
            let words = format!("由{}考核，确认人应为另一人", self.by);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        assessment.confirmed = Some(Signed::now(&self.by, context.at));
        refiled(self.institution.area, at, &assessment, AssessmentState::Confirmed)
    }
}
