//! A person's rows in settlement order, through the tables: claims of one part or several, reversals, limits used elsewhere,
//! over one benefit year or more.

use crate::calendar::{Calendar, Day};
use crate::claims::{Claims, More, day_of};
use crate::further::Further;
use crate::ledger::{Ledger, Occasion};
use crate::outcome::Outcome;
use crate::portion::SentOn;
use crate::shares::{Queue, Settled, Share, by_entry, gather, one, share, shares};
use crate::tables::{Tables, Taken, Used};
use kernel::policy::RefundModel;
use kernel::{Date, Fen, Refusal};
use std::ops::{Range, RangeInclusive};

/// Walks over people one by one, and keeps its allocations.
pub(crate) struct Walk<'a> {
    tables: &'a Tables<'a>,
    calendar: Calendar,
    ledger: Ledger,
    shares: Vec<Share>,
    sent_on: SentOn,
    /// Rows that later ones reverse, and what they came to.
    reversed: Vec<usize>,
    kept: Vec<Kept>,
    refused: Vec<(usize, Refusal)>,
}

/// A claim that is reversed later: what it came to, and what it moved.
struct Kept {
    row: usize,
    occasion: Occasion,
    settled: Settled,
    moves: Vec<(usize, i64)>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(tables: &'a Tables<'a>) -> Walk<'a> {
        let places = &tables.benefits.places;
        Walk {
            tables,
            calendar: Calendar::default(),
            ledger: Ledger::new(places.cells as usize, &places.of_day, &places.of_visit),
            shares: Vec::new(),
            sent_on: Vec::new(),
            reversed: Vec::new(),
            kept: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Claims of these days will come.
    pub(crate) fn cover(&mut self, days: RangeInclusive<i32>) {
        self.calendar.cover(&self.tables.spans, days);
    }

    /// What a day is.
    #[inline]
    pub(crate) fn day(&self, day: i32) -> Day {
        self.calendar.day(&self.tables.spans, day)
    }

    /// Settles the rows of a person, of which nothing stands in the outcome yet; `base` is the row that it begins with.
    ///
    /// # Errors
    /// Why the person is to be settled bill by bill; what stands in the outcome then means nothing.
    pub(crate) fn person(
        &mut self,
        claims: &Claims,
        rows: Range<usize>,
        base: usize,
        outcome: &mut Outcome,
    ) -> Result<(), Further> {
        self.ledger.begin();
        self.refused.clear();
        match &claims.more {
            None => self.plain(claims, rows, base, outcome)?,
            Some(more) => self.any(claims, more, rows, base, outcome)?,
        }
        self.refused.iter().for_each(|(row, refusal)| outcome.refuse(row - base, *refusal));
        Ok(())
    }

    /// Every row is a claim.
    fn plain(
        &mut self,
        claims: &Claims,
        rows: Range<usize>,
        base: usize,
        outcome: &mut Outcome,
    ) -> Result<(), Further> {
        let lines = claims.time[rows.clone()]
            .iter()
            .zip(&claims.amount[rows.clone()])
            .zip(&claims.profile[rows.clone()]);
        let mut settled = Settled::default();
        for (row, ((time, amount), profile)) in rows.zip(lines) {
            let service = day_of(*time);
            let day = self.day(service);
            let Some(place) = self.tables.place(day, *profile) else {
                self.refused.push((row, Refusal::NoPolicy));
                continue;
            };
            let occasion = Occasion {
                benefit_year: day.benefit_year,
                month: day.month,
                day: (service.into(), 0),
                visit: (1, row as u64),
            };
            let mut cells = self.ledger.open(&occasion);
            let taken = &self.tables.taken[place];
            if let Used::Elsewhere(place) = taken.used {
                place.iter().for_each(|place| cells.add(*place, Fen::new((*amount).into())));
                continue;
            }
            if !by_entry(&self.tables.entries[place], *amount, &mut cells, &mut settled) {
                let Some(share) = share(taken, *amount) else { continue };
                if self.tables.is_late(day, taken, *time, service) {
                    continue;
                }
                let queue = Queue { shares: &mut self.shares, sent_on: &mut self.sent_on };
                let benefits = &self.tables.benefits;
                one(benefits, share, [Fen::ZERO; 2], &mut cells, queue, &mut settled)?;
            }
            put(&settled, row - base, outcome);
        }
        Ok(())
    }

    /// Rows are claims or parts of claims, reversals, limits used elsewhere.
    fn any(
        &mut self,
        claims: &Claims,
        more: &More,
        rows: Range<usize>,
        base: usize,
        outcome: &mut Outcome,
    ) -> Result<(), Further> {
        self.kept.clear();
        self.reversed.clear();
        let of = |row: usize| row.checked_sub(more.back[row] as usize).filter(|at| *at != row);
        self.reversed.extend(rows.clone().filter_map(of));
        let mut settled = Settled::default();
        let mut row = rows.start;
        while row < rows.end {
            let end = (row + 1..rows.end).find(|next| !more.joined[*next]).unwrap_or(rows.end);
            let came = match more.back[row] {
                0 => self.claim(claims, more, row..end, &mut settled)?,
                back => self.reverse(row, back, &mut settled),
            };
            if came {
                put(&settled, row - base, outcome);
            }
            row = end;
        }
        Ok(())
    }

    /// A claim with all its parts; false if it is none, or not settled.
    #[inline]
    fn claim(
        &mut self,
        claims: &Claims,
        more: &More,
        rows: Range<usize>,
        settled: &mut Settled,
    ) -> Result<bool, Further> {
        let (row, service) = (rows.start, more.service[rows.start]);
        let (profile, amount) = (claims.profile[row], claims.amount[row]);
        let day = self.day(service);
        let Some(place) = self.tables.place(day, profile) else {
            self.refused.push((row, Refusal::NoPolicy));
            return Ok(false);
        };
        let visit = more.visit[row];
        let occasion = Occasion {
            benefit_year: day.benefit_year,
            month: day.month,
            day: (service.into(), more.institution[row]),
            visit: if visit == 0 { (1, row as u64) } else { (0, visit) },
        };
        let taken = &self.tables.taken[place];
        if let Used::Elsewhere(place) = taken.used {
            let mut cells = self.ledger.open(&occasion);
            place.iter().for_each(|place| cells.add(*place, Fen::new(amount.into())));
            return Ok(false);
        }
        let most = Fen::MAX_AMOUNT.get();
        let all: i64 = claims.amount[rows.clone()].iter().map(|amount| i64::from(*amount)).sum();
        if !(0..=most).contains(&more.outside[row]) || all + more.outside[row] > most {
            return Err(Further::Amounts);
        }
        let reversed = !self.reversed.is_empty() && self.reversed.contains(&row);
        let before = if reversed { self.before(&occasion, day)? } else { Vec::new() };
        let entry = &self.tables.entries[place];
        let mut cells = self.ledger.open(&occasion);
        if rows.len() > 1 || !by_entry(entry, amount, &mut cells, settled) {
            let late = self.tables.is_late(day, taken, claims.time[row], service);
            let wallet = [more.current[row], more.earlier[row]].map(|fen| Fen::new(fen).payable());
            let share = share(taken, amount).filter(|_| !late);
            *settled = Settled::default();
            if rows.len() > 1 {
                gather(self.tables, claims, rows, day, &mut self.shares)?;
                if late {
                    self.shares.clear();
                }
                let queue = Queue { shares: &mut self.shares, sent_on: &mut self.sent_on };
                shares(&self.tables.benefits, wallet, &mut cells, queue, settled)?;
            } else if let Some(share) = share {
                let queue = Queue { shares: &mut self.shares, sent_on: &mut self.sent_on };
                one(&self.tables.benefits, share, wallet, &mut cells, queue, settled)?;
            }
        }
        if reversed {
            let moved = before.iter().zip(&*cells.amounts).map(|(before, after)| after - before);
            let moves = moved.enumerate().filter(|(_, by)| *by != 0).collect();
            self.kept.push(Kept { row, occasion, settled: *settled, moves });
        }
        Ok(true)
    }

    /// What has accumulated before a claim that is reversed later.
    fn before(&mut self, occasion: &Occasion, day: Day) -> Result<Vec<i64>, Further> {
        let policy = self.tables.timeline.policies.get(usize::from(day.span));
        if policy.is_some_and(|policy| policy.refund == RefundModel::Current) {
            return Err(Further::RefundOnToday);
        }
        Ok(self.ledger.open(occasion).amounts.to_vec())
    }

    /// Takes back what a claim came to, and what it moved; false if there is no such claim.
    fn reverse(&mut self, row: usize, back: u32, settled: &mut Settled) -> bool {
        let original = row.checked_sub(back as usize).filter(|_| back != More::NOWHERE);
        let found = self.kept.iter().position(|kept| Some(kept.row) == original);
        let Some(found) = found else {
            self.refused.push((row, Refusal::OriginalNotFound));
            return false;
        };
        let kept = self.kept.swap_remove(found);
        let cells = self.ledger.open(&kept.occasion);
        for (cell, by) in kept.moves {
            cells.amounts[cell] -= by;
        }
        let Settled { due, funds, .. } = kept.settled;
        *settled = Settled { due: -due, funds: funds.map(|paid| -paid), cut: None };
        true
    }
}

#[inline]
fn put(settled: &Settled, row: usize, outcome: &mut Outcome) {
    outcome.put(row, settled.due, &settled.funds);
    if let Some(cut) = settled.cut {
        outcome.limit(row, cut);
    }
}

impl Tables<'_> {
    /// Where the entry of a profile on a day stands; `None`: no policy holds.
    #[inline]
    pub(crate) fn place(&self, day: Day, profile: u32) -> Option<usize> {
        (day.span != Day::NOWHERE)
            .then(|| usize::from(day.span) * self.profiles() + profile as usize)
    }

    /// True if the claim was handed in on paper, and too late.
    #[inline]
    pub(crate) fn is_late(&self, day: Day, taken: &Taken, time: i64, service: i32) -> bool {
        let policy = self.timeline.policies.get(usize::from(day.span)).filter(|_| taken.paper);
        policy.is_some_and(|policy| {
            let (offsite, service) = (&policy.offsite, Date::from_days(service));
            let handed_in = taken.submitted.unwrap_or(Date::from_days(day_of(time)));
            !offsite.late_is_paid && handed_in > offsite.deadline.last_day(service)
        })
    }
}
