//! What is wrong with claims, a store or a result, in both languages: where, what, and what would be right.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a simulation cannot go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What may fail in this crate.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// A fault in both languages.
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault { zh: zh.into(), en: en.into() }
    }

    /// The same, at a place.
    pub(crate) fn at(self, place: &impl fmt::Display) -> Fault {
        Fault { zh: format!("{place}：{}", self.zh), en: format!("{place}: {}", self.en) }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Fault {
        let path = path.display();
        Fault::new(
            format!("{path}：无法读写（{error}）"),
            format!("{path}: cannot be read or written ({error})"),
        )
    }

    /// A file that Parquet cannot make sense of.
    pub(crate) fn parquet(path: &Path, error: &parquet::errors::ParquetError) -> Fault {
        let path = path.display();
        Fault::new(
            format!("{path}：不是完好的 Parquet 文件（{error}）"),
            format!("{path}: not a sound Parquet file ({error})"),
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

impl std::error::Error for Fault {}
