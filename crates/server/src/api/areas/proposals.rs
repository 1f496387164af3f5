//! 经办与复核: what moves money is proposed by one operator and done when another approves it.
//!
//! To make another business a matter of two: a row in [`KINDS`] that makes the business from its content, and an endpoint
//! that hands that content to [`propose`].

use super::{bare, documents, place};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::{FINANCE, Role};
use crate::api::serve::Api;
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::business::account::{
    Beneficiary, CloseAccount, Credit, CreditSource, PayPremium, TransferIn,
};
use agency::business::proposal::{Conclude, Proposal, Propose, Stage, key};
use agency::business::run::BeginRun;
use agency::documents::TWO_STEP as DOCUMENT;
use agency::{Business, Outcome, Reason, Refused};
use kernel::Date;
use kernel::account::{ClosureEvent, Purpose, Relation};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Area, Document, PersonKey};

/// A kind of thing that two operators do together.
pub struct Proposable {
    /// Stable word, in documents.
    pub code: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// The business, from the person (or party) and the content as it was stated.
    pub business: fn(PersonKey, &Given) -> Box<dyn Business>,
    /// What is started once it is done: a long job, by area, content and what came of the business.
    pub then: Option<Then>,
}

/// Starts something by area, content and what came of a business.
type Then = fn(&Arc<Api>, Area, &Given, &Outcome) -> Result<(), Problem>;

/// Every kind.
pub const KINDS: &[Proposable] = &[
    Proposable {
        code: "credit",
        zh: "个账计入",
        en: "money into a personal account",
        business: |person, content| {
            Box::new(Credit {
                person,
                from: CreditSource::Contributions,
                current: content.whole("current").unwrap_or_default(),
                earlier: content.whole("earlier").unwrap_or_default(),
                source: content.kept("source"),
                reference: content.kept("reference"),
                day: content.day("day").unwrap_or(Date::MIN),
            })
        },
        then: None,
    },
    Proposable {
        code: "close-account",
        zh: "个账注销、转移或继承",
        en: "the rest of an account leaves it",
        business: |person, content| {
            Box::new(CloseAccount {
                person,
                event: ClosureEvent::from_code(content.text("event"))
                    .unwrap_or(ClosureEvent::IdentityCancelled),
                day: content.day("day").unwrap_or(Date::MIN),
                payee: content.kept("payee"),
                source: content.kept("source"),
                reference: content.kept("reference"),
            })
        },
        then: None,
    },
    Proposable {
        code: "transfer-in",
        zh: "个账转入",
        en: "money from an account in another area",
        business: |person, content| {
            Box::new(TransferIn {
                person,
                amount: content.whole("amount").unwrap_or_default(),
                from: content.kept("source"),
                reference: content.kept("reference"),
                day: content.day("day").unwrap_or(Date::MIN),
            })
        },
        then: None,
    },
    Proposable {
        code: "premium",
        zh: "个账缴费",
        en: "a premium paid from an account",
        business: |payer, content| {
            let relation = Relation::from_code(content.text("relation"));
            Box::new(PayPremium {
                payer,
                purpose: Purpose::from_code(content.text("purpose"))
                    .unwrap_or(Purpose::LargeAmountPremium),
                period: content.kept("period"),
                beneficiary: relation
                    .map(|relation| Beneficiary { number: content.kept("beneficiary"), relation }),
                due: content.whole("due").unwrap_or_default(),
                partly: content.flag("partly"),
                source: content.kept("source"),
                reference: content.kept("reference"),
                day: content.day("day").unwrap_or(Date::MIN),
            })
        },
        then: None,
    },
    Proposable {
        code: super::runs::CREDIT,
        zh: "全区个账划入",
        en: "the monthly credit of everybody",
        business: |party, content| {
            let (area, kind) = (party.area, super::runs::CREDIT.into());
            Box::new(BeginRun { area, kind, asked: Value::Object(content.0.clone()) })
        },
        then: Some(super::accounts::credit_everybody),
    },
    Proposable {
        code: super::funds::MOVE_KIND,
        zh: "基金收支记账",
        en: "money of a fund that moved",
        business: |party, content| Box::new(super::funds::movement(&party, content)),
        then: None,
    },
    Proposable {
        code: super::funds::OPEN_KIND,
        zh: "基金建账",
        en: "the funds are opened",
        business: |party, content| Box::new(super::funds::opening(&party, content)),
        then: None,
    },
    Proposable {
        code: super::runs::INTEREST,
        zh: "个人账户计息",
        en: "a year's interest on all accounts",
        business: |party, content| {
            let (area, kind) = (party.area, super::runs::INTEREST.into());
            Box::new(BeginRun { area, kind, asked: Value::Object(content.0.clone()) })
        },
        then: Some(super::funds::interest),
    },
];

static CONCLUSION: Shape = Shape {
    name: "Conclusion",
    zh: "复核",
    en: "how a proposal ended",
    fields: &[
        field("approved", Kind::Flag, "通过", "approved and done"),
        field("by", Kind::Text, "复核人", "by whom"),
        field("at", Kind::Moment, "时间", "when"),
        field("opinion", Kind::Text, "意见", "opinion"),
        maybe("outcome", Kind::Any, "办理结果", "what came of it"),
    ],
};

/// A proposal.
pub(super) static PROPOSAL: Shape = Shape {
    name: "Proposal",
    zh: "待复核的业务",
    en: "a proposal",
    fields: &[
        field("number", Kind::Id, "编号", "its number"),
        field("kind", Kind::Text, "业务", "what is proposed"),
        field("kind_zh", Kind::Text, "业务", "in Chinese"),
        field("state", Kind::Word(&["proposed", "done", "rejected"]), "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        maybe("person", Kind::Text, "人员编号", "the person"),
        field("content", Kind::Any, "内容", "what it says"),
        field("by", Kind::Text, "经办人", "by whom"),
        field("at", Kind::Moment, "时间", "when"),
        maybe("conclusion", Kind::Object(&CONCLUSION), "复核", "how it ended"),
    ],
};

static OPINION: Shape = Shape {
    name: "Opinion",
    zh: "复核意见",
    en: "opinion",
    fields: &[maybe("opinion", Kind::Text, "意见", "opinion")],
};

static REASON: Shape = Shape {
    name: "Reason",
    zh: "退回原因",
    en: "why it is rejected",
    fields: &[field("opinion", Kind::Text, "原因", "why")],
};

/// Who sees proposals.
const SEEN: &[Role] = &[Role::Clerk, Role::Finance, Role::Supervisor, Role::Auditor];

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-proposals",
        method: Method::Get,
        path: "/areas/{area}/proposals",
        roles: SEEN,
        zh: "待复核的业务",
        en: "proposals",
        query: &[maybe("state", Kind::Word(&["proposed", "done", "rejected"]), "状态", "state")],
        body: None,
        answer: Answer::Page(&PROPOSAL),
        handler: Handler::Look(list),
    },
    Endpoint {
        id: "get-proposal",
        method: Method::Get,
        path: "/areas/{area}/proposals/{number}",
        roles: SEEN,
        zh: "一项待复核的业务",
        en: "a proposal",
        query: &[],
        body: None,
        answer: Answer::One(&PROPOSAL),
        handler: Handler::Look(|api, ask| told(&Proposal::of(&find(api, ask)?)?)),
    },
    Endpoint {
        id: "approve-proposal",
        method: Method::Post,
        path: "/areas/{area}/proposals/{number}/approve",
        roles: FINANCE,
        zh: "复核通过并办理",
        en: "approve a proposal, by which it is done",
        query: &[],
        body: Some(&OPINION),
        answer: Answer::One(&PROPOSAL),
        handler: Handler::Write(|api, ask| conclude(api, ask, true)),
    },
    Endpoint {
        id: "reject-proposal",
        method: Method::Post,
        path: "/areas/{area}/proposals/{number}/reject",
        roles: FINANCE,
        zh: "退回",
        en: "reject a proposal",
        query: &[],
        body: Some(&REASON),
        answer: Answer::One(&PROPOSAL),
        handler: Handler::Write(|api, ask| conclude(api, ask, false)),
    },
];

fn made(person: PersonKey, kind: &str, content: &Value) -> Result<Box<dyn Business>, Refused> {
    let known = KINDS.iter().find(|known| known.code == kind);
    let known = known.ok_or_else(|| Refused::new(Reason::Conflict, kind))?;
    let content = Given(content.as_object().cloned().unwrap_or_default());
    Ok((known.business)(person, &content))
}

/// Proposes something of a kind of [`KINDS`].
///
/// # Errors
/// The kind is none.
pub(super) fn propose(
    ask: &Ask,
    kind: &'static str,
    person: &str,
    content: Value,
) -> Result<Write, Problem> {
    let business = made(PersonKey::new(ask.area, person), kind, &content)?;
    let propose = Propose { area: ask.area, kind: kind.into(), content, business };
    Ok(Write::new(propose, |_, answered| outcome(&answered.outcome)).status(201))
}

fn conclude(api: &Arc<Api>, ask: &Ask, approve: bool) -> Result<Write, Problem> {
    let found = Proposal::of(&find(api, ask)?)?;
    let person = PersonKey::new(ask.area, &found.person);
    let business = made(person, &found.kind, &found.content)?;
    let (area, number) = (ask.area, ask.path("number").into());
    let opinion = ask.body.kept("opinion");
    let conclude = Conclude { area, number, approve, opinion, business };
    Ok(Write::new(conclude, move |api, answered| {
        if approve && !answered.replayed {
            begin(api, area, &answered.outcome)?;
        }
        outcome(&answered.outcome)
    }))
}

/// Starts what an approved proposal starts, if anything.
fn begin(api: &Arc<Api>, area: Area, outcome: &Outcome) -> Result<(), Problem> {
    let Some(proposal) = outcome.document::<Proposal>() else { return Ok(()) };
    let kind = KINDS.iter().find(|known| known.code == &*proposal.kind);
    let Some(then) = kind.and_then(|kind| kind.then) else { return Ok(()) };
    let content = Given(proposal.content.as_object().cloned().unwrap_or_default());
    let came = proposal.conclusion.map(|conclusion| conclusion.outcome);
    let came = came.and_then(|came| serde_json::from_value(came).ok());
    came.map_or(Ok(()), |came| then(api, area, &content, &came))
}

fn outcome(outcome: &Outcome) -> Result<Value, Problem> {
    let proposal: Option<Proposal> = outcome.document();
    told(&proposal.ok_or_else(|| Refused::new(Reason::Conflict, ""))?)
}

fn find(api: &Api, ask: &Ask) -> Result<Document, Problem> {
    let number = ask.path("number");
    let found = api.office.store().document(&key(ask.area, number))?;
    Ok(found.ok_or_else(|| Refused::new(Reason::DocumentUnknown, number))?)
}

fn list(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (page, state) = (ask.page()?, ask.query.text("state"));
    let stage = [Stage::Proposed, Stage::Done, Stage::Rejected];
    let wanted = stage.into_iter().find(|stage| stage.code() == state);
    let keep = |it: &Document| wanted.is_none_or(|stage| it.state == stage as i16);
    let rows = documents(api, (ask.area, DOCUMENT, ""), &page, keep)?;
    page.answer(rows, place, |document| told(&Proposal::of(document)?))
}

fn told(proposal: &Proposal) -> Result<Value, Problem> {
    let stage = proposal.stage();
    let kind = KINDS.iter().find(|known| known.code == &*proposal.kind);
    let person = (!proposal.person.is_empty()).then(|| proposal.person.to_string());
    let conclusion = proposal.conclusion.as_ref().map(|it| {
        bare(json!({
            "approved": it.approved, "by": &*it.by, "at": it.at.to_string(), "opinion": &*it.opinion,
            "outcome": it.outcome,
        }))
    });
    Ok(bare(json!({
        "number": &*proposal.number,
        "kind": &*proposal.kind,
        "kind_zh": kind.map_or("", |kind| kind.zh),
        "state": stage.code(),
        "state_zh": stage.zh(),
        "person": person,
        "content": proposal.content,
        "by": &*proposal.by,
        "at": proposal.at.to_string(),
        "conclusion": conclusion,
    })))
}
