//! Sign-up lists 签约与定点名单, and the heads that an institution is paid for.

use super::{bare, until};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::STAFF;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::facts::{CHOSEN, CHOSEN_FOR, CONTRACT, chosen_disease};
use agency::{Reason, Refused, clearing};
use kernel::{Fen, Moment, Month};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{ByFact, Fact};

const KINDS: &[&str] = &[CHOSEN, CHOSEN_FOR, CONTRACT];

static SIGNED: Shape = Shape {
    name: "SignUp",
    zh: "签约或定点",
    en: "somebody signed up with an institution",
    fields: &[
        field("person", Kind::Text, "人员编号", "who"),
        field("institution", Kind::Text, "机构编号", "with whom"),
        maybe("disease", Kind::Text, "病种（按病种定点）", "the disease it was chosen for"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day"),
    ],
};

static HEADS: Shape = Shape {
    name: "Heads",
    zh: "按人头付费的人数",
    en: "heads of an institution",
    fields: &[
        field("institution", Kind::Text, "机构编号", "its code"),
        field("heads", Kind::Whole, "人数", "people counted"),
        maybe("per_head", Kind::Fen, "人头标准（政策有规定的）", "per head, if a document says it"),
        maybe("amount", Kind::Fen, "本月合计", "for the month"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-sign-ups",
        method: Method::Get,
        path: "/areas/{area}/sign-ups",
        roles: STAFF,
        zh: "某日的签约与定点名单",
        en: "who is signed up on a day",
        query: &[
            field("kind", Kind::Word(KINDS), "种类：本人定点、按病种定点、家庭医生签约", "kind"),
            maybe("institution", Kind::Text, "机构编号", "with this institution"),
            maybe("day", Kind::Day, "日期，缺省为今天", "as of this day; today if not given"),
        ],
        body: None,
        answer: Answer::Page(&SIGNED),
        handler: Handler::Look(list),
    },
    Endpoint {
        id: "list-heads",
        method: Method::Get,
        path: "/areas/{area}/heads/{month}",
        roles: STAFF,
        zh: "一个月按人头付费的人数，按政策数人",
        en: "heads of a month, counted as the policy says",
        query: &[],
        body: None,
        answer: Answer::Page(&HEADS),
        handler: Handler::Look(heads),
    },
];

fn list(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let now = api.office.now();
    let kind = ask.query.text("kind");
    let day = ask.query.day("day").unwrap_or_else(|| now.date());
    let by = ByFact::on(kind, day, now);
    let (page, with) = (ask.page()?, ask.query.text("institution"));
    let store = api.office.store();
    let rows = store.people_with_fact(ask.area, by, with, page.part(0), page.asked())?;
    let key = |fact: &Fact| vec![fact.subject.name().to_string()];
    page.answer(rows, key, |fact| {
        Ok(bare(json!({
            "person": &**fact.subject.name(),
            "institution": &*fact.other,
            "disease": chosen_disease(fact).map(|disease| disease.to_string()),
            "from": fact.from.to_string(),
            "to": until(fact.to),
        })))
    })
}

fn heads(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let text = ask.path("month");
    let wrong = || Problem::field(Wrong::FieldForm, "month", text, "应为月份，如2026-03");
    let month = Month::parse(text).ok_or_else(wrong)?;
    let law = api.office.agency().regions().law(ask.area);
    let version = law.and_then(|law| law.on(month.last_day()));
    let unknown = || Refused::new(Reason::AreaUnknown, format!("{}{month}没有政策", ask.area));
    let rules = version.ok_or_else(unknown)?.policy.payment.capitation;
    let known = Moment::start_of(month.last_day().next()).min(api.office.now());
    let counted = clearing::heads(api.office.store(), ask.area, &rules, month, known)?;
    let page = ask.page()?;
    let key = |row: &(Arc<str>, i64)| vec![row.0.to_string()];
    page.answer(page.select(counted, key), key, |(institution, heads)| {
        let amount = rules.per_head.map(|each| Fen::new(each.get().saturating_mul(*heads)).get());
        Ok(bare(json!({
            "institution": &**institution,
            "heads": heads,
            "per_head": rules.per_head.map(Fen::get),
            "amount": amount,
        })))
    })
}
