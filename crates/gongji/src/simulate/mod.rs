//! `gongji simulate`: a year of claims under a policy and a reform. `gongji claims`: claims grouped once for many runs.

mod input;
mod books;
mod against;
mod sides;
mod sheet;
mod show;
mod tables;
mod institutions;
mod explain;
mod report;
mod few;
mod further;
mod rows;
mod group;
mod merge;
mod cluster;
mod grid;
mod sweep;
mod seek;
mod behaviour;

use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use ::simulate::{Fault, NoRows, RunResult};
use against::Against;
use anyhow::{Context as _, Result, anyhow, bail};
use books::Books;
use input::{ClaimsArgs, Held, Purpose};
use kernel::Timeline;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

pub use group::{ClaimsCommand, run as claims};
pub use seek::{SeekArgs, run as seek};
pub use sweep::{SweepArgs, run as sweep};

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
    /// 单据取自账务库时：逐人逐月与账务库里的结果核对；有不明原因的差别时退出码为 1 / hold policy A against what the books hold, person by person and month by month; exit code 1 if a difference has no known reason
    #[arg(long)]
    against_books: bool,
    /// 只算单据库的这些分桶 / only these buckets of a store
    #[arg(long, value_name = "N")]
    bucket: Option<usize>,
    #[command(flatten)]
    cluster: cluster::ClusterArgs,
    /// 可合并的结果 / file for a result that can be merged
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
    #[command(flatten)]
    further: further::FurtherArgs,
    #[command(flatten)]
    behaviour: behaviour::BehaviourArgs,
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
    args.further.check(sides.len(), lang)?;
    if args.further.hides() && (args.rows.is_some() || args.result.is_some() || args.against_books)
    {
        let (zh, en) = (
            "--min-people 不与 --rows、--result、--against-books 同用：逐张、逐人的结果和供合并的结果都不隐去什么",
            "--min-people does not go with --rows, --result and --against-books: results by claim or person, and those that are to be merged, hide nothing",
        );
        bail!("{}", lang.pick(zh, en));
    }
    if args.against_books && (!args.claims.of_books() || args.rows.is_some()) {
        let (zh, en) = (
            "--against-books 要与 --data 或 --postgres 同用，不与 --rows 同用",
            "--against-books goes with --data or --postgres, and not with --rows",
        );
        bail!("{}", lang.pick(zh, en));
    }
    args.cluster.check(&args.claims.claims, lang)?;
    let mut books = args.against_books.then(Books::default);
    let timelines: Vec<&Timeline> = sides.iter().map(|side| &side.timeline).collect();
    let held = args.claims.open(source, Purpose::Run(&timelines), books.as_mut())?;
    let against = match (&books, timelines.first()) {
        (Some(books), Some(timeline)) => Some(Against::new(books, timeline)),
        _ => None,
    };
    let behaviour = args.behaviour.read(timelines.len(), lang)?;
    let mut result = if args.cluster.named() {
        let asked = args.sides.asked(source)?;
        args.cluster.settle(&args.claims.claims, &asked, &sides, lang)?
    } else {
        settle(args, &held, &timelines, against.as_ref(), lang)?
    };
    if let (Some(behaviour), [before, after]) = (behaviour, &timelines[..]) {
        let threads = args.claims.threads();
        let buckets = held.buckets(args.bucket, lang)?;
        let estimate =
            behaviour::estimate(&held, before, after, behaviour, buckets, threads, lang)?;
        result.behaviour = Some(estimate);
    }
    if let Some(path) = &args.result {
        result.write(path).map_err(|fault| said(&fault, lang))?;
    }
    let span = report::span(&result.totals);
    let hidden = args.further.hide(
        &mut result,
        &held.source,
        held.buckets(args.bucket, lang)?,
        args.claims.threads(),
        lang,
    )?;
    let hidden = hidden.as_ref();
    show::report(&result, hidden, &sides, lang, out)?;
    let (finest, people) = (args.out.as_deref(), args.people.as_deref());
    sheet::files(&result.totals, hidden, &sides, finest, people, lang)?;
    let told = further::Told { source: &held.source, result: &result, hidden, span, sides: &sides };
    args.further.write(&told, lang, out)?;
    behaviour::print(&result, lang, out)?;
    let Some(found) = against.map(Against::found) else { return Ok(ExitCode::SUCCESS) };
    found.print(DIFFERENCES, lang, out)?;
    Ok(ExitCode::from(u8::from(!found.explained())))
}

/// Differences to the books that are printed.
const DIFFERENCES: usize = 50;

fn settle(
    args: &SimulateArgs,
    held: &Held,
    timelines: &[&Timeline],
    against: Option<&Against<'_>>,
    lang: Lang,
) -> Result<RunResult> {
    let buckets = held.buckets(args.bucket, lang)?;
    let progress = Progress::begin(lang.pick("模拟", "simulating"), buckets.len() as u64, 32);
    let done = |_| progress.moved(1);
    let threads = args.claims.threads();
    let result = match (&args.rows, against) {
        (None, Some(against)) => {
            ::simulate::run(&held.source, timelines, buckets, threads, |_| Ok(against), done)
        }
        (None, None) => {
            ::simulate::run(&held.source, timelines, buckets, threads, |_| Ok(NoRows), done)
        }
        (Some(folder), _) => {
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
