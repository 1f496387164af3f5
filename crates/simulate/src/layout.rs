//! How dealt claims are packed: the narrowest record that takes most claims of a parcel, and a list of those it does not.
//!
//! A record is one number of 8, 10, 12 or 16 bytes: time, person within the bucket, amount and profile, from the top. In
//! order of time, the time is counted from the claim before it in the bucket. Memory that is touched for the first time
//! costs more than packing, so 20 million claims want 8 bytes each, not 24.

use crate::fault::{Fault, Result};

/// One claim while it is dealt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dealt {
    /// The person within the bucket.
    pub(crate) person: u32,
    pub(crate) amount: u32,
    /// By the reader's own numbers.
    pub(crate) profile: u32,
    pub(crate) time: i64,
}

/// A claim that does not fit its record.
#[derive(Clone, Copy, Debug)]
struct Wide {
    row: u32,
    amount: u32,
    time: i64,
}

/// What records look like. All widths in bits, but for the record's.
#[derive(Clone, Copy, Debug)]
struct Layout {
    person: u32,
    amount: u32,
    profile: u32,
    time: u32,
    bytes: usize,
    /// Times are counted in so many microseconds
    unit: i64,
    /// from here on,
    base: i64,
    /// or from the claim before in the bucket.
    gaps: bool,
    /// First and last time, if every claim is later than the one before it.
    rising: Option<(i64, i64)>,
}

/// Claims of one slice of a file, as they were read.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    /// The person within the bucket above the bucket.
    pub(crate) dealt: &'a [u32],
    /// The greatest of them.
    pub(crate) most: u32,
    pub(crate) amount: &'a [u32],
    pub(crate) profile: &'a [u32],
    pub(crate) time: &'a [i64],
    /// Bits of the bucket.
    pub(crate) bits: u32,
}

/// Bits of a number.
fn bits(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// Bits that take all but a hundredth or so of some amounts, by looking at every eighth.
fn most_amounts(amounts: &[u32]) -> u32 {
    let mut counts = [0_usize; 33];
    for amount in amounts.iter().step_by(8) {
        counts[bits((*amount).into()) as usize] += 1;
    }
    let mut left: usize = counts.iter().sum();
    let allowed = left / 90;
    (0..=32)
        .find(|width| {
            left -= counts[*width as usize];
            left <= allowed
        })
        .unwrap_or(32)
}

/// True if all times lie whole units apart.
fn whole<const UNIT: i64>(times: &[i64], least: i64) -> bool {
    times.iter().all(|time| time.wrapping_sub(least) % UNIT == 0)
}

impl Layout {
    /// The narrowest that does for these claims; `None` if their times lie too far apart.
    fn of(read: &Read<'_>) -> Option<Layout> {
        let times = read.time;
        let rising = times.windows(2).all(|pair| pair[0] < pair[1]);
        let gaps = rising || times.windows(2).all(|pair| pair[0] <= pair[1]);
        let ends = || times.first().copied().zip(times.last().copied());
        let extremes = || times.iter().copied().min().zip(times.iter().copied().max());
        let (least, most) = if gaps { ends() } else { extremes() }.unwrap_or_default();
        let unit: i64 = match least {
            least if whole::<1_000_000>(times, least) => 1_000_000,
            least if whole::<1_000>(times, least) => 1_000,
            _ => 1,
        };
        let span = most.checked_sub(least)?.unsigned_abs() / unit.unsigned_abs();
        // The greatest number marks what does not fit.
        let whole_span = bits(span.checked_add(1)?);
        let mean = (u128::from(span) << read.bits) / times.len().max(1) as u128;
        let common = bits(u64::try_from(mean * 4).unwrap_or(u64::MAX));
        let profile = bits(read.profile.iter().copied().max().unwrap_or(0).into());
        let time = if gaps { common.clamp(1, whole_span) } else { whole_span };
        let person = bits((read.most >> read.bits).into());
        let room = 63_u32.checked_sub(person + profile)?;
        let amount = most_amounts(read.amount).clamp(1, room);
        let needed = person + profile + amount + time;
        let bytes = [8, 10, 12, 16].into_iter().find(|bytes| bytes * 8 >= needed)?;
        let spare = bytes * 8 - needed;
        let wider = (amount + spare).min(room).min(32);
        Some(Layout {
            person,
            profile,
            amount: wider,
            time: (time + spare - (wider - amount)).min(63),
            bytes: bytes as usize,
            unit,
            base: least,
            gaps,
            rising: rising.then_some((least, most)),
        })
    }

    /// Bits below the time.
    fn below(self) -> u32 {
        self.person + self.amount + self.profile
    }

    /// The time that marks a claim that does not fit.
    fn mark(self) -> u64 {
        (1 << self.time) - 1
    }
}

/// Packed claims, bucket after bucket.
pub(crate) struct Packed {
    layout: Layout,
    bytes: Vec<u8>,
    /// By row.
    wide: Vec<Wide>,
}

/// Where the next claim of a bucket goes, and when the last one was.
#[derive(Clone, Copy, Default)]
pub(crate) struct Next {
    row: u32,
    since: u64,
}

/// Where the claims of a bucket begin: its records, and of those that do not fit, the list.
#[derive(Clone, Copy, Default)]
pub(crate) struct First {
    pub(crate) row: u32,
    wide: u32,
}

impl Packed {
    /// Packs claims; `first` says in which row each bucket begins, and at the end where they all end. `places` takes the
    /// row that every claim went to, if it is wanted.
    pub(crate) fn pack(
        read: &Read<'_>,
        first: &mut [First],
        places: Option<&mut Vec<u32>>,
    ) -> Result<Packed> {
        let layout = Layout::of(read).ok_or_else(too_far)?;
        let mut next: Vec<Next> =
            first.iter().map(|first| Next { row: first.row, since: 0 }).collect();
        let next = &mut next[..];
        let bytes = vec![0; read.dealt.len() * layout.bytes];
        let mut packed = Packed { layout, bytes, wide: Vec::new() };
        // Division by what is not known beforehand is slow.
        match layout.unit {
            1 => packed.fill_all(read, next, places, |since| since),
            1_000 => packed.fill_all(read, next, places, |since| since / 1_000),
            _ => packed.fill_all(read, next, places, |since| since / 1_000_000),
        }
        packed.wide.sort_unstable_by_key(|wide| wide.row);
        let mut wide = 0;
        for first in first {
            while packed.wide.get(wide).is_some_and(|wide| wide.row < first.row) {
                wide += 1;
            }
            first.wide = u32::try_from(wide).unwrap_or(u32::MAX);
        }
        Ok(packed)
    }

    fn fill_all(
        &mut self,
        read: &Read<'_>,
        next: &mut [Next],
        places: Option<&mut Vec<u32>>,
        units: impl Fn(u64) -> u64,
    ) {
        match (self.layout.bytes, places) {
            (8, None) => self.fill::<8>(read, next, units, |_| ()),
            (10, None) => self.fill::<10>(read, next, units, |_| ()),
            (12, None) => self.fill::<12>(read, next, units, |_| ()),
            (_, None) => self.fill::<16>(read, next, units, |_| ()),
            (8, Some(places)) => self.fill::<8>(read, next, units, |row| places.push(row)),
            (10, Some(places)) => self.fill::<10>(read, next, units, |row| places.push(row)),
            (12, Some(places)) => self.fill::<12>(read, next, units, |row| places.push(row)),
            (_, Some(places)) => self.fill::<16>(read, next, units, |row| places.push(row)),
        }
    }

    fn fill<const BYTES: usize>(
        &mut self,
        read: &Read<'_>,
        next: &mut [Next],
        units: impl Fn(u64) -> u64,
        mut placed: impl FnMut(u32),
    ) {
        let Packed { layout, bytes, wide } = self;
        let Layout { amount: amount_bits, profile: profile_bits, base, gaps, .. } = *layout;
        let (below, mark) = (layout.below(), layout.mark());
        let buckets = (1_u32 << read.bits) - 1;
        let (records, _) = bytes.as_chunks_mut::<BYTES>();
        let claims = read.dealt.iter().zip(read.amount).zip(read.profile).zip(read.time);
        for (((dealt, amount), profile), time) in claims {
            let next = &mut next[(dealt & buckets) as usize];
            let since = units(time.wrapping_sub(base).cast_unsigned());
            let mut counted = since.wrapping_sub(next.since);
            next.since = if gaps { since } else { 0 };
            let (row, mut kept) = (next.row, u64::from(*amount));
            next.row = row.wrapping_add(1);
            if counted >= mark || kept >> amount_bits != 0 {
                wide.push(Wide { row, amount: *amount, time: *time });
                (counted, kept) = (mark, 0);
            }
            let person = u64::from(dealt >> read.bits);
            let rest = (person << amount_bits | kept) << profile_bits | u64::from(*profile);
            let low = counted << below | rest;
            let high = counted >> (64 - below);
            if let Some(record) = records.get_mut(row as usize) {
                record[..8].copy_from_slice(&low.to_le_bytes());
                record[8..].copy_from_slice(&high.to_le_bytes()[..BYTES - 8]);
            }
            placed(row);
        }
    }

    /// First and last time, if every claim is later than the one before it.
    pub(crate) fn rising(&self) -> Option<(i64, i64)> {
        self.layout.rising
    }

    /// Bytes of a record.
    pub(crate) fn width(&self) -> usize {
        self.layout.bytes
    }

    /// The records, if they were not taken.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the records out.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Hands over the person of every record.
    pub(crate) fn people(&self, records: &[u8], take: impl FnMut(u32)) {
        match self.layout.bytes {
            8 => self.people_of::<8>(records, take),
            10 => self.people_of::<10>(records, take),
            12 => self.people_of::<12>(records, take),
            _ => self.people_of::<16>(records, take),
        }
    }

    fn people_of<const BYTES: usize>(&self, records: &[u8], mut take: impl FnMut(u32)) {
        let (shift, mask) =
            (self.layout.amount + self.layout.profile, (1_u64 << self.layout.person) - 1);
        for record in records.chunks_exact(BYTES) {
            take(narrow(low(record) >> shift & mask));
        }
    }

    /// Hands over the claims of a bucket: its records, of the width they have, which begin at `first`.
    #[inline]
    pub(crate) fn claims<const BYTES: usize>(
        &self,
        records: &[u8],
        first: First,
        mut take: impl FnMut(Dealt),
    ) {
        let Layout { person, amount, profile, unit, base, gaps, .. } = self.layout;
        let (below, mark) = (self.layout.below(), self.layout.mark());
        let mask = |bits: u32| (1_u64 << bits) - 1;
        let (person_mask, amount_mask, profile_mask) = (mask(person), mask(amount), mask(profile));
        let mut wide = self.wide.get(first.wide as usize..).unwrap_or_default().iter();
        let mut last = base;
        for record in records.chunks_exact(BYTES) {
            let low = low(record);
            let mut high = [0; 8];
            high[..BYTES - 8].copy_from_slice(&record[8..]);
            let mut counted = low >> below;
            if BYTES > 8 {
                counted |= u64::from_le_bytes(high) << (64 - below);
            }
            let mut claim = Dealt {
                person: narrow(low >> (amount + profile) & person_mask),
                amount: narrow(low >> profile & amount_mask),
                profile: narrow(low & profile_mask),
                time: last.wrapping_add(counted.cast_signed().wrapping_mul(unit)),
            };
            if counted == mark
                && let Some(wide) = wide.next()
            {
                (claim.amount, claim.time) = (wide.amount, wide.time);
            }
            if gaps {
                last = claim.time;
            }
            take(claim);
        }
    }

    /// Bytes in memory.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len() + self.wide.len() * size_of::<Wide>()
    }
}

#[inline]
fn low(record: &[u8]) -> u64 {
    record.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[inline]
fn narrow(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0)
}

fn too_far() -> Fault {
    Fault::new(
        "结算时间相隔太远，或者各种情形的组合太多；请按年分开",
        "settlement times lie too far apart, or there are too many combinations of attributes; split by year",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const BITS: u32 = 2;

    /// Packs claims of four buckets and opens them again.
    fn there_and_back(claims: &[(u32, Dealt)], width: usize) {
        let dealt: Vec<u32> =
            claims.iter().map(|(bucket, claim)| claim.person << BITS | bucket).collect();
        let amount: Vec<u32> = claims.iter().map(|(_, claim)| claim.amount).collect();
        let profile: Vec<u32> = claims.iter().map(|(_, claim)| claim.profile).collect();
        let time: Vec<i64> = claims.iter().map(|(_, claim)| claim.time).collect();
        let read = Read {
            dealt: &dealt,
            most: dealt.iter().copied().max().unwrap(),
            amount: &amount,
            profile: &profile,
            time: &time,
            bits: BITS,
        };
        let of = |wanted: u32| claims.iter().filter(move |(bucket, _)| *bucket == wanted);
        let mut first = vec![First::default()];
        for bucket in 0..4_u32 {
            let row = first[bucket as usize].row + u32::try_from(of(bucket).count()).unwrap();
            first.push(First { row, wide: 0 });
        }
        let packed = Packed::pack(&read, &mut first, None).unwrap();
        assert_eq!(packed.width(), width);
        for bucket in 0..4_u32 {
            let first = &first[bucket as usize..];
            let rows = first[0].row..first[1].row;
            let records = &packed.bytes()[rows.start as usize * width..rows.end as usize * width];
            let (mut people, mut found) = (Vec::new(), Vec::new());
            packed.people(records, |person| people.push(person));
            match width {
                8 => packed.claims::<8>(records, first[0], |claim| found.push(claim)),
                10 => packed.claims::<10>(records, first[0], |claim| found.push(claim)),
                12 => packed.claims::<12>(records, first[0], |claim| found.push(claim)),
                _ => packed.claims::<16>(records, first[0], |claim| found.push(claim)),
            }
            let wanted: Vec<Dealt> = of(bucket).map(|(_, claim)| *claim).collect();
            assert_eq!(found, wanted);
            assert_eq!(people, wanted.iter().map(|claim| claim.person).collect::<Vec<_>>());
        }
    }

    fn claim(number: u32, time: i64, spread: u32) -> (u32, Dealt) {
        let stirred = number.wrapping_mul(0x9E37_79B9);
        let claim = Dealt {
            person: stirred >> 20,
            amount: stirred % 60_000,
            profile: number % spread,
            time,
        };
        (stirred >> 3 & 3, claim)
    }

    #[test]
    fn claims_in_order_of_time_take_eight_bytes() {
        let mut claims: Vec<_> =
            (0..4_000).map(|n| claim(n, 7_000 + i64::from(n) * 31_000_001, 12)).collect();
        // A large amount and a long gap are kept beside.
        claims[17].1.amount = u32::MAX;
        for later in &mut claims[2_000..] {
            later.1.time += 20_000_000_000;
        }
        there_and_back(&claims, 8);
    }

    #[test]
    fn claims_in_any_order_take_what_they_need() {
        let seconds =
            (0..4_000).map(|n| claim(n, i64::from(n * 7_919 % 31_000_000) * 1_000_000, 5_000));
        there_and_back(&seconds.collect::<Vec<_>>(), 10);
        let micros = |n: u32| i64::from(n * 7_919 % 4_001) * 7_777_777_777 - 31_536_000_000_000;
        there_and_back(&(0..4_000).map(|n| claim(n, micros(n), 12)).collect::<Vec<_>>(), 10);
        let far = (0..4_000).map(|n| claim(n, i64::from(n * 7_919 % 4_001) << 48, 90_000));
        there_and_back(&far.collect::<Vec<_>>(), 16);
    }

    #[test]
    fn claims_of_one_moment_differ_in_nothing_else() {
        there_and_back(&(0..100).map(|n| claim(n, 5, 1)).collect::<Vec<_>>(), 8);
    }
}
