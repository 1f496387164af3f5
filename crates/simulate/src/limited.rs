//! 封顶: people and claims of whom a limit that counts over the benefit year cut something off.

use crate::claims::Claims;
use crate::general::is_reversed;
use crate::outcome::Outcome;
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
    let mut rows: Vec<(usize, i64)> =
        outcome.limited.iter().map(|limited| (base + limited.row, limited.cut)).collect();
    // Nearly always they are in order already.
    if !rows.is_sorted() {
        rows.sort_unstable();
    }
    let before = claims.first.partition_point(|first| *first as usize <= base);
    let (mut person, mut counted) = (before.saturating_sub(1), None);
    for (row, cut) in rows {
        while claims.first.get(person + 1).is_some_and(|end| *end as usize <= row) {
            person += 1;
        }
        let own = claims.rows_of(person);
        if is_reversed(claims, row, own.end) {
            continue;
        }
        let last = claims.profile.get(own.end.saturating_sub(1)).copied().unwrap_or(0);
        let segment = segments.of_profile.get(last as usize).map_or(0, |segment| *segment as usize);
        if let Some(sum) = sums.get_mut(segment) {
            sum.people += u64::from(counted != Some(person));
            sum.claims += 1;
            sum.cut += cut;
        }
        counted = Some(person);
    }
}
