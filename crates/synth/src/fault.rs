//! What can go wrong: a calibration that is none, a folder that cannot be written.

use std::fmt;

/// What was wrong, where, and what would be right.
#[derive(Debug)]
pub enum Fault {
    /// A calibration file says something it may not.
    Calibration {
        /// The figure, or the line.
        place: String,
        /// 中文: what is wrong, and what would be right.
        zh: String,
        /// English.
        en: String,
    },
    /// A file could not be written or read.
    File {
        /// Its path.
        path: String,
        /// What the system says.
        error: String,
    },
    /// A thread of ours ended early.
    Thread,
}

/// What may fail.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// In Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Fault::Calibration { place, zh, .. } => format!("校准 {place}：{zh}"),
            Fault::File { path, error } => format!("{path}：{error}"),
            Fault::Thread => "工作线程提前结束".to_owned(),
        }
    }

    /// Of a file.
    pub(crate) fn file(path: &std::path::Path, error: impl fmt::Display) -> Fault {
        Fault::File { path: path.display().to_string(), error: error.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Calibration { place, en, .. } => write!(out, "calibration {place}: {en}"),
            Fault::File { path, error } => write!(out, "{path}: {error}"),
            Fault::Thread => out.write_str("a thread ended early"),
        }
    }
}

impl std::error::Error for Fault {}
