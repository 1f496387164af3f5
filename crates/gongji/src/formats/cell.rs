//! One value of a table on its way out, and how it is written as text without allocating.

use kernel::{Date, Fen, Moment};

/// What the values of a column are, for formats that have types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// Yuan with two decimals.
    Money,
    /// A day.
    Date,
    /// A point in time.
    Moment,
    /// Yes or no.
    Flag,
    /// A whole number.
    Whole,
}

/// A column of a table to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name in the file.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// One value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text.
    Text(&'a str),
    /// Yuan.
    Money(Fen),
    /// A day.
    Date(Date),
    /// A point in time.
    Moment(Moment),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
}

impl Cell<'_> {
    /// Appends the value as plain text.
    #[inline]
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Cell::Empty => {}
            Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
            Cell::Money(amount) => write_fen(out, *amount),
            Cell::Date(day) => write_date(out, *day),
            Cell::Moment(at) => write_moment(out, *at),
            Cell::Flag(true) => out.extend_from_slice(b"yes"),
            Cell::Flag(false) => out.extend_from_slice(b"no"),
            Cell::Whole(number) => out.extend_from_slice(number.to_string().as_bytes()),
        }
    }

    /// The value as text of its own.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// A value kept while its row waits to be written; text lies in a buffer beside it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Stored {
    /// Nothing.
    Empty,
    /// Text from here to there.
    Text(u32, u32),
    /// Yuan.
    Money(Fen),
    /// A day.
    Date(Date),
    /// A point in time.
    Moment(Moment),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
}

impl Stored {
    /// Keeps a cell.
    pub fn keep(cell: Cell<'_>, text: &mut String) -> Stored {
        match cell {
            Cell::Empty => Stored::Empty,
            Cell::Text(value) => {
                let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
                let start = place(text.len());
                text.push_str(value);
                Stored::Text(start, place(text.len()))
            }
            Cell::Money(amount) => Stored::Money(amount),
            Cell::Date(day) => Stored::Date(day),
            Cell::Moment(at) => Stored::Moment(at),
            Cell::Flag(flag) => Stored::Flag(flag),
            Cell::Whole(number) => Stored::Whole(number),
        }
    }

    /// The cell again.
    #[must_use]
    pub fn cell(self, text: &str) -> Cell<'_> {
        match self {
            Stored::Empty => Cell::Empty,
            Stored::Text(start, end) => {
                Cell::Text(text.get(start as usize..end as usize).unwrap_or_default())
            }
            Stored::Money(amount) => Cell::Money(amount),
            Stored::Date(day) => Cell::Date(day),
            Stored::Moment(at) => Cell::Moment(at),
            Stored::Flag(flag) => Cell::Flag(flag),
            Stored::Whole(number) => Cell::Whole(number),
        }
    }
}

const PAIRS: &[u8; 200] = b"\
0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Two digits.
#[inline]
fn pair(number: usize) -> [u8; 2] {
    let at = number % 100 * 2;
    [PAIRS[at], PAIRS[at + 1]]
}

/// Appends an amount in yuan, as `12.30`.
#[inline]
pub fn write_fen(out: &mut Vec<u8>, amount: Fen) {
    const WIDTH: usize = 24;
    let fen = amount.get().unsigned_abs();
    let digits = |part: u64| usize::try_from(part % 100).unwrap_or(0);
    // From the end: 20 digits, the point and the sign fit.
    let mut text = [0u8; WIDTH];
    let mut at = WIDTH - 3;
    text[at] = b'.';
    text[at + 1..].copy_from_slice(&pair(digits(fen)));
    let mut yuan = fen / 100;
    while yuan >= 10 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&pair(digits(yuan)));
        yuan /= 100;
    }
    if yuan > 0 || at == WIDTH - 3 {
        at -= 1;
        text[at] = pair(digits(yuan))[1];
    }
    if amount.is_negative() {
        at -= 1;
        text[at] = b'-';
    }
    out.extend_from_slice(&text[at..]);
}

/// Appends a day, as `2024-03-01`.
#[inline]
pub fn write_date(out: &mut Vec<u8>, day: Date) {
    let (year, month, of_month) = day.ymd();
    let year = usize::try_from(year).unwrap_or(0);
    let ([a, b], [c, d]) = (pair(year / 100), pair(year % 100));
    let ([e, f], [g, h]) = (pair(usize::from(month)), pair(usize::from(of_month)));
    out.extend_from_slice(&[a, b, c, d, b'-', e, f, b'-', g, h]);
}

/// Appends a point in time, as `2024-03-01 08:30:00`; milliseconds only if there are any.
#[inline]
pub fn write_moment(out: &mut Vec<u8>, at: Moment) {
    const DAY: i64 = 86_400_000;
    write_date(out, at.date());
    let within = usize::try_from(at.0.rem_euclid(DAY)).unwrap_or(0);
    let (seconds, millis) = (within / 1_000, within % 1_000);
    let [a, b] = pair(seconds / 3_600);
    let [c, d] = pair(seconds / 60 % 60);
    let [e, f] = pair(seconds % 60);
    out.extend_from_slice(&[b' ', a, b, b':', c, d, b':', e, f]);
    if millis > 0 {
        let [g, h] = pair(millis / 10);
        out.extend_from_slice(&[b'.', g, h, pair(millis % 10)[1]]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_kernel_shows_them() {
        let amounts = [0, 1, -1, 99, 100, 1_099, 12_345, -99_999, 10_000_000_000_000, i64::MAX];
        for fen in amounts.map(Fen::new) {
            assert_eq!(Cell::Money(fen).text(), fen.to_string());
        }
    }

    #[test]
    fn days_and_times_are_written_as_the_kernel_shows_them() {
        for text in ["0001-01-01", "1999-12-31", "2024-02-29", "9999-12-31"] {
            assert_eq!(Cell::Date(Date::parse(text).unwrap()).text(), text);
        }
        for text in ["2024-02-29 00:00:00", "1950-01-01 23:59:59"] {
            assert_eq!(Cell::Moment(Moment::parse(text).unwrap()).text(), text);
        }
        let with_millis = Moment::parse("2024-02-29 08:01:02.045").unwrap();
        assert_eq!(Cell::Moment(with_millis).text(), "2024-02-29 08:01:02.045");
    }
}
