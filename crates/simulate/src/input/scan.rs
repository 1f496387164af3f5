//! Least and most of people in a table in memory, which no statistics tell.

use super::columns::{Column, Found, Meaning};
use super::decode::NULL;
use super::memory::Frame;
use super::plan::{Part, Span};
use crate::fault::{Fault, Result};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The span of people, unknown if they are texts.
pub(super) fn spans(
    table: &dyn Frame,
    columns: &[Found],
    parts: &[Part],
    threads: usize,
) -> Result<Span> {
    let next = AtomicUsize::new(0);
    let scan = || {
        let mut scan = Scan { table, columns, numbers: Vec::new() };
        let mut people = Span::NONE_YET;
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            people = people.with(scan.people(part)?);
        }
        Ok(people)
    };
    let scanned = std::thread::scope(|scope| {
        let working: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(scan)).collect();
        let stopped = || Fault::new("读取线程意外停止", "a thread that was reading stopped");
        let joined = working.into_iter().map(|work| work.join().unwrap_or_else(|_| Err(stopped())));
        joined.collect::<Result<Vec<_>>>()
    })?;
    Ok(scanned.into_iter().fold(Span::NONE_YET, Span::with))
}

struct Scan<'a> {
    table: &'a dyn Frame,
    columns: &'a [Found],
    numbers: Vec<i64>,
}

impl Scan<'_> {
    fn found(&self, column: Column) -> Option<Found> {
        self.columns.iter().find(|found| found.column == column).copied()
    }

    fn people(&mut self, part: &Part) -> Result<Span> {
        match self.found(Column::Person) {
            Some(found) if found.meaning != Meaning::Text => self.span(part, found),
            _ => Ok(Span::UNKNOWN),
        }
    }

    /// The span of a column.
    fn span(&mut self, part: &Part, found: Found) -> Result<Span> {
        self.numbers.clear();
        self.table.values(part.batch, found.index).ints(part.rows.clone(), &mut self.numbers)?;
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for number in &self.numbers {
            // What is not given is the least number there is.
            least = least.min(if *number == NULL { i64::MAX } else { *number });
            most = most.max(*number);
        }
        if most == NULL {
            return Ok(Span::NONE_YET);
        }
        Ok(Span::of(least, most))
    }
}
