//! Where people are dealt to: a bucket and a number within it.

use super::cells::Value;
use crate::claims::PersonName;
use crate::parcel::{bucket_of, deal_number, hash_of};
use crate::places::Stirred;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{Mutex, PoisonError};

/// Where people go.
pub(super) enum Dealer {
    Numbers(Numbers),
    Names(Names),
}

/// People who are whole numbers close together.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) least: i64,
    pub(super) most: i64,
    /// Bits of the bucket.
    pub(super) bits: u32,
}

impl Numbers {
    /// The person within the bucket above the bits of the bucket.
    #[inline]
    pub(super) fn deal(self, number: i64) -> u32 {
        if number < self.least || number > self.most {
            return NOBODY;
        }
        let (bucket, person) =
            deal_number(number.wrapping_sub(self.least).cast_unsigned(), self.bits);
        person << self.bits | u32::try_from(bucket).unwrap_or(0)
    }
}

/// People who have names, or numbers far apart: numbers within a bucket go by arrival. Threads share it.
pub(super) struct Names {
    buckets: Vec<Mutex<Bucket>>,
    bits: u32,
}

#[derive(Default)]
struct Bucket {
    list: Vec<PersonName>,
    of_hash: HashMap<u64, u32, BuildHasherDefault<Stirred>>,
    /// Names of which the hash belongs to another name.
    others: HashMap<PersonName, u32>,
}

/// Stands for a row that names nobody, or somebody who cannot be dealt.
pub(super) const NOBODY: u32 = u32::MAX;

impl Names {
    pub(super) fn new(bits: u32) -> Names {
        Names { buckets: (0..1 << bits).map(|_| Mutex::default()).collect(), bits }
    }

    /// The person within the bucket above the bits of the bucket.
    pub(super) fn deal(&self, value: Value<'_>) -> u32 {
        let hash = match value {
            Value::Text([]) => return NOBODY,
            Value::Text(text) => hash_of(text),
            Value::Number(number) => hash_of(&number.to_le_bytes()),
        };
        let bucket = bucket_of(hash, self.bits);
        let mut held = self.buckets[bucket].lock().unwrap_or_else(PoisonError::into_inner);
        let place = held.place(value, hash);
        let dealt = u64::from(place) << self.bits | bucket as u64;
        u32::try_from(dealt).unwrap_or(NOBODY)
    }

    /// The names of every bucket.
    pub(super) fn end(self) -> Vec<Vec<PersonName>> {
        let names = |bucket: Mutex<Bucket>| {
            bucket.into_inner().unwrap_or_else(PoisonError::into_inner).list
        };
        self.buckets.into_iter().map(names).collect()
    }
}

impl Bucket {
    fn place(&mut self, value: Value<'_>, hash: u64) -> u32 {
        if let Some(place) = self.of_hash.get(&hash) {
            if self.list.get(*place as usize).is_some_and(|name| names(name, value)) {
                return *place;
            }
            let name = owned(value);
            if let Some(place) = self.others.get(&name) {
                return *place;
            }
            let place = self.push(name.clone());
            self.others.insert(name, place);
            return place;
        }
        let place = self.push(owned(value));
        self.of_hash.insert(hash, place);
        place
    }

    fn push(&mut self, name: PersonName) -> u32 {
        self.list.push(name);
        u32::try_from(self.list.len() - 1).unwrap_or(NOBODY)
    }
}

fn names(name: &PersonName, value: Value<'_>) -> bool {
    match (name, value) {
        (PersonName::Text(text), Value::Text(other)) => text.as_bytes() == other,
        (PersonName::Number(number), Value::Number(other)) => *number == other,
        _ => false,
    }
}

fn owned(value: Value<'_>) -> PersonName {
    match value {
        Value::Number(number) => PersonName::Number(number),
        Value::Text(text) => PersonName::Text(String::from_utf8_lossy(text).into()),
    }
}
