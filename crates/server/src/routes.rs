//! Every route, on one page.
//!
//! | method | path | what |
//! |---|---|---|
//! | GET | `/health` | the process lives |
//! | GET | `/ready` | the books answer |
//! | GET | `/metrics` | for Prometheus |
//! | POST | `/fsi/api/rsfComIfsService/callService`, `/uif-hsaf-med-api/api/medical/service`, `/CSB`, `/mbs/fmi/fsi/api/callFsiService/callService`, `/` | the single entry: the transaction stands in the body |
//! | any | `/api/v1/…` | the agency's own staff: [`crate::api::table`] |
//! | POST | `{base}/{infno}` | the transaction stands in the path: `/fsi/api/1101`, `/ebus/gdyb_inf/poc/hsa/hgs/1101`, `…/callService/1101`; bases are a setting |
//! | POST | the path of its own that a transaction has in some editions, after any gateway's prefix | see `fsi/fields/transactions.tsv` |

use crate::api::{self, Api};
use crate::fsi::fault::{Fault, Wire, Wrong};
use crate::fsi::fields::{self, Entry};
use crate::multipart;
use crate::service::{Arrived, Reaction, Service};
use crate::settings::{ErrorForm, Settings};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;

/// The single entries.
pub const SINGLE: &[&str] = &[
    "/fsi/api/rsfComIfsService/callService",
    "/uif-hsaf-med-api/api/medical/service",
    "/mbs/fmi/fsi/api/callFsiService/callService",
    "/CSB",
    "/",
];

/// A body that takes longer to arrive is not waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The router.
pub fn router(service: Arc<Service>) -> Router {
    let staff = api::router(Api::new(&service));
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .fallback(entry)
        .with_state(service)
        .nest(api::BASE, staff)
}

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// The transaction stands in the body.
    Single,
    /// This transaction.
    Transaction(&'static Entry),
    /// Nowhere.
    Nowhere,
}

/// Where a path leads, by the settings.
#[must_use]
pub fn target(path: &str, settings: &Settings) -> Target {
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    if SINGLE.iter().any(|single| path.ends_with(single)) {
        return Target::Single;
    }
    let named = |entry: &&Entry| !entry.path.is_empty() && path.ends_with(entry.path);
    if let Some(entry) = fields::entries().iter().find(named) {
        return Target::Transaction(entry);
    }
    let (base, number) = path.rsplit_once('/').unwrap_or(("", path));
    let allowed = settings.bases.iter().any(|known| known == "*" || known == base);
    match fields::entry(number).filter(|_| allowed) {
        Some(entry) => Target::Transaction(entry),
        None => Target::Nowhere,
    }
}

async fn health() -> &'static str {
    "ok\n"
}

async fn ready(State(service): State<Arc<Service>>) -> Response {
    let office = service.office.clone();
    let books = tokio::task::spawn_blocking(move || office.store().ping().is_ok()).await;
    if service.office.is_open() && books.unwrap_or(false) {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let page = service.meters.page(service.office.waiting());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], page).into_response()
}

async fn entry(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = match target(parts.uri.path(), &service.settings) {
        Target::Single => None,
        Target::Transaction(entry) => Some(entry),
        Target::Nowhere => {
            let fault = Fault::wire(Wire::PathUnknown, parts.uri.path());
            return refused(&service, StatusCode::NOT_FOUND, &fault);
        }
    };
    if parts.method != Method::POST {
        let fault = Fault::wire(Wire::Method, parts.method.as_str());
        return refused(&service, StatusCode::METHOD_NOT_ALLOWED, &fault);
    }
    let limit = service.settings.body;
    let bytes = match tokio::time::timeout(PATIENCE, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            let right = format!("上限为{}KiB，请拆分后发送", limit / 1_024);
            let fault = Wrong::new(Wire::BodyTooLarge, "").right(right).into();
            return refused(&service, StatusCode::PAYLOAD_TOO_LARGE, &fault);
        }
        Err(_) => {
            let fault = Fault::wire(Wire::BodyTooSlow, "");
            return refused(&service, StatusCode::REQUEST_TIMEOUT, &fault);
        }
    };
    let body = match form(&parts.headers) {
        Form::Json => bytes,
        Form::Multipart => match multipart::envelope(&parts.headers, bytes, path).await {
            Ok(body) => body,
            Err(fault) => return refused(&service, StatusCode::BAD_REQUEST, &fault),
        },
        Form::Other(kind) => {
            let fault = Fault::wire(Wire::ContentType, kind);
            return refused(&service, StatusCode::UNSUPPORTED_MEDIA_TYPE, &fault);
        }
    };
    let arrived = Arrived { path, headers: &parts.headers, body: &body };
    let reaction = service.answer(arrived).await;
    response(reaction, &parts.headers, &service.settings)
}

enum Form {
    Json,
    Multipart,
    Other(String),
}

/// JSON comes as `application/json`, as `text/plain`, or without saying what it is.
fn form(headers: &HeaderMap) -> Form {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "" | "text/plain" | "text/json" | "application/octet-stream" => Form::Json,
        "multipart/form-data" => Form::Multipart,
        json if json.ends_with("json") => Form::Json,
        // Some clients leave what their library sets and send JSON all the same.
        "application/x-www-form-urlencoded" => Form::Json,
        _ => Form::Other(kind),
    }
}

fn response(reaction: Reaction, headers: &HeaderMap, settings: &Settings) -> Response {
    match reaction {
        Reaction::Envelope(json) => json_response(StatusCode::OK, json),
        Reaction::File { name, bytes } => {
            let name = format!("attachment; filename=\"{name}\"");
            let name =
                HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
            let kind = HeaderValue::from_static("application/octet-stream");
            ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], bytes).into_response()
        }
        Reaction::Gateway { message, envelope } => {
            let wanted = headers.get("x-error-form").is_some_and(|form| form == "envelope");
            if wanted || settings.gateway_errors == ErrorForm::Envelope {
                return json_response(StatusCode::OK, envelope);
            }
            let json = format!("{{\"code\":401,\"message\":\"{message}\"}}");
            json_response(StatusCode::UNAUTHORIZED, json)
        }
    }
}

fn refused(service: &Service, status: StatusCode, fault: &Fault) -> Response {
    json_response(status, service.refusal(fault))
}

fn json_response(status: StatusCode, json: String) -> Response {
    let kind = HeaderValue::from_static("application/json;charset=UTF-8");
    (status, [(CONTENT_TYPE, kind)], Body::from(json)).into_response()
}
