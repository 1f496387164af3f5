//! A form 表单: what is printed, signed and filed. It is described once, as a value, and written as a page that prints on A4,
//! as a workbook, or on the terminal. Forms are Chinese: they are what the trade's paper is.

mod cheque;
mod html;
mod terminal;
mod workbook;

use crate::lang::Lang;
use anyhow::{Context as _, Result, bail};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use cheque::in_words;

/// A form.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Form {
    /// Its title.
    pub title: String,
    /// Printed across the page.
    pub wide: bool,
    /// What stands on it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// Labels and values, two pairs a line.
    Head(Vec<(String, String)>),
    /// A heading.
    Heading(String),
    /// A line of words.
    Words(String),
    /// A table.
    Table(Table),
    /// Places to sign, side by side, with who signs there.
    Signs(Vec<String>),
}

/// A table of a form.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Table {
    /// Names of the columns; without any there is no header.
    pub columns: Vec<String>,
    /// Rows, each as long as the widest.
    pub rows: Vec<Vec<Value>>,
    /// So many rows at the end are sums.
    pub sums: usize,
}

/// A value in a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Words.
    Words(String),
    /// A number of things, or a figure that is not money, as it is written.
    Number(String),
    /// An amount in fen.
    Money(i64),
}

impl Value {
    /// Words.
    pub fn words(words: impl Into<String>) -> Value {
        Value::Words(words.into())
    }

    /// So many.
    #[expect(clippy::needless_pass_by_value, reason = "numbers, which are copied")]
    pub fn count(count: impl ToString) -> Value {
        Value::Number(count.to_string())
    }
}

impl Form {
    /// An empty form.
    pub fn new(title: impl Into<String>) -> Form {
        Form { title: title.into(), ..Form::default() }
    }

    /// Adds labels and values.
    pub fn head<L: Into<String>>(&mut self, pairs: impl IntoIterator<Item = (L, String)>) {
        let pairs = pairs.into_iter().map(|(label, value)| (label.into(), value)).collect();
        self.blocks.push(Block::Head(pairs));
    }

    /// Adds a heading.
    pub fn heading(&mut self, words: impl Into<String>) {
        self.blocks.push(Block::Heading(words.into()));
    }

    /// Adds a line of words.
    pub fn words(&mut self, words: impl Into<String>) {
        self.blocks.push(Block::Words(words.into()));
    }

    /// Adds a table, unless it has no rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Adds places to sign.
    pub fn signs(&mut self, sides: &[&str]) {
        self.blocks.push(Block::Signs(sides.iter().map(|side| (*side).to_owned()).collect()));
    }

    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// Writes it to the files asked for, or on the terminal if there is none.
    ///
    /// # Errors
    /// A file that exists, or cannot be written.
    pub fn write(&self, to: &FormFiles, lang: Lang, out: &mut dyn Write) -> Result<()> {
        if let Some(path) = &to.html {
            create(path, lang, |file| Ok(file.write_all(self.html().as_bytes())?))?;
        }
        if let Some(path) = &to.xlsx {
            create(path, lang, |file| workbook::write(self, file))?;
        }
        if to.is_none() { terminal::print(self, out) } else { Ok(()) }
    }
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub fn new(columns: &[&str]) -> Table {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Table { columns, ..Table::default() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Value>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a sum.
    pub fn sum(&mut self, cells: impl IntoIterator<Item = Value>) {
        self.row(cells);
        self.sums += 1;
    }

    /// The widest row.
    fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.columns.len())
    }

    /// Rows with whether they are sums.
    fn rows(&self) -> impl Iterator<Item = (&Vec<Value>, bool)> {
        let first = self.rows.len().saturating_sub(self.sums);
        self.rows.iter().enumerate().map(move |(place, row)| (row, place >= first))
    }

    /// The numbers of a column stand at the right.
    fn is_right(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.next().is_some_and(|cell| !matches!(cell, Value::Words(_)))
    }
}

/// What is written under a place to sign: an institution stamps, and says who acted; a person signs.
const fn under(stamped: bool) -> &'static [&'static str] {
    const DAY: &str = "日期：　　　　年　　月　　日";
    if stamped { &["经办人：", "负责人：", DAY] } else { &[DAY] }
}

/// A side of the signatures that stamps.
fn stamps(side: &str) -> bool {
    side.contains("盖章")
}

/// Where a form is written to.
#[derive(clap::Args, Clone, PartialEq, Eq, Default, Debug)]
pub struct FormFiles {
    /// 写成可打印的网页 / write a page to print
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// 写成 XLSX / write a workbook
    #[arg(long, value_name = "FILE")]
    pub xlsx: Option<PathBuf>,
}

impl FormFiles {
    /// To no file.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.html.is_none() && self.xlsx.is_none()
    }
}

/// Writes a new file; nothing is overwritten.
fn create(path: &Path, lang: Lang, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    if path.exists() {
        bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
    }
    let mut file = File::create_new(path).with_context(|| path.display().to_string())?;
    write(&mut file).with_context(|| path.display().to_string())
}
