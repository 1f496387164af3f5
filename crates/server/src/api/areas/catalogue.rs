//! Items of the catalogue.

use super::{bare, until};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::EVERYBODY;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::directory::Listing;
use agency::{Reason, Refused};
use kernel::CatalogueClass;
use serde_json::{Value, json};
use std::sync::Arc;

static ITEM: Shape = Shape {
    name: "Item",
    zh: "目录项目的一个时段",
    en: "an item of the catalogue for a time",
    fields: &[
        field("item", Kind::Text, "医疗目录编码", "its code"),
        field("name", Kind::Text, "名称", "its name"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day"),
        field("class", Kind::Text, "甲乙丙", "class A, B or C"),
        field(
            "first_pay",
            Kind::Whole,
            "先行自付比例，万分之一",
            "first-pay ratio, ten-thousandths",
        ),
        maybe("ceiling", Kind::Whole, "限价，百万分之一元", "ceiling price, millionths of a yuan"),
        maybe("charge_type", Kind::Text, "收费项目类别", "charge type"),
        maybe("unit", Kind::Text, "单位", "unit"),
        maybe("spec", Kind::Text, "规格", "specification"),
        field("restricted", Kind::Flag, "限制使用", "restricted"),
        maybe("restriction", Kind::Text, "限制内容", "what the restriction says"),
        field("negotiated", Kind::Flag, "国谈药品", "a negotiated medicine"),
        field("denied", Kind::Flag, "个人账户不予支付", "an account may not pay it"),
        maybe("days", Kind::Whole, "处方最多天数", "most days of supply"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-items",
        method: Method::Get,
        path: "/areas/{area}/items",
        roles: EVERYBODY,
        zh: "医保目录",
        en: "items of the catalogue",
        query: &[
            maybe("name", Kind::Text, "名称包含", "whose name contains"),
            maybe("day", Kind::Day, "当日有效", "valid on this day"),
            maybe("class", Kind::Word(CatalogueClass::CODES), "甲乙丙", "of this class"),
        ],
        body: None,
        answer: Answer::Page(&ITEM),
        handler: Handler::Look(list),
    },
    Endpoint {
        id: "get-item",
        method: Method::Get,
        path: "/areas/{area}/items/{item}",
        roles: EVERYBODY,
        zh: "一个项目的各时段",
        en: "every span of an item",
        query: &[],
        body: None,
        answer: Answer::Page(&ITEM),
        handler: Handler::Look(get),
    },
];

fn key(listing: &&Arc<Listing>) -> Vec<String> {
    vec![listing.code.to_string(), listing.from.to_string()]
}

fn list(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let directory = ask.directory(api.office.agency())?;
    let (name, day, class) =
        (ask.query.text("name"), ask.query.day("day"), ask.query.text("class"));
    let rows = directory.items().iter().filter(|it| it.name.contains(name));
    let rows = rows.filter(|it| day.is_none_or(|day| it.from <= day && day <= it.to));
    let rows = rows.filter(|it| class.is_empty() || it.class.code() == class);
    let page = ask.page()?;
    page.answer(page.select(rows, key), key, |listing| Ok(one(listing)))
}

fn get(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let directory = ask.directory(api.office.agency())?;
    let code = ask.path("item");
    let spans = directory.spans(code);
    if spans.is_empty() {
        let problem: Problem = Refused::new(Reason::ItemUnknown, code).into();
        return Err(Problem { status: 404, ..problem });
    }
    let page = ask.page()?;
    page.answer(page.select(spans, key), key, |listing| Ok(one(listing)))
}

fn one(listing: &Listing) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let detail = &listing.detail;
    bare(json!({
        "item": &*listing.code,
        "name": &*listing.name,
        "from": listing.from.to_string(),
        "to": until(listing.to),
        "class": listing.class.code(),
        "first_pay": detail.first_pay,
        "ceiling": detail.ceiling,
        "charge_type": some(&detail.charge_type),
        "unit": some(&detail.unit),
        "spec": some(&detail.spec),
        "restricted": detail.restricted,
        "restriction": some(&detail.restriction),
        "negotiated": detail.negotiated,
        "denied": detail.denied,
        "days": detail.days,
    }))
}
