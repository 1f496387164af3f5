//! Many policies in one pass over the claims: what a grid of parameters needs.
//!
//! Policies whose tables all take the common shape share every look at a claim. People who take more under any of them are
//! folded once for each policy.

use crate::claims::Claims;
use crate::fold::{Fold, are_apart};
use crate::outcome::Outcome;
use crate::tables::{Span, Tables};
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

/// By pass, then by profile.
type Passes = Vec<Vec<Lanes>>;

/// Folds many policies at once.
pub struct Fused<'a> {
    folds: Vec<Fold<'a>>,
    tables: &'a [Tables<'a>],
    /// By span; none of spans in which some policy has not the common shape. Empty if their spans are not the same.
    passes: Vec<Option<Passes>>,
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
        self.further.clear();
        let span = self.folds.first().and_then(|fold| fold.one_span(claims, people.clone()));
        let passes = span.and_then(|span| self.passes.get(span)).and_then(Option::as_ref);
        let Some(passes) = passes else { return self.one_by_one(claims, people, each) };
        take_more(passes, claims, people.clone(), &mut self.further);
        if self.further.len() * 2 > people.len() {
            return self.one_by_one(claims, people, each);
        }
        pass(passes, claims, people, each, &self.further);
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
        !self.passes.is_empty() && self.passes.iter().all(Option::is_some)
    }
}

/// The passes of every span, if the spans of all tables are the same.
fn passes(tables: &[Tables<'_>]) -> Vec<Option<Passes>> {
    let Some(first) = tables.first() else { return Vec::new() };
    let spans = |tables: &Tables<'_>| {
        let span = |span: &Span| (span.days, span.benefit_year);
        tables.spans.iter().map(span).collect::<Vec<_>>()
    };
    let same = spans(first);
    if tables.iter().any(|tables| spans(tables) != same) {
        return Vec::new();
    }
    let width = first.profiles();
    let common = tables.iter().all(|tables| tables.alike.is_some());
    let pass = |span: usize, tables: &[Tables<'_>]| {
        (span * width..(span + 1) * width).map(|entry| lanes(tables, entry)).collect()
    };
    let of = |span: usize| {
        common.then(|| tables.chunks(LANES).map(|tables| pass(span, tables)).collect())
    };
    (0..same.len()).map(of).collect()
}

/// An entry of every table: of a span and a profile.
fn lanes(tables: &[Tables<'_>], entry: usize) -> Lanes {
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
        let entry = &tables.entries[entry];
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

/// People who take more than the common shape under some policy, and those whose rows are parts or reversals.
fn take_more(
    passes: &[Vec<Lanes>],
    claims: &Claims,
    people: Range<usize>,
    further: &mut Vec<usize>,
) {
    let any = passes.iter().flatten().any(|lanes| lanes.further);
    if !any && claims.more.is_none() {
        return;
    }
    further.extend(people.filter(|person| {
        let rows = claims.rows_of(*person);
        let more = claims.more.as_ref();
        let apart = more.is_some_and(|more| are_apart(more, rows.clone()));
        let profiles = &claims.profile[rows];
        let more = |lanes: &Vec<Lanes>| {
            any && profiles.iter().any(|profile| lanes[*profile as usize].further)
        };
        apart || passes.iter().any(more)
    }));
}

/// Pass after pass over people that are few enough for their claims to stay close to the processor.
fn pass(
    passes: &[Vec<Lanes>],
    claims: &Claims,
    people: Range<usize>,
    each: &mut impl Each,
    further: &[usize],
) {
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
