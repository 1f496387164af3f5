//! Opening a file of rows and reading it, as often as needed, whatever its format.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::encoding::Utf8;
use super::{Encoding, Format, csv, json, parquet, xlsx};
use crate::lang::Lang;

/// A row as it stands in a file.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its number as a person counts: the header of a table is row 1; the first JSON object is 1.
    pub number: u64,
    /// The text of all cells.
    pub text: &'a str,
    /// Where each cell lies in it.
    pub cells: &'a [(u32, u32)],
    /// The rows of this number are all there is of their bill.
    pub whole: bool,
}

impl<'a> Row<'a> {
    /// The text of a cell; empty beyond the last.
    #[inline]
    #[must_use]
    pub fn cell(&self, index: usize) -> &'a str {
        let place = self.cells.get(index);
        place
            .and_then(|&(start, end)| self.text.get(start as usize..end as usize))
            .unwrap_or_default()
    }
}

/// A row of its own.
#[derive(Clone, Debug, Default)]
pub struct StoredRow {
    /// Its number.
    pub number: u64,
    /// The text of all cells.
    pub text: String,
    /// Where each cell lies in it.
    pub cells: Vec<(u32, u32)>,
    /// The rows of this number are all there is of their bill.
    pub whole: bool,
}

impl StoredRow {
    /// Becomes a copy of a row.
    pub fn copy(&mut self, row: &Row<'_>) {
        self.clear(row.number);
        self.text.push_str(row.text);
        self.cells.extend_from_slice(row.cells);
        self.whole = row.whole;
    }

    /// Starts over as an empty row.
    pub(crate) fn clear(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, cell: &str) {
        let start = self.text.len();
        self.text.push_str(cell);
        self.cells.push((place(start), place(self.text.len())));
    }

    /// The row.
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        let StoredRow { number, text, cells, whole } = self;
        Row { number: *number, text, cells, whole: *whole }
    }
}

/// A place in a row; rows are far shorter than this can say.
#[inline]
pub(crate) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Why a row cannot be taken apart into cells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// Bytes that are not of the file's encoding.
    Encoding,
    /// A quoted field that never ends.
    OpenQuote,
    /// Another number of cells than the header has.
    Cells {
        /// How many there are.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// Not a JSON object; what the parser says.
    Json(String),
}

/// Takes the rows of a file one by one.
pub trait RowSink {
    /// The names of the columns, before the first row. `fixed`: the format has no header of its own
    /// and these are all columns there could be.
    ///
    /// # Errors
    /// Ends the reading.
    fn header(&mut self, names: &[String], fixed: bool) -> Result<()>;

    /// A name in an object that is no column. Only formats without a header have these.
    fn stray(&mut self, name: &str);

    /// A row.
    ///
    /// # Errors
    /// Ends the reading.
    fn row(&mut self, row: &Row<'_>) -> Result<()>;

    /// A row that cannot be read, with what can be shown of it.
    ///
    /// # Errors
    /// Ends the reading.
    fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()>;
}

/// What a format without a header of its own needs to know about columns.
#[derive(Clone, Copy)]
pub struct Layout {
    /// All columns there could be.
    pub names: fn() -> Vec<String>,
    /// The column that a key of an object, or of one of its fee lines, names.
    pub find: fn(key: &str, in_line: bool) -> Option<usize>,
}

/// A file that can be read more than once.
pub struct Input {
    /// How messages call it.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Its length.
    pub bytes: u64,
    file: File,
    encoding: Encoding,
}

impl Input {
    /// Opens a file, or standard input for `-`, which is copied to a temporary file.
    ///
    /// # Errors
    /// If it cannot be read at all.
    pub fn open(
        path: &Path,
        format: Option<Format>,
        encoding: Encoding,
        lang: Lang,
    ) -> Result<Input> {
        let piped = path.as_os_str() == "-";
        let name = match piped {
            true => lang.pick("标准输入", "standard input").to_owned(),
            false => path.display().to_string(),
        };
        let mut file = if piped { spool_stdin() } else { File::open(path) }
            .with_context(|| format!("{name}: {}", lang.pick("打不开", "cannot be opened")))?;
        let meta = file.metadata()?;
        if meta.is_dir() {
            let what = lang.pick("是目录，不是文件", "is a directory, not a file");
            bail!("{name}: {what}");
        }
        if meta.len() == 0 {
            bail!("{name}: {}", lang.pick("文件是空的", "the file is empty"));
        }
        let format = match format.or_else(|| Format::of_name(path)) {
            Some(Format::Table) => {
                bail!("{name}: {}", lang.pick("表格只能输出", "a table is written only"))
            }
            Some(format) => format,
            None => {
                let mut start = Vec::new();
                file.by_ref().take(4096).read_to_end(&mut start)?;
                Format::of_content(&start)
            }
        };
        Ok(Input { name, format, bytes: meta.len(), file, encoding })
    }

    /// The file itself, from the beginning.
    ///
    /// # Errors
    /// Of the file.
    pub fn bytes(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }

    /// Reads all rows from the beginning. `moved` hears of the bytes read, now and then.
    ///
    /// # Errors
    /// If the file as a whole cannot be read (cut short, not of its format), or of the sink.
    pub fn read(
        &self,
        layout: Layout,
        sink: &mut dyn RowSink,
        moved: &mut dyn FnMut(u64),
        lang: Lang,
    ) -> Result<()> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let read = match self.format {
            Format::Csv => csv::read(Utf8::new(file, self.encoding)?, sink, moved, lang),
            Format::Json => {
                json::read_array(Utf8::new(file, self.encoding)?, layout, sink, moved, lang)
            }
            Format::Jsonl => json::read_lines(Utf8::new(file, self.encoding)?, layout, sink, moved),
            Format::Xlsx => xlsx::read(BufReader::new(file), sink, lang),
            Format::Parquet => parquet::read(file, sink, lang),
            Format::Table => Ok(()),
        };
        read.with_context(|| self.name.clone())
    }
}

/// Standard input as a file that can be read more than once.
fn spool_stdin() -> io::Result<File> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is a terminal"));
    }
    let mut file = tempfile::tempfile()?;
    io::copy(&mut stdin.lock(), &mut file)?;
    Ok(file)
}
