//! A case is assigned, and its party heard.

use super::{another, deadline, is_over, named, standing};
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::Refused;
use crate::supervise::case::{Case, CaseState};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, PersonKey, Wants};

/// Assigns a case to a supervisor 办案人; assigned again, it goes to another. The party may state its side from now on.
#[derive(Clone, Debug)]
pub struct AssignCase {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// Who is to look into it.
    pub supervisor: Arc<str>,
    /// Who assigns it.
    pub by: Arc<str>,
}

impl Business for AssignCase {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Case::key(self.party.area, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "指派人")?;
        named(&self.supervisor, "办案人")?;
        another(&self.supervisor, &self.by, "指派人与办案人须为不同的人")?;
        let states = [CaseState::Opened, CaseState::Assigned, CaseState::Heard];
        let area = self.party.area;
        let (mut case, _, found) = standing(world, area, &self.number, &states)?;
        if case.hearing_until.is_empty() {
            case.hearing_until = deadline(world, area, "case.hearing", context.at)?;
        }
        (case.supervisor, case.assigner) = (self.supervisor.clone(), self.by.clone());
        let words = format!("办案人{}，陈述申辩至{}", self.supervisor, case.hearing_until);
        case.step(context.at, &self.by, "指派", &words);
        let documents = vec![case.filed(area, found.at)?];
        let outcome = Outcome::of_document(&case)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

/// 陈述申辩: the party states its side. It may do so several times, until the case is decided.
#[derive(Clone, Debug)]
pub struct HearParty {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// What it says.
    pub words: Arc<str>,
    /// Who says it.
    pub by: Arc<str>,
}

impl Business for HearParty {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Case::key(self.party.area, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "陈述人")?;
        named(&self.words, "陈述内容")?;
        let states = [CaseState::Assigned, CaseState::Heard];
        let area = self.party.area;
        let (mut case, _, found) = standing(world, area, &self.number, &states)?;
        let late = is_over(&case.hearing_until, context.at);
        let what = if late { "陈述申辩（逾期）" } else { "陈述申辩" };
        case.step(context.at, &self.by, what, &self.words);
        case.heard = true;
        let documents = vec![case.filed(area, found.at)?];
        let outcome = Outcome::of_document(&case)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}
