//! Personal accounts: balance, movements, relatives whose accounts pay, credits (proposed here, done by approval).

use super::runs;
use super::{bare, done, file};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CLERKS, PROPOSERS, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::accounts::{CreditAsked, CreditRun, statement};
use agency::business::account::{Bind, Unbind};
use agency::facts::{self, Family};
use agency::ledger::Head;
use agency::replay::name;
use agency::{Outcome, Reason, Refused};
use kernel::account::{ClosureEvent, Purpose, Relation};
use kernel::{Date, Month};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Area, Entry, Id, Wants};

/// How many relatives' accounts may pay for one person: no article gives a number, unverified.
const MOST_BOUND: usize = 1;
/// People a commit of a credit run.
const PEOPLE: usize = 500;

static ACCOUNT: Shape = Shape {
    name: "Account",
    zh: "个人账户",
    en: "a personal account, as booked",
    fields: &[
        field("current", Kind::Fen, "当年资金", "money of the year"),
        field("earlier", Kind::Fen, "历年资金", "earlier money"),
        field("balance", Kind::Fen, "余额", "both"),
        field("year", Kind::Whole, "当年资金所属年度", "the year of `current`"),
        maybe("last", Kind::Id, "最后一笔记账", "the newest entry"),
    ],
};

static MOVEMENT: Shape = Shape {
    name: "Movement",
    zh: "账户变动",
    en: "a movement of an account",
    fields: &[
        field("entry", Kind::Id, "记账", "the entry"),
        field("at", Kind::Moment, "时间", "when"),
        field("kind", Kind::Text, "业务", "what"),
        field("kind_en", Kind::Text, "业务（英文）", "what, in English"),
        field("current", Kind::Fen, "当年资金变动", "money of the year"),
        field("earlier", Kind::Fen, "历年资金变动", "earlier money"),
        maybe("institution", Kind::Text, "机构", "institution"),
        maybe("note", Kind::Text, "摘要", "note"),
        maybe("relative", Kind::Text, "所付账单的亲属", "the relative whose bill was paid"),
    ],
};

static BINDING: Shape = Shape {
    name: "Binding",
    zh: "家庭共济绑定",
    en: "a relative whose account pays",
    fields: &[
        field("payer", Kind::Text, "付款人人员编号", "whose account pays"),
        field(
            "relation",
            Kind::Word(Relation::CODES),
            "付款人是本人的",
            "what the payer is to the person",
        ),
        field("from", Kind::Day, "首日", "since"),
        field("fact", Kind::Id, "事实编号", "the fact"),
    ],
};

static BIND: Shape = Shape {
    name: "Bind",
    zh: "绑定",
    en: "a binding to be made",
    fields: &[field(
        "relation",
        Kind::Word(Relation::CODES),
        "付款人是本人的",
        "what the payer is to the person",
    )],
};

/// Also the content of a proposal of this kind.
static CREDIT: Shape = Shape {
    name: "Credit",
    zh: "个账计入",
    en: "money into a personal account",
    fields: &[
        maybe("current", Kind::Fen, "当年资金", "money of the year"),
        maybe("earlier", Kind::Fen, "历年资金", "earlier money"),
        field("day", Kind::Day, "所属日期", "the day it is about"),
        field("source", Kind::Text, "来源", "where it comes from"),
        field("reference", Kind::Text, "来源编号", "its number there"),
    ],
};

static CLOSE: Shape = Shape {
    name: "CloseAccount",
    zh: "账户注销、转移或继承",
    en: "the rest of an account leaves it",
    fields: &[
        field("event", Kind::Word(ClosureEvent::CODES), "事由", "why"),
        field("day", Kind::Day, "发生日期", "the day of the event"),
        maybe("payee", Kind::Text, "收款人", "who takes the money"),
        field("source", Kind::Text, "来源", "who says so"),
        field("reference", Kind::Text, "来源编号", "its number there"),
    ],
};

static TRANSFER: Shape = Shape {
    name: "TransferIn",
    zh: "账户转入",
    en: "money from an account in another area",
    fields: &[
        field("amount", Kind::Fen, "金额", "how much"),
        field("day", Kind::Day, "所属日期", "the day it is about"),
        field("source", Kind::Text, "转出地", "where it comes from"),
        field(
            "reference",
            Kind::Text,
            "转移编号，同一编号只转入一次",
            "its number there; comes once",
        ),
    ],
};

static PREMIUM: Shape = Shape {
    name: "PayPremium",
    zh: "账户缴费",
    en: "a premium paid from an account",
    fields: &[
        field("purpose", Kind::Word(Purpose::CODES), "用途", "for what"),
        field("period", Kind::Text, "所属时期，同一时期只缴一次", "for which time; paid once"),
        field("due", Kind::Fen, "应缴", "what is due"),
        maybe("partly", Kind::Flag, "余额不足时缴多少算多少", "pay what is there if it is less"),
        maybe(
            "beneficiary",
            Kind::Text,
            "亲属的证件号码或人员编号",
            "the relative for whom it is paid",
        ),
        maybe(
            "relation",
            Kind::Word(Relation::CODES),
            "付款人是亲属的",
            "what the payer is to the relative",
        ),
        field("day", Kind::Day, "所属日期", "the day it is about"),
        field("source", Kind::Text, "来源", "who says so"),
        field("reference", Kind::Text, "来源编号", "its number there"),
    ],
};

static MONTH: Shape = Shape {
    name: "CreditMonth",
    zh: "全区个账划入",
    en: "the monthly credit of everybody",
    fields: &[
        field("month", Kind::Text, "月份，YYYY-MM", "month"),
        maybe(
            "take_back",
            Kind::Flag,
            "多划的收回",
            "take back what was credited beyond what is owed",
        ),
    ],
};

static PAGE: Shape = Shape {
    name: "AccountStatement",
    zh: "账户对账单",
    en: "a statement of an account",
    fields: &[
        field("from", Kind::Day, "首日", "first day"),
        field("to", Kind::Day, "末日", "last day"),
        field("opening", Kind::Fen, "期初", "held before"),
        field("closing", Kind::Fen, "期末", "held after"),
        field(
            "movements",
            Kind::List(&Kind::Object(&MOVEMENT)),
            "变动，包括为亲属支付",
            "movements, bills of relatives too",
        ),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "get-account",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/account",
        roles: STAFF,
        zh: "账户余额",
        en: "balance",
        query: &[],
        body: None,
        answer: Answer::One(&ACCOUNT),
        handler: Handler::Look(account),
    },
    Endpoint {
        id: "list-movements",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/account/movements",
        roles: STAFF,
        zh: "账户变动",
        en: "movements by the person's own entries",
        query: &[],
        body: None,
        answer: Answer::Page(&MOVEMENT),
        handler: Handler::Look(movements),
    },
    Endpoint {
        id: "get-account-statement",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/account/statement",
        roles: STAFF,
        zh: "账户对账单",
        en: "a statement of the account",
        query: &[
            field("from", Kind::Day, "首日", "first day"),
            field("to", Kind::Day, "末日", "last day"),
        ],
        body: None,
        answer: Answer::One(&PAGE),
        handler: Handler::Look(page),
    },
    Endpoint {
        id: "list-family",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/family",
        roles: STAFF,
        zh: "共济绑定",
        en: "relatives whose accounts pay",
        query: &[],
        body: None,
        answer: Answer::Page(&BINDING),
        handler: Handler::Look(family),
    },
    Endpoint {
        id: "bind-family",
        method: Method::Put,
        path: "/areas/{area}/people/{person}/family/{payer}",
        roles: CLERKS,
        zh: "绑定共济账户",
        en: "bind a relative's account",
        query: &[],
        body: Some(&BIND),
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(bind),
    },
    Endpoint {
        id: "unbind-family",
        method: Method::Delete,
        path: "/areas/{area}/people/{person}/family/{payer}",
        roles: CLERKS,
        zh: "解除共济绑定",
        en: "end a binding",
        query: &[],
        body: None,
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(|_, ask| {
            Ok(done(Unbind { person: ask.person(), payer: ask.path("payer").into() }))
        }),
    },
    Endpoint {
        id: "propose-credit",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/credits",
        roles: PROPOSERS,
        zh: "申请个账计入（待复核）",
        en: "propose a credit",
        query: &[],
        body: Some(&CREDIT),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, "credit", ask.path("person"), content)
        }),
    },
    Endpoint {
        id: "propose-closure",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/account/closure",
        roles: PROPOSERS,
        zh: "申请账户注销（待复核）",
        en: "propose to close an account",
        query: &[],
        body: Some(&CLOSE),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, "close-account", ask.path("person"), content)
        }),
    },
    Endpoint {
        id: "propose-transfer-in",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/account/transfers-in",
        roles: PROPOSERS,
        zh: "申请账户转入（待复核）",
        en: "propose a transfer from another area",
        query: &[],
        body: Some(&TRANSFER),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, "transfer-in", ask.path("person"), content)
        }),
    },
    Endpoint {
        id: "propose-premium",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/account/premiums",
        roles: PROPOSERS,
        zh: "申请账户缴费（待复核）",
        en: "propose to pay a premium",
        query: &[],
        body: Some(&PREMIUM),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, "premium", ask.path("person"), content)
        }),
    },
    Endpoint {
        id: "propose-credit-month",
        method: Method::Post,
        path: "/areas/{area}/credit-months",
        roles: PROPOSERS,
        zh: "申请全区个账划入（待复核，通过后为任务）",
        en: "propose the monthly credit of everybody; approved, it is a long job",
        query: &[],
        body: Some(&MONTH),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let text = ask.body.text("month");
            let wrong = || Problem::field(Wrong::FieldForm, "month", text, "应为月份，如2026-03");
            Month::parse(text).ok_or_else(wrong)?;
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, runs::CREDIT, "", content)
        }),
    },
];

fn account(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let person = ask.person();
    let wants = Wants { people: [person.clone()].into(), ..Wants::default() };
    let found = api.office.store().read(&wants)?;
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let account = found.accounts.get(&person).ok_or_else(unknown)?;
    let last = (account.last != Id::MIN).then_some(account.last);
    Ok(bare(json!({
        "current": account.current.get(), "earlier": account.earlier.get(),
        "balance": (account.current + account.earlier).get(), "year": account.year, "last": last,
    })))
}

fn movements(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (person, page) = (ask.person(), ask.page()?);
    file(api, &person)?;
    let after = Id::parse(page.part(0)).map_or(Id::MIN, |id| Id(id.0.saturating_add(1)));
    let entries = api.office.store().history(&person, after, Id::MAX)?;
    let sum = |entry: &Entry, head: Head| -> i64 {
        let own = entry.postings.iter().filter(|it| it.account == head.number());
        -own.filter(|it| it.party == person.person).map(|it| it.amount.get()).sum::<i64>()
    };
    let changes =
        |entry: &Entry| (sum(entry, Head::AccountCurrent), sum(entry, Head::AccountEarlier));
    let moved = entries.into_iter().filter(|entry| changes(entry) != (0, 0));
    let moved: Vec<_> = moved.take(page.asked()).collect();
    page.answer(
        moved,
        |entry| vec![entry.id.to_string()],
        |entry| {
            let ((zh, en), (current, earlier)) = (name(entry.kind), changes(entry));
            let record: Value = serde_json::from_str(&entry.record).unwrap_or_default();
            let institution =
                (!entry.institution.is_empty()).then(|| entry.institution.to_string());
            Ok(bare(json!({
                "entry": entry.id, "at": entry.id.moment().to_string(), "kind": zh, "kind_en": en,
                "current": current, "earlier": earlier, "institution": institution,
                "note": record.get("note"),
            })))
        },
    )
}

fn family(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let file = file(api, &ask.person())?;
    let (now, page) = (api.office.now(), ask.page()?);
    let bound = facts::of_kind(&file, facts::FAMILY).iter();
    let bound = bound.filter(|fact| facts::holds(fact, now.date(), now));
    let key = |fact: &&store::Fact| vec![fact.id.to_string()];
    page.answer(page.select(bound, key), key, |fact| {
        let detail: Family = serde_json::from_str(&fact.detail).unwrap_or_default();
        Ok(json!({
            "payer": &*fact.other, "relation": detail.relation, "from": fact.from.to_string(),
            "fact": fact.id,
        }))
    })
}

fn bind(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let stated = ask.body.text("relation");
    let relation = Relation::from_code(stated)
        .ok_or_else(|| Problem::field(Wrong::FieldForm, "relation", stated, ""))?;
    let (person, payer) = (ask.person(), ask.path("payer").into());
    Ok(done(Bind { person, payer, relation, most: MOST_BOUND }))
}

fn page(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let person = ask.person();
    file(api, &person)?;
    let (from, to) = (ask.query.day("from"), ask.query.day("to"));
    let (from, to) = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
    let found = statement(api.office.store(), &person, from, to)?;
    let movements = found.movements.iter().map(|moved| {
        let (zh, en) = name(moved.kind);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        bare(json!({
            "entry": moved.entry, "at": moved.at.to_string(), "kind": zh, "kind_en": en,
            "current": moved.current.get(), "earlier": moved.earlier.get(),
            "institution": some(&moved.institution), "note": some(&moved.note),
            "relative": some(&moved.relative),
        }))
    });
    Ok(json!({
        "from": from.to_string(), "to": to.to_string(),
        "opening": (found.opening.0 + found.opening.1).get(),
        "closing": (found.closing.0 + found.closing.1).get(),
        "movements": movements.collect::<Vec<_>>(),
    }))
}

/// Starts the monthly credit of everybody, once it is approved.
pub(super) fn credit_everybody(
    api: &Arc<Api>,
    area: Area,
    content: &Given,
    came: &Outcome,
) -> Result<(), Problem> {
    let (Outcome::Filed { number }, Some(work)) = (came, credit_work(area, content)) else {
        return Err(Refused::new(Reason::Conflict, "").into());
    };
    runs::start(api, area, runs::CREDIT, number, work)
}

/// The monthly credit of everybody, begun or gone on with.
pub(super) fn credit_work(area: Area, content: &Given) -> Option<runs::Work> {
    let month = Month::parse(content.text("month"))?;
    let take_back = content.flag("take_back");
    Some(Box::new(move |api, counter| {
        let asked = CreditAsked { area, month, take_back, page: PEOPLE, lanes: None };
        let run = CreditRun::begin(api.office.agency(), asked)?;
        let moved = |people| runs::count(counter, people);
        let report = run.finish_unless(api.office.jobs.stopping(), &moved)?;
        Ok(json!({
            "month": report.month.to_string(), "attempt": report.attempt,
            "resumed": report.resumed, "tally": report.tally,
        }))
    }))
}
