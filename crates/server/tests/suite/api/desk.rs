//! A server with the API on the books of the invented town, and a client that holds every answer against its shape.

use crate::place::{Response, send};
use crate::town::Town;
use serde_json::{Map, Value};
use server::api::endpoint::{Answer, Endpoint};
use server::api::operators::demo_token;
use server::api::{Api, BASE, Role, paging, shape, table};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Chongqing.
pub(crate) const CQ: &str = "/areas/500000";

/// Staff at their desks.
pub(crate) struct Desk {
    pub(crate) town: Town,
    address: SocketAddr,
    keys: AtomicU32,
    _runtime: Runtime,
}

impl Desk {
    /// With one operator a role, whose tokens are those of a demonstration.
    pub(crate) fn open() -> Desk {
        Desk::with("demo = true")
    }

    /// With the operators of a settings file.
    pub(crate) fn with(settings: &str) -> Desk {
        Desk::of(Town::with(settings))
    }

    /// After the server was stopped and started again.
    pub(crate) fn restarted(self) -> Desk {
        let Desk { town, keys, .. } = self;
        Desk { keys, ..Desk::of(town.restarted()) }
    }

    fn of(town: Town) -> Desk {
        let router = axum::Router::new().nest(BASE, server::api::router(Api::new(&town.service)));
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Desk { town, address, keys: AtomicU32::new(1), _runtime: runtime }
    }

    /// Sends a request as it is.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        send(self.address, method, &format!("{BASE}{path}"), headers, body)
    }

    /// Looks at something.
    pub(crate) fn look(&self, role: Role, path: &str) -> Response {
        let token = format!("Bearer {}", demo_token(role));
        self.send("GET", path, &[("Authorization", &token)], b"")
    }

    /// What a look finds.
    pub(crate) fn get(&self, role: Role, path: &str) -> Value {
        held(&self.look(role, path), "GET", path)
    }

    /// The items of a page.
    pub(crate) fn items(&self, role: Role, path: &str) -> Vec<Value> {
        self.get(role, path)["items"].as_array().unwrap().clone()
    }

    /// A long job, once it is over.
    pub(crate) fn over(&self, role: Role, kind: &str, number: &str) -> Value {
        let began = Instant::now();
        loop {
            let told = self.get(role, &format!("{CQ}/runs/{kind}/{number}"));
            if told["state"] != "running" {
                return told;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{told}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Does something under a key of its own.
    pub(crate) fn write(&self, role: Role, method: &str, path: &str, body: &Value) -> Response {
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        self.write_as(&demo_token(role), &key, method, path, &body.to_string())
    }

    /// Does something that must be done.
    pub(crate) fn done(&self, role: Role, method: &str, path: &str, body: &Value) -> Value {
        held(&self.write(role, method, path, body), method, path)
    }

    /// Does something with a token and a key.
    pub(crate) fn write_as(
        &self,
        token: &str,
        key: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> Response {
        let token = format!("Bearer {token}");
        let kind = ("Content-Type", "application/json");
        let headers = [("Authorization", &*token), ("Idempotency-Key", key), kind];
        self.send(method, path, &headers, body.as_bytes())
    }
}

/// The body of a success, held against the shape of its endpoint.
pub(crate) fn held(response: &Response, method: &str, path: &str) -> Value {
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    assert!(response.status / 100 == 2, "{method} {path}: {} {}", response.status, response.text());
    let value = response.json();
    let endpoint = endpoint(method, path);
    let check = |shape: &shape::Shape, value: &Value| {
        let object: &Map<String, Value> = value.as_object().unwrap();
        let fits = shape::check(shape.fields, object, "");
        assert!(fits.is_ok(), "{method} {path}: {fits:?} in {value}");
    };
    match endpoint.answer {
        Answer::One(shape) => check(shape, &value),
        Answer::Page(shape) => {
            let items = value["items"].as_array().unwrap();
            assert!(items.len() <= paging::MOST);
            items.iter().for_each(|item| check(shape, item));
        }
        Answer::Document => {}
    }
    value
}

fn endpoint(method: &str, path: &str) -> &'static Endpoint {
    let fits = |endpoint: &&Endpoint| {
        let (known, asked): (Vec<_>, Vec<_>) =
            (endpoint.path.split('/').collect(), path.split('/').collect());
        endpoint.method.word() == method
            && known.len() == asked.len()
            && known
                .iter()
                .zip(&asked)
                .all(|(known, asked)| known == asked || known.starts_with('{'))
    };
    table::all().find(fits).unwrap_or_else(|| panic!("no endpoint {method} {path}"))
}

/// The problem of a refusal: its kind, and the whole of it.
pub(crate) fn problem(response: &Response, status: u16) -> Value {
    assert_eq!(response.status, status, "{}", response.text());
    assert!(response.head.contains("application/problem+json"), "{}", response.head);
    let problem = response.json();
    assert_eq!(problem["status"], status);
    for name in ["type", "title", "detail", "detail_en"] {
        assert!(problem[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {problem}");
    }
    problem
}
