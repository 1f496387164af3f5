//! Person-years folded again after late facts: looked at, proposed by one operator, approved and posted by another.

use super::{bare, runs};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::Problem;
use crate::api::request::Ask;
use crate::api::role::{FINANCE, Role, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::business::recalculation::{Approve, Propose};
use agency::recalculation::{Act, History, Proposal, Run, RunAsked, Step, Watch, pending_of};
use agency::{Outcome, Reason, Refused};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Area, PersonKey};

/// Who proposes.
const PROPOSE: &[Role] = &[Role::Clerk, Role::Reviewer];

static ACT: Shape = Shape {
    name: "Act",
    zh: "办理",
    en: "who did something, and when",
    fields: &[
        field("by", Kind::Text, "经办人", "by whom"),
        field("at", Kind::Moment, "时间", "when"),
    ],
};

static PROPOSAL: Shape = Shape {
    name: "RecalculationProposal",
    zh: "重算提案",
    en: "what folding a person-year again would change",
    fields: &[
        field("year", Kind::Whole, "待遇年度", "benefit year"),
        field("round", Kind::Whole, "第几次重算", "the how manieth"),
        field(
            "digest",
            Kind::Text,
            "内容摘要，审批时须给出",
            "digest, to be given with the approval",
        ),
        field("claims", Kind::Whole, "有效结算笔数", "settlements that stand"),
        field(
            "funds",
            Kind::List(&Kind::Fen),
            "统筹、大额、补助合计变动，正为退给个人",
            "changes by fund; positive: to the person",
        ),
        field("changed", Kind::Any, "逐笔差异：前、后、原因、条文", "differences, one by one"),
        maybe("proposed", Kind::Object(&ACT), "提出", "proposed"),
        maybe("approved", Kind::Object(&ACT), "审批", "approved"),
        maybe("posted", Kind::Object(&ACT), "入账", "posted"),
        field("entries", Kind::List(&Kind::Id), "更正记账", "the corrections posted"),
    ],
};

static DIGEST: Shape = Shape {
    name: "ApproveRecalculation",
    zh: "审批重算",
    en: "the approval of a proposal that was looked at",
    fields: &[field(
        "digest",
        Kind::Text,
        "所看提案的内容摘要",
        "digest of the proposal that was looked at",
    )],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "get-recalculation",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/recalculations/{year}",
        roles: STAFF,
        zh: "年度的重算提案",
        en: "the proposal of a person-year",
        query: &[],
        body: None,
        answer: Answer::One(&PROPOSAL),
        handler: Handler::Look(|api, ask| {
            let (person, year) = (ask.person(), year(ask)?);
            let found = api.office.store().document(&Proposal::key(&person, year))?;
            let unknown = || Refused::new(Reason::DocumentUnknown, format!("{year}年度的重算提案"));
            Ok(told(&Proposal::read(&found.ok_or_else(unknown)?)?))
        }),
    },
    Endpoint {
        id: "propose-recalculation",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/recalculations/{year}/propose",
        roles: PROPOSE,
        zh: "提出重算",
        en: "propose to fold a person-year again",
        query: &[],
        body: None,
        answer: Answer::One(&PROPOSAL),
        handler: Handler::Write(propose),
    },
    Endpoint {
        id: "approve-recalculation",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/recalculations/{year}/approve",
        roles: FINANCE,
        zh: "审批重算并入账差异",
        en: "approve, and post the differences",
        query: &[],
        body: Some(&DIGEST),
        answer: Answer::One(&PROPOSAL),
        handler: Handler::Write(approve),
    },
    Endpoint {
        id: "propose-recalculations",
        method: Method::Post,
        path: "/areas/{area}/recalculations/propose",
        roles: PROPOSE,
        zh: "为全部待重算的人员年度提出提案（任务）",
        en: "propose for all person-years that wait (a long job)",
        query: &[],
        body: None,
        answer: Answer::One(&runs::STARTED),
        handler: Handler::Write(|_, ask| Ok(all(ask, Step::Propose))),
    },
    Endpoint {
        id: "approve-recalculations",
        method: Method::Post,
        path: "/areas/{area}/recalculations/approve",
        roles: FINANCE,
        zh: "审批全部提案并入账（任务）；自己提出的不办",
        en: "approve and post all proposals (a long job) but one's own",
        query: &[],
        body: None,
        answer: Answer::One(&runs::STARTED),
        handler: Handler::Write(|_, ask| Ok(all(ask, Step::Approve))),
    },
];

/// Person-years a commit.
const PAGE: usize = 256;
/// Refusals that a report lists.
const LISTED: usize = 20;

fn all(ask: &Ask, step: Step) -> Write {
    let kind = match step {
        Step::Propose => runs::PROPOSE,
        Step::Approve => runs::APPROVE,
    };
    let asked = json!({"by": &*ask.operator.name});
    let given = Given(asked.as_object().cloned().unwrap_or_default());
    runs::begin(ask, kind, asked, work(ask.area, step, &given))
}

/// All that wait, begun or gone on with.
pub(super) fn work(area: Area, step: Step, asked: &Given) -> runs::Work {
    let by: Arc<str> = asked.kept("by");
    Box::new(move |api, counter| {
        let asked = RunAsked { area, step, by, page: PAGE, lanes: None };
        let run = Run::begin(api.office.agency(), asked)?;
        let listed = Mutex::new(Vec::new());
        let watch = Watch {
            moved: &|count| runs::count(counter, count),
            refused: &|item, why| {
                let mut listed = listed.lock().unwrap_or_else(PoisonError::into_inner);
                if listed.len() < LISTED {
                    let (person, year) = (&*item.person.person, item.year);
                    listed.push(json!({"person": person, "year": year, "why": why.to_string()}));
                }
            },
            stop: api.office.jobs.stopping(),
        };
        let report = run.finish(&watch)?;
        run.close()?;
        let listed = listed.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(json!({"tally": report.tally, "refused": report.refused, "listed": listed}))
    })
}

fn year(ask: &Ask) -> Result<i32, Problem> {
    let text = ask.path("year");
    text.parse().map_err(|_| Problem::not_found("year", text))
}

/// Everything that was entered, and the documents that ask.
fn read(
    api: &Api,
    person: &PersonKey,
    year: i32,
) -> Result<(Arc<History>, Vec<Arc<str>>), Problem> {
    let store = api.office.store();
    let history = History::read(store, person, year, true)?;
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let waiting = pending_of(store, person)?.into_iter().filter(|item| item.year == year);
    let reasons = waiting.flat_map(|item| item.reasons).collect();
    Ok((Arc::new(history.ok_or_else(unknown)?), reasons))
}

fn propose(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (person, year) = (ask.person(), year(ask)?);
    let (history, reasons) = read(api, &person, year)?;
    let by = ask.operator.name.as_str().into();
    let propose = Propose { person, year, history, reasons, by };
    Ok(Write::new(propose, |_, it| of(&it.outcome)).status(201))
}

fn approve(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let (person, year) = (ask.person(), year(ask)?);
    let (history, reasons) = read(api, &person, year)?;
    let (by, digest) = (ask.operator.name.as_str().into(), Some(ask.body.kept("digest")));
    let approve = Approve { person, year, by, digest, post: Some(history), reasons };
    Ok(Write::new(approve, |_, it| of(&it.outcome)))
}

fn of(outcome: &Outcome) -> Result<Value, Problem> {
    let proposal: Option<Proposal> = outcome.document();
    Ok(told(&proposal.ok_or_else(|| Refused::new(Reason::Conflict, ""))?))
}

fn told(proposal: &Proposal) -> Value {
    let act = |act: &Act| json!({"by": &*act.by, "at": &*act.at});
    bare(json!({
        "year": proposal.year,
        "round": proposal.round,
        "digest": &*proposal.digest,
        "claims": proposal.claims,
        "funds": proposal.funds(),
        "changed": proposal.changed,
        "proposed": (!proposal.proposed.by.is_empty()).then(|| act(&proposal.proposed)),
        "approved": proposal.approved.as_ref().map(act),
        "posted": proposal.posted.as_ref().map(act),
        "entries": proposal.entries,
    }))
}
