//! Every row of a table settled, and what it comes to in the order of the table.

use crate::busy::{go_on, interruptibly};
use crate::claims::Manner;
use crate::frame::ArrowFrame;
use crate::table::{Columns, Money, Table};
use ::simulate::{
    Attribute, Claims, FrameReading, Needless, Outcome, Profile, Result, Rows, Source, Tables, run,
};
use arrow_array::types::Int8Type;
use arrow_array::{DictionaryArray, Int8Array, Int64Array, StringArray};
use kernel::refusal::Effect;
use kernel::{Fund, Refusal, Timeline};
use pyo3::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicI8, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

/// Settles the claims of a table.
pub(crate) fn adjudicate(
    py: Python<'_>,
    frame: &ArrowFrame,
    timeline: &Timeline,
    manner: Manner,
    money: Money,
) -> PyResult<Table> {
    let Manner { mapping, threads, .. } = manner;
    // What goes out is divided by nothing.
    let mapping = mapping.leaving_out(Needless::of(&[timeline], &[]));
    let reading = FrameReading { mapping, threads, buckets: None, origins: true };
    let rows = frame.rows();
    let columns = interruptibly(py, |stop| {
        let source = Source::frame(frame, &reading)?;
        go_on(stop)?;
        let tables = Tables::compile(timeline, source.profiles())?;
        let answers = Answers::new(rows);
        let is_use = |profile: &Profile| !profile.get(Attribute::UsedLimit).is_empty();
        let uses: Vec<bool> = source.profiles().iter().map(is_use).collect();
        let writer = |_| Ok(Writer { tables: &tables, answers: &answers, uses: &uses, stop });
        run(&source, &[timeline], 0..source.buckets(), threads, writer, |_| ())?;
        Ok(answers.columns(money))
    })?;
    columns.table(py)
}

/// What rows come to. Every row is written by one thread, once, in any order.
struct Answers {
    deductible: Vec<AtomicI64>,
    /// By fund number; made when the fund first pays.
    funds: Vec<OnceLock<Vec<AtomicI64>>>,
    patient: Vec<AtomicI64>,
    /// Index into [`Refusal::ALL`], or [`Answers::NONE`].
    reason: Vec<AtomicI8>,
}

impl Answers {
    const NONE: i8 = -1;

    fn new(rows: usize) -> Answers {
        Answers {
            deductible: nothing(rows),
            funds: Fund::ALL.iter().map(|_| OnceLock::new()).collect(),
            patient: nothing(rows),
            reason: std::iter::repeat_with(|| AtomicI8::new(Answers::NONE)).take(rows).collect(),
        }
    }

    fn note(&self, row: usize, reason: Refusal) {
        let number = reason.number();
        let found = Refusal::ALL.iter().position(|known| known.number() == number);
        let index = found.and_then(|index| i8::try_from(index).ok());
        if let (Some(place), Some(index)) = (self.reason.get(row), index) {
            place.store(index, Ordering::Relaxed);
        }
    }

    fn columns(self, money: Money) -> Columns {
        let reasons: Vec<i8> = self.reason.into_iter().map(AtomicI8::into_inner).collect();
        let settled = settled(&reasons);
        let rows = reasons.len();
        let amounts = |of: Option<Vec<AtomicI64>>| {
            let fen = match of {
                Some(of) => of.into_iter().map(AtomicI64::into_inner).collect(),
                None => vec![0; rows],
            };
            Int64Array::new(fen.into(), settled.clone())
        };
        let mut columns = Columns::new(money);
        columns.money("deductible", amounts(Some(self.deductible)));
        for (name, fund) in ["pool", "large_amount", "subsidy"].iter().zip(self.funds) {
            columns.money(name, amounts(fund.into_inner()));
        }
        columns.money("patient", amounts(Some(self.patient)));
        let words = StringArray::from_iter_values(Refusal::ALL.iter().map(|reason| reason.code()));
        let places = reasons.iter().map(|index| (*index != Answers::NONE).then_some(*index));
        let places: Int8Array = places.collect();
        let refusal = DictionaryArray::<Int8Type>::new(places, Arc::new(words));
        columns.add("refusal", Arc::new(refusal));
        columns
    }
}

fn nothing(rows: usize) -> Vec<AtomicI64> {
    std::iter::repeat_with(AtomicI64::default).take(rows).collect()
}

/// Which rows were settled; `None`: all.
fn settled(reasons: &[i8]) -> Option<arrow_buffer::NullBuffer> {
    let is_settled = |index: &i8| {
        let reason = usize::try_from(*index).ok().and_then(|index| Refusal::ALL.get(index));
        reason.is_none_or(|reason| reason.effect() != Effect::NotSettled)
    };
    let all = reasons.iter().all(is_settled);
    (!all).then(|| reasons.iter().map(is_settled).collect())
}

/// One thread's way to the answers.
struct Writer<'a> {
    tables: &'a Tables<'a>,
    answers: &'a Answers,
    /// By profile: its rows are no claims.
    uses: &'a [bool],
    stop: &'a AtomicBool,
}

impl Rows for Writer<'_> {
    fn take(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) -> Result<()> {
        go_on(self.stop)?;
        let rows = claims.first[people.start] as usize..claims.first[people.end] as usize;
        let Some(outcome) = outcomes.first() else { return Ok(()) };
        let Answers { deductible, funds, patient, .. } = self.answers;
        let put = |column: &[AtomicI64], row: usize, fen: i64| {
            if let Some(place) = column.get(row) {
                place.store(fen, Ordering::Relaxed);
            }
        };
        for (index, row) in rows.clone().enumerate() {
            let origin = claims.origin[row] as usize;
            put(deductible, origin, outcome.deductible[index]);
            let is_use = self.uses.get(claims.profile[row] as usize).copied().unwrap_or(false);
            let spending = if is_use { 0 } else { claims.spending(row) };
            let paid = outcome.paid(index);
            put(patient, origin, spending - paid);
            // Of a claim of several parts one may be withheld though another is paid.
            if (paid == 0 || claims.more.is_some())
                && let Some(reason) = self.tables.withheld(claims, row)
            {
                self.answers.note(origin, reason);
            }
        }
        for (column, paid) in funds.iter().zip(&outcome.funds).filter(|(_, paid)| !paid.is_empty())
        {
            let column = column.get_or_init(|| nothing(self.answers.reason.len()));
            for (row, fen) in rows.clone().zip(paid) {
                put(column, claims.origin[row] as usize, *fen);
            }
        }
        for (index, reason) in &outcome.not_settled {
            self.answers.note(claims.origin[rows.start + index] as usize, *reason);
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}
