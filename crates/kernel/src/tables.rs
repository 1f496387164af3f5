//! What compiled tables are made of: dimensions cut into steps, citations, the region's codes, and the accumulators
//! that tables are held against.

use crate::facts::{Circumstances, Dim};

/// The dimensions a programme's tables depend on, with a look-up from each raw value to its share of the cell
/// index. A value that no row speaks of maps to [`Axis::INVALID`].
#[derive(Clone, Debug)]
pub struct Axes {
    /// In the order of [`Dim`].
    pub axes: Vec<Axis>,
    /// How many cells.
    pub cells: usize,
}

impl Axes {
    /// The cell of these circumstances.
    ///
    /// # Errors
    /// The first dimension whose value is not known or not one of the region's.
    #[inline]
    pub fn cell(&self, circumstances: &Circumstances) -> Result<usize, Dim> {
        let mut cell = 0;
        for axis in &self.axes {
            let share = axis.share[usize::from(circumstances.get(axis.dim))];
            if share == Axis::INVALID {
                return Err(axis.dim);
            }
            cell += share as usize;
        }
        Ok(cell)
    }
}

/// One dimension of [`Axes`].
#[derive(Clone, Debug)]
pub struct Axis {
    /// Which.
    pub dim: Dim,
    /// From the raw value to its share of the cell index.
    pub share: Box<[u32; 256]>,
    /// One raw value for each step of the axis, for showing the table again.
    pub samples: Vec<u8>,
    /// What each step is called: a code, or a range such as `<70`.
    pub steps: Vec<Box<str>>,
}

impl Axis {
    /// Marks a raw value that no row speaks of.
    pub const INVALID: u32 = u32::MAX;
}

/// A region's own codes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Vocabulary {
    /// 参保类型; the index is [`crate::Plan`].
    pub plans: Vec<Term>,
    /// Cohorts; the index is [`crate::Cohort`].
    pub cohorts: Vec<Term>,
    /// Diseases; the index plus one is [`crate::Disease`].
    pub diseases: Vec<Term>,
    /// Item codes that some rule names; the index plus one is [`crate::Item`].
    pub items: Vec<Box<str>>,
}

/// A code with its names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Term {
    /// As in documents and files.
    pub code: Box<str>,
    /// 中文.
    pub zh: Box<str>,
    /// English.
    pub en: Box<str>,
}

/// One rule: a row of a table, under the article it stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The document, e.g. 渝医保发〔2023〕32号.
    pub document: Box<str>,
    /// The article, e.g. 第四条.
    pub article: Box<str>,
    /// Path of the statement, e.g. `programme.ordinary.deductible.amount`.
    pub path: Box<str>,
    /// Where it stands: `500000-chongqing/outpatient.md`.
    pub file: Box<str>,
    /// Line of the row in that file.
    pub line: u32,
    /// Why the value may not be taken as verified.
    pub unverified: Option<Box<str>>,
}

/// Index of a set of rules in [`crate::Policy::citations`]; [`Cite::NONE`] cites nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Cite(pub u16);

impl Cite {
    /// Cites nothing; always entry 0.
    pub const NONE: Cite = Cite(0);
}

/// Over which stretch an accumulator counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Period {
    /// 参保年度.
    BenefitYear,
    /// Quarter of the benefit year.
    Quarter,
    /// Month of the benefit year.
    Month,
    /// One day at one institution.
    DayInstitution,
    /// One visit.
    Visit,
}

/// Whether an accumulator is kept apart by a dimension.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Per {
    /// One for all.
    None,
    /// One a level.
    Level,
    /// One a disease.
    Disease,
}

/// Something that adds up over a person-year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accumulator {
    /// Stable name, e.g. `ordinary.deductible` or `limit.pool-year`; the key of imports and of the ledger.
    pub name: Box<str>,
    /// Counts visits rather than fen.
    pub counts: bool,
    /// Over which stretch.
    pub period: Period,
    /// Kept apart by.
    pub per: Per,
    /// First cell in the dense part of a [`crate::Year`].
    pub base: u32,
}

impl Accumulator {
    /// Cells it takes in the dense part of a year.
    #[must_use]
    pub const fn size(&self) -> u32 {
        let per = match self.per {
            Per::None => 1,
            Per::Level => 4,
            Per::Disease => 256,
        };
        match self.period {
            Period::BenefitYear => per,
            Period::Quarter => 4 * per,
            Period::Month => 12 * per,
            Period::DayInstitution | Period::Visit => 0,
        }
    }
}

/// Index into [`crate::Timeline::accumulators`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct AccumulatorId(pub u16);
