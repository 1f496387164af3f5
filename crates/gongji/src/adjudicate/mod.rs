//! `gongji adjudicate`: bills from files, through the policies of their regions, to settlements.
//!
//! All files are read first: each bill becomes a few dozen bytes in a buffer that is sorted by settlement
//! time, and goes to a temporary file when memory is full. Then the bills are settled in that order and
//! written as they come. Rows that cannot be read or settled go to a file of their own.

pub mod packed;
pub mod order;
pub mod people;
pub mod blocks;
mod passes;
mod written;
pub mod rejects;
pub mod sample;
pub mod convert;

use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};

use crate::bills::compose::Composer;
use crate::bills::read::Options;
use crate::formats::{Encoding, Format, Input};
use crate::lang::Lang;
use crate::regions::Regions;
use order::Sorter;
use passes::{FirstPass, SecondPass};
use rejects::Rejects;
use written::Job;

/// 按政策结算文件中的单据 / settle the bills of files
///
/// 列见 `gongji columns`，结果列见 `gongji columns --results` / columns of bills and results: as printed there.
/// 未结算的行连同原因写入 `<文件名>.rejects.csv` / rows not settled go there with the reason.
///
/// 退出码 / exit codes: 0 全部结算 / all settled; 1 有未结算的行 / some rows not settled;
/// 2 用法错误、文件或政策不可用 / wrong usage, an unreadable file or a bad policy.
#[derive(clap::Args, Clone, Debug)]
pub struct AdjudicateArgs {
    /// 单据文件：CSV、JSON、JSONL、XLSX、Parquet；`-` 为标准输入 / files of bills; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// 没有写统筹区的单据属于哪里 / region of bills that name none
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,

    /// 结果写入文件，格式看扩展名 / file for the result; its extension chooses the format
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// 输入格式，缺省看扩展名和内容 / format of the input, if neither name nor content tells it
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<Format>,

    /// 结果格式 / format of the result
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<Format>,

    /// 文本文件的编码 / encoding of text files
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,

    /// 未结算的行写入的文件 / file for rows not settled
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,

    /// 解释这一张单据 / explain this one bill
    #[arg(long, value_name = "BILL")]
    pub explain: Option<String>,

    /// 线程数，不影响结果 / threads; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// 大致可用的内存，MB；不够时用临时文件 / memory to use, roughly; beyond it temporary files
    #[arg(long, value_name = "MB", default_value = "256", value_parser = clap::value_parser!(u32).range(1..))]
    pub memory: u32,
}

/// Where text goes that is neither a result file nor a file of rejected rows.
pub struct Streams<'a> {
    /// Standard output.
    pub out: &'a mut (dyn Write + Send),
    /// Standard error.
    pub err: &'a mut dyn Write,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: a file that cannot be read, an option that makes no sense.
pub fn run(args: &AdjudicateArgs, regions: &Regions, lang: Lang) -> Result<ExitCode> {
    let mut out = BufWriter::with_capacity(1 << 18, io::stdout());
    let mut streams = Streams { out: &mut out, err: &mut io::stderr() };
    let done = run_with(args, regions, lang, &mut streams);
    let flushed = out.flush().map_err(anyhow::Error::from);
    match done.and_then(|code| flushed.map(|()| code)) {
        // The reader of a pipe has seen enough.
        Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
        code => code.map(ExitCode::from),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::BrokenPipe)
}

/// Runs the command on streams of the caller's; returns the exit code.
///
/// # Errors
/// As for [`run`].
pub fn run_with(
    args: &AdjudicateArgs,
    regions: &Regions,
    lang: Lang,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let composer = Composer::new(regions, args.region.as_deref())
        .map_err(|fault| anyhow!("--region: {}", fault.text(lang)))?;
    let open = |path: &PathBuf| Input::open(path, args.from, args.encoding, lang);
    let inputs = args.files.iter().map(open).collect::<Result<Vec<_>>>()?;
    let rejects = rejects_path(args);
    for path in args.output.iter().chain([&rejects]) {
        keep_inputs(path, &args.files, lang)?;
    }
    let mut rejects = Rejects::new(&rejects, lang);
    let options = Options { composer: &composer, lang };
    // Half for bills; the other half is left for people, rows and the system's buffers.
    let sorter = Sorter::new((args.memory as usize) << 19);
    let mut first = FirstPass::new(sorter, &mut rejects, streams.err);
    first.read(&inputs, options)?;
    let FirstPass { sorter, reversed, .. } = first;
    let job = Job { args, regions: &composer.regions, reversed: &reversed, lang };
    let done = job.settle(sorter, streams)?;
    if !done.refused.is_empty() {
        SecondPass::read(&inputs, options, done.refused, &mut rejects, streams.err)?;
    }
    if let Some(path) = &args.output {
        let settled: u64 = done.totals.iter().map(|sums| sums.bills + sums.reversals).sum();
        let path = path.display();
        let said = lang.choose(
            || format!("已结算 {settled} 张单据，写入 {path}"),
            || format!("settled {settled}, written to {path}"),
        );
        writeln!(streams.err, "{said}")?;
    }
    let exit = u8::from(rejects.bills() > 0);
    rejects.finish(streams.err)?;
    Ok(exit)
}

/// Refuses to write over a file that is being read.
fn keep_inputs(path: &Path, inputs: &[PathBuf], lang: Lang) -> Result<()> {
    let Ok(path) = path.canonicalize() else { return Ok(()) };
    if inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == path)) {
        let what = lang.pick("是输入文件，不能写在它上面", "is an input and would be overwritten");
        bail!("{}: {what}", path.display());
    }
    Ok(())
}

/// Where rows go that are not settled: beside the result, under the name of the first input.
fn rejects_path(args: &AdjudicateArgs) -> PathBuf {
    if let Some(path) = &args.rejects {
        return path.clone();
    }
    let input = args.files.first().filter(|path| path.as_os_str() != "-");
    let stem = input.and_then(|path| path.file_stem()).unwrap_or("stdin".as_ref());
    let mut name = stem.to_os_string();
    name.push(".rejects.csv");
    match args.output.as_deref().and_then(Path::parent) {
        Some(directory) => directory.join(name),
        None => PathBuf::from(name),
    }
}
