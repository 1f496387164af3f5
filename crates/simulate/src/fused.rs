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
pub const LANES: usize = 16;

/// Takes what the year comes to for people, policy by policy. For one person, policies come in order.
pub trait Each {
    /// A pass: the policies from `first` on, of which each pays from one fund ([`Fused::fund`]). Deductible charged and
    /// paid, fen; lanes beyond the last policy say nothing.
    fn pass(&mut self, person: usize, first: usize, deductible: &[u64; LANES], paid: &[u64; LANES]);

    /// One policy: deductible charged, and paid by fund number, fen.
    fn one(&mut self, person: usize, policy: usize, deductible: i64, paid: [i64; 3]);
}

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
        let mut sums = std::mem::take(&mut self.sums);
        self.each(claims, people, &mut sums);
        self.sums = sums;
    }

    /// Folds some people, and hands on what the year comes to for each.
    pub fn each(&mut self, claims: &Claims, people: Range<usize>, each: &mut impl Each) {
        let together = self.passes.as_ref().filter(|_| {
            let one = |fold: &Fold<'_>| fold.one_span(claims, people.clone()) == Some(0);
            claims.more.is_none() && self.folds.iter().all(one)
        });
        self.further.clear();
        match together {
            None => return self.one_by_one(claims, people, each),
            Some(passes) => pass(passes, claims, people, each, &mut self.further),
        }
        let further = std::mem::take(&mut self.further);
        for person in &further {
            self.one_by_one(claims, *person..*person + 1, each);
        }
        self.further = further;
    }

    /// Policy after policy.
    fn one_by_one(&mut self, claims: &Claims, people: Range<usize>, each: &mut impl Each) {
        let base = claims.first[people.start] as usize;
        for (policy, fold) in self.folds.iter_mut().enumerate() {
            fold.people(claims, people.clone(), &mut self.outcome);
            for person in people.clone() {
                let rows = claims.rows_of(person);
                let rows = rows.start - base..rows.end - base;
                let sum = |column: &[i64]| {
                    column.get(rows.clone()).unwrap_or_default().iter().sum::<i64>()
                };
                let outcome = &self.outcome;
                let funds = std::array::from_fn(|fund| sum(&outcome.funds[fund]));
                each.one(person, policy, sum(&outcome.deductible), funds);
            }
        }
    }

    /// People settled bill by bill so far, by policy.
    pub fn general_people(&self) -> impl Iterator<Item = u64> + '_ {
        self.folds.iter().map(Fold::general_people)
    }

    /// The fund that a policy pays from where it is part of a pass.
    #[must_use]
    pub fn fund(&self, policy: usize) -> usize {
        let alike = self.tables.get(policy).and_then(|tables| tables.alike);
        alike.map_or(0, |alike| usize::from(alike.fund))
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
        lanes.limit[lane] = entry.least;
        lanes.further |= entry.further || entry.sending != u64::MAX;
    }
    lanes
}

/// Pass after pass over people that are few enough for their claims to stay close to the processor.
fn pass(
    passes: &[Vec<Lanes>],
    claims: &Claims,
    people: Range<usize>,
    each: &mut impl Each,
    further: &mut Vec<usize>,
) {
    if passes.iter().flatten().any(|lanes| lanes.further) {
        let takes_more = |person: &usize| {
            let profiles = &claims.profile[claims.rows_of(*person)];
            passes
                .iter()
                .any(|lanes| profiles.iter().any(|profile| lanes[*profile as usize].further))
        };
        further.extend(people.clone().filter(takes_more));
    }
    for (number, lanes) in passes.iter().enumerate() {
        let mut left = further.iter().copied().peekable();
        for person in people.clone() {
            if left.next_if_eq(&person).is_some() {
                continue;
            }
            let rows = claims.rows_of(person);
            let (met, paid) =
                person_lanes(lanes, &claims.amount[rows.clone()], &claims.profile[rows]);
            each.pass(person, number * LANES, &met, &paid);
        }
    }
}

impl Each for Sums {
    fn pass(&mut self, _: usize, first: usize, deductible: &[u64; LANES], paid: &[u64; LANES]) {
        for (sum, amount) in self.paid.iter_mut().skip(first).zip(paid) {
            *sum += amount.cast_signed();
        }
        for (sum, amount) in self.deductible.iter_mut().skip(first).zip(deductible) {
            *sum += amount.cast_signed();
        }
    }

    fn one(&mut self, _: usize, policy: usize, deductible: i64, paid: [i64; 3]) {
        self.deductible[policy] += deductible;
        self.paid[policy] += paid.iter().sum::<i64>();
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
