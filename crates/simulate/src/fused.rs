//! Many policies in one pass over the claims: what a grid of parameters needs.
//!
//! Policies whose tables all take the common shape share every look at a claim. People who take more under any of them are
//! folded once for each policy.

use crate::claims::Claims;
use crate::fold::Fold;
use crate::outcome::Outcome;
use crate::tables::Tables;
use std::ops::Range;

/// Policies in a pass.
const LANES: usize = 16;

/// What one profile is worth under each policy of a pass.
#[derive(Clone, Copy)]
struct Lanes {
    deductible: [u64; LANES],
    rate: [u64; LANES],
    limit: [u64; LANES],
    by_spending: [u64; LANES],
    by_charge: [u64; LANES],
    half: [u64; LANES],
    /// Takes more under some policy.
    further: bool,
}

/// Sums of what each policy pays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// Deductible charged, by policy, fen.
    pub deductible: Vec<i64>,
    /// Paid by all funds, by policy, fen.
    pub paid: Vec<i64>,
}

/// Folds many policies at once.
pub struct Fused<'a> {
    folds: Vec<Fold<'a>>,
    tables: &'a [Tables<'a>],
    /// By pass, then by profile; none if the policies have nothing in common.
    passes: Option<Vec<Vec<Lanes>>>,
    outcome: Outcome,
    further: Vec<usize>,
    sums: Sums,
}

impl<'a> Fused<'a> {
    /// Policies compiled for the same profiles.
    #[must_use]
    pub fn new(tables: &'a [Tables<'a>]) -> Fused<'a> {
        let none = vec![0; tables.len()];
        Fused {
            folds: tables.iter().map(Fold::new).collect(),
            tables,
            passes: passes(tables),
            outcome: Outcome::default(),
            further: Vec::new(),
            sums: Sums { deductible: none.clone(), paid: none },
        }
    }

    /// What the policies come to so far.
    #[must_use]
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Takes in some people.
    pub fn people(&mut self, claims: &Claims, people: Range<usize>) {
        let together = self.passes.as_ref().filter(|_| {
            let one = |fold: &Fold<'_>| fold.one_span(claims, people.clone()) == Some(0);
            claims.more.is_none() && self.folds.iter().all(one)
        });
        let (sums, further) = (&mut self.sums, &mut self.further);
        further.clear();
        match together {
            None => further.extend(people),
            Some(passes) => pass(passes, claims, people, sums, further),
        }
        for person in std::mem::take(&mut self.further) {
            for (policy, fold) in self.folds.iter_mut().enumerate() {
                fold.people(claims, person..person + 1, &mut self.outcome);
                self.sums.deductible[policy] += self.outcome.deductible.iter().sum::<i64>();
                let funds = self.outcome.funds.iter().flatten();
                self.sums.paid[policy] += funds.sum::<i64>();
            }
        }
    }

    /// True if the policies share their passes.
    #[must_use]
    pub fn is_together(&self) -> bool {
        self.passes.is_some() && self.tables.iter().all(|tables| tables.spans.len() == 1)
    }
}

/// The passes, if all tables have one span and the common shape.
fn passes(tables: &[Tables<'_>]) -> Option<Vec<Vec<Lanes>>> {
    let common = |tables: &Tables<'_>| tables.spans.len() == 1 && tables.alike.is_some();
    let profiles = tables.first()?.profiles();
    let pass =
        |tables: &[Tables<'_>]| (0..profiles).map(|profile| lanes(tables, profile)).collect();
    tables.iter().all(common).then(|| tables.chunks(LANES).map(pass).collect())
}

fn lanes(tables: &[Tables<'_>], profile: usize) -> Lanes {
    let mut lanes = Lanes {
        deductible: [0; LANES],
        rate: [0; LANES],
        limit: [u64::MAX; LANES],
        by_spending: [0; LANES],
        by_charge: [0; LANES],
        half: [0; LANES],
        further: false,
    };
    for (lane, tables) in tables.iter().enumerate() {
        let entry = &tables.entries[profile];
        lanes.deductible[lane] = entry.deductible;
        lanes.rate[lane] = entry.rate;
        lanes.by_spending[lane] = entry.by_spending;
        lanes.by_charge[lane] = entry.by_charge;
        lanes.half[lane] = entry.half;
        lanes.limit[lane] = entry.limits[0];
        lanes.further |= entry.further || entry.sending != u64::MAX;
    }
    lanes
}

fn pass(
    passes: &[Vec<Lanes>],
    claims: &Claims,
    people: Range<usize>,
    sums: &mut Sums,
    further: &mut Vec<usize>,
) {
    let takes_more = |rows: Range<usize>| {
        passes.iter().any(|lanes| {
            claims.profile[rows.clone()].iter().any(|profile| lanes[*profile as usize].further)
        })
    };
    let any = passes.iter().flatten().any(|lanes| lanes.further);
    for person in people {
        let rows = claims.rows_of(person);
        if any && takes_more(rows.clone()) {
            further.push(person);
            continue;
        }
        for (number, lanes) in passes.iter().enumerate() {
            let (met, paid) =
                person_lanes(lanes, &claims.amount[rows.clone()], &claims.profile[rows.clone()]);
            let start = number * LANES;
            for (lane, sum) in sums.paid.iter_mut().skip(start).take(LANES).enumerate() {
                *sum += paid[lane].cast_signed();
            }
            for (lane, sum) in sums.deductible.iter_mut().skip(start).take(LANES).enumerate() {
                *sum += met[lane].cast_signed();
            }
        }
    }
}

/// Deductible charged and paid to one person under each policy.
#[inline]
fn person_lanes(
    lanes: &[Lanes],
    amounts: &[u32],
    profiles: &[u32],
) -> ([u64; LANES], [u64; LANES]) {
    let (mut met, mut charged, mut paid) = ([0_u64; LANES], [0_u64; LANES], [0_u64; LANES]);
    for (amount, profile) in amounts.iter().zip(profiles) {
        let (of, spending) = (&lanes[*profile as usize], u64::from(*amount));
        for lane in 0..LANES {
            let due = spending.min(of.deductible[lane].saturating_sub(met[lane]));
            // At most 2^32 × 10^4, and never below zero: nothing here can overflow.
            let share = spending.wrapping_sub(due).wrapping_mul(of.rate[lane]);
            let wanted = share.wrapping_add(of.half[lane]) / 10_000;
            let payment = wanted.min(of.limit[lane].saturating_sub(paid[lane]));
            let moved = spending & of.by_spending[lane] | due & of.by_charge[lane];
            met[lane] = met[lane].wrapping_add(moved);
            charged[lane] = charged[lane].wrapping_add(due);
            paid[lane] = paid[lane].wrapping_add(payment);
        }
    }
    (charged, paid)
}
