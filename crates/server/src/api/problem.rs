//! What goes wrong, as `application/problem+json` (RFC 9457): in Chinese and English, with the field, its value and what would
//! be right.
//!
//! A refusal of the agency ([`Refused`]) has type `urn:gongji:problem:<number>` and a status by what kind of no it is
//! ([`status`]); what is wrong with the request itself has a word instead of the number ([`Kind`]).

use agency::{Reason, Refused};
use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use store::StoreError;

/// What goes wrong.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// What follows `urn:gongji:problem:`.
    pub kind: Box<str>,
    /// 中文: the kind of problem.
    pub title: Box<str>,
    /// 中文: what exactly.
    pub detail: Box<str>,
    /// English: what exactly.
    pub detail_en: Box<str>,
    /// The field at fault, `facts[0].from`; empty if none.
    pub field: Box<str>,
    /// Its value; empty if none.
    pub value: Box<str>,
    /// What would be right; empty if nothing can be said.
    pub right: Box<str>,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $code:literal, $status:literal, $zh:literal, $en:literal;)+) => {
        /// What can be wrong with a request itself.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($(#[$meta])* $kind),+ }

        impl Kind {
            /// All.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];

            /// Its word, status, and what it is in Chinese and English.
            #[must_use]
            pub const fn said(self) -> (&'static str, u16, &'static str, &'static str) {
                match self { $(Kind::$kind => ($code, $status, $zh, $en)),+ }
            }
        }
    };
}

kinds! {
    /// No token, or an unknown one.
    Unauthorized = "unauthorized", 401, "未识别经办人员", "no known token";
    /// The role may not do this.
    Forbidden = "forbidden", 403, "角色无权办理", "the role may not do this";
    /// The operator does not work for this area.
    Area = "area", 403, "不属于本人经办的统筹区", "not an area of this operator";
    /// No such path.
    NotFound = "not-found", 404, "没有此路径或记录", "no such path or record";
    /// The path does not know this method.
    Method = "method", 405, "该路径不支持此方法", "the path does not take this method";
    /// The body took too long.
    Slow = "slow", 408, "请求体到达过慢", "the body took too long to arrive";
    /// A key that was used for something else.
    KeyReused = "key-reused", 409, "幂等键已用于其他请求", "the Idempotency-Key was used for another request";
    /// The body is too large.
    TooLarge = "too-large", 413, "请求体过大", "the body is too large";
    /// The body is no JSON.
    MediaType = "media-type", 415, "请求体应为JSON", "the body must be JSON";
    /// The body cannot be read.
    Body = "body", 400, "请求体无法读取", "the body cannot be read";
    /// No Idempotency-Key.
    Key = "key", 400, "缺少或不合要求的幂等键", "no usable Idempotency-Key";
    /// A parameter or field that nobody knows.
    FieldUnknown = "field-unknown", 422, "没有此字段", "no such field";
    /// A field that must be there.
    FieldMissing = "field-missing", 422, "缺少必填字段", "a required field is missing";
    /// A field that is not of its form.
    FieldForm = "field-form", 422, "字段格式不正确", "a field is not of its form";
    /// A fault of the program.
    Internal = "internal", 500, "系统错误", "a fault of the server";
    /// The core did not answer in time.
    Unknown = "outcome-unknown", 503, "处理结果未知，请以同一幂等键重发", "the outcome is unknown; send again with the same key";
}

impl Problem {
    /// A problem of a request; `detail` in both languages.
    #[must_use]
    pub fn new(kind: Kind, detail: impl Into<String>, detail_en: impl Into<String>) -> Problem {
        let (code, status, zh, _) = kind.said();
        Problem {
            status,
            kind: code.into(),
            title: zh.into(),
            detail: detail.into().into(),
            detail_en: detail_en.into().into(),
            field: Box::default(),
            value: Box::default(),
            right: Box::default(),
        }
    }

    /// A problem of which there is nothing more to say.
    #[must_use]
    pub fn plain(kind: Kind) -> Problem {
        let (_, _, zh, en) = kind.said();
        Problem::new(kind, zh, en)
    }

    /// A problem with a field.
    #[must_use]
    pub fn field(kind: Kind, field: &str, value: &str, right: impl Into<String>) -> Problem {
        let (_, _, zh, en) = kind.said();
        let right = right.into();
        let said = if right.is_empty() { String::new() } else { format!("；{right}") };
        let detail = format!("{field}：{zh}{said}");
        let problem = Problem::new(kind, detail, format!("{field}: {en}"));
        Problem { field: field.into(), value: value.into(), right: right.into(), ..problem }
    }

    /// Something that is not there.
    #[must_use]
    pub fn not_found(field: &str, value: &str) -> Problem {
        Problem {
            right: "请核对编号".into(), ..Problem::field(Kind::NotFound, field, value, "")
        }
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut all = Map::new();
        all.insert("type".to_owned(), json!(format!("urn:gongji:problem:{}", self.kind)));
        all.insert("status".to_owned(), json!(self.status));
        let texts = [
            ("title", &self.title),
            ("detail", &self.detail),
            ("detail_en", &self.detail_en),
            ("field", &self.field),
            ("value", &self.value),
            ("right", &self.right),
        ];
        for (name, text) in texts {
            if !text.is_empty() {
                all.insert(name.to_owned(), json!(text));
            }
        }
        Value::Object(all)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        let Refused { reason, value } = refused;
        let said = if value.is_empty() { String::new() } else { format!("：{value}") };
        Problem {
            status: status(reason),
            kind: reason.number().to_string().into(),
            title: reason.zh().into(),
            detail: format!("{}{said}", reason.zh()).into(),
            detail_en: reason.en().into(),
            field: Box::default(),
            value: value.into(),
            right: reason.remedy().into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        Refused::from(error).into()
    }
}

/// The status of a refusal: 503 what may pass; 500 what contradicts the books; 404 what is not there; 403 what is not
/// allowed; 409 what the state of a record does not allow; 422 anything else that is wrong with what was stated.
#[must_use]
pub const fn status(reason: Reason) -> u16 {
    match reason {
        Reason::Busy | Reason::Unavailable | Reason::Closing => 503,
        Reason::Conflict => 500,
        Reason::AreaUnknown
        | Reason::PersonUnknown
        | Reason::InstitutionUnknown
        | Reason::VisitUnknown
        | Reason::SettlementUnknown
        | Reason::FilingUnknown
        | Reason::PrescriptionUnknown
        | Reason::FamilyUnknown
        | Reason::DocumentUnknown => 404,
        Reason::NotAllowed => 403,
        Reason::ReversedBefore
        | Reason::VisitCancelled
        | Reason::VisitSettled
        | Reason::LineSettled
        | Reason::BatchSettled
        | Reason::AlreadyUndone
        | Reason::NotUndoable
        | Reason::NotReversible
        | Reason::Overtaken
        | Reason::FilingReviewed
        | Reason::FilingTwice
        | Reason::FamilyBound
        | Reason::PrescriptionState
        | Reason::ReceiptUsed
        | Reason::PaperOpen
        | Reason::DocumentState => 409,
        _ => 422,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.status {
            401 => drop(headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            503 => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("1"))),
            405 => {
                if let Ok(allowed) = HeaderValue::from_str(&self.right) {
                    headers.insert(ALLOW, allowed);
                }
            }
            _ => {}
        }
        (status, headers, Body::from(self.json().to_string())).into_response()
    }
}
