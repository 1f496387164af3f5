//! Metrics, in the form Prometheus reads.
//!
//! `gongji_requests_total{transaction, result}`, `gongji_request_seconds{transaction}`, `gongji_queue_waiting`. A result is
//! `ok`, or the number of the refusal.

use crate::fsi::fields;
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use std::collections::HashMap;
use std::time::Duration;

/// The meters of a server.
pub struct Meters {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    by_transaction: HashMap<&'static str, (Counter, Histogram)>,
    waiting: Gauge,
}

const METADATA: Metadata<'static> = Metadata::new("gongji", Level::INFO, None);
const SECONDS: &[f64] =
    &[0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

impl Meters {
    /// Meters at zero.
    #[must_use]
    pub fn new() -> Meters {
        let builder = PrometheusBuilder::new();
        let matcher = Matcher::Suffix("_seconds".to_string());
        let builder = builder
            .set_buckets_for_metric(matcher, SECONDS)
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
        let waiting = recorder.register_gauge(&Key::from_name("gongji_queue_waiting"), &METADATA);
        let handle = recorder.handle();
        Meters { recorder, handle, by_transaction, waiting }
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
