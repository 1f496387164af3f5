//! Folds grouped claims through the tables of a policy: the inner loop of every simulation.

use crate::calendar::Day;
use crate::claims::{Claims, More, day_of};
use crate::further::Further;
use crate::general::General;
use crate::ledger::Stretch;
use crate::outcome::Outcome;
use crate::tables::{Alike, Entry, Tables};
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
    /// People of whom a limit cut something off.
    limited: Vec<usize>,
    /// Rows at which a limit of the benefit year bit, and what it cut off.
    notes: Vec<(usize, i64)>,
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

/// One benefit year and one span for all rows, or a place in the entries for each row.
#[derive(Clone, Copy)]
enum Dates<'s> {
    One(&'s [Entry]),
    /// Where the entries of the row's span begin.
    Each(&'s [u32]),
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
            limited: Vec::new(),
            notes: Vec::new(),
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

    /// Folds people whose claims are all of the shape that most are of; the others are put into `further`.
    fn by_lines(
        &mut self,
        uniform: &Uniform,
        claims: &Claims,
        people: Range<usize>,
        days: (i32, i32),
        outcome: &mut Outcome,
        further: &mut Vec<usize>,
    ) {
        let base = claims.first[people.start] as usize;
        let width = self.tables.profiles();
        let one = self.span_of(days);
        let mut notes = std::mem::take(&mut self.notes);
        notes.clear();
        let (deductible, paid) = outcome.columns(uniform.fund);
        for person in people {
            let rows = claims.rows_of(person);
            if !self.is_in_order(uniform, claims, rows.clone(), one.is_some()) {
                further.push(person);
                continue;
            }
            let out = rows.start - base..rows.end - base;
            let (first, noted) = (out.start, notes.len());
            let columns = deductible[out.clone()].iter_mut().zip(&mut paid[out]);
            let note = |row: usize, cut: u64| notes.push((first + row, cut.cast_signed()));
            let lines = claims.amount[rows.clone()].iter().zip(&claims.profile[rows.clone()]);
            let takes_more = match one {
                Some(span) if !uniform.is_stamped() => {
                    let line = |(amount, profile): (&u32, &u32)| {
                        (span * width + *profile as usize, *amount, 0, 0)
                    };
                    uniform.person(lines.map(line), columns, note)
                }
                _ => {
                    let line = |(row, (amount, profile)): (usize, (&u32, &u32))| {
                        let service = claims.service(row);
                        let day = self.walk.day(service);
                        let span = usize::from(day.span);
                        (span * width + *profile as usize, *amount, service, day.month)
                    };
                    uniform.person(rows.zip(lines).map(line), columns, note)
                }
            };
            if takes_more {
                notes.truncate(noted);
                further.push(person);
            }
        }
        notes.iter().for_each(|(row, cut)| outcome.limit(*row, *cut));
        self.notes = notes;
    }

    /// True if a person's claims are of one part each, none is reversed, and they come in order of service within one
    /// benefit year.
    fn is_in_order(
        &self,
        uniform: &Uniform,
        claims: &Claims,
        rows: Range<usize>,
        one_year: bool,
    ) -> bool {
        let year = |row: usize| {
            let day = self.walk.day(claims.service(row));
            (day.span != Day::NOWHERE).then_some(day.benefit_year)
        };
        let first = if one_year { None } else { year(rows.start) };
        if !one_year && (first.is_none() || rows.clone().any(|row| year(row) != first)) {
            return false;
        }
        let Some(more) = &claims.more else { return true };
        let next = |row: usize| {
            let (day, other) = (more.service[row], more.service[row + 1]);
            let place = !uniform.counts_by(Stretch::Day)
                || more.institution[row] == more.institution[row + 1];
            day < other || day == other && place
        };
        let visits = uniform.counts_by(Stretch::Visit)
            && more.visit[rows.clone()].iter().any(|visit| *visit != 0);
        let apart = are_apart(more, rows.clone());
        !apart
            && !visits
            && (!uniform.is_stamped() || (rows.start..rows.end.saturating_sub(1)).all(next))
    }

    /// Folds people whose claims are all of the common shape; the others are put into `further`.
    fn by_entries(
        &mut self,
        alike: Alike,
        claims: &Claims,
        people: Range<usize>,
        days: (i32, i32),
        outcome: &mut Outcome,
        further: &mut Vec<usize>,
    ) {
        let base = claims.first[people.start] as usize;
        self.limited.clear();
        let mut spans = std::mem::take(&mut self.spans);
        let dates = match self.span_of(days) {
            Some(span) => {
                let width = self.tables.profiles();
                Dates::One(&self.tables.entries[span * width..(span + 1) * width])
            }
            None => {
                let rows = base..claims.first[people.end] as usize;
                self.each_span(claims, rows, &mut spans);
                Dates::Each(&spans)
            }
        };
        let fund = alike.fund;
        if alike.sends {
            self.alike::<true>(fund, claims, people, dates, outcome, further);
        } else {
            self.alike::<false>(fund, claims, people, dates, outcome, further);
        }
        for person in std::mem::take(&mut self.limited) {
            self.note_limited(claims, claims.rows_of(person), base, dates, outcome);
        }
        self.spans = spans;
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

    fn each_span(&self, claims: &Claims, rows: Range<usize>, spans: &mut Vec<u32>) {
        let width = u32::try_from(self.tables.profiles()).unwrap_or(u32::MAX);
        spans.clear();
        spans.extend(rows.map(|row| {
            let span = self.tables.span_of(claims.service(row));
            span.and_then(|span| u32::try_from(span).ok()).map_or(u32::MAX, |span| span * width)
        }));
    }

    /// People of whom some rows are parts, reversals, amounts that no bill can carry, or days without a policy or of
    /// different benefit years.
    fn is_further(&self, claims: &Claims, rows: Range<usize>, dates: Dates<'_>) -> bool {
        let apart = claims.more.as_ref().is_some_and(|more| are_apart(more, rows.clone()));
        let Dates::Each(_) = dates else { return apart };
        let year_of = |row: usize| {
            let day = claims.service(row);
            let span = self.tables.span_of(day)?;
            Some(self.tables.spans[span].benefit_year.of(kernel::Date::from_days(day)))
        };
        let first = year_of(rows.start);
        apart || first.is_none() || rows.into_iter().any(|row| year_of(row) != first)
    }

    /// Everything accumulates in the same few places: they stay in registers from claim to claim.
    fn alike<const SENDS: bool>(
        &mut self,
        fund: u8,
        claims: &Claims,
        people: Range<usize>,
        dates: Dates<'_>,
        outcome: &mut Outcome,
        further: &mut Vec<usize>,
    ) {
        let base = claims.first[people.start] as usize;
        let (deductible, paid) = outcome.columns(usize::from(fund));
        for person in people {
            let rows = claims.rows_of(person);
            let apart = !matches!(dates, Dates::One(_)) || claims.more.is_some();
            if apart && self.is_further(claims, rows.clone(), dates) {
                further.push(person);
                continue;
            }
            let amounts = &claims.amount[rows.clone()];
            let profiles = &claims.profile[rows.clone()];
            let out = rows.start - base..rows.end - base;
            let lines = amounts
                .iter()
                .zip(profiles)
                .zip(&mut deductible[out.clone()])
                .zip(&mut paid[out.clone()]);
            let folded = match dates {
                Dates::One(entries) => {
                    alike_claims::<SENDS>(lines.map(|(((amount, profile), due), paid)| {
                        (&entries[*profile as usize], *amount, due, paid)
                    }))
                }
                Dates::Each(spans) => {
                    let entries = &self.tables.entries;
                    alike_claims::<SENDS>(lines.zip(&spans[out]).map(
                        |((((amount, profile), due), paid), span)| {
                            (&entries[(*span + *profile) as usize], *amount, due, paid)
                        },
                    ))
                }
            };
            if folded.further {
                further.push(person);
            } else if folded.limited {
                self.limited.push(person);
            }
        }
    }

    #[inline]
    fn entry<'d>(
        &'d self,
        claims: &Claims,
        row: usize,
        base: usize,
        dates: Dates<'d>,
    ) -> &'d Entry {
        let profile = claims.profile[row];
        match dates {
            Dates::One(entries) => &entries[profile as usize],
            Dates::Each(spans) => &self.tables.entries[(spans[row - base] + profile) as usize],
        }
    }

    /// Finds the rows of a person at which a limit bit: the limits of entries all count over the benefit year.
    #[cold]
    fn note_limited(
        &self,
        claims: &Claims,
        rows: Range<usize>,
        base: usize,
        dates: Dates<'_>,
        outcome: &mut Outcome,
    ) {
        for row in rows {
            let entry = self.entry(claims, row, base, dates);
            let due = outcome.deductible[row - base].cast_unsigned();
            let spending = u64::from(claims.amount[row]).saturating_sub(due);
            let wanted = (spending * entry.rate + entry.half) / 10_000;
            let cut = wanted.cast_signed() - outcome.paid(row - base);
            if cut > 0 {
                outcome.limit(row - base, cut);
            }
        }
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

/// What the claims of one person came to besides amounts.
struct Folded {
    /// One of them takes more than its entry.
    further: bool,
    /// A limit cut something off.
    limited: bool,
}

/// Settles the claims of one person.
#[inline]
fn alike_claims<'e, const SENDS: bool>(
    lines: impl Iterator<Item = (&'e Entry, u32, &'e mut i64, &'e mut i64)>,
) -> Folded {
    let (mut met, mut used) = (0_u64, 0_u64);
    let (mut further, mut cut) = (false, 0_u64);
    for (entry, amount, due_out, paid_out) in lines {
        let spending = u64::from(amount);
        let due = spending.min(entry.deductible.saturating_sub(met));
        // At most 2^32 × 10^4, and never below zero: nothing here can overflow.
        let share = spending.wrapping_sub(due).wrapping_mul(entry.rate);
        let wanted = share.wrapping_add(entry.half) / 10_000;
        let payment = wanted.min(entry.least.saturating_sub(used));
        if SENDS {
            further |= wanted > entry.sending.saturating_sub(used);
        }
        met = met.wrapping_add(spending & entry.by_spending | due & entry.by_charge);
        used = used.wrapping_add(payment);
        cut |= wanted ^ payment;
        further |= entry.further;
        *due_out = due.cast_signed();
        *paid_out = payment.cast_signed();
    }
    Folded { further, limited: cut != 0 }
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
