//! Enrolment: employers, and what is on file about a person's months of contributions.

use super::runs::{self, DERIVE, count};
use super::{bare, documents, done, place, until};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CLERKS, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::enrolment::KeepEmployer;
use agency::documents::EMPLOYER as DOCUMENT;
use agency::enrolment::{Employer, Shown, derive_all, enrolment};
use agency::months::PersonMonth;
use kernel::{Date, Month};
use serde_json::{Value, json};
use std::sync::Arc;

static EMPLOYER: Shape = Shape {
    name: "Employer",
    zh: "用人单位",
    en: "an employer",
    fields: &[
        field("employer", Kind::Text, "单位编号", "its code"),
        field("name", Kind::Text, "名称", "its name"),
        maybe("district", Kind::Text, "区县", "district"),
        field("since", Kind::Day, "参保首日", "first day"),
        maybe("until", Kind::Day, "参保末日", "last day"),
    ],
};

static KEEP: Shape = Shape {
    name: "KeepEmployer",
    zh: "登记单位",
    en: "an employer to be registered or changed",
    fields: &[
        field("name", Kind::Text, "名称", "its name"),
        maybe("district", Kind::Text, "区县", "district"),
        field("since", Kind::Day, "参保首日", "first day"),
        maybe("until", Kind::Day, "参保末日，缺省为长期", "last day; absent while it lasts"),
    ],
};

static UNTIL: Shape = Shape {
    name: "DeriveEntitlement",
    zh: "推算到哪个月",
    en: "up to which month",
    fields: &[maybe(
        "month",
        Kind::Text,
        "月份YYYY-MM，缺省为本月",
        "month; this one if not given",
    )],
};

static MONTH: Shape = Shape {
    name: "ContributionMonth",
    zh: "缴费月",
    en: "a month of contributions",
    fields: &[
        field("month", Kind::Text, "月份", "month"),
        maybe("employer", Kind::Text, "单位编号", "employer"),
        field("plan", Kind::Text, "参保类型", "plan"),
        field("base", Kind::Fen, "缴费基数", "base"),
        field("employer_share", Kind::Fen, "单位应缴", "owed by the employer"),
        field("own_share", Kind::Fen, "个人应缴", "owed by the person"),
        field("large_amount", Kind::Fen, "大额保费", "large-amount premium"),
        maybe("paid_on", Kind::Day, "到账日期", "when all of it had arrived"),
        field("credited", Kind::Fen, "已划入账户", "credited to the account"),
    ],
};

static SPELL: Shape = Shape {
    name: "EntitlementSpell",
    zh: "待遇时段",
    en: "a spell of entitlement",
    fields: &[
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day"),
        field("state", Kind::Text, "待遇状态", "state"),
        field("derived", Kind::Flag, "由缴费月推得", "derived from months"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
    ],
};

static ENROLMENT: Shape = Shape {
    name: "Enrolment",
    zh: "参保缴费",
    en: "months and spells on file",
    fields: &[
        field("months", Kind::List(&Kind::Object(&MONTH)), "缴费月", "months"),
        field("spells", Kind::List(&Kind::Object(&SPELL)), "待遇时段", "spells"),
        maybe("retired", Kind::Day, "按退休享受之日", "counts as retired from"),
        maybe("died", Kind::Day, "死亡日期", "died"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "derive-entitlement",
        method: Method::Post,
        path: "/areas/{area}/entitlements/derive",
        roles: CLERKS,
        zh: "推算全部参保人的待遇享受期（任务）",
        en: "derive everybody's entitlement from months and payments (a long job)",
        query: &[],
        body: Some(&UNTIL),
        answer: Answer::One(&runs::STARTED),
        handler: Handler::Write(derive),
    },
    Endpoint {
        id: "get-enrolment",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/enrolment",
        roles: STAFF,
        zh: "参保缴费与由此推得的待遇",
        en: "months of contributions, and the entitlement that follows",
        query: &[maybe(
            "known",
            Kind::Moment,
            "以当时所知为准，缺省为现在",
            "as known then; now if not given",
        )],
        body: None,
        answer: Answer::One(&ENROLMENT),
        handler: Handler::Look(on_file),
    },
    Endpoint {
        id: "list-employers",
        method: Method::Get,
        path: "/areas/{area}/employers",
        roles: STAFF,
        zh: "用人单位",
        en: "employers",
        query: &[],
        body: None,
        answer: Answer::Page(&EMPLOYER),
        handler: Handler::Look(|api, ask| {
            let page = ask.page()?;
            let rows = documents(api, (ask.area, DOCUMENT, ""), &page, |_| true)?;
            page.answer(rows, place, |document| {
                let employer = Employer::read(document)?;
                let district =
                    (!employer.district.is_empty()).then(|| employer.district.to_string());
                Ok(bare(json!({
                    "employer": &*document.key.owner, "name": &*employer.name, "district": district,
                    "since": employer.since.to_string(), "until": until(employer.until),
                })))
            })
        }),
    },
    Endpoint {
        id: "keep-employer",
        method: Method::Put,
        path: "/areas/{area}/employers/{employer}",
        roles: CLERKS,
        zh: "登记或更改用人单位",
        en: "register or change an employer",
        query: &[],
        body: Some(&KEEP),
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(keep),
    },
];

fn on_file(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let known = ask.query.moment("known").unwrap_or_else(|| api.office.now());
    let found = enrolment(api.office.agency(), &ask.person(), known)?;
    Ok(bare(json!({
        "months": found.months.iter().map(|(month, said)| one(*month, said)).collect::<Vec<_>>(),
        "spells": found.spells.iter().map(spell).collect::<Vec<_>>(),
        "retired": found.retired.map(|day| day.to_string()),
        "died": found.died.map(|day| day.to_string()),
    })))
}

fn one(month: Month, said: &PersonMonth) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    bare(json!({
        "month": month.to_string(),
        "employer": some(&said.employer),
        "plan": &*said.plan,
        "base": said.base,
        "employer_share": said.employer_share,
        "own_share": said.own_share,
        "large_amount": said.large_amount,
        "paid_on": some(&said.paid_on),
        "credited": said.credited,
    }))
}

fn spell(shown: &Shown) -> Value {
    let articles: Vec<_> = shown.cited.articles.iter().map(ToString::to_string).collect();
    bare(json!({
        "from": shown.fact.from.to_string(), "to": until(shown.fact.to),
        "state": &*shown.fact.other, "derived": shown.derived, "articles": articles,
    }))
}

fn keep(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let employer = Employer {
        name: ask.body.kept("name"),
        district: ask.body.kept("district"),
        since: ask.body.day("since").unwrap_or(Date::MIN),
        until: ask.body.day("until").unwrap_or(Date::MAX),
    };
    let code = ask.path("employer").into();
    Ok(done(KeepEmployer { area: ask.area, code, employer }))
}

fn derive(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let until = match ask.body.text("month") {
        "" => api.office.now().date().month(),
        text => Month::parse(text).ok_or_else(|| {
            Problem::field(Wrong::FieldForm, "month", text, "应为月份，如2026-03")
        })?,
    };
    let area = ask.area;
    let work: runs::Work = Box::new(move |api, counter| {
        let (office, mut seen) = (&api.office, 0);
        let mut told = |run: &agency::enrolment::Run| {
            count(counter, run.people.saturating_sub(seen));
            seen = run.people;
        };
        let derived = office
            .with_core(|core| derive_all(office.agency(), core, area, until, &mut told))
            .ok_or(runs::Cut::Stopped)?;
        let run = derived.map_err(|refused| refused.to_string())?;
        Ok(json!({
            "people": run.people,
            "changed": run.changed,
            "failed": run.failed,
            "failures": run.failures,
        }))
    });
    Ok(runs::begin(ask, DERIVE, json!({"month": until.to_string()}), work))
}
