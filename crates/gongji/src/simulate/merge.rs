//! `gongji claims merge`: the results of all buckets of a store, put together or refused.

use super::sides::SidesArgs;
use super::{behaviour, further, report, said, sheet, show};
use crate::source::Source as Policies;
use ::simulate::{RunResult, Source, Store, merge};
use anyhow::{Result, bail};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to put together.
#[derive(clap::Args, Clone, Debug)]
pub struct MergeArgs {
    /// 单据库 / the store
    #[arg(long, value_name = "DIR")]
    claims: PathBuf,
    #[command(flatten)]
    sides: SidesArgs,
    /// 各分桶的结果文件 / results of the buckets
    #[arg(required = true, value_name = "FILE")]
    results: Vec<PathBuf>,
    /// 明细表 / file for the finest table
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 十等分和增减人数表 / file for deciles, winners and losers
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    #[command(flatten)]
    further: super::further::FurtherArgs,
}

pub(super) fn run(args: &MergeArgs, source: &Policies, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let sides = match args.sides.read(source)? {
        Ok(sides) => sides,
        Err(faults) => {
            eprintln!("{faults}");
            return Ok(ExitCode::from(1));
        }
    };
    args.further.check(sides.len(), lang)?;
    let store = Store::open(&args.claims).map_err(|fault| said(&fault, lang))?;
    let results = args.results.iter().map(|path| RunResult::read(path));
    let results =
        results.collect::<::simulate::Result<Vec<_>>>().map_err(|fault| said(&fault, lang))?;
    let mut merged = merge(store.manifest(), &results).map_err(|fault| said(&fault, lang))?;
    let named: Vec<String> =
        sides.iter().map(|side| ::simulate::versions(&side.timeline)).collect();
    if merged.policies != named {
        let (zh, en) = (
            "结果不是用这里给出的政策算的",
            "the results were not settled under the policies named here",
        );
        bail!("{}", lang.pick(zh, en));
    }
    let source = Source::stored(store);
    let span = report::span(&merged.totals);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let hidden = args.further.hide(&mut merged, &source, 0..source.buckets(), threads, lang)?;
    let hidden = hidden.as_ref();
    show::report(&merged, hidden, &sides, lang, out)?;
    let (finest, people) = (args.out.as_deref(), args.people.as_deref());
    sheet::files(&merged.totals, hidden, &sides, finest, people, lang)?;
    let told = further::Told { source: &source, result: &merged, hidden, span, sides: &sides };
    args.further.write(&told, lang, out)?;
    behaviour::print(&merged, lang, out)?;
    Ok(ExitCode::SUCCESS)
}
