//! `gongji claims`: claims grouped into a store, results of its buckets put together.

use super::input::{ClaimsArgs, Purpose};
use super::{merge, said};
use crate::progress::Progress;
use crate::source::Source;
use anyhow::{Result, bail};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Claims for simulations.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ClaimsCommand {
    /// 把单据按人分组存成单据库，以后各次模拟直接用 / group claims by person into a store, for many simulations
    Group {
        /// Which claims.
        #[command(flatten)]
        claims: ClaimsArgs,
        /// 单据库的文件夹 / folder of the store
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// 分桶数，2 的幂 / buckets, a power of two
        #[arg(long, value_name = "N", default_value_t = 64)]
        buckets: usize,
    },
    /// 合并各分桶的结果；缺少、重复或与清单不符都不合并 / put the results of all buckets together, or refuse
    Merge(merge::MergeArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: claims, stores or results that cannot be used.
pub fn run(command: &ClaimsCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    match command {
        ClaimsCommand::Merge(args) => return merge::run(args, source, out),
        ClaimsCommand::Group { claims, out: folder, buckets } => {
            if !buckets.is_power_of_two() {
                let what = lang.pick("应为 2 的幂，如 64", "should be a power of two, such as 64");
                bail!("--buckets {buckets}：{what}");
            }
            claims.check_one(lang)?;
            let read = claims.read(Some(*buckets), source, Purpose::Store, None)?;
            let progress =
                Progress::begin(lang.pick("分组", "grouping"), read.buckets() as u64, 32);
            let manifest =
                ::simulate::store::group(&read, folder, claims.threads(), |_| progress.moved(1));
            let manifest = manifest.map_err(|fault| said(&fault, lang))?;
            let sum = |of: fn(&::simulate::BucketTotals) -> u64| {
                manifest.buckets.iter().map(of).sum::<u64>()
            };
            let (rows, people) = (sum(|bucket| bucket.rows), sum(|bucket| bucket.people));
            let (buckets, profiles) = (manifest.buckets.len(), manifest.profiles);
            writeln!(
                out,
                "{}",
                lang.choose(
                    || format!("{rows} 行，{people} 人，{buckets} 个分桶，{profiles} 种情形"),
                    || format!(
                        "{rows} rows, {people} people, {buckets} buckets, {profiles} profiles"
                    ),
                )
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
