//! `gongji simulate`: a year of claims under a policy and a reform. `gongji claims`: claims grouped once for many runs.

mod input;
mod sides;
mod sheet;
mod show;
mod rows;
mod group;
mod merge;

use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use ::simulate::{Fault, NoRows, RunResult};
use anyhow::{Context as _, Result, anyhow, bail};
use input::{ClaimsArgs, Held};
use kernel::Timeline;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

pub use group::{ClaimsCommand, run as claims};

/// What `gongji simulate` is given.
#[derive(clap::Args, Clone, Debug)]
pub struct SimulateArgs {
    #[command(flatten)]
    claims: ClaimsArgs,
    #[command(flatten)]
    sides: sides::SidesArgs,
    /// 明细表：月份 × 状态 × 参保类型 × 年龄 × 等级 × 地区，格式由扩展名定（csv、xlsx、parquet、json）/ file for the finest table: month × status × plan × age × level × area
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 十等分和增减人数表 / file for deciles, winners and losers
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// 每张单据的结果，写成 Parquet 文件 / folder for one result row a claim, as Parquet files
    #[arg(long, value_name = "DIR")]
    rows: Option<PathBuf>,
    /// 只算单据库的这些分桶 / only these buckets of a store
    #[arg(long, value_name = "N")]
    bucket: Option<usize>,
    /// 可合并的结果 / file for a result that can be merged
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// Exit code 2: claims, policies or files that cannot be used.
pub fn run(args: &SimulateArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let sides = match args.sides.read(source)? {
        Ok(sides) => sides,
        Err(faults) => {
            eprintln!("{faults}");
            return Ok(ExitCode::from(1));
        }
    };
    let held = args.claims.open(lang)?;
    if args.bucket.is_some() && !held.stored {
        let (zh, en) = (
            "--bucket 只用于单据库（gongji claims group）",
            "--bucket needs a store (gongji claims group)",
        );
        bail!("{}", lang.pick(zh, en));
    }
    let timelines: Vec<&Timeline> = sides.iter().map(|side| &side.timeline).collect();
    let result = settle(args, &held, &timelines, lang)?;
    if let Some(path) = &args.result {
        result.write(path).map_err(|fault| said(&fault, lang))?;
    }
    show::report(&result, &sides, lang, out)?;
    sheet::files(&result.totals, &sides, args.out.as_deref(), args.people.as_deref(), lang)?;
    Ok(ExitCode::SUCCESS)
}

fn settle(
    args: &SimulateArgs,
    held: &Held,
    timelines: &[&Timeline],
    lang: Lang,
) -> Result<RunResult> {
    let buckets = match args.bucket {
        Some(bucket) => bucket..bucket + 1,
        None => 0..held.source.buckets(),
    };
    if buckets.end > held.source.buckets() {
        let most = held.source.buckets() - 1;
        bail!("{} 0..={most}", lang.pick("分桶编号应在", "buckets are numbered"));
    }
    let progress = Progress::begin(lang.pick("模拟", "simulating"), buckets.len() as u64, 32);
    let done = |_| progress.moved(1);
    let threads = args.claims.threads();
    let result = match &args.rows {
        None => ::simulate::run(&held.source, timelines, buckets, threads, |_| Ok(NoRows), done),
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            let sides = timelines.len();
            let writer = |thread| rows::Writer::new(folder, thread, sides);
            ::simulate::run(&held.source, timelines, buckets, threads, writer, done)
        }
    };
    result.map_err(|fault| said(&fault, lang))
}

/// A fault in the language asked for.
fn said(fault: &Fault, lang: Lang) -> anyhow::Error {
    anyhow!("{}", lang.pick(&fault.zh, &fault.en))
}
