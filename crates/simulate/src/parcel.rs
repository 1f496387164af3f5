//! Claims on their way from files to people: dealt to buckets of people as they are read, in memory or, when that is full,
//! in a temporary file.

use crate::claims::Extra;
use crate::fault::{Fault, Result};
use crate::profile::Profile;
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

/// The claims of one slice of a file, dealt to buckets.
pub(crate) struct Parcel {
    /// Place of the slice among all: files in order, row groups in order, slices in order.
    pub(crate) place: u64,
    /// Where each bucket's claims begin, and behind them the end.
    pub(crate) first: Vec<u32>,
    /// From the profiles of the thread that read the slice to those of all.
    pub(crate) reader: usize,
    rows: Rows,
}

enum Rows {
    Memory(Vec<Dealt>, Option<Vec<Extra>>),
    /// At this place of the temporary file.
    Spilled {
        at: u64,
        count: u32,
        extra: bool,
    },
}

impl Parcel {
    pub(crate) fn new(
        place: u64,
        reader: usize,
        first: Vec<u32>,
        dealt: Vec<Dealt>,
        extra: Option<Vec<Extra>>,
    ) -> Parcel {
        Parcel { place, first, reader, rows: Rows::Memory(dealt, extra) }
    }

    /// Bytes in memory.
    pub(crate) fn bytes(&self) -> usize {
        match &self.rows {
            Rows::Memory(dealt, extra) => {
                dealt.len() * DEALT + extra.as_ref().map_or(0, |extra| extra.len() * EXTRA)
            }
            Rows::Spilled { .. } => 0,
        }
    }

    /// Moves the claims to the temporary file.
    pub(crate) fn spill(&mut self, file: &mut Spill) -> Result<()> {
        let Rows::Memory(dealt, extra) = &self.rows else { return Ok(()) };
        let mut bytes = Vec::with_capacity(self.bytes());
        for claim in dealt {
            bytes.extend_from_slice(&claim.person.to_le_bytes());
            bytes.extend_from_slice(&claim.amount.to_le_bytes());
            bytes.extend_from_slice(&claim.word.to_le_bytes());
        }
        for extra in extra.iter().flatten() {
            write_extra(extra, &mut bytes);
        }
        let at = file.append(&bytes)?;
        let count = u32::try_from(dealt.len()).unwrap_or(0);
        self.rows = Rows::Spilled { at, count, extra: extra.is_some() };
        Ok(())
    }

    /// Hands over the claims of a bucket.
    pub(crate) fn of_bucket(
        &self,
        bucket: usize,
        file: Option<&File>,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(Dealt, Option<&Extra>),
    ) -> Result<()> {
        let rows: Range<usize> = self.first[bucket] as usize..self.first[bucket + 1] as usize;
        match &self.rows {
            Rows::Memory(dealt, None) => dealt[rows].iter().for_each(|claim| take(*claim, None)),
            Rows::Memory(dealt, Some(extra)) => {
                for (claim, extra) in dealt[rows.clone()].iter().zip(&extra[rows]) {
                    take(*claim, Some(extra));
                }
            }
            Rows::Spilled { at, count, extra } => {
                let mut extras = Vec::new();
                if *extra {
                    let start = at + u64::from(*count) * DEALT as u64 + (rows.start * EXTRA) as u64;
                    read_at(file, start, rows.len() * EXTRA, buffer)?;
                    extras.extend(buffer.chunks_exact(EXTRA).map(read_extra));
                }
                read_at(file, at + (rows.start * DEALT) as u64, rows.len() * DEALT, buffer)?;
                for (index, bytes) in buffer.chunks_exact(DEALT).enumerate() {
                    let claim = Dealt {
                        person: u32::from_le_bytes(array(bytes, 0)),
                        amount: u32::from_le_bytes(array(bytes, 4)),
                        word: u64::from_le_bytes(array(bytes, 8)),
                    };
                    take(claim, extras.get(index));
                }
            }
        }
        Ok(())
    }
}

const DEALT: usize = 16;
const EXTRA: usize = 68;

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
    pub(crate) packing: Packing,
    pub(crate) people: People,
    /// All profiles, sorted.
    pub(crate) profiles: Vec<Profile>,
    /// By reader: from its own number of a profile to that of all.
    pub(crate) renumbering: Vec<Arc<[u32]>>,
    pub(crate) buckets: usize,
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
