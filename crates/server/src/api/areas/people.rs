//! People: who holds a credential, what is known about somebody as of a day and a moment, and what is learned.

use super::{bare, done, file, until};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CLERKS, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Field, Given, Kind, Shape, field, maybe};
use agency::business::account::{Learn, NewFact};
use agency::counter::{self, PersonFound, Quota};
use agency::facts;
use agency::{Reason, Refused};
use kernel::{Date, Entitlement, Place};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Fact;

static QUOTA: Shape = Shape {
    name: "Quota",
    zh: "本年度剩余额度",
    en: "what is left of a benefit this year",
    fields: &[
        field("programme", Kind::Text, "待遇项目", "programme"),
        field("name", Kind::Text, "名称", "its name"),
        field("category", Kind::Text, "医疗类别", "category"),
        maybe("disease", Kind::Text, "病种", "disease"),
        maybe(
            "pool",
            Kind::Fen,
            "统筹基金还可支付，无此项为无限额",
            "the pool can still pay; absent: no limit",
        ),
        maybe(
            "funds",
            Kind::Fen,
            "各基金还可支付，无此项为无限额",
            "all funds can still pay; absent: no limit",
        ),
        field("deductible", Kind::Fen, "二级机构尚余起付线", "deductible left at level 2"),
        maybe("withheld", Kind::Text, "现在不予支付的原因", "why nothing is paid now"),
    ],
};

static PERSON: Shape = Shape {
    name: "Person",
    zh: "参保人",
    en: "an insured person, as of now",
    fields: &[
        field("person", Kind::Text, "人员编号", "number"),
        field("area", Kind::Text, "统筹区", "area"),
        field("name", Kind::Text, "姓名", "name"),
        field("cert_type", Kind::Text, "证件类型", "kind of certificate"),
        field("cert_no", Kind::Text, "证件号码", "its number"),
        field("gender", Kind::Text, "性别", "gender"),
        maybe("born", Kind::Day, "出生日期", "born"),
        maybe("employer", Kind::Text, "单位", "employer"),
        maybe("status", Kind::Text, "人员状态", "in work or retired"),
        maybe("plan", Kind::Text, "参保类型", "plan"),
        maybe("plan_name", Kind::Text, "参保类型名称", "its name"),
        maybe("entitlement", Kind::Word(Entitlement::CODES), "待遇状态", "entitlement"),
        maybe("entitlement_from", Kind::Day, "该状态首日", "since"),
        maybe("entitlement_to", Kind::Day, "该状态末日", "until"),
        maybe("enrolled_on", Kind::Day, "首次参保", "first enrolment"),
        field("inpatient", Kind::Flag, "住院期间", "an inpatient now"),
        maybe("balance", Kind::Fen, "个人账户余额", "own account"),
        field("family_balance", Kind::Fen, "共济账户可用", "relatives' accounts"),
        field("quotas", Kind::List(&Kind::Object(&QUOTA)), "剩余额度", "what is left"),
    ],
};

/// A dated fact, of people and institutions.
pub(super) static FACT: Shape = Shape {
    name: "Fact",
    zh: "有起止日期的事实",
    en: "a dated fact",
    fields: &[
        field("id", Kind::Id, "编号", "its id"),
        field("kind", Kind::Text, "种类", "kind"),
        field("value", Kind::Text, "值", "value"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day; absent while it lasts"),
        field("learned_at", Kind::Moment, "何时得知", "when we learned of it"),
        maybe("ended_at", Kind::Moment, "何时得知有误", "when we learned that it is not so"),
        maybe("detail", Kind::Any, "其余", "everything else"),
    ],
};

/// Kinds of facts that a clerk states about people. Filings are reviewed, and family bindings have rules of their own.
const STATED: &[&str] = &[
    facts::PLAN,
    facts::COHORT,
    facts::ENTITLEMENT,
    facts::RETIREMENT,
    facts::ENROLLED,
    facts::DEATH,
    facts::ADMISSION,
    facts::HOLD,
    facts::OFFSITE,
    facts::REFERRAL,
];

static NEW_FACT: Shape = Shape {
    name: "NewFact",
    zh: "要登记的事实",
    en: "a fact to be learned",
    fields: &[
        field("kind", Kind::Word(STATED), "种类", "kind"),
        maybe("value", Kind::Text, "值", "value"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日，缺省为长期", "last day; absent while it lasts"),
        maybe("detail", Kind::Any, "其余", "everything else"),
    ],
};

static LEARN: Shape = Shape {
    name: "Learn",
    zh: "登记与更正",
    en: "facts learned, and facts that turned out wrong",
    fields: &[
        field("facts", Kind::List(&Kind::Object(&NEW_FACT)), "登记", "what is right"),
        maybe("wrong", Kind::List(&Kind::Id), "有误的事实", "facts that turned out wrong"),
    ],
};

/// Which facts are wanted.
pub(super) const ASKED_FACTS: &[Field] = &[
    maybe("day", Kind::Day, "只列当日有效的", "those that hold on this day"),
    maybe("known", Kind::Moment, "以当时所知为准，缺省为现在", "as known then; now if not given"),
    maybe("kind", Kind::Text, "种类", "of this kind"),
    maybe("ended", Kind::Flag, "包括已更正的", "those that turned out wrong too"),
];

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "find-people",
        method: Method::Get,
        path: "/areas/{area}/people",
        roles: STAFF,
        zh: "按凭证查找参保人",
        en: "who holds a credential",
        query: &[
            field("credential", Kind::Text, "凭证号码", "number of the credential"),
            maybe(
                "credential_kind",
                Kind::Word(&["01", "02", "03"]),
                "凭证类型，缺省为任意",
                "its kind; any if not given",
            ),
        ],
        body: None,
        answer: Answer::Page(&PERSON),
        handler: Handler::Look(find),
    },
    Endpoint {
        id: "get-person",
        method: Method::Get,
        path: "/areas/{area}/people/{person}",
        roles: STAFF,
        zh: "参保人概况",
        en: "a person as of now",
        query: &[],
        body: None,
        answer: Answer::One(&PERSON),
        handler: Handler::Look(|api, ask| {
            Ok(person(&counter::person(api.office.agency(), &ask.person())?))
        }),
    },
    Endpoint {
        id: "list-facts",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/facts",
        roles: STAFF,
        zh: "参保人的事实",
        en: "facts about a person",
        query: ASKED_FACTS,
        body: None,
        answer: Answer::Page(&FACT),
        handler: Handler::Look(|api, ask| {
            let file = file(api, &ask.person())?;
            told(api, ask, &file.facts)
        }),
    },
    Endpoint {
        id: "learn-facts",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/facts",
        roles: CLERKS,
        zh: "登记或更正参保人的事实",
        en: "learn facts about a person",
        query: &[],
        body: Some(&LEARN),
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(learn),
    },
    Endpoint {
        id: "end-fact",
        method: Method::Delete,
        path: "/areas/{area}/people/{person}/facts/{fact}",
        roles: CLERKS,
        zh: "参保人的事实有误",
        en: "a fact about a person turned out wrong",
        query: &[],
        body: None,
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(end),
    },
];

fn find(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (kind, number) = (ask.query.text("credential_kind"), ask.query.text("credential"));
    let key = api.office.store().person_by_credential(ask.area, kind, number)?;
    let Some(key) = key else { return Ok(json!({"items": []})) };
    let found = counter::person(api.office.agency(), &key)?;
    Ok(json!({"items": [person(&found)]}))
}

fn person(found: &PersonFound) -> Value {
    let record = &found.person;
    let enrolment = found.enrolments.first();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    bare(json!({
        "person": &*record.key.person,
        "area": record.key.area.to_string(),
        "name": &*record.name,
        "cert_type": &*record.cert_type,
        "cert_no": &*record.cert_no,
        "gender": &*record.gender,
        "born": record.born.map(|day| day.to_string()),
        "employer": some(&found.detail.employer),
        "status": enrolment.map(|it| it.status.code()),
        "plan": enrolment.and_then(|it| some(&it.plan)),
        "plan_name": enrolment.and_then(|it| some(&it.plan_name)),
        "entitlement": enrolment.map(|it| it.entitlement.code()),
        "entitlement_from": enrolment.map(|it| it.from.to_string()),
        "entitlement_to": enrolment.map_or(Value::Null, |it| until(it.to)),
        "enrolled_on": enrolment.and_then(|it| it.enrolled_on).map(|day| day.to_string()),
        "inpatient": found.inpatient,
        "balance": enrolment.map(|it| it.balance().get()),
        "family_balance": found.family.get(),
        "quotas": found.quotas.iter().map(quota).collect::<Vec<_>>(),
    }))
}

fn quota(quota: &Quota) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    bare(json!({
        "programme": &*quota.programme,
        "name": &*quota.name,
        "category": quota.category.code(),
        "disease": some(&quota.disease),
        "pool": quota.pool.map(kernel::Fen::get),
        "funds": quota.funds.map(kernel::Fen::get),
        "deductible": quota.deductible.get(),
        "withheld": some(&quota.withheld),
    }))
}

/// A page of facts, by kind, first day and id.
pub(super) fn told(api: &Api, ask: &Ask, facts: &[Fact]) -> Result<Value, Problem> {
    let known = ask.query.moment("known").unwrap_or_else(|| api.office.now());
    let (day, kind) = (ask.query.day("day"), ask.query.text("kind"));
    let ended = ask.query.flag("ended");
    let mut wanted: Vec<&Fact> = facts
        .iter()
        .filter(|fact| ended || facts::believed(fact, known))
        .filter(|fact| day.is_none_or(|day| fact.from <= day && day <= fact.to))
        .filter(|fact| kind.is_empty() || *fact.kind == *kind)
        .collect();
    let key =
        |fact: &&Fact| vec![fact.kind.to_string(), fact.from.to_string(), fact.id.to_string()];
    wanted.sort_by_key(key);
    let page = ask.page()?;
    page.answer(page.select(wanted, key), key, |fact| Ok(one(fact)))
}

fn one(fact: &Fact) -> Value {
    let detail: Option<Value> = serde_json::from_str(&fact.detail).ok();
    bare(json!({
        "id": fact.id,
        "kind": &*fact.kind,
        "value": &*fact.other,
        "from": fact.from.to_string(),
        "to": until(fact.to),
        "learned_at": fact.learned_at.to_string(),
        "ended_at": fact.ended_at.map(|at| at.to_string()),
        "detail": detail,
    }))
}

/// A fact as it was stated.
pub(super) fn new_fact(stated: &Given) -> NewFact {
    let detail = stated.any("detail");
    NewFact {
        kind: stated.kept("kind"),
        other: stated.kept("value"),
        from: stated.day("from").unwrap_or(Date::MIN),
        to: stated.day("to").unwrap_or(Date::MAX),
        detail: if detail.is_null() { "".into() } else { detail.to_string().into() },
    }
}

fn learn(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let unknown = || Refused::new(Reason::AreaUnknown, ask.area.to_string());
    let law = api.office.agency().regions().law(ask.area).ok_or_else(unknown)?;
    let facts: Vec<NewFact> = ask.body.list("facts").map(|stated| new_fact(&stated)).collect();
    for (index, fact) in facts.iter().enumerate() {
        let codes = |known: &[Arc<str>]| known.iter().map(ToString::to_string).collect::<Vec<_>>();
        let words = |known: &[&str]| known.iter().map(ToString::to_string).collect::<Vec<_>>();
        let allowed = match &*fact.kind {
            facts::PLAN => codes(&law.codes.plans),
            facts::COHORT => codes(&law.codes.cohorts),
            facts::ENTITLEMENT => words(Entitlement::CODES),
            facts::OFFSITE => words(Place::CODES),
            facts::ADMISSION | facts::REFERRAL => continue,
            _ => words(&[""]),
        };
        if !allowed.contains(&fact.other.to_string()) {
            let place = format!("facts[{index}].value");
            let right = match &*allowed.join("、") {
                "" => "应为空".to_owned(),
                known => format!("应为{known}"),
            };
            return Err(Problem::field(Wrong::FieldForm, &place, &fact.other, right));
        }
    }
    let wrong: Vec<_> = ask.body.texts("wrong").filter_map(store::Id::parse).collect();
    if facts.is_empty() && wrong.is_empty() {
        return Err(Problem::field(Wrong::FieldMissing, "facts", "", "至少登记或更正一项"));
    }
    Ok(done(Learn { person: ask.person(), facts, wrong }))
}

fn end(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let wrong = vec![ask.path_id("fact")?];
    Ok(done(Learn { person: ask.person(), facts: Vec::new(), wrong }))
}
