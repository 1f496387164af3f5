//! 封顶: people and claims of whom a limit that counts over the benefit year cut something off.

use crate::claims::Claims;
use crate::general::is_reversed;
use crate::outcome::{Limited, Outcome};
use crate::segment::Segments;
use serde::{Deserialize, Serialize};

/// Who was cut off by a limit of the benefit year.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AboveLimit {
    /// People of whom some claim was.
    pub people: u64,
    /// Claims that were, without those that were reversed later.
    pub claims: u64,
    /// What limits on payment cut off, fen; another fund may have paid it.
    pub cut: i64,
}

impl AboveLimit {
    pub(crate) fn add(&mut self, other: &AboveLimit) {
        self.people += other.people;
        self.claims += other.claims;
        self.cut += other.cut;
    }
}

/// Adds the outcome of a batch that begins with row `base` to sums by segment of the person's last claim of the year.
pub(crate) fn count(
    claims: &Claims,
    base: usize,
    outcome: &Outcome,
    segments: &Segments,
    sums: &mut [AboveLimit],
) {
    let mut add = |limited: &Limited| {
        let last = claims.rows_of(limited.person).next_back();
        let profile = last.and_then(|row| claims.profile.get(row)).copied().unwrap_or(0);
        let segment = segments.of_profile.get(profile as usize).copied().unwrap_or(0);
        if let Some(sum) = sums.get_mut(segment as usize) {
            sum.people += 1;
            sum.claims += limited.claims;
            sum.cut += limited.cut;
        }
    };
    outcome.limited.iter().for_each(&mut add);
    by_row(claims, base, outcome).iter().for_each(add);
}

/// People whose rows were noted one by one.
fn by_row(claims: &Claims, base: usize, outcome: &Outcome) -> Vec<Limited> {
    let mut rows: Vec<(usize, i64)> =
        outcome.limited_rows.iter().map(|limited| (base + limited.row, limited.cut)).collect();
    rows.sort_unstable();
    let before = claims.first.partition_point(|first| *first as usize <= base);
    let mut person = before.saturating_sub(1);
    let mut people: Vec<Limited> = Vec::new();
    for (row, cut) in rows {
        while claims.first.get(person + 1).is_some_and(|end| *end as usize <= row) {
            person += 1;
        }
        if is_reversed(claims, row, claims.rows_of(person).end) {
            continue;
        }
        match people.last_mut() {
            Some(limited) if limited.person == person => {
                limited.claims += 1;
                limited.cut += cut;
            }
            _ => people.push(Limited { person, claims: 1, cut }),
        }
    }
    people
}

impl Outcome {
    /// People of whom a limit of the benefit year cut something off, in their order, without what was reversed later.
    /// The outcome begins with row `base` of the claims.
    #[must_use]
    pub fn limited(&self, claims: &Claims, base: usize) -> Vec<Limited> {
        let mut people = by_row(claims, base, self);
        people.extend_from_slice(&self.limited);
        people.sort_unstable_by_key(|limited| limited.person);
        people
    }
}
