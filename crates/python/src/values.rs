//! Arrow arrays as simulations take them: whole numbers, texts, places in a dictionary.

use ::simulate::{Fault, Result, Values};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayAccessor, ArrayRef, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use std::ops::Range;

const NONE: i64 = <dyn Values>::NONE;
const NOWHERE: u32 = <dyn Values>::NOWHERE;

/// A column of a batch.
pub(crate) struct Column<'a> {
    name: &'a str,
    array: &'a ArrayRef,
    /// Numbers are to be multiplied by this.
    factor: i64,
}

impl<'a> Column<'a> {
    pub(crate) fn new(name: &'a str, array: &'a ArrayRef) -> Column<'a> {
        // One digit behind the point: tenths of a yuan, as fen.
        let factor = if scale(array.data_type()) == Some(1) { 10 } else { 1 };
        Column { name, array, factor }
    }

    fn too_large(&self) -> Fault {
        let name = self.name;
        Fault {
            zh: format!("列 {name}：有一个数超过 18 位"),
            en: format!("column {name}: a number has more than 18 digits"),
        }
    }

    fn unexpected(&self) -> Fault {
        let (name, kind) = (self.name, self.array.data_type());
        Fault {
            zh: format!("列 {name}：不能用 {kind} 类型的数"),
            en: format!("column {name}: numbers of type {kind} cannot be used"),
        }
    }

    /// Appends numbers of an array of one type.
    fn push<T: ArrowPrimitiveType>(
        &self,
        rows: Range<usize>,
        out: &mut Vec<i64>,
        number: impl Fn(T::Native) -> Option<i64>,
    ) -> Result<()> {
        let array: &PrimitiveArray<T> =
            self.array.as_primitive_opt().ok_or_else(|| self.unexpected())?;
        let (values, start) = (array.values(), out.len());
        let given = values.get(rows.clone()).unwrap_or_default();
        out.reserve(given.len());
        // Whatever stands where nothing is given may be out of bounds.
        out.extend(given.iter().map(|value| number(*value).unwrap_or(NONE)));
        let is_none = |row: usize| array.nulls().is_some_and(|nulls| nulls.is_null(row));
        let numbers = rows.zip(&mut out[start..]);
        if array.null_count() > 0 {
            for (row, place) in numbers {
                if is_none(row) {
                    *place = NONE;
                } else if *place == NONE {
                    return Err(self.too_large());
                }
            }
        } else if out[start..].contains(&NONE) {
            return Err(self.too_large());
        }
        Ok(())
    }

    fn whole<T: ArrowPrimitiveType>(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<()>
    where
        T::Native: TryInto<i64>,
    {
        let factor = self.factor;
        if factor == 1 {
            self.push::<T>(rows, out, |value| value.try_into().ok())
        } else {
            self.push::<T>(rows, out, |value| {
                let number: Option<i64> = value.try_into().ok();
                number.and_then(|number| number.checked_mul(factor))
            })
        }
    }

    fn flags(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<()> {
        let array = self.array.as_boolean_opt().ok_or_else(|| self.unexpected())?;
        out.extend(rows.map(|row| if array.is_null(row) { NONE } else { array.value(row).into() }));
        Ok(())
    }

    /// Numbers kept as places in a list of numbers.
    fn placed(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<()> {
        let dictionary = self.array.as_any_dictionary_opt().ok_or_else(|| self.unexpected())?;
        let list = dictionary.values();
        let (mut places, mut numbers) = (Vec::new(), Vec::new());
        Column { array: &dictionary.keys().slice(rows.start, rows.len()), ..*self }
            .ints(0..rows.len(), &mut places)?;
        Column::new(self.name, list).ints(0..list.len(), &mut numbers)?;
        let number = |place: i64| usize::try_from(place).ok().and_then(|place| numbers.get(place));
        out.extend(places.into_iter().map(|place| number(place).copied().unwrap_or(NONE)));
        Ok(())
    }

    /// Hands over the texts of an array that is no dictionary.
    fn each(array: &ArrayRef, rows: Range<usize>, take: &mut dyn FnMut(&[u8])) {
        match array.data_type() {
            DataType::Utf8 => each(array.as_string_opt::<i32>(), rows, take),
            DataType::LargeUtf8 => each(array.as_string_opt::<i64>(), rows, take),
            DataType::Utf8View => each(array.as_string_view_opt(), rows, take),
            _ => rows.for_each(|_| take(&[])),
        }
    }

    fn text(array: &ArrayRef, row: usize) -> &[u8] {
        if array.is_null(row) {
            return &[];
        }
        let text = match array.data_type() {
            DataType::Utf8 => array.as_string_opt::<i32>().map(|texts| texts.value(row)),
            DataType::LargeUtf8 => array.as_string_opt::<i64>().map(|texts| texts.value(row)),
            DataType::Utf8View => array.as_string_view_opt().map(|texts| texts.value(row)),
            _ => None,
        };
        text.unwrap_or_default().as_bytes()
    }

    fn list(&self) -> Option<&ArrayRef> {
        self.array.as_any_dictionary_opt().map(arrow_array::AnyDictionaryArray::values)
    }
}

fn each<'a>(
    texts: Option<impl ArrayAccessor<Item = &'a str>>,
    rows: Range<usize>,
    take: &mut dyn FnMut(&[u8]),
) {
    let Some(texts) = texts else { return };
    for row in rows {
        take(if texts.is_null(row) { &[] } else { texts.value(row).as_bytes() });
    }
}

/// Digits behind the point.
fn scale(kind: &DataType) -> Option<i8> {
    match kind {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Some(*scale),
        _ => None,
    }
}

impl Values for Column<'_> {
    fn ints(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<()> {
        match self.array.data_type() {
            DataType::Int8 => self.whole::<Int8Type>(rows, out),
            DataType::Int16 => self.whole::<Int16Type>(rows, out),
            DataType::Int32 => self.whole::<Int32Type>(rows, out),
            DataType::Int64 => self.whole::<Int64Type>(rows, out),
            DataType::UInt8 => self.whole::<UInt8Type>(rows, out),
            DataType::UInt16 => self.whole::<UInt16Type>(rows, out),
            DataType::UInt32 => self.whole::<UInt32Type>(rows, out),
            DataType::UInt64 => self.whole::<UInt64Type>(rows, out),
            DataType::Date32 => self.whole::<Date32Type>(rows, out),
            DataType::Date64 => {
                self.push::<Date64Type>(rows, out, |value| Some(value.div_euclid(86_400_000)))
            }
            DataType::Decimal32(..) => self.whole::<Decimal32Type>(rows, out),
            DataType::Decimal64(..) => self.whole::<Decimal64Type>(rows, out),
            DataType::Decimal128(..) => self.whole::<Decimal128Type>(rows, out),
            DataType::Timestamp(unit, _) => match unit {
                TimeUnit::Second => self.whole::<TimestampSecondType>(rows, out),
                TimeUnit::Millisecond => self.whole::<TimestampMillisecondType>(rows, out),
                TimeUnit::Microsecond => self.whole::<TimestampMicrosecondType>(rows, out),
                TimeUnit::Nanosecond => self.whole::<TimestampNanosecondType>(rows, out),
            },
            DataType::Boolean => self.flags(rows, out),
            DataType::Dictionary(..) => self.placed(rows, out),
            _ => Err(self.unexpected()),
        }
    }

    fn texts(&self, rows: Range<usize>, take: &mut dyn FnMut(&[u8])) {
        let Some(list) = self.list() else {
            return Column::each(self.array, rows, take);
        };
        let mut places = Vec::new();
        self.places(rows, &mut places);
        for place in places {
            let place = usize::try_from(place).ok().filter(|place| *place < list.len());
            take(place.map_or(&[], |place| Column::text(list, place)));
        }
    }

    fn words(&self) -> usize {
        self.list().map_or(0, Array::len)
    }

    fn word(&self, place: usize) -> &[u8] {
        let list = self.list().filter(|list| place < list.len());
        list.map_or(&[], |list| Column::text(list, place))
    }

    fn places(&self, rows: Range<usize>, out: &mut Vec<u32>) {
        let Some(dictionary) = self.array.as_any_dictionary_opt() else { return };
        let mut places = Vec::new();
        let keys = dictionary.keys().slice(rows.start, rows.len());
        let read = Column { array: &keys, factor: 1, ..*self }.ints(0..rows.len(), &mut places);
        // Keys are whole numbers, whatever their width.
        if read.is_err() {
            places = vec![NONE; rows.len()];
        }
        out.extend(places.into_iter().map(|place| u32::try_from(place).unwrap_or(NOWHERE)));
    }
}
