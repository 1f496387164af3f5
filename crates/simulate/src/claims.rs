//! Claims as columns, grouped by person and in settlement order within a person: what a policy is folded over.

use std::ops::Range;

/// What names a person in the claims.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PersonName {
    /// A whole number.
    Number(i64),
    /// Any text.
    Text(Box<str>),
}

/// Grouped claims. All columns have one value a row; a row is a claim, or one part of a claim that has several.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The people, in order of their names.
    pub people: Vec<PersonName>,
    /// Where each person's rows begin, and behind them where the last ends.
    pub first: Vec<u32>,
    /// In-scope spending, fen; of a row that is no claim, what was used of a limit.
    pub amount: Vec<u32>,
    /// The profile's number.
    pub profile: Vec<u32>,
    /// When it was settled: microseconds since 1970 on the region's wall clock.
    pub time: Vec<i64>,
    /// Columns that few kinds of claims have.
    pub more: Option<More>,
    /// Where each row stood in the table it came from, counted from 0; empty if nobody asked for it.
    pub origin: Vec<u32>,
}

/// Columns that few kinds of claims have.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// How many rows back the settlement is that this row reverses; 0: the row is no reversal. [`More::NOWHERE`]: it
    /// reverses something that is not there.
    pub back: Vec<u32>,
    /// The row is a further part of the claim before it.
    pub joined: Vec<bool>,
    /// Service date, days since 1970.
    pub service: Vec<i32>,
    /// The institution, by a number.
    pub institution: Vec<u64>,
    /// The visit, by a number; 0: a visit of its own.
    pub visit: Vec<u64>,
    /// 全自费, 超限价 and 先行自付 of the claim, fen.
    pub outside: Vec<i64>,
    /// Own account before the claim, money of the current year, fen.
    pub current: Vec<i64>,
    /// Own account before the claim, earlier money, fen.
    pub earlier: Vec<i64>,
}

impl More {
    /// Reverses something that is not there.
    pub const NOWHERE: u32 = u32::MAX;
}

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

impl Claims {
    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.amount.len()
    }

    /// The rows of a person.
    #[must_use]
    pub fn rows_of(&self, person: usize) -> Range<usize> {
        self.first[person] as usize..self.first[person + 1] as usize
    }

    /// The service date of a row, days since 1970.
    #[must_use]
    pub fn service(&self, row: usize) -> i32 {
        match &self.more {
            Some(more) => more.service[row],
            None => day_of(self.time[row]),
        }
    }
}

/// The day a moment falls on.
#[inline]
pub(crate) fn day_of(time: i64) -> i32 {
    // Without a sign, a division by a constant is a multiplication.
    match u64::try_from(time) {
        Ok(time) => i32::try_from(time / DAY.unsigned_abs()).unwrap_or(i32::MAX),
        Err(_) => i32::try_from(time.div_euclid(DAY)).unwrap_or(i32::MIN),
    }
}
