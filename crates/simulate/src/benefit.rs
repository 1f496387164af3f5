//! What programmes do for the claims of one profile, compiled: a claim enters a [`Portion`], which names the [`Benefit`] by
//! which it is settled, and that names the portions that what exceeds a limit enters.

mod terms;
mod compiling;

pub(crate) use compiling::{Compiling, limit_amount};

use crate::ledger::{Place, Stretch};
use compiling::Apart;
use kernel::policy::{AccountMoney, Accumulator, AccumulatorId, Per, Period};
use kernel::{Circumstances, Dim, Fen, Fund, Rate, Rounding};
use std::collections::HashMap;

/// One cell of a programme's tables, for one profile.
#[derive(Clone, Debug)]
pub(crate) struct Benefit {
    pub(crate) fund: Fund,
    pub(crate) rounding: Rounding,
    /// 定额 of the item, instead of all the rest but limits on payment.
    pub(crate) fixed: Option<Fen>,
    pub(crate) own_first: Option<AccountMoney>,
    pub(crate) deductible: Option<Charge>,
    /// Most that all levels together may ask.
    pub(crate) ceiling: Option<(Fen, Place)>,
    pub(crate) spending_limits: Box<[Limited]>,
    /// Upper bound and share.
    pub(crate) bands: Box<[(Fen, Rate)]>,
    /// Bands go by payment, not by spending.
    pub(crate) by_payment: bool,
    /// Where the position in the bands accumulates.
    pub(crate) position: Option<Place>,
    /// Where spending above the deductible does.
    pub(crate) covered: Option<Place>,
    pub(crate) payment_limits: Box<[Limited]>,
    /// Excess over one of them may go to another fund or programme.
    pub(crate) sends_on: bool,
}

/// A deductible.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    pub(crate) amount: Fen,
    pub(crate) met: Place,
    /// All spending meets it, not only what was charged.
    pub(crate) by_spending: bool,
}

/// A limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limited {
    pub(crate) amount: Fen,
    pub(crate) used: Place,
    /// Bit `n` for fund number `n`.
    pub(crate) funds: u8,
    /// It covers the programme's own fund.
    pub(crate) own: bool,
    /// On all spending, the deductible included.
    pub(crate) in_scope: bool,
    pub(crate) above: Excess,
}

impl Limited {
    #[inline]
    pub(crate) const fn covers(&self, fund: Fund) -> bool {
        self.funds >> fund as u8 & 1 == 1
    }

    /// What exceeds it does not stay with the patient.
    fn leads_on(&self) -> bool {
        self.own && !matches!(self.above, Excess::Patient)
    }
}

/// Who bears what exceeds a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Excess {
    Patient,
    /// Another fund, at this share of the spending or at the same.
    Payer {
        fund: Fund,
        share: Option<Rate>,
    },
    /// The spending behind it enters another portion.
    Portion(u32),
}

/// Where a share of a claim goes.
#[derive(Clone, Debug)]
pub(crate) struct Portion {
    /// Parts of a claim with the same programme, disease and item are one share; shares are settled in this order.
    pub(crate) key: (u16, u8, u16),
    /// Counts visits, where benefits depend on the number.
    pub(crate) visits: Option<Place>,
    /// By number of the visit, if visits are counted.
    pub(crate) benefits: Box<[u32]>,
}

impl Portion {
    /// No programme takes the share, or it pays nothing and nothing accumulates.
    pub(crate) const NOTHING: u32 = u32::MAX;
}

/// Everything that is compiled of a timeline.
#[derive(Debug, Default)]
pub(crate) struct Benefits {
    pub(crate) places: Places,
    pub(crate) benefits: Vec<Benefit>,
    pub(crate) portions: Vec<Portion>,
    /// Profiles that a policy does not tell apart have one portion.
    known: HashMap<Apart, u32>,
}

/// Cells that something accumulates in.
#[derive(Debug, Default)]
pub(crate) struct Places {
    known: Vec<(u16, u8, Place)>,
    pub(crate) cells: u32,
    pub(crate) of_day: Vec<u32>,
    pub(crate) of_visit: Vec<u32>,
}

impl Places {
    /// Where an accumulator counts under these circumstances.
    pub(crate) fn of(
        &mut self,
        accumulators: &[Accumulator],
        id: AccumulatorId,
        circumstances: &Circumstances,
    ) -> Option<Place> {
        let accumulator = accumulators.get(usize::from(id.0))?;
        let part = match accumulator.per {
            Per::None => 0,
            Per::Level => circumstances.get(Dim::Level) % 4,
            Per::Disease => circumstances.get(Dim::Disease),
        };
        Some(self.part(accumulator, id.0, part))
    }

    /// Where use elsewhere of a limit counts, if the timeline knows it over the benefit year.
    pub(crate) fn of_limit(&mut self, accumulators: &[Accumulator], limit: &str) -> Option<Place> {
        let name = format!("limit.{limit}");
        let found = accumulators.iter().position(|accumulator| *accumulator.name == *name)?;
        let accumulator = accumulators.get(found)?;
        let number = u16::try_from(found).ok()?;
        (accumulator.period == Period::BenefitYear).then(|| self.part(accumulator, number, 0))
    }

    fn part(&mut self, accumulator: &Accumulator, number: u16, part: u8) -> Place {
        let found = self.known.iter().find(|known| (known.0, known.1) == (number, part));
        if let Some((.., place)) = found {
            return *place;
        }
        let stretch = match accumulator.period {
            Period::BenefitYear => Stretch::Year,
            Period::Quarter => Stretch::Quarter,
            Period::Month => Stretch::Month,
            Period::DayInstitution => Stretch::Day,
            Period::Visit => Stretch::Visit,
        };
        let place = Place { cell: self.cells, stretch };
        match stretch {
            Stretch::Day => self.of_day.push(place.cell),
            Stretch::Visit => self.of_visit.push(place.cell),
            Stretch::Year | Stretch::Quarter | Stretch::Month => {}
        }
        self.cells += stretch.cells();
        self.known.push((number, part, place));
        place
    }
}

impl Benefits {
    /// The benefit of a portion at this number of the visit.
    #[inline]
    pub(crate) fn benefit(&self, portion: &Portion, visit: usize) -> Option<&Benefit> {
        self.benefits.get(*portion.benefits.get(visit)? as usize)
    }
}
