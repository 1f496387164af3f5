//! A settlement as a row.

use kernel::{Fund, Moment, Policy, Settlement};

use super::citation::Citation;
use super::columns::ResultColumn;
use crate::formats::Cell;

/// A settlement with what its row shows beside the amounts.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    /// Number of the bill or reversal.
    pub number: &'a str,
    /// The insured.
    pub person: &'a str,
    /// Division code.
    pub region: &'a str,
    /// The bill that a reversal takes back.
    pub reverses: Option<&'a str>,
    /// When it was settled.
    pub at: Moment,
    /// The amounts.
    pub settlement: &'a Settlement,
    /// The law.
    pub policy: &'a Policy,
    /// The articles.
    pub citation: &'a Citation,
}

impl<'a> Settled<'a> {
    /// The value of a column.
    #[inline]
    #[must_use]
    pub fn cell(&self, column: ResultColumn) -> Cell<'a> {
        let settlement = self.settlement;
        let amounts = &settlement.amounts;
        let fund = |fund: Fund| Cell::Money(settlement.paid_by(fund));
        match column {
            ResultColumn::Bill => Cell::Text(self.number),
            ResultColumn::Person => Cell::Text(self.person),
            ResultColumn::Region => Cell::Text(self.region),
            ResultColumn::ServiceDate => Cell::Date(settlement.service),
            ResultColumn::SettledAt => Cell::Moment(self.at),
            ResultColumn::Reverses => self.reverses.map_or(Cell::Empty, Cell::Text),
            ResultColumn::Programme => text(&self.citation.programmes),
            ResultColumn::Total => Cell::Money(amounts.total),
            ResultColumn::FullSelfPay => Cell::Money(amounts.full_self_pay),
            ResultColumn::OverCeiling => Cell::Money(amounts.over_ceiling),
            ResultColumn::FirstPay => Cell::Money(amounts.first_pay),
            ResultColumn::InScope => Cell::Money(amounts.in_scope),
            ResultColumn::Deductible => Cell::Money(settlement.deductible),
            ResultColumn::Share => text(&self.citation.shares),
            ResultColumn::Pool => fund(Fund::Pool),
            ResultColumn::LargeAmount => fund(Fund::LargeAmount),
            ResultColumn::Subsidy => fund(Fund::Subsidy),
            ResultColumn::Account => Cell::Money(settlement.account_current),
            ResultColumn::AccountEarlier => Cell::Money(settlement.account_earlier),
            ResultColumn::Family => Cell::Money(settlement.family_payment()),
            ResultColumn::Cash => Cell::Money(settlement.cash),
            ResultColumn::Patient => Cell::Money(settlement.patient()),
            ResultColumn::Withheld => {
                settlement.withheld.map_or(Cell::Empty, |refusal| Cell::Text(refusal.code()))
            }
            ResultColumn::Articles => text(&self.citation.articles),
            ResultColumn::Unverified => Cell::Flag(self.citation.unverified),
            ResultColumn::Review => Cell::Flag(settlement.review),
            ResultColumn::Document => {
                self.policy.documents.first().map_or(Cell::Empty, |document| Cell::Text(document))
            }
            ResultColumn::Version => {
                let version = &self.policy.version;
                Cell::Text(version.get(..12).unwrap_or(version))
            }
        }
    }

    /// The values of the columns of a file.
    #[inline]
    pub fn cells(&self) -> impl Iterator<Item = Cell<'a>> {
        ResultColumn::ALL.iter().map(|column| self.cell(*column))
    }

    /// The values of the columns of a terminal; there the own account is one.
    pub fn short_cells(&self) -> impl Iterator<Item = Cell<'a>> {
        let Settlement { account_current, account_earlier, .. } = self.settlement;
        ResultColumn::SHORT.iter().map(|column| match column {
            ResultColumn::Account => Cell::Money(*account_current + *account_earlier),
            column => self.cell(*column),
        })
    }
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}
