//! 对明细账: the rows of an institution against the entries of a period, one by one.

use super::matching::Matching;
use super::period::{Period, Rows};
use super::txt;
use crate::reason::Refused;
use crate::standing::{TakenBack, only_takes_back, taken_back};
use store::{Area, Entry, Id, Store};

/// The most rows of an uploaded file.
pub const MAX_ROWS: usize = 500_000;
/// Columns of the uploaded file.
pub(super) const STATED_COLUMNS: usize = 7;
/// Entries read at a time.
const PAGE: usize = 500;

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Both have it, with the same amounts.
    Equal,
    /// Only the books have it.
    BooksOnly,
    /// Only the institution has it.
    InstitutionOnly,
    /// Both have it, and something differs.
    Differs,
}

impl Verdict {
    /// The code in the file of results.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Equal => "000000",
            Verdict::BooksOnly => "000101",
            Verdict::InstitutionOnly => "000102",
            Verdict::Differs => "000103",
        }
    }
}

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Details {
    /// The zipped file of results: 人员编号, 就诊ID, 结算ID, 报文号, result, refund flag, remark, 总额, 基金, 个人账户.
    pub file: Vec<u8>,
    /// Rows that are equal.
    pub equal: usize,
    /// Rows that only the books have.
    pub books_only: usize,
    /// Rows that only the institution has.
    pub institution_only: usize,
    /// Rows in which something differs.
    pub differ: usize,
}

/// Compares an uploaded file with the books. Its columns: 结算ID, 就诊ID, 人员编号, 总额, 基金, 个人账户, refund flag.
/// `clearing`: a clearing class, or empty for all.
///
/// # Errors
/// [`crate::Reason::FileUnreadable`] naming the row, or what the store says.
pub fn details(
    store: &dyn Store,
    area: Area,
    institution: &str,
    clearing: &str,
    rows: Rows,
    period: Period,
    file: &[u8],
) -> Result<Details, Refused> {
    let (from, to) = period.ids();
    let mut matching = Matching::of(file, period)?;
    let mut after = Id(from.0.saturating_sub(1));
    loop {
        let page = store.entries_at(area, institution, after, to, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let complete = page.len() < PAGE;
        let asked = |entry: &&Entry| {
            rows.hold(entry.kind) && (clearing.is_empty() || *entry.clearing == *clearing)
        };
        let asked: Vec<&Entry> = page.iter().filter(asked).collect();
        let happened = asked.iter().filter(|entry| !only_takes_back(entry.kind));
        let taken = taken_back(store, happened.map(|entry| (entry.key.clone(), entry.id)))?;
        for entry in asked {
            let reversed = taken.get(&entry.id).is_some_and(TakenBack::never_happened);
            matching.entry(entry, reversed)?;
        }
        if complete {
            break;
        }
    }
    matching.finish()
}

/// True if an uploaded file lists refunds.
///
/// # Errors
/// [`crate::Reason::FileUnreadable`] naming the row.
pub fn refunds_listed(file: &[u8]) -> Result<bool, Refused> {
    let mut listed = false;
    let mut take = |_: usize, values: &[Option<&str>]| {
        listed |= values.get(6).copied().flatten() == Some("1");
        Ok(())
    };
    txt::read(file, STATED_COLUMNS, &mut take)?;
    Ok(listed)
}
