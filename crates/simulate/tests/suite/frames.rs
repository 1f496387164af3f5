//! Claims in memory come to what the same claims in a file come to, and each knows the row it came from.

use crate::exact::{reading, shipped, write_plain};
use simulate::{
    Claims, Frame, FrameReading, Header, Kind, Mapping, NoRows, Outcome, PersonName, Result, Rows,
    RunResult, Source, Unit, Values, run,
};
use std::ops::Range;
use std::sync::Mutex;

/// Rows in memory: person, amount, level, time, and a plan as a place in a list of words.
struct Table {
    rows: Vec<[Option<i64>; 4]>,
    /// Rows of each batch.
    batches: Vec<usize>,
}

const PLANS: [&str; 2] = ["individual-1", "employer"];

/// A column of a batch.
struct Column<'a> {
    rows: &'a [[Option<i64>; 4]],
    column: usize,
}

impl Frame for Table {
    fn headers(&self) -> Vec<Header> {
        let moment = Kind::Moment { unit: Unit::Microsecond, utc: true };
        let kinds = [
            ("person", Kind::Whole { wide: true }),
            ("in_scope_fen", Kind::Whole { wide: true }),
            ("tier", Kind::Whole { wide: false }),
            ("settled_at", moment),
            ("plan", Kind::Text),
            ("remarks", Kind::Float),
        ];
        kinds.map(|(name, kind)| Header { name: name.into(), kind }).into()
    }

    fn batches(&self) -> Vec<usize> {
        self.batches.clone()
    }

    fn values(&self, batch: usize, column: usize) -> Box<dyn Values + '_> {
        let start = self.batches[..batch].iter().sum::<usize>();
        Box::new(Column { rows: &self.rows[start..start + self.batches[batch]], column })
    }
}

impl Values for Column<'_> {
    fn ints(&self, rows: Range<usize>, out: &mut Vec<i64>) -> Result<()> {
        let none = <dyn Values>::NONE;
        out.extend(self.rows[rows].iter().map(|row| row[self.column].unwrap_or(none)));
        Ok(())
    }

    fn texts(&self, rows: Range<usize>, take: &mut dyn FnMut(&[u8])) {
        rows.for_each(|_| take(PLANS[1].as_bytes()));
    }

    fn words(&self) -> usize {
        if self.column == 4 { 2 } else { 0 }
    }

    fn word(&self, place: usize) -> &[u8] {
        PLANS[place].as_bytes()
    }

    fn places(&self, rows: Range<usize>, out: &mut Vec<u32>) {
        out.extend(rows.map(|_| 1));
    }
}

/// The rows that [`write_plain`] writes, read back from the file's grouped claims.
fn in_file(source: &Source) -> (RunResult, Vec<Row>) {
    let timeline = shipped("500000");
    let seen = Mutex::new(Vec::new());
    let all = 0..source.buckets();
    let result = run(source, &[&timeline], all, 2, |_| Ok(Seeing(&seen)), |_| ()).expect("a run");
    (result, seen.into_inner().expect("nobody panicked"))
}

/// Person, amount, time, paid, and the row it came from.
type Row = (i64, u32, i64, i64, Option<u32>);

struct Seeing<'a>(&'a Mutex<Vec<Row>>);

impl Rows for Seeing<'_> {
    fn take(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) -> Result<()> {
        let base = claims.first[people.start] as usize;
        for person in people {
            let PersonName::Number(number) = claims.people[person] else { panic!("a number") };
            for row in claims.rows_of(person) {
                let origin = claims.origin.get(row).copied();
                let paid = outcomes[0].paid(row - base);
                let seen = (number, claims.amount[row], claims.time[row], paid, origin);
                self.0.lock().expect("nobody panicked").push(seen);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

fn frame_reading(threads: usize, origins: bool) -> FrameReading {
    FrameReading { mapping: Mapping::none(), threads, buckets: Some(16), origins }
}

#[test]
fn claims_in_memory_come_to_the_same_however_they_are_cut_and_know_their_rows() {
    let timeline = shipped("500000");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plain.parquet");
    write_plain(&path, 300_000);
    let (_, seen) = in_file(&Source::read(&reading(&path)).expect("claims"));
    // Levels matter, so take them all alike; 8 hours lie between the wall clock and UTC.
    let row = |(person, amount, time, ..): &Row| {
        [Some(*person), Some(i64::from(*amount)), Some(2), Some(time - 28_800_000_000)]
    };
    let rows: Vec<_> = seen.iter().map(row).collect();
    let cuts = [vec![4000], vec![0, 1, 1999, 2000], vec![1000; 4]];
    let mut results = Vec::new();
    for batches in cuts {
        let table = Table { rows: rows.clone(), batches };
        for (threads, origins) in [(1, true), (2, false)] {
            let source = Source::frame(&table, &frame_reading(threads, origins)).expect("claims");
            let (result, seen) = in_file(&source);
            results.push((result.totals.control.clone(), result.totals.all_paid(0)));
            for (person, amount, time, _, origin) in seen {
                assert_eq!(origin.is_some(), origins);
                if let Some(origin) = origin {
                    let moved = time - 28_800_000_000;
                    let wanted = [Some(person), Some(i64::from(amount)), Some(2), Some(moved)];
                    assert_eq!(table.rows[origin as usize], wanted);
                }
            }
        }
    }
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(results[0].1.fund_payment() > 0);
    let table = Table { rows, batches: vec![4000] };
    let source = Source::frame(&table, &frame_reading(2, true)).expect("claims");
    let all = 0..source.buckets();
    let result = run(&source, &[&timeline], all, 1, |_| Ok(NoRows), |_| ()).expect("a run");
    assert_eq!(result.totals.control, results[0].0);
}

#[test]
fn a_row_without_a_person_an_amount_or_a_time_is_refused() {
    let sound = [Some(7), Some(10_000), Some(2), Some(1_704_100_000_000_000)];
    for (missing, wanted) in [(0, "person"), (1, "in_scope"), (3, "settled_at")] {
        let mut broken = sound;
        broken[missing] = None;
        let table = Table { rows: vec![sound, broken], batches: vec![2] };
        let Err(fault) = Source::frame(&table, &frame_reading(1, true)) else {
            panic!("column {missing} may not be missing");
        };
        assert!(fault.en.contains(wanted), "{}", fault.en);
    }
}
