//! 协议考核, as it is filed: a month or a year is scored, the institution is heard and answered, another confirms.

mod hearing;
mod year;

pub use hearing::{AnswerHearing, ConfirmAssessment, Hear};
pub use year::AssessYear;

use super::review::Whose;
use super::{Business, Context, Decision};
use crate::assessment::{Assessment, AssessmentState};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use std::sync::Arc;
use store::{Area, Changes, PersonKey, Wants};

/// Files the assessment of a month, as [`crate::assessment::run_month`] scored it. As long as the institution was not heard
/// and nobody confirmed it, a new score replaces the one before.
#[derive(Clone, Debug)]
pub struct Assess {
    /// Whose.
    pub whose: Whose,
    /// The assessment.
    pub assessment: Assessment,
}

impl Business for Assess {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.whose.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.whose.institution;
        wants.documents.insert(Assessment::key(*area, person, &self.assessment.period));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        file(world, self.whose.institution.area, &self.assessment, context)
    }
}

/// Files an assessment, unless the same is there already.
fn file(
    world: &World,
    area: Area,
    assessment: &Assessment,
    context: &Context<'_>,
) -> Result<Decision, Refused> {
    named(&assessment.made.by, "考核人")?;
    let key = Assessment::key(area, &assessment.institution, &assessment.period);
    let Some(found) = world.document(&key) else {
        return refiled(area, context.at, assessment, AssessmentState::Drafted);
    };
    let (known, state) = Assessment::read(found)?;
    let same = Assessment {
        made: known.made.clone(),
        hearings: known.hearings.clone(),
        confirmed: known.confirmed.clone(),
        ..assessment.clone()
    };
    if known == same {
        return Ok(Decision { changes: Changes::default(), outcome: Outcome::Done });
    }
    let place = format!("{} {}的考核", known.institution, known.period);
    if state == AssessmentState::Confirmed {
        let words = format!("{place}已确认，不再重算");
        return Err(Refused::new(Reason::DocumentState, words));
    }
    if !known.hearings.is_empty() {
        let words = format!("{place}已有申辩，不再重算；请答复后确认");
        return Err(Refused::new(Reason::DocumentState, words));
    }
    refiled(area, found.at, assessment, AssessmentState::Drafted)
}

/// Only the assessment changes.
fn refiled(
    area: Area,
    at: Moment,
    assessment: &Assessment,
    state: AssessmentState,
) -> Result<Decision, Refused> {
    let documents = vec![assessment.filed(area, at, state)?];
    let changes = Changes { documents, ..Changes::default() };
    Ok(Decision { changes, outcome: Outcome::of_document(assessment)? })
}

/// Somebody must answer for it.
fn named(who: &Arc<str>, what: &str) -> Result<(), Refused> {
    match who.trim().is_empty() {
        true => Err(Refused::new(Reason::Content, format!("缺少{what}"))),
        false => Ok(()),
    }
}

/// An assessment that must be there, in this state.
fn standing(
    world: &World,
    institution: &PersonKey,
    period: &str,
    wanted: AssessmentState,
) -> Result<(Assessment, Moment), Refused> {
    let PersonKey { area, person } = institution;
    let found = world.document(&Assessment::key(*area, person, period));
    let found = found.ok_or_else(|| {
        Refused::new(Reason::DocumentUnknown, format!("{person} {period}的考核，请先考核"))
    })?;
    match Assessment::read(found)? {
        (assessment, state) if state == wanted => Ok((assessment, found.at)),
        (_, state) => {
            let words = format!("{person} {period}的考核{}，应为{}", state.zh(), wanted.zh());
            Err(Refused::new(Reason::DocumentState, words))
        }
    }
}
