//! Metrics, in the form Prometheus reads.
//!
//! `gongji_requests_total{transaction, result}` and `gongji_request_seconds{transaction}` of requests, a result being `ok`
//! or the number of the refusal; `gongji_api_requests_total{endpoint, status}` and `gongji_api_request_seconds{endpoint}` of
//! the REST API; `gongji_queue_waiting`, `gongji_batch_requests`, `gongji_batch_seconds` and
//! `gongji_store_failures_total` of the core, a batch being one transaction of the books from finding to commit.

use crate::fsi::fields;
use agency::core::Watch;
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use std::cell::Cell;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use store::StoreError;

/// The meters of a server.
pub struct Meters {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    by_transaction: HashMap<&'static str, (Counter, Histogram)>,
    waiting: Gauge,
    batch_requests: Histogram,
    batch_seconds: Histogram,
    failures: Counter,
}

const METADATA: Metadata<'static> = Metadata::new("gongji", Level::INFO, None);
const SECONDS: &[f64] =
    &[0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];
const REQUESTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

thread_local! {
    /// When the transaction began that this thread of the core is in.
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
}

impl Watch for Meters {
    fn began(&self, requests: usize, _waiting: usize) {
        BEGAN.set(Some(Instant::now()));
        self.batch_requests.record(u32::try_from(requests).map_or(f64::MAX, f64::from));
    }

    fn ended(&self, _requests: usize) {
        if let Some(began) = BEGAN.take() {
            self.batch_seconds.record(began.elapsed().as_secs_f64());
        }
    }

    fn failed(&self, error: &StoreError) {
        self.failures.increment(1);
        tracing::error!(%error, "the store failed");
    }
}

impl Meters {
    /// Meters at zero.
    #[must_use]
    pub fn new() -> Meters {
        let builder = PrometheusBuilder::new();
        let seconds = Matcher::Suffix("_seconds".to_string());
        let requests = Matcher::Full("gongji_batch_requests".to_string());
        let builder = builder
            .set_buckets_for_metric(seconds, SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(requests, REQUESTS))
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let meter = |number: &'static str| {
            let labels = vec![Label::new("transaction", number), Label::new("result", "ok")];
            let key = Key::from_parts("gongji_requests_total", labels);
            let taken = recorder.register_counter(&key, &METADATA);
            let labels = vec![Label::new("transaction", number)];
            let key = Key::from_parts("gongji_request_seconds", labels);
            (taken, recorder.register_histogram(&key, &METADATA))
        };
        let by_transaction =
            fields::entries().iter().map(|entry| (entry.number, meter(entry.number))).collect();
        let named = Key::from_static_name;
        let waiting = recorder.register_gauge(&named("gongji_queue_waiting"), &METADATA);
        let histogram = |name| recorder.register_histogram(&named(name), &METADATA);
        let batch_requests = histogram("gongji_batch_requests");
        let batch_seconds = histogram("gongji_batch_seconds");
        let failures = recorder.register_counter(&named("gongji_store_failures_total"), &METADATA);
        let handle = recorder.handle();
        Meters {
            recorder,
            handle,
            by_transaction,
            waiting,
            batch_requests,
            batch_seconds,
            failures,
        }
    }

    /// A request was answered; `refused` is the number of the refusal.
    pub fn answered(
        &self,
        transaction: Option<&'static str>,
        refused: Option<u16>,
        took: Duration,
    ) {
        let meter = transaction.and_then(|number| self.by_transaction.get(number));
        if let Some((_, seconds)) = meter {
            seconds.record(took.as_secs_f64());
        }
        match (meter, refused) {
            (Some((taken, _)), None) => taken.increment(1),
            (_, refused) => {
                let result = refused.map_or("ok".to_string(), |number| number.to_string());
                let labels = vec![
                    Label::new("transaction", transaction.unwrap_or("unknown")),
                    Label::new("result", result),
                ];
                let key = Key::from_parts("gongji_requests_total", labels);
                self.recorder.register_counter(&key, &METADATA).increment(1);
            }
        }
    }

    /// A request of the REST API was answered.
    pub fn api_answered(&self, endpoint: &'static str, status: u16, took: Duration) {
        let labels =
            vec![Label::new("endpoint", endpoint), Label::new("status", status.to_string())];
        let key = Key::from_parts("gongji_api_requests_total", labels);
        self.recorder.register_counter(&key, &METADATA).increment(1);
        let labels = vec![Label::new("endpoint", endpoint)];
        let key = Key::from_parts("gongji_api_request_seconds", labels);
        self.recorder.register_histogram(&key, &METADATA).record(took.as_secs_f64());
    }

    /// The page, with so many requests waiting now.
    #[must_use]
    pub fn page(&self, waiting: usize) -> String {
        self.waiting.set(u32::try_from(waiting).map_or(f64::MAX, f64::from));
        self.handle.render()
    }
}

impl Default for Meters {
    fn default() -> Meters {
        Meters::new()
    }
}
