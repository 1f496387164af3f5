//! The TXT files of the national interface: UTF-8, one row a line, values separated by TAB, an empty value written `null`,
//! the whole zipped. Plain text that is not zipped is read too.

use crate::reason::{Reason, Refused};
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The most that a file may unpack to, bytes.
pub const MAX_UNPACKED: u64 = 256 << 20;
/// The longest line, bytes.
const MAX_LINE: u64 = 64 << 10;
/// How an empty value is written.
const NULL: &str = "null";

/// Takes a row: its line number and its values, `None` where a value is empty.
pub type Take<'a> = &'a mut dyn FnMut(usize, &[Option<&str>]) -> Result<(), Refused>;

/// Reads every row of a file of so many columns. Empty lines are passed over.
///
/// # Errors
/// [`Reason::FileUnreadable`] naming the line, or what the taker says.
pub fn read(file: &[u8], columns: usize, take: Take<'_>) -> Result<(), Refused> {
    if !file.starts_with(b"PK") {
        return read_text(file, columns, take);
    }
    let unreadable = |error| unreadable(format!("压缩包损坏（{error}）"));
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(unreadable)?;
    let folder = |index: usize| {
        archive.name_for_index(index).and_then(Result::ok).is_some_and(|name| name.ends_with('/'))
    };
    let files: Vec<usize> = (0..archive.len()).filter(|&index| !folder(index)).collect();
    let [only] = files[..] else {
        return Err(self::unreadable(format!("压缩包内应有1个TXT文件，实有{}个", files.len())));
    };
    let text = archive.by_index(only).map_err(unreadable)?;
    read_text(text, columns, take)
}

/// Reads rows of text that is not packed.
fn read_text(text: impl Read, columns: usize, take: Take<'_>) -> Result<(), Refused> {
    let mut text = BufReader::new(text.take(MAX_UNPACKED + 1));
    let (mut line, mut number, mut size) = (Vec::new(), 0, 0);
    loop {
        line.clear();
        let length = (&mut text)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|error| unreadable(format!("第{}行读取失败（{error}）", number + 1)))?;
        if length == 0 {
            return Ok(());
        }
        number += 1;
        size += u64::try_from(length).unwrap_or(u64::MAX);
        if size > MAX_UNPACKED {
            return Err(unreadable(format!("解压后超过{}MB", MAX_UNPACKED >> 20)));
        }
        if line.last() != Some(&b'\n') && length as u64 == MAX_LINE {
            return Err(unreadable(format!("第{number}行超过{}KB", MAX_LINE >> 10)));
        }
        let Ok(row) = std::str::from_utf8(&line) else {
            return Err(unreadable(format!("第{number}行不是UTF-8编码")));
        };
        let row = row.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        if row.trim().is_empty() {
            continue;
        }
        let values: Vec<Option<&str>> = row.split('\t').map(value).collect();
        if values.len() != columns {
            let words = format!("第{number}行应有{columns}列（TAB分隔），实有{}列", values.len());
            return Err(unreadable(words));
        }
        take(number, &values)?;
    }
}

/// A letter that cannot break a row: control characters and marks of byte order become blanks.
fn plain(letter: char) -> char {
    if letter.is_control() || letter == '\u{feff}' { ' ' } else { letter }
}

/// A value, or nothing.
fn value(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !text.eq_ignore_ascii_case(NULL)).then_some(text)
}

fn unreadable(words: String) -> Refused {
    Refused::new(Reason::FileUnreadable, words)
}

/// Writes a zipped file of rows.
pub struct TextFile {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    line: String,
}

impl TextFile {
    /// An empty file that unpacks to this name.
    ///
    /// # Errors
    /// The packer's.
    pub fn new(name: &str) -> std::io::Result<TextFile> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default())?;
        Ok(TextFile { zip, line: String::new() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The packer's.
    pub fn row(&mut self, values: &[&str]) -> std::io::Result<()> {
        self.line.clear();
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                self.line.push('\t');
            }
            match value.is_empty() {
                true => self.line.push_str(NULL),
                false => self.line.extend(value.chars().map(plain)),
            }
        }
        self.line.push('\n');
        self.zip.write_all(self.line.as_bytes())
    }

    /// The packed bytes.
    ///
    /// # Errors
    /// The packer's.
    pub fn finish(self) -> std::io::Result<Vec<u8>> {
        Ok(self.zip.finish()?.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(file: &[u8], columns: usize) -> Result<Vec<Vec<Option<String>>>, String> {
        let mut rows = Vec::new();
        let mut take = |_: usize, row: &[Option<&str>]| {
            rows.push(row.iter().map(|value| value.map(str::to_owned)).collect());
            Ok(())
        };
        read(file, columns, &mut take).map_err(|refused| refused.value)?;
        Ok(rows)
    }

    fn row(values: &[Option<&str>]) -> Vec<Option<String>> {
        values.iter().map(|value| value.map(str::to_owned)).collect()
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut file = TextFile::new("result.txt").unwrap();
        file.row(&["P1", "", "12.30"]).unwrap();
        file.row(&["a\tb\nc", "测试甲", "null"]).unwrap();
        let packed = file.finish().unwrap();
        let expected = vec![
            row(&[Some("P1"), None, Some("12.30")]),
            row(&[Some("a b c"), Some("测试甲"), None]),
        ];
        assert_eq!(rows(&packed, 3), Ok(expected));
    }

    #[test]
    fn plain_text_of_any_line_ending_is_read() {
        let text = "\u{feff}P1\tnull\t1.00\r\n\r\nP2\tNULL\t\n";
        let expected = vec![row(&[Some("P1"), None, Some("1.00")]), row(&[Some("P2"), None, None])];
        assert_eq!(rows(text.as_bytes(), 3), Ok(expected));
        assert_eq!(rows(b"", 3), Ok(vec![]));
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let wrong = |file: &[u8], words: &str| {
            let answer = rows(file, 2);
            assert_eq!(answer.as_ref().err().map(String::as_str), Some(words), "{answer:?}");
        };
        wrong(b"a\tb\nc\n", "第2行应有2列（TAB分隔），实有1列");
        wrong(b"a\t\xff\xfe\n", "第1行不是UTF-8编码");
        let long = [b"a\tb\n".to_vec(), vec![b'x'; 70 << 10]].concat();
        wrong(&long, "第2行超过64KB");
        assert!(rows(b"PK\x03\x04 and nothing more", 2).unwrap_err().starts_with("压缩包损坏"));
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("a.txt", SimpleFileOptions::default()).unwrap();
        zip.start_file("b.txt", SimpleFileOptions::default()).unwrap();
        let two = zip.finish().unwrap().into_inner();
        wrong(&two, "压缩包内应有1个TXT文件，实有2个");
    }

    /// The same line for ever.
    struct Endless<'a>(&'a [u8], usize);

    impl Read for Endless<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let read = (&self.0[self.1..]).read(into)?;
            self.1 = (self.1 + read) % self.0.len();
            Ok(read)
        }
    }

    #[test]
    fn a_file_that_unpacks_to_too_much_is_refused() {
        let line = format!("a\t{}\n", "x".repeat(60_000));
        let endless = Endless(line.as_bytes(), 0);
        let refused = read_text(endless, 2, &mut |_, _| Ok(())).unwrap_err();
        assert_eq!(refused.value, "解压后超过256MB");
    }

    proptest::proptest! {
        #[test]
        fn any_row_reads_back_as_it_was_but_for_control_characters(
            values in proptest::collection::vec(".{0,20}", 3),
        ) {
            let mut file = TextFile::new("result.txt").unwrap();
            let told: Vec<&str> = values.iter().map(String::as_str).collect();
            file.row(&told).unwrap();
            let expected = values.iter().map(|text| {
                let text: String = text.chars().map(plain).collect();
                value(&text).map(str::to_owned)
            });
            let expected: Vec<Option<String>> = expected.collect();
            let read = rows(&file.finish().unwrap(), 3).unwrap();
            proptest::prop_assert_eq!(read, vec![expected]);
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(0..=255_u8, 0..200)) {
            let _ = rows(&bytes, 3);
            let _ = rows(&[b"PK\x03\x04", &bytes[..]].concat(), 3);
        }
    }
}
