//! From dealt claims to claims grouped by person, in settlement order: one bucket at a time.

use crate::claims::{Claims, Extra, More, PersonName};
use crate::example::Wanted;
use crate::fault::Result;
use crate::parcel::{Dealing, Dealt, People, Spill, deal_number, deal_text, dealt_number};
use std::fs::File;

/// Groups buckets; one for each thread.
pub(crate) struct Grouping<'a> {
    dealing: &'a Dealing,
    spill: Option<File>,
    buffer: Vec<u8>,
    /// By person: how many claims, then where the next one goes.
    next: Vec<u32>,
    extras: Vec<Extra>,
}

impl<'a> Grouping<'a> {
    pub(crate) fn new(dealing: &'a Dealing) -> Result<Grouping<'a>> {
        let spill = dealing.spill.as_ref().map(Spill::reopen).transpose()?;
        Ok(Grouping { dealing, spill, buffer: Vec::new(), next: Vec::new(), extras: Vec::new() })
    }

    /// The claims of a bucket.
    pub(crate) fn bucket(&mut self, bucket: usize, claims: &mut Claims) -> Result<()> {
        let width = match &self.dealing.people {
            People::Numbers { least, most, bits } => {
                usize::try_from((most.wrapping_sub(*least).cast_unsigned() >> bits) + 1)
                    .unwrap_or(0)
            }
            People::Names(names) => names[bucket].len(),
        };
        self.next.clear();
        self.next.resize(width + 1, 0);
        let next = &mut self.next;
        let (spill, buffer) = (self.spill.as_ref(), &mut self.buffer);
        for parcel in &self.dealing.parcels {
            parcel.people_of_bucket(bucket, spill, buffer, |person| next[person as usize] += 1)?;
        }
        self.name_people(bucket, claims);
        self.place(bucket, claims)?;
        self.order(claims);
        Ok(())
    }

    /// True if one of these people would be dealt to the bucket.
    pub(crate) fn may_hold(&self, bucket: usize, people: &[Wanted]) -> bool {
        let text = self.dealing.buckets.ilog2();
        people.iter().any(|person| match (&self.dealing.people, person.number) {
            (People::Numbers { least, bits, .. }, Some(number)) => {
                deal_number(number.wrapping_sub(*least).cast_unsigned(), *bits).0 == bucket
            }
            (People::Numbers { .. }, None) => false,
            (People::Names(_), number) => {
                number.is_some_and(|number| deal_text(&number.to_le_bytes(), text) == bucket)
                    || deal_text(person.text.as_bytes(), text) == bucket
            }
        })
    }

    /// Lists who has claims, and turns counts into places.
    fn name_people(&mut self, bucket: usize, claims: &mut Claims) {
        claims.people.clear();
        claims.first.clear();
        let mut sum = 0;
        let mut take = |person: usize, next: &mut [u32], name: &dyn Fn() -> PersonName| {
            let count = next[person];
            next[person] = sum;
            if count > 0 {
                claims.people.push(name());
                claims.first.push(sum);
            }
            sum += count;
        };
        match &self.dealing.people {
            People::Numbers { least, bits, .. } => {
                for person in 0..self.next.len() - 1 {
                    take(person, &mut self.next, &|| {
                        let left = u32::try_from(person).unwrap_or(0);
                        let key = dealt_number(bucket, left, *bits);
                        PersonName::Number(least.wrapping_add(key.cast_signed()))
                    });
                }
            }
            People::Names(names) => {
                let names = &names[bucket];
                let mut order: Vec<usize> = (0..names.len()).collect();
                order.sort_unstable_by(|a, b| names[*a].cmp(&names[*b]));
                for person in order {
                    take(person, &mut self.next, &|| names[person].clone());
                }
            }
        }
        claims.first.push(sum);
        let rows = sum as usize;
        claims.amount.resize(rows, 0);
        claims.profile.resize(rows, 0);
        claims.time.resize(rows, 0);
        claims.origin.resize(if self.dealing.origins { rows } else { 0 }, 0);
        self.extras.clear();
    }

    fn place(&mut self, bucket: usize, claims: &mut Claims) -> Result<()> {
        let Grouping { dealing, spill, buffer, next, extras } = self;
        let packing = dealing.packing;
        let rows = claims.rows();
        for parcel in &dealing.parcels {
            let renumbered = &dealing.renumbering[parcel.reader];
            parcel.of_bucket(bucket, spill.as_ref(), buffer, |claim: Dealt, extra| {
                let at = &mut next[claim.person as usize];
                let row = *at as usize;
                *at += 1;
                claims.amount[row] = claim.amount;
                claims.profile[row] = renumbered[packing.profile(claim.word) as usize];
                claims.time[row] = packing.time(claim.word);
                if let Some(origin) = claims.origin.get_mut(row) {
                    *origin = claim.origin;
                }
                if let Some(extra) = extra {
                    if extras.is_empty() {
                        extras.resize(rows, Extra::default());
                    }
                    extras[row] = *extra;
                }
            })?;
        }
        Ok(())
    }

    /// Puts each person's rows into settlement order. Ties go by serial, reversals last, then by the claim's name; what
    /// nothing tells apart goes by content, never by its place in a file.
    fn order(&mut self, claims: &mut Claims) {
        let mut more = (!self.extras.is_empty()).then(More::default);
        for person in 0..claims.people.len() {
            let rows = claims.rows_of(person);
            let rising = claims.time[rows.clone()].windows(2).all(|pair| pair[0] < pair[1]);
            if !rising {
                let mut sorted: Vec<(i64, Extra, u32, u32, u32)> = rows
                    .clone()
                    .map(|row| {
                        let extra = self.extras.get(row).copied().unwrap_or_default();
                        let origin = claims.origin.get(row).copied().unwrap_or(0);
                        (claims.time[row], extra, claims.profile[row], claims.amount[row], origin)
                    })
                    .collect();
                sorted.sort_by_key(|(time, extra, profile, amount, _)| {
                    (
                        *time,
                        extra.serial,
                        extra.reverses != 0,
                        extra.claim,
                        *profile,
                        *amount,
                        extra.outside,
                    )
                });
                for (row, (time, extra, profile, amount, origin)) in rows.clone().zip(sorted) {
                    claims.time[row] = time;
                    if let Some(place) = claims.origin.get_mut(row) {
                        *place = origin;
                    }
                    claims.profile[row] = profile;
                    claims.amount[row] = amount;
                    if let Some(place) = self.extras.get_mut(row) {
                        *place = extra;
                    }
                }
            }
            if let Some(more) = &mut more {
                more.append(&self.extras[rows.clone()]);
                for row in rows {
                    // A reversal stands where its original stands.
                    if let Some(original) = more.original_of(row) {
                        claims.profile[row] = claims.profile[original];
                    }
                }
            }
        }
        claims.more = more;
    }
}

impl More {
    /// The row that a row reverses.
    fn original_of(&self, row: usize) -> Option<usize> {
        let back = self.back.get(row).filter(|back| **back != 0 && **back != More::NOWHERE)?;
        row.checked_sub(*back as usize)
    }

    /// Takes in the rows of a person: joins parts, finds what reversals reverse.
    fn append(&mut self, rows: &[Extra]) {
        let base = self.back.len();
        for (index, row) in rows.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| rows.get(before));
            let joined = row.reverses == 0
                && row.claim != 0
                && before.is_some_and(|before| before.claim == row.claim && before.reverses == 0);
            self.joined.push(joined);
            self.back.push(0);
            self.service.push(row.service);
            self.institution.push(row.institution);
            self.visit.push(row.visit);
            self.outside.push(row.outside);
            self.current.push(row.current);
            self.earlier.push(row.earlier);
            if joined {
                let head =
                    (base..base + index).rev().find(|row| !self.joined[*row]).unwrap_or(base);
                self.outside[head] += row.outside;
                self.outside[base + index] = 0;
            }
            if row.reverses != 0 {
                self.back[base + index] = self.original(base, rows, index);
            }
        }
    }

    /// How far back the claim is that a row reverses; each is reversed once.
    fn original(&self, base: usize, rows: &[Extra], index: usize) -> u32 {
        let wanted = rows[index].reverses;
        let found = rows[..index].iter().position(|row| row.claim == wanted && row.reverses == 0);
        let back = found.and_then(|original| u32::try_from(index - original).ok());
        let taken = |back: u32| {
            (base..base + index).any(|earlier| {
                self.back[earlier] != 0
                    && self.back[earlier] != More::NOWHERE
                    && earlier - self.back[earlier] as usize + back as usize == base + index
            })
        };
        back.filter(|back| !taken(*back)).unwrap_or(More::NOWHERE)
    }
}
