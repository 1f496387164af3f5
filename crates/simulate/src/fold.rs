//! Folds grouped claims through the tables of a policy: the inner loop of every simulation.
//!
//! People are tried in the shape that most claims of the policy have, which stays in registers (`entries`, `lines`). Who has
//! a claim of another shape is walked through the tables claim by claim, and whom these do not take is settled bill by bill.

mod entries;
mod lines;

use crate::claims::{Claims, More, day_of};
use crate::further::Further;
use crate::general::General;
use crate::outcome::Outcome;
use crate::tables::{Alike, Tables};
use crate::uniform::Uniform;
use crate::walk::Walk;
use std::collections::BTreeMap;
use std::ops::Range;

/// Folds people of one policy after the other, and keeps its allocations.
pub struct Fold<'a> {
    tables: &'a Tables<'a>,
    by_tables: bool,
    walk: Walk<'a>,
    one_by_one: General<'a>,
    /// The span of each row of a batch, where they differ.
    spans: Vec<u32>,
    /// People who take more than entries.
    further: Vec<usize>,
    /// People tried with one shape alone, and those of them who took more.
    tried: usize,
    took_more: usize,
    general: BTreeMap<Further, u64>,
    ways: Ways,
}

/// How many people were folded which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ways {
    /// All claims of the shape that most have.
    pub one_shape: u64,
    /// Claim by claim through the tables.
    pub walked: u64,
    /// Bill by bill.
    pub bill_by_bill: u64,
}

impl<'a> Fold<'a> {
    /// A fold through these tables.
    #[must_use]
    pub fn new(tables: &'a Tables<'a>) -> Fold<'a> {
        Fold {
            tables,
            by_tables: true,
            walk: Walk::new(tables),
            one_by_one: General::new(tables.timeline, &tables.templates),
            spans: Vec::new(),
            further: Vec::new(),
            tried: 0,
            took_more: 0,
            general: BTreeMap::new(),
            ways: Ways::default(),
        }
    }

    /// A fold that settles everybody bill by bill, as the kernel does: what the tables are held to and measured by.
    #[must_use]
    pub fn bill_by_bill(tables: &'a Tables<'a>) -> Fold<'a> {
        Fold { by_tables: false, ..Fold::new(tables) }
    }

    /// Settles all rows of some people. The outcome begins with the first row of the first of them.
    pub fn people(&mut self, claims: &Claims, people: Range<usize>, outcome: &mut Outcome) {
        let base = claims.first[people.start] as usize;
        let rows = base..claims.first[people.end] as usize;
        let count = people.len();
        let mut further = std::mem::take(&mut self.further);
        further.clear();
        let days = days(claims, people.clone());
        self.walk.cover(days.0..=days.1);
        let tables = self.tables;
        let way = match (&tables.uniform, tables.alike) {
            _ if !self.by_tables || self.most_take_more() => None,
            (Some(uniform), _) => Some(Way::Lines(uniform)),
            (None, alike) => alike.filter(|_| tables.funds != 0).map(Way::Entries),
        };
        if let Some(way) = way {
            outcome.begin(rows.len(), 1 << way.fund());
            match way {
                Way::Lines(uniform) => {
                    self.by_lines(uniform, claims, people.clone(), days, outcome, &mut further);
                }
                Way::Entries(alike) => {
                    self.by_entries(alike, claims, people.clone(), days, outcome, &mut further);
                }
            }
            self.tried += people.len();
            self.took_more += further.len();
            for person in &further {
                let rows = claims.rows_of(*person);
                outcome.blank(rows.start - base..rows.end - base);
            }
        } else {
            outcome.begin(rows.len(), tables.funds);
            outcome.blank(0..rows.len());
            further.extend(people);
        }
        let mut ways = self.ways;
        ways.one_shape += (count - further.len()) as u64;
        ways.walked += further.len() as u64;
        for person in &further {
            let rows = claims.rows_of(*person);
            if self.by_tables {
                let walked = self.walk.person(claims, rows.clone(), base, outcome);
                let Err(reason) = walked else { continue };
                *self.general.entry(reason).or_default() += 1;
            }
            self.one_by_one.person(claims, rows, base, outcome);
            ways.walked -= 1;
            ways.bill_by_bill += 1;
        }
        self.further = further;
        self.ways = ways;
    }

    /// How people were folded so far.
    #[must_use]
    pub const fn ways(&self) -> Ways {
        self.ways
    }

    /// People settled bill by bill so far, by the reason.
    #[must_use]
    pub const fn general(&self) -> &BTreeMap<Further, u64> {
        &self.general
    }

    /// How many these are.
    pub(crate) fn general_people(&self) -> u64 {
        self.general.values().sum()
    }

    /// True once it turned out that most people take more than one shape: trying it first is for nothing then.
    const fn most_take_more(&self) -> bool {
        self.tried >= 1 << 10 && self.took_more > self.tried / 2
    }

    /// The span and benefit year all rows of some people lie in, if it is one.
    pub(crate) fn one_span(&self, claims: &Claims, people: Range<usize>) -> Option<usize> {
        self.span_of(days(claims, people))
    }

    fn span_of(&self, (least, most): (i32, i32)) -> Option<usize> {
        let span = self.tables.span_of(least)?;
        let year = self.tables.spans[span].benefit_year;
        let year_of = |day: i32| year.of(kernel::Date::from_days(day));
        (self.tables.span_of(most) == Some(span) && year_of(least) == year_of(most)).then_some(span)
    }
}

/// The shape that is tried first.
#[derive(Clone, Copy)]
enum Way<'t> {
    Entries(Alike),
    Lines(&'t Uniform),
}

impl Way<'_> {
    const fn fund(self) -> usize {
        match self {
            Way::Entries(alike) => alike.fund as usize,
            Way::Lines(uniform) => uniform.fund,
        }
    }
}

/// True if some rows are parts or reversals, or amounts that no bill can carry.
pub(crate) fn are_apart(more: &More, rows: Range<usize>) -> bool {
    more.joined[rows.clone()].contains(&true)
        || more.back[rows.clone()].iter().any(|back| *back != 0)
        || more.outside[rows].iter().any(|outside| !(0..=MOST).contains(outside))
}

/// Beyond this what is outside of the scope goes to a closer look.
const MOST: i64 = 1 << 40;

/// First and last day of service of some people.
fn days(claims: &Claims, people: Range<usize>) -> (i32, i32) {
    let (mut least, mut most) = (i32::MAX, i32::MIN);
    match &claims.more {
        None => {
            let (mut first, mut last) = (i64::MAX, i64::MIN);
            for person in people {
                let times = claims.time.get(claims.rows_of(person)).unwrap_or_default();
                first = times.first().map_or(first, |time| first.min(*time));
                last = times.last().map_or(last, |time| last.max(*time));
            }
            (least, most) = (day_of(first), day_of(last));
        }
        Some(more) => {
            let rows = claims.first[people.start] as usize..claims.first[people.end] as usize;
            for day in &more.service[rows] {
                (least, most) = (least.min(*day), most.max(*day));
            }
        }
    }
    (least, most)
}
