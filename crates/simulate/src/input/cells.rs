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

/// What is made of a value. What is made of the entries of a dictionary is kept as words.
pub(super) trait Made: Copy {
    fn word(self) -> i64;
    fn of(word: i64) -> Self;
}

impl Made for i64 {
    #[inline]
    fn word(self) -> i64 {
        self
    }

    #[inline]
    fn of(word: i64) -> i64 {
        word
    }
}

impl Made for u32 {
    #[inline]
    fn word(self) -> i64 {
        self.into()
    }

    #[inline]
    fn of(word: i64) -> u32 {
        u32::try_from(word).unwrap_or(0)
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
