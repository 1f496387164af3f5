//! What was settled for a person, and why; prescriptions.

use super::{bare, documents, file, place};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::STAFF;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::prescription::{Prescription, State};
use agency::documents::PRESCRIPTION;
use agency::record::{Booking, Record, TraceStep, issuer_of};
use agency::replay::{is_decided, name, replay};
use agency::standing::taken_back;
use agency::{Reason, Refused, counter};
use kernel::Moment;
use policy::explain::Explanation;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Entry, Id, Wants};

/// An entry, in short.
pub(super) static ENTRY: Shape = Shape {
    name: "Entry",
    zh: "一笔记账",
    en: "an entry of the books",
    fields: &[
        field("entry", Kind::Id, "编号（setl_id）", "its id"),
        field("at", Kind::Moment, "时间", "when"),
        field("party", Kind::Text, "人员、机构或单位编号", "whose"),
        field("kind", Kind::Text, "业务", "what"),
        field("kind_en", Kind::Text, "业务（英文）", "what, in English"),
        maybe("institution", Kind::Text, "机构", "institution"),
        maybe("visit", Kind::Id, "就诊", "visit"),
        maybe("undoes", Kind::Id, "撤销的记账", "the entry it takes back"),
        field("year", Kind::Whole, "待遇年度", "benefit year"),
        field("total", Kind::Fen, "医疗费总额", "total"),
        field("funds", Kind::Fen, "基金支付", "paid by funds"),
        field("accounts", Kind::Fen, "个人账户支付", "paid from accounts"),
        field("cash", Kind::Fen, "现金", "cash"),
        maybe("note", Kind::Text, "摘要", "note"),
    ],
};

static SENTENCE: Shape = Shape {
    name: "Sentence",
    zh: "一句解释",
    en: "a sentence of an explanation",
    fields: &[
        field("level", Kind::Whole, "0为单据，1为步骤", "0: the bill; 1: a step"),
        field("text", Kind::Text, "文字", "the sentence"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field(
            "unverified",
            Kind::List(&Kind::Text),
            "来源未核实之处",
            "what has no verified source",
        ),
    ],
};

static EXPLANATION: Shape = Shape {
    name: "Explanation",
    zh: "解释",
    en: "an explanation",
    fields: &[
        field("title", Kind::Text, "标题", "title"),
        field("sentences", Kind::List(&Kind::Object(&SENTENCE)), "逐句", "sentences"),
    ],
};

static STEP: Shape = Shape {
    name: "Step",
    zh: "计算的一步",
    en: "a step of the decision",
    fields: &[
        field("number", Kind::Whole, "次序", "place"),
        field("kind", Kind::Text, "步骤", "what was decided"),
        field("name", Kind::Text, "名称", "in Chinese"),
        maybe("of", Kind::Text, "所属待遇、限额或基金", "programme, limit or fund"),
        field(
            "amounts",
            Kind::List(&Kind::Fen),
            "从、金额、表值、之前、之后",
            "from, amount, table, before, after",
        ),
        maybe("rate", Kind::Whole, "比例，万分之一", "share, ten-thousandths"),
        field("fund", Kind::Fen, "基金负担", "paid by a fund in this step"),
        field("person", Kind::Fen, "个人负担", "left to the person in this step"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field("unverified", Kind::Flag, "有值未核实", "a value has no verified source"),
    ],
};

static SETTLEMENT: Shape = Shape {
    name: "Settlement",
    zh: "一笔结算及其解释",
    en: "a settlement with its explanation",
    fields: &[
        field("summary", Kind::Object(&ENTRY), "概要", "in short"),
        maybe("undone_by", Kind::Id, "撤销它的记账", "the entry by which it is undone"),
        field("policy", Kind::Text, "政策版本", "version of the policy"),
        field("document", Kind::Text, "政策文件", "its main document"),
        field("service", Kind::Day, "服务日期", "service date"),
        field("decision", Kind::Any, "决定：各项金额", "the decision: amounts"),
        field("steps", Kind::List(&Kind::Object(&STEP)), "逐步计算", "steps"),
        field("explanation", Kind::Object(&EXPLANATION), "解释", "in Chinese"),
        field("explanation_en", Kind::Object(&EXPLANATION), "解释（英文）", "in English"),
        field("same", Kind::Flag, "重新计算逐字节一致", "decided again: the same, byte for byte"),
    ],
};

static PRESCRIBED: Shape = Shape {
    name: "Prescription",
    zh: "电子处方",
    en: "a prescription",
    fields: &[
        field("number", Kind::Text, "处方编号", "its number"),
        field("at", Kind::Moment, "时间", "when it was filed"),
        field("state", Kind::Text, "状态", "state"),
        field("state_en", Kind::Text, "状态（英文）", "state, in English"),
        field("prescription", Kind::Any, "内容", "what it says"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-history",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/entries",
        roles: STAFF,
        zh: "参保人的记账历史",
        en: "history of a person",
        query: &[
            maybe("from", Kind::Day, "首日", "first day"),
            maybe("to", Kind::Day, "末日", "last day"),
        ],
        body: None,
        answer: Answer::Page(&ENTRY),
        handler: Handler::Look(history),
    },
    Endpoint {
        id: "get-settlement",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/settlements/{entry}",
        roles: STAFF,
        zh: "一笔结算及其解释",
        en: "a settlement, and why it is what it is",
        query: &[],
        body: None,
        answer: Answer::One(&SETTLEMENT),
        handler: Handler::Look(settlement),
    },
    Endpoint {
        id: "list-prescriptions",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/prescriptions",
        roles: STAFF,
        zh: "参保人的电子处方",
        en: "prescriptions of a person",
        query: &[],
        body: None,
        answer: Answer::Page(&PRESCRIBED),
        handler: Handler::Look(prescriptions),
    },
];

fn history(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (person, page) = (ask.person(), ask.page()?);
    file(api, &person)?;
    let from = ask.query.day("from").map_or(Id::MIN, |day| Id::first_at(Moment::start_of(day)));
    let to = ask.query.day("to");
    let to = to.map_or(Id::MAX, |day| Id::first_at(Moment::start_of(day.next())));
    let after = Id::parse(page.part(0)).map_or(from, |id| Id(id.0.saturating_add(1)).max(from));
    let entries = api.office.store().history(&person, after, to)?;
    let rows: Vec<_> = entries.into_iter().take(page.asked()).collect();
    page.answer(rows, |entry| vec![entry.id.to_string()], |entry| Ok(short(entry)))
}

/// An entry, in short.
pub(super) fn short(entry: &Entry) -> Value {
    let (zh, en) = name(entry.kind);
    let some = |id: Id| (id != Id::MIN).then_some(id);
    let institution = (!entry.institution.is_empty()).then(|| entry.institution.to_string());
    let booking: Booking = match is_decided(entry.kind) {
        true => Booking { note: issuer_of(&entry.record), ..Booking::default() },
        false => serde_json::from_str(&entry.record).unwrap_or_default(),
    };
    let note = (!booking.note.is_empty()).then(|| booking.note.to_string());
    bare(json!({
        "entry": entry.id,
        "at": entry.id.moment().to_string(),
        "party": &*entry.key.person,
        "kind": zh,
        "kind_en": en,
        "institution": institution,
        "visit": some(entry.visit),
        "undoes": some(entry.undoes),
        "year": entry.year,
        "total": entry.total.get(),
        "funds": entry.funds.get(),
        "accounts": entry.accounts.get(),
        "cash": entry.cash.get(),
        "note": note,
    }))
}

fn settlement(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (person, id) = (ask.person(), ask.path_id("entry")?);
    let store = api.office.store();
    let wants = Wants { entries: [(person.clone(), id)].into(), ..Wants::default() };
    let found = store.read(&wants)?.entries.remove(&id);
    let unknown = || Refused::new(Reason::SettlementUnknown, id.to_string());
    let entry = found.filter(|it| it.key == person && is_decided(it.kind)).ok_or_else(unknown)?;
    let regions = api.office.agency().regions();
    let zh = replay(&entry, regions, false)?;
    let en = replay(&entry, regions, true)?;
    let undone = taken_back(store, [(person, id)])?.get(&id).map(|taken| taken.by);
    let record: &Record = &zh.record;
    let version = regions.version(&record.inputs.policy);
    let rows = counter::trace::rows(record, version);
    let steps: Vec<_> = rows
        .iter()
        .map(|row| {
            let TraceStep { kind, of, amounts, rate, articles, unverified } = &row.step;
            let articles: Vec<_> = articles.iter().map(ToString::to_string).collect();
            bare(json!({
                "number": row.number, "kind": &**kind, "name": row.name,
                "of": (!of.is_empty()).then(|| of.to_string()), "amounts": amounts,
                "rate": (*rate != 0).then_some(rate), "fund": row.fund, "person": row.person,
                "articles": articles, "unverified": unverified,
            }))
        })
        .collect();
    Ok(bare(json!({
        "summary": short(&entry),
        "undone_by": undone,
        "policy": &*record.inputs.policy,
        "document": &*record.inputs.document,
        "service": &*record.inputs.service,
        "decision": record.decision,
        "steps": steps,
        "explanation": explained(&zh.explanation),
        "explanation_en": explained(&en.explanation),
        "same": zh.same,
    })))
}

fn explained(explanation: &Explanation) -> Value {
    json!({"title": explanation.title, "sentences": explanation.sentences})
}

fn prescriptions(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (person, page) = (ask.person(), ask.page()?);
    file(api, &person)?;
    let rows = documents(api, (ask.area, PRESCRIPTION, &person.person), &page, |_| true)?;
    page.answer(rows, place, |document| {
        let prescription = Prescription::of(document)?;
        let state = State::ALL.iter().find(|state| state.number() == document.state);
        let content = serde_json::to_value(&prescription).unwrap_or_default();
        Ok(json!({
            "number": &*document.key.number, "at": document.at.to_string(),
            "state": state.map_or("", |state| state.zh()),
            "state_en": state.map_or("", |state| state.en()), "prescription": content,
        }))
    })
}
