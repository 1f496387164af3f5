//! Reads files with several threads and deals their claims to buckets of people.

use super::columns::{Found, Meaning};
use super::combine::Combiner;
use super::decode::Cells;
use super::memory::{Frame, FrameReading, Held};
use super::plan::{Part, Plan, open};
use super::slice::Slice;
use super::{Mapping, Reading};
use crate::claims::PersonName;
use crate::fault::{Fault, Result};
use crate::parcel::{Columns, Dealing, Dealt, Parcel, People, Spill, deal_number, deal_text};
use crate::places::Directory;
use crate::profile::Profile;
use parquet::file::reader::FileReader as _;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Rows of a slice.
const SLICE: usize = 1 << 16;

/// What threads share while they read.
struct Shared {
    next: AtomicUsize,
    parcels: Mutex<Parcels>,
    institutions: Mutex<Directory>,
    /// Names of people by bucket, if they are not numbers close together.
    names: Vec<Mutex<HashMap<PersonName, u32>>>,
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
    let given = Given { table: None, mapping, origins: false, memory: *memory };
    deal_planned(&Plan::of(reading)?, given, *threads)
}

/// Takes the rows of a table in memory.
pub(crate) fn deal_frame(table: &dyn Frame, reading: &FrameReading) -> Result<Dealing> {
    let FrameReading { mapping, threads, origins, .. } = reading;
    let given = Given { table: Some(table), mapping, origins: *origins, memory: usize::MAX };
    deal_planned(&Plan::of_frame(table, reading)?, given, *threads)
}

/// Where rows come from.
#[derive(Clone, Copy)]
struct Given<'a> {
    /// Not given: from the files of the plan.
    table: Option<&'a dyn Frame>,
    mapping: &'a Mapping,
    /// Claims are to know their row.
    origins: bool,
    /// Bytes of claims kept in memory.
    memory: usize,
}

fn deal_planned(plan: &Plan, given: Given<'_>, threads: usize) -> Result<Dealing> {
    let buckets = 1_usize << plan.bits;
    let shared = Shared {
        next: AtomicUsize::new(0),
        parcels: Mutex::default(),
        institutions: Mutex::default(),
        names: (0..if plan.numbers.is_some() { 0 } else { buckets })
            .map(|_| Mutex::default())
            .collect(),
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
    let people = match plan.numbers {
        Some((least, most)) => People::Numbers { least, most, bits: plan.bits },
        None => People::Names(shared.names.into_iter().map(in_order).collect()),
    };
    let mut all: Vec<Profile> = profiles.iter().flatten().cloned().collect();
    all.sort_unstable_by(Profile::order);
    all.dedup();
    let number = |profile: &Profile| {
        let found = all.binary_search_by(|known| Profile::order(known, profile));
        u32::try_from(found.unwrap_or(0)).unwrap_or(0)
    };
    let renumbering = profiles.iter().map(|own| own.iter().map(number).collect()).collect();
    Ok(Dealing {
        parcels: parcels.list,
        spill: parcels.spill,
        packing: plan.packing,
        people,
        profiles: all,
        renumbering,
        buckets,
        origins: given.origins,
        institutions: shared.institutions.into_inner().unwrap_or_else(PoisonError::into_inner),
    })
}

/// Names in the order of their numbers.
fn in_order(names: Mutex<HashMap<PersonName, u32>>) -> Vec<PersonName> {
    let names = names.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut list: Vec<(u32, PersonName)> =
        names.into_iter().map(|(name, number)| (number, name)).collect();
    list.sort_unstable_by_key(|(number, _)| *number);
    list.into_iter().map(|(_, name)| name).collect()
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
    /// Bucket and person within it, row by row.
    dealt: Vec<(u32, u32)>,
}

impl<'a> Reader<'a> {
    fn new(number: usize, plan: &'a Plan, shared: &'a Shared, given: Given<'a>) -> Reader<'a> {
        let combiner = Combiner::new(plan.attributes.iter().copied());
        Reader { number, plan, shared, given, combiner, slice: Slice::default(), dealt: Vec::new() }
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
        Ok(self.combiner.profiles().to_vec())
    }

    fn group(&mut self, file: usize, group: usize) -> Result<()> {
        let planned = &self.plan.files[file];
        let unsound = |error| Fault::parquet(&planned.path, &error);
        let reader = open(&planned.path)?;
        let rows = reader.get_row_group(group).map_err(unsound)?;
        let count = usize::try_from(rows.metadata().num_rows()).unwrap_or(0);
        let readers = planned.columns.iter().map(|found| {
            rows.get_column_reader(found.index).map(|reader| (*found, reader)).map_err(unsound)
        });
        let mut readers = readers.collect::<Result<Vec<_>>>()?;
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
        while left > 0 {
            let rows = left.min(SLICE);
            let mapping = self.given.mapping;
            self.slice.read(columns, rows, self.plan.extra, &mut self.combiner, mapping)?;
            let parcel = self.parcel(place, rows, first)?;
            self.put(parcel)?;
            left -= rows;
            first += rows;
            place += 1;
        }
        Ok(())
    }

    /// Deals the rows of the slice to buckets, in their order.
    fn parcel(&mut self, place: u64, rows: usize, first_row: usize) -> Result<Parcel> {
        let buckets = 1_usize << self.plan.bits;
        let mut first = vec![0_u32; buckets + 1];
        self.buckets(rows)?;
        for (bucket, _) in &self.dealt {
            first[*bucket as usize + 1] += 1;
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        let mut next = first.clone();
        let mut columns = Columns::new(rows, self.plan.split, self.plan.extra);
        if self.given.origins {
            columns.keep_origins();
        }
        let slice = &self.slice;
        let read = slice.amount.iter().zip(&slice.time).zip(&slice.profile).zip(&self.dealt);
        for (row, (((amount, time), profile), (bucket, person))) in read.enumerate() {
            let extra = slice.extra.get(row);
            let amount = match extra {
                Some(extra) if extra.reverses != 0 => 0,
                _ => u32::try_from(*amount).map_err(|_| amount_out_of_range(*amount))?,
            };
            let word = self.plan.packing.pack(*time, *profile).ok_or_else(too_far)?;
            let at = &mut next[*bucket as usize];
            // Of a table in memory, and of a group of a file, fewer than 2^32.
            let origin = u32::try_from(first_row + row).unwrap_or(0);
            columns.put(*at as usize, Dealt { person: *person, amount, word, origin }, extra);
            *at += 1;
        }
        Ok(Parcel::new(place, self.number, first, columns))
    }

    /// The bucket of each row's person, and the person's number within it.
    fn buckets(&mut self, rows: usize) -> Result<()> {
        let bits = self.plan.bits;
        self.dealt.clear();
        if let Some((least, most)) = self.plan.numbers {
            for number in &self.slice.numbers {
                // Nothing not given is at or above the least.
                if !(least..=most).contains(number) {
                    return Err(no_person());
                }
                let (bucket, person) =
                    deal_number(number.wrapping_sub(least).cast_unsigned(), bits);
                self.dealt.push((u32::try_from(bucket).unwrap_or(0), person));
            }
            return Ok(());
        }
        for row in 0..rows {
            let name = self.slice.person(row).ok_or_else(no_person)?;
            let bucket = match &name {
                PersonName::Number(number) => deal_text(&number.to_le_bytes(), bits),
                PersonName::Text(text) => deal_text(text.as_bytes(), bits),
            };
            let mut names =
                self.shared.names[bucket].lock().unwrap_or_else(PoisonError::into_inner);
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            let person = *names.entry(name).or_insert(next);
            self.dealt.push((u32::try_from(bucket).unwrap_or(0), person));
        }
        Ok(())
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

fn amount_out_of_range(amount: i64) -> Fault {
    let shown = if amount == i64::MIN { "—".to_string() } else { amount.to_string() };
    Fault::new(
        format!("in_scope 为 {shown} 分：应在 0 到 4294967295 分之间；冲销用 reverses 列表示"),
        format!(
            "in_scope is {shown} fen: should be from 0 to 4294967295; reversals are told by the column reverses"
        ),
    )
}

fn too_far() -> Fault {
    Fault::new(
        "结算时间相隔太远，或者各种情形的组合太多；请按年分开",
        "settlement times lie too far apart, or there are too many combinations of attributes; split by year",
    )
}

fn no_person() -> Fault {
    Fault::new("有一行没有人员（列 person）", "a row has no person (column person)")
}
