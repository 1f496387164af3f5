//! What of a programme makes a benefit, at one cell of its tables.

use kernel::policy::{
    AccountMoney, AccumulatorId, Axes, Bands, Ceiling, Deductible, FixedFee, LimitUse, Programme,
};
use kernel::{Circumstances, Fen, Fund, Item, Rate};

/// The terms of a programme for one cell.
pub(super) struct Terms<'p> {
    pub(super) circumstances: &'p Circumstances,
    pub(super) cell: usize,
    pub(super) axes: &'p Axes,
    pub(super) fund: Fund,
    pub(super) bands: &'p Bands,
    pub(super) spending_limits: &'p [LimitUse],
    pub(super) payment_limits: &'p [LimitUse],
    pub(super) fixed_fees: &'p [FixedFee],
    pub(super) own_first: Option<AccountMoney>,
    pub(super) covered: Option<AccumulatorId>,
    pub(super) deductible: Option<&'p Deductible>,
}

impl<'p> Terms<'p> {
    /// `None`: something that the tables depend on is not known.
    pub(super) fn of(
        programme: &'p Programme,
        circumstances: &'p Circumstances,
    ) -> Option<Terms<'p>> {
        // Named one by one, so that what programmes come to have besides is not passed over here.
        let Programme {
            axes,
            fund,
            bands,
            spending_limits,
            payment_limits,
            fixed_fees,
            own_account_first,
            covered,
            deductible,
            // What the portion depends on.
            visits: _,
            by_disease: _,
            // What the standing says.
            routes: _,
            filing_required: _,
            chronic_filing: _,
            blocked_during_admission: _,
            requires_chosen: _,
            requires_contract: _,
            requires_dual_channel: _,
            // Only refunds on the accumulators of their day ask for it.
            unlimited_payment: _,
            // Decides nothing.
            term: _,
            cite: _,
        } = programme;
        Some(Terms {
            circumstances,
            cell: axes.cell(circumstances).ok()?,
            axes,
            fund: *fund,
            bands,
            spending_limits,
            payment_limits,
            fixed_fees,
            own_first: own_account_first.map(|(money, _)| money),
            covered: *covered,
            deductible: deductible.as_ref(),
        })
    }

    pub(super) fn ceiling(&self) -> Option<&'p Ceiling> {
        self.deductible.and_then(|rule| rule.ceiling.as_ref())
    }

    /// The fee of an item, if it has one.
    pub(super) fn fixed_fee(&self, item: Item) -> Option<Fen> {
        let fee = self.fixed_fees.iter().find(|fee| fee.item == item)?;
        fee.amount.get(self.cell).copied()
    }

    /// The upper end of each band and its share.
    pub(super) fn bands(&self) -> Box<[(Fen, Rate)]> {
        let Bands { upto, rates, .. } = self.bands;
        let rates = rates.get(self.cell * upto.len()..).unwrap_or_default();
        upto.iter().copied().zip(rates.iter().copied()).collect()
    }
}
