//! The books as a whole: balances, closing of days, what waits to be recalculated, and checks of the books.

use super::runs::{self, CHECK, count};
use super::{bare, documents, place};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CHECKERS, FINANCE, LEDGER, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::books::{self, CloseDay, Options};
use agency::business::account::Recalculation;
use agency::documents::RECALCULATION;
use agency::ledger::Head;
use agency::{Outcome, Reason, Refused};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Document;

static BALANCE: Shape = Shape {
    name: "Balance",
    zh: "科目余额",
    en: "the balance of a head",
    fields: &[
        field("head", Kind::Whole, "科目", "head"),
        maybe("name", Kind::Text, "名称", "in Chinese"),
        maybe("name_en", Kind::Text, "名称（英文）", "in English"),
        field("parties", Kind::Whole, "有余额的机构数", "institutions with a balance"),
        field("closed", Kind::Fen, "已结", "as closed"),
        field("since", Kind::Fen, "此后", "posted since"),
        field("balance", Kind::Fen, "余额，借方为正", "the balance; debits are positive"),
    ],
};

static CLOSING: Shape = Shape {
    name: "Closing",
    zh: "日结",
    en: "a closing",
    fields: &[
        field("day", Kind::Day, "结至", "the day it closes"),
        field("head", Kind::Whole, "科目", "head"),
        maybe("name", Kind::Text, "名称", "in Chinese"),
        maybe("party", Kind::Text, "机构", "institution"),
        field("balance", Kind::Fen, "余额，借方为正", "the balance; debits are positive"),
    ],
};

static CLOSE: Shape = Shape {
    name: "CloseDay",
    zh: "日结",
    en: "a day to be closed",
    fields: &[field("day", Kind::Day, "结至哪一天（含）", "the day")],
};

static CLOSED: Shape = Shape {
    name: "Closed",
    zh: "已日结",
    en: "what closing did",
    fields: &[
        field("day", Kind::Day, "结至", "the day"),
        maybe("before", Kind::Day, "此前已结至", "closed before"),
        field("written", Kind::Whole, "有变动的科目与机构数", "closings written"),
    ],
};

static PENDING: Shape = Shape {
    name: "PendingRecalculation",
    zh: "待重算",
    en: "a benefit year to be folded again",
    fields: &[
        field("number", Kind::Text, "编号", "its number"),
        field("person", Kind::Text, "人员编号", "whose"),
        field("at", Kind::Moment, "何时提出", "since when"),
        field("year", Kind::Whole, "待遇年度", "benefit year"),
        field("kind", Kind::Text, "迟到的事实", "kind of fact that came late"),
        maybe("fact", Kind::Id, "事实编号", "the fact"),
        field("from", Kind::Text, "首日", "first day"),
        field("to", Kind::Text, "末日", "last day"),
    ],
};

static ASKED: Shape = Shape {
    name: "Check",
    zh: "核对",
    en: "a check to be made",
    fields: &[maybe(
        "sample",
        Kind::Whole,
        "每多少笔结算抽一笔重新计算，0为不重算，缺省20",
        "of so many settlements one is decided again; 0: none; 20 if not given",
    )],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-balances",
        method: Method::Get,
        path: "/areas/{area}/balances",
        roles: LEDGER,
        zh: "科目余额表",
        en: "balances by head",
        query: &[maybe("day", Kind::Day, "截至，缺省为今天", "up to this day; today if not given")],
        body: None,
        answer: Answer::Page(&BALANCE),
        handler: Handler::Look(balances),
    },
    Endpoint {
        id: "list-closings",
        method: Method::Get,
        path: "/areas/{area}/closings",
        roles: LEDGER,
        zh: "各科目最近的日结",
        en: "the newest closing of each head",
        query: &[],
        body: None,
        answer: Answer::Page(&CLOSING),
        handler: Handler::Look(closings),
    },
    Endpoint {
        id: "close-day",
        method: Method::Post,
        path: "/areas/{area}/closings",
        roles: FINANCE,
        zh: "日结",
        en: "close a day",
        query: &[],
        body: Some(&CLOSE),
        answer: Answer::One(&CLOSED),
        handler: Handler::Write(close),
    },
    Endpoint {
        id: "list-recalculations",
        method: Method::Get,
        path: "/areas/{area}/recalculations",
        roles: STAFF,
        zh: "待重算",
        en: "person-years to be folded again",
        query: &[maybe("person", Kind::Text, "人员编号", "of this person")],
        body: None,
        answer: Answer::Page(&PENDING),
        handler: Handler::Look(pending),
    },
    Endpoint {
        id: "start-check",
        method: Method::Post,
        path: "/areas/{area}/checks",
        roles: CHECKERS,
        zh: "核对账务（任务）",
        en: "check the books (a long job)",
        query: &[],
        body: Some(&ASKED),
        answer: Answer::One(&runs::STARTED),
        handler: Handler::Write(start),
    },
];

fn balances(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let day = ask.query.day("day").unwrap_or_else(|| api.office.now().date());
    let (_, rows) = books::balances(api.office.store(), ask.area, day)?;
    let page = ask.page()?;
    let key = |row: &books::Balance| vec![format!("{:05}", row.number)];
    page.answer(page.select(rows, key), key, |row| {
        Ok(bare(json!({
            "head": row.number, "name": row.head.map(Head::zh), "name_en": row.head.map(Head::en),
            "parties": row.parties, "closed": row.closed.get(), "since": row.since.get(),
            "balance": row.now().get(),
        })))
    })
}

fn closings(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let mut rows = api.office.store().closings(ask.area)?;
    let key = |row: &store::Closing| vec![format!("{:05}", row.account), row.party.to_string()];
    rows.sort_by_key(key);
    let page = ask.page()?;
    page.answer(page.select(rows, key), key, |row| {
        let party = (!row.party.is_empty()).then(|| row.party.to_string());
        Ok(bare(json!({
            "day": row.day.to_string(), "head": row.account,
            "name": Head::from_number(row.account).map(Head::zh), "party": party,
            "balance": row.balance.get(),
        })))
    })
}

fn close(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let last = books::last_over(api.office.now());
    let Some(day) = ask.body.day("day").filter(|day| *day <= last) else {
        let right = format!("还没有过完，最晚可结{last}（零点后五分钟起）");
        return Err(Problem::field(Wrong::FieldForm, "day", ask.body.text("day"), right));
    };
    let (before, closings) = books::due(api.office.store(), ask.area, day)?;
    let business = CloseDay { day, before, closings };
    Ok(Write::new(business, |_, answered| match &answered.outcome {
        Outcome::Document(value) => Ok(bare(value.clone())),
        _ => Err(Refused::new(Reason::Conflict, "").into()),
    }))
}

fn pending(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let page = ask.page()?;
    let owner = ask.query.text("person");
    let waits = |document: &Document| document.state == 0;
    let rows = documents(api, (ask.area, RECALCULATION, owner), &page, waits)?;
    page.answer(rows, place, |document| {
        let body: Recalculation = serde_json::from_str(&document.body).unwrap_or_default();
        Ok(bare(json!({
            "number": &*document.key.number, "person": &*document.key.owner,
            "at": document.at.to_string(), "year": body.year, "kind": &*body.kind,
            "fact": body.fact, "from": &*body.from, "to": &*body.to,
        })))
    })
}

fn start(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let sample = ask.body.whole("sample").unwrap_or(20);
    let sample = u64::try_from(sample).map_err(|_| {
        Problem::field(Wrong::FieldForm, "sample", &sample.to_string(), "应为0或正整数")
    })?;
    let area = ask.area;
    let work: runs::Work = Box::new(move |api, counter| {
        let options = Options { replay: sample, ..Options::default() };
        let (store, regions) = (api.office.store(), api.office.agency().regions());
        let mut moved = |rows| count(counter, rows);
        match books::check_area(store, regions, options, area, &mut moved) {
            Ok(report) => Ok(serde_json::to_value(&report).unwrap_or_default()),
            Err(error) => {
                tracing::error!(%error, "a check of the books failed");
                Err("账务库或临时文件出错，详见日志".to_owned().into())
            }
        }
    });
    Ok(runs::begin(ask, CHECK, json!({"sample": sample}), work))
}
