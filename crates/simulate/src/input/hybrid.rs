//! Small numbers as Parquet packs them: runs of one number, and groups of eight in a few bits each.

use parquet::errors::{ParquetError, Result};

/// A place among packed numbers; the bytes are handed over with every call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hybrid {
    /// The next run, or the end of the numbers.
    at: usize,
    /// Bits of a number.
    width: u32,
    run: Run,
}

#[derive(Clone, Copy, Debug)]
enum Run {
    /// One number, so many times more.
    Same { number: u32, left: usize },
    /// Packed numbers from this bit on.
    Packed { bit: usize, left: usize },
}

impl Default for Run {
    fn default() -> Run {
        Run::Same { number: 0, left: 0 }
    }
}

impl Hybrid {
    /// Numbers of `width` bits, packed from byte `at` on.
    pub(super) fn new(at: usize, width: u32) -> Result<Hybrid> {
        if width > 32 {
            return Err(ParquetError::General(format!("numbers of {width} bits")));
        }
        Ok(Hybrid { at, width, run: Run::default() })
    }

    /// Packed numbers without runs: how plain booleans lie.
    pub(super) fn bits(at: usize) -> Hybrid {
        Hybrid { at, width: 1, run: Run::Packed { bit: at * 8, left: usize::MAX } }
    }

    /// Takes `count` ones that lie in one run, if the next numbers are that.
    pub(super) fn take_ones(&mut self, bytes: &[u8], count: usize) -> Result<bool> {
        if self.is_at_end_of_run() {
            self.next_run(bytes)?;
        }
        match &mut self.run {
            Run::Same { number: 1, left } if *left >= count => {
                *left -= count;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Appends the next `count` numbers.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        mut count: usize,
        out: &mut Vec<u32>,
    ) -> Result<()> {
        while count > 0 {
            if self.is_at_end_of_run() {
                self.next_run(bytes)?;
            }
            match &mut self.run {
                Run::Same { number, left } => {
                    let taken = count.min(*left);
                    out.extend(std::iter::repeat_n(*number, taken));
                    *left -= taken;
                    count -= taken;
                }
                Run::Packed { bit, left } => {
                    let taken = count.min(*left);
                    unpack(bytes, *bit, self.width, taken, out)?;
                    *bit += taken * self.width as usize;
                    *left -= taken;
                    count -= taken;
                }
            }
        }
        Ok(())
    }

    fn is_at_end_of_run(&self) -> bool {
        matches!(self.run, Run::Same { left: 0, .. } | Run::Packed { left: 0, .. })
    }

    fn next_run(&mut self, bytes: &[u8]) -> Result<()> {
        let header = self.header(bytes)?;
        let count = usize::try_from(header >> 1).map_err(|_| short())?;
        if header & 1 == 0 {
            let width = self.width.div_ceil(8) as usize;
            let mut number = [0; 4];
            let from = bytes.get(self.at..self.at + width).ok_or_else(short)?;
            number[..width].copy_from_slice(from);
            self.run = Run::Same { number: u32::from_le_bytes(number), left: count };
            self.at += width;
        } else {
            let left = count.checked_mul(8).ok_or_else(short)?;
            self.run = Run::Packed { bit: self.at * 8, left };
            self.at = count
                .checked_mul(self.width as usize)
                .and_then(|length| self.at.checked_add(length))
                .ok_or_else(short)?;
        }
        Ok(())
    }

    /// A number in groups of seven bits.
    fn header(&mut self, bytes: &[u8]) -> Result<u64> {
        let (mut header, mut shift) = (0_u64, 0);
        loop {
            let byte = *bytes.get(self.at).filter(|_| shift < 63).ok_or_else(short)?;
            self.at += 1;
            header |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(header);
            }
            shift += 7;
        }
    }
}

fn short() -> ParquetError {
    ParquetError::EOF("packed numbers end early".into())
}

/// Appends `count` numbers of `width` bits from a bit on.
fn unpack(bytes: &[u8], bit: usize, width: u32, count: usize, out: &mut Vec<u32>) -> Result<()> {
    let end = count.checked_mul(width as usize).and_then(|bits| bits.checked_add(bit));
    if end.is_none_or(|end| end.div_ceil(8) > bytes.len()) {
        return Err(short());
    }
    if width == 0 {
        out.extend(std::iter::repeat_n(0, count));
        return Ok(());
    }
    // Numbers one by one up to a whole byte, then in groups of eight, then the rest.
    let mut done = 0;
    while done < count && !(bit + done * width as usize).is_multiple_of(8) {
        out.push(one(bytes, bit + done * width as usize, width));
        done += 1;
    }
    let from = (bit + done * width as usize) / 8;
    done += grouped(bytes.get(from..).unwrap_or_default(), width, (count - done) / 8, out) * 8;
    out.extend((done..count).map(|index| one(bytes, bit + index * width as usize, width)));
    Ok(())
}

/// One number; what would lie behind the bytes is zero.
fn one(bytes: &[u8], bit: usize, width: u32) -> u32 {
    let mut word = [0; 8];
    let from = bytes.get(bit / 8..).unwrap_or_default();
    let there = from.len().min(8);
    word[..there].copy_from_slice(&from[..there]);
    masked(u64::from_le_bytes(word) >> (bit % 8), width)
}

#[inline]
fn masked(word: u64, width: u32) -> u32 {
    u32::try_from(word & ((1_u64 << width) - 1)).unwrap_or(0)
}

/// Unpacks groups of eight and says how many; the last ones are left where their bytes end the page.
fn grouped(bytes: &[u8], width: u32, groups: usize, out: &mut Vec<u32>) -> usize {
    macro_rules! by_width {
        ($($width:literal)+) => {
            match width {
                $($width => groups_of::<$width>(bytes, groups, out),)+
                _ => 0,
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
}

/// With a width that is known when this is compiled, every shift is a constant.
fn groups_of<const WIDTH: usize>(bytes: &[u8], groups: usize, out: &mut Vec<u32>) -> usize {
    // A word is loaded for every number, so eight bytes must lie behind a group.
    let groups = groups.min(bytes.len().saturating_sub(8) / WIDTH);
    let start = out.len();
    out.resize(start + groups * 8, 0);
    let (rooms, _) = out[start..].as_chunks_mut::<8>();
    for (group, room) in rooms.iter_mut().enumerate() {
        let window = &bytes[group * WIDTH..group * WIDTH + WIDTH + 8];
        *room = std::array::from_fn(|index| {
            let (byte, shift) = (index * WIDTH / 8, index * WIDTH % 8);
            let mut word = [0; 8];
            word.copy_from_slice(&window[byte..byte + 8]);
            let mask = (1_u64 << WIDTH) - 1;
            u32::try_from(u64::from_le_bytes(word) >> shift & mask).unwrap_or(0)
        });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs numbers one bit after the other.
    fn packed(numbers: &[u32], width: u32) -> Vec<u8> {
        let bits: Vec<bool> = numbers
            .iter()
            .flat_map(|number| (0..width).map(move |bit| number >> bit & 1 == 1))
            .collect();
        let byte = |bits: &[bool]| {
            bits.iter().enumerate().fold(0, |byte, (place, bit)| byte | u8::from(*bit) << place)
        };
        bits.chunks(8).map(byte).collect()
    }

    #[test]
    fn every_width_unpacks_to_what_was_packed_in_pieces_of_any_size() {
        for width in 1..=32 {
            let mask = u32::MAX >> (32 - width);
            let number = |index: u32| index.wrapping_mul(0x9E37_79B9) & mask;
            let numbers: Vec<u32> = (0..256).map(number).collect();
            let mut bytes = vec![32 << 1 | 1];
            bytes.extend(packed(&numbers, width));
            let (mut place, mut out) = (Hybrid::new(0, width).unwrap(), Vec::new());
            for piece in [1, 7, 8, 100, 3, 137] {
                place.read(&bytes, piece, &mut out).unwrap();
            }
            assert_eq!(out, numbers, "{width} bits");
            assert!(place.read(&bytes, 1, &mut out).is_err());
        }
    }

    #[test]
    fn a_run_is_one_number_many_times() {
        // 300 times 5, then 8 packed numbers of 3 bits.
        let mut bytes = vec![0xD8, 0x04, 5, 3];
        bytes.extend(packed(&[0, 1, 2, 3, 4, 5, 6, 7], 3));
        let (mut place, mut out) = (Hybrid::new(0, 3).unwrap(), Vec::new());
        place.read(&bytes, 308, &mut out).unwrap();
        assert!(out[..300].iter().all(|number| *number == 5));
        assert_eq!(&out[300..], [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn bytes_that_end_early_are_told() {
        let mut out = Vec::new();
        assert!(Hybrid::new(0, 33).is_err());
        assert!(Hybrid::new(0, 8).unwrap().read(&[0x03, 1], 8, &mut out).is_err());
        assert!(Hybrid::new(0, 8).unwrap().read(&[0x80], 1, &mut out).is_err());
    }
}
