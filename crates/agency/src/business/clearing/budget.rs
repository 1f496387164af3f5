//! Annual budgets 总额 and deductions 扣款.

use super::{name, named};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::clearing::{Budget, Deduction, Signed, Statement, body, document};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Date, Fen, Month};
use std::sync::Arc;
use store::{PersonKey, Queries, Wants};

/// Sets the annual budget of an institution (CQ Art 7). The same again changes nothing.
#[derive(Clone, Debug)]
pub struct SetBudget {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// The year.
    pub year: i32,
    /// How much.
    pub amount: Fen,
    /// In a few words.
    pub note: Arc<str>,
    /// Who sets it.
    pub by: Arc<str>,
}

impl Business for SetBudget {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Budget::key(*area, person, self.year));
        wants.documents.insert(Statement::key(*area, person, &format!("{:04}", self.year)));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        named(&self.by, "经办人")?;
        if self.amount < Fen::ZERO || !(1_900..=9_999).contains(&self.year) {
            let words =
                format!("{person} {}年总额{}：年度应为四位，金额不能为负", self.year, self.amount);
            return Err(Refused::new(Reason::Content, words));
        }
        let last = Date::from_ymd(self.year, 12, 31).unwrap_or(Date::MAX);
        if name(world, *area, person, last, context.at).is_none() {
            return Err(Refused::new(Reason::InstitutionUnknown, &**person));
        }
        let closed = Statement::key(*area, person, &format!("{:04}", self.year));
        if world.document(&closed).is_some() {
            let words = format!("{person} {}年已年终清算，总额不能再改", self.year);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let key = Budget::key(*area, person, self.year);
        let mut post = Post::of_party(world, &self.institution, context);
        let mut budget = Budget::default();
        let mut filed = context.at;
        if let Some(found) = world.document(&key) {
            budget = body(found)?;
            filed = found.at;
            if (budget.fen, &budget.note) == (self.amount.get(), &self.note) {
                return Ok(post.decision(Outcome::Done));
            }
            budget.was.push((budget.fen, budget.by.clone()));
        }
        budget.year = self.year;
        budget.fen = self.amount.get();
        budget.note = self.note.clone();
        budget.by = Signed::now(&self.by, context.at);
        post.changes.documents.push(document(key, filed, 0, &budget)?);
        let number = Arc::from(format!("{:04}", self.year));
        Ok(post.decision(Outcome::Filed { number }))
    }
}

/// Files a deduction for a month that is not closed yet. With a reference that a deduction of the month has already, it is
/// that deduction.
#[derive(Clone, Debug)]
pub struct Deduct {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// The month.
    pub month: Month,
    /// How much.
    pub amount: Fen,
    /// Why.
    pub reason: Arc<str>,
    /// The article it rests on; empty if not stated.
    pub article: Arc<str>,
    /// Number of the case or file behind it; empty if none.
    pub reference: Arc<str>,
    /// Who files it.
    pub by: Arc<str>,
    /// Deductions of the month that are there already, as far as known: looked at in one go.
    pub known: usize,
}

impl Deduct {
    /// How many deductions of a month an institution has.
    ///
    /// # Errors
    /// What the store says.
    pub fn known(
        queries: &dyn Queries,
        institution: &PersonKey,
        month: Month,
    ) -> Result<usize, Refused> {
        let PersonKey { area, person } = institution;
        let (kind, prefix) = (crate::documents::DEDUCTION, format!("{month}-"));
        let page = queries.documents(*area, kind, person, (person, &prefix), 1_000)?;
        Ok(page.iter().filter(|it| it.key.number.starts_with(&prefix)).count())
    }
}

impl Business for Deduct {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Statement::key(*area, person, &self.month.to_string()));
        for serial in 1..=self.known + 1 {
            wants.documents.insert(Deduction::key(*area, person, self.month, serial));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        named(&self.by, "经办人")?;
        named(&self.reason, "扣款理由")?;
        if self.amount <= Fen::ZERO || self.amount > Fen::MAX_AMOUNT {
            return Err(Refused::new(Reason::Content, format!("扣款{}应为正数", self.amount)));
        }
        if name(world, *area, person, self.month.last_day(), context.at).is_none() {
            return Err(Refused::new(Reason::InstitutionUnknown, &**person));
        }
        if world.document(&Statement::key(*area, person, &self.month.to_string())).is_some() {
            let words = format!(
                "{person} {}已结算，扣款请记入未结算的月份，或在答复异议时更正",
                self.month
            );
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let mut serial = 1;
        while let Some(found) = world.document(&Deduction::key(*area, person, self.month, serial)) {
            let before: Deduction = body(found)?;
            if !self.reference.is_empty() && before.reference == self.reference {
                if before.fen == self.amount.get() {
                    let number = before.number;
                    return Ok(Decision {
                        changes: store::Changes::default(),
                        outcome: Outcome::Filed { number },
                    });
                }
                let words = format!(
                    "文号{}已扣款{}（{}），与本次{}不同",
                    self.reference,
                    Fen::new(before.fen),
                    before.number,
                    self.amount
                );
                return Err(Refused::new(Reason::DocumentState, words));
            }
            serial += 1;
        }
        let key = Deduction::key(*area, person, self.month, serial);
        let number = key.number.clone();
        let deduction = Deduction {
            number: number.clone(),
            reason: self.reason.clone(),
            article: self.article.clone(),
            reference: self.reference.clone(),
            fen: self.amount.get(),
            corrected: None,
            by: Signed::now(&self.by, context.at),
        };
        // Its row in the books is opened with the first deduction, so that a closing waits for it.
        let mut post = Post::of_party(world, &self.institution, context);
        post.changes.documents.push(document(key, context.at, 0, &deduction)?);
        Ok(post.decision(Outcome::Filed { number }))
    }
}
