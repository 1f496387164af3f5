//! Long jobs: begun by a write, noted in the books, worked off on a thread of their own, and asked for by number.

use super::{bare, documents, place};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{FINANCE, Role};
use crate::api::serve::Api;
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::accounts::RunError;
use agency::business::run::{BeginRun, EndRun, GoOn, Run, key};
use agency::core::Job;
use agency::documents::RUN as DOCUMENT;
use agency::recalculation::Step;
use agency::{Outcome, Reason, Refused};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Area, Document};

/// 核对账务.
pub(super) const CHECK: &str = "check-books";
/// 月结算.
pub(super) const CLOSE_MONTH: &str = "close-month";
/// 个账划入.
pub(super) const CREDIT: &str = "credit-month";
/// 批量提出重算.
pub(super) const PROPOSE: &str = "propose-recalculations";
/// 批量审批重算并入账.
pub(super) const APPROVE: &str = "approve-recalculations";

/// 个人账户计息.
pub(super) const INTEREST: &str = "interest-year";

/// 成批登记.
pub(super) const IMPORT: &str = "import";

/// 推算待遇.
pub(super) const DERIVE: &str = "derive-entitlement";

/// 年终清算.
pub(super) const CLOSE_YEAR: &str = "close-year";

/// 事后监管.
pub(super) const SUPERVISE: &str = "supervise";

const KINDS: &[&str] = &[
    CHECK,
    CLOSE_MONTH,
    CREDIT,
    PROPOSE,
    APPROVE,
    INTEREST,
    SUPERVISE,
    IMPORT,
    DERIVE,
    CLOSE_YEAR,
];

/// Who sees jobs: those who begin them, those who check the books, and those who supervise.
const SEEN: &[Role] =
    &[Role::Clerk, Role::Finance, Role::Supervisor, Role::Auditor, Role::Administrator];

/// What is answered when a job began.
pub(super) static STARTED: Shape = Shape {
    name: "RunStarted",
    zh: "已开始",
    en: "a job that began",
    fields: &[
        field("kind", Kind::Word(KINDS), "任务种类", "its kind"),
        field("number", Kind::Id, "任务编号", "its number"),
    ],
};

static RUN: Shape = Shape {
    name: "Run",
    zh: "任务",
    en: "a long job",
    fields: &[
        field("kind", Kind::Word(KINDS), "任务种类", "its kind"),
        field("number", Kind::Id, "任务编号", "its number"),
        field("state", Kind::Word(&["running", "done", "failed", "interrupted"]), "状态", "state"),
        field("by", Kind::Text, "经办人", "who asked"),
        field("began", Kind::Moment, "开始时间", "when it began"),
        maybe("ended", Kind::Moment, "结束时间", "when it ended"),
        maybe("done", Kind::Whole, "已办笔数", "rows, people or institutions so far"),
        field("asked", Kind::Any, "要求", "what was asked"),
        maybe("failed", Kind::Text, "失败原因", "why it failed"),
        maybe("report", Kind::Any, "结果", "what it found or did"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-runs",
        method: Method::Get,
        path: "/areas/{area}/runs",
        roles: SEEN,
        zh: "任务",
        en: "long jobs",
        query: &[field("kind", Kind::Word(KINDS), "任务种类", "of this kind")],
        body: None,
        answer: Answer::Page(&RUN),
        handler: Handler::Look(|api, ask| {
            let (page, kind) = (ask.page()?, ask.query.text("kind"));
            let running = api.office.jobs.running();
            // Numbers of other documents of the kind are no ids: jobs of the command line.
            let ours = |document: &Document| store::Id::parse(&document.key.number).is_some();
            let rows = documents(api, (ask.area, DOCUMENT, kind), &page, ours)?;
            page.answer(rows, place, |document| told(&running, document))
        }),
    },
    Endpoint {
        id: "get-run",
        method: Method::Get,
        path: "/areas/{area}/runs/{kind}/{number}",
        roles: SEEN,
        zh: "一项任务的进度与结果",
        en: "how far a job is, and what it came to",
        query: &[],
        body: None,
        answer: Answer::One(&RUN),
        handler: Handler::Look(|api, ask| {
            let (kind, number) = (ask.path("kind"), ask.path("number"));
            let ours = KINDS.contains(&kind) && store::Id::parse(number).is_some();
            let running = api.office.jobs.running();
            let found = api.office.store().document(&key(ask.area, kind, number))?;
            let found = found.filter(|_| ours);
            told(&running, &found.ok_or_else(|| Refused::new(Reason::DocumentUnknown, number))?)
        }),
    },
    Endpoint {
        id: "resume-run",
        method: Method::Post,
        path: "/areas/{area}/runs/{kind}/{number}/resume",
        roles: FINANCE,
        zh: "接着办理中断的任务",
        en: "go on with a job that was interrupted",
        query: &[],
        body: None,
        answer: Answer::One(&STARTED),
        handler: Handler::Write(resume),
    },
];

/// What a job does: it counts how far it is, and ends with a report or with why it has none.
pub(super) type Work = Box<dyn FnOnce(&Api, &AtomicU64) -> Result<Value, Cut> + Send>;

/// Why a job has no report.
pub(super) enum Cut {
    /// It failed.
    Failed(String),
    /// The server shuts down; it can be gone on with.
    Stopped,
}

impl From<String> for Cut {
    fn from(why: String) -> Cut {
        Cut::Failed(why)
    }
}

impl From<RunError> for Cut {
    fn from(error: RunError) -> Cut {
        match error {
            RunError::Stopped => Cut::Stopped,
            other => Cut::Failed(other.to_string()),
        }
    }
}

/// The work of a job that was asked for, to go on with it; `None`: one that is simply asked for again.
fn work_of(kind: &str, area: Area, asked: &Given) -> Option<Work> {
    match kind {
        CLOSE_MONTH => super::clearing::close_month_work(area, asked),
        CREDIT => super::accounts::credit_work(area, asked),
        INTEREST => super::funds::interest_work(area, asked),
        PROPOSE => Some(super::recalculations::work(area, Step::Propose, asked)),
        APPROVE => Some(super::recalculations::work(area, Step::Approve, asked)),
        _ => None,
    }
}

fn resume(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (area, kind, number) = (ask.area, ask.path("kind"), ask.path("number"));
    let document = key(area, kind, number);
    let found = api.office.store().document(&document)?;
    let found = found.ok_or_else(|| Refused::new(Reason::DocumentUnknown, number))?;
    let run = Run::of(&found)?;
    let state = |words: &str| Refused::new(Reason::DocumentState, format!("{number}{words}"));
    if api.office.jobs.running().contains_key(number) {
        return Err(state("正在办理").into());
    }
    let asked = Given(run.asked.as_object().cloned().unwrap_or_default());
    let known = KINDS.iter().find(|known| **known == kind).copied();
    let work = known.and_then(|kind| Some((kind, work_of(kind, area, &asked)?)));
    let (kind, work) = work.ok_or_else(|| state("不能接着办，请重新发起"))?;
    let write = Write::new(GoOn { key: document }, move |api, answered| {
        if !answered.replayed {
            start(api, area, kind, &run.number, work)?;
        }
        Ok(json!({"kind": kind, "number": &*run.number}))
    });
    Ok(write.status(202))
}

/// A write that begins a job.
pub(super) fn begin(ask: &Ask, kind: &'static str, asked: Value, work: Work) -> Write {
    let area = ask.area;
    let business = BeginRun { area, kind: kind.into(), asked };
    let write = Write::new(business, move |api, answered| {
        let Outcome::Filed { number } = &answered.outcome else {
            return Err(Refused::new(Reason::Conflict, "").into());
        };
        if !answered.replayed {
            start(api, area, kind, number, work)?;
        }
        Ok(json!({"kind": kind, "number": &**number}))
    });
    write.status(202)
}

/// Starts a job that was noted.
pub(super) fn start(
    api: &Arc<Api>,
    area: Area,
    kind: &'static str,
    number: &Arc<str>,
    work: Work,
) -> Result<(), Problem> {
    let counter = api.office.jobs.began(number);
    let (desk, number) = (api.clone(), number.clone());
    let spawned = api.office.jobs.run(kind, move || {
        let (report, failed) = match work(&desk, &counter) {
            Ok(report) => (report, String::new()),
            Err(Cut::Failed(failed)) => (Value::Null, failed),
            Err(Cut::Stopped) => return desk.office.jobs.ended(&number),
        };
        let key = key(area, kind, &number);
        let business = Box::new(EndRun { key, report, failed: failed.into() });
        let over = desk.clone();
        let reply = Box::new(move |_| over.office.jobs.ended(&number));
        desk.office.submit(Job { business, message: None, sent: None, reply });
    });
    spawned.map_err(|_| Problem::plain(Wrong::Internal))
}

/// Counts on.
pub(super) fn count(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

fn told(running: &HashMap<Arc<str>, u64>, document: &Document) -> Result<Value, Problem> {
    let run = Run::of(document)?;
    let done = running.get(&run.number).copied();
    let ended = run.ended.as_ref();
    let state = match ended {
        Some(ended) if ended.failed.is_empty() => "done",
        Some(_) => "failed",
        None if done.is_some() => "running",
        None => "interrupted",
    };
    let failed = ended.filter(|it| !it.failed.is_empty()).map(|it| it.failed.to_string());
    Ok(bare(json!({
        "kind": &*document.key.owner,
        "number": &*run.number,
        "state": state,
        "by": &*run.by,
        "began": run.began.to_string(),
        "ended": ended.map(|ended| ended.at.to_string()),
        "done": done.filter(|_| ended.is_none()),
        "asked": run.asked,
        "failed": failed,
        "report": ended.map(|ended| ended.report.clone()),
    })))
}
