//! Pages: `page_num` and `page_size` in, the rows of one page and the counts out.

use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::reading::Row;
use agency::counter::catalogue::{MOST_ROWS, Page, PageAsked};

/// Rows of a page if the sender does not say.
const USUAL: usize = 100;

/// Reads which page is wanted. A page that is too large is cut, and the answer says so.
pub(in super::super) fn asked(row: &Row<'_>) -> Result<PageAsked, Fault> {
    let read = |name, usual| match row.whole(name)? {
        None | Some(0) => Ok(usual),
        Some(number) => {
            usize::try_from(number).map_err(|_| row.fault(name, Wire::Unfit, "应为正整数"))
        }
    };
    Ok(PageAsked { number: read("page_num", 1)?, rows: read("page_size", USUAL)?.min(MOST_ROWS) })
}

/// Writes a page into node `data`, and the counts beside it.
pub(in super::super) fn write<'v, T>(
    mut answer: Answer,
    page: &'v Page<T>,
    cell: impl Fn(&'v T, &str) -> Cell<'v>,
) -> Result<Output, Fault> {
    answer.rows("data", &page.rows, |row: &&'v T, name| cell(row, name));
    let first = (page.number - 1).saturating_mul(page.size) + 1;
    answer.row("", |name| match name {
        "pageNum" => whole(page.number),
        "pageSize" => whole(page.size),
        "pages" | "lastPage" => whole(page.pages.max(1)),
        "recordCounts" => whole(page.total),
        "size" => whole(page.rows.len()),
        "startRow" => whole(if page.rows.is_empty() { 0 } else { first }),
        "firstPage" => whole(1),
        _ => Cell::Absent,
    });
    answer.finish()
}

fn whole(number: usize) -> Cell<'static> {
    Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}
