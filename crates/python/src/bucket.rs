//! Stores, and runs over single buckets of them: what tasks of a cluster call. Bytes in, bytes out.

use crate::asking::{read_job, sides};
use crate::busy::{Watching, interruptibly};
use crate::claims::{Given, Manner, mapping, processors, read, store};
use crate::error::{raised, said};
use crate::run::Run;
use ::simulate::{RunResult, Source};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// 把单据按人分组存成单据库，返回分桶数。
///
/// Groups claims by person into a store; returns the number of buckets.
#[pyfunction]
#[pyo3(signature = (claims, out, *, map = None, value = None, buckets = 64, threads = None, memory = 256))]
#[expect(clippy::too_many_arguments, reason = "Python's keywords")]
pub(crate) fn group(
    py: Python<'_>,
    claims: &Bound<'_, PyAny>,
    out: PathBuf,
    map: Option<BTreeMap<String, String>>,
    value: Option<BTreeMap<String, Bound<'_, PyDict>>>,
    buckets: usize,
    threads: Option<usize>,
    memory: usize,
) -> PyResult<usize> {
    let threads = processors(threads);
    let manner = Manner { mapping: mapping(py, map, value)?, threads, memory };
    let source = read(py, Given::of(claims)?, manner, Some(buckets))?;
    let manifest = py.detach(|| ::simulate::store::group(&source, &out, threads, |_| ()));
    manifest.map(|manifest| manifest.buckets.len()).map_err(|fault| raised(py, &fault))
}

/// 算一个分桶：可以重复、可以重做、可以算两次。
///
/// What one bucket of a store comes to under the policies of a job; may be repeated, lost, done twice.
#[pyfunction]
#[pyo3(signature = (job, store, bucket, *, threads = 1))]
pub(crate) fn run_bucket<'py>(
    py: Python<'py>,
    job: &str,
    store: PathBuf,
    bucket: usize,
    threads: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let sides = sides(py, &read_job(py, job)?)?;
    let store = self::store(py, store)?;
    let buckets = store.buckets();
    if bucket >= buckets {
        return Err(said(
            py,
            format!("没有分桶 {bucket}：单据库有 {buckets} 个，从 0 起"),
            format!("no bucket {bucket}: the store has {buckets}, from 0 on"),
        ));
    }
    let source = Source::stored(store);
    let result = interruptibly(py, |stop| {
        let timelines: Vec<_> = sides.iter().map(|side| &side.timeline).collect();
        let watching = |_| Ok(Watching(stop));
        ::simulate::run(&source, &timelines, bucket..bucket + 1, threads, watching, |_| ())
    })?;
    Run::bytes_of(py, &result)
}

/// 合并各分桶的结果；缺少、重复或与清单不符都不合并。
///
/// Puts the results of all buckets together, or refuses.
#[pyfunction]
#[pyo3(signature = (store, results, *, job = None))]
pub(crate) fn merge(
    py: Python<'_>,
    store: PathBuf,
    results: &Bound<'_, PyAny>,
    job: Option<&str>,
) -> PyResult<Run> {
    let store = self::store(py, store)?;
    let read =
        |bytes: PyResult<Bound<'_, PyAny>>| Run::read(py, &bytes?.extract::<PyBackedBytes>()?);
    let parts = results.try_iter()?.map(read).collect::<PyResult<Vec<_>>>()?;
    let merged = ::simulate::merge(store.manifest(), &parts).map_err(|fault| raised(py, &fault))?;
    let names = match job {
        None => Vec::new(),
        Some(job) => named(py, job, &merged)?,
    };
    Ok(Run::of(merged, names))
}

/// The names of a job's policies, if the results were settled under these.
fn named(py: Python<'_>, job: &str, result: &RunResult) -> PyResult<Vec<String>> {
    let sides = sides(py, &read_job(py, job)?)?;
    let versions: Vec<String> =
        sides.iter().map(|side| ::simulate::versions(&side.timeline)).collect();
    if versions != result.policies {
        return Err(said(
            py,
            "结果不是用这个任务的政策算的".into(),
            "the results were not settled under the policies of this job".into(),
        ));
    }
    Ok(sides.into_iter().map(|side| side.zh).collect())
}
