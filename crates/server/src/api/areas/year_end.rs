//! 年终清算: a year closed for every institution. A long job; asked for again, it goes on with those that are left.

use super::runs::{self, CLOSE_YEAR, count};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::FINANCE;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::clearing;
use kernel::Rate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

static YEAR: Shape = Shape {
    name: "CloseYear",
    zh: "年终清算",
    en: "a year to be closed",
    fields: &[
        field("year", Kind::Whole, "年度", "the year"),
        maybe(
            "ratio",
            Kind::Whole,
            "没有考核的机构的保证金返还比例，万分之几；没有缺省",
            "what part of the deposit institutions without an assessment get back, ten-thousandths; no default",
        ),
        maybe(
            "ratios",
            Kind::Map(&Kind::Whole),
            "单个机构的返还比例，先于ratio",
            "of single institutions, before `ratio`",
        ),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[Endpoint {
    id: "close-year",
    method: Method::Post,
    path: "/areas/{area}/years",
    roles: FINANCE,
    zh: "年终清算（任务）",
    en: "close a year for all institutions (a long job)",
    query: &[],
    body: Some(&YEAR),
    answer: Answer::One(&runs::STARTED),
    handler: Handler::Write(close_year),
}];

/// A ratio of 0 to 10,000 ten-thousandths.
fn ratio(field: &str, value: i64) -> Result<Rate, Problem> {
    let rate = i32::try_from(value).map(Rate::new).ok().filter(|rate| rate.is_share());
    rate.ok_or_else(|| {
        Problem::field(Wrong::FieldForm, field, &value.to_string(), "应为0至10000（万分之几）")
    })
}

fn close_year(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let asked = ask.body.whole("year").unwrap_or_default();
    let year = i32::try_from(asked).ok().filter(|year| (1990..=2999).contains(year));
    let year = year.ok_or_else(|| {
        Problem::field(Wrong::FieldForm, "year", &asked.to_string(), "应为年度，如2026")
    })?;
    let all = ask.body.whole("ratio").map(|value| ratio("ratio", value)).transpose()?;
    let mut own = BTreeMap::new();
    for (institution, value) in ask.body.any("ratios").as_object().into_iter().flatten() {
        let value = value.as_i64().unwrap_or(-1);
        own.insert(institution.clone(), ratio(&format!("ratios.{institution}"), value)?);
    }
    let area = ask.area;
    let work: runs::Work = Box::new(move |api, counter| {
        let office = &api.office;
        let of = |institution: &str| own.get(institution).copied().or(all);
        let mut moved = |by, _| count(counter, by);
        let closed = office
            .with_core(|core| {
                clearing::close_year(office.agency(), core, area, year, &of, &mut moved)
            })
            .ok_or(runs::Cut::Stopped)?;
        let closed = closed.map_err(|refused| refused.to_string())?;
        let refused = closed.refused.iter();
        let refused =
            refused.map(|(code, why)| json!({"institution": &**code, "why": why.to_string()}));
        Ok(json!({
            "made": closed.made,
            "unchanged": closed.unchanged,
            "refused": refused.collect::<Vec<_>>(),
        }))
    });
    Ok(runs::begin(ask, CLOSE_YEAR, Value::Object(ask.body.0.clone()), work))
}
