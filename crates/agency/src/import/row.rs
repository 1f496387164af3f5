//! One row of a table, and what the text of its cells means.

use super::column::{Column, FLAGS, Values, Word};
use super::fault::{Fault, Reason};
use kernel::{Date, Fen, Moment, Month, Rate};
use std::sync::Arc;

/// The value of a cell, or what is wrong with it.
pub(super) type Read<T> = Result<T, Box<Fault>>;

/// A row, its cells in the order of the table's columns.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) columns: &'static [Column],
    pub(super) cells: &'a [&'a str],
}

impl<'a> Row<'a> {
    /// The text of a cell, without white space around.
    pub(super) fn text(&self, at: impl Into<usize>) -> &'a str {
        self.cells.get(at.into()).map_or("", |cell| cell.trim())
    }

    /// A fault of a column.
    pub(super) fn fault<T>(&self, at: impl Into<usize>, reason: Reason) -> Read<T> {
        let at = at.into();
        Err(Box::new(Fault::at(&self.columns[at], self.text(at), reason)))
    }

    /// Text that fits the column: its length, and its form if it is a code; empty only where it may be.
    pub(super) fn code(&self, at: impl Into<usize>) -> Read<Arc<str>> {
        let at = at.into();
        let (column, text) = (&self.columns[at], self.text(at));
        if text.is_empty() {
            return match column.need {
                super::Need::Always => self.fault(at, Reason::Missing),
                _ => Ok(Arc::default()),
            };
        }
        if text.ends_with('≈') {
            return self.fault(at, Reason::Rounded);
        }
        if fits(column.values, text) { Ok(Arc::from(text)) } else { self.fault(at, Reason::Form) }
    }

    /// As [`Row::code`], and never empty.
    pub(super) fn needed(&self, at: impl Into<usize>) -> Read<Arc<str>> {
        let at = at.into();
        if self.text(at).is_empty() {
            return self.fault(at, Reason::Missing);
        }
        self.code(at)
    }

    /// A day.
    pub(super) fn date(&self, at: impl Into<usize>) -> Read<Option<Date>> {
        let at = at.into();
        let text = self.text(at);
        let day = Date::parse(text).or_else(|| moment_of(text).map(Moment::date));
        if text.is_empty() { self.empty(at) } else { self.some(at, day) }
    }

    /// A day, or a day and a time.
    pub(super) fn moment(&self, at: impl Into<usize>) -> Read<Option<Moment>> {
        let at = at.into();
        let text = self.text(at);
        if text.is_empty() { self.empty(at) } else { self.some(at, moment_of(text)) }
    }

    /// An amount.
    pub(super) fn money(&self, at: impl Into<usize>) -> Read<Option<Fen>> {
        let at = at.into();
        let text = self.text(at);
        let amount = Fen::parse_yuan(text).ok().filter(|amount| !amount.is_negative());
        let amount = amount.filter(|amount| *amount <= Fen::MAX_AMOUNT);
        if text.is_empty() { self.empty(at) } else { self.some(at, amount) }
    }

    /// A price, in millionths of a yuan.
    pub(super) fn price(&self, at: impl Into<usize>) -> Read<Option<i64>> {
        let at = at.into();
        let text = self.text(at);
        if text.is_empty() { self.empty(at) } else { self.some(at, millionths(text)) }
    }

    /// A share.
    pub(super) fn rate(&self, at: impl Into<usize>) -> Read<Option<Rate>> {
        let at = at.into();
        let text = self.text(at);
        let rate = Rate::parse(text).ok().filter(|rate| rate.is_share());
        if text.is_empty() { self.empty(at) } else { self.some(at, rate) }
    }

    /// A year.
    pub(super) fn year(&self, at: impl Into<usize>) -> Read<i32> {
        let at = at.into();
        let text = self.text(at);
        if text.is_empty() {
            return self.fault(at, Reason::Missing);
        }
        let year = text.parse().ok().filter(|year| text.len() == 4 && *year >= 1900);
        year.map_or_else(|| self.fault(at, Reason::Form), Ok)
    }

    /// A month, or a day of it, as spreadsheets make of one.
    pub(super) fn month(&self, at: impl Into<usize>) -> Read<Month> {
        let at = at.into();
        let text = self.text(at);
        if text.is_empty() {
            return self.fault(at, Reason::Missing);
        }
        month_of(text).map_or_else(|| self.fault(at, Reason::Form), Ok)
    }

    /// Yes or no; empty is no.
    pub(super) fn flag(&self, at: impl Into<usize>) -> Read<bool> {
        let at = at.into();
        let text = self.text(at).to_lowercase();
        let found = FLAGS.iter().find(|(word, _)| *word == text);
        match found {
            Some((_, flag)) => Ok(*flag),
            None if text.is_empty() => Ok(false),
            None => self.fault(at, Reason::Form),
        }
    }

    /// The code of a word of the column's list; empty only where it may be.
    pub(super) fn word(&self, at: impl Into<usize>) -> Read<&'static str> {
        let at = at.into();
        let Values::Word(words) = self.columns[at].values else {
            return self.fault(at, Reason::Form);
        };
        let text = self.text(at);
        match (text.is_empty(), self.columns[at].need) {
            (true, super::Need::Always) => self.fault(at, Reason::Missing),
            (true, _) => Ok(""),
            (false, _) => self.one_of(at, text, &words()),
        }
    }

    /// The codes of the words of a cell.
    pub(super) fn words(&self, at: impl Into<usize>) -> Read<Vec<&'static str>> {
        let at = at.into();
        let Values::Words(words) = self.columns[at].values else {
            return self.fault(at, Reason::Form);
        };
        let words = words();
        let texts = self.text(at).split([';', '；']).map(str::trim);
        texts.filter(|text| !text.is_empty()).map(|text| self.one_of(at, text, &words)).collect()
    }

    fn one_of(&self, at: usize, text: &str, words: &[Word]) -> Read<&'static str> {
        let same = |word: &&Word| {
            word.0.eq_ignore_ascii_case(text) || word.1 == text || word.2.contains(&text)
        };
        match words.iter().find(same) {
            Some((code, ..)) => Ok(code),
            None => {
                let known = words.iter().map(|(code, zh, _)| format!("{code}（{zh}）")).collect();
                self.fault(at, Reason::Word(known))
            }
        }
    }

    fn empty<T>(&self, at: usize) -> Read<Option<T>> {
        match self.columns[at].need {
            super::Need::Always => self.fault(at, Reason::Missing),
            _ => Ok(None),
        }
    }

    fn some<T>(&self, at: usize, value: Option<T>) -> Read<Option<T>> {
        match value {
            Some(value) => Ok(Some(value)),
            None => self.fault(at, Reason::Form),
        }
    }
}

/// Whether a text is what a column of texts and codes holds.
fn fits(values: Values, text: &str) -> bool {
    let plain = !text.contains(char::is_whitespace) && !text.contains(char::is_control);
    match values {
        Values::Text(most) => text.chars().count() <= most,
        Values::Code(most) => plain && text.chars().count() <= most,
        Values::Person => plain && text.chars().count() <= 30,
        Values::Institution => is_institution(text),
        _ => plain,
    }
}

/// `H` or `P` and eleven digits.
pub(super) fn is_institution(text: &str) -> bool {
    let (kind, digits) = text.split_at_checked(1).unwrap_or(("", ""));
    let number = digits.len() == 11 && digits.bytes().all(|byte| byte.is_ascii_digit());
    matches!(kind, "H" | "P") && number
}

/// Any form the kernel reads, and hours of one digit as spreadsheets write them.
fn moment_of(text: &str) -> Option<Moment> {
    Moment::parse(text).or_else(|| {
        let (day, time) = text.split_once([' ', 'T'])?;
        let hour = time.split(':').next().filter(|hour| hour.len() == 1)?;
        hour.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        Moment::parse(&format!("{day} 0{time}"))
    })
}

/// `2024-03`, `2024-3`, `2024/03`, `202403`, `2024年3月`, or a day of the month.
fn month_of(text: &str) -> Option<Month> {
    let plain = text.trim_end_matches('月').replace(['/', '年', '.'], "-");
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit());
    let split = plain.split_at_checked(4).filter(|_| digits && plain.len() == 6);
    let month = split.and_then(|(year, month)| Month::new(year.parse().ok()?, month.parse().ok()?));
    let day = || Date::parse(text).or_else(|| moment_of(text).map(Moment::date));
    month.or_else(|| Month::parse(&plain)).or_else(|| day().map(Date::month))
}

/// Yuan with at most six decimals, in millionths.
fn millionths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = !whole.is_empty() && digits(whole) && digits(part) && part.len() <= 6;
    let price: i64 = plain.then(|| format!("{whole}{part:0<6}").parse().ok()).flatten()?;
    (price <= 1_000_000_000_000_000).then_some(price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Need, column};

    column::columns! {
        Code Always Values::Code(5), "code", "编码", "A-1", "", "";
        Day Never Values::Date, "day", "日期", "2024-03-01", "", "";
        Price Never Values::Price, "price", "单价", "1.5", "", "";
        Level Never Values::Word(column::kernel_words!(kernel::Level, "1" = &["一级甲等"])), "level", "等级", "1", "", "";
    }

    fn row<'a>(cells: &'a [&'a str]) -> Row<'a> {
        Row { columns: COLUMNS, cells }
    }

    #[test]
    fn a_cell_that_is_not_what_its_column_holds_says_what_would_be_right() {
        let said = |fault: Box<Fault>| fault.text(false);
        assert_eq!(&*row(&[" A-1 "]).code(At::Code).unwrap(), "A-1");
        let missing = said(row(&[""]).code(At::Code).unwrap_err());
        assert_eq!(missing, "code（编码）：不能为空；应填编码，最多 5 字，不含空白");
        let long = said(row(&["A-12345"]).code(At::Code).unwrap_err());
        assert_eq!(long, "code（编码）“A-12345”：应为编码，最多 5 字，不含空白");
        let rounded = row(&["12345678901234567≈"]).code(At::Code).unwrap_err();
        assert_eq!(rounded.reason, Reason::Rounded);
        let day = said(row(&["A", "2024-02-30"]).date(At::Day).unwrap_err());
        assert_eq!(day, "day（日期）“2024-02-30”：应为日期，如 2024-03-01");
        assert!(matches!(COLUMNS[1].need, Need::Never));
    }

    #[test]
    fn words_are_read_by_code_by_name_and_by_what_else_they_are_called() {
        for text in ["1", "一级", "一级甲等"] {
            assert_eq!(row(&["A", "", "", text]).word(At::Level).unwrap(), "1", "{text}");
        }
        let fault = row(&["A", "", "", "四级"]).word(At::Level).unwrap_err();
        assert!(
            fault.text(false).ends_with("可用：0（未定级/社区）、1（一级）、2（二级）、3（三级）")
        );
    }

    #[test]
    fn prices_keep_six_decimals() {
        assert_eq!(row(&["A", "", "1.234567"]).price(At::Price).unwrap(), Some(1_234_567));
        assert_eq!(row(&["A", "", "3.1000000000"]).price(At::Price).unwrap(), Some(3_100_000));
        for text in ["-1", "1.2345678", "1e3", "99999999999999999999"] {
            assert!(row(&["A", "", text]).price(At::Price).is_err(), "{text}");
        }
    }
}
