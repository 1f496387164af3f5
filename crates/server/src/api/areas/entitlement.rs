//! Entitlement on a day, as known at a moment; and what has accumulated in a year.

use super::{bare, file, until};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::STAFF;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::filing::{self, InForce};
use agency::counter::accumulated::{Quantity, Stretch};
use agency::counter::entitlement::{Entitled, EntitlementAsked, entitlement};
use agency::counter::{self};
use agency::facts;
use kernel::{Category, Entitlement, Fund, Moment};
use serde_json::{Value, json};
use std::sync::Arc;

static FUND: Shape = Shape {
    name: "Entitled",
    zh: "一个基金的待遇",
    en: "what a fund says",
    fields: &[
        field("fund", Kind::Word(Fund::CODES), "基金", "fund"),
        maybe("programme", Kind::Text, "待遇项目", "programme"),
        field("entitled", Kind::Flag, "支付", "it pays"),
        maybe("because", Kind::Text, "原因或条件", "why not, or under what condition"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field("from", Kind::Day, "首日", "since"),
        maybe("to", Kind::Day, "末日", "until"),
    ],
};

static FILED: Shape = Shape {
    name: "FilingInForce",
    zh: "有效备案",
    en: "a filing in force",
    fields: &[
        field("kind", Kind::Text, "种类", "kind"),
        field("names", Kind::Text, "病种、机构或药品", "disease, institution or medicine"),
        maybe("name", Kind::Text, "病种名称", "name of the disease"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day"),
    ],
};

static ENTITLEMENT: Shape = Shape {
    name: "Entitlement",
    zh: "某日的待遇",
    en: "entitlement on a day",
    fields: &[
        field("day", Kind::Day, "日期", "the day"),
        field("known", Kind::Moment, "以当时所知为准", "as known then"),
        field("entitlement", Kind::Word(Entitlement::CODES), "待遇状态", "entitlement"),
        field("entitlement_zh", Kind::Text, "待遇状态", "in Chinese"),
        maybe("status", Kind::Text, "在职或退休", "in work or retired"),
        maybe("plan", Kind::Text, "参保类型", "plan"),
        maybe("cohort", Kind::Text, "人群", "cohort"),
        maybe("died", Kind::Day, "死亡日期", "died"),
        field("inpatient", Kind::Flag, "住院期间", "an inpatient on the day"),
        field("filings", Kind::List(&Kind::Object(&FILED)), "有效备案", "filings in force"),
        maybe(
            "funds",
            Kind::List(&Kind::Object(&FUND)),
            "各基金（给出机构时）",
            "by fund, if an institution is given",
        ),
    ],
};

static ACCUMULATED: Shape = Shape {
    name: "Accumulated",
    zh: "一项累计",
    en: "one accumulated value",
    fields: &[
        field("quantity", Kind::Text, "项目", "what"),
        maybe("month", Kind::Whole, "月份，无此项为全年", "month; absent: the year"),
        maybe("category", Kind::Text, "医疗类别，无此项为全部", "category; absent: all"),
        field("value", Kind::Whole, "分，或次数", "fen, or visits"),
    ],
};

static YEAR: Shape = Shape {
    name: "AccumulatedYear",
    zh: "年度累计",
    en: "what has accumulated in a benefit year",
    fields: &[
        field("year", Kind::Whole, "待遇年度", "benefit year"),
        field(
            "cells",
            Kind::Map(&Kind::Whole),
            "政策的累计项（分或次数）",
            "the policy's accumulators: fen or visits",
        ),
        field("values", Kind::List(&Kind::Object(&ACCUMULATED)), "统计", "sums"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "get-entitlement",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/entitlement",
        roles: STAFF,
        zh: "某日的待遇",
        en: "entitlement on a day",
        query: &[
            maybe("day", Kind::Day, "日期，缺省为今天", "the day; today if not given"),
            maybe(
                "known",
                Kind::Moment,
                "以当时所知为准，缺省为现在",
                "as known then; now if not given",
            ),
            maybe(
                "institution",
                Kind::Text,
                "机构编号：另答各基金",
                "institution: answers by fund too",
            ),
            maybe(
                "category",
                Kind::Word(Category::CODES),
                "医疗类别，缺省普通门诊",
                "category; ordinary if not given",
            ),
            maybe("disease", Kind::Text, "病种", "disease"),
        ],
        body: None,
        answer: Answer::One(&ENTITLEMENT),
        handler: Handler::Look(on_a_day),
    },
    Endpoint {
        id: "get-accumulators",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/accumulators/{year}",
        roles: STAFF,
        zh: "年度累计",
        en: "accumulators of a benefit year",
        query: &[],
        body: None,
        answer: Answer::One(&YEAR),
        handler: Handler::Look(accumulators),
    },
];

fn on_a_day(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (agency, now) = (api.office.agency(), api.office.now());
    let day = ask.query.day("day").unwrap_or_else(|| now.date());
    let known = ask.query.moment("known").unwrap_or(now);
    let person = ask.person();
    let file = file(api, &person)?;
    let law = agency.regions().law(ask.area);
    let policy = law.and_then(|law| law.on(day)).map(|version| version.policy);
    let newest = |kind| facts::newest(&file, kind, day, known).map(|fact| fact.other.to_string());
    let kinds: Vec<_> = filing::KINDS.iter().collect();
    let filings = filing::in_force(&file, law.map(|law| &**law), &kinds, day, known);
    let state = facts::entitlement(&file, day, known);
    let funds = match ask.query.text("institution") {
        "" => None,
        institution => {
            let category = Category::from_code(ask.query.text("category"));
            let asked = EntitlementAsked {
                person,
                institution: institution.into(),
                category: category.unwrap_or(Category::Ordinary),
                disease: ask.query.kept("disease"),
                from: Moment::start_of(day),
            };
            let funds = entitlement(agency, &asked)?;
            Some(funds.iter().map(fund).collect::<Vec<_>>())
        }
    };
    Ok(bare(json!({
        "day": day.to_string(),
        "known": known.to_string(),
        "entitlement": state.code(),
        "entitlement_zh": state.zh(),
        "status": policy.map(|it| it.status_on(day, facts::retired_on(&file, known)).code()),
        "plan": newest(facts::PLAN),
        "cohort": newest(facts::COHORT),
        "died": facts::death(&file, known).map(|day| day.to_string()),
        "inpatient": facts::newest(&file, facts::ADMISSION, day, known).is_some(),
        "filings": filings.iter().map(filed).collect::<Vec<_>>(),
        "funds": funds,
    })))
}

fn filed(filing: &InForce) -> Value {
    let name = (!filing.name.is_empty()).then(|| filing.name.to_string());
    bare(json!({
        "kind": filing.kind.code, "names": &*filing.names, "name": name,
        "from": filing.from.to_string(), "to": until(filing.to),
    }))
}

fn fund(fund: &Entitled) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let articles: Vec<_> = fund.articles.iter().map(ToString::to_string).collect();
    bare(json!({
        "fund": fund.fund.code(), "programme": some(&fund.programme), "entitled": fund.entitled,
        "because": some(&fund.because), "articles": articles, "from": fund.from.to_string(),
        "to": until(fund.to),
    }))
}

fn accumulators(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let text = ask.path("year");
    let year = text.parse().map_err(|_| Problem::not_found("year", text))?;
    let person = ask.person();
    file(api, &person)?;
    let found = counter::accumulated(api.office.agency(), &person, year)?;
    let values: Vec<_> = found
        .values
        .iter()
        .map(|value| {
            let month = match value.stretch {
                Stretch::Year => None,
                Stretch::Month(month) => Some(month),
            };
            bare(json!({
                "quantity": word(value.quantity), "month": month,
                "category": value.category.map(Category::code), "value": value.value,
            }))
        })
        .collect();
    let cells: serde_json::Map<String, Value> =
        found.cells.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    Ok(json!({"year": found.year, "cells": cells, "values": values}))
}

fn word(quantity: Quantity) -> String {
    match quantity {
        Quantity::Visits => "visits".to_owned(),
        Quantity::Total => "total".to_owned(),
        Quantity::InScope => "in-scope".to_owned(),
        Quantity::Deductible => "deductible".to_owned(),
        Quantity::PaidBy(fund) => format!("paid-by-{}", fund.code()),
        Quantity::Accounts => "accounts".to_owned(),
        Quantity::Cash => "cash".to_owned(),
    }
}
