//! Reads files with several threads and deals their claims to buckets of people.

use super::cells::Cells;
use super::columns::{Found, Meaning};
use super::combine::Combiner;
use super::memory::{Frame, FrameReading, Held};
use super::names::{Dealer, Names, Numbers};
use super::pages::Opened;
use super::plan::{Part, Plan};
use super::slice::{Slice, With};
use super::{Mapping, Reading};
use crate::extras::Field;
use crate::fault::{Fault, Result};
use crate::layout::Read;
use crate::parcel::{Dealing, Parcel, People, Spill, all_rising};
use crate::places::Directory;
use crate::profile::Profile;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Rows of a slice: what is read of it should stay close to the processor.
const SLICE: usize = 1 << 17;

/// Rows of a slice where claims will not stay in memory: a bucket's part of it is read back at once.
const LONG_SLICE: usize = 1 << 18;

/// What threads share while they read.
struct Shared {
    next: AtomicUsize,
    parcels: Mutex<Parcels>,
    institutions: Mutex<Directory>,
    people: Dealer,
}

#[derive(Default)]
struct Parcels {
    list: Vec<Parcel>,
    bytes: usize,
    spill: Option<Spill>,
}

/// Reads all files.
pub(crate) fn deal(reading: &Reading) -> Result<Dealing> {
    let Reading { mapping, threads, memory, .. } = reading;
    let given = Given { table: None, mapping, memory: *memory };
    deal_planned(&Plan::of(reading)?, given, *threads)
}

/// Takes the rows of a table in memory.
pub(crate) fn deal_frame(table: &dyn Frame, reading: &FrameReading) -> Result<Dealing> {
    let FrameReading { mapping, threads, origins, .. } = reading;
    let given = Given { table: Some(table), mapping, memory: usize::MAX };
    let mut plan = Plan::of_frame(table, reading)?;
    plan.fields.extend(origins.then_some(Field::Origin));
    deal_planned(&plan, given, *threads)
}

/// Where rows come from.
#[derive(Clone, Copy)]
struct Given<'a> {
    /// Not given: from the files of the plan.
    table: Option<&'a dyn Frame>,
    mapping: &'a Mapping,
    /// Bytes of claims kept in memory.
    memory: usize,
}

fn deal_planned(plan: &Plan, given: Given<'_>, threads: usize) -> Result<Dealing> {
    let shared = Shared {
        next: AtomicUsize::new(0),
        parcels: Mutex::default(),
        institutions: Mutex::default(),
        people: match plan.numbers {
            Some((least, most)) => Dealer::Numbers(Numbers { least, most, bits: plan.bits }),
            None => Dealer::Names(Names::new(plan.bits)),
        },
    };
    let threads = threads.clamp(1, plan.groups.len().max(1));
    let profiles = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..threads)
            .map(|reader| {
                let shared = &shared;
                scope.spawn(move || Reader::new(reader, plan, shared, given).run())
            })
            .collect();
        let join = |reader: std::thread::ScopedJoinHandle<'_, Result<Vec<Profile>>>| {
            reader.join().unwrap_or_else(|_| Err(stopped()))
        };
        readers.into_iter().map(join).collect::<Result<Vec<_>>>()
    })?;
    let mut parcels = shared.parcels.into_inner().unwrap_or_else(PoisonError::into_inner);
    parcels.list.sort_unstable_by_key(|parcel| parcel.place);
    let people = match shared.people {
        Dealer::Numbers(Numbers { least, most, bits }) => People::Numbers { least, most, bits },
        Dealer::Names(names) => People::Names(names.end()),
    };
    let mut all: Vec<Profile> = profiles.iter().flatten().cloned().collect();
    all.sort_unstable_by(Profile::order);
    all.dedup_by(|a, b| Profile::order(a, b).is_eq());
    let number = |profile: &Profile| {
        let found = all.binary_search_by(|known| Profile::order(known, profile));
        u32::try_from(found.unwrap_or(0)).unwrap_or(0)
    };
    let renumbering = profiles.iter().map(|own| own.iter().map(number).collect()).collect();
    Ok(Dealing {
        rising: all_rising(&parcels.list),
        parcels: parcels.list,
        spill: parcels.spill,
        fields: plan.fields.clone(),
        people,
        profiles: all,
        renumbering,
        buckets: 1 << plan.bits,
        institutions: shared.institutions.into_inner().unwrap_or_else(PoisonError::into_inner),
    })
}

fn stopped() -> Fault {
    Fault::new("读取线程意外停止", "a thread that was reading stopped")
}

/// One thread.
struct Reader<'a> {
    number: usize,
    plan: &'a Plan,
    shared: &'a Shared,
    given: Given<'a>,
    combiner: Combiner,
    slice: Slice,
}

impl<'a> Reader<'a> {
    fn new(number: usize, plan: &'a Plan, shared: &'a Shared, given: Given<'a>) -> Reader<'a> {
        let combiner = Combiner::new(plan.attributes.iter().copied());
        Reader { number, plan, shared, given, combiner, slice: Slice::default() }
    }

    fn run(mut self) -> Result<Vec<Profile>> {
        while let Some(&(file, group)) =
            self.plan.groups.get(self.shared.next.fetch_add(1, Ordering::Relaxed))
        {
            let path = &self.plan.files[file].path;
            match self.given.table {
                Some(table) => self.part(table, group)?,
                None => self.group(file, group).map_err(|fault| fault.at(&path.display()))?,
            }
        }
        let named = std::mem::take(&mut self.slice.institutions);
        self.shared.institutions.lock().unwrap_or_else(PoisonError::into_inner).merge(named);
        Ok(self.combiner.profiles())
    }

    fn group(&mut self, file: usize, group: usize) -> Result<()> {
        let planned = &self.plan.files[file];
        let Some(metadata) = &planned.metadata else { return Ok(()) };
        let rows = metadata.row_group(group);
        let count = usize::try_from(rows.num_rows()).unwrap_or(0);
        let open = |found: &Found| {
            let column = Opened::new(&planned.path, rows, found.index);
            column.map(|column| (*found, column))
        };
        let mut readers = planned.columns.iter().map(open).collect::<Result<Vec<_>>>()?;
        let before: usize = self.plan.files[..file].iter().map(|file| file.groups).sum();
        self.slices(&mut readers, before + group, count, 0)
    }

    /// Takes a part of a table in memory.
    fn part(&mut self, table: &dyn Frame, number: usize) -> Result<()> {
        let plan = self.plan;
        let Part { batch, rows, first } = &plan.parts[number];
        let open = |found: &Found| {
            let text = found.meaning == Meaning::Text;
            (*found, Held::new(table.values(*batch, found.index), rows.start, text))
        };
        let mut columns: Vec<_> = plan.files[0].columns.iter().map(open).collect();
        self.slices(&mut columns, number, rows.len(), *first)
    }

    /// Takes all rows of some columns, slice by slice. `first` is the first of them in the table.
    fn slices<C: Cells>(
        &mut self,
        columns: &mut [(Found, C)],
        group: usize,
        mut left: usize,
        mut first: usize,
    ) -> Result<()> {
        let mut place = (group as u64) << 32;
        let claims = usize::try_from(self.plan.rows).unwrap_or(usize::MAX);
        let longest = if claims.saturating_mul(8) > self.given.memory { LONG_SLICE } else { SLICE };
        while left > 0 {
            let rows = left.min(longest);
            let mut with = With {
                fields: &self.plan.fields,
                combiner: &mut self.combiner,
                mapping: self.given.mapping,
                people: &self.shared.people,
            };
            self.slice.read(columns, rows, &mut with)?;
            for (row, origin) in self.slice.extras.of_mut(Field::Origin).iter_mut().enumerate() {
                // Of a table in memory, fewer than 2^32.
                *origin = i64::try_from(first + row).unwrap_or(0);
            }
            let parcel = self.parcel(place)?;
            self.put(parcel)?;
            left -= rows;
            first += rows;
            place += 1;
        }
        Ok(())
    }

    /// Deals the rows of the slice to buckets, in their order.
    fn parcel(&mut self, place: u64) -> Result<Parcel> {
        let slice = &self.slice;
        let read = Read {
            dealt: &slice.dealt,
            most: slice.most,
            amount: &slice.amount,
            profile: &slice.profile,
            time: &slice.time,
            bits: self.plan.bits,
        };
        Parcel::deal(place, self.number, &read, &slice.extras)
    }

    fn put(&self, mut parcel: Parcel) -> Result<()> {
        let mut parcels = self.shared.parcels.lock().unwrap_or_else(PoisonError::into_inner);
        if parcels.bytes + parcel.bytes() > self.given.memory {
            if parcels.spill.is_none() {
                parcels.spill = Some(Spill::new()?);
            }
            if let Some(spill) = &mut parcels.spill {
                parcel.spill(spill)?;
            }
        }
        parcels.bytes += parcel.bytes();
        parcels.list.push(parcel);
        Ok(())
    }
}
