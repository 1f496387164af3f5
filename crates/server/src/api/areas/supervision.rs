//! Supervision after the fact: runs over a span, findings, cases from the assignment to the money that comes back.

use super::runs::{self, SUPERVISE, count};
use super::{bare, documents, place};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{FINANCE, Role};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::supervision::Way;
use agency::documents::{CASE as CASES, SUSPICION as SUSPICIONS};
use agency::supervise::after::run::{Asked, Options, run as look};
use agency::supervise::after::{RULES, Rule, Span, State, Suspicion};
use agency::supervise::case::{Case, CaseState, Ruled, Verdict};
use agency::supervise::desk::{self, Desk, Said};
use agency::{Business, Reason, Refused};
use kernel::{Date, Month};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::{Document, Id};

/// Who sees findings and cases.
const SEEN: &[Role] = &[Role::Supervisor, Role::Finance, Role::Reviewer, Role::Auditor];
/// Who looks into them.
const SUPERVISORS: &[Role] = &[Role::Supervisor];
/// Who writes down what the party says.
const WRITERS: &[Role] = &[Role::Supervisor, Role::Clerk];
/// Who answers appeals.
const ANSWERERS: &[Role] = &[Role::Reviewer, Role::Supervisor];

static RULE: Shape = Shape {
    name: "SupervisionRule",
    zh: "监管规则",
    en: "a rule of supervision after the fact",
    fields: &[
        field("code", Kind::Text, "代码", "code"),
        field("name", Kind::Text, "名称", "in Chinese"),
        field("looks_at", Kind::Text, "看什么", "what it looks at, in Chinese"),
        field("advice", Kind::Text, "建议", "what is advised, in Chinese"),
        field("family", Kind::Text, "案件类别", "family of cases"),
        field("thresholds", Kind::List(&Kind::Text), "门槛的名称", "names of its thresholds"),
    ],
};

static SPAN: Shape = Shape {
    name: "SuperviseSpan",
    zh: "核查期间",
    en: "the span that is looked at",
    fields: &[
        field("from", Kind::Day, "自哪天的结算起", "settlements from this day"),
        field("to", Kind::Day, "到哪天止", "to this day"),
        maybe("rules", Kind::List(&Kind::Text), "只用这些规则", "only these rules"),
    ],
};

static SUSPICION: Shape = Shape {
    name: "Suspicion",
    zh: "疑点",
    en: "what a rule found",
    fields: &[
        field("number", Kind::Text, "编号", "its number"),
        field("rule", Kind::Text, "规则", "rule"),
        field("name", Kind::Text, "规则名称", "in Chinese"),
        field("side", Kind::Word(&["person", "institution"]), "对象类别", "whom it is about"),
        field("party", Kind::Text, "人员编号或机构编号", "person or institution"),
        field("severity", Kind::Word(&["certain", "suspect", "mild"]), "程度", "how sure it is"),
        field("words", Kind::Text, "说明", "what was found, in Chinese"),
        field("count", Kind::Whole, "结算笔数", "settlements"),
        field("fund", Kind::Fen, "涉及基金", "money of the funds in question"),
        field("account", Kind::Fen, "涉及账户", "money of accounts in question"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field("unverified", Kind::Flag, "门槛未核实", "a threshold has no verified source"),
        field("case", Kind::Text, "案件编号", "case"),
        field("state", Kind::Word(&["open", "decided"]), "状态", "state"),
        field("claims", Kind::Any, "结算明细，最多500笔", "settlements, at most 500"),
    ],
};

static CASE: Shape = Shape {
    name: "SupervisionCase",
    zh: "监管案件",
    en: "a case, with its whole history",
    fields: &[
        field("number", Kind::Text, "编号", "its number"),
        field("side", Kind::Word(&["person", "institution"]), "对象类别", "whom it is about"),
        field("party", Kind::Text, "人员编号或机构编号", "person or institution"),
        field("family", Kind::Text, "类别", "family"),
        field("family_zh", Kind::Text, "类别", "in Chinese"),
        field("state", Kind::Word(CaseState::CODES), "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        field("findings", Kind::Whole, "疑点数", "findings"),
        field("rules", Kind::Map(&Kind::Whole), "各规则疑点数", "findings by rule"),
        field("fund", Kind::Fen, "涉及基金", "money of the funds in question"),
        field("account", Kind::Fen, "涉及账户", "money of accounts in question"),
        maybe("supervisor", Kind::Text, "办案人", "who looks into it"),
        maybe("hearing_until", Kind::Day, "陈述期限", "the party may state its side until"),
        maybe("ruling", Kind::Any, "决定", "what was decided"),
        maybe("recovery", Kind::Any, "追回", "the recovery"),
        maybe("appeal", Kind::Any, "申诉", "the appeal"),
        field("steps", Kind::Any, "经过", "its history"),
    ],
};

static ASSIGN: Shape = Shape {
    name: "AssignCase",
    zh: "指派",
    en: "who is to look into a case",
    fields: &[field("supervisor", Kind::Text, "办案人", "who")],
};

static SAID: Shape = Shape {
    name: "PartySays",
    zh: "当事人的话",
    en: "what the party says",
    fields: &[
        field("by", Kind::Text, "陈述人或申诉人", "who says it"),
        field("words", Kind::Text, "内容", "what"),
    ],
};

static RULED: Shape = Shape {
    name: "RuledSettlement",
    zh: "一笔结算的追回",
    en: "what is to be recovered of a settlement",
    fields: &[
        field("settlement", Kind::Id, "结算", "settlement"),
        field("fund", Kind::Fen, "追回基金", "of the funds"),
        maybe("account", Kind::Fen, "追回账户", "of accounts"),
    ],
};

static DECIDE: Shape = Shape {
    name: "DecideCase",
    zh: "决定",
    en: "a decision",
    fields: &[
        field("verdict", Kind::Word(Verdict::CODES), "结论", "verdict"),
        field("reasons", Kind::Text, "理由", "why"),
        maybe("article", Kind::Text, "依据的条款", "article"),
        maybe(
            "claims",
            Kind::List(&Kind::Object(&RULED)),
            "追回的结算；缺省为疑点涉及的全部",
            "what is recovered; all in question if not given",
        ),
        maybe("suspension", Kind::Text, "建议暂停协议", "proposes to suspend the agreement"),
    ],
};

static RECOVER: Shape = Shape {
    name: "RecoverCase",
    zh: "追回",
    en: "how money is recovered",
    fields: &[maybe(
        "month",
        Kind::Text,
        "从这个月的月结算扣款，YYYY-MM；缺省为当事人缴回",
        "deducted from the clearing of this month; else the party pays it in",
    )],
};

static COLLECT: Shape = Shape {
    name: "CollectCase",
    zh: "到账",
    en: "money that came back",
    fields: &[
        field("way", Kind::Word(&["bank", "deduction"]), "银行，或月结算扣款", "how"),
        maybe("amount", Kind::Fen, "金额；缺省为尚余的全部", "how much; all that is open"),
        maybe("reference", Kind::Text, "银行流水号", "number of the bank"),
    ],
};

static ANSWER: Shape = Shape {
    name: "AnswerAppeal",
    zh: "答复申诉",
    en: "the answer to an appeal",
    fields: &[
        field("upheld", Kind::Flag, "维持；否则撤回追回", "the recovery stands"),
        field("words", Kind::Text, "理由", "why"),
    ],
};

/// A step of a case.
const fn step(
    (id, path): (&'static str, &'static str),
    (zh, en): (&'static str, &'static str),
    roles: &'static [Role],
    body: Option<&'static Shape>,
    handler: fn(&Arc<Api>, &Ask) -> Result<Write, Problem>,
) -> Endpoint {
    let (method, answer) = (Method::Post, Answer::One(&CASE));
    let handler = Handler::Write(handler);
    Endpoint { id, method, path, roles, zh, en, query: &[], body, answer, handler }
}

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-supervision-rules",
        method: Method::Get,
        path: "/areas/{area}/supervision-rules",
        roles: SEEN,
        zh: "事后监管的规则",
        en: "the rules",
        query: &[],
        body: None,
        answer: Answer::Page(&RULE),
        handler: Handler::Look(|_, ask| {
            let page = ask.page()?;
            let key = |rule: &&Rule| vec![rule.code.to_owned()];
            let mut rules: Vec<&Rule> = RULES.iter().collect();
            rules.sort_by_key(|rule| rule.code);
            page.answer(page.select(rules, key), key, |rule| {
                let names = rule.thresholds.iter().map(|asked| asked.name);
                Ok(json!({
                    "code": rule.code, "name": rule.zh, "looks_at": rule.looks_at,
                    "advice": rule.advice, "family": rule.family.code(),
                    "thresholds": names.collect::<Vec<_>>(),
                }))
            })
        }),
    },
    Endpoint {
        id: "supervise",
        method: Method::Post,
        path: "/areas/{area}/supervision-runs",
        roles: SUPERVISORS,
        zh: "对一段时间的结算逐条规则核查（任务）",
        en: "look at a span of settlements by every rule (a long job)",
        query: &[],
        body: Some(&SPAN),
        answer: Answer::One(&runs::STARTED),
        handler: Handler::Write(supervise),
    },
    Endpoint {
        id: "list-suspicions",
        method: Method::Get,
        path: "/areas/{area}/suspicions",
        roles: SEEN,
        zh: "疑点",
        en: "findings",
        query: &[
            maybe("rule", Kind::Text, "规则", "of this rule"),
            maybe("party", Kind::Text, "对象", "about this person or institution"),
            maybe("case", Kind::Text, "案件", "of this case"),
        ],
        body: None,
        answer: Answer::Page(&SUSPICION),
        handler: Handler::Look(|api, ask| {
            let (page, query) = (ask.page()?, &ask.query);
            let asked = |name: &str, own: &str| {
                let wanted = query.text(name);
                wanted.is_empty() || wanted == own
            };
            let keep = |document: &Document| {
                Suspicion::read(document)
                    .is_ok_and(|(it, _)| asked("rule", &it.rule) && asked("case", &it.case))
            };
            let rows = documents(api, (ask.area, SUSPICIONS, query.text("party")), &page, keep)?;
            page.answer(rows, place, |document| {
                let (suspicion, state) = Suspicion::read(document)?;
                Ok(suspected(&suspicion, state))
            })
        }),
    },
    Endpoint {
        id: "list-cases",
        method: Method::Get,
        path: "/areas/{area}/cases",
        roles: SEEN,
        zh: "监管案件",
        en: "cases",
        query: &[
            maybe("state", Kind::Word(CaseState::CODES), "状态", "in this state"),
            maybe("party", Kind::Text, "对象", "about this person or institution"),
        ],
        body: None,
        answer: Answer::Page(&CASE),
        handler: Handler::Look(|api, ask| {
            let (page, query) = (ask.page()?, &ask.query);
            let keep = |document: &Document| {
                Case::read(document).is_ok_and(|(case, state)| {
                    let (of, party) = (query.text("state"), query.text("party"));
                    (of.is_empty() || of == state.code())
                        && (party.is_empty() || party == &*case.party)
                })
            };
            let rows = documents(api, (ask.area, CASES, ""), &page, keep)?;
            page.answer(rows, place, |document| {
                let (case, state) = Case::read(document)?;
                Ok(told(&case, state))
            })
        }),
    },
    Endpoint {
        id: "get-case",
        method: Method::Get,
        path: "/areas/{area}/cases/{case}",
        roles: SEEN,
        zh: "一件监管案件及其经过",
        en: "a case, with its history",
        query: &[],
        body: None,
        answer: Answer::One(&CASE),
        handler: Handler::Look(|api, ask| {
            let (case, state) = desk::case(api.office.store(), ask.area, &ask.path("case").into())?;
            Ok(told(&case, state))
        }),
    },
    step(
        ("assign-case", "/areas/{area}/cases/{case}/assign"),
        ("指派办案人", "assign a case"),
        SUPERVISORS,
        Some(&ASSIGN),
        |api, ask| taken(at(api, ask).assign(ask.body.text("supervisor"))),
    ),
    step(
        ("hear-case", "/areas/{area}/cases/{case}/hear"),
        ("当事人陈述申辩", "the party states its side"),
        WRITERS,
        Some(&SAID),
        |api, ask| taken(party(api, ask).hear(ask.body.text("words"))),
    ),
    step(
        ("decide-case", "/areas/{area}/cases/{case}/decide"),
        ("决定", "decide a case"),
        SUPERVISORS,
        Some(&DECIDE),
        decide,
    ),
    step(
        ("recover-case", "/areas/{area}/cases/{case}/recover"),
        ("追回入账，须与决定人不同", "have the money booked; by another than who decided"),
        FINANCE,
        Some(&RECOVER),
        recover,
    ),
    step(
        ("collect-case", "/areas/{area}/cases/{case}/collect"),
        ("登记到账或退回", "book money that came back, or was returned"),
        FINANCE,
        Some(&COLLECT),
        collect,
    ),
    step(
        ("appeal-case", "/areas/{area}/cases/{case}/appeal"),
        ("当事人申诉", "the party appeals"),
        WRITERS,
        Some(&SAID),
        |api, ask| taken(party(api, ask).appeal(ask.body.text("words"))),
    ),
    step(
        ("answer-appeal", "/areas/{area}/cases/{case}/answer"),
        ("答复申诉，须与决定人、追回人不同", "answer an appeal; by yet another"),
        ANSWERERS,
        Some(&ANSWER),
        |api, ask| taken(at(api, ask).answer(ask.body.flag("upheld"), ask.body.text("words"))),
    ),
    step(
        ("close-case", "/areas/{area}/cases/{case}/close"),
        ("结案", "close a case"),
        FINANCE,
        None,
        |api, ask| taken(at(api, ask).close()),
    ),
];

/// The desk of the operator.
fn at<'a>(api: &'a Api, ask: &Ask) -> Desk<'a> {
    let by = ask.operator.name.as_str().into();
    Desk { queries: api.office.store(), area: ask.area, number: ask.path("case").into(), by }
}

/// The desk, where the party says something.
fn party<'a>(api: &'a Api, ask: &Ask) -> Desk<'a> {
    Desk { by: ask.body.kept("by"), ..at(api, ask) }
}

/// A step that is taken, answered with the case.
fn taken<B: Business + 'static>(business: Result<B, Refused>) -> Result<Write, Problem> {
    Ok(Write::new(business?, |_, answered| {
        let case: Option<Case> = answered.outcome.document();
        let case = case.ok_or_else(|| Refused::new(Reason::Conflict, ""))?;
        Ok(told(&case, case.stands()))
    }))
}

fn decide(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (desk, body) = (at(api, ask), &ask.body);
    let given = !body.any("claims").is_null();
    let claims: Vec<Ruled> = body
        .list("claims")
        .map(|claim| Ruled {
            person: Arc::default(),
            entry: claim.id("settlement").unwrap_or(Id::MIN),
            fund: claim.whole("fund").unwrap_or_default(),
            account: claim.whole("account").unwrap_or_default(),
        })
        .collect();
    let claims = if given { Some(desk.named(&claims)?) } else { None };
    let verdict = Verdict::of(body.text("verdict")).unwrap_or_default();
    taken(desk.decide(Said {
        verdict,
        reasons: body.kept("reasons"),
        article: body.kept("article"),
        suspension: body.kept("suspension"),
        claims,
    }))
}

fn recover(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let month = match ask.body.text("month") {
        "" => None,
        text => Some(Month::parse(text).ok_or_else(|| {
            Problem::field(Wrong::FieldForm, "month", text, "应为月份，如2026-03")
        })?),
    };
    taken(at(api, ask).recover(month))
}

fn collect(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let body = &ask.body;
    let way = if body.text("way") == "deduction" { Way::Deduction } else { Way::Bank };
    taken(at(api, ask).collect(way, body.whole("amount"), body.text("reference")))
}

fn supervise(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let day = |name| ask.body.day(name).unwrap_or(Date::MIN);
    let span = Span { from: day("from"), to: day("to") };
    let rules = ask.body.texts("rules").map(|code| {
        Rule::of(code).ok_or_else(|| {
            let known = RULES.iter().map(|rule| rule.code).collect::<Vec<_>>().join("、");
            Problem::field(Wrong::FieldForm, "rules", code, format!("应为{known}"))
        })
    });
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    let (area, by) = (ask.area, ask.operator.name.as_str().into());
    let asked = Value::Object(ask.body.0.clone());
    let what = Asked { area, span, rules, by };
    let work: runs::Work = Box::new(move |api, counter| {
        let stop = api.office.jobs.stopping();
        let far = api.office.with_core(|core| {
            look(api.office.agency(), core, &what, Options::default(), &mut |_, by| {
                count(counter, by);
                !stop.load(Ordering::Relaxed)
            })
        });
        if stop.load(Ordering::Relaxed) {
            return Err(runs::Cut::Stopped);
        }
        let far = far.unwrap_or_else(|| Err(Refused::new(Reason::Closing, "")));
        let far = far.map_err(|refused| refused.to_string())?;
        let new = far.filed.new.iter().map(|(rule, (count, fund, account))| {
            (rule.to_string(), json!({"count": count, "fund": fund, "account": account}))
        });
        Ok(json!({
            "claims": far.claims,
            "new": new.collect::<serde_json::Map<_, _>>(),
            "known": far.filed.known,
            "cases": far.filed.opened,
        }))
    });
    Ok(runs::begin(ask, SUPERVISE, asked, work))
}

fn suspected(it: &Suspicion, state: State) -> Value {
    json!({
        "number": &*it.number,
        "rule": &*it.rule,
        "name": &*it.name,
        "side": it.side.en(),
        "party": &*it.party,
        "severity": it.severity.en(),
        "words": &*it.words,
        "count": it.count,
        "fund": it.fund,
        "account": it.account,
        "articles": it.articles,
        "unverified": it.unverified,
        "case": &*it.case,
        "state": state.en(),
        "claims": it.claims,
    })
}

fn told(case: &Case, state: CaseState) -> Value {
    let text = |text: &Arc<str>| (!text.is_empty()).then(|| text.to_string());
    bare(json!({
        "number": &*case.number,
        "side": case.side.en(),
        "party": &*case.party,
        "family": &*case.family,
        "family_zh": case.family_zh(),
        "state": state.code(),
        "state_zh": state.zh(),
        "findings": case.findings,
        "rules": case.rules,
        "fund": case.fund,
        "account": case.account,
        "supervisor": text(&case.supervisor),
        "hearing_until": text(&case.hearing_until),
        "ruling": case.ruling,
        "recovery": case.recovery,
        "appeal": case.appeal,
        "steps": case.steps,
    }))
}
