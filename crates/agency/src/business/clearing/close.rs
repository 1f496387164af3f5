//! Closes a month for an institution: the statement is made, deductions and the deposit go into the books.

use super::{booking, met, name, refiled};
use crate::books::last_over;
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::clearing::{
    ClassLine, Cut, Deduction, Run, Signed, Statement, StatementState, body, document,
};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::regions::Version;
use crate::world::World;
use kernel::{Date, Fen, Month};
use std::sync::Arc;
use store::{Area, Changes, Document, EntryKind, PersonKey, Wants};

/// Years whose statement may have ended below zero and waits to be carried.
const YEARS_BACK: i32 = 2;

/// Closes a month for an institution, with the ledger's sums of it. The same again changes nothing; other sums are refused.
#[derive(Clone, Debug)]
pub struct CloseMonth {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// The month; it must be over.
    pub month: Month,
    /// The ledger's sums by clearing class ([`crate::clearing::sums`]).
    pub lines: Vec<ClassLine>,
    /// Deductions of the month, as far as known: looked at in one go.
    pub deductions: usize,
    /// 签约人数, under capitation.
    pub heads: i64,
    /// 人头标准 a month.
    pub per_head: Fen,
}

impl CloseMonth {
    /// Periods whose statements may have ended below zero.
    fn earlier(&self) -> Vec<String> {
        let year = self.month.first_day().ymd().0;
        let years = (1..=YEARS_BACK).map(|back| format!("{:04}", year - back));
        std::iter::once(self.month.plus(-1).to_string()).chain(years).collect()
    }

    fn same_again(&self, found: &Document) -> Result<Decision, Refused> {
        let (statement, _) = Statement::read(found)?;
        let heads = (statement.heads, statement.per_head);
        if statement.lines == self.lines && heads == (self.heads, self.per_head.get()) {
            return Ok(Decision { changes: Changes::default(), outcome: Outcome::Done });
        }
        let mut now = ClassLine::default();
        self.lines.iter().for_each(|line| now.add(line));
        let then = statement.sum();
        let words = format!(
            "{}已结算：结算单{}人次、总额{}、基金{}、账户{}、签约{}人×{}，现账面{}人次、总额{}、基金{}、账户{}、签约{}人×{}",
            statement.number,
            then.count,
            Fen::new(then.total),
            Fen::new(then.funds()),
            Fen::new(then.accounts),
            statement.heads,
            Fen::new(statement.per_head),
            now.count,
            Fen::new(now.total),
            Fen::new(now.funds()),
            Fen::new(now.accounts),
            self.heads,
            self.per_head,
        );
        Err(Refused::new(Reason::BooksDiffer, words))
    }

    /// The deductions of the month.
    fn cuts(&self, world: &World) -> Result<Vec<Cut>, Refused> {
        let PersonKey { area, person } = &self.institution;
        let mut cuts = Vec::new();
        while let Some(found) =
            world.document(&Deduction::key(*area, person, self.month, cuts.len() + 1))
        {
            let deduction: Deduction = body(found)?;
            let fen = deduction.now();
            let Deduction { number, reason, article, .. } = deduction;
            cuts.push(Cut { number, reason, article, fen });
        }
        Ok(cuts)
    }

    /// What earlier statements left below zero; they are carried over with this one.
    fn brought(&self, world: &World, documents: &mut Vec<Document>) -> Result<i64, Refused> {
        let PersonKey { area, person } = &self.institution;
        let mut brought = 0;
        for period in self.earlier() {
            let Some(found) = world.document(&Statement::key(*area, person, &period)) else {
                continue;
            };
            let (earlier, state) = Statement::read(found)?;
            if earlier.payable < 0 && state != StatementState::Carried {
                brought += earlier.payable;
                documents.push(refiled(&earlier, *area, found.at, StatementState::Carried)?);
            }
        }
        Ok(brought)
    }
}

impl Business for CloseMonth {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Statement::key(*area, person, &self.month.to_string()));
        for period in self.earlier() {
            wants.documents.insert(Statement::key(*area, person, &period));
        }
        for serial in 1..=self.deductions + 1 {
            wants.documents.insert(Deduction::key(*area, person, self.month, serial));
        }
        for line in &self.lines {
            let key =
                crate::business::desk::application_key(*area, person, self.month, &line.class);
            wants.documents.insert(key);
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        let period = self.month.to_string();
        if let Some(found) = world.document(&Statement::key(*area, person, &period)) {
            return self.same_again(found);
        }
        let last = self.month.last_day();
        if last > last_over(context.at) {
            let words = format!("{period}尚未结束，{last}次日零点五分起可以结算");
            return Err(Refused::new(Reason::Content, words));
        }
        let version = version_on(world, *area, last)?;
        let mut documents = Vec::new();
        let mut statement = Statement {
            number: Statement::number(person, &period),
            institution: person.clone(),
            name: name(world, *area, person, last, context.at).unwrap_or_default(),
            period: Arc::from(period),
            made: Arc::from(context.at.to_string()),
            lines: self.lines.clone(),
            deductions: self.cuts(world)?,
            heads: self.heads,
            per_head: self.per_head.get(),
            brought: self.brought(world, &mut documents)?,
            ..Statement::default()
        };
        under(&mut statement, &version);
        let mut post = Post::of_party(world, &self.institution, context);
        let nothing = Statement::default();
        let party = &self.institution;
        enter(&mut post, party, &nothing, &mut statement, (last, "月结算"), context)?;
        let (state, applications) = met(world, *area, &statement, None)?;
        statement.applications = applications;
        let (mut state, mut by) = (state, "清算申请");
        if statement.is_empty() {
            (state, by) = (StatementState::Confirmed, "无业务发生");
        }
        if state == StatementState::Confirmed {
            statement.confirmed = Some(Signed::now(&Arc::from(by), context.at));
        }
        documents.push(refiled(&statement, *area, context.at, state)?);
        post.changes.documents.append(&mut documents);
        Ok(post.decision(Outcome::Filed { number: statement.number }))
    }
}

/// The policy whose payment rules hold on a day.
pub(super) fn version_on(world: &World, area: Area, day: Date) -> Result<Version<'_>, Refused> {
    let law = world.law(area)?;
    law.on(day).ok_or_else(|| Refused::new(Reason::AreaUnknown, format!("{area} {day}没有政策")))
}

/// Reckons a statement under a policy, and notes its articles.
pub(super) fn under(statement: &mut Statement, version: &Version<'_>) {
    let (rules, rounding) = (&version.policy.payment, version.policy.rounding);
    cite(statement, version);
    statement.reckon(rules, rounding);
}

/// Notes the policy and the articles that a statement rests on.
pub(super) fn cite(statement: &mut Statement, version: &Version<'_>) {
    let cited = version.words.cited(version.policy.payment.cite);
    statement.policy = version.words.version.clone();
    statement.articles = cited.articles.to_vec();
    // Where no document gives the amount per head, it is whoever closes the month that states it.
    let per_head = &version.policy.payment.capitation;
    let stated = statement.capitation != 0 && per_head.per_head.is_none();
    statement.unverified = cited.unverified || stated;
    if statement.per_head != 0 && per_head.per_head.is_some() {
        let cited = version.words.cited(per_head.cite);
        statement.unverified |= cited.unverified;
        for article in cited.articles.iter() {
            if !statement.articles.contains(article) {
                statement.articles.push(article.clone());
            }
        }
    }
}

/// Enters what a statement withholds and adds, as far as the books do not have it from `before`.
pub(super) fn enter(
    post: &mut Post<'_>,
    party: &PersonKey,
    before: &Statement,
    after: &mut Statement,
    (day, note): (Date, &str),
    context: &mut Context<'_>,
) -> Result<(), Refused> {
    let nobody = Arc::from("");
    let change = |of: fn(&Statement) -> i64| Fen::new(of(after) - of(before));
    let deducted = change(Statement::deducted);
    let deposit = change(|statement| statement.deposit);
    let by_head = change(|statement| statement.capitation);
    let mut journal = Journal::default();
    journal.post(Head::PoolFund, &nobody, by_head);
    journal.post(Head::Payable, &after.institution, deducted + deposit - by_head);
    journal.post(Head::Deductions, &nobody, -deducted);
    journal.post(Head::Deposit, &after.institution, -deposit);
    if [deducted, deposit, by_head].iter().all(|amount| *amount == Fen::ZERO) {
        return Ok(());
    }
    let id = post.id(party, context)?;
    let year = post.year();
    post.book(id, EntryKind::Clearing, party, year, journal, &booking(after, day, note))?;
    after.entries.push(id);
    Ok(())
}

/// Keeps how far a long job is.
#[derive(Clone, Debug)]
pub struct KeepRun {
    /// Whose books.
    pub area: Area,
    /// The job.
    pub run: Run,
}

impl Business for KeepRun {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.run.key(self.area));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = self.run.key(self.area);
        let began = world.document(&key).map_or(context.at, |found| found.at);
        let state = i16::from(self.run.is_over());
        let documents = vec![document(key, began, state, &self.run)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
