//! 目录: pages of the catalogue, of ceiling prices, of first-pay ratios, and of an institution's mapping.

use crate::business::desk::{self, Mapping};
use crate::directory::{Directory, Listing};
use crate::reason::{Reason, Refused};
use kernel::{CatalogueClass, Date, Level};
use std::sync::Arc;
use store::{Area, Queries};

/// The most rows of a page.
pub const MOST_ROWS: usize = 1_000;
/// Mappings read at a time.
const MAPPINGS: usize = 1_000;

/// Which page is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageAsked {
    /// From 1.
    pub number: usize,
    /// Rows a page.
    pub rows: usize,
}

/// A page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Which, from 1.
    pub number: usize,
    /// Rows a page, as asked.
    pub size: usize,
    /// How many pages there are.
    pub pages: usize,
    /// How many rows there are.
    pub total: usize,
}

impl<T> Page<T> {
    /// A page of all rows.
    ///
    /// # Errors
    /// [`Reason::Content`] if the page is zero or too large.
    fn of(all: Vec<T>, asked: PageAsked) -> Result<Page<T>, Refused> {
        let PageAsked { number, rows: size } = asked;
        if number == 0 || size == 0 || size > MOST_ROWS {
            let words =
                format!("页码应从1起，每页1至{MOST_ROWS}行；请求第{number}页，每页{size}行");
            return Err(Refused::new(Reason::Content, words));
        }
        let total = all.len();
        let first = (number - 1).saturating_mul(size);
        let rows = all.into_iter().skip(first).take(size).collect();
        Ok(Page { rows, number, size, pages: total.div_ceil(size), total })
    }
}

/// Which items are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ItemsAsked {
    /// Valid on this day; `None`: any span.
    pub day: Option<Date>,
    /// This code only; empty: all.
    pub code: Arc<str>,
    /// Names that contain this; empty: all.
    pub name: Arc<str>,
    /// 目录类别; empty: all.
    pub list: Arc<str>,
    /// 医疗收费项目类别; empty: all.
    pub charge_type: Arc<str>,
    /// 甲乙丙; `None`: all.
    pub class: Option<CatalogueClass>,
    /// 限制使用 or not; `None`: both.
    pub restricted: Option<bool>,
    /// First day not before this.
    pub from: Option<Date>,
    /// Last day not after this.
    pub to: Option<Date>,
    /// Valid on this day or later.
    pub open_on: Option<Date>,
    /// Over before this day.
    pub over_by: Option<Date>,
}

impl ItemsAsked {
    fn take(&self, listing: &Listing) -> bool {
        let equal = |asked: &str, value: &str| asked.is_empty() || asked == value;
        self.day.is_none_or(|day| listing.from <= day && day <= listing.to)
            && listing.name.contains(&*self.name)
            && equal(&self.list, listing.list())
            && equal(&self.charge_type, &listing.detail.charge_type)
            && self.class.is_none_or(|class| class == listing.class)
            && self.restricted.is_none_or(|restricted| restricted == listing.detail.restricted)
            && self.from.is_none_or(|day| day <= listing.from)
            && self.to.is_none_or(|day| listing.to <= day)
            && self.open_on.is_none_or(|day| day <= listing.to)
            && self.over_by.is_none_or(|day| listing.to < day)
    }

    fn all(&self, directory: &Directory) -> Vec<Arc<Listing>> {
        let code = &*self.code;
        let spans = if code.is_empty() { directory.items() } else { directory.spans(code) };
        spans.iter().filter(|listing| self.take(listing)).cloned().collect()
    }
}

/// Spans of items, by code and first day.
///
/// # Errors
/// [`Reason::Content`] for an impossible page.
pub fn items(
    directory: &Directory,
    asked: &ItemsAsked,
    page: PageAsked,
) -> Result<Page<Arc<Listing>>, Refused> {
    Page::of(asked.all(directory), page)
}

/// A ceiling price 限价 of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CeilingRow {
    /// The item's span.
    pub listing: Arc<Listing>,
    /// At institutions of this level; `None`: of every level without a ceiling of its own.
    pub level: Option<Level>,
    /// Millionths of a yuan a unit.
    pub ceiling: i64,
}

/// Ceiling prices at the levels that fit, by code, first day and level.
///
/// # Errors
/// [`Reason::Content`] for an impossible page.
pub fn ceilings(
    directory: &Directory,
    asked: &ItemsAsked,
    fits: &dyn Fn(Option<Level>) -> bool,
    page: PageAsked,
) -> Result<Page<CeilingRow>, Refused> {
    let of = |listing: Arc<Listing>| {
        let general = listing.detail.ceiling.map(|ceiling| (None, ceiling));
        let by_level = listing.detail.ceilings.iter();
        let by_level = by_level.map(|(level, ceiling)| (Level::from_code(level), *ceiling));
        let all = general.into_iter().chain(by_level);
        let all: Vec<_> = all.filter(|(level, _)| fits(*level)).collect();
        let row = move |(level, ceiling)| CeilingRow { listing: listing.clone(), level, ceiling };
        all.into_iter().map(row)
    };
    Page::of(asked.all(directory).into_iter().flat_map(of).collect(), page)
}

/// A first-pay ratio 先自付比例 of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RatioRow {
    /// The item's span.
    pub listing: Arc<Listing>,
    /// Ten-thousandths: none of class A, all of class C.
    pub ratio: i32,
}

/// First-pay ratios, by code and first day.
///
/// # Errors
/// [`Reason::Content`] for an impossible page.
pub fn ratios(
    directory: &Directory,
    asked: &ItemsAsked,
    page: PageAsked,
) -> Result<Page<RatioRow>, Refused> {
    let of = |listing: Arc<Listing>| {
        let ratio = match listing.class {
            CatalogueClass::A => 0,
            CatalogueClass::B => listing.detail.first_pay,
            CatalogueClass::C => 10_000,
        };
        RatioRow { listing, ratio }
    };
    Page::of(asked.all(directory).into_iter().map(of).collect(), page)
}

/// Rows of an institution's mapping that fit, by its own codes.
///
/// # Errors
/// [`Reason::Content`] for an impossible page, or what the store says.
pub fn mappings(
    queries: &dyn Queries,
    area: Area,
    institution: &str,
    fits: &dyn Fn(&Mapping) -> bool,
    page: PageAsked,
) -> Result<Page<Mapping>, Refused> {
    let mut all = Vec::new();
    let mut after: Option<Arc<str>> = Some("".into());
    while let Some(from) = after {
        let (rows, next) = desk::mappings(queries, area, institution, &from, MAPPINGS)?;
        all.extend(rows.into_iter().filter(fits));
        after = next;
    }
    Page::of(all, page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_one() {
        let page = |number, rows| Page::of((1..=5).collect(), PageAsked { number, rows });
        let second = page(2, 2).unwrap();
        assert_eq!((second.rows, second.pages, second.total), (vec![3, 4], 3, 5));
        assert!(page(4, 2).unwrap().rows.is_empty());
        assert!(page(usize::MAX, 2).unwrap().rows.is_empty());
        let words = page(0, 2).unwrap_err().value;
        assert_eq!(words, "页码应从1起，每页1至1000行；请求第0页，每页2行");
        assert!(page(1, 1_001).is_err() && page(1, 0).is_err());
    }
}
