//! Why a declared month is not taken, and what is remarked about one that is.

use crate::regions::Law;
use kernel::{Date, Entitlement, Fen, Month};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a declared month is not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// No such employer.
    Employer,
    /// The employer is not enrolled in the month.
    NotEnrolled {
        /// Its first day.
        since: String,
        /// Its last day; empty while it lasts.
        until: String,
    },
    /// No such person.
    Person,
    /// Not a plan of the region; those known.
    Plan(Vec<String>),
    /// The month is too far ahead; the last that is taken.
    Far(String),
    /// Paid on a day to come; today.
    PaidLater(String),
    /// An amount is negative or impossibly large.
    Amount,
    /// Neither base nor amounts.
    Nothing,
    /// Declared already by somebody else: an employer's code, or empty for the person.
    Elsewhere {
        /// By whom.
        by: Arc<str>,
    },
    /// The month is paid, and the amounts are changed without saying when that was paid.
    Paid {
        /// When it was paid.
        on: Arc<str>,
    },
    /// To be withdrawn, but never declared.
    NotDeclared,
}

impl Wrong {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Wrong::Employer => "unknown-employer",
            Wrong::NotEnrolled { .. } => "employer-not-enrolled",
            Wrong::Person => "unknown-person",
            Wrong::Plan(_) => "unknown-code",
            Wrong::Far(_) => "month-too-far-ahead",
            Wrong::PaidLater(_) => "paid-in-the-future",
            Wrong::Amount => "not-of-the-form",
            Wrong::Nothing => "nothing-declared",
            Wrong::Elsewhere { .. } => "declared-elsewhere",
            Wrong::Paid { .. } => "paid-already",
            Wrong::NotDeclared => "not-on-file",
        }
    }

    /// The column that is to blame.
    #[must_use]
    pub const fn column(&self) -> &'static str {
        match self {
            Wrong::Employer | Wrong::Elsewhere { .. } => "employer",
            Wrong::Person => "person",
            Wrong::Plan(_) => "plan",
            Wrong::NotEnrolled { .. } | Wrong::Far(_) | Wrong::NotDeclared => "month",
            Wrong::PaidLater(_) | Wrong::Paid { .. } => "paid_on",
            Wrong::Amount | Wrong::Nothing => "base",
        }
    }

    /// 中文 and English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let same = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Wrong::Employer => same(
                "没有登记这个用人单位；请先导入 employers（用人单位）",
                "no such employer in the books; import employers first",
            ),
            Wrong::NotEnrolled { since, until } => {
                let last = if until.is_empty() { "…" } else { until };
                (
                    format!("该单位参保期为 {since} 至 {last}，不含这个月"),
                    format!("the employer is enrolled from {since} to {last}, not in this month"),
                )
            }
            Wrong::Person => same(
                "账务库里没有这个人；请先导入 people（参保人）",
                "no such person in the books; import people first",
            ),
            Wrong::Plan(known) => (
                format!("不是这里的参保类型；可用：{}", known.join("、")),
                format!("not a plan of the region; known: {}", known.join(", ")),
            ),
            Wrong::Far(last) => (
                format!("月份太远；最晚可申报 {last}"),
                format!("too far ahead; the last month taken is {last}"),
            ),
            Wrong::PaidLater(today) => (
                format!("到账日在以后；应不晚于今天 {today}"),
                format!("paid in the future; expected a day not after today, {today}"),
            ),
            Wrong::Amount => same(
                "金额为负或过大；应不小于 0",
                "an amount is negative or too large; expected 0 or more",
            ),
            Wrong::Nothing => same(
                "缴费基数和金额都是 0；应填基数或金额，撤回申报请在作废栏填“是”",
                "neither base nor amounts; expected some, or yes as withdrawn",
            ),
            Wrong::Elsewhere { by } if by.is_empty() => same(
                "这个人的这个月已按个人参保申报；请先作废那一条",
                "the person declared this month already; withdraw that first",
            ),
            Wrong::Elsewhere { by } => (
                format!("这个人的这个月已由 {by} 申报；请该单位先作废那一条"),
                format!("{by} declared this month of the person; that must be withdrawn first"),
            ),
            Wrong::Paid { on } => (
                format!("这个月已于 {on} 到账；更改已到账的金额须写明到账日"),
                format!("paid on {on}; amounts that were paid change only with a day of payment"),
            ),
            Wrong::NotDeclared => same(
                "这个单位没有申报过这个人的这个月，无从作废",
                "never declared, so there is nothing to withdraw",
            ),
        }
    }
}

/// What is remarked about a month that is taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// The person's share is not what the policy puts into the account. Fen.
    OwnShare {
        /// As declared.
        stated: i64,
        /// By the policy.
        expected: i64,
        /// The articles.
        articles: Vec<Arc<str>>,
    },
    /// The person is retired and owes nothing.
    Retired {
        /// Since when.
        since: String,
    },
    /// The plan on file of that month is another; empty: none.
    Plan {
        /// As on file.
        on_file: Arc<str>,
    },
    /// What was stated about entitlement, as by an import, does not follow from the months and no longer holds.
    Overruled {
        /// A code of `kernel::Entitlement`.
        state: Arc<str>,
        /// The first day on which it was believed and is no more.
        from: String,
    },
}

impl Remark {
    /// Of a retirement.
    #[must_use]
    pub fn retired(since: Date) -> Remark {
        Remark::Retired { since: since.to_string() }
    }

    /// Of a share.
    #[must_use]
    pub fn own_share(stated: Fen, expected: Fen, articles: &[Arc<str>]) -> Remark {
        let articles = articles.to_vec();
        Remark::OwnShare { stated: stated.get(), expected: expected.get(), articles }
    }

    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Remark::OwnShare { .. } => "own-share",
            Remark::Retired { .. } => "retired",
            Remark::Plan { .. } => "other-plan-on-file",
            Remark::Overruled { .. } => "entitlement-overruled",
        }
    }

    /// The column that it is about.
    #[must_use]
    pub const fn column(&self) -> &'static str {
        match self {
            Remark::OwnShare { .. } => "own_share",
            Remark::Retired { .. } | Remark::Overruled { .. } => "person",
            Remark::Plan { .. } => "plan",
        }
    }

    /// 中文 and English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        match self {
            Remark::OwnShare { stated, expected, articles } => {
                let (stated, expected) = (Fen::new(*stated), Fen::new(*expected));
                let articles = articles.join("、");
                (
                    format!("个人缴费 {stated} 元，按政策应为 {expected} 元（{articles}）"),
                    format!("own share {stated}, by the policy {expected} ({articles})"),
                )
            }
            Remark::Retired { since } => (
                format!("{since} 起已退休，不需缴费"),
                format!("retired from {since}, no contribution is due"),
            ),
            Remark::Plan { on_file } if on_file.is_empty() => (
                "这个月没有参保类型的事实，结算时无法适用限额；请用 facts 补登".to_owned(),
                "no plan on file in this month; state it with facts".to_owned(),
            ),
            Remark::Overruled { state, from } => {
                let state = Entitlement::from_code(state);
                let (zh, en) = state.map_or(("？", "?"), |state| (state.zh(), state.en()));
                (
                    format!(
                        "原来登记（导入）的待遇状态“{zh}”自 {from} 起与缴费月不符，已按缴费月改写"
                    ),
                    format!(
                        "entitlement stated before, {en}, does not follow from the months and no longer holds from {from}"
                    ),
                )
            }
            Remark::Plan { on_file } => (
                format!("在册的参保类型是 {on_file}；换档请用 facts 登记"),
                format!("the plan on file is {on_file}; state the change with facts"),
            ),
        }
    }
}

/// The last month that may be declared on a day, by the policy of the day; without one, that of the day.
pub(crate) fn last_month(law: &Law, today: Date) -> Month {
    let ahead = law.on(today).map_or(0, |version| version.policy.entitlement.declare_ahead);
    today.month().plus(i32::from(ahead))
}
