//! 零星报销: bills handed in on paper, received by a clerk, reviewed and decided by a reviewer, paid by two of finance.

mod stated;
mod told;

use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::{CLERKS, FINANCE, PROPOSERS, REVIEWERS, Role, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::paper::{AmendPayee, Filed, Return, Review, TurnDown, Withdraw};
use agency::paper::{
    self, Application, Caveat, Clear, Payee, PeopleOrder, State, application, due, notice,
};
use agency::{Business, Outcome, Reason, Refused};
use serde_json::{Value, json};
use stated::RECEIVE;
use std::sync::Arc;
use told::{LOOK, NOTICE, ORDER, PAPER_CLAIM};

/// Who takes an application back.
const WITHDRAW: &[Role] = &[Role::Clerk, Role::Reviewer];
/// Who sees payment orders.
const ORDERS: &[Role] = &[Role::Clerk, Role::Finance, Role::Supervisor, Role::Auditor];

static CLEAR: Shape = Shape {
    name: "ClearWarning",
    zh: "核实一类提示",
    en: "warnings of a kind are cleared",
    fields: &[
        field("caveat", Kind::Word(Caveat::CODES), "提示类别", "which"),
        field("note", Kind::Text, "核实情况", "what was found"),
    ],
};

static REVIEW: Shape = Shape {
    name: "ReviewPaperClaim",
    zh: "审核",
    en: "what a review found",
    fields: &[
        maybe("clear", Kind::List(&Kind::Object(&CLEAR)), "核实的提示", "warnings cleared"),
        maybe(
            "issuer",
            Kind::Object(&stated::ISSUER),
            "开票机构，更正",
            "the institution, put right as a whole",
        ),
    ],
};

static DECIDE: Shape = Shape {
    name: "DecidePaperClaim",
    zh: "核定",
    en: "a decision",
    fields: &[
        maybe("clear", Kind::List(&Kind::Object(&CLEAR)), "一并核实的提示", "warnings cleared"),
        maybe("opinion", Kind::Text, "意见", "opinion"),
    ],
};

static TURN_DOWN: Shape = Shape {
    name: "RefusePaperClaim",
    zh: "不予受理",
    en: "why an application is turned down",
    fields: &[
        field("reason", Kind::Text, "理由", "why"),
        maybe("article", Kind::Text, "依据，缺省为政策关于零星报销的条文", "article"),
    ],
};

static WHY: Shape = Shape {
    name: "PaperClaimReason",
    zh: "理由",
    en: "why",
    fields: &[field("reason", Kind::Text, "理由", "why")],
};

static MAKE_ORDER: Shape = Shape {
    name: "MakePeopleOrder",
    zh: "制个人拨付单",
    en: "a payment order to be made of everything that is to be paid",
    fields: &[field("batch", Kind::Text, "批次号", "its number")],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-paper-claims",
        method: Method::Get,
        path: "/areas/{area}/paper-claims",
        roles: STAFF,
        zh: "零星报销申请",
        en: "paper claims",
        query: &[
            maybe("person", Kind::Text, "人员编号", "of this person"),
            maybe("state", Kind::Word(State::CODES), "状态", "state"),
        ],
        body: None,
        answer: Answer::Page(&PAPER_CLAIM),
        handler: Handler::Look(list),
    },
    Endpoint {
        id: "receive-paper-claim",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/paper-claims",
        roles: CLERKS,
        zh: "受理零星报销申请",
        en: "receive a paper claim",
        query: &[],
        body: Some(&RECEIVE),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(receive),
    },
    Endpoint {
        id: "get-paper-claim",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/paper-claims/{number}",
        roles: STAFF,
        zh: "一份申请",
        en: "a paper claim",
        query: &[],
        body: None,
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Look(|api, ask| {
            let found = application(api.office.store(), &ask.person(), ask.path("number"))?;
            told(api, ask, &found)
        }),
    },
    Endpoint {
        id: "look-at-paper-claim",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/look",
        roles: STAFF,
        zh: "试算：现在核定会怎样",
        en: "what would be decided now; nothing is written",
        query: &[],
        body: None,
        answer: Answer::One(&LOOK),
        handler: Handler::Look(|api, ask| {
            let number = ask.path("number").into();
            Ok(told::look(&paper::look(api.office.agency(), &ask.person(), &number)?))
        }),
    },
    Endpoint {
        id: "get-paper-claim-notice",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/notice",
        roles: STAFF,
        zh: "核定告知书的内容：计算说明与条文",
        en: "what the notice says: why it was decided so, by which articles",
        query: &[],
        body: None,
        answer: Answer::One(&NOTICE),
        handler: Handler::Look(|api, ask| {
            let number = ask.path("number");
            let notice = notice(api.office.agency(), &ask.person(), number, false)?;
            let claim = told(api, ask, &notice.application)?;
            Ok(told::notice(&notice, &claim))
        }),
    },
    Endpoint {
        id: "review-paper-claim",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/review",
        roles: REVIEWERS,
        zh: "审核：核实提示、更正机构情况",
        en: "note what a review found",
        query: &[],
        body: Some(&REVIEW),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(review),
    },
    Endpoint {
        id: "decide-paper-claim",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/decide",
        roles: REVIEWERS,
        zh: "核定：按政策结算入账，应付给个人",
        en: "decide: settled, and owed to the person",
        query: &[],
        body: Some(&DECIDE),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(decide),
    },
    Endpoint {
        id: "refuse-paper-claim",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/refuse",
        roles: REVIEWERS,
        zh: "不予受理",
        en: "turn an application down",
        query: &[],
        body: Some(&TURN_DOWN),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(|_, ask| {
            let (person, number, by) = about(ask);
            let (reason, article) = (ask.body.kept("reason"), ask.body.kept("article"));
            Ok(filed(ask, TurnDown { person, number, by, reason, article }))
        }),
    },
    Endpoint {
        id: "withdraw-paper-claim",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/withdraw",
        roles: WITHDRAW,
        zh: "撤回；已核定、未支付的原样冲回",
        en: "withdraw an application, or a decision that is not paid",
        query: &[],
        body: Some(&WHY),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(withdraw),
    },
    Endpoint {
        id: "amend-paper-claim-payee",
        method: Method::Put,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/payee",
        roles: CLERKS,
        zh: "更改收款账户",
        en: "change who is paid",
        query: &[],
        body: Some(&stated::PAYEE),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(|_, ask| {
            let (person, number, _) = about(ask);
            Ok(filed(ask, AmendPayee { person, number, payee: payee(ask) }))
        }),
    },
    Endpoint {
        id: "return-paper-claim-payment",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/paper-claims/{number}/returned",
        roles: FINANCE,
        zh: "登记退汇",
        en: "note that the bank sent a payment back",
        query: &[],
        body: Some(&WHY),
        answer: Answer::One(&PAPER_CLAIM),
        handler: Handler::Write(|_, ask| {
            let (person, number, by) = about(ask);
            let reason = ask.body.kept("reason");
            Ok(filed(ask, Return { person, number, by, reason }))
        }),
    },
    Endpoint {
        id: "list-people-orders",
        method: Method::Get,
        path: "/areas/{area}/people-orders",
        roles: ORDERS,
        zh: "个人拨付单",
        en: "payment orders of paper claims",
        query: &[],
        body: None,
        answer: Answer::Page(&ORDER),
        handler: Handler::Look(|api, ask| {
            let page = ask.page()?;
            let key = |order: &PeopleOrder| vec![order.batch.to_string()];
            let rows = page.select(paper::orders(api.office.store(), ask.area)?, key);
            page.answer(rows, key, |order| Ok(told::order(order)))
        }),
    },
    Endpoint {
        id: "make-people-order",
        method: Method::Post,
        path: "/areas/{area}/people-orders",
        roles: PROPOSERS,
        zh: "制个人拨付单：全部已核定、待支付的申请",
        en: "make a payment order of everything that is to be paid",
        query: &[],
        body: Some(&MAKE_ORDER),
        answer: Answer::One(&ORDER),
        handler: Handler::Write(|api, ask| {
            let (batch, maker) = (ask.body.kept("batch"), ask.operator.name.as_str().into());
            let make = paper::making(api.office.agency(), ask.area, &batch, &maker)?;
            Ok(ordered(make).status(201))
        }),
    },
    Endpoint {
        id: "approve-people-order",
        method: Method::Post,
        path: "/areas/{area}/people-orders/{batch}/approve",
        roles: FINANCE,
        zh: "复核个人拨付单并支付",
        en: "approve a payment order, which pays it",
        query: &[],
        body: None,
        answer: Answer::One(&ORDER),
        handler: Handler::Write(|api, ask| decide_order(api, ask, "")),
    },
    Endpoint {
        id: "refuse-people-order",
        method: Method::Post,
        path: "/areas/{area}/people-orders/{batch}/refuse",
        roles: FINANCE,
        zh: "退回个人拨付单",
        en: "refuse a payment order",
        query: &[],
        body: Some(&WHY),
        answer: Answer::One(&ORDER),
        handler: Handler::Write(|api, ask| {
            let reason = ask.body.text("reason").trim();
            if reason.is_empty() {
                return Err(Refused::new(Reason::Content, "缺少退回的理由").into());
            }
            decide_order(api, ask, reason)
        }),
    },
];

fn list(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (page, state) = (ask.page()?, State::of(ask.query.text("state")));
    let keep = |it: &store::Document| state.is_none_or(|state| it.state == state as i16);
    let kind = agency::documents::REIMBURSEMENT;
    let owner = ask.query.text("person");
    let rows = super::documents(api, (ask.area, kind, owner), &page, keep)?;
    page.answer(rows, super::place, |row| told(api, ask, &Application::read(row)?))
}

/// Person and application of the path, and who asks.
fn about(ask: &Ask) -> (store::PersonKey, Arc<str>, Arc<str>) {
    (ask.person(), ask.path("number").into(), ask.operator.name.as_str().into())
}

fn told(api: &Api, ask: &Ask, application: &Application) -> Result<Value, Problem> {
    let due = due(api.office.store(), ask.area, application)?;
    Ok(told::claim(application, due))
}

/// A business answered with the application as it stands afterwards.
fn filed(ask: &Ask, business: impl Business + 'static) -> Write {
    let ask = ask.clone();
    Write::new(business, move |api, answered| {
        let filed: Option<Filed> = answered.outcome.document();
        let filed = filed.ok_or_else(|| Refused::new(Reason::Conflict, ""))?;
        told(api, &ask, &filed.application)
    })
}

fn receive(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    super::file(api, &ask.person())?;
    let stated = stated::read(&ask.body, api.office.agency().now().date())?;
    let by = ask.operator.name.as_str().into();
    let receive = paper::receiving(api.office.agency(), &ask.person(), &stated, &by)?;
    Ok(filed(ask, receive).status(201))
}

fn clears(ask: &Ask) -> Vec<Clear> {
    let read = |it: crate::api::shape::Given| {
        let caveat = Caveat::of(it.text("caveat"))?;
        Some(Clear { caveat, note: it.kept("note") })
    };
    ask.body.list("clear").filter_map(read).collect()
}

fn review(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (person, number, by) = about(ask);
    let issuer = ask.body.0.get("issuer").and_then(Value::as_object).cloned();
    let issuer = issuer.map(|issuer| stated::issuer(&crate::api::shape::Given(issuer)));
    Ok(filed(ask, Review { person, number, by, clear: clears(ask), issuer }))
}

fn decide(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (person, number, by) = about(ask);
    let decide = paper::deciding(api.office.agency(), &person, &number, &by)?;
    let (clear, opinion) = (clears(ask), ask.body.kept("opinion"));
    Ok(filed(ask, agency::business::paper::Decide { clear, opinion, ..decide }))
}

fn withdraw(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (person, number, by) = about(ask);
    let found = application(api.office.store(), &person, &number)?;
    // A clerk takes back what nobody has decided; a decision is a reviewer's.
    if found.decided.is_some() && !ask.operator.roles.contains(&Role::Reviewer) {
        let words = format!("申请{number}已核定，由复核人员撤回");
        return Err(Refused::new(Reason::NotAllowed, words).into());
    }
    let reason = ask.body.kept("reason");
    Ok(filed(ask, Withdraw { person, number, by, reason }))
}

fn payee(ask: &Ask) -> Payee {
    let of = |name| ask.body.kept(name);
    Payee { name: of("name"), bank: of("bank"), account: of("account") }
}

fn decide_order(api: &Arc<Api>, ask: &Ask, refused: &str) -> Result<Write, Problem> {
    let (batch, checker) = (ask.path("batch").into(), ask.operator.name.as_str().into());
    let agency = api.office.agency();
    Ok(ordered(paper::deciding_order(agency, ask.area, &batch, &checker, &refused.into())?))
}

fn ordered(business: impl Business + 'static) -> Write {
    Write::new(business, |_, answered| of(&answered.outcome))
}

/// The order that came of a step.
fn of(outcome: &Outcome) -> Result<Value, Problem> {
    let order: Option<PeopleOrder> = outcome.document();
    let order = order.ok_or_else(|| Refused::new(Reason::Conflict, json!(outcome).to_string()));
    Ok(told::order(&order?))
}
