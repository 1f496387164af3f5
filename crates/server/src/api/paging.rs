//! Pages: `limit` rows after the cursor `after`; the answer's `next` is the cursor of the page that follows, and is absent at
//! the end. A cursor says nothing to its user.

use super::problem::{Kind, Problem};
use super::shape::{self, Field, Given, maybe};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The most rows of a page.
pub const MOST: usize = 200;
/// Rows of a page, unless something else is asked.
const USUAL: usize = 50;
/// Between the parts of a cursor: stands in no code.
const BETWEEN: char = '\u{1f}';

/// What every endpoint that answers pages takes.
pub const FIELDS: &[Field] = &[
    maybe(
        "limit",
        shape::Kind::Whole,
        "每页行数，1至200，缺省50",
        "rows, 1 to 200; 50 if not given",
    ),
    maybe("after", shape::Kind::Text, "上一页的next", "`next` of the page before"),
];

/// Which page is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// Rows.
    pub limit: usize,
    /// The key after which it begins, in parts; `None`: at the beginning.
    pub after: Option<Vec<String>>,
}

impl Page {
    /// Reads what was asked.
    ///
    /// # Errors
    /// A limit that is too small or large, a cursor that is none.
    pub fn of(query: &Given) -> Result<Page, Problem> {
        let limit = match query.whole("limit") {
            None => USUAL,
            Some(asked) => usize::try_from(asked)
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| {
                let right = format!("应为1至{MOST}");
                Problem::field(Kind::FieldForm, "limit", &asked.to_string(), right)
            })?,
        };
        let after = match query.text("after") {
            "" => None,
            cursor => Some(read(cursor).ok_or_else(|| {
                Problem::field(Kind::FieldForm, "after", cursor, "应为上一页的next")
            })?),
        };
        Ok(Page { limit, after })
    }

    /// A part of the key after which the page begins; empty at the beginning.
    #[must_use]
    pub fn part(&self, place: usize) -> &str {
        self.after.as_ref().and_then(|parts| parts.get(place)).map_or("", String::as_str)
    }

    /// The rows asked of a store: one more, to know whether there is a next page.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.limit + 1
    }

    /// The rows of a sorted list that the page needs.
    pub fn select<T>(
        &self,
        rows: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> Vec<String>,
    ) -> Vec<T> {
        let later = |row: &T| self.after.as_ref().is_none_or(|after| key(row) > *after);
        rows.into_iter().filter(later).take(self.asked()).collect()
    }

    /// The answer, from at most [`Page::asked`] rows.
    ///
    /// # Errors
    /// That of a row.
    pub fn answer<T>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> Vec<String>,
        tell: impl Fn(&T) -> Result<Value, Problem>,
    ) -> Result<Value, Problem> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(|last| cursor(&key(last)));
        let items = rows.iter().map(tell).collect::<Result<Vec<_>, _>>()?;
        Ok(match next {
            Some(next) => json!({"items": items, "next": next}),
            None => json!({"items": items}),
        })
    }
}

fn cursor(parts: &[String]) -> String {
    URL_SAFE_NO_PAD.encode(parts.join(&BETWEEN.to_string()))
}

fn read(cursor: &str) -> Option<Vec<String>> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    Some(text.split(BETWEEN).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let parts = vec!["99500000001".to_owned(), "测试".to_owned()];
        assert_eq!(read(&cursor(&parts)), Some(parts));
        assert_eq!(read("*"), None);
    }
}
