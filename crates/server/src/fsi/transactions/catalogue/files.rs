//! What a catalogue file holds: which rows, and what stands in each column. As data, in `files.tsv`: a line `> 1301 items
//! 101` (tabs between) begins a file with the items of a list, the `diseases` of the region's law, or `nothing`; the lines
//! after it are its columns in their order: national name, 中文名, and the word for what stands there, empty where the books
//! do not know.

use crate::fsi::transactions::national;
use agency::directory::{Directory, Listing};
use agency::reconcile::txt::TextFile;
use agency::regions::Law;
use agency::{Reason, Refused};
use kernel::Date;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

/// A catalogue that is fetched as a file.
#[derive(Debug)]
pub(super) struct File {
    /// Its transaction.
    pub(super) number: &'static str,
    rows: Rows,
    columns: Vec<Column>,
}

/// What its rows are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rows {
    /// Items of a list (national `list_type`).
    Items(&'static str),
    /// Diseases of the region's law.
    Diseases,
    /// The books hold nothing of the kind.
    Nothing,
}

/// A column: 中文名, and the word for what stands there.
#[derive(Debug)]
struct Column {
    holds: &'static str,
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| read(include_str!("files.tsv")));

fn read(text: &'static str) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match (&cells[..], files.last_mut()) {
            ([first, rows, list], _) if first.starts_with("> ") => {
                let rows = match *rows {
                    "items" => Rows::Items(list),
                    "diseases" => Rows::Diseases,
                    _ => Rows::Nothing,
                };
                files.push(File { number: &first[2..], rows, columns: Vec::new() });
            }
            ([_, _, holds], Some(file)) => file.columns.push(Column { holds }),
            _ => {}
        }
    }
    files
}

/// The file of a transaction.
pub(super) fn file(number: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.number == number)
}

/// 版本号 of an area's catalogue: it grows with every change.
pub(super) fn version(directory: &Directory) -> String {
    format!("V{:010}", directory.revision())
}

/// One row of a file.
enum Line<'a> {
    Item(&'a Listing),
    Disease { code: &'a str, name: &'a str },
}

impl File {
    /// How many rows it has.
    pub(super) fn count(&self, directory: &Directory, law: Option<&Law>) -> usize {
        self.lines(directory, law).len()
    }

    /// The file, zipped.
    pub(super) fn pack(
        &self,
        directory: &Directory,
        law: Option<&Law>,
        today: Date,
    ) -> Result<Vec<u8>, Refused> {
        let packed = |_| Refused::new(Reason::Conflict, "目录文件打包失败");
        let mut file = TextFile::new(&format!("{}.txt", self.number)).map_err(packed)?;
        let version = version(directory);
        let area = directory.area().to_string();
        for line in self.lines(directory, law) {
            let value = |column: &Column| match column.holds {
                "area" => Cow::Borrowed(&*area),
                "version" => Cow::Borrowed(&*version),
                "version-name" => Cow::Owned(format!("{area}医保目录{version}")),
                holds => line.value(holds, today),
            };
            let values: Vec<Cow<'_, str>> = self.columns.iter().map(value).collect();
            let values: Vec<&str> = values.iter().map(|value| &**value).collect();
            file.row(&values).map_err(packed)?;
        }
        file.finish().map_err(packed)
    }

    fn lines<'a>(&self, directory: &'a Directory, law: Option<&'a Law>) -> Vec<Line<'a>> {
        match self.rows {
            Rows::Nothing => Vec::new(),
            Rows::Items(list) => {
                let all = directory.items().iter().map(Arc::as_ref);
                all.filter(|item| item.list() == list).map(Line::Item).collect()
            }
            Rows::Diseases => {
                let all = law.map_or(&[][..], |law| &law.timeline.vocabulary.diseases);
                all.iter().map(|it| Line::Disease { code: &it.code, name: &it.zh }).collect()
            }
        }
    }
}

impl<'a> Line<'a> {
    /// What stands in a column; empty if the books do not know.
    fn value(&self, holds: &str, today: Date) -> Cow<'a, str> {
        let Line::Item(item) = self else { return self.of_disease(holds) };
        let detail = &item.detail;
        let flag = |flag: bool| Cow::Borrowed(if flag { "1" } else { "0" });
        match holds {
            "code" => Cow::Borrowed(&*item.code),
            "name" => Cow::Borrowed(&*item.name),
            "form" => Cow::Borrowed(&*detail.form),
            "spec" => Cow::Borrowed(&*detail.spec),
            "unit" => Cow::Borrowed(&*detail.unit),
            "manufacturer" => Cow::Borrowed(&*detail.manufacturer),
            "approval" => Cow::Borrowed(&*detail.approval),
            "charge" => Cow::Borrowed(&*detail.charge_type),
            "restriction" => Cow::Borrowed(&*detail.restriction),
            "class" => Cow::Borrowed(national::charge_level(&item.detail.class)),
            "patent" => flag(&*detail.charge_type == "11"),
            "restricted" => flag(detail.restricted),
            "essential" => flag(detail.essential),
            "negotiated" => flag(detail.negotiated),
            "valid" => flag(today <= item.to),
            "from" => Cow::Owned(item.from.to_string()),
            "to" if item.to != Date::MAX => Cow::Owned(item.to.to_string()),
            "record" => Cow::Owned(national::record(&item.code, item.from, "")),
            _ => Cow::Borrowed(""),
        }
    }

    fn of_disease(&self, holds: &str) -> Cow<'a, str> {
        match (self, holds) {
            (Line::Disease { code, .. }, "code" | "record") => Cow::Borrowed(code),
            (Line::Disease { name, .. }, "name") => Cow::Borrowed(name),
            (_, "valid") => Cow::Borrowed("1"),
            _ => Cow::Borrowed(""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word that a column may hold.
    const WORDS: &[&str] = &[
        "",
        "code",
        "name",
        "form",
        "spec",
        "unit",
        "manufacturer",
        "approval",
        "charge",
        "restriction",
        "class",
        "patent",
        "restricted",
        "essential",
        "negotiated",
        "valid",
        "from",
        "to",
        "record",
        "area",
        "version",
        "version-name",
    ];

    #[test]
    fn every_file_has_its_columns_and_every_word_is_known() {
        let counts: Vec<_> = FILES.iter().map(|it| (it.number, it.columns.len())).collect();
        assert_eq!(
            counts,
            [
                ("1301", 92),
                ("1302", 29),
                ("1303", 78),
                ("1305", 16),
                ("1306", 71),
                ("1307", 24),
                ("1308", 24),
                ("1309", 16),
                ("1310", 15),
                ("1311", 15),
                ("1313", 11),
                ("1314", 14),
                ("1315", 14)
            ]
        );
        for column in FILES.iter().flat_map(|file| &file.columns) {
            assert!(WORDS.contains(&column.holds), "{}", column.holds);
        }
    }
}
