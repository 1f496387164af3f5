//! What kind of values the columns of a Parquet file hold.

use super::columns::{Header, Kind, Unit};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

/// Every column of a file.
pub(super) fn headers(schema: &SchemaDescriptor) -> Vec<Header> {
    let header = |index: usize| {
        let column = schema.column(index);
        Header { name: column.name().to_string(), kind: kind(&column) }
    };
    (0..schema.num_columns()).map(header).collect()
}

fn kind(column: &ColumnDescriptor) -> Kind {
    if column.max_rep_level() > 0 || column.max_def_level() > 1 {
        return Kind::Nested;
    }
    let (physical, converted) = (column.physical_type(), column.converted_type());
    let wide = physical == Physical::INT64;
    match physical {
        Physical::BOOLEAN => Kind::Flag,
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY
            if converted == ConvertedType::DECIMAL =>
        {
            match physical {
                Physical::FIXED_LEN_BYTE_ARRAY => Kind::Decimal { scale: column.type_scale() },
                _ => Kind::Other("DECIMAL (BYTE_ARRAY)".into()),
            }
        }
        Physical::BYTE_ARRAY => Kind::Text,
        Physical::FLOAT | Physical::DOUBLE => Kind::Float,
        Physical::INT32 | Physical::INT64 => match (column.logical_type_ref(), converted) {
            (_, ConvertedType::DECIMAL) => Kind::Decimal { scale: column.type_scale() },
            (_, ConvertedType::DATE) if !wide => Kind::Date,
            (Some(LogicalType::Timestamp(stamp)), _) => {
                let unit = match stamp.unit {
                    TimeUnit::MILLIS => Unit::Millisecond,
                    TimeUnit::MICROS => Unit::Microsecond,
                    TimeUnit::NANOS => Unit::Nanosecond,
                };
                Kind::Moment { unit, utc: stamp.is_adjusted_to_u_t_c }
            }
            (_, ConvertedType::TIMESTAMP_MILLIS) => {
                Kind::Moment { unit: Unit::Millisecond, utc: false }
            }
            (_, ConvertedType::TIMESTAMP_MICROS) => {
                Kind::Moment { unit: Unit::Microsecond, utc: false }
            }
            _ => Kind::Whole { wide },
        },
        Physical::INT96 | Physical::FIXED_LEN_BYTE_ARRAY => Kind::Other(physical.to_string()),
    }
}
