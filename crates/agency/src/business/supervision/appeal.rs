//! 申诉: the party appeals within the deadline; somebody else than those who decided and booked answers. Overturned, the
//! recovery is taken back by its exact negation.

use super::recover::{Posts, enter};
use super::{another, is_over, named, standing, taken};
use crate::business::{Business, Context, Decision};
use crate::clearing::{Deduction, Statement, body, document};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::Recovery;
use crate::supervise::case::{Appeal, Case, CaseRecovery, CaseState};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, Document, Id, PersonKey, Wants};

/// Appeals against a recovery.
#[derive(Clone, Debug)]
pub struct LodgeAppeal {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// What the party says.
    pub words: Arc<str>,
    /// Who says it.
    pub by: Arc<str>,
}

impl Business for LodgeAppeal {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Case::key(self.party.area, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "申诉人")?;
        named(&self.words, "申诉理由")?;
        let area = self.party.area;
        let (mut case, _, found) = standing(world, area, &self.number, &[CaseState::Recovering])?;
        if case.appeal.is_some() {
            return Err(Refused::new(Reason::DocumentState, "已申诉过一次"));
        }
        let until = case.recovery.as_ref().map(|it| it.appeal_until.clone()).unwrap_or_default();
        if is_over(&until, context.at) {
            return Err(Refused::new(Reason::DocumentState, format!("申诉期限{until}已过")));
        }
        case.appeal = Some(Appeal {
            at: context.at.to_string().into(),
            words: self.words.clone(),
            ..Appeal::default()
        });
        case.step(context.at, &self.by, "申诉", &self.words);
        let documents = vec![case.filed(area, found.at)?];
        let outcome = Outcome::of_document(&case)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

/// Answers an appeal.
#[derive(Clone, Debug)]
pub struct AnswerAppeal {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// The recovery stands; otherwise it is taken back.
    pub upheld: bool,
    /// Why.
    pub words: Arc<str>,
    /// Who answers.
    pub by: Arc<str>,
    /// The settlements of the decision: looked up and locked in one go.
    pub claims: Vec<(PersonKey, Id)>,
}

impl AnswerAppeal {
    /// Takes every entry of the recovery back.
    fn negate(
        &self,
        world: &World,
        case: &Case,
        context: &mut Context<'_>,
    ) -> Result<(Vec<Id>, Changes), Refused> {
        let (mut posts, mut entries) = (Posts::new(world), Vec::new());
        for claim in case.ruling.iter().flat_map(|ruling| &ruling.claims) {
            let person = PersonKey { area: self.party.area, person: claim.person.clone() };
            let key = taken::key(&person, claim.entry);
            let found = world.document(&key);
            let missing = || Refused::new(Reason::Conflict, claim.entry.to_string());
            let found = found.ok_or_else(missing)?;
            let mut taken = taken::Taken::of(found)?;
            let (funds, account) = taken.cases.remove(&self.number).ok_or_else(missing)?;
            let recovery = Recovery {
                case: self.number.clone(),
                settlement: claim.entry,
                funds: funds.map(|amount| -amount),
                account: -account,
                ..Recovery::default()
            };
            let day = context.at.date().to_string().into();
            let about = (&day, "申诉成立，撤回追回");
            let party = &self.party.person;
            entries.push(enter(&mut posts, party, &person, about, recovery, context)?);
            let document = taken.filed(key, found.at)?;
            posts.of(&person, context)?.changes.documents.push(document);
        }
        let mut changes = Changes::default();
        posts.add_to(&mut changes);
        Ok((entries, changes))
    }

    /// The deduction that is not taken yet, made nothing.
    fn no_deduction(
        &self,
        world: &World,
        recovery: &CaseRecovery,
    ) -> Result<Option<Document>, Refused> {
        let number = &recovery.deduction;
        if number.is_empty() || recovery.taken {
            return Ok(None);
        }
        let PersonKey { area, person } = &self.party;
        let month = number.get(..7).unwrap_or_default();
        if world.document(&Statement::key(*area, person, month)).is_some() {
            let words = format!("{month}已结算，请先登记扣款{number}到账");
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let key = Deduction::key_of(*area, person, number);
        let missing = || Refused::new(Reason::Conflict, format!("扣款{number}"));
        let found = world.document(&key).ok_or_else(missing)?;
        let mut deduction: Deduction = body(found)?;
        deduction.corrected = Some(0);
        document(key, found.at, 1, &deduction).map(Some)
    }
}

impl Business for AnswerAppeal {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Case::key(self.party.area, &self.number));
        for (person, entry) in &self.claims {
            wants.people.insert(person.clone());
            wants.documents.insert(taken::key(person, *entry));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "答复人")?;
        named(&self.words, "答复理由")?;
        let area = self.party.area;
        let (mut case, _, found) = standing(world, area, &self.number, &[CaseState::Appealed])?;
        let missing = || Refused::new(Reason::Conflict, &*self.number);
        let mut recovery = case.recovery.clone().ok_or_else(missing)?;
        let decided = case.ruling.as_ref().map(|ruling| ruling.by.clone()).unwrap_or_default();
        another(&self.by, &decided, "答复申诉与决定须为不同的人")?;
        another(&self.by, &recovery.by, "答复申诉与追回须为不同的人")?;
        let (mut changes, mut entries) = (Changes::default(), Vec::new());
        let fen = recovery.due;
        if !self.upheld {
            let deduction = self.no_deduction(world, &recovery)?;
            (entries, changes) = self.negate(world, &case, context)?;
            changes.documents.extend(deduction);
            (recovery.due, recovery.overturned) = (0, true);
        }
        if let Some(appeal) = &mut case.appeal {
            (appeal.upheld, appeal.by) = (Some(self.upheld), self.by.clone());
        }
        let what =
            if self.upheld { "申诉不成立，维持" } else { "申诉成立，撤回追回" };
        let step = case.step(context.at, &self.by, what, &self.words);
        if !self.upheld {
            (step.fen, step.entries) = (-fen, entries);
        }
        // Nothing is left to be done if nothing had come back.
        case.closed = recovery.overturned && recovery.open() == 0;
        case.recovery = Some(recovery);
        changes.documents.push(case.filed(area, found.at)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&case)? })
    }
}
