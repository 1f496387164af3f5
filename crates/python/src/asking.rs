//! Which policies: a region in force, a reform beside it; both as one text that any machine can settle under.

use crate::adjudicate::adjudicate;
use crate::claims::{Manner, mapping, processors};
use crate::error::{raised, said, unclear};
use crate::frame::ArrowFrame;
use crate::table::{Money, Table};
use ::simulate::asked::{Asked, File, Side};
use policy::{Choice, Library};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A document: a file, or its text (anything with more than one line).
fn document(py: Python<'_>, given: &Bound<'_, PyAny>, number: usize) -> PyResult<File> {
    if let Ok(text) = given.extract::<String>()
        && text.contains('\n')
    {
        return Ok((format!("document-{number}.md"), text));
    }
    let path: PathBuf = given.extract()?;
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let path = path.display();
        said(
            py,
            format!("{path}：无法读取（{error}）"),
            format!("{path}: cannot be read ({error})"),
        )
    })?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("document.md");
    Ok((name.to_string(), text))
}

fn documents(py: Python<'_>, given: &[Bound<'_, PyAny>]) -> PyResult<Vec<File>> {
    (1..).zip(given).map(|(number, given)| document(py, given, number)).collect()
}

/// 改革方案：政策文件、默认不生效的文件、改的值。
///
/// A reform: documents of its own, documents not in force by default, or values stated over the documents.
#[pyclass(frozen, module = "gongji", skip_from_py_object)]
pub(crate) struct Reform(::simulate::asked::Reform);

#[pymethods]
impl Reform {
    #[new]
    #[pyo3(signature = (*documents, with_ = Vec::new(), set = Vec::new(), dated = false))]
    fn new(
        py: Python<'_>,
        documents: Vec<Bound<'_, PyAny>>,
        with_: Vec<String>,
        set: Vec<String>,
        dated: bool,
    ) -> PyResult<Reform> {
        let files = self::documents(py, &documents)?;
        Ok(Reform(::simulate::asked::Reform { files, with: with_, set, dated }))
    }

    fn __repr__(&self) -> String {
        let files = self.0.files.iter().map(|(name, _)| name);
        let named: Vec<&str> =
            files.chain(&self.0.with).chain(&self.0.set).map(String::as_str).collect();
        format!("<gongji.Reform {}>", named.join(", "))
    }
}

/// 一个统筹区的政策，或它改革后的样子。
///
/// A region's policy, compiled; or a reform of it.
#[pyclass(frozen, module = "gongji", skip_from_py_object)]
pub(crate) struct Policy {
    asked: Asked,
    side: Side,
}

/// What a policy is given as: a region, or what was loaded before.
#[derive(FromPyObject)]
pub(crate) enum PolicyGiven<'py> {
    Loaded(Bound<'py, Policy>),
    Region(String),
}

/// What a reform is given as: documents, or a reform with more to it.
#[derive(FromPyObject)]
pub(crate) enum ReformGiven<'py> {
    Reform(Bound<'py, Reform>),
    Document(Bound<'py, PyAny>),
}

#[pymethods]
impl Policy {
    /// 读出一个统筹区的政策；region 可加 @日期，则全年都用那一天的政策。
    ///
    /// Loads the policy of a region; with @DATE that day's policy holds for all claims.
    #[staticmethod]
    #[pyo3(signature = (region, *, day = None, with_ = Vec::new(), set = Vec::new(), documents = Vec::new(), policies = None))]
    fn load(
        py: Python<'_>,
        region: &str,
        day: Option<&Bound<'_, PyAny>>,
        with_: Vec<String>,
        set: Vec<String>,
        documents: Vec<Bound<'_, PyAny>>,
        policies: Option<PathBuf>,
    ) -> PyResult<Policy> {
        let library = library(py, policies.as_deref())?;
        let mut asked = Asked::of(&library, region, Choice { with: with_, set });
        if let Some(day) = day {
            // A date says itself as a policy writes it; so does a text.
            asked.day = Some(day.str()?.to_string());
        }
        let added = self::documents(py, &documents)?;
        let placed = |(name, text)| (format!("{}-documents/{name}", asked.region), text);
        let added: Vec<File> = added.into_iter().map(placed).collect();
        asked.documents.extend(added);
        Policy::of(py, asked)
    }

    /// 改革后的政策。
    ///
    /// The policy as a reform would have it.
    fn reformed(&self, py: Python<'_>, reform: ReformGiven<'_>) -> PyResult<Policy> {
        if self.asked.reform.is_some() {
            return Err(reformed_already(py));
        }
        Policy::of(py, self.asked.clone().against(reform.read(py)?))
    }

    /// 逐行结算，结果的次序与表相同。
    ///
    /// What every row of a table comes to, in the order of the table.
    #[pyo3(signature = (claims, *, map = None, value = None, money = "decimal", threads = None))]
    fn adjudicate(
        &self,
        py: Python<'_>,
        claims: &Bound<'_, PyAny>,
        map: Option<BTreeMap<String, String>>,
        value: Option<BTreeMap<String, Bound<'_, PyDict>>>,
        money: &str,
        threads: Option<usize>,
    ) -> PyResult<Table> {
        let manner =
            Manner { mapping: mapping(py, map, value)?, threads: processors(threads), memory: 0 };
        let (frame, money) = (ArrowFrame::of(claims)?, Money::named(py, money)?);
        adjudicate(py, &frame, &self.side.timeline, manner, money)
    }

    /// 统筹区的代码、名称、英文名称。
    ///
    /// Code, name and English name of the regions that ship with the package, or of those in a folder.
    #[staticmethod]
    #[pyo3(signature = (policies = None))]
    fn regions(
        py: Python<'_>,
        policies: Option<PathBuf>,
    ) -> PyResult<Vec<(String, String, String)>> {
        let library = library(py, policies.as_deref())?;
        let owned = |(code, zh, en): &(&str, &str, &str)| {
            ((*code).to_string(), (*zh).to_string(), (*en).to_string())
        };
        Ok(library.regions().iter().map(owned).collect())
    }

    /// 代码。 The code.
    #[getter]
    fn region(&self) -> &str {
        &self.asked.region
    }

    /// 名称。 The Chinese name.
    #[getter]
    fn name(&self) -> &str {
        &self.side.zh
    }

    /// 英文名称。 The English name.
    #[getter]
    fn name_en(&self) -> &str {
        &self.side.en
    }

    /// 每一版的首日、末日、哈希。
    ///
    /// First day, last day and hash of every version.
    #[getter]
    fn versions(&self) -> Vec<(String, String, String)> {
        let policies = self.side.timeline.policies.iter();
        let of = |policy: &kernel::Policy| {
            (policy.from.to_string(), policy.to.to_string(), policy.version.to_string())
        };
        policies.map(of).collect()
    }

    fn __repr__(&self) -> String {
        let day = self.asked.day.as_ref().map_or(String::new(), |day| format!("@{day}"));
        let versions = self.side.timeline.policies.len();
        format!("<gongji.Policy {}{day} {}, {versions} versions>", self.asked.region, self.side.zh)
    }
}

impl Policy {
    fn of(py: Python<'_>, asked: Asked) -> PyResult<Policy> {
        let mut sides = py.detach(|| asked.sides()).map_err(|fault| unclear(py, fault))?;
        // The reform, if there is one, stands behind what it changes.
        sides
            .pop()
            .map(|side| Policy { asked, side })
            .ok_or_else(|| said(py, "没有政策".into(), "there is no policy".into()))
    }
}

fn reformed_already(py: Python<'_>) -> PyErr {
    said(
        py,
        "这已经是改革后的政策；改革用 reform= 给出，或一次给出全部改动".into(),
        "this is a reformed policy already; name reforms with reform=, all changes at once".into(),
    )
}

impl ReformGiven<'_> {
    fn read(&self, py: Python<'_>) -> PyResult<::simulate::asked::Reform> {
        match self {
            ReformGiven::Reform(reform) => Ok(reform.get().0.clone()),
            ReformGiven::Document(given) => {
                let files = vec![document(py, given, 1)?];
                Ok(::simulate::asked::Reform { files, ..Default::default() })
            }
        }
    }
}

fn library(py: Python<'_>, folder: Option<&Path>) -> PyResult<Library> {
    let Some(folder) = folder else { return Ok(Library::shipped()) };
    Library::open(folder).map_err(|error| {
        let folder = folder.display();
        said(
            py,
            format!("{folder}：无法读取政策文件夹（{error}）"),
            format!("{folder}: the folder of policies cannot be read ({error})"),
        )
    })
}

/// What is asked for, from Python's values.
pub(crate) fn asked(
    py: Python<'_>,
    policy: &PolicyGiven<'_>,
    reform: Option<&ReformGiven<'_>>,
) -> PyResult<Asked> {
    let asked = match policy {
        PolicyGiven::Loaded(policy) => policy.get().asked.clone(),
        PolicyGiven::Region(region) => Asked::of(&Library::shipped(), region, Choice::default()),
    };
    let Some(reform) = reform else { return Ok(asked) };
    if asked.reform.is_some() {
        return Err(reformed_already(py));
    }
    Ok(asked.against(reform.read(py)?))
}

/// The policies of a job.
pub(crate) fn sides(py: Python<'_>, asked: &Asked) -> PyResult<Vec<Side>> {
    py.detach(|| asked.sides()).map_err(|fault| unclear(py, fault))
}

/// Reads a job.
pub(crate) fn read_job(py: Python<'_>, job: &str) -> PyResult<Asked> {
    serde_json::from_str(job).map_err(|error| {
        said(
            py,
            format!("不是 gongji.job 写出的任务（{error}）"),
            format!("no job as gongji.job writes it ({error})"),
        )
    })
}

/// 把政策和改革写成一段文本，任何机器都能照着算。
///
/// A policy, and a reform beside it, as one text that any machine settles under.
#[pyfunction]
#[pyo3(signature = (policy, reform = None))]
pub(crate) fn job(
    py: Python<'_>,
    policy: PolicyGiven<'_>,
    reform: Option<ReformGiven<'_>>,
) -> PyResult<String> {
    let asked = asked(py, &policy, reform.as_ref())?;
    // What is wrong with it is said here, not by a task far away.
    sides(py, &asked)?;
    serde_json::to_string(&asked).map_err(|error| {
        raised(py, &::simulate::Fault { zh: error.to_string(), en: error.to_string() })
    })
}
