//! Which cell of a row is which column.

use anyhow::{Result, bail};

use super::columns::{Column, Need};
use super::values::trimmed;
use super::words;
use crate::formats::Row;
use crate::lang::Lang;

/// Where each column stands in the rows of a file.
#[derive(Clone, Debug)]
pub struct Header {
    /// The file's own names.
    pub names: Vec<String>,
    /// The format has no header: names are all columns there could be.
    pub fixed: bool,
    places: [u16; Column::COUNT],
    /// Rows may carry fee lines.
    pub lines: bool,
}

const NOWHERE: u16 = u16::MAX;

impl Header {
    /// Finds the columns; `warn` hears of names that are none.
    ///
    /// # Errors
    /// A column twice, or one missing without which no bill can be read.
    pub fn new(
        names: &[String],
        fixed: bool,
        lang: Lang,
        warn: &mut dyn FnMut(String),
    ) -> Result<Header> {
        let mut places = [NOWHERE; Column::COUNT];
        for (place, name) in (0..NOWHERE).zip(names) {
            let Some(column) = Column::named(name) else {
                if !name.is_empty() && !name.starts_with("reject_") {
                    warn(stray(name, lang));
                }
                continue;
            };
            if places[column as usize] != NOWHERE {
                let name = column.info().name;
                bail!(
                    "{}",
                    lang.choose(
                        || format!("列 {name} 出现两次"),
                        || format!("column {name} stands twice")
                    )
                );
            }
            places[column as usize] = place;
        }
        let has = |column: Column| places[column as usize] != NOWHERE;
        let needed = Column::ALL.iter().filter(|column| column.info().need == Need::Always);
        let missing: Vec<String> =
            needed.filter(|column| !has(**column)).map(|column| both_names(*column)).collect();
        if !missing.is_empty() {
            let missing = missing.join(lang.pick("、", ", "));
            let found = names.join(lang.pick("、", ", "));
            bail!(
                "{}",
                lang.choose(
                    || format!("缺少列 {missing}；表头是：{found}"),
                    || format!("missing column {missing}; the header is: {found}"),
                )
            );
        }
        let lines = Column::ALL.iter().any(|column| column.of_line() && has(*column));
        Ok(Header { names: names.to_vec(), fixed, places, lines })
    }

    /// True if the file has the column.
    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.places[column as usize] != NOWHERE
    }

    /// The text under a column, without white space around; empty if there is no such column.
    #[inline]
    #[must_use]
    pub fn cell<'a>(&self, row: &Row<'a>, column: Column) -> &'a str {
        match self.places[column as usize] {
            NOWHERE => "",
            place => trimmed(row.cell(usize::from(place))),
        }
    }

    /// The row carries a fee line.
    #[must_use]
    pub fn has_line(&self, row: &Row<'_>) -> bool {
        self.lines
            && [Column::Amount, Column::Class, Column::UnitPrice]
                .iter()
                .any(|column| !self.cell(row, *column).is_empty())
    }
}

fn both_names(column: Column) -> String {
    let info = column.info();
    format!("{}（{}）", info.name, info.zh)
}

/// About a name that is no column.
#[must_use]
pub fn stray(name: &str, lang: Lang) -> String {
    let infos = Column::ALL.iter().map(|column| column.info());
    let known: Vec<&str> = infos.flat_map(|info| [info.name, info.zh]).collect();
    match (words::nearest(name, known), lang) {
        (Some(near), Lang::Zh) => format!("不认识的列 {name}，已忽略；是不是 {near}？"),
        (None, Lang::Zh) => format!("不认识的列 {name}，已忽略"),
        (Some(near), Lang::En) => format!("unknown column {name} is ignored; did you mean {near}?"),
        (None, Lang::En) => format!("unknown column {name} is ignored"),
    }
}
