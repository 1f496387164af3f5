//! Claims on their way from files to people: dealt to buckets of people as they are read, in memory or, when that is full,
//! in a temporary file.

use crate::claims::Extra;
use crate::fault::{Fault, Result};
use crate::places::Directory;
use crate::profile::Profile;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// One claim while it is dealt: its person within the bucket, amount, and time and profile in one number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dealt {
    pub(crate) person: u32,
    pub(crate) amount: u32,
    pub(crate) word: u64,
    /// The row of the table it came from, where these are kept.
    pub(crate) origin: u32,
}

/// How times and profiles share a word: the time, counted from `base` in `unit` microseconds, above `bits` of profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Packing {
    pub(crate) base: i64,
    pub(crate) unit: i64,
    pub(crate) bits: u32,
}

impl Packing {
    /// Packs; `None` if the time is too far from the base or there are too many profiles.
    #[inline]
    pub(crate) fn pack(self, time: i64, profile: u32) -> Option<u64> {
        let since = u64::try_from(time.checked_sub(self.base)?).ok()?;
        let since = if self.unit == 1 { since } else { since / self.unit.unsigned_abs() };
        let fits = since >> (64 - self.bits) == 0 && u64::from(profile) >> self.bits == 0;
        fits.then_some(since << self.bits | u64::from(profile))
    }

    /// The time of a word.
    #[inline]
    pub(crate) fn time(self, word: u64) -> i64 {
        (word >> self.bits).cast_signed().wrapping_mul(self.unit).wrapping_add(self.base)
    }

    /// The profile of a word.
    #[inline]
    pub(crate) fn profile(self, word: u64) -> u32 {
        u32::try_from(word & ((1 << self.bits) - 1)).unwrap_or(0)
    }
}

/// Claims of a parcel, column by column. Where people of a bucket are few, person and amount share one number.
pub(crate) struct Columns {
    /// The person above `split` bits of amount; without a split, the person.
    key: Vec<u32>,
    word: Vec<u64>,
    /// Without a split, the amounts.
    amount: Vec<u32>,
    extra: Vec<Extra>,
    /// Rows of the table the claims came from; empty if nobody asks.
    origin: Vec<u32>,
    /// Amounts that do not fit below the split, by row.
    large: BTreeMap<u32, u32>,
    split: Option<u32>,
    with_extra: bool,
}

impl Columns {
    /// Room for so many claims.
    pub(crate) fn new(rows: usize, split: Option<u32>, extra: bool) -> Columns {
        let some = |wanted: bool| if wanted { rows } else { 0 };
        Columns {
            key: vec![0; rows],
            word: vec![0; rows],
            amount: vec![0; some(split.is_none())],
            extra: vec![Extra::default(); some(extra)],
            origin: Vec::new(),
            large: BTreeMap::new(),
            split,
            with_extra: extra,
        }
    }

    #[inline]
    pub(crate) fn put(&mut self, row: usize, claim: Dealt, extra: Option<&Extra>) {
        self.word[row] = claim.word;
        if let Some(bits) = self.split {
            let most = (1_u32 << bits) - 1;
            if claim.amount >= most {
                self.large.insert(u32::try_from(row).unwrap_or(0), claim.amount);
            }
            self.key[row] = claim.person << bits | claim.amount.min(most);
        } else {
            self.key[row] = claim.person;
            self.amount[row] = claim.amount;
        }
        if let (Some(place), Some(extra)) = (self.extra.get_mut(row), extra) {
            *place = *extra;
        }
        if let Some(place) = self.origin.get_mut(row) {
            *place = claim.origin;
        }
    }

    /// Keeps the row of the table that each claim comes from. Such columns stay in memory.
    pub(crate) fn keep_origins(&mut self) {
        self.origin = vec![0; self.word.len()];
    }

    fn bytes(&self) -> usize {
        self.key.len() * KEY
            + self.word.len() * WORD
            + self.amount.len() * KEY
            + self.extra.len() * EXTRA
    }
}

/// The claims of one slice of a file, dealt to buckets.
pub(crate) struct Parcel {
    /// Place of the slice among all: files in order, row groups in order, slices in order.
    pub(crate) place: u64,
    /// Where each bucket's claims begin, and behind them the end.
    pub(crate) first: Vec<u32>,
    /// From the profiles of the thread that read the slice to those of all.
    pub(crate) reader: usize,
    columns: Columns,
    /// Where the columns begin in the temporary file, if they were moved there.
    spilled: Option<u64>,
}

const KEY: usize = 4;
const WORD: usize = 8;
const EXTRA: usize = 68;

impl Parcel {
    pub(crate) fn new(place: u64, reader: usize, first: Vec<u32>, columns: Columns) -> Parcel {
        Parcel { place, first, reader, columns, spilled: None }
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.columns.bytes()
    }

    /// Moves the claims to the temporary file.
    pub(crate) fn spill(&mut self, file: &mut Spill) -> Result<()> {
        let mut bytes = std::mem::take(&mut file.buffer);
        bytes.clear();
        let columns = &mut self.columns;
        bytes.extend(columns.key.iter().flat_map(|key| key.to_le_bytes()));
        bytes.extend(columns.word.iter().flat_map(|word| word.to_le_bytes()));
        bytes.extend(columns.amount.iter().flat_map(|amount| amount.to_le_bytes()));
        columns.extra.iter().for_each(|extra| write_extra(extra, &mut bytes));
        self.spilled = Some(file.append(&bytes)?);
        file.buffer = bytes;
        columns.key = Vec::new();
        columns.word = Vec::new();
        columns.amount = Vec::new();
        columns.extra = Vec::new();
        Ok(())
    }

    /// Hands over the person of every claim of a bucket.
    pub(crate) fn people_of_bucket(
        &self,
        bucket: usize,
        file: Option<&File>,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(u32),
    ) -> Result<()> {
        let rows = self.first[bucket] as usize..self.first[bucket + 1] as usize;
        let bits = self.columns.split.unwrap_or(0);
        let Some(at) = self.spilled else {
            self.columns.key[rows].iter().for_each(|key| take(key >> bits));
            return Ok(());
        };
        read_at(file, at + (rows.start * KEY) as u64, rows.len() * KEY, buffer)?;
        buffer
            .chunks_exact(KEY)
            .for_each(|bytes| take(u32::from_le_bytes(array(bytes, 0)) >> bits));
        Ok(())
    }

    /// Hands over the claims of a bucket.
    pub(crate) fn of_bucket(
        &self,
        bucket: usize,
        file: Option<&File>,
        buffer: &mut Vec<u8>,
        take: impl FnMut(Dealt, Option<&Extra>),
    ) -> Result<()> {
        let rows = self.first[bucket] as usize..self.first[bucket + 1] as usize;
        let columns = &self.columns;
        let Some(at) = self.spilled else {
            let part = Part {
                start: rows.start,
                key: &columns.key[rows.clone()],
                word: &columns.word[rows.clone()],
                amount: columns.amount.get(rows.clone()).unwrap_or_default(),
                extra: columns.extra.get(rows.clone()).unwrap_or_default(),
                origin: columns.origin.get(rows).unwrap_or_default(),
            };
            part.hand_over(columns, take);
            return Ok(());
        };
        let all = self.first.last().map_or(0, |last| *last as usize);
        let mut read = Reading { file, start: at, all, rows: rows.clone(), buffer };
        let key = read.column(KEY, true, |bytes| u32::from_le_bytes(array(bytes, 0)))?;
        let word = read.column(WORD, true, |bytes| u64::from_le_bytes(array(bytes, 0)))?;
        let whole = columns.split.is_none();
        let amount = read.column(KEY, whole, |bytes| u32::from_le_bytes(array(bytes, 0)))?;
        let extra = read.column(EXTRA, columns.with_extra, read_extra)?;
        let part = Part {
            start: rows.start,
            key: &key,
            word: &word,
            amount: &amount,
            extra: &extra,
            origin: &[],
        };
        part.hand_over(columns, take);
        Ok(())
    }
}

/// Columns of a parcel in the temporary file, one after the other.
struct Reading<'a> {
    file: Option<&'a File>,
    start: u64,
    all: usize,
    rows: Range<usize>,
    buffer: &'a mut Vec<u8>,
}

impl Reading<'_> {
    fn column<T>(&mut self, width: usize, there: bool, of: impl Fn(&[u8]) -> T) -> Result<Vec<T>> {
        if !there {
            return Ok(Vec::new());
        }
        let at = self.start + (self.rows.start * width) as u64;
        self.start += (self.all * width) as u64;
        read_at(self.file, at, self.rows.len() * width, self.buffer)?;
        Ok(self.buffer.chunks_exact(width).map(of).collect())
    }
}

/// Some rows of a parcel.
struct Part<'a> {
    start: usize,
    key: &'a [u32],
    word: &'a [u64],
    amount: &'a [u32],
    extra: &'a [Extra],
    origin: &'a [u32],
}

impl Part<'_> {
    #[inline]
    fn hand_over(&self, columns: &Columns, mut take: impl FnMut(Dealt, Option<&Extra>)) {
        let origin = |row: usize| self.origin.get(row).copied().unwrap_or(0);
        let rows = self.key.iter().zip(self.word).enumerate();
        match columns.split {
            Some(bits) => {
                let most = (1_u32 << bits) - 1;
                for (row, (key, word)) in rows {
                    let mut amount = key & most;
                    if amount == most {
                        let row = u32::try_from(self.start + row).unwrap_or(0);
                        amount = columns.large.get(&row).copied().unwrap_or(most);
                    }
                    let origin = origin(row);
                    let person = key >> bits;
                    take(Dealt { person, amount, word: *word, origin }, self.extra.get(row));
                }
            }
            None => {
                for ((row, (key, word)), amount) in rows.zip(self.amount) {
                    let origin = origin(row);
                    let claim = Dealt { person: *key, amount: *amount, word: *word, origin };
                    take(claim, self.extra.get(row));
                }
            }
        }
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..at + N).and_then(|part| part.try_into().ok()).unwrap_or([0; N])
}

fn write_extra(extra: &Extra, bytes: &mut Vec<u8>) {
    for number in [extra.serial, extra.outside, extra.current, extra.earlier] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    for number in [extra.claim, extra.reverses, extra.institution, extra.visit] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&extra.service.to_le_bytes());
}

fn read_extra(bytes: &[u8]) -> Extra {
    let signed = |at| i64::from_le_bytes(array(bytes, at));
    let number = |at| u64::from_le_bytes(array(bytes, at));
    Extra {
        serial: signed(0),
        outside: signed(8),
        current: signed(16),
        earlier: signed(24),
        claim: number(32),
        reverses: number(40),
        institution: number(48),
        visit: number(56),
        service: i32::from_le_bytes(array(bytes, 64)),
    }
}

fn read_at(file: Option<&File>, at: u64, length: usize, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.clear();
    buffer.resize(length, 0);
    let Some(mut file) = file else { return Ok(()) };
    let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(buffer));
    read.map_err(|error| Fault::file(Path::new("(tmp)"), &error))
}

/// The temporary file; it goes when it is closed.
pub(crate) struct Spill {
    file: tempfile::NamedTempFile,
    end: u64,
    buffer: Vec<u8>,
}

impl Spill {
    pub(crate) fn new() -> Result<Spill> {
        let file = tempfile::NamedTempFile::new();
        let file = file.map_err(|error| Fault::file(&std::env::temp_dir(), &error))?;
        Ok(Spill { file, end: 0, buffer: Vec::new() })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<u64> {
        let at = self.end;
        let written = self.file.as_file_mut().write_all(bytes);
        written.map_err(|error| Fault::file(self.file.path(), &error))?;
        self.end += bytes.len() as u64;
        Ok(at)
    }

    /// A handle of its own for a thread to read from.
    pub(crate) fn reopen(&self) -> Result<File> {
        self.file.reopen().map_err(|error| Fault::file(self.file.path(), &error))
    }
}

/// Everything that was read: parcels in order of their places, and what is needed to open them.
pub(crate) struct Dealing {
    pub(crate) parcels: Vec<Parcel>,
    pub(crate) spill: Option<Spill>,
    pub(crate) packing: Packing,
    pub(crate) people: People,
    /// All profiles, sorted.
    pub(crate) profiles: Vec<Profile>,
    /// By reader: from its own number of a profile to that of all.
    pub(crate) renumbering: Vec<Arc<[u32]>>,
    pub(crate) buckets: usize,
    /// Claims know the row of the table they came from.
    pub(crate) origins: bool,
    /// What institutions are called.
    pub(crate) institutions: Directory,
}

/// How people are known within a bucket.
pub(crate) enum People {
    /// Whole numbers from `least` on, close together: the bucket takes `bits` of each.
    Numbers { least: i64, most: i64, bits: u32 },
    /// Names by bucket, in order of arrival.
    Names(Vec<Vec<crate::claims::PersonName>>),
}

/// The bucket of a number counted from the least, and what is left of it; together they are the number again.
#[inline]
pub(crate) fn deal_number(key: u64, bits: u32) -> (usize, u32) {
    let mask = (1_u64 << bits) - 1;
    let left = key >> bits;
    let bucket = (key ^ stirred(left)) & mask;
    (usize::try_from(bucket).unwrap_or(0), u32::try_from(left).unwrap_or(u32::MAX))
}

/// The number again.
pub(crate) fn dealt_number(bucket: usize, left: u32, bits: u32) -> u64 {
    let mask = (1_u64 << bits) - 1;
    let left = u64::from(left);
    left << bits | (bucket as u64 ^ stirred(left)) & mask
}

#[inline]
fn stirred(left: u64) -> u64 {
    left.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

/// The bucket of a text: FNV-1a.
pub(crate) fn deal_text(text: &[u8], bits: u32) -> usize {
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mask = (1_u64 << bits) - 1;
    usize::try_from((hash ^ hash >> 32) & mask).unwrap_or(0)
}
