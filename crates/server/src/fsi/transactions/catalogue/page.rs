//! Pages: `page_num` and `page_size` in, the rows of one page and the counts out.

use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::reading::Row;

/// Rows of a page if the sender does not say.
const USUAL: usize = 100;
/// The most rows of a page; a larger page is cut to it, and the answer says so.
const MOST: usize = 1_000;

/// Which rows are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct Page {
    /// From 1.
    number: usize,
    /// Rows of a page.
    size: usize,
}

impl Page {
    /// Reads `page_num` and `page_size`.
    pub(in super::super) fn read(row: &Row<'_>) -> Result<Page, Fault> {
        let read = |name, usual| match row.whole(name)? {
            None | Some(0) => Ok(usual),
            Some(number) => {
                usize::try_from(number).map_err(|_| row.fault(name, Wire::Unfit, "应为正整数"))
            }
        };
        Ok(Page { number: read("page_num", 1)?, size: read("page_size", USUAL)?.min(MOST) })
    }

    /// Writes the page of what was found into node `data`, and the counts beside it.
    pub(in super::super) fn answer<'v, T>(
        self,
        mut answer: Answer,
        found: &'v [T],
        cell: impl Fn(&'v T, &str) -> Cell<'v>,
    ) -> Result<Output, Fault> {
        let Page { number, size } = self;
        let first = (number - 1).saturating_mul(size).min(found.len());
        let rows = &found[first..first.saturating_add(size).min(found.len())];
        let pages = found.len().div_ceil(size).max(1);
        answer.rows("data", rows, |row: &&'v T, name| cell(row, name));
        answer.row("", |name| match name {
            "pageNum" => whole(number),
            "pageSize" => whole(size),
            "pages" | "lastPage" => whole(pages),
            "recordCounts" => whole(found.len()),
            "size" => whole(rows.len()),
            "startRow" => whole(if rows.is_empty() { 0 } else { first + 1 }),
            "firstPage" => whole(1),
            _ => Cell::Absent,
        });
        answer.finish()
    }
}

fn whole(number: usize) -> Cell<'static> {
    Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}
