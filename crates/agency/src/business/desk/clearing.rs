//! 清算申请: an institution applies to be paid for a month and a clearing class. What it states must be what the books
//! hold; the month must be over, so that the books of it cannot grow any more.
//!
//! An application that states what the statement of the month says confirms it ([`crate::business::clearing`]).
//!
//! One application a month and class stands at a time; after a withdrawal the next one gets a number of its own.

use super::{body, filed, known};
use crate::business::clearing::{joined, parted};
use crate::business::{Business, Context, Decision};
use crate::clearing::{Statement, walk};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::reconcile::totals::agree;
use crate::reconcile::{Period, Rows, Totals, totals};
use crate::stored;
use crate::world::World;
use kernel::{Date, Fen, Moment, Month};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, PersonKey, Queries, Wants};

/// What an institution applies for.
#[derive(Clone, Debug)]
pub struct ClearingAsked {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// 清算类别.
    pub class: Arc<str>,
    /// 清算方式, as stated.
    pub method: Arc<str>,
    /// 清算年月.
    pub month: Month,
    /// First day; the first of the month.
    pub from: Date,
    /// Last day; the last of the month.
    pub to: Date,
    /// What it states: 人次, 医疗费总额, 基金申报总额, 个人账户支出, 现金.
    pub stated: Totals,
    /// 医保认可费用总额.
    pub recognised: Fen,
}

/// Applies for clearing.
#[derive(Clone, Debug)]
pub struct ApplyClearing {
    asked: ClearingAsked,
    books: Totals,
}

/// Where an application stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum ClearingState {
    /// 已申请.
    Applied = 0,
    /// 已撤销.
    Withdrawn = 1,
}

/// An application, as it is stored. Amounts are fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Clearing {
    /// 清算申请事件ID, given by the agency.
    pub number: Arc<str>,
    /// 清算类别.
    pub class: Arc<str>,
    /// 清算方式, as stated.
    pub method: Arc<str>,
    /// 清算年月, `YYYY-MM`.
    pub month: Arc<str>,
    /// How often this month and class was applied for, this time included.
    pub attempt: u32,
    /// 人次: settlements less refunds.
    pub count: i64,
    /// 医疗费总额.
    pub total: i64,
    /// 医保认可费用总额.
    pub recognised: i64,
    /// 基金申报总额.
    pub funds: i64,
    /// 个人账户支出.
    pub accounts: i64,
    /// 现金.
    pub cash: i64,
    /// When it was applied for.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// When it was withdrawn; empty while it stands.
    pub withdrawn: Arc<str>,
}

/// The month and class that an application number begins with.
fn key(area: Area, institution: &Arc<str>, month_and_class: &str) -> DocumentKey {
    let (owner, number) = (institution.clone(), month_and_class.into());
    DocumentKey { area, kind: documents::CLEARING.into(), owner, number }
}

/// Where the application of a month and class is kept.
pub(crate) fn application_key(
    area: Area,
    institution: &Arc<str>,
    month: Month,
    class: &str,
) -> DocumentKey {
    key(area, institution, &month_and_class(month, class))
}

fn month_and_class(month: Month, class: &str) -> String {
    format!("{}-{class}", month.to_string().replace('-', ""))
}

/// The institution's row in the books and its statement of the month, which an application may confirm.
fn want_statement(area: Area, institution: &Arc<str>, month: &str, wants: &mut Wants) {
    wants.people.insert(PersonKey { area, person: institution.clone() });
    wants.documents.insert(Statement::key(area, institution, month));
}

impl ApplyClearing {
    /// An application, with the books' sums of its month.
    ///
    /// # Errors
    /// [`Reason::Content`] if the days are not those of a month that is over, or what the store says.
    pub fn prepare(
        queries: &dyn Queries,
        asked: ClearingAsked,
        today: Date,
    ) -> Result<ApplyClearing, Refused> {
        let content = |words: String| Err(Refused::new(Reason::Content, words));
        let month = Period::new(asked.month.first_day(), asked.month.last_day())?;
        if (asked.from, asked.to) != (month.from, month.to) {
            let (month, first, last) = (asked.month, month.from, month.to);
            return content(format!("清算年月{month}的起止日期应为{first}至{last}"));
        }
        if month.to >= today {
            return content(format!("清算年月{}尚未结束", asked.month));
        }
        if asked.class.is_empty() {
            return content("缺少清算类别".into());
        }
        if asked.recognised > asked.stated.total {
            let (recognised, total) = (asked.recognised, asked.stated.total);
            return content(format!("医保认可费用{recognised}大于医疗费总额{total}"));
        }
        let (area, institution, class) = (asked.area, &asked.institution, &asked.class);
        let books = totals(queries, area, institution, class, Rows::All, month)?;
        Ok(ApplyClearing { asked, books })
    }

    fn month_and_class(&self) -> String {
        month_and_class(self.asked.month, &self.asked.class)
    }
}

impl Business for ApplyClearing {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        let asked = &self.asked;
        wants.documents.insert(key(asked.area, &asked.institution, &self.month_and_class()));
        want_statement(asked.area, &asked.institution, &asked.month.to_string(), wants);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let asked = &self.asked;
        known(world, asked.area, &asked.institution, context.at)?;
        let name = self.month_and_class();
        let key = key(asked.area, &asked.institution, &name);
        let mut attempt = 1;
        if let Some(found) = world.document(&key) {
            let before: Clearing = body(found)?;
            if found.state == ClearingState::Applied as i16 {
                let words = format!("{}已申请清算，申请号{}", asked.month, before.number);
                return Err(Refused::new(Reason::DocumentState, words));
            }
            attempt = before.attempt + 1;
        }
        agree(&asked.stated, &self.books)?;
        let number: Arc<str> = format!("{name}-{attempt}").into();
        let clearing = Clearing {
            number: number.clone(),
            class: asked.class.clone(),
            method: asked.method.clone(),
            month: asked.month.to_string().into(),
            attempt,
            count: asked.stated.count,
            total: asked.stated.total.get(),
            recognised: asked.recognised.get(),
            funds: asked.stated.funds.get(),
            accounts: asked.stated.accounts.get(),
            cash: asked.stated.cash.get(),
            at: context.at,
            withdrawn: "".into(),
        };
        let state = ClearingState::Applied as i16;
        let mut documents = vec![filed(key, context.at, state, &clearing)?];
        documents.extend(joined(world, asked.area, &asked.institution, &clearing, context.at)?);
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Filed { number } })
    }
}

/// Withdraws an application.
#[derive(Clone, Debug)]
pub struct WithdrawClearing {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// 清算申请事件ID.
    pub number: Arc<str>,
}

impl WithdrawClearing {
    fn key(&self) -> DocumentKey {
        let name = self.number.rsplit_once('-').map_or(&*self.number, |(name, _)| name);
        key(self.area, &self.institution, name)
    }
}

impl Business for WithdrawClearing {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key());
        let digits = self.number.get(..6).and_then(|it| Some((it.get(..4)?, it.get(4..)?)));
        if let Some((year, month)) = digits {
            let month = format!("{year}-{month}");
            want_statement(self.area, &self.institution, &month, wants);
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let unknown = || Refused::new(Reason::DocumentUnknown, format!("清算申请{}", self.number));
        let found = world.document(&self.key()).ok_or_else(unknown)?;
        let mut clearing: Clearing = body(found)?;
        // An earlier application of the same month and class was withdrawn: a later one takes its place.
        let earlier = self.number.rsplit_once('-').and_then(|(_, it)| it.parse::<u32>().ok());
        let withdrawn_before = earlier.is_some_and(|it| it < clearing.attempt)
            || (clearing.number == self.number && !clearing.withdrawn.is_empty());
        if withdrawn_before {
            let words = format!("清算申请{}已撤销", self.number);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        if clearing.number != self.number {
            return Err(unknown());
        }
        clearing.withdrawn = context.at.to_string().into();
        let state = ClearingState::Withdrawn as i16;
        let mut documents = vec![filed(self.key(), found.at, state, &clearing)?];
        documents.extend(parted(world, self.area, &self.institution, &clearing)?);
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// The applications of an institution, by month and class.
///
/// # Errors
/// What the store says.
pub fn applications(
    queries: &dyn Queries,
    area: Area,
    institution: &str,
) -> Result<Vec<Clearing>, Refused> {
    let mut all = Vec::new();
    walk(queries, area, documents::CLEARING, institution, &mut |document| {
        all.push(body(&document)?);
        Ok(())
    })?;
    Ok(all)
}
