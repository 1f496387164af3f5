//! What a day is to a timeline: which stretch of it, which benefit year, and which month of that.

use crate::tables::Span;
use kernel::Date;
use std::ops::RangeInclusive;

/// A day as a timeline sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Day {
    /// The stretch; [`Day::NOWHERE`] where no policy holds.
    pub(crate) span: u16,
    /// Month of the benefit year, from 0.
    pub(crate) month: u8,
    /// Named by the calendar year in which it begins.
    pub(crate) benefit_year: i32,
}

impl Day {
    /// No policy holds on the day.
    pub(crate) const NOWHERE: u16 = u16::MAX;

    fn of(spans: &[Span], day: i32) -> Day {
        let found = spans.iter().position(|span| span.days.0 <= day && day <= span.days.1);
        let Some((index, span)) = found.and_then(|index| Some((index, spans.get(index)?))) else {
            return Day { span: Day::NOWHERE, month: 0, benefit_year: 0 };
        };
        let date = Date::from_days(day);
        Day {
            span: u16::try_from(index).unwrap_or(Day::NOWHERE),
            month: u8::try_from(span.benefit_year.month_index(date)).unwrap_or(0),
            benefit_year: span.benefit_year.of(date),
        }
    }
}

/// Days looked up ahead: those that claims have.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    first: i32,
    days: Vec<Day>,
}

/// More days than this are looked up one by one.
const MOST: i32 = 40_000;

impl Calendar {
    /// Looks these days up, if they are not.
    pub(crate) fn cover(&mut self, spans: &[Span], wanted: RangeInclusive<i32>) {
        let (mut first, mut last) = (*wanted.start(), *wanted.end());
        if self.knows(first) && self.knows(last) || first > last {
            return;
        }
        if let Some(more) = i32::try_from(self.days.len()).ok().filter(|count| *count > 0) {
            first = first.min(self.first);
            last = last.max(self.first + more - 1);
        }
        if last.saturating_sub(first) < MOST {
            self.first = first;
            self.days.clear();
            self.days.extend((first..=last).map(|day| Day::of(spans, day)));
        }
    }

    fn knows(&self, day: i32) -> bool {
        self.days.get(self.index(day)).is_some()
    }

    #[inline]
    fn index(&self, day: i32) -> usize {
        // Days before the first wrap around to beyond the last.
        day.wrapping_sub(self.first).cast_unsigned() as usize
    }

    /// What a day is.
    #[inline]
    pub(crate) fn day(&self, spans: &[Span], day: i32) -> Day {
        match self.days.get(self.index(day)) {
            Some(day) => *day,
            None => Day::of(spans, day),
        }
    }
}
