//! A year of claims under a policy and a reform.

use crate::asking::{PolicyGiven, ReformGiven, asked, sides};
use crate::busy::{Watching, interruptibly};
use crate::claims::{Given, Manner, mapping, open, processors};
use crate::run::Run;
use ::simulate::{Division, Needless};
use kernel::Timeline;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeMap;

/// 把单据在政策和改革下重新算一遍。
///
/// Settles claims again under a policy, and under a reform beside it.
#[pyfunction]
#[pyo3(signature = (claims, *, policy, reform = None, map = None, value = None, threads = None, memory = 256))]
#[expect(clippy::too_many_arguments, reason = "Python's keywords")]
pub(crate) fn simulate(
    py: Python<'_>,
    claims: &Bound<'_, PyAny>,
    policy: PolicyGiven<'_>,
    reform: Option<ReformGiven<'_>>,
    map: Option<BTreeMap<String, String>>,
    value: Option<BTreeMap<String, Bound<'_, PyDict>>>,
    threads: Option<usize>,
    memory: usize,
) -> PyResult<Run> {
    let sides = sides(py, &asked(py, &policy, reform.as_ref())?)?;
    let timelines: Vec<&Timeline> = sides.iter().map(|side| &side.timeline).collect();
    let threads = processors(threads);
    let needless = Needless::of(&timelines, &Division::ALL);
    let mapping = mapping(py, map, value)?.leaving_out(needless);
    let source = open(py, Given::of(claims)?, Manner { mapping, threads, memory })?;
    let result = interruptibly(py, |stop| {
        let buckets = 0..source.buckets();
        let watching = |_| Ok(Watching(stop));
        ::simulate::run(&source, &timelines, buckets, threads, watching, |_| ())
    })?;
    Ok(Run::of(result, sides.into_iter().map(|side| side.zh).collect()))
}
