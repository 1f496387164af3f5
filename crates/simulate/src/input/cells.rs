//! A column of which the next rows are taken, whatever keeps it.

use parquet::errors::Result;

/// A value as it lies in a column. Yes and no are 1 and 0.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Number(i64),
    Text(&'a [u8]),
}

impl Value<'_> {
    /// The number; 0 of a text.
    #[inline]
    pub(super) fn number(self) -> i64 {
        if let Value::Number(number) = self { number } else { 0 }
    }
}

/// What is made of the entries of a dictionary; half as wide if all fit, since it is looked up for every row.
pub(super) enum Entries {
    Narrow(Vec<u32>),
    Wide(Vec<i64>),
}

/// What is made of a value.
pub(super) trait Made: Copy {
    fn entries(made: Vec<Self>) -> Entries;
    fn entry(self) -> i64;
    fn of(entry: i64) -> Self;
}

impl Made for i64 {
    fn entries(made: Vec<i64>) -> Entries {
        match made.iter().map(|entry| u32::try_from(*entry)).collect() {
            Ok(narrow) => Entries::Narrow(narrow),
            Err(_) => Entries::Wide(made),
        }
    }

    #[inline]
    fn entry(self) -> i64 {
        self
    }

    #[inline]
    fn of(entry: i64) -> i64 {
        entry
    }
}

impl Made for u32 {
    fn entries(made: Vec<u32>) -> Entries {
        Entries::Narrow(made)
    }

    #[inline]
    fn entry(self) -> i64 {
        self.into()
    }

    #[inline]
    fn of(entry: i64) -> u32 {
        u32::try_from(entry).unwrap_or(0)
    }
}

/// A column.
pub(super) trait Cells {
    /// Appends what `make` makes of the next `rows` values, and `null` for those that are not given. It is asked once for
    /// a value that rows share, so it must always make the same of it.
    fn read<T: Made>(
        &mut self,
        rows: usize,
        null: T,
        make: impl FnMut(Value<'_>) -> T,
        out: &mut Vec<T>,
    ) -> Result<()>;
}
