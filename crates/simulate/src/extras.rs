//! Columns that few kinds of claims have, before they are grouped: only those that some file has, each as narrow as the
//! numbers of a parcel allow.

use crate::places::Stirred;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// A column of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Field {
    /// Breaks ties of time.
    Serial,
    /// Names the claim within the person; 0: it has no name.
    Claim,
    /// The claim it reverses; 0: none.
    Reverses,
    /// Days from the day it was settled to the day of service.
    Service,
    /// The institution.
    Institution,
    /// The visit.
    Visit,
    /// 全自费, 超限价 and 先行自付, fen.
    Outside,
    /// Own account, money of the current year, fen.
    Current,
    /// Own account, earlier money, fen.
    Earlier,
    /// The row of the table it came from, if that is asked for.
    Origin,
}

impl Field {
    /// All.
    pub(crate) const ALL: [Field; 10] = [
        Field::Serial,
        Field::Claim,
        Field::Reverses,
        Field::Service,
        Field::Institution,
        Field::Visit,
        Field::Outside,
        Field::Current,
        Field::Earlier,
        Field::Origin,
    ];
}

/// The columns by field; those that no file has are empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras([Vec<i64>; Field::ALL.len()]);

impl Extras {
    /// Clears all, and makes room for rows in those that are there.
    pub(crate) fn begin(&mut self, fields: &[Field], rows: usize) {
        self.0.iter_mut().for_each(Vec::clear);
        for field in fields {
            self.0[*field as usize].resize(rows, 0);
        }
    }

    /// The column of a field.
    pub(crate) fn of(&self, field: Field) -> &[i64] {
        &self.0[field as usize]
    }

    /// The column of a field.
    pub(crate) fn of_mut(&mut self, field: Field) -> &mut Vec<i64> {
        &mut self.0[field as usize]
    }

    /// The fields that are there.
    pub(crate) fn there(&self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(|field| !self.of(*field).is_empty())
    }

    /// The number in a row; 0 in columns that are not there.
    pub(crate) fn get(&self, field: Field, row: usize) -> i64 {
        self.0[field as usize].get(row).copied().unwrap_or(0)
    }

    /// Puts the rows from `start` on into another order; `order` counts from `start`.
    pub(crate) fn reorder(&mut self, start: usize, order: &[usize]) {
        for column in self.0.iter_mut().filter(|column| !column.is_empty()) {
            let moved: Vec<i64> = order.iter().map(|row| column[start + row]).collect();
            column[start..start + order.len()].copy_from_slice(&moved);
        }
    }
}

/// A column of a parcel: what its numbers lie above the least, or their places in a list, in as few bytes as that takes.
#[derive(Clone, Debug)]
pub(crate) struct Narrow {
    pub(crate) field: Field,
    least: i64,
    /// 0, 1, 2, 4 or 8.
    pub(crate) width: usize,
    /// The numbers, if places in this list are kept.
    list: Vec<i64>,
}

/// No list is longer.
const LISTED: usize = 1 << 12;

impl Narrow {
    /// Appends the numbers of a column, each at the place of its row, and says how to read them.
    pub(crate) fn pack(
        field: Field,
        column: &[i64],
        places: &[u32],
        bytes: &mut Vec<u8>,
    ) -> Narrow {
        let narrow = Narrow::spanning(field, column);
        if narrow.width == 8
            && let Some((list, listed)) = listed(column)
        {
            let narrow = Narrow { list, ..Narrow::spanning(field, &listed) };
            narrow.append(&listed, places, bytes);
            return narrow;
        }
        narrow.append(column, places, bytes);
        narrow
    }

    fn spanning(field: Field, column: &[i64]) -> Narrow {
        let least = column.iter().copied().min().unwrap_or(0);
        let most = column.iter().copied().max().unwrap_or(0);
        let span = most.wrapping_sub(least).cast_unsigned();
        let width = match u64::BITS - span.leading_zeros() {
            0 => 0,
            1..=8 => 1,
            9..=16 => 2,
            17..=32 => 4,
            _ => 8,
        };
        Narrow { field, least, width, list: Vec::new() }
    }

    fn append(&self, column: &[i64], places: &[u32], bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.resize(start + column.len() * self.width, 0);
        let room = &mut bytes[start..];
        match self.width {
            0 => {}
            1 => self.fill::<1>(column, places, room),
            2 => self.fill::<2>(column, places, room),
            4 => self.fill::<4>(column, places, room),
            _ => self.fill::<8>(column, places, room),
        }
    }

    fn fill<const WIDTH: usize>(&self, column: &[i64], places: &[u32], room: &mut [u8]) {
        for (number, place) in column.iter().zip(places) {
            let above = number.wrapping_sub(self.least).to_le_bytes();
            let at = *place as usize * WIDTH;
            if let Some(room) = room.get_mut(at..at + WIDTH) {
                room.copy_from_slice(&above[..WIDTH]);
            }
        }
    }

    /// Puts numbers into the rows they belong to.
    pub(crate) fn unpack(&self, bytes: &[u8], rows: &[u32], column: &mut [i64]) {
        match self.width {
            0 => rows.iter().for_each(|row| column[*row as usize] = self.number(self.least)),
            1 => self.empty::<1>(bytes, rows, column),
            2 => self.empty::<2>(bytes, rows, column),
            4 => self.empty::<4>(bytes, rows, column),
            _ => self.empty::<8>(bytes, rows, column),
        }
    }

    fn empty<const WIDTH: usize>(&self, bytes: &[u8], rows: &[u32], column: &mut [i64]) {
        for (number, row) in bytes.chunks_exact(WIDTH).zip(rows) {
            let mut above = [0; 8];
            above[..WIDTH].copy_from_slice(number);
            let number = self.least.wrapping_add(i64::from_le_bytes(above));
            column[*row as usize] = self.number(number);
        }
    }

    /// The number that stands at a place of the list, if there is one.
    #[inline]
    fn number(&self, number: i64) -> i64 {
        match &self.list[..] {
            [] => number,
            list => {
                usize::try_from(number).ok().and_then(|place| list.get(place)).copied().unwrap_or(0)
            }
        }
    }
}

/// The different numbers of a column, and the places of its numbers among them; `None` if they are many.
fn listed(column: &[i64]) -> Option<(Vec<i64>, Vec<i64>)> {
    let mut places: HashMap<i64, i64, BuildHasherDefault<Stirred>> = HashMap::default();
    let (mut list, mut listed) = (Vec::new(), Vec::with_capacity(column.len()));
    for number in column {
        let next = i64::try_from(places.len()).ok()?;
        let place = *places.entry(*number).or_insert(next);
        if place == next && list.len() == places.len() - 1 {
            list.push(*number);
        }
        if list.len() > LISTED {
            return None;
        }
        listed.push(place);
    }
    Some((list, listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_of_numbers_comes_back() {
        let places = [2, 0, 1, 3];
        for (span, width) in
            [(0, 0), (1, 1), (255, 1), (256, 2), (1 << 16, 4), (1 << 32, 1), (i64::MAX, 1)]
        {
            let column = [-7, span - 7, -7, -7 + span / 2];
            let mut bytes = vec![9; 3];
            let narrow = Narrow::pack(Field::Visit, &column, &places, &mut bytes);
            assert_eq!((narrow.width, bytes.len()), (width, 3 + 4 * width));
            let mut back = [0; 4];
            narrow.unpack(&bytes[3..], &[1, 2, 0, 3], &mut back);
            assert_eq!(back, column);
        }
    }

    #[test]
    fn few_numbers_far_apart_are_listed_and_many_are_not() {
        for (different, width) in [(2, 1), (300, 2), (LISTED, 2), (LISTED + 1, 8)] {
            let different_ones = i64::try_from(different).unwrap();
            let column: Vec<i64> =
                (0..10_000).map(|row: i64| (row % different_ones - 7) << 48).collect();
            let places: Vec<u32> = (0..10_000).rev().collect();
            let (mut bytes, mut back) = (Vec::new(), vec![0; 10_000]);
            let narrow = Narrow::pack(Field::Institution, &column, &places, &mut bytes);
            assert_eq!(narrow.width, width, "{different}");
            narrow.unpack(&bytes, &(0..10_000).rev().collect::<Vec<_>>(), &mut back);
            assert_eq!(back, column);
        }
    }
}
