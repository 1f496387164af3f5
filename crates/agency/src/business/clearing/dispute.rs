//! The institution's word on its statement: it confirms, or disputes; a dispute is answered, perhaps with deductions
//! corrected, and then the statement waits for its word again.

use super::close::{enter, under};
use super::{named, refiled, standing};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::clearing::{
    Answered, Deduction, Disputed, Signed, Statement, StatementState, body, document,
};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::reconcile::Period;
use crate::world::World;
use kernel::{Fen, Moment};
use std::sync::Arc;
use store::{Area, Changes, Id, PersonKey, Queries, Wants};

/// Confirms a statement.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// Who confirms it.
    pub by: Arc<str>,
}

impl Business for Confirm {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Statement::key(*area, person, &self.period));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        named(&self.by, "确认人")?;
        let allowed = [StatementState::Drafted];
        let (mut statement, _, at) = standing(world, *area, person, &self.period, &allowed)?;
        statement.confirmed = Some(Signed::now(&self.by, context.at));
        refiled_alone(statement, *area, at, StatementState::Confirmed)
    }
}

/// Only the statement changes.
fn refiled_alone(
    statement: Statement,
    area: Area,
    at: Moment,
    state: StatementState,
) -> Result<Decision, Refused> {
    let documents = vec![refiled(&statement, area, at, state)?];
    let changes = Changes { documents, ..Changes::default() };
    Ok(Decision { changes, outcome: Outcome::Filed { number: statement.number } })
}

/// Disputes a statement.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// Why.
    pub words: Arc<str>,
    /// The settlements it is about.
    pub claims: Vec<Id>,
    /// Who disputes it.
    pub by: Arc<str>,
}

impl Dispute {
    /// Looks at whether the claims it names are of the institution and the month.
    ///
    /// # Errors
    /// [`Reason::SettlementUnknown`] names the one that is not.
    pub fn checked(self, queries: &dyn Queries) -> Result<Dispute, Refused> {
        let PersonKey { area, person } = &self.institution;
        let month = kernel::Month::parse(&self.period);
        let of_month = match month {
            Some(month) => Some(Period::new(month.first_day(), month.last_day())?),
            None => None,
        };
        for claim in &self.claims {
            let next = Id(claim.0.saturating_add(1));
            let before = Id(claim.0.saturating_sub(1));
            let found = queries.entries_at(*area, person, before, next, 1)?;
            if found.is_empty() || of_month.is_some_and(|period| !period.holds(*claim)) {
                let words = format!("{claim}不是{person}在{}的结算", self.period);
                return Err(Refused::new(Reason::SettlementUnknown, words));
            }
        }
        Ok(self)
    }
}

impl Business for Dispute {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Statement::key(*area, person, &self.period));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        named(&self.by, "提出人")?;
        named(&self.words, "异议理由")?;
        let allowed = [StatementState::Drafted];
        let (mut statement, _, at) = standing(world, *area, person, &self.period, &allowed)?;
        statement.disputes.push(Disputed {
            by: Signed::now(&self.by, context.at),
            words: self.words.clone(),
            claims: self.claims.clone(),
            answer: None,
        });
        refiled_alone(statement, *area, at, StatementState::Disputed)
    }
}

/// Answers a dispute. Deductions may be corrected; the difference goes into the books.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// What is answered.
    pub words: Arc<str>,
    /// Deductions by number, and what is right.
    pub corrections: Vec<(Arc<str>, Fen)>,
    /// Who answers.
    pub by: Arc<str>,
}

impl Answer {
    /// Corrects the deductions, in the statement and where they are filed.
    fn correct(
        &self,
        world: &World,
        statement: &mut Statement,
        changes: &mut Changes,
    ) -> Result<Vec<(Arc<str>, i64, i64)>, Refused> {
        let PersonKey { area, person } = &self.institution;
        let mut corrected = Vec::new();
        for (number, right) in &self.corrections {
            let cut = statement.deductions.iter_mut().find(|cut| cut.number == *number);
            let unknown = || {
                let words =
                    format!("扣款{number}不在{}中", Statement::number(person, &self.period));
                Refused::new(Reason::DocumentUnknown, words)
            };
            let cut = cut.ok_or_else(unknown)?;
            if *right < Fen::ZERO || *right > Fen::MAX_AMOUNT {
                return Err(Refused::new(Reason::Content, format!("扣款{number}更正为{right}")));
            }
            let key = Deduction::key_of(*area, person, number);
            let found = world.document(&key).ok_or_else(unknown)?;
            let mut deduction: Deduction = body(found)?;
            corrected.push((number.clone(), cut.fen, right.get()));
            cut.fen = right.get();
            deduction.corrected = Some(right.get());
            changes.documents.push(document(key, found.at, 1, &deduction)?);
        }
        Ok(corrected)
    }
}

impl Business for Answer {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Statement::key(*area, person, &self.period));
        for (number, _) in &self.corrections {
            wants.documents.insert(Deduction::key_of(*area, person, number));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        named(&self.by, "答复人")?;
        named(&self.words, "答复内容")?;
        let allowed = [StatementState::Disputed];
        let (before, _, at) = standing(world, *area, person, &self.period, &allowed)?;
        let mut statement = before.clone();
        let mut post = Post::of_party(world, &self.institution, context);
        let corrected = self.correct(world, &mut statement, &mut post.changes)?;
        if let Some(month) = statement.month().filter(|_| !corrected.is_empty()) {
            let version = world.regions().version(&before.policy);
            let unknown =
                || Refused::new(Reason::Conflict, format!("政策版本{}未知", before.policy));
            under(&mut statement, &version.ok_or_else(unknown)?);
            let (party, about) = (&self.institution, (month.last_day(), "异议更正"));
            enter(&mut post, party, &before, &mut statement, about, context)?;
        }
        let answer = Answered {
            by: Signed::now(&self.by, context.at),
            words: self.words.clone(),
            corrected,
        };
        if let Some(dispute) = statement.disputes.last_mut() {
            dispute.answer = Some(answer);
        }
        let state = StatementState::Drafted;
        post.changes.documents.push(refiled(&statement, *area, at, state)?);
        Ok(post.decision(Outcome::Filed { number: statement.number }))
    }
}
