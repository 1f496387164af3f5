//! Numbers that stand for the texts that name bills, people and institutions. The same on every machine
//! and for ever, so that nothing that depends on them ever changes.

use std::hash::{BuildHasher, Hasher};

/// A number that names something: the text itself if it is short, else a fingerprint of it.
#[must_use]
pub fn name_of(text: &str) -> u128 {
    name_of_bytes(text.as_bytes())
}

/// As [`name_of`], of a text's bytes.
#[inline]
#[must_use]
pub fn name_of_bytes(bytes: &[u8]) -> u128 {
    if bytes.len() <= 15 {
        let mut name = [0; 16];
        name[..bytes.len()].copy_from_slice(bytes);
        name[15] = u8::try_from(bytes.len()).unwrap_or(0);
        return u128::from_le_bytes(name);
    }
    // The length byte of a short text is never 255.
    let (low, high) =
        (fingerprint(bytes, 0x9E37_79B9_7F4A_7C15), fingerprint(bytes, 0xD6E8_FEB8_6659_FD93));
    (u128::from(high) << 64 | u128::from(low)) | 0xFF << 120
}

/// A number that names an institution or a visit; never zero.
#[must_use]
pub fn number_of(text: &str) -> u64 {
    fingerprint(text.as_bytes(), 0x9E37_79B9_7F4A_7C15).max(1)
}

/// Mixes eight bytes at a time by a folded multiplication. The same on every machine and for ever.
fn fingerprint(bytes: &[u8], seed: u64) -> u64 {
    let mut state = seed ^ bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state =
            fold(state ^ u64::from_le_bytes(word), 0xA076_1D64_78BD_642F) ^ seed.rotate_left(23);
    }
    fold(state, 0xE703_7ED1_A0B4_28DB)
}

/// Both halves of a product, folded.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    #[expect(clippy::cast_possible_truncation, reason = "the two halves are folded")]
    let folded = product as u64 ^ (product >> 64) as u64;
    folded
}

/// Spreads a name over all bits.
#[inline]
#[must_use]
pub fn mixed(name: u128) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "one half, then the other")]
    let (low, high) = (name as u64, (name >> 64) as u64);
    fold(low ^ 0xA076_1D64_78BD_642F, high ^ 0xE703_7ED1_A0B4_28DB)
}

/// Hashes names for tables that are never iterated.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixer(u64);

impl BuildHasher for Mixer {
    type Hasher = Mixer;
    fn build_hasher(&self) -> Mixer {
        Mixer(0x9E37_79B9_7F4A_7C15)
    }
}

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = fingerprint(bytes, self.0);
    }
    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = fold(self.0 ^ value, 0xA076_1D64_78BD_642F);
    }
    fn write_u128(&mut self, value: u128) {
        self.write_u64(mixed(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_whatever_their_length() {
        let mut names = std::collections::BTreeSet::new();
        for number in 0..10_000_u32 {
            for text in [format!("{number}"), format!("{number:020}"), format!("单据{number:030}")]
            {
                assert!(names.insert(name_of(&text)), "{text}");
            }
        }
        assert_ne!(name_of("a"), name_of("a\0"));
        assert_ne!(number_of(""), 0);
    }

    #[test]
    fn names_never_change() {
        assert_eq!(name_of("B-1"), 0x0300_0000_0000_0000_0000_0000_0031_2D42);
        assert_eq!(number_of("H50011200012"), number_of("H50011200012"));
    }
}
