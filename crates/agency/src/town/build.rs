//! Writing the town into books.

use super::{AREAS, Life, Town, catalogue, places};
use crate::documents;
use crate::import::elsewhere::Used;
use crate::import::openings::Opening;
use crate::import::people::opened;
use kernel::{Date, Moment};
use std::sync::Arc;
use store::{Area, Cells, Changes, Document, DocumentKey, Id, Store, StoreError, Wants, YearRow};

/// People a commit.
const BATCH: u32 = 5_000;

/// Writes a town into empty books; `moved` hears how many people there are so far. Books that hold this very town are left
/// alone.
///
/// # Errors
/// [`StoreError::Conflict`] if the books hold something else; any other is the store's own. A town that was cut off half
/// way is something else: it is begun in empty books again.
pub fn build(
    store: &dyn Store,
    town: &Town,
    at: Moment,
    moved: &mut dyn FnMut(u32),
) -> Result<(), StoreError> {
    let mark = mark(town);
    match store.document(&mark.0)? {
        Some(document) if document.body == mark.1 => return Ok(()),
        Some(document) => {
            let what = format!(
                "the books hold another town ({}); give this one a data directory of its own",
                document.body
            );
            return Err(StoreError::Conflict(what));
        }
        None if !store.areas()?.is_empty() => {
            let what = "the books are not empty; give the town a data directory of its own";
            return Err(StoreError::Conflict(what.to_owned()));
        }
        None => {}
    }
    let mut ids = Ids { random: fastrand::Rng::with_seed(town.seed()), at, last: Id::MIN };
    for area in AREAS {
        let mut changes = directory(area, at.date(), &mut ids);
        put(store, &mut changes)?;
    }
    let mut done = 0;
    for area in AREAS {
        let people = town.people(area);
        for first in (1..=people).step_by(BATCH as usize) {
            let last = people.min(first + BATCH - 1);
            let mut changes = Changes::default();
            for number in first..=last {
                let life = town.life(area, number, at.date());
                settle_in(&life, at, &mut ids, &mut changes);
            }
            put(store, &mut changes)?;
            done += last - first + 1;
            moved(done);
        }
    }
    let (key, body) = mark;
    put(
        store,
        &mut Changes {
            documents: vec![Document { key, at, state: 1, body }],
            ..Changes::default()
        },
    )
}

/// Writes the institutions and the catalogue of one area into empty books, and nobody: whoever lives there is imported.
///
/// # Errors
/// [`StoreError::Conflict`] if the books hold something; any other is the store's own.
pub fn furnish(store: &dyn Store, area: Area, at: Moment) -> Result<(), StoreError> {
    if !store.areas()?.is_empty() {
        let what = "the books are not empty; give the town a data directory of its own";
        return Err(StoreError::Conflict(what.to_owned()));
    }
    let mut ids = Ids { random: fastrand::Rng::with_seed(1), at, last: Id::MIN };
    put(store, &mut directory(area, at.date(), &mut ids))
}

fn put(store: &dyn Store, changes: &mut Changes) -> Result<(), StoreError> {
    // A store may ask more than once before it has written.
    store.commit(&Wants::default(), &mut |_| changes.clone())?;
    *changes = Changes::default();
    Ok(())
}

/// What says that the books hold this town, whole.
fn mark(town: &Town) -> (DocumentKey, Arc<str>) {
    let key = DocumentKey {
        area: super::CHONGQING,
        kind: Arc::from(documents::TOWN),
        owner: Arc::default(),
        number: Arc::default(),
    };
    (key, Arc::from(format!("{{\"people\":{},\"seed\":{}}}", town.size(), town.seed())))
}

/// Ids that grow, beginning at the moment of building.
struct Ids {
    random: fastrand::Rng,
    at: Moment,
    last: Id,
}

impl Ids {
    fn next(&mut self) -> Id {
        let fresh = Id::at(self.at, self.random.u128(..));
        self.last = if fresh > self.last { fresh } else { Id(self.last.0 + 1) };
        self.last
    }
}

fn directory(area: Area, today: Date, ids: &mut Ids) -> Changes {
    let mut changes = Changes::default();
    for place in places::places(area) {
        changes.institutions.push(place.institution(area));
        changes.facts.extend(place.facts(area, today, &mut || ids.next()));
    }
    for ware in catalogue::wares(today) {
        changes.items.extend(ware.items(area));
    }
    changes
}

/// Everything that the books hold about somebody.
fn settle_in(life: &Life, at: Moment, ids: &mut Ids, changes: &mut Changes) {
    let key = life.born.key();
    let year = at.date().ymd().0;
    let mut account = opened(key.clone(), year);
    changes.people.push(life.person());
    changes.credentials.extend(life.credentials());
    changes.facts.extend(life.facts(&mut || ids.next()));
    let source: Arc<str> = Arc::from("测试城镇");
    if (life.current + life.earlier).get() > 0 {
        let opening = Opening {
            key: key.clone(),
            day: at.date(),
            current: life.current,
            earlier: life.earlier,
            source: source.clone(),
            reference: Arc::default(),
        };
        if let Some(after) = opening.post(&account, ids.next(), changes) {
            account = after;
        }
    }
    let mut cells = Cells::new();
    for (accumulator, used) in &life.used {
        let used = Used {
            key: key.clone(),
            year,
            accumulator: Arc::from(*accumulator),
            total: *used,
            source: source.clone(),
            reference: Arc::default(),
        };
        used.post(used.total, ids.next(), &mut account, &mut cells, changes);
    }
    if !cells.is_empty() {
        changes.years.push(YearRow { key, year, cells });
    }
    changes.accounts.push(account);
}
