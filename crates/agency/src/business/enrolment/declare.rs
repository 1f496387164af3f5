//! 缴费申报: months that an employer, or people by themselves, declare and pay.
//!
//! A row states a month as it is now; a later row of the same month corrects it. What the month's document says was paid is
//! what the books hold, so the same row twice books nothing, and a correction only the difference. What credit runs noted in
//! the document is never touched. The entitlement of everybody whose months changed is derived in the same transaction.

use super::derive::on_file;
use super::receipt::{Payer, Receipts};
use super::renew;
use crate::business::{Business, Context, Decision};
use crate::enrolment::{self, Employer, Months, Remark, Wrong};
use crate::facts;
use crate::months::PersonMonth;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Date, Fen, Month};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Changes, Document, PersonKey, Wants};

/// Declares months.
#[derive(Clone, Debug)]
pub struct Declare {
    /// Where.
    pub area: Area,
    /// The employer; empty: the people pay by themselves.
    pub employer: Arc<str>,
    /// The months.
    pub rows: Vec<Declared>,
    /// Which months of these people are on file already ([`enrolment::known_months`]): the transaction reads them again.
    pub known: BTreeMap<Arc<str>, BTreeSet<Month>>,
    /// Who says so: a file, an office.
    pub source: Arc<str>,
}

/// A person's month as it is declared. Amounts are fen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// 人员编号.
    pub person: Arc<str>,
    /// For which month.
    pub month: Month,
    /// 参保类型, a code of the region's vocabulary.
    pub plan: Arc<str>,
    /// 缴费基数.
    pub base: i64,
    /// The employer's share; wholly the pool's.
    pub employer_share: i64,
    /// The person's share. Of those who pay by themselves what the policy does not put into the account is the pool's.
    pub own_share: i64,
    /// 大额保费.
    pub large_amount: i64,
    /// When it had arrived; `None`: declared, not paid, or as on file.
    pub paid_on: Option<Date>,
    /// It was declared wrongly: the month is not this employer's. What was paid is given back.
    pub withdrawn: bool,
}

/// What a row did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Took {
    /// Nothing was declared for the month.
    Added,
    /// Something else was.
    Changed,
    /// The same was.
    Unchanged,
}

/// What became of a row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// What it did, or why it was not taken.
    pub took: Result<Took, Wrong>,
    /// What is to be looked at though it was taken.
    pub remarks: Vec<Remark>,
}

/// What became of a declaration: the outcome's document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Declaration {
    /// By row.
    pub rows: Vec<Verdict>,
    /// People whose entitlement changed.
    pub renewed: usize,
}

impl Declare {
    fn party(&self) -> PersonKey {
        PersonKey { area: self.area, person: self.employer.clone() }
    }

    fn key(&self, person: &Arc<str>) -> PersonKey {
        PersonKey { area: self.area, person: person.clone() }
    }

    /// The months of a person that are looked at.
    fn months(&self, person: &Arc<str>) -> BTreeSet<Month> {
        let stated = self.rows.iter().filter(|row| row.person == *person).map(|row| row.month);
        self.known.get(person).into_iter().flatten().copied().chain(stated).collect()
    }

    /// Decides every row in order, and books.
    ///
    /// # Errors
    /// [`Reason::AreaUnknown`], or [`Reason::Conflict`] if something on file cannot be read. What is wrong with a row is in
    /// its verdict.
    pub fn weigh(
        &self,
        world: &World,
        context: &mut Context<'_>,
    ) -> Result<(Changes, Declaration), Refused> {
        let employer = match self.employer.is_empty() {
            true => None,
            false => world.document(&Employer::key(self.area, &self.employer)),
        };
        let employer = employer.map(Employer::read).transpose()?;
        let mut desk = Desk {
            declare: self,
            world,
            employer,
            months: BTreeMap::new(),
            touched: BTreeSet::new(),
            receipts: Receipts::default(),
        };
        let mut declaration = Declaration::default();
        for row in &self.rows {
            declaration.rows.push(desk.take(row, context)?);
        }
        let Desk { months, touched, receipts, .. } = desk;
        let mut changes = Changes::default();
        for (person, month) in &touched {
            let key = PersonMonth::key(&self.key(person), *month);
            let body = months.get(person).and_then(|months| months.get(month));
            let body = serde_json::to_string(&body)
                .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
            let (at, state) =
                world.document(&key).map_or((context.at, 0), |found| (found.at, found.state));
            changes.documents.push(Document { key, at, state, body: body.into() });
        }
        let (area, employer, source) = (self.area, &self.employer, &self.source);
        receipts.book(world, Payer { area, employer, source }, context, &mut changes)?;
        let people: BTreeSet<_> = touched.into_iter().map(|(person, _)| person).collect();
        for person in people {
            let Some(months) = months.get(&person) else { continue };
            let (key, until) = (self.key(&person), context.at.date().month());
            let renewed = renew(world, &key, months, until, context, &mut changes)?;
            declaration.renewed += usize::from(renewed.changed);
            // Said once, with the person's last row.
            let last = self.rows.iter().rposition(|row| row.person == person);
            if let Some(verdict) = last.and_then(|place| declaration.rows.get_mut(place)) {
                verdict.remarks.extend(renewed.overruled);
            }
        }
        Ok((changes, declaration))
    }
}

impl Business for Declare {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        if !self.employer.is_empty() {
            wants.people.insert(self.party());
            wants.documents.insert(Employer::key(self.area, &self.employer));
        }
        let known =
            self.known.iter().flat_map(|(who, months)| months.iter().map(move |m| (who, *m)));
        let stated = self.rows.iter().map(|row| (&row.person, row.month));
        for (person, month) in known.chain(stated) {
            wants.documents.insert(PersonMonth::key(&self.key(person), month));
        }
        wants.people.extend(self.rows.iter().map(|row| self.key(&row.person)));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (changes, declaration) = self.weigh(world, context)?;
        Ok(Decision { changes, outcome: Outcome::of_document(&declaration)? })
    }
}

/// Rows under decision, with what they changed so far.
struct Desk<'a> {
    declare: &'a Declare,
    world: &'a World,
    employer: Option<Employer>,
    months: BTreeMap<Arc<str>, Months>,
    touched: BTreeSet<(Arc<str>, Month)>,
    receipts: Receipts,
}

impl Desk<'_> {
    fn take(&mut self, row: &Declared, context: &Context<'_>) -> Result<Verdict, Refused> {
        let not = |wrong| Ok(Verdict { took: Err(wrong), remarks: Vec::new() });
        let key = self.declare.key(&row.person);
        let Some(file) = self.world.file(&key).cloned() else { return not(Wrong::Person) };
        if let Err(wrong) = self.possible(row, context) {
            return not(wrong);
        }
        if !self.months.contains_key(&row.person) {
            let months = on_file(self.world, &key, &self.declare.months(&row.person))?;
            self.months.insert(row.person.clone(), months);
        }
        let on_file = self.months.get(&row.person).and_then(|months| months.get(&row.month));
        let before = on_file.cloned().unwrap_or_default();
        let law = self.world.law(self.declare.area)?;
        let mut remarks = Vec::new();
        let after = match self.after(row, on_file.is_some(), &before) {
            Ok(Some(withdrawn)) => withdrawn,
            Ok(None) => {
                let known = context.at;
                let (plan, base) = (&row.plan, Fen::new(row.base));
                let part = enrolment::account_part(&file, law, plan, base, row.month, known);
                if let Some(retired) = enrolment::retired_from(law, &file, known)
                    && retired <= row.month.first_day()
                {
                    remarks.push(Remark::retired(retired));
                }
                let own = Fen::new(row.own_share);
                if let Some((part, cited)) = &part
                    && *part != own
                    && !self.declare.employer.is_empty()
                {
                    remarks.push(Remark::own_share(own, *part, &cited.articles));
                }
                let day = row.month.first_day();
                let plan = facts::newest(&file, facts::PLAN, day, known);
                let plan = plan.map_or_else(Arc::default, |fact| fact.other.clone());
                if plan != row.plan {
                    remarks.push(Remark::Plan { on_file: plan });
                }
                self.stated(row, &before, part.map(|(part, _)| part))
            }
            Err(wrong) => return not(wrong),
        };
        if after == before {
            return Ok(Verdict { took: Ok(Took::Unchanged), remarks });
        }
        let on = if after.paid_on.is_empty() { &before.paid_on } else { &after.paid_on };
        let employer = &self.declare.employer;
        let party = if employer.is_empty() { &row.person } else { employer };
        self.receipts.changed(party, row.month, on, before.received(), after.received());
        let took = if before.is_declared() { Took::Changed } else { Took::Added };
        self.months.entry(row.person.clone()).or_default().insert(row.month, after);
        self.touched.insert((row.person.clone(), row.month));
        Ok(Verdict { took: Ok(took), remarks })
    }

    /// What can be said of a row without looking at the month on file.
    fn possible(&self, row: &Declared, context: &Context<'_>) -> Result<(), Wrong> {
        let today = context.at.date();
        match &self.employer {
            None if !self.declare.employer.is_empty() => return Err(Wrong::Employer),
            // A month that was declared may be withdrawn whatever is registered now.
            _ if row.withdrawn => return Ok(()),
            Some(employer) if !employer.declares(row.month) => {
                let lasts = employer.until == Date::MAX;
                return Err(Wrong::NotEnrolled {
                    since: employer.since.to_string(),
                    until: if lasts { String::new() } else { employer.until.to_string() },
                });
            }
            _ => {}
        }
        let law = self.world.law(self.declare.area).map_err(|_| Wrong::Plan(Vec::new()))?;
        let last = enrolment::last_month(law, today);
        if row.month > last {
            return Err(Wrong::Far(last.to_string()));
        }
        if row.paid_on.is_some_and(|day| day > today) {
            return Err(Wrong::PaidLater(today.to_string()));
        }
        let amounts = [row.base, row.employer_share, row.own_share, row.large_amount];
        let fits = |amount: &i64| (0..=Fen::MAX_AMOUNT.get()).contains(amount);
        if !amounts.iter().all(fits) {
            return Err(Wrong::Amount);
        }
        if !law.codes.plans.contains(&row.plan) {
            let terms = law.timeline.vocabulary.plans.iter();
            return Err(Wrong::Plan(
                terms.map(|term| format!("{}（{}）", term.code, term.zh)).collect(),
            ));
        }
        Ok(())
    }

    /// Whether the row may change the month on file; the month afterwards if it is withdrawn.
    fn after(
        &self,
        row: &Declared,
        exists: bool,
        before: &PersonMonth,
    ) -> Result<Option<PersonMonth>, Wrong> {
        if before.is_declared() && before.employer != self.declare.employer {
            return Err(Wrong::Elsewhere { by: before.employer.clone() });
        }
        if row.withdrawn {
            return match exists {
                true if before.is_declared() => Ok(Some(PersonMonth {
                    credited: before.credited,
                    run: before.run,
                    ..PersonMonth::default()
                })),
                // Withdrawn before, or looked at by a credit run only.
                true => Ok(Some(before.clone())),
                false => Err(Wrong::NotDeclared),
            };
        }
        if [row.base, row.employer_share, row.own_share, row.large_amount] == [0; 4] {
            return Err(Wrong::Nothing);
        }
        if silently(row, before) {
            return Err(Wrong::Paid { on: before.paid_on.clone() });
        }
        Ok(None)
    }

    /// The month as the row states it; `part`: what the policy puts into the account.
    fn stated(&self, row: &Declared, before: &PersonMonth, part: Option<Fen>) -> PersonMonth {
        let mut after = PersonMonth {
            employer: self.declare.employer.clone(),
            plan: row.plan.clone(),
            base: row.base,
            employer_share: row.employer_share,
            own_share: row.own_share,
            large_amount: row.large_amount,
            paid_on: row.paid_on.map_or(before.paid_on.clone(), |day| day.to_string().into()),
            credited: before.credited,
            run: before.run,
        };
        // An employer's money is the pool's and the employee's the account's (CQ 9). Of what people pay by themselves only
        // the policy says how much is whose.
        if let Some(part) = part.filter(|_| self.declare.employer.is_empty()) {
            let account = part.get().min(after.own_share);
            after.employer_share += after.own_share - account;
            after.own_share = account;
        }
        after
    }
}

/// The row changes amounts that were paid, and does not say when the change was paid.
fn silently(row: &Declared, before: &PersonMonth) -> bool {
    let total = row.employer_share + row.own_share;
    let same = total == before.employer_share + before.own_share
        && row.large_amount == before.large_amount;
    row.paid_on.is_none() && !before.paid_on.is_empty() && !same
}
