//! What the rows of a batch came to under one policy, as columns.

use kernel::Refusal;
use std::collections::BTreeMap;
use std::ops::Range;

/// A person of whom limits that count over the benefit year cut something off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limited {
    /// The person's place among all of the claims.
    pub person: usize,
    /// Claims of which something was cut off.
    pub claims: u64,
    /// Payment cut off, fen; zero if only spending was. Another fund may still pay it.
    pub cut: i64,
}

/// A row of which such a limit cut something off; of a person who may have reversals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LimitedRow {
    /// Counted from the first of the outcome.
    pub(crate) row: usize,
    /// As of [`Limited`].
    pub(crate) cut: i64,
}

/// Outcomes of rows that lie together. Amounts in fen; those of a claim stand at its first row, and those of a reversal,
/// negative, at the reversal's.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Deductible charged.
    pub deductible: Vec<i64>,
    /// Paid, by fund number; empty if the fund paid nothing at all.
    pub funds: [Vec<i64>; 3],
    /// Claims not settled at all, by the number of the reason.
    pub refused: BTreeMap<u16, u64>,
    /// The rows of these claims, each with its reason.
    pub not_settled: Vec<(usize, Refusal)>,
    /// People folded as a whole of whom a limit of the benefit year cut something off, in their order.
    pub(crate) limited: Vec<Limited>,
    /// Of all others the rows at which one bit, in no order; a reversal later takes nothing out.
    pub(crate) limited_rows: Vec<LimitedRow>,
}

impl Outcome {
    /// Makes room for rows of which the funds of this set pay. What stood there before is still there.
    pub(crate) fn begin(&mut self, rows: usize, funds: u8) {
        self.deductible.resize(rows, 0);
        for (number, fund) in self.funds.iter_mut().enumerate() {
            let pays = funds >> number & 1 == 1;
            fund.resize(if pays { rows } else { 0 }, 0);
        }
        self.refused.clear();
        self.not_settled.clear();
        self.limited.clear();
        self.limited_rows.clear();
    }

    /// The columns of the deductible and of one fund, and the people who were limited.
    pub(crate) fn columns(&mut self, fund: usize) -> (&mut [i64], &mut [i64], &mut Vec<Limited>) {
        (&mut self.deductible, &mut self.funds[fund], &mut self.limited)
    }

    /// What all funds paid for a row.
    #[must_use]
    pub fn paid(&self, row: usize) -> i64 {
        self.funds.iter().map(|fund| fund.get(row).copied().unwrap_or(0)).sum()
    }

    /// Appends what all funds paid for each row.
    pub fn paid_into(&self, rows: usize, out: &mut Vec<i64>) {
        let start = out.len();
        out.resize(start + rows, 0);
        for fund in self.funds.iter().filter(|fund| !fund.is_empty()) {
            for (sum, amount) in out[start..].iter_mut().zip(fund) {
                *sum += amount;
            }
        }
    }

    /// Takes everything out again that stands at rows.
    pub(crate) fn wipe(&mut self, rows: Range<usize>) {
        self.limited_rows.retain(|limited| !rows.contains(&limited.row));
        self.blank(rows);
    }

    /// Makes rows of which no limit was noted come to nothing.
    pub(crate) fn blank(&mut self, rows: Range<usize>) {
        self.deductible[rows.clone()].fill(0);
        for fund in self.funds.iter_mut().filter(|fund| !fund.is_empty()) {
            fund[rows.clone()].fill(0);
        }
    }

    /// What a row comes to, where nothing stands yet: deductible, and payments by fund number.
    #[inline]
    pub(crate) fn put(&mut self, row: usize, deductible: i64, funds: &[i64; 3]) {
        self.deductible[row] = deductible;
        for (fund, amount) in self.funds.iter_mut().zip(funds) {
            if *amount != 0 {
                if fund.is_empty() {
                    fund.resize(self.deductible.len(), 0);
                }
                fund[row] = *amount;
            }
        }
    }

    /// Notes that a limit of the benefit year bit at a row.
    #[cold]
    pub(crate) fn limit(&mut self, row: usize, cut: i64) {
        self.limited_rows.push(LimitedRow { row, cut });
    }

    pub(crate) fn refuse(&mut self, row: usize, refusal: Refusal) {
        self.not_settled.push((row, refusal));
        *self.refused.entry(refusal.number()).or_default() += 1;
    }
}
