//! One result row a claim, as Parquet; one file a thread.

use ::simulate::store::{Data, Table};
use ::simulate::{Claims, Outcome, PersonName, Result, Rows};
use std::ops::Range;
use std::path::Path;

/// Rows of a row group.
const GROUP: usize = 1 << 19;

/// Writes what claims came to.
pub(super) struct Writer {
    table: Table,
    numbers: Vec<i64>,
    texts: Vec<Box<str>>,
    times: Vec<i64>,
    amounts: Vec<u32>,
    /// By side: what all funds pay.
    paid: Vec<Vec<i64>>,
}

impl Writer {
    pub(super) fn new(folder: &Path, thread: usize, sides: usize) -> Result<Writer> {
        let table = Table::new(&folder.join(format!("rows-{thread:03}.parquet")));
        Ok(Writer {
            table,
            numbers: Vec::new(),
            texts: Vec::new(),
            times: Vec::new(),
            amounts: Vec::new(),
            paid: vec![Vec::new(); sides],
        })
    }

    fn write(&mut self) -> Result<()> {
        if self.times.is_empty() {
            return Ok(());
        }
        let names = ["paid_before", "paid_after"];
        let names = if self.paid.len() == 1 { &["paid"][..] } else { &names[..] };
        let texts = ::simulate::store::texts(&self.texts);
        let person =
            if texts.is_empty() { Data::Number(&self.numbers) } else { Data::Text(&texts) };
        let mut columns = vec![
            ("person", person),
            ("settled_at", Data::Moment(&self.times)),
            ("in_scope_fen", Data::Count(&self.amounts)),
        ];
        for (name, paid) in names.iter().zip(&self.paid) {
            columns.push((name, Data::Fen(paid)));
        }
        self.table.group(&columns)?;
        self.numbers.clear();
        self.texts.clear();
        self.times.clear();
        self.amounts.clear();
        self.paid.iter_mut().for_each(Vec::clear);
        Ok(())
    }
}

impl Rows for Writer {
    fn take(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) -> Result<()> {
        let rows = claims.first[people.start] as usize..claims.first[people.end] as usize;
        for person in people {
            let count = claims.rows_of(person).len();
            match &claims.people[person] {
                PersonName::Number(number) => {
                    self.numbers.extend(std::iter::repeat_n(*number, count));
                }
                PersonName::Text(text) => {
                    self.texts.extend(std::iter::repeat_n(text.clone(), count));
                }
            }
        }
        self.times.extend_from_slice(&claims.time[rows.clone()]);
        self.amounts.extend_from_slice(&claims.amount[rows.clone()]);
        for (paid, outcome) in self.paid.iter_mut().zip(outcomes) {
            outcome.paid_into(rows.len(), paid);
        }
        if self.times.len() >= GROUP { self.write() } else { Ok(()) }
    }

    fn finish(mut self) -> Result<()> {
        self.write()?;
        self.table.finish()
    }
}
