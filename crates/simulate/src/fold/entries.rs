//! The common shape, entry by entry: everything accumulates in the same few places over the benefit year, and stays in
//! registers from claim to claim.

use super::{Fold, are_apart};
use crate::calendar::Day;
use crate::claims::Claims;
use crate::outcome::{Limited, Outcome};
use crate::tables::{Alike, Entry};
use std::ops::Range;

/// One benefit year and one span for all rows, or a place in the entries for each row.
#[derive(Clone, Copy)]
enum Dates<'s> {
    One(&'s [Entry]),
    /// Where the entries of the row's span begin.
    Each(&'s [u32]),
}

impl Fold<'_> {
    /// Folds people whose claims are all of the common shape; the others are put into `further`.
    pub(super) fn by_entries(
        &mut self,
        alike: Alike,
        claims: &Claims,
        people: Range<usize>,
        days: (i32, i32),
        outcome: &mut Outcome,
        further: &mut Vec<usize>,
    ) {
        let base = claims.first[people.start] as usize;
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
        self.spans = spans;
    }

    fn each_span(&self, claims: &Claims, rows: Range<usize>, spans: &mut Vec<u32>) {
        let width = u32::try_from(self.tables.profiles()).unwrap_or(u32::MAX);
        spans.clear();
        spans.extend(rows.map(|row| match self.walk.day(claims.service(row)).span {
            Day::NOWHERE => u32::MAX,
            span => u32::from(span) * width,
        }));
    }

    /// People of whom some rows are parts, reversals, amounts that no bill can carry, or days without a policy or of
    /// different benefit years.
    fn is_further(&self, claims: &Claims, rows: Range<usize>, dates: Dates<'_>) -> bool {
        let apart = claims.more.as_ref().is_some_and(|more| are_apart(more, rows.clone()));
        let Dates::Each(_) = dates else { return apart };
        let year_of = |row: usize| {
            let day = self.walk.day(claims.service(row));
            (day.span != Day::NOWHERE).then_some(day.benefit_year)
        };
        let first = year_of(rows.start);
        apart || first.is_none() || rows.into_iter().any(|row| year_of(row) != first)
    }

    /// Everything accumulates in the same few places: they stay in registers from claim to claim.
    fn alike<const SENDS: bool>(
        &self,
        fund: u8,
        claims: &Claims,
        people: Range<usize>,
        dates: Dates<'_>,
        outcome: &mut Outcome,
        further: &mut Vec<usize>,
    ) {
        let base = claims.first[people.start] as usize;
        let (deductible, paid, limited) = outcome.columns(usize::from(fund));
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
            } else if folded.limited != 0 {
                let Folded { limited: claims, cut, .. } = folded;
                limited.push(Limited { person, claims, cut: cut.cast_signed() });
            }
        }
    }
}

/// What the claims of one person came to besides amounts.
struct Folded {
    /// One of them takes more than its entry.
    further: bool,
    /// Claims of which a limit cut something off; the limits of entries all count over the benefit year.
    limited: u64,
    /// How much, fen.
    cut: u64,
}

/// Settles the claims of one person.
#[inline]
fn alike_claims<'e, const SENDS: bool>(
    lines: impl Iterator<Item = (&'e Entry, u32, &'e mut i64, &'e mut i64)>,
) -> Folded {
    let (mut met, mut used) = (0_u64, 0_u64);
    let mut further = false;
    let (mut limited, mut cut) = (0_u64, 0_u64);
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
        limited += u64::from(wanted > payment);
        cut = cut.wrapping_add(wanted - payment);
        further |= entry.further;
        *due_out = due.cast_signed();
        *paid_out = payment.cast_signed();
    }
    Folded { further, limited, cut }
}
