//! Tables that go out: Arrow columns behind the `PyCapsule` interface, so that anything that reads Arrow reads them.

use crate::error::{raised, said};
use ::simulate::Fault;
use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Decimal128Type, Int8Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use std::sync::Arc;

/// 一张表，可直接交给 `polars.DataFrame`、`pyarrow.table` 等，不复制。
///
/// A table; `polars.DataFrame(table)`, `pyarrow.table(table)` and the like take it over without a copy.
#[pyclass(frozen, module = "gongji", skip_from_py_object)]
pub(crate) struct Table(RecordBatch);

/// Columns of a table to come.
pub(crate) struct Columns {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    money: Money,
}

/// How money goes out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Money {
    /// Yuan, `DECIMAL(18,2)`.
    Decimal,
    /// Whole fen, under names that end in `_fen`.
    Fen,
}

impl Money {
    /// From what Python calls it.
    pub(crate) fn named(py: Python<'_>, name: &str) -> PyResult<Money> {
        match name {
            "decimal" => Ok(Money::Decimal),
            "fen" => Ok(Money::Fen),
            _ => Err(said(
                py,
                format!("money={name:?}：应为 \"decimal\"（元，两位小数）或 \"fen\"（整数分）"),
                format!(
                    "money={name:?}: should be \"decimal\" (yuan with two digits) or \"fen\" (whole fen)"
                ),
            )),
        }
    }
}

impl Columns {
    pub(crate) fn new(money: Money) -> Columns {
        Columns { fields: Vec::new(), columns: Vec::new(), money }
    }

    pub(crate) fn add(&mut self, name: &str, column: ArrayRef) {
        self.fields.push(Field::new(name, column.data_type().clone(), column.null_count() > 0));
        self.columns.push(column);
    }

    pub(crate) fn texts<T: AsRef<str>>(&mut self, name: &str, texts: impl IntoIterator<Item = T>) {
        self.add(name, Arc::new(StringArray::from_iter_values(texts)));
    }

    pub(crate) fn counts(&mut self, name: &str, counts: Vec<i64>) {
        self.add(name, Arc::new(Int64Array::from(counts)));
    }

    /// Amounts in fen; `None` where there is none.
    pub(crate) fn money(&mut self, name: &str, fen: Int64Array) {
        match self.money {
            Money::Fen => self.add(&format!("{name}_fen"), Arc::new(fen)),
            Money::Decimal => {
                let yuan: Decimal128Array = fen.unary(i128::from);
                let typed = yuan.with_data_type(DataType::Decimal128(18, 2));
                self.add(name, Arc::new(typed));
            }
        }
    }

    /// Ten-thousandths, as numbers with four digits behind the point.
    pub(crate) fn shares(&mut self, name: &str, shares: &Int64Array) {
        let shares: Decimal128Array = shares.unary(i128::from);
        self.add(name, Arc::new(shares.with_data_type(DataType::Decimal128(9, 4))));
    }

    pub(crate) fn table(self, py: Python<'_>) -> PyResult<Table> {
        let schema = Arc::new(Schema::new(self.fields));
        let batch = RecordBatch::try_new(schema, self.columns);
        batch.map(Table).map_err(|error| raised(py, &broken(&error)))
    }
}

fn broken(error: &ArrowError) -> Fault {
    Fault {
        zh: format!("表不成形（{error}）"), en: format!("the table is not sound ({error})")
    }
}

#[pymethods]
impl Table {
    /// 行数。 How many rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// 列名。 Names of its columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Whoever wants other types converts them; the interface allows that.
        drop(requested_schema);
        let batches = RecordBatchIterator::new([Ok(self.0.clone())], self.0.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(batches));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.0.schema().as_ref());
        let schema = schema.map_err(|error| raised(py, &broken(&error)))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// 列名 → 值；金额为 decimal.Decimal。
    ///
    /// Columns as lists of Python's values; money as `decimal.Decimal`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let decimal = py.import("decimal")?.getattr("Decimal")?;
        for (field, column) in self.0.schema().fields().iter().zip(self.0.columns()) {
            let list = PyList::empty(py);
            for row in 0..column.len() {
                list.append(value(py, column, row, &decimal)?)?;
            }
            dict.set_item(field.name(), list)?;
        }
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        let names = self.column_names().join(", ");
        format!("<gongji.Table {} rows: {names}>", self.0.num_rows())
    }
}

fn value<'py>(
    py: Python<'py>,
    column: &ArrayRef,
    row: usize,
    decimal: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let none = || Ok(py.None().into_bound(py));
    if column.is_null(row) {
        return none();
    }
    if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        return Ok(numbers.value(row).into_pyobject(py)?.into_any());
    }
    if let Some(amounts) = column.as_primitive_opt::<Decimal128Type>() {
        return decimal.call1((amounts.value_as_string(row),));
    }
    if let Some(texts) = column.as_string_opt::<i32>() {
        return Ok(texts.value(row).into_pyobject(py)?.into_any());
    }
    if let Some(dictionary) = column.as_dictionary_opt::<Int8Type>() {
        let place = usize::try_from(dictionary.keys().value(row)).unwrap_or(usize::MAX);
        let words = dictionary.values();
        return if place < words.len() { value(py, words, place, decimal) } else { none() };
    }
    none()
}
