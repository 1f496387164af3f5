//! What a run came to.

use crate::error::said;
use crate::table::{Money, Table};
use crate::totals::{burden, by, control, deciles, examples, refused, totals, winners};
use ::simulate::RunResult;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

/// 算出来的结果。
///
/// What claims came to under a policy, and under a reform.
#[pyclass(frozen, module = "gongji", skip_from_py_object)]
pub(crate) struct Run {
    result: RunResult,
    /// Names of the policies, as far as they are known.
    names: Vec<String>,
}

impl Run {
    pub(crate) fn of(result: RunResult, names: Vec<String>) -> Run {
        Run { result, names }
    }

    /// A result as bytes that [`Run::read`] reads.
    pub(crate) fn bytes_of<'py>(
        py: Python<'py>,
        result: &RunResult,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| serde_json::to_vec(result));
        bytes.map(|bytes| PyBytes::new(py, &bytes)).map_err(|error| not_written(py, &error))
    }

    /// A result from its bytes.
    pub(crate) fn read(py: Python<'_>, bytes: &[u8]) -> PyResult<RunResult> {
        py.detach(|| serde_json::from_slice(bytes)).map_err(|error| {
            said(
                py,
                format!("不是 gongji.run_bucket 的结果（{error}）"),
                format!("no result of gongji.run_bucket ({error})"),
            )
        })
    }
}

fn not_written(py: Python<'_>, error: &serde_json::Error) -> PyErr {
    said(py, format!("结果无法写出（{error}）"), format!("the result cannot be written ({error})"))
}

#[pymethods]
impl Run {
    /// A result from what `to_bytes` wrote.
    #[staticmethod]
    #[pyo3(signature = (data, names = Vec::new()))]
    fn from_bytes(py: Python<'_>, data: &[u8], names: Vec<String>) -> PyResult<Run> {
        Ok(Run::of(Run::read(py, data)?, names))
    }

    /// 存成字节，`from_bytes` 读回来。
    ///
    /// As bytes, for `from_bytes`.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Run::bytes_of(py, &self.result)
    }

    /// 各方案的名称。
    ///
    /// Names of the policies, as far as they are known.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// 各方案的各版。
    ///
    /// Every version of each policy, as one text a policy.
    #[getter]
    fn policies(&self) -> Vec<String> {
        self.result.policies.clone()
    }

    /// 单据数，冲销的减去。
    ///
    /// Claims, less reversals.
    #[getter]
    fn claims(&self) -> i64 {
        self.result.totals.all_claimed().claims
    }

    /// 有单据的人数。
    ///
    /// People who have claims.
    #[getter]
    fn people(&self) -> u64 {
        self.result.totals.people.count()
    }

    /// 各方案下基金共支付多少分。
    ///
    /// What the funds pay in all, by policy, fen.
    #[getter]
    fn paid_fen(&self) -> Vec<i64> {
        let totals = &self.result.totals;
        (0..totals.paid.len()).map(|side| totals.all_paid(side).fund_payment()).collect()
    }

    /// 对账：有支付的单据、校验数、逐张结算的人。
    ///
    /// Control totals, by policy.
    #[getter]
    fn control(&self, py: Python<'_>) -> PyResult<Table> {
        control(py, &self.result.totals, &self.names)
    }

    /// 没有结算的单据，按原因。
    ///
    /// Claims not settled at all, by the reason.
    fn refused(&self, py: Python<'_>) -> PyResult<Table> {
        refused(py, &self.result.totals, &self.names)
    }

    /// 单据数、费用、各方支付，按 by 分。
    ///
    /// Claims, spending and who pays, by whatever is kept apart.
    #[pyo3(signature = (by = Vec::new(), *, money = "decimal"))]
    fn totals(&self, py: Python<'_>, by: Vec<String>, money: &str) -> PyResult<Table> {
        let by = self::by(py, &by, true)?;
        totals(py, &self.result.totals, &by, Money::named(py, money)?)
    }

    /// 按全年政策范围内费用十等分的人。
    ///
    /// Tenths of people by in-scope spending of the year.
    #[pyo3(signature = (*, money = "decimal"))]
    fn deciles(&self, py: Python<'_>, money: &str) -> PyResult<Table> {
        deciles(py, &self.result.totals, Money::named(py, money)?)
    }

    /// 多得、少得的人和金额。
    ///
    /// Who gains and who loses, and how much.
    #[pyo3(signature = (by = Vec::new(), *, money = "decimal"))]
    fn winners(&self, py: Python<'_>, by: Vec<String>, money: &str) -> PyResult<Table> {
        let by = self::by(py, &by, false)?;
        winners(py, &self.result.totals, &by, Money::named(py, money)?)
    }

    /// 个人负担的分布：分位数、基尼系数。
    ///
    /// How what is left to people is spread: quantiles, the Gini coefficient.
    #[pyo3(signature = (*, money = "decimal"))]
    fn burden(&self, py: Python<'_>, money: &str) -> PyResult<Table> {
        burden(py, &self.result.totals, &self.names, Money::named(py, money)?)
    }

    /// 差别最大的人。
    ///
    /// Who gains and who loses most.
    #[pyo3(signature = (*, money = "decimal"))]
    fn examples(&self, py: Python<'_>, money: &str) -> PyResult<Table> {
        examples(py, &self.result.totals, Money::named(py, money)?)
    }

    /// For pickle.
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let rebuild = py.get_type::<Run>().getattr("from_bytes")?;
        let arguments = (self.to_bytes(py)?, self.names.clone());
        Ok((rebuild, arguments.into_pyobject(py)?))
    }

    fn __repr__(&self) -> String {
        format!(
            "<gongji.Run {} claims, {} people, {} policies>",
            self.claims(),
            self.people(),
            self.result.policies.len()
        )
    }
}
