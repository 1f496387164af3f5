//! Filings: applied for by institutions, or by a clerk for one; reviewed by somebody else.

use super::{bare, documents, done, file, place, until};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CLERKS, REVIEWERS, STAFF};
use crate::api::serve::Api;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::business::filing::{
    File, Filing, FilingKind, KINDS, ReviewFiling, RevokeFiling, Standing, key,
};
use agency::documents::FILING as DOCUMENT;
use agency::{Outcome, Reason, Refused};
use kernel::Date;
use serde_json::{Value, json};
use std::sync::Arc;
use store::Document;

const STATES: &[&str] = &["applied", "approved", "refused", "withdrawn", "revoked"];
const WORDS: &[&str] =
    &["chronic", "two-disease", "chosen", "family-doctor", "dual-channel", "chosen-for"];

static FILING: Shape = Shape {
    name: "Filing",
    zh: "备案申请",
    en: "an application for a filing",
    fields: &[
        field("number", Kind::Id, "申报明细流水号", "its number"),
        field("person", Kind::Text, "人员编号", "whose"),
        field("kind", Kind::Word(WORDS), "种类", "kind"),
        field("kind_zh", Kind::Text, "种类", "in Chinese"),
        field("names", Kind::Text, "病种、机构或药品", "disease, institution or medicine"),
        maybe("disease", Kind::Text, "病种（按病种定点）", "disease an institution is chosen for"),
        field("institution", Kind::Text, "申报机构", "the institution that applies"),
        maybe("by", Kind::Text, "代为录入的经办人", "the operator who filed it"),
        field("at", Kind::Moment, "申报时间", "when"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日", "last day"),
        field("state", Kind::Word(STATES), "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        maybe("opinion", Kind::Text, "审核意见", "opinion"),
        maybe("reviewer", Kind::Text, "审核人", "reviewer"),
        maybe("reviewed_at", Kind::Moment, "审核时间", "when it was reviewed"),
        maybe("fact", Kind::Id, "成为的事实", "the fact it became"),
        maybe("revoked_from", Kind::Day, "自此日起撤销", "holds no more from this day on"),
        maybe("revoked_by", Kind::Text, "撤销人", "who revoked it"),
        maybe("revoked_because", Kind::Text, "撤销原因", "why it was revoked"),
        maybe("stated", Kind::Any, "申报内容", "what the application says"),
    ],
};

static APPLY: Shape = Shape {
    name: "ApplyFiling",
    zh: "申报",
    en: "an application",
    fields: &[
        field("kind", Kind::Word(WORDS), "种类", "kind"),
        field("names", Kind::Text, "病种、机构或药品", "disease, institution or medicine"),
        maybe("disease", Kind::Text, "病种（按病种定点）", "disease an institution is chosen for"),
        field("institution", Kind::Text, "申报机构", "the institution that applies"),
        field("from", Kind::Day, "首日", "first day"),
        maybe("to", Kind::Day, "末日，缺省为长期", "last day; absent while it lasts"),
        maybe("stated", Kind::Any, "其余内容", "everything else"),
    ],
};

static FILED: Shape = Shape {
    name: "Filed",
    zh: "已申报",
    en: "filed",
    fields: &[field("number", Kind::Id, "申报明细流水号", "its number")],
};

static REVIEW: Shape = Shape {
    name: "Review",
    zh: "审核",
    en: "a review",
    fields: &[
        field("approve", Kind::Flag, "通过", "approved"),
        field("opinion", Kind::Text, "审核意见，不通过须写明原因", "opinion; why, if not approved"),
    ],
};

static REVOKE: Shape = Shape {
    name: "RevokeFiling",
    zh: "撤销",
    en: "a revocation",
    fields: &[
        field("from", Kind::Day, "自此日起不再有效", "the first day on which it no longer holds"),
        field("because", Kind::Text, "原因", "why"),
    ],
};

static RENEW: Shape = Shape {
    name: "RenewFiling",
    zh: "续期",
    en: "a renewal: an application for the days after the last",
    fields: &[maybe("to", Kind::Day, "末日，缺省为长期", "last day; absent while it lasts")],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "list-filings",
        method: Method::Get,
        path: "/areas/{area}/filings",
        roles: STAFF,
        zh: "备案申请",
        en: "applications for filings",
        query: &[
            maybe("person", Kind::Text, "人员编号", "of this person"),
            maybe("state", Kind::Word(STATES), "状态", "state"),
        ],
        body: None,
        answer: Answer::Page(&FILING),
        handler: Handler::Look(list),
    },
    Endpoint {
        id: "get-filing",
        method: Method::Get,
        path: "/areas/{area}/people/{person}/filings/{number}",
        roles: STAFF,
        zh: "一项备案申请",
        en: "an application",
        query: &[],
        body: None,
        answer: Answer::One(&FILING),
        handler: Handler::Look(get),
    },
    Endpoint {
        id: "apply-filing",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/filings",
        roles: CLERKS,
        zh: "代机构申报备案",
        en: "apply for a filing on behalf of an institution",
        query: &[],
        body: Some(&APPLY),
        answer: Answer::One(&FILED),
        handler: Handler::Write(apply),
    },
    Endpoint {
        id: "review-filing",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/filings/{number}/review",
        roles: REVIEWERS,
        zh: "审核备案",
        en: "review an application",
        query: &[],
        body: Some(&REVIEW),
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(review),
    },
    Endpoint {
        id: "revoke-filing",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/filings/{number}/revoke",
        roles: REVIEWERS,
        zh: "撤销已通过的备案",
        en: "revoke an approved filing from a day on",
        query: &[],
        body: Some(&REVOKE),
        answer: Answer::One(&super::DONE),
        handler: Handler::Write(|_, ask| {
            Ok(done(RevokeFiling {
                person: ask.person(),
                number: ask.path("number").into(),
                from: ask.body.day("from").unwrap_or(Date::MIN),
                because: ask.body.kept("because"),
            }))
        }),
    },
    Endpoint {
        id: "renew-filing",
        method: Method::Post,
        path: "/areas/{area}/people/{person}/filings/{number}/renew",
        roles: CLERKS,
        zh: "备案续期：申报末日之后的有效期",
        en: "apply for a filing to go on after its last day",
        query: &[],
        body: Some(&RENEW),
        answer: Answer::One(&FILED),
        handler: Handler::Write(|api, ask| {
            let number = ask.path("number");
            let found = api.office.store().document(&key(&ask.person(), number))?;
            let found = found.ok_or_else(|| Refused::new(Reason::FilingUnknown, number))?;
            let to = ask.body.day("to").unwrap_or(Date::MAX);
            Ok(filed(Filing::of(&found)?.renewed(ask.person(), to)?))
        }),
    },
];

fn list(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let (page, state) = (ask.page()?, ask.query.text("state"));
    let keep = |document: &Document| state.is_empty() || word(document.state) == state;
    let owner = ask.query.text("person");
    let rows = documents(api, (ask.area, DOCUMENT, owner), &page, keep)?;
    page.answer(rows, place, told)
}

fn get(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let number = ask.path("number");
    let found = api.office.store().document(&key(&ask.person(), number))?;
    told(&found.ok_or_else(|| Refused::new(Reason::FilingUnknown, number))?)
}

fn word(state: i16) -> &'static str {
    usize::try_from(state).ok().and_then(|state| STATES.get(state)).copied().unwrap_or_default()
}

fn told(document: &Document) -> Result<Value, Problem> {
    let filing = Filing::of(document)?;
    let standing: Standing = filing.standing();
    let review = filing.review.as_ref();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(bare(json!({
        "number": &*filing.number,
        "person": &*document.key.owner,
        "kind": &*filing.kind,
        "kind_zh": FilingKind::of(&filing.kind).map_or("", |kind| kind.zh),
        "names": &*filing.names,
        "disease": some(&filing.disease),
        "institution": &*filing.institution,
        "by": some(&filing.by),
        "at": document.at.to_string(),
        "from": filing.from.to_string(),
        "to": until(filing.to),
        "state": word(standing as i16),
        "state_zh": standing.zh(),
        "opinion": review.map(|review| review.opinion.to_string()),
        "reviewer": review.and_then(|review| some(&review.by)),
        "reviewed_at": review.map(|review| review.at.to_string()),
        "fact": review.and_then(|review| review.fact),
        "revoked_from": filing.revocation.as_ref().map(|it| it.from.to_string()),
        "revoked_by": filing.revocation.as_ref().and_then(|it| some(&it.by)),
        "revoked_because": filing.revocation.as_ref().map(|it| it.because.to_string()),
        "stated": filing.stated,
    })))
}

fn apply(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    file(api, &ask.person())?;
    let stated = ask.body.text("kind");
    let kind = FilingKind::of(stated).ok_or_else(|| {
        let known: Vec<_> = KINDS.iter().map(|kind| kind.code).collect();
        Problem::field(Wrong::FieldForm, "kind", stated, format!("应为{}", known.join("、")))
    })?;
    let business = File {
        person: ask.person(),
        institution: ask.body.kept("institution"),
        kind,
        names: ask.body.kept("names"),
        disease: ask.body.kept("disease"),
        from: ask.body.day("from").unwrap_or(Date::MIN),
        to: ask.body.day("to").unwrap_or(Date::MAX),
        stated: ask.body.any("stated"),
    };
    Ok(filed(business))
}

fn filed(business: File) -> Write {
    let filed = Write::new(business, |_, answered| match &answered.outcome {
        Outcome::Filed { number } => Ok(json!({"number": &**number})),
        _ => Err(Refused::new(Reason::Conflict, "").into()),
    });
    filed.status(201)
}

fn review(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let opinion = ask.body.kept("opinion");
    let approve = ask.body.flag("approve");
    if !approve && opinion.trim().is_empty() {
        return Err(Problem::field(Wrong::FieldForm, "opinion", "", "不通过须写明原因"));
    }
    let (person, number) = (ask.person(), ask.path("number").into());
    Ok(done(ReviewFiling { person, number, approve, opinion }))
}
