//! Buckets dealt to threads, and people of a bucket in batches.

use crate::claims::Claims;
use crate::fault::{Fault, Result};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows of a batch: small enough that a batch and what it comes to stay close to the processor.
const BATCH: usize = 1 << 13;

/// Works on buckets, on one thread.
pub(crate) trait Worker {
    /// What it has at the end.
    type Done: Send;

    /// Takes a bucket.
    fn bucket(&mut self, bucket: usize) -> Result<()>;

    /// There are no more.
    fn end(self) -> Self::Done;
}

/// Deals buckets to threads, whoever is free next; `begin` makes each thread's worker.
pub(crate) fn deal<W: Worker>(
    buckets: Range<usize>,
    threads: usize,
    begin: impl Fn() -> Result<W> + Sync,
    done: impl Fn(usize) + Sync,
) -> Result<Vec<W::Done>> {
    let (next, begin, done) = (AtomicUsize::new(buckets.start), &begin, &done);
    let next = &next;
    std::thread::scope(|scope| {
        let work = |_| {
            scope.spawn(move || {
                let mut worker = begin()?;
                loop {
                    let bucket = next.fetch_add(1, Ordering::Relaxed);
                    if bucket >= buckets.end {
                        return Ok(worker.end());
                    }
                    worker.bucket(bucket)?;
                    done(bucket);
                }
            })
        };
        let working: Vec<_> = (0..threads.max(1)).map(work).collect();
        let join = |work: std::thread::ScopedJoinHandle<'_, Result<W::Done>>| {
            work.join().unwrap_or_else(|_| {
                Err(Fault::new("计算线程意外停止", "a thread that was working stopped"))
            })
        };
        working.into_iter().map(join).collect()
    })
}

/// The people of a bucket, a batch at a time.
pub(crate) fn batches(claims: &Claims) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= claims.people.len() {
            return None;
        }
        let from = claims.first[start] as usize;
        let mut end = start + 1;
        while end < claims.people.len() && claims.first[end + 1] as usize - from <= BATCH {
            end += 1;
        }
        let batch = start..end;
        start = end;
        Some(batch)
    })
}
