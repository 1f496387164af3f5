//! Which claims: files, or a store; and how their columns and values are called.

use crate::error::{raised, said};
use ::simulate::{Mapping, Reading, Source, Store};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One path, or several.
#[derive(FromPyObject)]
pub(crate) enum Paths {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl Paths {
    pub(crate) fn list(self) -> Vec<PathBuf> {
        match self {
            Paths::One(path) => vec![path],
            Paths::Several(paths) => paths,
        }
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
            let key = (column.clone(), written(&value)?);
            mapping.values.insert(key, code.extract()?);
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

/// Opens the store, or reads the files.
pub(crate) fn open(py: Python<'_>, paths: Paths, manner: Manner) -> PyResult<Source> {
    let files = paths.list();
    if let [path] = &files[..]
        && path.is_dir()
    {
        return store(py, path.clone()).map(Source::stored);
    }
    read(py, files, manner, None)
}

/// Opens a store.
pub(crate) fn store(py: Python<'_>, path: PathBuf) -> PyResult<Store> {
    py.detach(|| Store::open(&path)).map_err(|fault| raised(py, &fault))
}

/// Reads files.
pub(crate) fn read(
    py: Python<'_>,
    files: Vec<PathBuf>,
    manner: Manner,
    buckets: Option<usize>,
) -> PyResult<Source> {
    if files.is_empty() {
        return Err(said(py, "没有给出单据文件".into(), "no files of claims were given".into()));
    }
    if let Some(folder) = files.iter().find(|path| path.is_dir()) {
        let folder = folder.display();
        return Err(said(
            py,
            format!("{folder}：单据库只能单独给出，也不能再分组"),
            format!("{folder}: a store stands alone, and is not grouped again"),
        ));
    }
    let Manner { mapping, threads, memory } = manner;
    let reading = Reading { files, mapping, threads, memory: memory << 20, buckets };
    py.detach(|| Source::read(&reading)).map_err(|fault| raised(py, &fault))
}
