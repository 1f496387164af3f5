//! The shape that most claims of a policy have, if it is more than an entry: bands by cumulative spending, a deductible and
//! limits by year, quarter, month, day or visit, all of one programme. What accumulates stays in a few registers.
//!
//! Claims of a person come in order of service here, so what counts over less than the year begins anew with the first claim
//! of another stretch and never comes back. Whoever has a claim of another shape is left to [`crate::walk`].

use crate::benefit::{Benefit, Benefits, Excess, Limited, Portion};
use crate::ledger::{Place, Stretch};
use crate::tables::{Taken, Used};
use kernel::{Fen, Fund, Rounding};
use std::collections::HashMap;

/// More bands go further.
pub(crate) const BANDS: usize = 3;

/// What a profile's claims come to in one stretch of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Takes more.
    pub(crate) further: bool,
    deductible: u64,
    /// All ones if spending meets the deductible.
    by_spending: u64,
    /// All ones if what was charged meets the deductible.
    by_charge: u64,
    /// All ones if spending above the deductible moves the position in the bands.
    by_cover: u64,
    upto: [u64; BANDS],
    rate: [u64; BANDS],
    /// Added to a product before it is divided by 10,000.
    half: u64,
    /// Least limit over the year.
    year: u64,
    /// Least limit over less than the year.
    short: u64,
    /// The least of each whose excess is sent on.
    sending: [u64; 2],
}

impl Line {
    const NOTHING: Line = Line {
        further: false,
        deductible: 0,
        by_spending: 0,
        by_charge: 0,
        by_cover: 0,
        upto: [u64::MAX; BANDS],
        rate: [0; BANDS],
        half: 0,
        year: u64::MAX,
        short: u64::MAX,
        sending: [u64::MAX; 2],
    };
    const FURTHER: Line = Line { further: true, ..Line::NOTHING };
}

/// Where the claims of a shape accumulate, and over which stretches.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Shape {
    fund: Fund,
    met: Option<Place>,
    position: Option<Place>,
    used: Vec<Place>,
}

/// The lines of one shape.
#[derive(Clone, Debug)]
pub(crate) struct Uniform {
    pub(crate) fund: usize,
    met: Stretch,
    short: Stretch,
    banded: bool,
    /// Limits over less than the year come before those over the year.
    short_first: bool,
    /// Nothing, what takes more, then by portion.
    lines: Vec<Line>,
    /// By span, then by profile: the number of the line.
    of: Vec<u32>,
    /// How many profiles' claims are taken, over all spans.
    pub(crate) taken: usize,
}

const NOTHING: u32 = 0;
const FURTHER: u32 = 1;

impl Uniform {
    /// The shape that most profiles have.
    pub(crate) fn of(taken: &[Taken], benefits: &Benefits) -> Option<Uniform> {
        let read: Vec<Option<(Shape, Line)>> = benefits
            .portions
            .iter()
            .map(|portion| line(benefits.benefit(portion, 0).filter(|_| portion.visits.is_none())?))
            .collect();
        // Claims that are never too late.
        let portion = |taken: &Taken| {
            let claim = matches!(taken.used, Used::Claim) && !taken.paper;
            read.get(taken.portion as usize).filter(|_| claim)?.as_ref()
        };
        let mut counts: HashMap<&Shape, usize> = HashMap::new();
        for (shape, _) in taken.iter().filter_map(portion) {
            *counts.entry(shape).or_default() += 1;
        }
        // Of shapes that as many have, the first.
        let most = counts.values().copied().max()?;
        let (shape, _) =
            read.iter().flatten().find(|(shape, _)| counts.get(shape) == Some(&most))?;
        let lines = read.iter().map(|read| match read {
            Some((other, line)) if other == shape => *line,
            _ => Line::FURTHER,
        });
        let lines: Vec<Line> = [Line::NOTHING, Line::FURTHER].into_iter().chain(lines).collect();
        let number = |taken: &Taken| match portion(taken) {
            _ if is_nothing(taken) => NOTHING,
            Some((other, _)) if other == shape => taken.portion + 2,
            _ => FURTHER,
        };
        let of: Vec<u32> = taken.iter().map(number).collect();
        let short = |place: &&Place| place.stretch != Stretch::Year;
        Some(Uniform {
            fund: shape.fund as usize,
            met: shape.met.map_or(Stretch::Year, |place| place.stretch),
            short: shape.used.iter().find(short).map_or(Stretch::Year, |place| place.stretch),
            banded: shape.position.is_some(),
            short_first: shape.used.first().is_some_and(|place| place.stretch != Stretch::Year),
            taken: of.iter().filter(|line| **line != FURTHER).count(),
            of,
            lines,
        })
    }

    /// Something counts over less than the year.
    pub(crate) fn is_stamped(&self) -> bool {
        self.met != Stretch::Year || self.short != Stretch::Year
    }

    /// Something counts by visit, or by day and institution.
    pub(crate) fn counts_by(&self, stretch: Stretch) -> bool {
        self.met == stretch || self.short == stretch
    }

    /// Settles the claims of one person; true if one of them takes more. A claim comes with its place among the lines, the
    /// day of service and the month of the benefit year. `note` takes what a limit over the year cut off.
    #[inline]
    pub(crate) fn person<'o>(
        &self,
        claims: impl Iterator<Item = (usize, u32, i32, u8)>,
        out: impl Iterator<Item = (&'o mut i64, &'o mut i64)>,
        note: impl FnMut(u64),
    ) -> bool {
        match (self.banded, self.is_stamped()) {
            (false, false) => self.claims::<1, false>(claims, out, note),
            (false, true) => self.claims::<1, true>(claims, out, note),
            (true, false) => self.claims::<BANDS, false>(claims, out, note),
            (true, true) => self.claims::<BANDS, true>(claims, out, note),
        }
    }

    #[inline]
    fn claims<'o, const MANY: usize, const STAMPED: bool>(
        &self,
        claims: impl Iterator<Item = (usize, u32, i32, u8)>,
        out: impl Iterator<Item = (&'o mut i64, &'o mut i64)>,
        mut note: impl FnMut(u64),
    ) -> bool {
        let (mut met, mut position, mut year, mut short) = (0_u64, 0_u64, 0_u64, 0_u64);
        let (mut met_in, mut short_in) = (i64::MIN, i64::MIN);
        let mut further = false;
        for (row, ((place, amount, day, month), (due_out, paid_out))) in claims.zip(out).enumerate()
        {
            let line = &self.lines[self.of[place] as usize];
            if STAMPED {
                let (now, then) = (stamp(self.met, day, month, row), met_in);
                met = if now == then { met } else { 0 };
                met_in = now;
                let (now, then) = (stamp(self.short, day, month, row), short_in);
                short = if now == then { short } else { 0 };
                short_in = now;
            }
            let spending = u64::from(amount);
            let due = spending.min(line.deductible.saturating_sub(met));
            // At most 2^32 × 10^4 a band, and never below zero: nothing here can overflow.
            let covered = spending.wrapping_sub(due);
            let wanted = shares::<MANY>(line, position, covered);
            let room = line.year.saturating_sub(year);
            let kept = wanted.min(room).min(line.short.saturating_sub(short));
            further |= line.further
                || wanted > line.sending[0].saturating_sub(year)
                || wanted > line.sending[1].saturating_sub(short);
            if wanted > room {
                let before =
                    if self.short_first { line.short.saturating_sub(short) } else { wanted };
                let reaching = wanted.min(before);
                if reaching > room {
                    note(reaching - room);
                }
            }
            met = met.wrapping_add(spending & line.by_spending | due & line.by_charge);
            position = position.wrapping_add(covered & line.by_cover);
            year = year.wrapping_add(kept);
            short = short.wrapping_add(kept);
            *due_out = due.cast_signed();
            *paid_out = kept.cast_signed();
        }
        further
    }
}

/// The stretch that a claim falls into.
#[inline]
fn stamp(stretch: Stretch, day: i32, month: u8, row: usize) -> i64 {
    match stretch {
        Stretch::Year => 0,
        Stretch::Quarter => i64::from(month / 3),
        Stretch::Month => i64::from(month),
        Stretch::Day => i64::from(day),
        Stretch::Visit => i64::try_from(row).unwrap_or(i64::MAX),
    }
}

/// Shares of the covered spending from a position on, band by band, each rounded once.
#[inline]
fn shares<const MANY: usize>(line: &Line, position: u64, covered: u64) -> u64 {
    if MANY == 1 {
        return covered.wrapping_mul(line.rate[0]).wrapping_add(line.half) / 10_000;
    }
    let end = position.wrapping_add(covered);
    let (mut low, mut payment) = (0, 0_u64);
    for band in 0..MANY {
        let high = line.upto[band];
        let piece = end.min(high).saturating_sub(position.max(low));
        payment += piece.wrapping_mul(line.rate[band]).wrapping_add(line.half) / 10_000;
        low = high;
    }
    payment
}

/// Nothing comes of the claims, whenever they come.
fn is_nothing(taken: &Taken) -> bool {
    matches!(taken.used, Used::Claim) && taken.portion == Portion::NOTHING
}

/// The line of a benefit, if it has no more to it.
fn line(benefit: &Benefit) -> Option<(Shape, Line)> {
    let own: Vec<&Limited> = benefit.payment_limits.iter().filter(|limit| limit.own).collect();
    let shape = Shape {
        fund: benefit.fund,
        met: benefit.deductible.map(|charge| charge.met),
        position: benefit.position,
        used: own.iter().map(|limit| limit.used).collect(),
    };
    let half = match benefit.rounding {
        Rounding::HalfUp => 5_000,
        Rounding::Down => 0,
        Rounding::HalfEven => return None,
    };
    let more = benefit.fixed.is_some()
        || benefit.own_first.is_some()
        || benefit.ceiling.is_some()
        || !benefit.spending_limits.is_empty()
        || benefit.by_payment
        || benefit.covered != benefit.position
        || benefit.bands.len() > BANDS
        || benefit.position.is_none() && benefit.bands.len() != 1;
    if more || !are_in_order(&shape.used) {
        return None;
    }
    let mut line = Line { half, by_cover: u64::MAX, ..Line::NOTHING };
    for (band, (upto, rate)) in benefit.bands.iter().enumerate() {
        line.upto[band] = fen(*upto)?;
        line.rate[band] = u64::try_from(rate.get()).ok()?;
    }
    if let Some(last) = benefit.bands.len().checked_sub(1) {
        let end = line.upto[last];
        line.upto[last..].fill(end);
    }
    if let Some(charge) = benefit.deductible {
        line.deductible = fen(charge.amount)?;
        line.by_spending = if charge.by_spending { u64::MAX } else { 0 };
        line.by_charge = !line.by_spending;
    }
    for limit in own {
        let amount = fen(limit.amount)?;
        let short = usize::from(limit.used.stretch != Stretch::Year);
        let least = if short == 0 { &mut line.year } else { &mut line.short };
        // What a lower limit has cut off before never reaches a higher one.
        if !matches!(limit.above, Excess::Patient) && amount < *least {
            line.sending[short] = line.sending[short].min(amount);
        }
        *least = amount.min(*least);
    }
    Some((shape, line))
}

/// Each place once, all over the year together, all others over the same stretch.
fn are_in_order(used: &[Place]) -> bool {
    let once = used.iter().enumerate().all(|(at, place)| !used[..at].contains(place));
    let turns = used.windows(2).filter(|pair| pair[0].stretch != pair[1].stretch).count();
    let mut stretches: Vec<u8> = used.iter().map(|place| place.stretch as u8).collect();
    stretches.sort_unstable();
    stretches.dedup();
    let with_year = used.iter().any(|place| place.stretch == Stretch::Year);
    once && turns <= 1 && stretches.len() <= 1 + usize::from(with_year)
}

fn fen(amount: Fen) -> Option<u64> {
    u64::try_from(amount.get()).ok()
}
