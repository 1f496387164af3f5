//! Folds grouped claims through the tables of a policy: the inner loop of every simulation.

use crate::claims::{Claims, day_of};
use crate::general::General;
use crate::outcome::Outcome;
use crate::tables::{Alike, Entry, LIMITS, NO_SLOT, Tables};
use std::array;
use std::ops::Range;

/// Folds people of one policy after the other, and keeps its allocations.
pub struct Fold<'a> {
    tables: &'a Tables<'a>,
    general: General<'a>,
    /// The span of each row of a batch, where they differ.
    spans: Vec<u32>,
    /// People who take more than entries.
    further: Vec<usize>,
    /// People of whom a limit cut something off.
    limited: Vec<usize>,
    state: Vec<u64>,
    /// People folded the general way so far.
    pub(crate) general_people: u64,
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
            general: General::new(tables.timeline, &tables.templates),
            spans: Vec::new(),
            further: Vec::new(),
            limited: Vec::new(),
            state: vec![0; tables.slots],
            general_people: 0,
        }
    }

    /// Settles all rows of some people. The outcome begins with the first row of the first of them.
    pub fn people(&mut self, claims: &Claims, people: Range<usize>, outcome: &mut Outcome) {
        let base = claims.first[people.start] as usize;
        let rows = base..claims.first[people.end] as usize;
        outcome.begin(rows.len(), self.tables.funds);
        self.further.clear();
        self.limited.clear();
        let mut spans = std::mem::take(&mut self.spans);
        let one = self.one_span(claims, people.clone());
        let dates = match one {
            Some(span) => {
                let width = self.tables.profiles();
                Dates::One(&self.tables.entries[span * width..(span + 1) * width])
            }
            None => {
                self.each_span(claims, rows, &mut spans);
                Dates::Each(&spans)
            }
        };
        match self.tables.alike {
            Some(Alike { fund, sends: false }) => {
                self.alike::<false>(fund, claims, people, dates, outcome);
            }
            Some(Alike { fund, sends: true }) => {
                self.alike::<true>(fund, claims, people, dates, outcome);
            }
            None => self.slotted(claims, people, dates, outcome),
        }
        for person in std::mem::take(&mut self.limited) {
            self.note_limited(claims, claims.rows_of(person), base, dates, outcome);
        }
        self.spans = spans;
        for person in std::mem::take(&mut self.further) {
            self.general.person(claims, claims.rows_of(person), base, outcome);
            self.general_people += 1;
        }
    }

    /// The span and benefit year all rows of some people lie in, if it is one.
    pub(crate) fn one_span(&self, claims: &Claims, people: Range<usize>) -> Option<usize> {
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

    /// People of whom some rows are parts, reversals, or days without a policy or of different benefit years.
    fn is_further(&self, claims: &Claims, rows: Range<usize>, dates: Dates<'_>) -> bool {
        let apart = claims.more.as_ref().is_some_and(|more| {
            more.joined[rows.clone()].contains(&true)
                || more.back[rows.clone()].iter().any(|back| *back != 0)
        });
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
    ) {
        let base = claims.first[people.start] as usize;
        if self.tables.funds == 0 {
            // Nobody pays; only people who take more are left.
            outcome.wipe(0..outcome.deductible.len());
            for person in people {
                if self.person_has_further(claims, claims.rows_of(person), base, dates) {
                    self.further.push(person);
                }
            }
            return;
        }
        let (deductible, paid) = outcome.columns(usize::from(fund));
        for person in people {
            let rows = claims.rows_of(person);
            let apart = !matches!(dates, Dates::One(_)) || claims.more.is_some();
            if apart && self.is_further(claims, rows.clone(), dates) {
                self.further.push(person);
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
                self.further.push(person);
            } else if folded.limited {
                self.limited.push(person);
            }
        }
    }

    fn person_has_further(
        &self,
        claims: &Claims,
        rows: Range<usize>,
        base: usize,
        dates: Dates<'_>,
    ) -> bool {
        self.is_further(claims, rows.clone(), dates)
            || rows.into_iter().any(|row| self.entry(claims, row, base, dates).further)
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

    /// Programmes accumulate in different places.
    fn slotted(
        &mut self,
        claims: &Claims,
        people: Range<usize>,
        dates: Dates<'_>,
        outcome: &mut Outcome,
    ) {
        let base = claims.first[people.start] as usize;
        outcome.wipe(0..outcome.deductible.len());
        let mut state = std::mem::take(&mut self.state);
        for person in people {
            let rows = claims.rows_of(person);
            let mut further = self.is_further(claims, rows.clone(), dates);
            let mut limited = false;
            state.fill(0);
            for row in rows {
                if further {
                    break;
                }
                let entry = self.entry(claims, row, base, dates);
                let claim = slotted_claim(entry, claims.amount[row], &mut state);
                further |= claim.further;
                limited |= claim.limited;
                outcome.deductible[row - base] = claim.due;
                if let Some(paid) = outcome.funds[usize::from(entry.fund)].get_mut(row - base) {
                    *paid = claim.paid;
                }
            }
            if further {
                self.further.push(person);
            } else if limited {
                self.limited.push(person);
            }
        }
        self.state = state;
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
        let payment = wanted.min(entry.limits[0].saturating_sub(used));
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

struct Paid {
    due: i64,
    paid: i64,
    further: bool,
    limited: bool,
}

#[inline]
fn slotted_claim(entry: &Entry, amount: u32, state: &mut [u64]) -> Paid {
    let at = |state: &[u64], slot: u16| state.get(usize::from(slot)).copied().unwrap_or(0);
    let spending = u64::from(amount);
    let due = spending.min(entry.deductible.saturating_sub(at(state, entry.met)));
    let mut payment = ((spending - due) * entry.rate + entry.half) / 10_000;
    let (mut further, wanted) = (entry.further, payment);
    for limit in 0..LIMITS {
        let room = entry.limits[limit].saturating_sub(at(state, entry.used[limit]));
        let kept = payment.min(room);
        further |= kept < payment && entry.sends_on >> limit & 1 == 1;
        payment = kept;
    }
    let moves: [(u16, u64); LIMITS] = array::from_fn(|limit| (entry.used[limit], payment));
    let met = (entry.met, spending & entry.by_spending | due & entry.by_charge);
    for (slot, by) in moves.into_iter().chain([met]) {
        if let (true, Some(amount)) = (slot != NO_SLOT, state.get_mut(usize::from(slot))) {
            *amount += by;
        }
    }
    let limited = payment < wanted;
    Paid { due: due.cast_signed(), paid: payment.cast_signed(), further, limited }
}
