//! From dealt claims to claims grouped by person, in settlement order: one bucket at a time.

use crate::claims::{Claims, More, PersonName, day_of};
use crate::example::Wanted;
use crate::extras::{Extras, Field};
use crate::fault::Result;
use crate::parcel::{
    Dealing, Fetched, Parcel, People, Spill, deal_number, deal_text, dealt_number,
};
use std::fs::File;
use std::ops::Range;

/// Groups buckets; one for each thread.
pub(crate) struct Grouping<'a> {
    dealing: &'a Dealing,
    spill: Option<File>,
    /// What of the bucket lies in the temporary file.
    room: Vec<u8>,
    fetched: Vec<Fetched>,
    /// By person: how many claims, then where the next one goes.
    next: Vec<u32>,
    /// Where the claims of a parcel went.
    went: Vec<u32>,
    extras: Extras,
}

impl<'a> Grouping<'a> {
    pub(crate) fn new(dealing: &'a Dealing) -> Result<Grouping<'a>> {
        let spill = dealing.spill.as_ref().map(Spill::reopen).transpose()?;
        Ok(Grouping {
            dealing,
            spill,
            room: Vec::new(),
            fetched: Vec::new(),
            next: Vec::new(),
            went: Vec::new(),
            extras: Extras::default(),
        })
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
        let Grouping { dealing, spill, room, fetched, next, .. } = self;
        room.clear();
        fetched.clear();
        for parcel in &dealing.parcels {
            let part = parcel.fetch(bucket, spill.as_ref(), room)?;
            parcel.people(&part, room, |person| next[person as usize] += 1);
            fetched.push(part);
        }
        self.name_people(bucket, claims);
        self.place(bucket, claims);
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
    }

    fn place(&mut self, bucket: usize, claims: &mut Claims) {
        self.extras.begin(&self.dealing.fields, claims.rows());
        let dealing = self.dealing;
        for (number, parcel) in dealing.parcels.iter().enumerate() {
            let place = Place { bucket, number, parcel };
            match parcel.width() {
                8 => self.place_parcel::<8>(place, claims),
                10 => self.place_parcel::<10>(place, claims),
                12 => self.place_parcel::<12>(place, claims),
                _ => self.place_parcel::<16>(place, claims),
            }
        }
    }

    fn place_parcel<const BYTES: usize>(&mut self, place: Place<'_>, claims: &mut Claims) {
        let Grouping { dealing, room, fetched, next, went, extras, .. } = self;
        let Place { bucket, number, parcel } = place;
        let part = &fetched[number];
        let wanted = !dealing.fields.is_empty();
        let renumbered = &dealing.renumbering[parcel.reader][..];
        let Claims { amount, profile, time, .. } = claims;
        went.clear();
        parcel.claims::<BYTES>(bucket, part, room, |claim| {
            let at = &mut next[claim.person as usize];
            let row = *at as usize;
            if wanted {
                went.push(*at);
            }
            *at += 1;
            amount[row] = claim.amount;
            profile[row] = renumbered[claim.profile as usize];
            time[row] = claim.time;
        });
        if wanted {
            parcel.extras(bucket, part, room, went, extras);
        }
    }

    /// Puts each person's rows into settlement order.
    fn order(&mut self, claims: &mut Claims) {
        if !self.dealing.rising {
            for person in 0..claims.people.len() {
                let rows = claims.rows_of(person);
                if !claims.time[rows.clone()].windows(2).all(|pair| pair[0] < pair[1]) {
                    claims.sort(rows, &mut self.extras);
                }
            }
        }
        let origins = self.extras.of(Field::Origin).iter();
        claims.origin.clear();
        claims.origin.extend(origins.map(|origin| u32::try_from(*origin).unwrap_or(0)));
        let more = self.dealing.fields.iter().any(|field| *field != Field::Origin);
        claims.more = more.then(|| More::of(claims, &self.extras));
        if let Some(more) = &claims.more {
            for row in 0..claims.profile.len() {
                // A reversal stands where its original stands.
                if let Some(original) = more.original_of(row) {
                    claims.profile[row] = claims.profile[original];
                }
            }
        }
    }
}

/// A parcel's part of a bucket.
#[derive(Clone, Copy)]
struct Place<'p> {
    bucket: usize,
    number: usize,
    parcel: &'p Parcel,
}

impl Claims {
    /// Ties go by serial, reversals last, then by the claim's name; what nothing tells apart goes by content, never by its
    /// place in a file.
    fn sort(&mut self, rows: Range<usize>, extras: &mut Extras) {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|row| {
            let row = rows.start + row;
            (
                self.time[row],
                extras.get(Field::Serial, row),
                extras.get(Field::Reverses, row) != 0,
                extras.get(Field::Claim, row).cast_unsigned(),
                self.profile[row],
                self.amount[row],
                extras.get(Field::Outside, row),
            )
        });
        reorder(&mut self.time[rows.clone()], &order);
        reorder(&mut self.profile[rows.clone()], &order);
        reorder(&mut self.amount[rows.clone()], &order);
        extras.reorder(rows.start, &order);
    }
}

fn reorder<T: Copy>(column: &mut [T], order: &[usize]) {
    let moved: Vec<T> = order.iter().map(|row| column[*row]).collect();
    column.copy_from_slice(&moved);
}

impl More {
    /// The columns of grouped claims.
    fn of(claims: &Claims, extras: &Extras) -> More {
        let rows = claims.rows();
        let column = |field: Field| match extras.of(field) {
            [] => vec![0; rows],
            column => column.to_vec(),
        };
        let numbers = |field: Field| match extras.of(field) {
            [] => vec![0; rows],
            column => column.iter().map(|number| number.cast_unsigned()).collect(),
        };
        let settled = claims.time.iter().map(|time| day_of(*time));
        let service = match extras.of(Field::Service) {
            [] => settled.collect(),
            later => {
                let day = |(settled, later): (i32, &i64)| {
                    settled.saturating_add(i32::try_from(*later).unwrap_or(0))
                };
                settled.zip(later).map(day).collect()
            }
        };
        let mut more = More {
            back: vec![0; rows],
            joined: vec![false; rows],
            service,
            institution: numbers(Field::Institution),
            visit: numbers(Field::Visit),
            outside: column(Field::Outside),
            current: column(Field::Current),
            earlier: column(Field::Earlier),
        };
        if let (names, reverses) = (extras.of(Field::Claim), extras.of(Field::Reverses))
            && names.len() + reverses.len() > 0
        {
            for person in 0..claims.people.len() {
                more.tie(claims.rows_of(person), names, reverses);
            }
        }
        more
    }

    /// The row that a row reverses.
    fn original_of(&self, row: usize) -> Option<usize> {
        let back = self.back.get(row).filter(|back| **back != 0 && **back != More::NOWHERE)?;
        row.checked_sub(*back as usize)
    }

    /// Joins the parts of a person's claims, and finds what reversals reverse. Either column may not be there.
    fn tie(&mut self, rows: Range<usize>, names: &[i64], reverses: &[i64]) {
        let of = |column: &[i64], row: usize| column.get(row).copied().unwrap_or(0);
        let mut head = rows.start;
        for row in rows.clone() {
            let (name, wanted) = (of(names, row), of(reverses, row));
            let joined = row > rows.start
                && (name, wanted) == (of(names, row - 1), of(reverses, row - 1))
                && (name != 0 && wanted == 0);
            if joined {
                self.joined[row] = true;
                self.outside[head] += self.outside[row];
                self.outside[row] = 0;
            } else {
                head = row;
            }
            if wanted != 0 {
                let found = (rows.start..row)
                    .find(|other| of(names, *other) == wanted && of(reverses, *other) == 0);
                self.back[row] = self.back_to(rows.start, row, found);
            }
        }
    }

    /// How far back the claim is that a row reverses; each is reversed once.
    fn back_to(&self, start: usize, row: usize, original: Option<usize>) -> u32 {
        let taken = |original: &usize| {
            (start..row).any(|earlier| self.original_of(earlier) == Some(*original))
        };
        original
            .filter(|original| !taken(original))
            .and_then(|original| u32::try_from(row - original).ok())
            .unwrap_or(More::NOWHERE)
    }
}
