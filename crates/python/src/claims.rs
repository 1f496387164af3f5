//! Which claims: a table in memory, files, or a store; and how their columns and values are called.

use crate::error::{raised, said};
use crate::frame::ArrowFrame;
use ::simulate::{FrameReading, Mapping, Reading, Source, Store};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Claims as they were handed over.
pub(crate) enum Given {
    /// A table in memory.
    Frame(ArrowFrame),
    /// Files, or the folder of a store.
    Paths(Vec<PathBuf>),
}

impl Given {
    /// A table, a path, or several paths.
    pub(crate) fn of(claims: &Bound<'_, PyAny>) -> PyResult<Given> {
        if ArrowFrame::is_one(claims)? {
            return Ok(Given::Frame(ArrowFrame::of(claims)?));
        }
        if let Ok(path) = claims.extract::<PathBuf>() {
            return Ok(Given::Paths(vec![path]));
        }
        let paths = claims.extract::<Vec<PathBuf>>();
        // Neither: what is said of tables says what would be right.
        paths.map(Given::Paths).or_else(|_| ArrowFrame::of(claims).map(Given::Frame))
    }
}

/// How claims are read.
pub(crate) struct Manner {
    pub(crate) mapping: Mapping,
    pub(crate) threads: usize,
    /// Megabytes.
    pub(crate) memory: usize,
}

/// Reads `map` and `value`.
pub(crate) fn mapping(
    py: Python<'_>,
    map: Option<BTreeMap<String, String>>,
    value: Option<BTreeMap<String, Bound<'_, pyo3::types::PyDict>>>,
) -> PyResult<Mapping> {
    let columns: Vec<String> = map
        .unwrap_or_default()
        .into_iter()
        .map(|(ours, theirs)| format!("{ours}={theirs}"))
        .collect();
    let mut mapping = Mapping::read(&columns, &[]).map_err(|fault| raised(py, &fault))?;
    for (column, codes) in value.unwrap_or_default() {
        for (value, code) in codes {
            let (value, code): (String, String) = (written(&value)?, code.extract()?);
            mapping.say(&column, &value, &code).map_err(|fault| raised(py, &fault))?;
        }
    }
    Ok(mapping)
}

/// A value of a table as the mapping writes it.
fn written(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(if flag.is_true() { "yes" } else { "no" }.to_string());
    }
    Ok(value.str()?.to_string())
}

/// Threads, if none are asked for: the processors.
pub(crate) fn processors(threads: Option<usize>) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    threads.unwrap_or_else(processors).max(1)
}

/// Opens the store, reads the files, or takes the table.
pub(crate) fn open(py: Python<'_>, claims: Given, manner: Manner) -> PyResult<Source> {
    if let Given::Paths(paths) = &claims
        && let [path] = &paths[..]
        && path.is_dir()
    {
        return store(py, path.clone()).map(Source::stored);
    }
    read(py, claims, manner, None)
}

/// Opens a store.
pub(crate) fn store(py: Python<'_>, path: PathBuf) -> PyResult<Store> {
    py.detach(|| Store::open(&path)).map_err(|fault| raised(py, &fault))
}

/// Reads files, or takes the table.
pub(crate) fn read(
    py: Python<'_>,
    claims: Given,
    manner: Manner,
    buckets: Option<usize>,
) -> PyResult<Source> {
    let Manner { mapping, threads, memory } = manner;
    let source = match claims {
        Given::Frame(frame) => {
            let reading = FrameReading { mapping, threads, buckets, origins: false };
            py.detach(|| Source::frame(&frame, &reading))
        }
        Given::Paths(files) => {
            check(py, &files)?;
            let reading = Reading { files, mapping, threads, memory: memory << 20, buckets };
            py.detach(|| Source::read(&reading))
        }
    };
    source.map_err(|fault| raised(py, &fault))
}

fn check(py: Python<'_>, files: &[PathBuf]) -> PyResult<()> {
    if files.is_empty() {
        return Err(said(py, "没有给出单据文件".into(), "no files of claims were given".into()));
    }
    let Some(folder) = files.iter().find(|path| path.is_dir()) else { return Ok(()) };
    let folder = folder.display();
    Err(said(
        py,
        format!("{folder}：单据库只能单独给出，也不能再分组"),
        format!("{folder}: a store stands alone, and is not grouped again"),
    ))
}
