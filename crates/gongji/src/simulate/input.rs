//! Which claims: files, a store, or the books.

use super::books::{Books, BooksArgs};
use super::said;
use crate::lang::Lang;
use crate::source::Source as Policies;
use ::simulate::{Mapping, Reading, Side, Source, Store};
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

/// Claims at hand.
pub(super) struct Held {
    pub(super) source: Source,
    pub(super) stored: bool,
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

    /// Opens the store, or reads the files or the books. `sides` are what is to be compared, and `vary` if others are to be
    /// as well; `books` is told what the books hold.
    pub(super) fn open(
        &self,
        source: &Policies,
        sides: &[Side],
        vary: bool,
        books: Option<&mut Books>,
    ) -> Result<Held> {
        self.check_one(source.lang())?;
        self.open_beside_books(source, sides, vary, books)
    }

    /// The same where books may be named beside files, for something else.
    pub(super) fn open_beside_books(
        &self,
        source: &Policies,
        sides: &[Side],
        vary: bool,
        books: Option<&mut Books>,
    ) -> Result<Held> {
        let lang = source.lang();
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
        Ok(Held { source: self.read(None, source, sides, vary, books)?, stored: false })
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
        sides: &[Side],
        vary: bool,
        books: Option<&mut Books>,
    ) -> Result<Source> {
        // Reading deals the claims to memory or to a file of its own: what was written here may go then.
        let folder = tempfile::tempdir()?;
        let files = if self.of_books() {
            vec![self.books.write(folder.path(), source, sides, books)?]
        } else {
            self.claims.clone()
        };
        let timelines: Vec<&Timeline> = sides.iter().map(|side| &side.timeline).collect();
        self.files(files, buckets, Some(&*timelines).filter(|_| !vary), source.lang())
    }

    /// `only`: no other policies are to settle them.
    fn files(
        &self,
        files: Vec<PathBuf>,
        buckets: Option<usize>,
        only: Option<&[&Timeline]>,
        lang: Lang,
    ) -> Result<Source> {
        let mut mapping =
            Mapping::read(&self.map, &self.value).map_err(|fault| said(&fault, lang))?;
        if let Some(timelines) = only {
            mapping = mapping.for_policies(timelines);
        }
        let reading =
            Reading { files, mapping, threads: self.threads(), memory: self.memory << 20, buckets };
        Source::read(&reading).map_err(|fault| said(&fault, lang))
    }
}
