//! Which claims: files, a store, or the books.

use super::books::{Books, BooksArgs};
use super::said;
use crate::lang::Lang;
use crate::source::Source as Policies;
use ::simulate::sweep::DIVISIONS;
use ::simulate::{Division, Mapping, Needless, Reading, Source, Store};
use anyhow::{Result, bail};
use kernel::Timeline;
use std::ops::Range;
use std::path::PathBuf;

/// Where claims come from and how they are read.
#[derive(clap::Args, Clone, Debug)]
pub struct ClaimsArgs {
    /// Parquet 文件，或 gongji claims group 做的单据库 / Parquet files, or a store made by gongji claims group
    #[arg(long, value_name = "PATH", required_unless_present_any = ["data", "postgres"], num_args = 1..)]
    pub(super) claims: Vec<PathBuf>,
    /// Or straight from the books.
    #[command(flatten)]
    pub(super) books: BooksArgs,
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

/// What claims are taken for: what of them is kept follows from it.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// To settle them under these policies and no others.
    Run(&'a [&'a Timeline]),
    /// To sweep over candidates that look at no more of a claim than these policies do.
    Sweep(&'a [&'a Timeline]),
    /// For a store: any policy may come later.
    Store,
}

impl<'a> Purpose<'a> {
    fn timelines(self) -> &'a [&'a Timeline] {
        match self {
            Purpose::Run(timelines) | Purpose::Sweep(timelines) => timelines,
            Purpose::Store => &[],
        }
    }

    fn needless(self) -> Needless {
        match self {
            Purpose::Run(timelines) => Needless::of(timelines, &Division::ALL),
            Purpose::Sweep(timelines) => Needless::of(timelines, DIVISIONS),
            Purpose::Store => Needless::nothing(),
        }
    }
}

/// Claims at hand.
pub(super) struct Held {
    pub(super) source: Source,
    pub(super) stored: bool,
    /// What of the claims is not in it.
    pub(super) left_out: Needless,
}

impl Held {
    /// The bucket asked for, or all.
    pub(super) fn buckets(&self, bucket: Option<usize>, lang: Lang) -> Result<Range<usize>> {
        let count = self.source.buckets();
        match bucket {
            None => Ok(0..count),
            Some(_) if !self.stored => {
                let (zh, en) = (
                    "--bucket 只用于单据库（gongji claims group）",
                    "--bucket needs a store (gongji claims group)",
                );
                bail!("{}", lang.pick(zh, en))
            }
            Some(bucket) if bucket < count => Ok(bucket..bucket + 1),
            Some(_) => {
                bail!("{} 0..={}", lang.pick("分桶编号应在", "buckets are numbered"), count - 1)
            }
        }
    }
}

impl ClaimsArgs {
    pub(super) fn threads(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or_else(processors).max(1)
    }

    /// True if claims come from the books.
    pub(super) fn of_books(&self) -> bool {
        self.claims.is_empty() && self.books.named()
    }

    /// True if claims come from files, and books are named as well.
    pub(super) fn beside_books(&self) -> bool {
        !self.claims.is_empty() && self.books.named()
    }

    /// Opens the store, or reads the files or the books; `books` is told what the books hold.
    pub(super) fn open(
        &self,
        source: &Policies,
        purpose: Purpose<'_>,
        books: Option<&mut Books>,
    ) -> Result<Held> {
        self.check_one(source.lang())?;
        self.open_beside_books(source, purpose, books)
    }

    /// The same where books may be named beside files, for something else.
    pub(super) fn open_beside_books(
        &self,
        source: &Policies,
        purpose: Purpose<'_>,
        books: Option<&mut Books>,
    ) -> Result<Held> {
        let lang = source.lang();
        if let [path] = &self.claims[..]
            && path.is_dir()
        {
            let store = Store::open(path).map_err(|fault| said(&fault, lang))?;
            let (source, left_out) = (Source::stored(store), Needless::nothing());
            return Ok(Held { source, stored: true, left_out });
        }
        if let Some(folder) = self.claims.iter().find(|path| path.is_dir()) {
            let (zh, en) = ("单据库只能单独给出", "a store stands alone");
            bail!("{}: {}", folder.display(), lang.pick(zh, en));
        }
        let source = self.read(None, source, purpose, books)?;
        Ok(Held { source, stored: false, left_out: purpose.needless() })
    }

    /// Refuses claims of two places.
    pub(super) fn check_one(&self, lang: Lang) -> Result<()> {
        if self.beside_books() {
            let (zh, en) = (
                "--claims 不与 --data、--postgres 同用：单据只取自一处",
                "--claims does not go with --data or --postgres: claims come from one place",
            );
            bail!("{}", lang.pick(zh, en));
        }
        Ok(())
    }

    /// Reads the files or the books.
    pub(super) fn read(
        &self,
        buckets: Option<usize>,
        source: &Policies,
        purpose: Purpose<'_>,
        books: Option<&mut Books>,
    ) -> Result<Source> {
        // Reading deals the claims to memory or to a file of its own: what was written here may go then.
        let folder = tempfile::tempdir()?;
        let files = if self.of_books() {
            vec![self.books.write(folder.path(), source, purpose.timelines(), books)?]
        } else {
            self.claims.clone()
        };
        let lang = source.lang();
        let mapping = Mapping::read(&self.map, &self.value).map_err(|fault| said(&fault, lang))?;
        let mapping = mapping.leaving_out(purpose.needless());
        let reading =
            Reading { files, mapping, threads: self.threads(), memory: self.memory << 20, buckets };
        Source::read(&reading).map_err(|fault| said(&fault, lang))
    }
}
