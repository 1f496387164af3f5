//! A person's claims as they would be: some left out, some made twice. Parts and reversals go with their claim.

use crate::claims::{Claims, More};
use crate::segment::Segments;
use std::ops::Range;

/// No claims yet, with the columns that these have.
pub(super) fn begin(claims: &Claims, again: &mut Claims) {
    let more = claims.more.as_ref().map(|_| More::default());
    *again = Claims { first: vec![0], more, ..Claims::default() };
}

/// Adds a person's claims, each as often as `copies` says of its first row. False if that changes nothing, or nothing is
/// left; then nobody is added.
pub(super) fn person(
    claims: &Claims,
    person: usize,
    segments: &Segments,
    copies: impl Fn(usize) -> u8,
    again: &mut Claims,
) -> bool {
    let rows = claims.rows_of(person);
    let start = again.amount.len();
    // By row of the person: how often, and where its copies stand.
    let mut made: Vec<(u8, [usize; 2])> = vec![(0, [0; 2]); rows.len()];
    let mut same = true;
    let mut row = rows.start;
    while row < rows.end {
        let end = end_of(claims, row, rows.end);
        let original = original_of(claims, row);
        let count = match original {
            Some(original) => made[original - rows.start].0,
            None if is_no_claim(claims, row, segments) => 1,
            None => copies(row),
        };
        same &= count == 1;
        let mut places = [0; 2];
        for copy in 0..usize::from(count).min(2) {
            places[copy] = again.amount.len();
            copy_rows(claims, row..end, copy, again);
            if let (Some(original), Some(more)) = (original, &mut again.more) {
                let (_, at) = made[original - rows.start];
                let back = places[copy] - at[copy];
                if let Some(last) = more.back.last_mut() {
                    *last = u32::try_from(back).unwrap_or(More::NOWHERE);
                }
            }
        }
        made[row - rows.start] = (count, places);
        row = end;
    }
    if same {
        cut(again, start);
        return false;
    }
    if again.amount.len() > start {
        again.people.push(claims.people[person].clone());
        again.first.push(u32::try_from(again.amount.len()).unwrap_or(u32::MAX));
    }
    true
}

/// Behind the last part of the claim that begins at `row`.
fn end_of(claims: &Claims, row: usize, end: usize) -> usize {
    let Some(more) = &claims.more else { return row + 1 };
    (row + 1..end).find(|next| !more.joined[*next]).unwrap_or(end)
}

/// The row that a reversal reverses.
fn original_of(claims: &Claims, row: usize) -> Option<usize> {
    let back = claims.more.as_ref()?.back[row];
    if back == 0 || back == More::NOWHERE { None } else { row.checked_sub(back as usize) }
}

/// Limits used elsewhere, and reversals of nothing: nobody goes for them.
fn is_no_claim(claims: &Claims, row: usize, segments: &Segments) -> bool {
    let nowhere = claims.more.as_ref().is_some_and(|more| more.back[row] == More::NOWHERE);
    nowhere || segments.is_use(claims.profile[row])
}

fn copy_rows(claims: &Claims, rows: Range<usize>, copy: usize, again: &mut Claims) {
    again.amount.extend_from_slice(&claims.amount[rows.clone()]);
    again.profile.extend_from_slice(&claims.profile[rows.clone()]);
    again.time.extend_from_slice(&claims.time[rows.clone()]);
    if let (Some(from), Some(to)) = (&claims.more, &mut again.more) {
        to.back.extend_from_slice(&from.back[rows.clone()]);
        to.joined.extend_from_slice(&from.joined[rows.clone()]);
        to.service.extend_from_slice(&from.service[rows.clone()]);
        to.institution.extend_from_slice(&from.institution[rows.clone()]);
        // A visit made twice is two visits.
        let visit = |visit: &u64| match (*visit, copy) {
            (0, _) | (_, 0) => *visit,
            _ => !*visit,
        };
        to.visit.extend(from.visit[rows.clone()].iter().map(visit));
        to.outside.extend_from_slice(&from.outside[rows.clone()]);
        to.current.extend_from_slice(&from.current[rows.clone()]);
        to.earlier.extend_from_slice(&from.earlier[rows]);
    }
}

/// Takes back rows.
fn cut(again: &mut Claims, rows: usize) {
    again.amount.truncate(rows);
    again.profile.truncate(rows);
    again.time.truncate(rows);
    if let Some(more) = &mut again.more {
        more.back.truncate(rows);
        more.joined.truncate(rows);
        more.service.truncate(rows);
        more.institution.truncate(rows);
        more.visit.truncate(rows);
        more.outside.truncate(rows);
        more.current.truncate(rows);
        more.earlier.truncate(rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn parts_and_reversals_go_with_their_claim() {
        // A claim of two parts, another claim, a reversal of the first, one of nothing.
        let more = More {
            back: vec![0, 0, 0, 3, More::NOWHERE],
            joined: vec![false, true, false, false, false],
            service: vec![1, 1, 2, 3, 4],
            institution: vec![5; 5],
            visit: vec![7, 7, 0, 0, 0],
            outside: vec![9, 0, 0, 0, 0],
            current: vec![0; 5],
            earlier: vec![0; 5],
        };
        let claims = Claims {
            people: vec![crate::PersonName::Number(1)],
            first: vec![0, 5],
            amount: vec![10, 20, 30, 0, 0],
            profile: vec![0; 5],
            time: vec![1, 1, 2, 3, 4],
            origin: Vec::new(),
            more: Some(more),
        };
        let segments = Segments::of(&[Profile::default()]);
        let mut again = Claims::default();
        begin(&claims, &mut again);
        let twice_and_none = |row: usize| if row == 0 { 2 } else { 0 };
        assert!(person(&claims, 0, &segments, twice_and_none, &mut again));
        let more = again.more.clone().unwrap_or_default();
        assert_eq!(again.amount, [10, 20, 10, 20, 0, 0, 0]);
        assert_eq!(more.joined, [false, true, false, true, false, false, false]);
        assert_eq!(more.back, [0, 0, 0, 0, 4, 3, More::NOWHERE]);
        assert_eq!(more.visit, [7, 7, !7, !7, 0, 0, 0]);
        assert_eq!((&again.first[..], again.people.len()), (&[0, 7][..], 1));

        begin(&claims, &mut again);
        assert!(!person(&claims, 0, &segments, |_| 1, &mut again), "the same as it was");
        assert!(again.amount.is_empty() && again.people.is_empty());
    }
}
