//! `gongji sweep`: a grid of candidates over one year of claims.

mod table;
mod months;

pub(super) use table::part;

use super::grid::{GridArgs, Ready, Stop, ready, stopped};
use super::input::{ClaimsArgs, Held, Purpose};
use super::sides::SidesArgs;
use super::{said, sheet};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use ::simulate::sweep::rounds;
use ::simulate::{Store, Swept, sweep};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Timeline;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `gongji sweep` is given.
#[derive(clap::Args, Clone, Debug)]
pub struct SweepArgs {
    #[command(flatten)]
    claims: ClaimsArgs,
    #[command(flatten)]
    sides: SidesArgs,
    #[command(flatten)]
    grid: GridArgs,
    /// 方案个数的上限 / most candidates
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    most: usize,
    /// 终端上的次序 / order on the terminal
    #[arg(long, value_enum, default_value_t)]
    sort: table::Sort,
    /// 终端上最多列出几个方案 / most candidates listed on the terminal
    #[arg(long, value_name = "N", default_value_t = 40)]
    top: usize,
    /// 每个方案一行，格式由扩展名定（csv、xlsx、parquet、json）/ file for one row a candidate
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 每个方案每个月一行（要逐个方案算，慢些）/ file for one row a candidate and month (each on its own: slower)
    #[arg(long, value_name = "FILE")]
    months: Option<PathBuf>,
    /// 只算单据库的这个分桶 / only this bucket of a store
    #[arg(long, value_name = "N")]
    bucket: Option<usize>,
    /// 可合并的结果 / file for a result that can be put together with those of other buckets
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
    /// 不再计算，合并各分桶的结果 / results of all buckets, put together instead of worked out
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["bucket", "months"])]
    parts: Vec<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// Exit code 2: claims, grids or files that cannot be used. Exit code 1: a candidate that is no policy.
pub fn run(args: &SweepArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match try_run(args, source, out) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Faults(faults)) => {
            eprintln!("{faults}");
            Ok(ExitCode::from(1))
        }
    }
}

fn try_run(args: &SweepArgs, source: &Source, out: &mut dyn Write) -> Result<(), Stop> {
    let lang = source.lang();
    let ready = ready(&args.sides, args.grid.read(lang)?, args.most, source)?;
    table::names(ready.candidates.grid(), lang)?;
    let numbers: Vec<usize> = (0..ready.candidates.count()).collect();
    let threads = args.claims.threads();
    let timelines = ready.compile(&numbers, threads, lang)?;
    let candidates: Vec<&Timeline> = timelines.iter().collect();
    let swept = if args.parts.is_empty() {
        let all = std::iter::once(&ready.in_force.timeline).chain(candidates.iter().copied());
        let all: Vec<&Timeline> = all.collect();
        let held = args.claims.open(source, Purpose::Sweep(&all), None)?;
        let swept = swept(args, &held, &ready, &candidates, lang)?;
        if let Some(path) = &args.months {
            let sheet = months::sheet(&held, &all, ready.candidates.grid(), threads, lang)?;
            sheet::write(path, &sheet, lang)?;
        }
        swept
    } else {
        whole(args, &ready.in_force.timeline, &candidates, lang)?
    };
    if let Some(path) = &args.result {
        let text = serde_json::to_vec(&swept).map_err(anyhow::Error::from)?;
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    let tables = table::Tables::of(&swept, ready.candidates.grid(), lang);
    tables.print(lang.pick(&ready.in_force.zh, &ready.in_force.en), args.sort, args.top, out)?;
    if let Some(path) = &args.out {
        sheet::write(path, &tables.file(), lang)?;
    }
    Ok(())
}

fn swept(
    args: &SweepArgs,
    held: &Held,
    ready: &Ready,
    candidates: &[&Timeline],
    lang: Lang,
) -> Result<Swept, Stop> {
    let buckets = held.buckets(args.bucket, lang)?;
    let total = buckets.len() * rounds(candidates.len());
    let progress = Progress::begin(lang.pick("试算", "sweeping"), total as u64, 32);
    let done = |_| progress.moved(1);
    let threads = args.claims.threads();
    sweep(&held.source, &ready.in_force.timeline, candidates, buckets, threads, done)
        .map_err(|fault| stopped(&fault, lang))
}

/// The parts of all buckets, if they are of these candidates.
fn whole(
    args: &SweepArgs,
    in_force: &Timeline,
    candidates: &[&Timeline],
    lang: Lang,
) -> Result<Swept> {
    let [folder] = &args.claims.claims[..] else {
        bail!("{}", lang.pick("--parts 只用于一个单据库", "--parts needs one store"));
    };
    let store = Store::open(folder).map_err(|fault| said(&fault, lang))?;
    let parts = args.parts.iter().map(|path| read(path, lang)).collect::<Result<Vec<_>>>()?;
    let swept = Swept::whole(store.manifest(), &parts).map_err(|fault| said(&fault, lang))?;
    let all = std::iter::once(in_force).chain(candidates.iter().copied());
    let named: Vec<String> = all.map(::simulate::versions).collect();
    if swept.policies != named {
        let (zh, en) = (
            "结果不是用这里给出的政策和参数算的",
            "the results are not of the policy and the parameters named here",
        );
        bail!("{}", lang.pick(zh, en));
    }
    Ok(swept)
}

fn read(path: &Path, lang: Lang) -> Result<Swept> {
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    let wrong =
        lang.pick("不是 gongji sweep --result 写的文件", "not written by gongji sweep --result");
    serde_json::from_slice(&text).map_err(|error| anyhow!("{}: {wrong} ({error})", path.display()))
}
