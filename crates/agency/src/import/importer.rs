//! Takes rows one by one, commits them some thousands at a time, and says what became of each.

use super::fault::{Fault, Reason};
use super::row::{Read, Row};
use super::{Header, Table};
use crate::business::{Context, Decision};
use crate::core::round::append;
use crate::reason::Refused;
use crate::regions::Law;
use crate::world::{Directories, World};
use kernel::{Moment, Timeline};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use store::{Area, Changes, Found, Id, Store, StoreError, Wants};

/// How an import is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// When it happens: the moment at which we learn what the file says.
    pub at: Moment,
    /// Breaks ties between ids.
    pub seed: u64,
    /// Nothing is written; what would be is counted.
    pub dry_run: bool,
    /// Rows a commit.
    pub batch: usize,
    /// 统筹区 of rows that do not name one.
    pub region: Option<String>,
}

/// What a row did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// The books held nothing of the kind.
    Added,
    /// The books said something else.
    Changed,
    /// The books say so already.
    Unchanged,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its number, as it was handed over.
    pub row: u64,
    /// What it did, or why it was not taken.
    pub effect: Result<Effect, Fault>,
    /// What is to be looked at though the row was taken.
    pub remarks: Vec<Fault>,
}

/// The rows of one table, between reading and writing.
pub(super) trait Sheet {
    /// Reads a row and keeps it.
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()>;

    /// Asks for what the kept rows need to know.
    fn wants(&self, wants: &mut Wants);

    /// Looks up beforehand what a batch cannot.
    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError>;

    /// What the kept rows `from..to` change, in their order.
    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>>;

    /// What is to be looked at though the row at a place was taken.
    fn remarks(&mut self, _: usize) -> Vec<Fault> {
        Vec::new()
    }

    /// Forgets the kept rows; what was written is on disk.
    fn clear(&mut self);
}

/// What applying rows works on.
pub(super) struct Desk<'a> {
    pub(super) found: &'a Found,
    pub(super) regions: &'a Regions,
    pub(super) at: Moment,
    pub(super) ids: &'a mut Ids,
    pub(super) changes: Changes,
}

impl Desk<'_> {
    /// What a business sees of it, having asked for `wants`.
    pub(super) fn world(&self, wants: Wants) -> World {
        self.world_with(wants, Arc::default())
    }

    /// The same, with institutions and catalogues.
    pub(super) fn world_with(&self, wants: Wants, directories: Arc<Directories>) -> World {
        let (found, regions) = (self.found.clone(), self.regions.0.clone());
        World::new(found, HashMap::new(), directories, regions, Arc::new(wants))
    }
}

/// Has a business decide on a desk as the core would: what it changes is kept, and seen by the next. True if it changes
/// anything.
pub(super) fn decided(
    desk: &mut Desk<'_>,
    world: &mut World,
    decide: impl FnOnce(&World, &mut Context<'_>) -> Result<Decision, Refused>,
) -> Result<bool, Refused> {
    let Desk { at, ids, changes: all, .. } = desk;
    let at = *at;
    let mut next = || ids.next(at, Id::MIN);
    let (message, institution) = (Arc::default(), Arc::default());
    let ids = &mut next;
    let mut context = Context { at, message, institution, sent: None, trial: false, ids };
    let Decision { changes, .. } = decide(world, &mut context)?;
    if world.take_missing().is_some() {
        return Err(Refused::new(crate::reason::Reason::Conflict, "账务库已变动，请再导一次"));
    }
    let any = !changes.is_empty();
    world.apply(&changes);
    append(all, changes);
    Ok(any)
}

/// Gives ids that grow.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    random: fastrand::Rng,
    last: Id,
}

impl Ids {
    fn new(seed: u64) -> Ids {
        Ids { random: fastrand::Rng::with_seed(seed), last: Id::MIN }
    }

    /// An id at `at` or later, greater than all before and than `floor`.
    pub(super) fn next(&mut self, at: Moment, floor: Id) -> Id {
        let fresh = Id::at(at, self.random.u128(..));
        let floor = floor.max(self.last);
        self.last = if fresh > floor { fresh } else { after(floor, self.random.u64(..)) };
        self.last
    }
}

/// An id a little later than `id`: the next millisecond.
fn after(id: Id, random: u64) -> Id {
    Id::at(Moment(id.moment().0 + 1), u128::from(random))
}

/// The regions that have a law here.
pub(super) struct Regions(Arc<crate::regions::Regions>);

impl Regions {
    /// The area that six digits or a region's name speak of.
    pub(super) fn named(&self, text: &str) -> Option<Area> {
        let area = Area::parse(text).filter(|area| self.0.law(*area).is_some());
        let named = self.0.areas().find(|(_, law)| {
            let name = &law.timeline.name;
            !text.is_empty() && (*name.zh == *text || *name.en == *text)
        });
        area.or_else(|| named.map(|(area, _)| area))
    }

    fn known(&self) -> Vec<String> {
        self.0.areas().map(|(area, law)| format!("{area} {}", law.timeline.name.zh)).collect()
    }

    pub(super) fn law(&self, area: Area) -> Option<&Law> {
        self.0.law(area).map(|law| &**law)
    }

    pub(super) fn timeline(&self, area: Area) -> Option<&Timeline> {
        self.law(area).map(|law| &law.timeline)
    }
}

impl Row<'_> {
    /// 统筹区.
    pub(super) fn region(&self, at: impl Into<usize>, regions: &Regions) -> Read<Area> {
        let at = at.into();
        match regions.named(self.text(at)) {
            Some(area) => Ok(area),
            None if self.text(at).is_empty() => self.fault(at, Reason::Missing),
            None => self.fault(at, Reason::Region(regions.known())),
        }
    }
}

/// Takes the rows of one file.
pub struct Importer<'a> {
    store: &'a dyn Store,
    regions: Regions,
    options: Options,
    header: Header,
    sheet: Box<dyn Sheet>,
    /// Numbers of the rows that wait.
    waiting: Vec<u64>,
    /// By fingerprint of the key: fingerprint of the row, and its number. About thirty bytes a row.
    seen: HashMap<u64, (u32, u32)>,
    ids: Ids,
    /// Columns that have a value where a row leaves them empty.
    given: Vec<(usize, String)>,
}

impl<'a> Importer<'a> {
    /// An importer of the table that `header` belongs to.
    #[must_use]
    pub fn new(
        store: &'a dyn Store,
        regions: Arc<crate::regions::Regions>,
        header: Header,
        options: Options,
    ) -> Importer<'a> {
        Importer {
            store,
            regions: Regions(regions),
            sheet: header.table().sheet(),
            header,
            waiting: Vec::new(),
            seen: HashMap::new(),
            ids: Ids::new(options.seed),
            options,
            given: Vec::new(),
        }
    }

    /// What stands in a column where a row leaves it empty; a name that is no column of the table is passed over.
    #[must_use]
    pub fn given(mut self, column: &str, value: impl Into<String>) -> Importer<'a> {
        let columns = self.header.table().columns();
        if let Some(place) = columns.iter().position(|known| known.name == column) {
            self.given.push((place, value.into()));
        }
        self
    }

    /// Takes a row: its number as a person counts, and its cells in the order of the file. What became of it, and of
    /// those before it, is said once enough wait.
    ///
    /// # Errors
    /// Of the store; what was committed stays.
    pub fn row(&mut self, number: u64, cells: &[&str]) -> Result<Vec<Done>, StoreError> {
        let mut done = Vec::new();
        if let Err(fault) = self.read(number, cells, &mut done) {
            done.push(Done { row: number, effect: Err(*fault), remarks: Vec::new() });
        }
        if self.waiting.len() >= self.options.batch {
            done.extend(self.flush()?);
        }
        Ok(done)
    }

    fn read(&mut self, number: u64, cells: &[&str], done: &mut Vec<Done>) -> Read<()> {
        let columns = self.header.table().columns();
        let mut own = Vec::with_capacity(columns.len());
        self.header.cells(cells, &mut own);
        for (place, value) in &self.given {
            if own[*place].trim().is_empty() {
                own[*place] = value;
            }
        }
        let region = columns.iter().position(|column| column.name == "region");
        if let (Some(place), Some(region)) = (region, &self.options.region)
            && own[place].trim().is_empty()
        {
            own[place] = region;
        }
        let row = Row { columns, cells: &own };
        let key = fingerprint(self.header.table().key().iter().map(|place| row.text(*place)));
        let whole = (0..columns.len()).map(|place| row.text(place));
        let whole = u32::try_from(fingerprint(whole) >> 32).unwrap_or(0);
        if let Some((content, first)) = self.seen.get(&key) {
            if *content == whole {
                let (effect, remarks) = (Ok(Effect::Unchanged), Vec::new());
                done.push(Done { row: number, effect, remarks });
                return Ok(());
            }
            return row
                .fault(self.header.table().key()[1], Reason::Twice { first: (*first).into() });
        }
        self.sheet.read(row, &self.regions)?;
        self.seen.insert(key, (whole, u32::try_from(number).unwrap_or(u32::MAX)));
        self.waiting.push(number);
        Ok(())
    }

    /// Commits the rows that wait.
    ///
    /// # Errors
    /// Of the store.
    pub fn flush(&mut self) -> Result<Vec<Done>, StoreError> {
        let rows = self.waiting.len();
        let mut done = Vec::with_capacity(rows);
        if rows > 0 {
            self.sheet.look_up(self.store)?;
            self.commit(0, rows, &mut done)?;
        }
        self.sheet.clear();
        self.waiting.clear();
        Ok(done)
    }

    /// Commits the rows `from..to` together; if the books contradict one of them, each half by itself, and a single row
    /// once more: what it was looked up against may have changed.
    fn commit(&mut self, from: usize, to: usize, done: &mut Vec<Done>) -> Result<(), StoreError> {
        let effects = match self.apply(from, to) {
            Err(StoreError::Conflict(_)) if to - from > 1 => {
                let middle = from + (to - from) / 2;
                self.commit(from, middle, done)?;
                return self.commit(middle, to, done);
            }
            Err(StoreError::Conflict(_)) => {
                self.sheet.look_up(self.store)?;
                match self.apply(from, to) {
                    Err(StoreError::Conflict(what)) => vec![Err(Box::new(Fault::conflict(what)))],
                    applied => applied?,
                }
            }
            applied => applied?,
        };
        let rows = (from..to).zip(&self.waiting[from..to]).zip(effects);
        for ((place, row), effect) in rows {
            let remarks = self.sheet.remarks(place);
            done.push(Done { row: *row, effect: effect.map_err(|fault| *fault), remarks });
        }
        Ok(())
    }

    /// One commit of the rows `from..to`.
    fn apply(&mut self, from: usize, to: usize) -> Result<Vec<Read<Effect>>, StoreError> {
        let mut wants = Wants::default();
        self.sheet.wants(&mut wants);
        let mut effects = Vec::new();
        let Importer { store, sheet, options, ids, regions, .. } = self;
        let start = ids.clone();
        let mut decide = |found: Found| {
            *ids = start.clone();
            let changes = Changes::default();
            let mut desk = Desk { found: &found, regions, at: options.at, ids, changes };
            effects = sheet.apply(from, to, &mut desk);
            desk.changes
        };
        if options.dry_run {
            let found = store.read(&wants)?;
            decide(found);
        } else {
            store.commit(&wants, &mut decide)?;
        }
        Ok(effects)
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table {
        self.header.table()
    }
}

/// A number that stands for texts in order.
fn fingerprint<'t>(texts: impl Iterator<Item = &'t str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for text in texts {
        text.hash(&mut hasher);
    }
    hasher.finish()
}
