//! One request of the API from bytes to bytes.

use super::endpoint::{Answer, Endpoint, Handler, Method, Write};
use super::operators::{Operator, Operators};
use super::paging::Page;
use super::problem::{Kind, Problem};
use super::request::{self, Ask};
use super::{journal, table};
use crate::meters::Meters;
use crate::office::Office;
use crate::routes::PATIENCE;
use crate::service::Service;
use crate::settings::Shared;
use agency::core::Job;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Area;

/// How long the core is waited for.
const WAITED: Duration = Duration::from_secs(60);

/// What the API needs.
pub struct Api {
    /// Books and core.
    pub office: Arc<Office>,
    /// The settings.
    pub settings: Shared,
    /// Who may use it.
    pub operators: Operators,
    /// The meters.
    pub meters: Arc<Meters>,
}

impl Api {
    /// The API of a server.
    #[must_use]
    pub fn new(service: &Service) -> Arc<Api> {
        Arc::new(Api {
            office: service.office.clone(),
            settings: service.settings.clone(),
            operators: Operators::of(&service.settings),
            meters: service.meters.clone(),
        })
    }
}

/// The routes, relative to [`super::BASE`].
pub fn router(api: Arc<Api>) -> Router {
    let mut router: Router<Arc<Api>> = Router::new();
    for endpoint in table::all() {
        let filter = match endpoint.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        };
        let handler = move |State(api): State<Arc<Api>>, path: RawPathParams, request: Request| {
            let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            let path: Vec<_> = path.collect();
            async move { respond(&api, endpoint, path, request).await }
        };
        router = router.route(endpoint.path, on(filter, handler));
    }
    router.fallback(nowhere).method_not_allowed_fallback(no_method).with_state(api)
}

async fn nowhere(request: Request) -> Problem {
    Problem::not_found("path", request.uri().path())
}

async fn no_method(request: Request) -> Problem {
    let path = request.uri().path();
    let path = path.strip_prefix(super::BASE).unwrap_or(path);
    let fits = |endpoint: &&Endpoint| {
        let (mut known, mut asked) = (endpoint.path.split('/'), path.split('/'));
        loop {
            match (known.next(), asked.next()) {
                (None, None) => return true,
                (Some(known), Some(asked)) if known == asked || known.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let methods: Vec<_> = table::all().filter(fits).map(|it| it.method.word()).collect();
    Problem::field(Kind::Method, "method", request.method().as_str(), methods.join(", "))
}

async fn respond(
    api: &Arc<Api>,
    endpoint: &'static Endpoint,
    path: Vec<(String, String)>,
    request: Request,
) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let operator = operator(api, &parts.headers);
    let name = operator.as_ref().map_or_else(|_| "?".to_owned(), |it| it.name.clone());
    let result = match operator {
        Ok(operator) => answer(api, endpoint, path, operator, &parts, body).await,
        Err(problem) => Err(problem),
    };
    let status = result.as_ref().map_or_else(|problem| problem.status, |answered| answered.0);
    let took = began.elapsed();
    api.meters.api_answered(endpoint.id, status, took);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    match &result {
        Ok(_) => {
            tracing::debug!(endpoint = endpoint.id, operator = name, status, micros, "answered");
        }
        Err(problem) => {
            let (endpoint, problem) = (endpoint.id, &problem.kind);
            tracing::info!(endpoint, operator = name, status, problem, micros, "refused");
        }
    }
    match result {
        Ok((status, value, replayed)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            if replayed {
                headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
            }
            (status, headers, Body::from(value.to_string())).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// Who asks, by the token.
fn operator(api: &Api, headers: &HeaderMap) -> Result<Arc<Operator>, Problem> {
    let stated = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = stated.and_then(|stated| {
        let (scheme, token) = stated.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let refused = |right: &str| Err(Problem::field(Kind::Unauthorized, "Authorization", "", right));
    match token {
        _ if api.operators.is_empty() => {
            refused("本服务没有登记经办人员：请在设置文件中写[[operator]]")
        }
        None => refused("应为Bearer与令牌"),
        Some(token) => match api.operators.with_token(token) {
            Some(operator) => Ok(operator.clone()),
            None => refused("令牌无效：请向系统管理员申领"),
        },
    }
}

/// Whether the operator may do this, here.
fn allowed(
    endpoint: &Endpoint,
    path: &[(String, String)],
    operator: &Operator,
) -> Result<Area, Problem> {
    if !operator.has(endpoint.roles) {
        let own: Vec<_> = operator.roles.iter().map(|role| role.code()).collect();
        let may: Vec<_> = endpoint.roles.iter().map(|role| role.code()).collect();
        let right = format!("{}的角色为{}", endpoint.zh, may.join("、"));
        return Err(Problem::field(Kind::Forbidden, "role", &own.join("、"), right));
    }
    let Some((_, text)) = path.iter().find(|(name, _)| name == "area") else {
        return Ok(Area::default());
    };
    let area = Area::parse(text).ok_or_else(|| Problem::not_found("area", text))?;
    if operator.serves(area) {
        return Ok(area);
    }
    let own: Vec<_> = operator.areas.iter().map(ToString::to_string).collect();
    Err(Problem::field(Kind::Area, "area", text, format!("本人经办{}", own.join("、"))))
}

async fn answer(
    api: &Arc<Api>,
    endpoint: &'static Endpoint,
    path: Vec<(String, String)>,
    operator: Arc<Operator>,
    parts: &Parts,
    body: Body,
) -> Result<(u16, Value, bool), Problem> {
    let area = allowed(endpoint, &path, &operator)?;
    let stated = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    let key = if endpoint.writes() { journal::key(stated)? } else { "" };
    let query = request::query(parts.uri.query().unwrap_or_default(), &endpoint.parameters())?;
    if matches!(endpoint.answer, Answer::Page(_)) {
        Page::of(&query)?;
    }
    let bytes = if endpoint.writes() { read(api, parts, body).await? } else { Bytes::new() };
    let fields = endpoint.body.map_or(&[][..], |shape| shape.fields);
    let body = request::body(&bytes, fields)?;
    let content = [endpoint.method.word().as_bytes(), parts.uri.path().as_bytes(), bytes.as_ref()];
    let message = journal::message(area, &operator.name, key, endpoint.id, &content);
    let ask = Ask { operator, path, area, query, body };
    let (desk, noted) = (api.clone(), message.clone());
    let ready = blocking(move || match endpoint.handler {
        Handler::Look(look) => look(&desk, &ask).map(Ready::Done),
        Handler::Write(write) => {
            journal::unused(desk.office.store(), &noted)?;
            write(&desk, &ask).map(Ready::Write)
        }
    });
    let write = match ready.await? {
        Ready::Done(value) => return Ok((200, value, false)),
        Ready::Write(write) => write,
    };
    let Write { business, status, render } = write;
    let business = Box::new(journal::Once { business, message: message.clone() });
    let (answered, waiting) = tokio::sync::oneshot::channel();
    let reply = Box::new(move |reply| {
        // Somebody who went away does not want to know.
        let _ = answered.send(reply);
    });
    api.office.submit(Job { business, message: Some(message), sent: None, reply });
    let reply = tokio::time::timeout(WAITED, waiting).await;
    let unknown = || Problem::plain(Kind::Unknown);
    let reply = reply.map_err(|_| unknown())?.map_err(|_| unknown())?;
    let answered = reply.map_err(|refused| journal::told(refused, key))?;
    let (desk, replayed) = (api.clone(), answered.replayed);
    let value = blocking(move || render(&desk, &answered)).await?;
    Ok((status, value, replayed))
}

enum Ready {
    Done(Value),
    Write(Write),
}

/// The body, as far as it is JSON, not too large and not too slow.
async fn read(api: &Api, parts: &Parts, body: Body) -> Result<Bytes, Problem> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let limit = api.settings.body;
    let bytes = match tokio::time::timeout(PATIENCE, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            let right = format!("上限为{}KiB", limit / 1_024);
            return Err(Problem::field(Kind::TooLarge, "body", "", right));
        }
        Err(_) => return Err(Problem::plain(Kind::Slow)),
    };
    let json = kind.is_empty() || kind.to_ascii_lowercase().ends_with("json");
    if json || bytes.is_empty() {
        return Ok(bytes);
    }
    Err(Problem::field(Kind::MediaType, "Content-Type", kind, "应为application/json"))
}

/// Runs something that waits for the books where it may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::plain(Kind::Internal))?
}
