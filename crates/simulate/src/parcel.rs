//! Claims on their way from files to people: dealt to buckets of people as they are read, in memory or, when that is full,
//! in a temporary file.

use crate::extras::{Extras, Narrow};
use crate::fault::{Fault, Result};
use crate::layout::{Dealt, First, Packed, Read};
use crate::places::Directory;
use crate::profile::Profile;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The claims of one slice of a file, dealt to buckets.
pub(crate) struct Parcel {
    /// Place of the slice among all: files in order, row groups in order, slices in order.
    pub(crate) place: u64,
    /// From the profiles of the thread that read the slice to those of all.
    pub(crate) reader: usize,
    /// Where each bucket's claims begin, and behind them the end.
    first: Vec<First>,
    packed: Packed,
    extras: Vec<Narrow>,
    /// The columns of `extras`, one after the other.
    extra_bytes: Vec<u8>,
    /// Where all this begins in the temporary file, if it was moved there.
    spilled: Option<u64>,
}

impl Parcel {
    /// Deals claims that were read, in their order.
    pub(crate) fn deal(
        place: u64,
        reader: usize,
        read: &Read<'_>,
        extras: &Extras,
    ) -> Result<Parcel> {
        let buckets = 1_usize << read.bits;
        let mut counts = vec![0_u32; buckets];
        let mask = (1_u32 << read.bits) - 1;
        read.dealt.iter().for_each(|dealt| counts[(dealt & mask) as usize] += 1);
        let mut first = vec![First::default(); buckets + 1];
        let mut sum = 0;
        for (first, count) in first.iter_mut().skip(1).zip(counts) {
            sum += count;
            first.row = sum;
        }
        let wanted: Vec<_> = extras.there().collect();
        let mut places = Vec::new();
        let packed = if wanted.is_empty() {
            Packed::pack(read, &mut first, None)?
        } else {
            Packed::pack(read, &mut first, Some(&mut places))?
        };
        let mut extra_bytes = Vec::new();
        let extras = wanted
            .into_iter()
            .map(|field| Narrow::pack(field, extras.of(field), &places, &mut extra_bytes))
            .collect();
        Ok(Parcel { place, reader, first, packed, extras, extra_bytes, spilled: None })
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.packed.size() + self.extra_bytes.len()
    }

    /// Moves the claims to the temporary file.
    pub(crate) fn spill(&mut self, file: &mut Spill) -> Result<()> {
        self.spilled = Some(file.append(self.packed.bytes())?);
        file.append(&self.extra_bytes)?;
        self.packed.take();
        self.extra_bytes = Vec::new();
        Ok(())
    }

    fn rows(&self, bucket: usize) -> Range<usize> {
        self.first[bucket].row as usize..self.first[bucket + 1].row as usize
    }

    /// What a bucket has of the claims. What lies in the temporary file is appended to `room`.
    pub(crate) fn fetch(
        &self,
        bucket: usize,
        file: Option<&File>,
        room: &mut Vec<u8>,
    ) -> Result<Fetched> {
        let (rows, all, width) = (self.rows(bucket), self.rows_of_all(), self.packed.width());
        let (start, end) = (rows.start * width, rows.end * width);
        let Some(at) = self.spilled else { return Ok(Fetched { records: start..end, extras: 0 }) };
        let from = room.len();
        read_at(file, at + start as u64, end - start, room)?;
        let records = from..room.len();
        let extras = room.len();
        let mut column = at + (all * width) as u64;
        for narrow in &self.extras {
            let here = column + (rows.start * narrow.width) as u64;
            read_at(file, here, rows.len() * narrow.width, room)?;
            column += (all * narrow.width) as u64;
        }
        Ok(Fetched { records, extras })
    }

    fn rows_of_all(&self) -> usize {
        self.first.last().map_or(0, |last| last.row as usize)
    }

    fn records<'p>(&'p self, fetched: &Fetched, room: &'p [u8]) -> &'p [u8] {
        let bytes = if self.spilled.is_some() { room } else { self.packed.bytes() };
        bytes.get(fetched.records.clone()).unwrap_or_default()
    }

    /// Hands over the person of every claim that was fetched.
    pub(crate) fn people(&self, fetched: &Fetched, room: &[u8], take: impl FnMut(u32)) {
        self.packed.people(self.records(fetched, room), take);
    }

    /// Bytes of a claim: 8, 10, 12 or 16.
    pub(crate) fn width(&self) -> usize {
        self.packed.width()
    }

    /// Hands over the claims of the bucket that were fetched, of the width they have.
    #[inline]
    pub(crate) fn claims<const BYTES: usize>(
        &self,
        bucket: usize,
        fetched: &Fetched,
        room: &[u8],
        take: impl FnMut(Dealt),
    ) {
        self.packed.claims::<BYTES>(self.records(fetched, room), self.first[bucket], take);
    }

    /// Puts the columns that few kinds of claims have where their claims went.
    pub(crate) fn extras(
        &self,
        bucket: usize,
        fetched: &Fetched,
        room: &[u8],
        went: &[u32],
        into: &mut Extras,
    ) {
        let (rows, all) = (self.rows(bucket), self.rows_of_all());
        let mut at = if self.spilled.is_some() { fetched.extras } else { 0 };
        for narrow in &self.extras {
            let (bytes, start, step) = match self.spilled {
                Some(_) => (room, at, rows.len() * narrow.width),
                None => (&self.extra_bytes[..], at + rows.start * narrow.width, all * narrow.width),
            };
            let part = bytes.get(start..start + rows.len() * narrow.width).unwrap_or_default();
            narrow.unpack(part, went, into.of_mut(narrow.field));
            at += step;
        }
    }
}

/// Where the claims of one bucket of a parcel are at hand.
pub(crate) struct Fetched {
    records: Range<usize>,
    extras: usize,
}

/// Appends part of a file.
fn read_at(file: Option<&File>, at: u64, length: usize, room: &mut Vec<u8>) -> Result<()> {
    let start = room.len();
    room.resize(start + length, 0);
    let Some(mut file) = file.filter(|_| length > 0) else { return Ok(()) };
    let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut room[start..]));
    read.map_err(|error| Fault::file(Path::new("(tmp)"), &error))
}

/// The temporary file; it goes when it is closed.
pub(crate) struct Spill {
    file: tempfile::NamedTempFile,
    end: u64,
}

impl Spill {
    pub(crate) fn new() -> Result<Spill> {
        let file = tempfile::NamedTempFile::new();
        let file = file.map_err(|error| Fault::file(&std::env::temp_dir(), &error))?;
        Ok(Spill { file, end: 0 })
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
    pub(crate) people: People,
    /// All profiles, sorted.
    pub(crate) profiles: Vec<Profile>,
    /// By reader: from its own number of a profile to that of all.
    pub(crate) renumbering: Vec<Arc<[u32]>>,
    pub(crate) buckets: usize,
    /// What institutions are called.
    pub(crate) institutions: Directory,
    /// Columns that few kinds of claims have, of those that some file has.
    pub(crate) fields: Vec<crate::extras::Field>,
    /// Every claim is later than the one before it, over all parcels.
    pub(crate) rising: bool,
}

/// True if every claim is later than the one before it.
pub(crate) fn all_rising(parcels: &[Parcel]) -> bool {
    let mut last = i64::MIN;
    parcels.iter().all(|parcel| match parcel.packed.rising() {
        Some((first, end)) if first > last => {
            last = end;
            true
        }
        _ => false,
    })
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

/// A number of a text: FNV-1a.
#[inline]
pub(crate) fn hash_of(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The bucket of a text.
pub(crate) fn deal_text(text: &[u8], bits: u32) -> usize {
    bucket_of(hash_of(text), bits)
}

/// The bucket of the number of a text.
#[inline]
pub(crate) fn bucket_of(hash: u64, bits: u32) -> usize {
    let mask = (1_u64 << bits) - 1;
    usize::try_from((hash ^ hash >> 32) & mask).unwrap_or(0)
}
