//! 月结算单: what an institution is owed for a month, line by line, and what became of it. The statement of a year has the
//! same life.

use super::{body, document};
use crate::documents;
use crate::reason::{Reason, Refused};
use kernel::payment::{PaymentMethod, PaymentRules};
use kernel::{Fen, Moment, Month, Rounding};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Document, DocumentKey, Id};

/// Where a statement stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum StatementState {
    /// 待确认.
    Drafted = 0,
    /// 已确认.
    Confirmed = 1,
    /// 有异议.
    Disputed = 2,
    /// 已拨付.
    Paid = 3,
    /// 已结转: less than nothing was payable, and a later statement took it over.
    Carried = 4,
}

impl StatementState {
    /// The state of a document.
    #[must_use]
    pub fn of(document: &Document) -> Option<StatementState> {
        let all = [
            StatementState::Drafted,
            StatementState::Confirmed,
            StatementState::Disputed,
            StatementState::Paid,
            StatementState::Carried,
        ];
        all.into_iter().find(|state| *state as i16 == document.state)
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            StatementState::Drafted => "待确认",
            StatementState::Confirmed => "已确认",
            StatementState::Disputed => "有异议",
            StatementState::Paid => "已拨付",
            StatementState::Carried => "已结转",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            StatementState::Drafted => "drafted",
            StatementState::Confirmed => "confirmed",
            StatementState::Disputed => "disputed",
            StatementState::Paid => "paid",
            StatementState::Carried => "carried over",
        }
    }
}

/// Sums of a clearing class 清算类别; amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassLine {
    /// 清算类别.
    pub class: Arc<str>,
    /// 人次: settlements less refunds.
    pub count: i64,
    /// 医疗费总额.
    pub total: i64,
    /// 统筹基金.
    pub pool: i64,
    /// 大额互助.
    pub large: i64,
    /// 补助.
    pub subsidy: i64,
    /// 个人账户.
    pub accounts: i64,
    /// 现金.
    pub cash: i64,
}

impl ClassLine {
    /// Paid by all funds.
    #[must_use]
    pub const fn funds(&self) -> i64 {
        self.pool + self.large + self.subsidy
    }

    /// This and another together.
    pub fn add(&mut self, other: &ClassLine) {
        self.count += other.count;
        self.total += other.total;
        self.pool += other.pool;
        self.large += other.large;
        self.subsidy += other.subsidy;
        self.accounts += other.accounts;
        self.cash += other.cash;
    }
}

/// A deduction as it stands in a statement.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cut {
    /// Number of the deduction.
    pub number: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// The article it rests on.
    pub article: Arc<str>,
    /// Fen.
    pub fen: i64,
}

/// Who said something, and when.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Signed {
    /// Who.
    pub by: Arc<str>,
    /// `YYYY-MM-DD hh:mm:ss`.
    pub at: Arc<str>,
}

impl Signed {
    /// Now.
    #[must_use]
    pub fn now(by: &Arc<str>, at: Moment) -> Signed {
        Signed { by: by.clone(), at: Arc::from(at.to_string()) }
    }
}

/// 异议, and what was answered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Disputed {
    /// Who disputes it.
    pub by: Signed,
    /// Why.
    pub words: Arc<str>,
    /// Settlements it is about.
    pub claims: Vec<Id>,
    /// 答复, once there is one.
    pub answer: Option<Answered>,
}

/// 答复.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// Who answers.
    pub by: Signed,
    /// What.
    pub words: Arc<str>,
    /// Deductions corrected: number, before, after; fen.
    pub corrected: Vec<(Arc<str>, i64, i64)>,
}

/// 年终清算; amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct YearEnd {
    /// What the funds paid in the year, less deductions.
    pub actual: i64,
    /// 年度总额; `None`: there is none, or the policy has no budgets.
    pub budget: Option<i64>,
    /// What the fund owes for the year by the policy.
    pub due: i64,
    /// `due` less `actual`: the institution's share of an underspend, or, negative, of an overspend.
    pub difference: i64,
    /// Withheld in the year.
    pub deposit: i64,
    /// 考核返还比例, ten-thousandths.
    pub ratio: i32,
    /// 年度考核等次 that decides it; empty if the year was not assessed here.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub grade: Arc<str>,
    /// Given back.
    pub released: i64,
    /// Kept by the fund.
    pub forfeited: i64,
}

/// A statement of a month or, with `year`, of a year. Amounts are fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Statement {
    /// 结算单号.
    pub number: Arc<str>,
    /// 定点机构编号.
    pub institution: Arc<str>,
    /// Its name when the statement was made.
    pub name: Arc<str>,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// When it was made.
    pub made: Arc<str>,
    /// By clearing class.
    pub lines: Vec<ClassLine>,
    /// 扣款.
    pub deductions: Vec<Cut>,
    /// 签约人数, under capitation.
    pub heads: i64,
    /// 人头标准 a month, as the agency stated it: no source gives it.
    pub per_head: i64,
    /// 按人头调整: what is paid by head in place of what the funds owe by settlements, less the latter.
    pub capitation: i64,
    /// 上期结转: less than nothing, if an earlier statement ended so.
    pub brought: i64,
    /// 质量保证金 withheld.
    pub deposit: i64,
    /// 应拨付.
    pub payable: i64,
    /// Of a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<YearEnd>,
    /// Version of the policy.
    pub policy: Arc<str>,
    /// Articles behind the payment rules.
    pub articles: Vec<Arc<str>>,
    /// A value of the payment rules has no verified source.
    pub unverified: bool,
    /// Entries of the books that it made, the payment last.
    pub entries: Vec<Id>,
    /// 清算申请 that state the same.
    pub applications: Vec<Arc<str>>,
    /// 确认.
    pub confirmed: Option<Signed>,
    /// Disputes, oldest first.
    pub disputes: Vec<Disputed>,
    /// The payment order it is in; empty if in none.
    pub order: Arc<str>,
    /// When it was paid.
    pub paid: Arc<str>,
}

impl Statement {
    /// Where it is kept; `period` is `YYYY-MM` or `YYYY`.
    #[must_use]
    pub fn key(area: Area, institution: &Arc<str>, period: &str) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::STATEMENT),
            owner: institution.clone(),
            number: Arc::from(period),
        }
    }

    /// 结算单号 of an institution and period.
    #[must_use]
    pub fn number(institution: &str, period: &str) -> Arc<str> {
        Arc::from(format!("JS{}-{institution}", period.replace('-', "")))
    }

    /// A stored one, with its state.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<(Statement, StatementState), Refused> {
        let state = StatementState::of(document)
            .ok_or_else(|| Refused::new(Reason::Conflict, format!("状态{}", document.state)))?;
        Ok((body(document)?, state))
    }

    /// As a document, first filed at a moment.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(
        &self,
        area: Area,
        at: Moment,
        state: StatementState,
    ) -> Result<Document, Refused> {
        document(Statement::key(area, &self.institution, &self.period), at, state as i16, self)
    }

    /// Its month; `None` if it is of a year.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        Month::parse(&self.period)
    }

    /// All classes together.
    #[must_use]
    pub fn sum(&self) -> ClassLine {
        let mut sum = ClassLine::default();
        self.lines.iter().for_each(|line| sum.add(line));
        sum
    }

    /// All deductions.
    #[must_use]
    pub fn deducted(&self) -> i64 {
        self.deductions.iter().map(|cut| cut.fen).sum()
    }

    /// What the funds owe for the period: by settlements or by head, less deductions. The budget and the deposit are
    /// about this.
    #[must_use]
    pub fn owed(&self) -> i64 {
        self.sum().funds() + self.capitation - self.deducted()
    }

    /// Nothing happened in the period.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
            && self.deductions.is_empty()
            && self.payable == 0
            && self.brought == 0
            && self.year.is_none()
    }

    /// Reckons a month from its lines, deductions, heads and what was brought (CQ Art 7, GX Art 17).
    pub fn reckon(&mut self, rules: &PaymentRules, rounding: Rounding) {
        let sum = self.sum();
        let by_head = rules.method == PaymentMethod::Capitation && self.heads > 0;
        self.capitation = match by_head {
            true => self.heads.saturating_mul(self.per_head) - sum.funds(),
            false => 0,
        };
        let owed = Fen::new(self.owed());
        // Nothing is withheld from what the institution owes.
        self.deposit = match owed > Fen::ZERO {
            true => rules.month(owed, rounding).deposit.get(),
            false => 0,
        };
        self.payable = owed.get() - self.deposit + sum.accounts + self.brought;
    }
}
