//! Clearing with institutions: months closed, statements confirmed or disputed, deductions, budgets, payment orders.

use super::bare;
use super::runs::{self, CLOSE_MONTH, count};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CLERKS, FINANCE, PROPOSERS, Role};
use crate::api::serve::Api;
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::business::clearing::{
    Answer as AnswerDispute, Confirm, DecideOrder, Deduct, Dispute, MakeOrder, SetBudget,
};
use agency::clearing::{
    self, BudgetUse, OrderState, PaymentOrder, Signed, Statement, StatementState,
};
use agency::{Business, Outcome, Reason, Refused};
use kernel::{Fen, Month};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Area;
use store::{Id, PersonKey};

/// Who sees what institutions are owed.
const SEEN: &[Role] = &[Role::Clerk, Role::Finance, Role::Supervisor, Role::Auditor];
/// Who deducts after review.
const DEDUCT: &[Role] = &[Role::Reviewer, Role::Supervisor];

static STATEMENT: Shape = Shape {
    name: "ClearingStatement",
    zh: "结算单",
    en: "a statement of an institution and a period",
    fields: &[
        field("number", Kind::Text, "结算单号", "its number"),
        field("institution", Kind::Text, "机构编号", "institution"),
        field("name", Kind::Text, "机构名称", "its name"),
        field("period", Kind::Text, "月份，或年度", "month, or year"),
        field("state", Kind::Text, "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        field("owed", Kind::Fen, "基金应付减扣款", "owed by the funds, less deductions"),
        field("deducted", Kind::Fen, "扣款", "deductions"),
        field("deposit", Kind::Fen, "质量保证金", "deposit withheld"),
        field("payable", Kind::Fen, "应拨付", "to be paid"),
        maybe("order", Kind::Text, "拨付批次", "payment order"),
        maybe("paid", Kind::Text, "拨付时间", "when it was paid"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field("lines", Kind::Any, "分类", "by clearing class"),
        field("deductions", Kind::Any, "扣款明细", "deductions, one by one"),
        field("disputes", Kind::Any, "异议与答复", "disputes and answers"),
    ],
};

static WORD: Shape = Shape {
    name: "ConfirmStatement",
    zh: "确认",
    en: "the institution confirms",
    fields: &[field("by", Kind::Text, "机构确认人", "who confirms it for the institution")],
};

static DISPUTE: Shape = Shape {
    name: "DisputeStatement",
    zh: "异议",
    en: "the institution disputes",
    fields: &[
        field("by", Kind::Text, "机构提出人", "who disputes it for the institution"),
        field("words", Kind::Text, "理由", "why"),
        maybe("claims", Kind::List(&Kind::Id), "涉及的结算", "the settlements it is about"),
    ],
};

static CORRECTION: Shape = Shape {
    name: "CorrectedDeduction",
    zh: "扣款更正",
    en: "a deduction corrected",
    fields: &[
        field("number", Kind::Text, "扣款编号", "its number"),
        field("amount", Kind::Fen, "更正为", "what is right"),
    ],
};

static REPLY: Shape = Shape {
    name: "AnswerDispute",
    zh: "答复异议",
    en: "an answer to a dispute",
    fields: &[
        field("words", Kind::Text, "答复", "what is answered"),
        maybe(
            "corrections",
            Kind::List(&Kind::Object(&CORRECTION)),
            "扣款更正",
            "deductions corrected",
        ),
    ],
};

static DEDUCTION: Shape = Shape {
    name: "Deduction",
    zh: "审核扣款",
    en: "a deduction",
    fields: &[
        field("month", Kind::Text, "月份，YYYY-MM", "month"),
        field("amount", Kind::Fen, "金额", "how much"),
        field("reason", Kind::Text, "理由", "why"),
        maybe("article", Kind::Text, "依据", "article"),
        maybe("reference", Kind::Text, "文号", "number of the case or file"),
    ],
};

static NUMBER: Shape = Shape {
    name: "Number",
    zh: "编号",
    en: "a number",
    fields: &[maybe(
        "number",
        Kind::Text,
        "编号；没有变动时无此项",
        "number; absent if nothing changed",
    )],
};

static SET_BUDGET: Shape = Shape {
    name: "SetBudget",
    zh: "年度总额",
    en: "an annual budget to be set",
    fields: &[
        field("amount", Kind::Fen, "金额", "how much"),
        maybe("note", Kind::Text, "说明", "note"),
    ],
};

static BUDGET: Shape = Shape {
    name: "BudgetUse",
    zh: "总额使用情况",
    en: "how far a budget is used up",
    fields: &[
        field("institution", Kind::Text, "机构编号", "institution"),
        field("name", Kind::Text, "机构名称", "its name"),
        maybe("budget", Kind::Fen, "年度总额", "budget"),
        field("used", Kind::Fen, "已用", "used"),
        field("months", Kind::Whole, "已结算月数", "months with a statement"),
    ],
};

static ORDER: Shape = Shape {
    name: "PaymentOrder",
    zh: "拨付单",
    en: "a payment order",
    fields: &[
        field("batch", Kind::Text, "批次", "its number"),
        field("period", Kind::Text, "月份，或年度", "month, or year"),
        field("state", Kind::Word(&["made", "approved", "refused"]), "状态", "state"),
        field("total", Kind::Fen, "控制总额", "sum"),
        field("maker", Kind::Text, "制单人", "made by"),
        maybe("checker", Kind::Text, "复核人", "decided by"),
        maybe("refused", Kind::Text, "退回原因", "why it was refused"),
        field("lines", Kind::Any, "各机构", "by institution"),
    ],
};

static MAKE_ORDER: Shape = Shape {
    name: "MakeOrder",
    zh: "制单",
    en: "a payment order to be made",
    fields: &[
        field("period", Kind::Text, "月份YYYY-MM，或年度YYYY", "month, or year"),
        field("batch", Kind::Text, "批次号", "its number"),
    ],
};

static WHY: Shape = Shape {
    name: "RefuseOrder",
    zh: "退回",
    en: "why it is refused",
    fields: &[field("reason", Kind::Text, "原因", "why")],
};

static MONTH: Shape = Shape {
    name: "CloseMonth",
    zh: "月结算",
    en: "a month to be closed",
    fields: &[
        field("month", Kind::Text, "月份，YYYY-MM", "month"),
        maybe(
            "per_head",
            Kind::Fen,
            "人头标准（按人头付费时）",
            "per head and month, under capitation",
        ),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "close-month",
        method: Method::Post,
        path: "/areas/{area}/months",
        roles: FINANCE,
        zh: "月结算：为每家机构出结算单（任务）",
        en: "close a month for every institution (a long job)",
        query: &[],
        body: Some(&MONTH),
        answer: Answer::One(&runs::STARTED),
        handler: Handler::Write(close_month),
    },
    Endpoint {
        id: "list-statements",
        method: Method::Get,
        path: "/areas/{area}/statements",
        roles: SEEN,
        zh: "一个时期的结算单",
        en: "statements of a period",
        query: &[field("period", Kind::Text, "月份YYYY-MM，或年度YYYY", "month, or year")],
        body: None,
        answer: Answer::Page(&STATEMENT),
        handler: Handler::Look(|api, ask| {
            let period = ask.query.text("period");
            let rows = clearing::statements(api.office.store(), ask.area, period)?;
            let page = ask.page()?;
            let key = |row: &(Statement, StatementState)| vec![row.0.institution.to_string()];
            page.answer(page.select(rows, key), key, |(statement, state)| {
                Ok(told(statement, *state))
            })
        }),
    },
    Endpoint {
        id: "get-statement",
        method: Method::Get,
        path: "/areas/{area}/institutions/{institution}/statements/{period}",
        roles: SEEN,
        zh: "一份结算单",
        en: "a statement",
        query: &[],
        body: None,
        answer: Answer::One(&STATEMENT),
        handler: Handler::Look(|api, ask| {
            let (institution, period) = (ask.path("institution").into(), ask.path("period"));
            let found = clearing::statement(api.office.store(), ask.area, &institution, period)?;
            let unknown =
                || Refused::new(Reason::DocumentUnknown, format!("{institution} {period}"));
            let (statement, state) = found.ok_or_else(unknown)?;
            Ok(told(&statement, state))
        }),
    },
    Endpoint {
        id: "confirm-statement",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/statements/{period}/confirm",
        roles: CLERKS,
        zh: "登记机构的确认",
        en: "note that the institution confirms",
        query: &[],
        body: Some(&WORD),
        answer: Answer::One(&NUMBER),
        handler: Handler::Write(|_, ask| {
            let period = ask.path("period").into();
            Ok(numbered(Confirm { institution: party(ask), period, by: ask.body.kept("by") }))
        }),
    },
    Endpoint {
        id: "dispute-statement",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/statements/{period}/dispute",
        roles: CLERKS,
        zh: "登记机构的异议",
        en: "note that the institution disputes",
        query: &[],
        body: Some(&DISPUTE),
        answer: Answer::One(&NUMBER),
        handler: Handler::Write(|api, ask| {
            let dispute = Dispute {
                institution: party(ask),
                period: ask.path("period").into(),
                words: ask.body.kept("words"),
                claims: ask.body.texts("claims").filter_map(Id::parse).collect(),
                by: ask.body.kept("by"),
            };
            Ok(numbered(dispute.checked(api.office.store())?))
        }),
    },
    Endpoint {
        id: "answer-dispute",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/statements/{period}/answer",
        roles: DEDUCT,
        zh: "答复异议",
        en: "answer a dispute",
        query: &[],
        body: Some(&REPLY),
        answer: Answer::One(&NUMBER),
        handler: Handler::Write(|_, ask| {
            let corrections = ask
                .body
                .list("corrections")
                .map(|one| (one.kept("number"), Fen::new(one.whole("amount").unwrap_or_default())));
            Ok(numbered(AnswerDispute {
                institution: party(ask),
                period: ask.path("period").into(),
                words: ask.body.kept("words"),
                corrections: corrections.collect(),
                by: ask.operator.name.as_str().into(),
            }))
        }),
    },
    Endpoint {
        id: "deduct",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/deductions",
        roles: DEDUCT,
        zh: "审核扣款",
        en: "deduct from a month that is not closed yet",
        query: &[],
        body: Some(&DEDUCTION),
        answer: Answer::One(&NUMBER),
        handler: Handler::Write(|_, ask| {
            Ok(numbered(Deduct {
                institution: party(ask),
                month: month(ask)?,
                amount: Fen::new(ask.body.whole("amount").unwrap_or_default()),
                reason: ask.body.kept("reason"),
                article: ask.body.kept("article"),
                reference: ask.body.kept("reference"),
                by: ask.operator.name.as_str().into(),
                known: 0,
            })
            .status(201))
        }),
    },
    Endpoint {
        id: "list-budgets",
        method: Method::Get,
        path: "/areas/{area}/budgets/{year}",
        roles: SEEN,
        zh: "总额使用情况",
        en: "how far budgets are used up",
        query: &[],
        body: None,
        answer: Answer::Page(&BUDGET),
        handler: Handler::Look(|api, ask| {
            let rows = clearing::budget_use(api.office.store(), ask.area, year(ask)?)?;
            let page = ask.page()?;
            let key = |row: &BudgetUse| vec![row.institution.to_string()];
            page.answer(page.select(rows, key), key, |row| {
                Ok(bare(json!({
                    "institution": &*row.institution, "name": &*row.name, "budget": row.budget,
                    "used": row.used, "months": row.months,
                })))
            })
        }),
    },
    Endpoint {
        id: "set-budget",
        method: Method::Put,
        path: "/areas/{area}/institutions/{institution}/budgets/{year}",
        roles: FINANCE,
        zh: "下达年度总额",
        en: "set an annual budget",
        query: &[],
        body: Some(&SET_BUDGET),
        answer: Answer::One(&NUMBER),
        handler: Handler::Write(|_, ask| {
            Ok(numbered(SetBudget {
                institution: party(ask),
                year: year(ask)?,
                amount: Fen::new(ask.body.whole("amount").unwrap_or_default()),
                note: ask.body.kept("note"),
                by: ask.operator.name.as_str().into(),
            }))
        }),
    },
    Endpoint {
        id: "list-payment-orders",
        method: Method::Get,
        path: "/areas/{area}/payment-orders",
        roles: SEEN,
        zh: "拨付单",
        en: "payment orders",
        query: &[],
        body: None,
        answer: Answer::Page(&ORDER),
        handler: Handler::Look(|api, ask| {
            let rows = clearing::orders(api.office.store(), ask.area)?;
            let page = ask.page()?;
            let key = |row: &(PaymentOrder, OrderState)| vec![row.0.batch.to_string()];
            page.answer(page.select(rows, key), key, |(order, state)| Ok(ordered(order, *state)))
        }),
    },
    Endpoint {
        id: "make-payment-order",
        method: Method::Post,
        path: "/areas/{area}/payment-orders",
        roles: PROPOSERS,
        zh: "拨付制单：已确认未拨付的结算单",
        en: "make a payment order of what is confirmed",
        query: &[],
        body: Some(&MAKE_ORDER),
        answer: Answer::One(&ORDER),
        handler: Handler::Write(make_order),
    },
    Endpoint {
        id: "approve-payment-order",
        method: Method::Post,
        path: "/areas/{area}/payment-orders/{batch}/approve",
        roles: FINANCE,
        zh: "复核拨付",
        en: "approve a payment order, by which it is paid",
        query: &[],
        body: None,
        answer: Answer::One(&ORDER),
        handler: Handler::Write(|api, ask| decide(api, ask, "".into())),
    },
    Endpoint {
        id: "refuse-payment-order",
        method: Method::Post,
        path: "/areas/{area}/payment-orders/{batch}/refuse",
        roles: FINANCE,
        zh: "退回拨付单",
        en: "refuse a payment order",
        query: &[],
        body: Some(&WHY),
        answer: Answer::One(&ORDER),
        handler: Handler::Write(|api, ask| match ask.body.text("reason").trim() {
            "" => Err(Problem::field(Wrong::FieldForm, "reason", "", "须写明原因")),
            reason => decide(api, ask, reason.into()),
        }),
    },
];

fn party(ask: &Ask) -> PersonKey {
    PersonKey::new(ask.area, ask.path("institution"))
}

fn month(ask: &Ask) -> Result<Month, Problem> {
    let text = ask.body.text("month");
    let wrong = || Problem::field(Wrong::FieldForm, "month", text, "应为月份，如2026-03");
    Month::parse(text).ok_or_else(wrong)
}

fn year(ask: &Ask) -> Result<i32, Problem> {
    let text = ask.path("year");
    text.parse().map_err(|_| Problem::not_found("year", text))
}

/// Something answered with the number under which it was filed.
fn numbered(business: impl Business + 'static) -> Write {
    Write::new(business, |_, answered| {
        Ok(match &answered.outcome {
            Outcome::Filed { number } => json!({"number": &**number}),
            _ => json!({}),
        })
    })
}

fn told(statement: &Statement, state: StatementState) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let articles: Vec<_> = statement.articles.iter().map(ToString::to_string).collect();
    bare(json!({
        "number": &*statement.number,
        "institution": &*statement.institution,
        "name": &*statement.name,
        "period": &*statement.period,
        "state": state.en(),
        "state_zh": state.zh(),
        "owed": statement.owed(),
        "deducted": statement.deducted(),
        "deposit": statement.deposit,
        "payable": statement.payable,
        "order": some(&statement.order),
        "paid": some(&statement.paid),
        "articles": articles,
        "lines": statement.lines,
        "deductions": statement.deductions,
        "disputes": statement.disputes,
    }))
}

fn ordered(order: &PaymentOrder, state: OrderState) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let checker = order.checker.as_ref().map(|signed: &Signed| signed.by.to_string());
    bare(json!({
        "batch": &*order.batch,
        "period": &*order.period,
        "state": match state {
            OrderState::Made => "made",
            OrderState::Approved => "approved",
            OrderState::Refused => "refused",
        },
        "total": order.total,
        "maker": &*order.maker.by,
        "checker": checker,
        "refused": some(&order.refused),
        "lines": order.lines,
    }))
}

/// The order that came of a step, by what it says itself.
fn of(outcome: &Outcome) -> Result<Value, Problem> {
    let order: Option<PaymentOrder> = outcome.document();
    let order = order.ok_or_else(|| Refused::new(Reason::Conflict, ""))?;
    let state = match &order.checker {
        None => OrderState::Made,
        Some(_) if order.refused.is_empty() => OrderState::Approved,
        Some(_) => OrderState::Refused,
    };
    Ok(ordered(&order, state))
}

fn make_order(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let period = ask.body.kept("period");
    let rows = clearing::statements(api.office.store(), ask.area, &period)?;
    let ready = rows.into_iter().filter(|(_, state)| *state == StatementState::Confirmed);
    let order = MakeOrder {
        area: ask.area,
        period,
        batch: ask.body.kept("batch"),
        maker: ask.operator.name.as_str().into(),
        institutions: ready.map(|(statement, _)| statement.institution).collect(),
    };
    Ok(Write::new(order, |_, answered| of(&answered.outcome)).status(201))
}

fn decide(api: &Arc<Api>, ask: &Ask, refused: Arc<str>) -> Result<Write, Problem> {
    let batch: Arc<str> = ask.path("batch").into();
    let orders = clearing::orders(api.office.store(), ask.area)?;
    let found = orders.into_iter().find(|(order, _)| order.batch == batch);
    let unknown = || Refused::new(Reason::DocumentUnknown, &*batch);
    let (order, _) = found.ok_or_else(unknown)?;
    let institutions = order.lines.into_iter().map(|line| line.institution).collect();
    let (area, checker) = (ask.area, ask.operator.name.as_str().into());
    let decide = DecideOrder { area, batch, checker, refused, institutions };
    Ok(Write::new(decide, |_, answered| of(&answered.outcome)))
}

fn close_month(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    month(ask)?;
    let work = close_month_work(ask.area, &ask.body);
    let work = work.ok_or_else(|| Problem::plain(Wrong::Internal))?;
    Ok(runs::begin(ask, CLOSE_MONTH, Value::Object(ask.body.0.clone()), work))
}

/// The closing of a month, begun or gone on with.
pub(super) fn close_month_work(area: Area, asked: &Given) -> Option<runs::Work> {
    let month = Month::parse(asked.text("month"))?;
    let per_head = asked.whole("per_head").map(Fen::new);
    Some(Box::new(move |api, counter| {
        let (office, mut moved) = (&api.office, |by, _| count(counter, by));
        let asked = clearing::MonthAsked { area, month, per_head, stop: office.jobs.stopping() };
        let agency = office.agency();
        let closed = office
            .with_core(|core| clearing::close_month_unless(agency, core, &asked, &mut moved))
            .ok_or(runs::Cut::Stopped)?;
        let closed = closed.map_err(|refused| match refused.reason {
            Reason::Closing => runs::Cut::Stopped,
            _ => runs::Cut::Failed(refused.to_string()),
        })?;
        let refused = closed.refused.iter();
        let refused =
            refused.map(|(code, why)| json!({"institution": &**code, "why": why.to_string()}));
        Ok(json!({
            "made": closed.made, "unchanged": closed.unchanged, "funds": closed.sum.funds(),
            "refused": refused.collect::<Vec<_>>(),
        }))
    }))
}
