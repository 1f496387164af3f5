//! The API itself, who asks, areas and policies in force.

use crate::api::endpoint::{Answer, Endpoint, Handler, Method};
use crate::api::openapi;
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::{EVERYBODY, Role};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::{Reason, Refused};
use kernel::Date;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Area;

static WHO: Shape = Shape {
    name: "Operator",
    zh: "经办人员",
    en: "an operator",
    fields: &[
        field("name", Kind::Text, "姓名或代号", "name"),
        field("roles", Kind::List(&Kind::Text), "角色", "roles"),
        field("areas", Kind::List(&Kind::Text), "经办的统筹区，空为全部", "areas; none: all"),
    ],
};

static AREA: Shape = Shape {
    name: "Area",
    zh: "统筹区",
    en: "a pooling area",
    fields: &[
        field("area", Kind::Text, "医保区划", "division code"),
        maybe("name", Kind::Text, "名称", "name"),
        field("policy", Kind::Flag, "有政策", "it has a policy"),
        field("books", Kind::Flag, "有机构名录或目录", "it has a directory"),
    ],
};

static POLICY: Shape = Shape {
    name: "Policy",
    zh: "一个时段内的政策",
    en: "a policy in force for a time",
    fields: &[
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day"),
        field("version", Kind::Text, "版本（SHA-256）", "version (SHA-256)"),
        field("documents", Kind::List(&Kind::Text), "文件", "documents"),
        field("rules", Kind::Whole, "规则数", "how many rules"),
        field("unverified", Kind::Whole, "其中来源未核实", "of which without a verified source"),
        field("in_force", Kind::Flag, "今天有效", "in force today"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "openapi",
        method: Method::Get,
        path: "/openapi.json",
        roles: EVERYBODY,
        zh: "接口说明",
        en: "this document",
        query: &[],
        body: None,
        answer: Answer::Document,
        handler: Handler::Look(|_, _| Ok(openapi::document())),
    },
    Endpoint {
        id: "whoami",
        method: Method::Get,
        path: "/whoami",
        roles: EVERYBODY,
        zh: "本人的角色与统筹区",
        en: "who asks",
        query: &[],
        body: None,
        answer: Answer::One(&WHO),
        handler: Handler::Look(|_, ask| {
            let operator = &ask.operator;
            let roles: Vec<_> = operator.roles.iter().map(|role: &Role| role.code()).collect();
            let areas: Vec<_> = operator.areas.iter().map(ToString::to_string).collect();
            Ok(json!({"name": operator.name, "roles": roles, "areas": areas}))
        }),
    },
    Endpoint {
        id: "list-areas",
        method: Method::Get,
        path: "/areas",
        roles: EVERYBODY,
        zh: "统筹区列表",
        en: "areas",
        query: &[],
        body: None,
        answer: Answer::Page(&AREA),
        handler: Handler::Look(areas),
    },
    Endpoint {
        id: "list-policies",
        method: Method::Get,
        path: "/areas/{area}/policies",
        roles: EVERYBODY,
        zh: "政策版本",
        en: "policies of the area",
        query: &[],
        body: None,
        answer: Answer::Page(&POLICY),
        handler: Handler::Look(policies),
    },
];

fn areas(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let regions = api.office.agency().regions();
    let listed: BTreeSet<Area> = api.office.store().areas()?.into_iter().map(|it| it.0).collect();
    let lawful = regions.areas().map(|(area, _)| area);
    let all: BTreeSet<Area> = listed.iter().copied().chain(lawful).collect();
    let own = all.into_iter().filter(|area| ask.operator.serves(*area));
    let page = ask.page()?;
    let key = |area: &Area| vec![area.to_string()];
    page.answer(page.select(own, key), key, |area| {
        let law = regions.law(*area);
        let name = regions.areas().find(|(known, _)| known == area);
        let name = name.map(|(_, law)| law.timeline.name.zh.to_string());
        let books = listed.contains(area);
        Ok(super::bare(json!({
            "area": area.to_string(), "name": name, "policy": law.is_some(), "books": books,
        })))
    })
}

fn policies(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let unknown = || Refused::new(Reason::AreaUnknown, ask.area.to_string());
    let law = api.office.agency().regions().law(ask.area).ok_or_else(unknown)?;
    let today: Date = api.office.now().date();
    let page = ask.page()?;
    let key = |policy: &&kernel::Policy| vec![policy.from.to_string()];
    page.answer(page.select(&law.timeline.policies, key), key, |policy| {
        let documents: Vec<_> = policy.documents.iter().map(ToString::to_string).collect();
        let unverified = policy.rules.iter().filter(|rule| rule.unverified.is_some()).count();
        Ok(super::bare(json!({
            "from": policy.from.to_string(), "to": super::until(policy.to),
            "version": policy.version.to_string(), "documents": documents,
            "rules": policy.rules.len(), "unverified": unverified,
            "in_force": policy.from <= today && today <= policy.to,
        })))
    })
}
