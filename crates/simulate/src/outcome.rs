//! What the rows of a batch came to under one policy, as columns.

use kernel::{Refusal, Settlement};
use std::collections::BTreeMap;

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
    }

    /// The columns of the deductible and of one fund.
    pub(crate) fn columns(&mut self, fund: usize) -> (&mut [i64], &mut [i64]) {
        (&mut self.deductible, &mut self.funds[fund])
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

    pub(crate) fn wipe(&mut self, rows: std::ops::Range<usize>) {
        self.deductible[rows.clone()].fill(0);
        for fund in self.funds.iter_mut().filter(|fund| !fund.is_empty()) {
            fund[rows.clone()].fill(0);
        }
    }

    pub(crate) fn put(&mut self, row: usize, settlement: &Settlement) {
        let rows = self.deductible.len();
        self.deductible[row] = settlement.deductible.get();
        for (fund, amount) in self.funds.iter_mut().zip(settlement.funds) {
            if fund.is_empty() && amount.get() != 0 {
                fund.resize(rows, 0);
            }
            if let Some(place) = fund.get_mut(row) {
                *place = amount.get();
            }
        }
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        *self.refused.entry(refusal.number()).or_default() += 1;
    }
}
