//! Tables in and out of files: CSV, JSON, JSONL, XLSX, Parquet, and aligned columns on a terminal.
//!
//! Reading pushes rows of text into a [`RowSink`], whatever the format; what the text means is the
//! business of [`crate::bills`]. Writing takes typed [`Cell`]s, so that formats with types keep them.

pub mod cell;
pub mod input;
pub mod encoding;
pub mod csv;
pub mod json;
pub mod xlsx;
pub mod parquet;
pub mod terminal;
pub mod form;
pub mod output;

use std::fmt;
use std::path::Path;

pub use cell::{Cell, Field, Kind, Stored};
pub use encoding::Encoding;
pub use form::{Form, FormFiles};
pub use input::{Broken, Input, Row, RowSink, StoredRow};
pub use output::{Output, TextFormat};

/// A file format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    /// 逗号、制表符或分号，带表头 / comma, tab or semicolon separated, with a header.
    Csv,
    /// 对象数组 / one array of objects.
    Json,
    /// 每行一个对象 / one object a line.
    Jsonl,
    /// 第一个工作表 / the first sheet.
    Xlsx,
    /// 扁平的列 / flat columns.
    Parquet,
    /// 终端上对齐的表格，只能输出 / aligned columns for a terminal; written only.
    Table,
}

impl Format {
    /// The format that a file's name speaks of.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" | "tsv" | "txt" => Format::Csv,
            "json" => Format::Json,
            "jsonl" | "ndjson" => Format::Jsonl,
            "xlsx" => Format::Xlsx,
            "parquet" => Format::Parquet,
            _ => return None,
        })
    }

    /// The format that a file's first bytes speak of.
    #[must_use]
    pub fn of_content(start: &[u8]) -> Format {
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        match text.trim_ascii_start().first() {
            _ if start.starts_with(b"PK") => Format::Xlsx,
            _ if start.starts_with(b"PAR1") => Format::Parquet,
            Some(b'[') => Format::Json,
            Some(b'{') => Format::Jsonl,
            _ => Format::Csv,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Csv => "CSV",
            Format::Json => "JSON",
            Format::Jsonl => "JSONL",
            Format::Xlsx => "XLSX",
            Format::Parquet => "Parquet",
            Format::Table => "table",
        })
    }
}
