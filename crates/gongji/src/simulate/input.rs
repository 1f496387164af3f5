//! Which claims: files, or a store.

use super::said;
use crate::lang::Lang;
use ::simulate::{Mapping, Reading, Source, Store};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// Where claims come from and how they are read.
#[derive(clap::Args, Clone, Debug)]
pub struct ClaimsArgs {
    /// Parquet 文件，或 gongji claims group 做的单据库 / Parquet files, or a store made by gongji claims group
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    pub(super) claims: Vec<PathBuf>,
    /// 文件里的列名不同：列=文件里的名字 / a column that the file calls otherwise: OURS=THEIRS
    #[arg(long, value_name = "COLUMN=NAME")]
    map: Vec<String>,
    /// 文件里的值不同：列.文件里的值=代码，如 plan.1=individual-1 / a value that the file writes otherwise: COLUMN.VALUE=CODE
    #[arg(long, value_name = "COLUMN.VALUE=CODE")]
    value: Vec<String>,
    /// 线程数，缺省为处理器数 / threads; default: the processors
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// 分组用的内存，兆字节；超过的写临时文件 / megabytes for grouping; what is beyond goes to a temporary file
    #[arg(long, value_name = "MB", default_value_t = 256)]
    memory: usize,
}

/// Claims at hand.
pub(super) struct Held {
    pub(super) source: Source,
    pub(super) stored: bool,
}

impl ClaimsArgs {
    pub(super) fn threads(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(processors).max(1)
    }

    /// Opens the store, or reads the files.
    pub(super) fn open(&self, lang: Lang) -> Result<Held> {
        if let [path] = &self.claims[..]
            && path.is_dir()
        {
            let store = Store::open(path).map_err(|fault| said(&fault, lang))?;
            return Ok(Held { source: Source::stored(store), stored: true });
        }
        if let Some(folder) = self.claims.iter().find(|path| path.is_dir()) {
            let (zh, en) = ("单据库只能单独给出", "a store stands alone");
            bail!("{}: {}", folder.display(), lang.pick(zh, en));
        }
        Ok(Held { source: self.read(None, lang)?, stored: false })
    }

    /// Reads the files.
    pub(super) fn read(&self, buckets: Option<usize>, lang: Lang) -> Result<Source> {
        let mapping = Mapping::read(&self.map, &self.value).map_err(|fault| said(&fault, lang))?;
        let reading = Reading {
            files: self.claims.clone(),
            mapping,
            threads: self.threads(),
            memory: self.memory << 20,
            buckets,
        };
        Source::read(&reading).map_err(|fault| said(&fault, lang))
    }
}
