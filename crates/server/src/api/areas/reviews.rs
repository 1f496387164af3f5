//! Reviews of prescriptions.

use super::assessment::month;
use super::bare;
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::Role;
use crate::api::serve::Api;
use crate::api::shape::{Given as Body, Kind, Shape, field, maybe};
use agency::business::review::{FinishReview, Opine, RuleOn, TakeSample, Whose};
use agency::review::{
    Category, Drawn, Found, Given, Review, ReviewState, draw, results, review, reviews,
};
use agency::{Business, Reason, Refused};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who sees prescriptions that are reviewed.
const SEEN: &[Role] = &[Role::Reviewer, Role::Supervisor, Role::Auditor];
/// Who draws, reviews and rules.
const REVIEW: &[Role] = &[Role::Reviewer, Role::Supervisor];

static COUNTS: Shape = Shape {
    name: "ReviewCounts",
    zh: "点评情况",
    en: "how far a review is",
    fields: &[
        field("institution", Kind::Text, "机构编号", "institution"),
        field("name", Kind::Text, "机构名称", "its name"),
        field("month", Kind::Text, "处方月份", "month of the prescriptions"),
        field("state", Kind::Word(&["open", "finished"]), "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        field("seed", Kind::Whole, "种子", "seed"),
        field("prescriptions", Kind::Whole, "处方总数", "prescriptions of the month"),
        field("drawn", Kind::Whole, "抽样张数", "drawn"),
        field("reviewers", Kind::Whole, "每张点评人数", "reviewers of each"),
        field("concluded", Kind::Whole, "有结论", "concluded"),
        field("irrational", Kind::Whole, "不合理", "irrational"),
        field("waiting", Kind::Whole, "待点评", "wait for a reviewer"),
        field("differ", Kind::Whole, "待裁定", "are to be ruled on"),
        field("categories", Kind::Map(&Kind::Whole), "按类别", "by kind of fault"),
        field("grounds", Kind::Map(&Kind::Whole), "按问题代码", "by ground"),
        field("unverified", Kind::Flag, "抽样参数没有核实的来源", "parameters without a source"),
    ],
};

static PRESCRIPTION: Shape = Shape {
    name: "DrawnPrescription",
    zh: "抽中的处方",
    en: "a prescription drawn",
    fields: &[
        field("serial", Kind::Whole, "序号", "its number in the sample"),
        field("origin", Kind::Word(&["visit", "external"]), "来源", "where it comes from"),
        field("reference", Kind::Text, "处方号", "settlement, or number of the prescription"),
        field("person", Kind::Text, "人员编号", "whose"),
        field("day", Kind::Text, "日期", "day"),
        field("department", Kind::Text, "科室", "department"),
        field("doctor", Kind::Text, "医师", "doctor"),
        field("diagnoses", Kind::List(&Kind::Text), "诊断", "diagnoses"),
        field("medicines", Kind::Any, "药品", "medicines"),
        field(
            "found",
            Kind::Word(&["waiting", "differ", "rational", "irrational"]),
            "结论",
            "what was found",
        ),
        field("grounds", Kind::List(&Kind::Text), "问题代码", "grounds, once concluded"),
    ],
};

static SAMPLE: Shape = Shape {
    name: "TakeSample",
    zh: "抽样",
    en: "a sample to be drawn",
    fields: &[field("seed", Kind::Whole, "种子，非负整数", "seed, not negative")],
};

static OPINION: Shape = Shape {
    name: "FoundOfPrescription",
    zh: "一张处方的点评",
    en: "what is found of a prescription",
    fields: &[
        field("serial", Kind::Whole, "序号", "its number in the sample"),
        field(
            "grounds",
            Kind::List(&Kind::Text),
            "问题代码；空为合理",
            "grounds; rational if none",
        ),
        maybe("note", Kind::Text, "说明", "in words"),
    ],
};

static OPINIONS: Shape = Shape {
    name: "FoundOfPrescriptions",
    zh: "点评",
    en: "what a reviewer finds",
    fields: &[field("found", Kind::List(&Kind::Object(&OPINION)), "各张", "of each")],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-reviews",
        method: Method::Get,
        path: "/areas/{area}/reviews/{month}",
        roles: SEEN,
        zh: "一个月的处方点评",
        en: "reviews of a month",
        query: &[],
        body: None,
        answer: Answer::Page(&COUNTS),
        handler: Handler::Look(|api, ask| {
            let rows = reviews(api.office.store(), ask.area, month(ask)?)?;
            let page = ask.page()?;
            let key = |row: &(Review, ReviewState)| vec![row.0.institution.to_string()];
            page.answer(page.select(rows, key), key, |(review, state)| Ok(counted(review, *state)))
        }),
    },
    Endpoint {
        id: "take-sample",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/reviews/{month}",
        roles: REVIEW,
        zh: "按种子抽样，每月一次",
        en: "draw the sample of a month by a seed, once",
        query: &[],
        body: Some(&SAMPLE),
        answer: Answer::One(&COUNTS),
        handler: Handler::Write(take),
    },
    Endpoint {
        id: "list-drawn",
        method: Method::Get,
        path: "/areas/{area}/institutions/{institution}/reviews/{month}/prescriptions",
        roles: SEEN,
        zh: "抽中的处方；别人的点评不显示",
        en: "the prescriptions drawn, without what single reviewers found",
        query: &[],
        body: None,
        answer: Answer::Page(&PRESCRIPTION),
        handler: Handler::Look(|api, ask| {
            let institution = ask.path("institution").into();
            let month = month(ask)?;
            let found = review(api.office.store(), ask.area, &institution, month)?;
            let unknown =
                || Refused::new(Reason::DocumentUnknown, format!("{institution} {month}"));
            let (review, _) = found.ok_or_else(unknown)?;
            let page = ask.page()?;
            let reviewers = review.reviewers;
            let key = |one: &Drawn| vec![format!("{:06}", one.serial)];
            page.answer(page.select(review.drawn, key), key, |one| Ok(drawn(one, reviewers)))
        }),
    },
    Endpoint {
        id: "opine",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/reviews/{month}/opinions",
        roles: REVIEW,
        zh: "点评处方",
        en: "say what is found of prescriptions",
        query: &[],
        body: Some(&OPINIONS),
        answer: Answer::One(&COUNTS),
        handler: Handler::Write(|_, ask| {
            let given: Result<Vec<Given>, Problem> =
                ask.body.list("found").map(|one| given(&one)).collect();
            Ok(told(Opine { whose: whose(ask)?, by: by(ask), given: given? }))
        }),
    },
    Endpoint {
        id: "rule-on-prescription",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/reviews/{month}/rulings",
        roles: REVIEW,
        zh: "裁定意见不一的处方",
        en: "rule on a prescription on which reviewers differ",
        query: &[],
        body: Some(&OPINION),
        answer: Answer::One(&COUNTS),
        handler: Handler::Write(|_, ask| {
            Ok(told(RuleOn { whose: whose(ask)?, by: by(ask), given: given(&ask.body)? }))
        }),
    },
    Endpoint {
        id: "finish-review",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/reviews/{month}/finish",
        roles: REVIEW,
        zh: "办结点评",
        en: "finish a review, which then counts",
        query: &[],
        body: None,
        answer: Answer::One(&COUNTS),
        handler: Handler::Write(|_, ask| {
            Ok(told(FinishReview { whose: whose(ask)?, by: by(ask) }))
        }),
    },
];

fn whose(ask: &Ask) -> Result<Whose, Problem> {
    Ok(Whose::new(ask.area, ask.path("institution"), month(ask)?))
}

fn by(ask: &Ask) -> Arc<str> {
    ask.operator.name.as_str().into()
}

fn given(one: &Body) -> Result<Given, Problem> {
    let serial = one.whole("serial").unwrap_or_default();
    let wrong = || Problem::field(Wrong::FieldForm, "serial", &serial.to_string(), "应为正整数");
    let grounds: BTreeSet<Arc<str>> = one.texts("grounds").map(Arc::from).collect();
    Ok(Given {
        serial: u32::try_from(serial).map_err(|_| wrong())?,
        grounds,
        note: one.kept("note"),
    })
}

fn take(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let seed = ask.body.whole("seed").unwrap_or_default();
    let wrong = || Problem::field(Wrong::FieldForm, "seed", &seed.to_string(), "应为非负整数");
    let seed = u64::try_from(seed).map_err(|_| wrong())?;
    let institution = ask.path("institution").into();
    let (whose, by) = (whose(ask)?, by(ask));
    let review = draw(api.office.agency(), ask.area, &institution, whose.month, (seed, &by))?;
    Ok(told(TakeSample { whose, review }).status(201))
}

/// Something that is answered with how far the review is.
fn told(business: impl Business + 'static) -> Write {
    Write::new(business, |_, answered| {
        let review: Option<Review> = answered.outcome.document();
        let review = review.ok_or_else(|| Refused::new(Reason::Conflict, ""))?;
        let state = match review.finished {
            Some(_) => ReviewState::Finished,
            None => ReviewState::Open,
        };
        Ok(counted(&review, state))
    })
}

fn counted(review: &Review, state: ReviewState) -> Value {
    let counted = results(review);
    let (waiting, differ) = review.left();
    let mut categories = Map::new();
    for category in Category::ALL {
        let count = counted.categories.get(&category).copied().unwrap_or(0);
        categories.insert(category.en().to_owned(), count.into());
    }
    json!({
        "institution": &*review.institution,
        "name": &*review.name,
        "month": &*review.month,
        "state": state.en(),
        "state_zh": state.zh(),
        "seed": review.seed,
        "prescriptions": review.prescriptions,
        "drawn": review.drawn.len(),
        "reviewers": review.reviewers,
        "concluded": counted.all.reviewed,
        "irrational": counted.all.irrational,
        "waiting": waiting,
        "differ": differ,
        "categories": categories,
        "grounds": counted.grounds,
        "unverified": review.unverified,
    })
}

fn drawn(one: &Drawn, reviewers: u32) -> Value {
    let (found, grounds) = match one.found(reviewers) {
        Found::Waiting => ("waiting", Vec::new()),
        Found::Differ => ("differ", Vec::new()),
        Found::Settled(grounds) => {
            let word = if grounds.is_empty() { "rational" } else { "irrational" };
            (word, grounds.iter().cloned().collect())
        }
    };
    let named = |code: &str, name: &str| if name.is_empty() { code } else { name }.to_owned();
    bare(json!({
        "serial": one.serial,
        "origin": one.origin,
        "reference": &*one.reference,
        "person": &*one.person,
        "day": &*one.day,
        "department": named(&one.department, &one.department_name),
        "doctor": named(&one.doctor, &one.doctor_name),
        "diagnoses": one.diagnoses,
        "medicines": one.medicines,
        "found": found,
        "grounds": grounds,
    }))
}
