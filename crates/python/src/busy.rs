//! Work without the interpreter, which a person may interrupt (Ctrl-C): it ends at the next batch of claims.

use crate::error::raised;
use ::simulate::{Claims, Fault, Outcome, Result, Rows};
use pyo3::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// How often Python is asked whether somebody interrupts.
const ASK: Duration = Duration::from_millis(100);

/// Does long work on a thread of its own and keeps an eye on signals. Work looks at the flag and ends when it is set.
pub(crate) fn interruptibly<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&AtomicBool) -> Result<T> + Send,
) -> PyResult<T> {
    let stop = AtomicBool::new(false);
    let (stop, mut interrupted) = (&stop, None);
    let done = std::thread::scope(|scope| {
        let (ended, mut end) = mpsc::sync_channel::<()>(1);
        let working = scope.spawn(move || {
            // Dropped at the end, whatever that is.
            let _ended = ended;
            work(stop)
        });
        loop {
            let waited;
            (end, waited) = py.detach(move || {
                let waited = end.recv_timeout(ASK);
                (end, waited)
            });
            if waited != Err(mpsc::RecvTimeoutError::Timeout) {
                break;
            }
            if let Err(error) = py.check_signals() {
                stop.store(true, Ordering::Relaxed);
                interrupted = Some(error);
                break;
            }
        }
        py.detach(|| working.join())
    });
    match (interrupted, done) {
        (Some(error), _) => Err(error),
        (None, Ok(done)) => done.map_err(|fault| raised(py, &fault)),
        (None, Err(_)) => Err(raised(py, &stopped())),
    }
}

fn stopped() -> Fault {
    Fault { zh: "计算线程意外停止".into(), en: "a thread that was working stopped".into() }
}

/// Takes no rows, but ends the run when it is to stop.
pub(crate) struct Watching<'a>(pub(crate) &'a AtomicBool);

impl Rows for Watching<'_> {
    fn take(&mut self, _: &Claims, _: Range<usize>, _: &[Outcome]) -> Result<()> {
        go_on(self.0)
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// A fault once somebody has interrupted.
pub(crate) fn go_on(stop: &AtomicBool) -> Result<()> {
    if stop.load(Ordering::Relaxed) {
        return Err(Fault { zh: "已中断".into(), en: "interrupted".into() });
    }
    Ok(())
}
