//! What has accumulated for one person: flat cells for each benefit year, in which everything is found by adding.
//!
//! An accumulator takes one cell for the benefit year, four for quarters, twelve for months. Of one that counts by day or by
//! visit only the day or visit at hand has a cell; the amounts of others are put away until a claim comes back to them.

use kernel::Fen;

/// Over which stretch an accumulator counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Stretch {
    Year,
    Quarter,
    Month,
    /// One day at one institution.
    Day,
    Visit,
}

impl Stretch {
    /// Cells that it takes.
    pub(crate) const fn cells(self) -> u32 {
        match self {
            Stretch::Quarter => 4,
            Stretch::Month => 12,
            Stretch::Year | Stretch::Day | Stretch::Visit => 1,
        }
    }
}

/// Where something accumulates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Place {
    /// Its first cell.
    pub(crate) cell: u32,
    pub(crate) stretch: Stretch,
}

/// When and where of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Occasion {
    pub(crate) benefit_year: i32,
    /// Month of the benefit year, from 0.
    pub(crate) month: u8,
    /// Service date and institution.
    pub(crate) day: (i64, u64),
    /// What kind of number names the visit, and the number.
    pub(crate) visit: (i64, u64),
}

/// The cells of one person.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    cells: usize,
    of_day: Vec<u32>,
    of_visit: Vec<u32>,
    years: Vec<Year>,
    /// How many years are in use, and which is open.
    used: usize,
    open: usize,
}

#[derive(Debug, Default)]
struct Year {
    benefit_year: i32,
    cells: Vec<i64>,
    day: Turning,
    visit: Turning,
}

impl Ledger {
    /// Of so many cells, some of which count by day and institution, or by visit.
    pub(crate) fn new(cells: usize, of_day: &[u32], of_visit: &[u32]) -> Ledger {
        let (of_day, of_visit) = (of_day.to_vec(), of_visit.to_vec());
        Ledger { cells, of_day, of_visit, ..Ledger::default() }
    }

    /// Begins another person.
    pub(crate) fn begin(&mut self) {
        self.used = 0;
    }

    /// The cells as they stand for an occasion.
    #[inline]
    pub(crate) fn open(&mut self, occasion: &Occasion) -> Cells<'_> {
        let open = self.years.get(self.open).map(|year| year.benefit_year);
        if self.used == 0 || open != Some(occasion.benefit_year) {
            self.turn_to(occasion.benefit_year);
        }
        let year = &mut self.years[self.open];
        if !self.of_day.is_empty() {
            year.day.turn_to(occasion.day, &self.of_day, &mut year.cells);
        }
        if !self.of_visit.is_empty() {
            year.visit.turn_to(occasion.visit, &self.of_visit, &mut year.cells);
        }
        let month = u32::from(occasion.month);
        Cells { amounts: &mut year.cells, offsets: [0, month / 3, month, 0, 0] }
    }

    fn turn_to(&mut self, benefit_year: i32) {
        let used = &self.years[..self.used.min(self.years.len())];
        if let Some(found) = used.iter().position(|year| year.benefit_year == benefit_year) {
            self.open = found;
            return;
        }
        self.open = self.used;
        self.used += 1;
        if self.years.len() < self.used {
            self.years.push(Year::default());
        }
        let year = &mut self.years[self.open];
        year.benefit_year = benefit_year;
        year.cells.clear();
        year.cells.resize(self.cells, 0);
        year.day.clear();
        year.visit.clear();
    }
}

/// Cells that turn from one day or visit to another.
#[derive(Debug, Default)]
struct Turning {
    /// All there were, and the amounts of each; those of the one at hand stand in the cells.
    keys: Vec<(i64, u64)>,
    amounts: Vec<i64>,
    at: usize,
    greatest: (i64, u64),
}

impl Turning {
    fn clear(&mut self) {
        self.keys.clear();
        self.amounts.clear();
        self.at = 0;
        self.greatest = (i64::MIN, 0);
    }

    #[inline]
    fn turn_to(&mut self, key: (i64, u64), places: &[u32], cells: &mut [i64]) {
        if self.keys.get(self.at) != Some(&key) {
            self.turn(key, places, cells);
        }
    }

    fn turn(&mut self, key: (i64, u64), places: &[u32], cells: &mut [i64]) {
        let width = places.len();
        let kept = self.amounts[self.at * width..].iter_mut();
        for (kept, place) in kept.zip(places) {
            *kept = cells[*place as usize];
        }
        // Most days are later than all before.
        let known = key <= self.greatest;
        let found = known.then(|| self.keys.iter().rposition(|other| *other == key)).flatten();
        self.at = found.unwrap_or_else(|| {
            self.keys.push(key);
            self.amounts.resize(self.keys.len() * width, 0);
            self.keys.len() - 1
        });
        self.greatest = self.greatest.max(key);
        for (kept, place) in self.amounts[self.at * width..].iter().zip(places) {
            cells[*place as usize] = *kept;
        }
    }
}

/// The cells of a benefit year, as they stand for one occasion.
pub(crate) struct Cells<'a> {
    pub(crate) amounts: &'a mut [i64],
    /// By [`Stretch`], what is added to find a cell.
    offsets: [u32; 5],
}

impl Cells<'_> {
    #[inline]
    fn index(&self, place: Place) -> usize {
        (place.cell + self.offsets[place.stretch as usize]) as usize
    }

    /// What has accumulated.
    #[inline]
    pub(crate) fn at(&self, place: Place) -> Fen {
        Fen::new(self.amounts.get(self.index(place)).copied().unwrap_or(0))
    }

    #[inline]
    pub(crate) fn add(&mut self, place: Place, by: Fen) {
        let index = self.index(place);
        if let Some(amount) = self.amounts.get_mut(index) {
            *amount += by.get();
        }
    }
}
