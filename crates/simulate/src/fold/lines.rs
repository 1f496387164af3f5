//! The shape that most claims have, where it is more than an entry: line by line through [`Uniform`].

use super::{Fold, are_apart};
use crate::calendar::Day;
use crate::claims::Claims;
use crate::ledger::Stretch;
use crate::outcome::{Limited, Outcome};
use crate::uniform::Uniform;
use std::ops::Range;

impl Fold<'_> {
    /// Folds people whose claims are all of the shape that most are of; the others are put into `further`.
    pub(super) fn by_lines(
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
        let (deductible, paid, limited) = outcome.columns(uniform.fund);
        for person in people {
            let rows = claims.rows_of(person);
            if !self.is_in_order(uniform, claims, rows.clone(), one.is_some()) {
                further.push(person);
                continue;
            }
            let out = rows.start - base..rows.end - base;
            let columns = deductible[out.clone()].iter_mut().zip(&mut paid[out]);
            let mut bit = Limited { person, claims: 0, cut: 0 };
            let note = |cut: u64| {
                bit.claims += 1;
                bit.cut += cut.cast_signed();
            };
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
                further.push(person);
            } else if bit.claims != 0 {
                limited.push(bit);
            }
        }
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
}
