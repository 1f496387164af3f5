//! Who did what: messages by number, entries by id.

use super::bare;
use super::settlements::{ENTRY, short};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method};
use crate::api::journal;
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::AUDITORS;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::ledger::Head;
use agency::{Reason, Refused, counter};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Id;

static MESSAGE: Shape = Shape {
    name: "Message",
    zh: "报文，或经办人员的一次办理",
    en: "a message, or something an operator did",
    fields: &[
        field("sender", Kind::Text, "发送方：机构编号，或OPERATOR:经办人", "who sent it"),
        field("number", Kind::Text, "报文号或幂等键", "its number, or the Idempotency-Key"),
        field("transaction", Kind::Text, "交易编号或接口名", "transaction or endpoint"),
        maybe("person", Kind::Text, "人员编号", "the person"),
        field("at", Kind::Moment, "受理时间", "when it was taken"),
        field("receipt", Kind::Id, "回执号", "number of the receipt"),
        maybe("entry", Kind::Id, "产生的记账", "the entry it made"),
        maybe("undone_by", Kind::Id, "撤销该记账的记账", "the entry by which that is undone"),
        field("became", Kind::Text, "结果", "what became of it"),
    ],
};

static POSTING: Shape = Shape {
    name: "Posting",
    zh: "分录",
    en: "a posting",
    fields: &[
        field("head", Kind::Whole, "科目", "head"),
        maybe("name", Kind::Text, "名称", "in Chinese"),
        maybe("party", Kind::Text, "人员或机构", "party"),
        field("amount", Kind::Fen, "金额，借方为正", "amount; debits are positive"),
    ],
};

static WHOLE: Shape = Shape {
    name: "WholeEntry",
    zh: "一笔完整的记账",
    en: "an entry, whole",
    fields: &[
        field("summary", Kind::Object(&ENTRY), "概要", "in short"),
        field("postings", Kind::List(&Kind::Object(&POSTING)), "分录", "postings"),
        field("record", Kind::Any, "内容", "the record as it is kept"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "find-messages",
        method: Method::Get,
        path: "/areas/{area}/messages",
        roles: AUDITORS,
        zh: "按报文号查询",
        en: "what became of messages with a number",
        query: &[
            field("number", Kind::Text, "报文号或幂等键", "number, or Idempotency-Key"),
            maybe("institution", Kind::Text, "机构编号", "the institution that sent it"),
            maybe(
                "operator",
                Kind::Text,
                "经办人（机构为空时）",
                "the operator, if no institution",
            ),
        ],
        body: None,
        answer: Answer::Page(&MESSAGE),
        handler: Handler::Look(messages),
    },
    Endpoint {
        id: "list-entries",
        method: Method::Get,
        path: "/areas/{area}/entries",
        roles: AUDITORS,
        zh: "记账流水",
        en: "entries in order",
        query: &[],
        body: None,
        answer: Answer::Page(&ENTRY),
        handler: Handler::Look(|api, ask| {
            let page = ask.page()?;
            let after = Id::parse(page.part(0)).unwrap_or(Id::MIN);
            let rows = api.office.store().entries(ask.area, after, Id::MAX, page.asked())?;
            page.answer(rows, |entry| vec![entry.id.to_string()], |entry| Ok(short(entry)))
        }),
    },
    Endpoint {
        id: "get-entry",
        method: Method::Get,
        path: "/areas/{area}/entries/{entry}",
        roles: AUDITORS,
        zh: "一笔完整的记账",
        en: "an entry, whole",
        query: &[],
        body: None,
        answer: Answer::One(&WHOLE),
        handler: Handler::Look(entry),
    },
];

fn messages(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let sender: Arc<str> = match ask.query.text("institution") {
        "" => journal::sender(ask.query.text("operator")),
        institution => institution.into(),
    };
    let number = ask.query.text("number");
    let found = counter::messages(api.office.agency(), ask.area, &sender, number)?;
    let page = ask.page()?;
    let key = |it: &counter::MessageFound| vec![it.message.id.to_string()];
    page.answer(page.select(found, key), key, |found| {
        let message = &found.message;
        let person = (!message.person.is_empty()).then(|| message.person.to_string());
        Ok(bare(json!({
            "sender": &*message.key.institution,
            "number": &*message.key.number,
            "transaction": &*message.key.transaction,
            "person": person,
            "at": message.at.to_string(),
            "receipt": message.id,
            "entry": (message.entry != Id::MIN).then_some(message.entry),
            "undone_by": found.undone_by,
            "became": found.became.zh(),
        })))
    })
}

fn entry(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let id = ask.path_id("entry")?;
    let (after, to) = (Id(id.0.saturating_sub(1)), Id(id.0.saturating_add(1)));
    let found = api.office.store().entries(ask.area, after, to, 1)?;
    let unknown = || Refused::new(Reason::DocumentUnknown, id.to_string());
    let entry = found.into_iter().next().ok_or_else(unknown)?;
    let postings: Vec<_> = entry
        .postings
        .iter()
        .map(|posting| {
            let party = (!posting.party.is_empty()).then(|| posting.party.to_string());
            bare(json!({
                "head": posting.account, "name": Head::from_number(posting.account).map(Head::zh),
                "party": party, "amount": posting.amount.get(),
            }))
        })
        .collect();
    let record: Value = serde_json::from_str(&entry.record).unwrap_or_default();
    Ok(json!({"summary": short(&entry), "postings": postings, "record": record}))
}
