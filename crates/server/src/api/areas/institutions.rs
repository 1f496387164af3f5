//! Institutions and what their agreements say from a day on.

use super::people::{ASKED_FACTS, FACT, new_fact, told};
use super::{bare, receipt};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::{AGREEMENTS, EVERYBODY};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::account::NewFact;
use agency::business::agreement::{KINDS, LearnAgreement};
use agency::directory::{Directory, Site};
use agency::facts::{SUSPENSION, holds};
use agency::recalculation::file_agreement_changes;
use agency::{Reason, Refused};
use kernel::{Date, Level, Moment, Venue};
use serde_json::{Value, json};
use std::sync::Arc;

static INSTITUTION: Shape = Shape {
    name: "Institution",
    zh: "定点医药机构",
    en: "an institution as of a day",
    fields: &[
        field("institution", Kind::Text, "机构编号", "its code"),
        field("name", Kind::Text, "名称", "its name"),
        field("venue", Kind::Word(Venue::CODES), "类型", "what it is"),
        field("level", Kind::Word(Level::CODES), "协议结算等级", "level by its agreement"),
        field("designated", Kind::Flag, "协议有效且未暂停", "its agreement is in force"),
        field("suspended", Kind::Flag, "协议暂停", "its agreement is suspended"),
        field("capabilities", Kind::List(&Kind::Text), "资格", "capabilities"),
        maybe("credit_code", Kind::Text, "统一社会信用代码", "credit code"),
        maybe("grade", Kind::Text, "医院等级", "grade of the health ministry"),
        maybe("clearing", Kind::Text, "清算经办机构", "where it is cleared"),
    ],
};

static NEW_FACT: Shape = Shape {
    name: "NewAgreementFact",
    zh: "要登记的协议事实",
    en: "a fact about an agreement to be learned",
    fields: &[
        field("kind", Kind::Word(KINDS), "种类：协议、等级、资格、暂停", "kind"),
        maybe("value", Kind::Text, "等级或资格；协议与暂停为空", "level or capability"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日，缺省为长期", "last day; absent while it lasts"),
        maybe("detail", Kind::Any, "其余", "everything else"),
    ],
};

static LEARN: Shape = Shape {
    name: "LearnAgreement",
    zh: "登记与更正",
    en: "facts learned, and facts that turned out wrong",
    fields: &[
        field("facts", Kind::List(&Kind::Object(&NEW_FACT)), "登记", "what is right"),
        maybe("wrong", Kind::List(&Kind::Id), "有误的事实", "facts that turned out wrong"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-institutions",
        method: Method::Get,
        path: "/areas/{area}/institutions",
        roles: EVERYBODY,
        zh: "医药机构",
        en: "institutions",
        query: &[
            maybe("name", Kind::Text, "名称包含", "whose name contains"),
            maybe("venue", Kind::Word(Venue::CODES), "类型", "what they are"),
            maybe("day", Kind::Day, "日期，缺省为今天", "as of this day; today if not given"),
        ],
        body: None,
        answer: Answer::Page(&INSTITUTION),
        handler: Handler::Look(list),
    },
    Endpoint {
        id: "get-institution",
        method: Method::Get,
        path: "/areas/{area}/institutions/{institution}",
        roles: EVERYBODY,
        zh: "一家医药机构",
        en: "an institution",
        query: &[maybe("day", Kind::Day, "日期，缺省为今天", "as of this day; today if not given")],
        body: None,
        answer: Answer::One(&INSTITUTION),
        handler: Handler::Look(get),
    },
    Endpoint {
        id: "list-agreement-facts",
        method: Method::Get,
        path: "/areas/{area}/institutions/{institution}/facts",
        roles: EVERYBODY,
        zh: "协议事实",
        en: "facts about an agreement",
        query: ASKED_FACTS,
        body: None,
        answer: Answer::Page(&FACT),
        handler: Handler::Look(|api, ask| {
            let directory = ask.directory(api.office.agency())?;
            listed(&directory, ask)?;
            told(api, ask, directory.facts_of(ask.path("institution")))
        }),
    },
    Endpoint {
        id: "learn-agreement-facts",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/facts",
        roles: AGREEMENTS,
        zh: "登记或更正协议、等级、资格、暂停",
        en: "learn facts about an agreement",
        query: &[],
        body: Some(&LEARN),
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(learn),
    },
    Endpoint {
        id: "end-agreement-fact",
        method: Method::Delete,
        path: "/areas/{area}/institutions/{institution}/facts/{fact}",
        roles: AGREEMENTS,
        zh: "协议事实有误",
        en: "a fact about an agreement turned out wrong",
        query: &[],
        body: None,
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(|_, ask| {
            let wrong = vec![ask.path_id("fact")?];
            Ok(changed(business(ask, Vec::new(), wrong)))
        }),
    },
];

fn listed(directory: &Directory, ask: &Ask) -> Result<(), Problem> {
    let code = ask.path("institution");
    if directory.has_institution(code) {
        return Ok(());
    }
    Err(Refused::new(Reason::InstitutionUnknown, code).into())
}

fn list(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let directory = ask.directory(api.office.agency())?;
    let now = api.office.now();
    let day = ask.query.day("day").unwrap_or_else(|| now.date());
    let (name, venue) = (ask.query.text("name"), ask.query.text("venue"));
    let codes = directory.institutions();
    let sites = codes.iter().filter_map(|code| directory.site(code, day, now));
    let sites = sites.filter(|site| site.name.contains(name));
    let sites = sites.filter(|site| venue.is_empty() || site.venue.code() == venue);
    let page = ask.page()?;
    let key = |site: &Site| vec![site.code.to_string()];
    page.answer(page.select(sites, key), key, |site| Ok(one(&directory, site, day, now)))
}

fn get(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let directory = ask.directory(api.office.agency())?;
    listed(&directory, ask)?;
    let now = api.office.now();
    let day = ask.query.day("day").unwrap_or_else(|| now.date());
    let code = ask.path("institution");
    let site = directory.site(code, day, now);
    let site = site.ok_or_else(|| Refused::new(Reason::InstitutionUnknown, code))?;
    Ok(one(&directory, &site, day, now))
}

fn one(directory: &Directory, site: &Site, day: Date, known: Moment) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let capabilities: Vec<_> = site.capabilities.iter().map(ToString::to_string).collect();
    let mut facts = directory.facts_of(&site.code).iter();
    let suspended = facts.any(|fact| &*fact.kind == SUSPENSION && holds(fact, day, known));
    bare(json!({
        "institution": &*site.code,
        "name": &*site.name,
        "venue": site.venue.code(),
        "level": site.level.code(),
        "designated": site.designated,
        "suspended": suspended,
        "capabilities": capabilities,
        "credit_code": some(&site.detail.credit_code),
        "grade": some(&site.detail.grade),
        "clearing": some(&site.detail.clearing),
    }))
}

fn business(ask: &Ask, facts: Vec<NewFact>, wrong: Vec<store::Id>) -> LearnAgreement {
    let institution = ask.path("institution").into();
    LearnAgreement { area: ask.area, institution, facts, wrong }
}

fn learn(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let facts = ask.body.list("facts").map(|stated| new_fact(&stated)).collect();
    let wrong = ask.body.texts("wrong").filter_map(store::Id::parse).collect();
    Ok(changed(business(ask, facts, wrong)))
}

/// Answered once the person-years that were settled by what changed are filed to be folded again.
fn changed(business: LearnAgreement) -> Write {
    let area = business.area;
    Write::new(business, move |api, answered| {
        file_agreement_changes(api.office.store(), area, api.office.now())?;
        Ok(receipt(answered))
    })
}
