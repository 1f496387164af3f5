//! A job over a store, compiled once: what the tasks that one process of a cluster does have in common.
//!
//! Policies compiled for claims borrow both, so all of it lives on a thread of its own, which is asked for buckets.

use crate::asking::{read_job, sides};
use crate::busy::{Watching, interruptibly};
use crate::claims::store;
use crate::error::{raised, said};
use crate::run::Run;
use ::simulate::{Fault, Prepared, Result, RunResult, Source};
use kernel::Timeline;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often whoever waits looks whether somebody interrupts.
const LOOK: Duration = Duration::from_millis(100);

/// A job over a store, ready for its buckets.
#[pyclass(frozen, module = "gongji")]
pub(crate) struct Task {
    /// To the thread; it ends when this is gone.
    asking: Mutex<Sender<Asked>>,
    buckets: usize,
}

/// A bucket that is wanted.
struct Asked {
    bucket: usize,
    threads: usize,
    stop: Arc<AtomicBool>,
    answer: SyncSender<Result<RunResult>>,
}

#[pymethods]
impl Task {
    #[new]
    fn new(py: Python<'_>, job: &str, store: PathBuf) -> PyResult<Task> {
        let sides = sides(py, &read_job(py, job)?)?;
        let store = self::store(py, store)?;
        let buckets = store.buckets();
        let (asking, asked) = channel();
        let (ready, told) = sync_channel(1);
        std::thread::spawn(move || {
            let timelines: Vec<&Timeline> = sides.iter().map(|side| &side.timeline).collect();
            answer(&Source::stored(store), &timelines, &asked, &ready);
        });
        let compiled = py.detach(move || told.recv()).unwrap_or_else(|_| Err(stopped()));
        compiled.map_err(|fault| raised(py, &fault))?;
        Ok(Task { asking: Mutex::new(asking), buckets })
    }

    /// 单据库有几个分桶。
    ///
    /// How many buckets the store has.
    #[getter]
    fn buckets(&self) -> usize {
        self.buckets
    }

    /// What one bucket comes to, as `run_bucket` gives it.
    #[pyo3(signature = (bucket, *, threads = 1))]
    fn run<'py>(
        &self,
        py: Python<'py>,
        bucket: usize,
        threads: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let buckets = self.buckets;
        if bucket >= buckets {
            return Err(said(
                py,
                format!("没有分桶 {bucket}：单据库有 {buckets} 个，从 0 起"),
                format!("no bucket {bucket}: the store has {buckets}, from 0 on"),
            ));
        }
        let result = interruptibly(py, |stop| {
            let (answer, answered) = sync_channel(1);
            let halt = Arc::new(AtomicBool::new(false));
            let asked = Asked { bucket, threads, stop: halt.clone(), answer };
            let asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner).clone();
            asking.send(asked).map_err(|_| stopped())?;
            loop {
                match answered.recv_timeout(LOOK) {
                    Ok(result) => return result,
                    Err(RecvTimeoutError::Disconnected) => return Err(stopped()),
                    Err(RecvTimeoutError::Timeout) => {
                        halt.store(stop.load(Ordering::Relaxed), Ordering::Relaxed);
                    }
                }
            }
        })?;
        Run::bytes_of(py, &result)
    }
}

/// Compiles, says so, and answers for one bucket after the other.
fn answer(
    source: &Source,
    timelines: &[&Timeline],
    asked: &Receiver<Asked>,
    ready: &SyncSender<Result<()>>,
) {
    let prepared = match Prepared::new(source, timelines) {
        Ok(prepared) => prepared,
        // Whoever asked waits for it; if not, nobody is left to be told.
        Err(fault) => return drop(ready.send(Err(fault))),
    };
    if ready.send(Ok(())).is_err() {
        return;
    }
    while let Ok(Asked { bucket, threads, stop, answer }) = asked.recv() {
        let watching = |_| Ok(Watching(&stop));
        let result = prepared.run(bucket..bucket + 1, threads, watching, |_| ());
        // Who has been interrupted no longer waits.
        drop(answer.send(result));
    }
}

fn stopped() -> Fault {
    Fault { zh: "计算线程意外停止".into(), en: "a thread that was working stopped".into() }
}
