//! 年终清算: the year's actual amounts against the budget, shared as the policy says; the deposit released by the assessment.

use super::close::{cite, version_on};
use super::{booking, name, refiled};
use crate::assessment::{Assessment, AssessmentState};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::clearing::{Budget, Signed, Statement, StatementState, YearEnd, body};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Date, Fen, Month, Rate, Rounding};
use std::sync::Arc;
use store::{Changes, EntryKind, PersonKey, Wants};

/// Closes a year for an institution, all of whose months are closed and agreed. The same again changes nothing.
#[derive(Clone, Debug)]
pub struct CloseYear {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// The year.
    pub year: i32,
    /// 考核返还比例: what part of the deposit the institution gets back, if its year was not assessed here. A year that was
    /// assessed decides it, and another ratio is refused.
    pub ratio: Option<Rate>,
}

impl CloseYear {
    fn period(&self) -> String {
        format!("{:04}", self.year)
    }

    fn months(&self) -> impl Iterator<Item = Month> {
        (1..=12).filter_map(|month| Month::new(self.year, month))
    }

    /// What the funds owe by the statements of the year, and what was withheld.
    fn year_so_far(&self, world: &World) -> Result<Option<(Fen, Fen)>, Refused> {
        let PersonKey { area, person } = &self.institution;
        let (mut actual, mut deposit, mut any) = (0, 0, false);
        for month in self.months() {
            let key = Statement::key(*area, person, &month.to_string());
            let Some(found) = world.document(&key) else { continue };
            let (statement, state) = Statement::read(found)?;
            if matches!(state, StatementState::Drafted | StatementState::Disputed) {
                let words = format!("{}{}，请先确认", statement.number, state.zh());
                return Err(Refused::new(Reason::DocumentState, words));
            }
            any = true;
            actual += statement.owed();
            deposit += statement.deposit;
        }
        Ok(any.then_some((Fen::new(actual), Fen::new(deposit))))
    }
}

impl CloseYear {
    /// What part of the deposit is given back, and the grade behind it: by the assessment of the year, or else as stated.
    /// `None`: nobody says.
    fn release(&self, world: &World) -> Result<Option<(Rate, Arc<str>)>, Refused> {
        let PersonKey { area, person } = &self.institution;
        if let Some(ratio) = self.ratio.filter(|ratio| !ratio.is_share()) {
            let words = format!("考核返还比例{ratio}应在0%至100%之间");
            return Err(Refused::new(Reason::Content, words));
        }
        let Some(found) = world.document(&Assessment::key(*area, person, &self.period())) else {
            return Ok(self.ratio.map(|ratio| (ratio, Arc::from(""))));
        };
        let (assessment, state) = Assessment::read(found)?;
        if state != AssessmentState::Confirmed {
            let words = format!("{person} {}年的考核{}，请先确认", self.year, state.zh());
            return Err(Refused::new(Reason::DocumentState, words));
        }
        if let Some(few) = assessment.few {
            let words = || {
                format!(
                    "{person} {}年考核样本不足（{}人次，政策要求{}人次），不定返还比例：请给出比例",
                    self.year, few.visits, few.minimum
                )
            };
            let stated = self.ratio.map(|ratio| (ratio, Arc::from("")));
            return match stated {
                None => Err(Refused::new(Reason::Content, words())),
                Some(_) => Ok(stated),
            };
        }
        let assessed = Rate::new(assessment.release);
        match self.ratio.filter(|ratio| *ratio != assessed) {
            None => Ok(Some((assessed, assessment.grade_name))),
            Some(ratio) => {
                let words = format!(
                    "{person} {}年考核{}，返还{assessed}，不能另给{ratio}",
                    self.year, assessment.grade_name
                );
                Err(Refused::new(Reason::Content, words))
            }
        }
    }
}

impl Business for CloseYear {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Budget::key(*area, person, self.year));
        wants.documents.insert(Statement::key(*area, person, &self.period()));
        wants.documents.insert(Assessment::key(*area, person, &self.period()));
        for month in self.months() {
            wants.documents.insert(Statement::key(*area, person, &month.to_string()));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        let release = self.release(world)?;
        let done = || Decision { changes: Changes::default(), outcome: Outcome::Done };
        if let Some(found) = world.document(&Statement::key(*area, person, &self.period())) {
            let (statement, _) = Statement::read(found)?;
            let year = statement.year.as_ref();
            let (ratio, deposit) = year.map_or((0, 0), |year| (year.ratio, year.deposit));
            // Without a deposit no ratio decides anything.
            if deposit == 0 || release.is_none_or(|(release, _)| release.get() == ratio) {
                return Ok(done());
            }
            let words = format!("{}已按返还比例{}年终清算", statement.number, Rate::new(ratio));
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let Some((actual, deposit)) = self.year_so_far(world)? else { return Ok(done()) };
        // Without a deposit there is nothing to give back.
        let nothing = || (deposit == Fen::ZERO).then(|| (Rate::ZERO, Arc::from("")));
        let (release, grade) = release.or_else(nothing).ok_or_else(|| {
            let words = format!("{person}没有考核返还比例：请先年度考核并确认，或给出比例");
            Refused::new(Reason::Content, words)
        })?;
        let last = Date::from_ymd(self.year, 12, 31).unwrap_or(Date::MAX);
        let version = version_on(world, *area, last)?;
        let (rules, rounding) = (&version.policy.payment, version.policy.rounding);
        let budget = match world.document(&Budget::key(*area, person, self.year)) {
            Some(found) if rules.annual_budget => Some(body::<Budget>(found)?.fen),
            _ => None,
        };
        let due = budget.map_or(actual, |budget| rules.year(actual, Fen::new(budget), rounding));
        let year =
            YearEnd { grade, ..year_end((actual, due, deposit), budget, (release, rounding)) };
        let mut statement = Statement {
            number: Statement::number(person, &self.period()),
            institution: person.clone(),
            name: name(world, *area, person, last, context.at).unwrap_or_default(),
            period: Arc::from(self.period()),
            made: Arc::from(context.at.to_string()),
            payable: year.difference + year.released,
            ..Statement::default()
        };
        cite(&mut statement, &version);
        let mut post = Post::of_party(world, &self.institution, context);
        self.enter(&mut post, &mut statement, &year, context)?;
        let nothing = year.difference == 0 && year.deposit == 0;
        statement.year = Some(year);
        let state = match nothing {
            true => StatementState::Confirmed,
            false => StatementState::Drafted,
        };
        if nothing {
            statement.confirmed = Some(Signed::now(&Arc::from("无清算金额"), context.at));
        }
        post.changes.documents.push(refiled(&statement, *area, context.at, state)?);
        Ok(post.decision(Outcome::Filed { number: statement.number }))
    }
}

impl CloseYear {
    /// The difference to or from the pool fund; the deposit back to the institution, and what it forfeits to the fund.
    fn enter(
        &self,
        post: &mut Post<'_>,
        statement: &mut Statement,
        year: &YearEnd,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        if year.difference == 0 && year.deposit == 0 {
            return Ok(());
        }
        let nobody = Arc::from("");
        let mut journal = Journal::default();
        let payable = year.difference + year.released;
        journal.post(Head::PoolFund, &nobody, Fen::new(year.difference));
        journal.post(Head::Payable, &statement.institution, Fen::new(-payable));
        journal.post(Head::Deposit, &statement.institution, Fen::new(year.deposit));
        journal.post(Head::Deductions, &nobody, Fen::new(-year.forfeited));
        let id = post.id(&self.institution, context)?;
        let last = Date::from_ymd(self.year, 12, 31).unwrap_or(Date::MAX);
        let booking = booking(statement, last, "年终清算");
        let of = post.year();
        post.book(id, EntryKind::Clearing, &self.institution, of, journal, &booking)?;
        statement.entries.push(id);
        Ok(())
    }
}

fn year_end(
    (actual, due, deposit): (Fen, Fen, Fen),
    budget: Option<i64>,
    (release, rounding): (Rate, Rounding),
) -> YearEnd {
    let released = release.of(deposit, rounding);
    YearEnd {
        actual: actual.get(),
        budget,
        due: due.get(),
        difference: (due - actual).get(),
        deposit: deposit.get(),
        ratio: release.get(),
        released: released.get(),
        forfeited: (deposit - released).get(),
        ..YearEnd::default()
    }
}
