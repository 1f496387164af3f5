//! Accumulators by name: the cells of a kernel year as they stand in the books, independent of how a policy numbers them.
//!
//! `ordinary.deductible` counts over the whole benefit year; `/2` behind it is a level or a disease kept apart; `@` a
//! stretch: `@m03` the third month of the benefit year, `@q1` a quarter, `@2024-03-01.9f…` a day at an institution,
//! `@v9f…` a visit.

use crate::regions::Law;
use kernel::Date;
use kernel::policy::{Accumulator, AccumulatorId, Per, Period};
use kernel::year::{Cell, Move, Year};
use std::sync::Arc;
use store::Cells;

/// The name of a cell.
#[must_use]
pub fn name(law: &Law, accumulator: AccumulatorId, cell: Cell) -> Arc<str> {
    let index = usize::from(accumulator.0);
    let Some(known) = law.timeline.accumulators.get(index) else { return Arc::from("") };
    match cell {
        Cell::Dense(place) => {
            if known.per == Per::None && known.period == Period::BenefitYear {
                return law.codes.accumulators[index].clone();
            }
            let within = place.saturating_sub(known.base);
            let parts = parts(known);
            let part = part_text(law, known, within % parts);
            let stretch = within / parts + 1;
            Arc::from(match known.period {
                Period::Month => format!("{}{part}@m{stretch:02}", known.name),
                Period::Quarter => format!("{}{part}@q{stretch}", known.name),
                _ => format!("{}{part}", known.name),
            })
        }
        Cell::Keyed(_, part, when, institution) => {
            let part = part_text(law, known, u32::from(part));
            let stretch = match known.period {
                Period::Visit => visit_stretch(when),
                _ => day_stretch(when, institution),
            };
            Arc::from(format!("{}{part}@{stretch}", known.name))
        }
    }
}

/// The cell of a name, if the law knows it.
#[must_use]
pub fn cell(law: &Law, name: &str) -> Option<(AccumulatorId, Cell)> {
    let (rest, stretch) = name.split_once('@').map_or((name, None), |(a, b)| (a, Some(b)));
    let (plain, part) = rest.split_once('/').map_or((rest, None), |(a, b)| (a, Some(b)));
    let fits = |known: &Accumulator| {
        *known.name == *plain
            && (known.per == Per::None) == part.is_none()
            && period_of(stretch) == Some(known.period)
    };
    let index = law.timeline.accumulators.iter().position(fits)?;
    let known = &law.timeline.accumulators[index];
    let id = u16::try_from(index).ok()?;
    let part = part.map_or(Some(0), |text| part_number(law, known, text))?;
    let dense = |stretch: u32| {
        let within = known.base + stretch * parts(known) + part;
        (within < known.base + known.size()).then_some(Cell::Dense(within))
    };
    let cell = match (known.period, stretch) {
        (Period::BenefitYear, _) => dense(0),
        (Period::Month | Period::Quarter, Some(text)) => {
            dense(text[1..].parse::<u32>().ok()?.checked_sub(1)?)
        }
        (Period::Visit, Some(text)) => {
            let visit = u128::from_str_radix(&text[1..], 16).ok()?;
            Some(Cell::Keyed(id, u8::try_from(part).ok()?, visit, 0))
        }
        (Period::DayInstitution, Some(text)) => {
            let (day, institution) = text.split_once('.')?;
            let day = u128::from(Date::parse(day)?.days().unsigned_abs());
            let institution = u64::from_str_radix(institution, 16).ok()?;
            Some(Cell::Keyed(id, u8::try_from(part).ok()?, day, institution))
        }
        _ => None,
    };
    Some((AccumulatorId(id), cell?))
}

/// A kernel year that holds these cells; those of which the law knows nothing any more are left out.
#[must_use]
pub fn year(law: &Law, benefit_year: i32, cells: &Cells) -> Year {
    let mut year = Year::new(benefit_year, &law.timeline.accumulators);
    for (name, amount) in cells {
        if let Some((_, cell)) = cell(law, name) {
            year.add(cell, kernel::Fen::new(*amount));
        }
    }
    year
}

/// Moves by name.
#[must_use]
pub fn named(law: &Law, moves: &[Move]) -> Vec<(Arc<str>, i64)> {
    moves.iter().map(|it| (name(law, it.accumulator, it.cell), it.by.get())).collect()
}

/// Cells after moves. Zeros are not kept.
#[must_use]
pub fn after(cells: &Cells, moves: &[(Arc<str>, i64)]) -> Cells {
    let mut after = cells.clone();
    add(&mut after, moves);
    after
}

/// Adds moves to cells. Zeros are not kept.
pub fn add(cells: &mut Cells, moves: &[(Arc<str>, i64)]) {
    for (name, by) in moves {
        let amount = cells.entry(name.clone()).or_default();
        *amount += by;
        if *amount == 0 {
            cells.remove(name);
        }
    }
}

/// The cells that a bill of this day, institution and visit can read: all but those of other days and visits.
#[must_use]
pub fn within_reach(cells: &Cells, day: Date, institution: u64, visit: u64) -> Cells {
    let mut reach = cells.clone();
    if cells.keys().any(|name| is_keyed(name)) {
        let day = day_stretch(u128::from(day.days().unsigned_abs()), institution);
        let visit = visit_stretch(u128::from(visit));
        reach.retain(|name, _| {
            !is_keyed(name)
                || name
                    .split_once('@')
                    .is_some_and(|(_, stretch)| stretch == day || stretch == visit)
        });
    }
    reach
}

fn is_keyed(name: &str) -> bool {
    let stretch = name.split_once('@').map(|(_, stretch)| stretch);
    matches!(period_of(stretch), Some(Period::Visit | Period::DayInstitution))
}

fn period_of(stretch: Option<&str>) -> Option<Period> {
    let Some(text) = stretch else { return Some(Period::BenefitYear) };
    match text.as_bytes().first()? {
        b'm' => Some(Period::Month),
        b'q' => Some(Period::Quarter),
        b'v' => Some(Period::Visit),
        b'0'..=b'9' => Some(Period::DayInstitution),
        _ => None,
    }
}

const fn parts(accumulator: &Accumulator) -> u32 {
    match accumulator.per {
        Per::None => 1,
        Per::Level => 4,
        Per::Disease => 256,
    }
}

fn part_text(law: &Law, accumulator: &Accumulator, part: u32) -> String {
    match accumulator.per {
        Per::None => String::new(),
        Per::Level => format!("/{part}"),
        Per::Disease => {
            let index = usize::try_from(part).ok().and_then(|part| part.checked_sub(1));
            let code = index.and_then(|index| law.codes.diseases.get(index));
            code.map_or_else(|| format!("/-{part}"), |code| format!("/{code}"))
        }
    }
}

fn part_number(law: &Law, accumulator: &Accumulator, text: &str) -> Option<u32> {
    match accumulator.per {
        Per::None => None,
        Per::Level => text.parse().ok().filter(|level| *level < 4),
        Per::Disease => match text.strip_prefix('-') {
            Some(number) => number.parse().ok().filter(|part| *part < 256),
            None => {
                let index = law.codes.diseases.iter().position(|code| **code == *text)?;
                u32::try_from(index + 1).ok()
            }
        },
    }
}

fn visit_stretch(visit: u128) -> String {
    format!("v{visit:x}")
}

fn day_stretch(day: u128, institution: u64) -> String {
    format!("{}.{institution:x}", Date::from_days(i32::try_from(day).unwrap_or(i32::MAX)))
}
