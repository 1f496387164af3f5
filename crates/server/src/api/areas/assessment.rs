//! Indicators, reviews of prescriptions, assessments of institutions.

use super::bare;
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::Role;
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::assessment::{Assessment, AssessmentState, assessment, assessments, score_month};
use agency::business::assessment::{AnswerHearing, Assess, AssessYear, ConfirmAssessment, Hear};
use agency::business::review::Whose;
use agency::indicators::{By, Row, gather};
use agency::{Business, Outcome, Reason, Refused};
use kernel::Month;
use kernel::assessment::Measure;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use store::PersonKey;

/// Who sees indicators and assessments.
const SEEN: &[Role] =
    &[Role::Clerk, Role::Reviewer, Role::Finance, Role::Supervisor, Role::Auditor];
/// Who assesses, and answers hearings.
const ASSESSORS: &[Role] = &[Role::Reviewer, Role::Supervisor];
/// Who confirms what another assessed.
const CONFIRMERS: &[Role] = &[Role::Finance, Role::Supervisor];

static INDICATORS: Shape = Shape {
    name: "Indicators",
    zh: "一组的统计指标",
    en: "indicators of a group",
    fields: &[
        field("group", Kind::Text, "机构编号、等级代码或统筹区", "institution, level or area"),
        field("name", Kind::Text, "名称", "its name"),
        field("month", Kind::Text, "月份", "month"),
        field("over", Kind::Flag, "月份已结束，数字不再变", "the month is over"),
        field("figures", Kind::Any, "人次、人数、金额等，金额单位为分", "figures; amounts in fen"),
        field(
            "indicators",
            Kind::Map(&Kind::Whole),
            "指标：比例为万分比，金额为分；不能计算的没有此项",
            "indicators: shares in ten-thousandths, amounts in fen; absent where there is none",
        ),
    ],
};

static ASSESSMENT: Shape = Shape {
    name: "Assessment",
    zh: "协议考核",
    en: "an assessment of an institution",
    fields: &[
        field("institution", Kind::Text, "机构编号", "institution"),
        field("name", Kind::Text, "机构名称", "its name"),
        field("period", Kind::Text, "月份，或年度", "month, or year"),
        field("state", Kind::Word(&["drafted", "heard", "confirmed"]), "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        field("score", Kind::Whole, "得分，百分之一分", "score in hundredths of a point"),
        field("grade", Kind::Text, "等次代码", "code of the grade"),
        field("grade_name", Kind::Text, "等次", "grade"),
        field("release", Kind::Whole, "保证金返还，万分比", "part of the deposit, ten-thousandths"),
        maybe(
            "few_visits",
            Kind::Whole,
            "样本不足：全年人次，不定等次",
            "fewer visits of the year than are graded",
        ),
        maybe(
            "minimum_visits",
            Kind::Whole,
            "样本不足：政策要求的人次",
            "the least that are graded",
        ),
        field("made_by", Kind::Text, "考核人", "who ran it"),
        maybe("confirmed_by", Kind::Text, "确认人", "who confirmed it"),
        field("unverified", Kind::Flag, "参数没有核实的来源", "parameters without a source"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field("items", Kind::Any, "项目得分", "items"),
        field("months", Kind::Any, "年度：各月得分", "of a year: months and scores"),
        field("hearings", Kind::Any, "申辩与答复", "hearings and answers"),
    ],
};

static RUN: Shape =
    Shape { name: "RunAssessment", zh: "考核", en: "an assessment to be run", fields: &[] };

static HEARING: Shape = Shape {
    name: "Hearing",
    zh: "申辩",
    en: "what the institution says",
    fields: &[
        field("by", Kind::Text, "机构申辩人", "who speaks for the institution"),
        field("words", Kind::Text, "内容", "what"),
    ],
};

static CHANGED: Shape = Shape {
    name: "ChangedPoints",
    zh: "改正的得分",
    en: "points changed",
    fields: &[
        field("item", Kind::Text, "考核项目", "code of the item"),
        field("points", Kind::Whole, "得分，百分之一分", "hundredths of a point"),
    ],
};

static REPLY: Shape = Shape {
    name: "AnswerHearing",
    zh: "答复申辩",
    en: "an answer to a hearing",
    fields: &[
        field("words", Kind::Text, "答复", "what is answered"),
        maybe("points", Kind::List(&Kind::Object(&CHANGED)), "改正的得分", "points changed"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-indicators",
        method: Method::Get,
        path: "/areas/{area}/indicators/{month}",
        roles: SEEN,
        zh: "一个月的统计指标：门诊就诊率、转诊率、次均费用、费用结构等",
        en: "indicators of a month",
        query: &[maybe(
            "by",
            Kind::Word(&["institution", "level", "area"]),
            "分组，缺省按机构",
            "by what; institutions if not given",
        )],
        body: None,
        answer: Answer::Page(&INDICATORS),
        handler: Handler::Look(indicators),
    },
    Endpoint {
        id: "list-assessments",
        method: Method::Get,
        path: "/areas/{area}/assessments",
        roles: SEEN,
        zh: "一个时期的考核",
        en: "assessments of a period",
        query: &[field("period", Kind::Text, "月份YYYY-MM，或年度YYYY", "month, or year")],
        body: None,
        answer: Answer::Page(&ASSESSMENT),
        handler: Handler::Look(|api, ask| {
            let rows = assessments(api.office.store(), ask.area, ask.query.text("period"))?;
            let page = ask.page()?;
            let key = |row: &(Assessment, AssessmentState)| vec![row.0.institution.to_string()];
            page.answer(page.select(rows, key), key, |(assessment, state)| {
                Ok(told(assessment, *state))
            })
        }),
    },
    Endpoint {
        id: "get-assessment",
        method: Method::Get,
        path: "/areas/{area}/institutions/{institution}/assessments/{period}",
        roles: SEEN,
        zh: "一份考核",
        en: "an assessment",
        query: &[],
        body: None,
        answer: Answer::One(&ASSESSMENT),
        handler: Handler::Look(|api, ask| {
            let (institution, period) = (ask.path("institution").into(), ask.path("period"));
            let found = assessment(api.office.store(), ask.area, &institution, period)?;
            let unknown =
                || Refused::new(Reason::DocumentUnknown, format!("{institution} {period}"));
            let (assessment, state) = found.ok_or_else(unknown)?;
            Ok(told(&assessment, state))
        }),
    },
    Endpoint {
        id: "run-assessment",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/assessments/{period}",
        roles: ASSESSORS,
        zh: "考核一家机构的一个月，或由已确认的各月得出年度考核",
        en: "score an institution's month, or make a year of its confirmed months",
        query: &[],
        body: Some(&RUN),
        answer: Answer::One(&ASSESSMENT),
        handler: Handler::Write(run),
    },
    Endpoint {
        id: "hear-assessment",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/assessments/{period}/hearing",
        roles: &[Role::Clerk, Role::Reviewer],
        zh: "登记机构的申辩",
        en: "note what the institution says",
        query: &[],
        body: Some(&HEARING),
        answer: Answer::One(&ASSESSMENT),
        handler: Handler::Write(|_, ask| {
            let (by, words) = (ask.body.kept("by"), ask.body.kept("words"));
            let (institution, period) = (party(ask), ask.path("period").into());
            Ok(assessed(Hear { institution, period, words, by }))
        }),
    },
    Endpoint {
        id: "answer-hearing",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/assessments/{period}/answer",
        roles: ASSESSORS,
        zh: "答复申辩",
        en: "answer a hearing",
        query: &[],
        body: Some(&REPLY),
        answer: Answer::One(&ASSESSMENT),
        handler: Handler::Write(|_, ask| {
            let changed = ask.body.list("points");
            let points =
                changed.map(|one| (one.kept("item"), one.whole("points").unwrap_or_default()));
            Ok(assessed(AnswerHearing {
                institution: party(ask),
                period: ask.path("period").into(),
                words: ask.body.kept("words"),
                points: points.collect(),
                by: ask.operator.name.as_str().into(),
            }))
        }),
    },
    Endpoint {
        id: "confirm-assessment",
        method: Method::Post,
        path: "/areas/{area}/institutions/{institution}/assessments/{period}/confirm",
        roles: CONFIRMERS,
        zh: "确认考核，不能是考核人",
        en: "confirm an assessment that another ran",
        query: &[],
        body: None,
        answer: Answer::One(&ASSESSMENT),
        handler: Handler::Write(|_, ask| {
            let (institution, period) = (party(ask), ask.path("period").into());
            let by = ask.operator.name.as_str().into();
            Ok(assessed(ConfirmAssessment { institution, period, by }))
        }),
    },
];

fn party(ask: &Ask) -> PersonKey {
    PersonKey::new(ask.area, ask.path("institution"))
}

/// The month of the path.
pub(super) fn month(ask: &Ask) -> Result<Month, Problem> {
    let text = ask.path("month");
    Month::parse(text).ok_or_else(|| Problem::not_found("month", text))
}

fn indicators(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let by = By::from_code(ask.query.text("by")).unwrap_or(By::Institution);
    let found = gather(api.office.agency(), ask.area, month(ask)?, by)?;
    let (month, over) = (found.month.to_string(), found.over);
    let page = ask.page()?;
    let key = |row: &Row| vec![row.group.to_string()];
    page.answer(page.select(found.rows, key), key, |row| {
        let mut measures = Map::new();
        for measure in Measure::ALL {
            if let Some(value) = row.figures.measure(*measure) {
                measures.insert(measure.code().to_owned(), value.into());
            }
        }
        Ok(json!({
            "group": &*row.group, "name": &*row.name, "month": month, "over": over,
            "figures": row.figures, "indicators": measures,
        }))
    })
}

fn run(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let period = ask.path("period");
    let by: Arc<str> = ask.operator.name.as_str().into();
    let year = period.parse::<i32>().ok().filter(|_| period.len() == 4);
    match (Month::parse(period), year) {
        (Some(month), _) => {
            let institution = ask.path("institution");
            let agency = api.office.agency();
            let assessment = score_month(agency, (ask.area, institution), month, &by)?;
            let whose = Whose::new(ask.area, institution, month);
            Ok(stored(Assess { whose, assessment }, ask))
        }
        (None, Some(year)) => Ok(stored(AssessYear { institution: party(ask), year, by }, ask)),
        (None, None) => {
            let right = "应为月份YYYY-MM，或年度YYYY";
            Err(Problem::field(Wrong::FieldForm, "period", period, right))
        }
    }
}

/// Something that is answered with the assessment as it is stored: what changes nothing answers nothing of its own.
fn stored(business: impl Business + 'static, ask: &Ask) -> Write {
    let (area, institution) = (ask.area, Arc::from(ask.path("institution")));
    let period = ask.path("period").to_owned();
    Write::new(business, move |api, _| {
        let found = assessment(api.office.store(), area, &institution, &period)?;
        let (assessment, state) = found.ok_or_else(|| Refused::new(Reason::Conflict, ""))?;
        Ok(told(&assessment, state))
    })
}

/// Something that is answered with the assessment it changed.
fn assessed(business: impl Business + 'static) -> Write {
    Write::new(business, |_, answered| {
        let assessment: Option<Assessment> = Outcome::document(&answered.outcome);
        let assessment = assessment.ok_or_else(|| Refused::new(Reason::Conflict, ""))?;
        let waits = assessment.hearings.last().is_some_and(|hearing| hearing.answer.is_none());
        let state = match (&assessment.confirmed, waits) {
            (Some(_), _) => AssessmentState::Confirmed,
            (None, true) => AssessmentState::Heard,
            (None, false) => AssessmentState::Drafted,
        };
        Ok(told(&assessment, state))
    })
}

fn told(assessment: &Assessment, state: AssessmentState) -> Value {
    let confirmed = assessment.confirmed.as_ref().map(|signed| signed.by.to_string());
    bare(json!({
        "institution": &*assessment.institution,
        "name": &*assessment.name,
        "period": &*assessment.period,
        "state": state.en(),
        "state_zh": state.zh(),
        "score": assessment.score,
        "grade": &*assessment.grade,
        "grade_name": &*assessment.grade_name,
        "release": assessment.release,
        "few_visits": assessment.few.map(|few| few.visits),
        "minimum_visits": assessment.few.map(|few| few.minimum),
        "made_by": &*assessment.made.by,
        "confirmed_by": confirmed,
        "unverified": assessment.unverified,
        "articles": assessment.articles,
        "items": assessment.items,
        "months": assessment.months,
        "hearings": assessment.hearings,
    }))
}
