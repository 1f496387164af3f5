//! What has accumulated for one person in one benefit year: the only state that adjudication reads.

use crate::date::{BenefitYear, Date};
use crate::facts::{Circumstances, Dim};
use crate::money::Fen;
use crate::tables::{Accumulator, AccumulatorId, Per, Period};
use std::collections::BTreeMap;

/// Where in a year an amount is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cell {
    /// In the dense part.
    Dense(u32),
    /// Under a key: accumulator, part (level or disease), day or visit, institution.
    Keyed(u16, u8, u128, u64),
}

/// One change of an accumulator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// Which.
    pub accumulator: AccumulatorId,
    /// Where.
    pub cell: Cell,
    /// By how much; fen, or visits.
    pub by: Fen,
}

/// The accumulators of one person in one benefit year.
///
/// Amounts are sums of [`Move`]s, so a reversal restores them whatever happened in between.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Year {
    /// The calendar year in which the benefit year begins.
    pub benefit_year: i32,
    dense: Vec<Fen>,
    keyed: BTreeMap<Cell, Fen>,
}

/// When and where of a bill, as far as accumulators care.
#[derive(Clone, Copy, Debug)]
pub struct Occasion {
    /// Service date.
    pub day: Date,
    /// Institution.
    pub institution: u64,
    /// Visit.
    pub visit: u128,
}

impl Year {
    /// An empty year.
    #[must_use]
    pub fn new(benefit_year: i32, accumulators: &[Accumulator]) -> Year {
        let cells = accumulators
            .iter()
            .map(|accumulator| accumulator.base + accumulator.size())
            .max()
            .unwrap_or(0);
        Year { benefit_year, dense: vec![Fen::ZERO; cells as usize], keyed: BTreeMap::new() }
    }

    /// Starts over for another person, keeping the allocation.
    pub fn clear(&mut self, benefit_year: i32) {
        self.benefit_year = benefit_year;
        self.dense.fill(Fen::ZERO);
        self.keyed.clear();
    }

    /// What has accumulated in a cell.
    #[inline]
    #[must_use]
    pub fn get(&self, cell: Cell) -> Fen {
        match cell {
            Cell::Dense(index) => self.dense.get(index as usize).copied().unwrap_or(Fen::ZERO),
            Cell::Keyed(..) => self.keyed.get(&cell).copied().unwrap_or(Fen::ZERO),
        }
    }

    /// Adds to a cell.
    #[inline]
    pub fn add(&mut self, cell: Cell, by: Fen) {
        match cell {
            Cell::Dense(index) => {
                if let Some(amount) = self.dense.get_mut(index as usize) {
                    *amount += by;
                }
            }
            Cell::Keyed(..) => {
                let amount = self.keyed.entry(cell).or_default();
                *amount += by;
                if *amount == Fen::ZERO {
                    self.keyed.remove(&cell);
                }
            }
        }
    }

    /// Posts the movements of a settlement.
    pub fn post(&mut self, moves: &[Move]) {
        for change in moves {
            self.add(change.cell, change.by);
        }
    }

    /// Every cell that holds something, in a stable order.
    pub fn cells(&self) -> impl Iterator<Item = (Cell, Fen)> + '_ {
        let dense = (0u32..).zip(&self.dense).map(|(index, amount)| (Cell::Dense(index), *amount));
        dense
            .filter(|(_, amount)| *amount != Fen::ZERO)
            .chain(self.keyed.iter().map(|(cell, amount)| (*cell, *amount)))
    }

    /// The first cell of an accumulator that is kept over the whole year: what imports of other systems add to.
    #[must_use]
    pub fn whole_year_cell(
        accumulators: &[Accumulator],
        name: &str,
    ) -> Option<(AccumulatorId, Cell)> {
        let found = accumulators.iter().position(|accumulator| &*accumulator.name == name)?;
        let accumulator = &accumulators[found];
        (accumulator.period == Period::BenefitYear)
            .then_some((AccumulatorId(u16::try_from(found).ok()?), Cell::Dense(accumulator.base)))
    }
}

impl Accumulator {
    /// Its one cell, if it is kept in one place for the whole year, as nearly all are.
    #[inline]
    pub(crate) fn whole_year(&self) -> Option<Cell> {
        let one = self.period == Period::BenefitYear && self.per == Per::None;
        one.then_some(Cell::Dense(self.base))
    }
}

/// The cell in which `accumulator` counts on this occasion.
pub(crate) fn cell_of(
    accumulator: &Accumulator,
    id: AccumulatorId,
    benefit_year: BenefitYear,
    circumstances: &Circumstances,
    occasion: &Occasion,
) -> Cell {
    let (part, parts) = match accumulator.per {
        Per::None => (0, 1),
        Per::Level => (circumstances.get(Dim::Level), 4),
        Per::Disease => (circumstances.get(Dim::Disease), 256),
    };
    let dense =
        |stretch: u32| Cell::Dense(accumulator.base + stretch * parts + u32::from(part) % parts);
    match accumulator.period {
        Period::BenefitYear => dense(0),
        Period::Quarter => dense(benefit_year.month_index(occasion.day) / 3),
        Period::Month => dense(benefit_year.month_index(occasion.day)),
        Period::DayInstitution => Cell::Keyed(
            id.0,
            part,
            u128::from(occasion.day.days().unsigned_abs()),
            occasion.institution,
        ),
        Period::Visit => Cell::Keyed(id.0, part, occasion.visit, 0),
    }
}

/// Reading and adding amounts while a bill is being settled: directly in a year (fold), or as a draft beside it.
pub(crate) trait Accumulate {
    fn amount(&self, cell: Cell) -> Fen;
    fn move_by(&mut self, accumulator: AccumulatorId, cell: Cell, by: Fen);
    /// Sends spending on to another programme.
    fn redirect(&mut self, programme: u16, spending: Fen);
}

impl Accumulate for Year {
    #[inline]
    fn amount(&self, cell: Cell) -> Fen {
        self.get(cell)
    }
    #[inline]
    fn move_by(&mut self, _: AccumulatorId, cell: Cell, by: Fen) {
        self.add(cell, by);
    }
    /// A fold of claims follows one programme only.
    #[inline]
    fn redirect(&mut self, _: u16, _: Fen) {}
}

/// A year that must not change, and the changes a bill would make to it.
pub(crate) struct Draft<'a> {
    pub(crate) year: &'a Year,
    pub(crate) moves: Vec<Move>,
    /// Spending that enters other programmes.
    pub(crate) redirected: Vec<(u16, Fen)>,
}

impl Accumulate for Draft<'_> {
    #[inline]
    fn amount(&self, cell: Cell) -> Fen {
        let moved: Fen =
            self.moves.iter().filter(|change| change.cell == cell).map(|change| change.by).sum();
        self.year.get(cell) + moved
    }
    #[inline]
    fn move_by(&mut self, accumulator: AccumulatorId, cell: Cell, by: Fen) {
        if by == Fen::ZERO {
            return;
        }
        match self.moves.iter_mut().find(|change| change.cell == cell) {
            Some(change) => change.by += by,
            None => self.moves.push(Move { accumulator, cell, by }),
        }
    }
    fn redirect(&mut self, programme: u16, spending: Fen) {
        match self.redirected.iter_mut().find(|(other, _)| *other == programme) {
            Some((_, amount)) => *amount += spending,
            None => self.redirected.push((programme, spending)),
        }
    }
}
