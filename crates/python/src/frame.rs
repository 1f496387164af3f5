//! A table handed over through Arrow's `PyCapsule` interface, as simulations take it: nothing is copied.

use crate::error::{raised, said};
use crate::values::Column;
use ::simulate::{Fault, Frame, Header, Kind, Unit, Values};
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_pyarrow::FromPyArrow;
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use pyo3::intern;
use pyo3::prelude::*;

/// A table in memory.
pub(crate) struct ArrowFrame {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl ArrowFrame {
    /// Takes over a table of polars, pandas, pyarrow, `DuckDB` or whatever else exports Arrow.
    pub(crate) fn of(table: &Bound<'_, PyAny>) -> PyResult<ArrowFrame> {
        let py = table.py();
        let foreign = |error: PyErr| {
            said(
                py,
                format!("表无法交接（{error}）"),
                format!("the table cannot be handed over ({error})"),
            )
        };
        if table.hasattr(intern!(py, "__arrow_c_stream__"))? {
            let reader = RecordBatchStreamReader::from_pyarrow_bound(table).map_err(foreign)?;
            let schema = reader.schema();
            let batches = py.detach(|| reader.collect::<Result<Vec<_>, _>>());
            let batches = batches.map_err(|error| raised(py, &unreadable(&error)))?;
            return Ok(ArrowFrame { schema, batches });
        }
        if table.hasattr(intern!(py, "__arrow_c_array__"))? {
            let batch = RecordBatch::from_pyarrow_bound(table).map_err(foreign)?;
            return Ok(ArrowFrame { schema: batch.schema(), batches: vec![batch] });
        }
        let kind = table.get_type().name()?;
        Err(said(
            py,
            format!(
                "{kind} 不是表：要有 __arrow_c_stream__（polars、pandas、pyarrow 的表，DuckDB 的 relation）"
            ),
            format!(
                "{kind} is no table: it needs __arrow_c_stream__ (tables of polars, pandas or pyarrow, relations of DuckDB)"
            ),
        ))
    }

    /// True if something may be a table.
    pub(crate) fn is_one(given: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = given.py();
        Ok(given.hasattr(intern!(py, "__arrow_c_stream__"))?
            || given.hasattr(intern!(py, "__arrow_c_array__"))?)
    }

    /// Rows of all batches.
    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

fn unreadable(error: &arrow_schema::ArrowError) -> Fault {
    Fault {
        zh: format!("表读不下去（{error}）"),
        en: format!("the table cannot be read on ({error})"),
    }
}

impl Frame for ArrowFrame {
    fn headers(&self) -> Vec<Header> {
        let fields = self.schema.fields().iter();
        fields
            .map(|field| match field.data_type() {
                // Nothing is given in any row: as if the column were not there.
                DataType::Null => Header { name: String::new(), kind: Kind::Other("null".into()) },
                kind => Header { name: field.name().clone(), kind: kind_of(kind) },
            })
            .collect()
    }

    fn batches(&self) -> Vec<usize> {
        self.batches.iter().map(RecordBatch::num_rows).collect()
    }

    fn values(&self, batch: usize, column: usize) -> Box<dyn Values + '_> {
        let (batch, field) = (&self.batches[batch], self.schema.field(column));
        Box::new(Column::new(field.name(), batch.column(column)))
    }
}

fn kind_of(kind: &DataType) -> Kind {
    match kind {
        DataType::Int64 | DataType::UInt64 => Kind::Whole { wide: true },
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => Kind::Whole { wide: false },
        // Tenths are handed over as hundredths.
        DataType::Decimal32(_, 1) | DataType::Decimal64(_, 1) | DataType::Decimal128(_, 1) => {
            Kind::Decimal { scale: 2 }
        }
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale) => Kind::Decimal { scale: i32::from(*scale) },
        DataType::Boolean => Kind::Flag,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Timestamp(unit, zone) => {
            let unit = match unit {
                TimeUnit::Second => Unit::Second,
                TimeUnit::Millisecond => Unit::Millisecond,
                TimeUnit::Microsecond => Unit::Microsecond,
                TimeUnit::Nanosecond => Unit::Nanosecond,
            };
            Kind::Moment { unit, utc: zone.is_some() }
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Kind::Float,
        DataType::Dictionary(_, values) => kind_of(values),
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::Struct(_)
        | DataType::Map(..) => Kind::Nested,
        other => Kind::Other(other.to_string()),
    }
}
