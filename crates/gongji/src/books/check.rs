//! `gongji check-books`: whether the books are right.

use super::Place;
use super::place::law_ever;
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use agency::books::{Counts, Kind, Options, Report, check};
use agency::regions::Regions;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;
use store::Store;

/// 核对账务库 / check the books
///
/// 由记账和分录逐笔重算每个账户余额、每行年度累计；核对撤销、就诊、报文、日结与记账的对应；
/// 并按当时的政策版本重新计算结算，逐字节比较。请在停机时或对备份核对。
///
/// Derives every account and accumulator again from entries and postings, checks what points at entries, and decides
/// settlements again under their policy version, byte for byte. Check while the server is stopped, or check a backup.
///
/// 退出码 / exit codes: 0 没有问题 / nothing wrong; 1 有问题 / something is wrong; 2 无法核对 / cannot be checked.
#[derive(clap::Args, Clone, Debug)]
pub struct CheckArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 每多少笔结算抽一笔重新计算，0 为不重算 / of so many settlements one is decided again; 0: none
    #[arg(long, value_name = "N", default_value = "20")]
    pub sample: u64,
    /// 全部结算都重新计算 / decide every settlement again
    #[arg(long, conflicts_with = "sample")]
    pub all: bool,
    /// 排序大致可用的内存，MB；不够时用临时文件 / memory to sort in; beyond it temporary files
    #[arg(long, value_name = "MB", default_value = "64", value_parser = clap::value_parser!(u32).range(1..))]
    pub memory: u32,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// How many faults are printed.
const SHOWN: usize = 20;

/// Runs the command.
///
/// # Errors
/// Exit code 2: the books cannot be read.
pub fn run(args: &CheckArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let store = args.place.open(false, lang)?;
    let regions = law_ever(source, &*store)?;
    let replay = if args.all { 1 } else { args.sample };
    let options = Options { memory: (args.memory as usize) << 20, replay };
    let report = checked(&*store, &regions, options, lang)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        print(&report, &args.place.name(), replay, lang, out)?;
    }
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks, with a sign of life on a terminal.
pub(super) fn checked(
    store: &dyn Store,
    regions: &Regions,
    options: Options,
    lang: Lang,
) -> Result<Report> {
    let progress = Progress::alive(lang.pick("核对，已看过的记账", "checking, entries so far"));
    Ok(check(store, regions, options, &mut |rows| progress.moved(rows))?)
}

/// Prints a report for people.
pub(super) fn print(
    report: &Report,
    name: &str,
    replay: u64,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    let Counts { entries, postings, people, years, visits, messages, closings, replayed } =
        report.counts;
    let sample = match replay {
        0 => lang.pick("未抽", "none").to_owned(),
        1 => lang.pick("全部", "all").to_owned(),
        some => lang.choose(|| format!("每 {some} 笔抽 1 笔"), || format!("one of {some}")),
    };
    writeln!(
        out,
        "{}",
        lang.choose(
            || format!(
                "核对 {name}\n  记账 {entries} 笔，分录 {postings} 条；账户 {people} 个，年度累计 {years} 行；\
                 就诊 {visits} 次，报文 {messages} 条，日结 {closings} 项\n  重新计算 {replayed} 笔（{sample}）"
            ),
            || format!(
                "checked {name}\n  {entries} entries, {postings} postings; {people} accounts, {years} rows of \
                 accumulators; {visits} visits, {messages} messages, {closings} closings\n  decided again \
                 {replayed} ({sample})"
            ),
        )
    )?;
    if report.moved {
        let words = lang.pick(
            "  核对期间有新的记账：余额、累计、就诊的差异可能由此而来，请停机或对备份再核对",
            "  entries were posted meanwhile: differences of accounts, accumulators and visits may come from that; \
             check again while the server is stopped, or check a backup",
        );
        writeln!(out, "{words}")?;
    }
    if report.is_clean() {
        writeln!(out, "{}", lang.pick("没有问题", "nothing is wrong"))?;
        return Ok(());
    }
    let wrong = report.wrong();
    let words =
        lang.choose(|| format!("有 {wrong} 处问题"), || format!("{wrong} things are wrong"));
    writeln!(out, "{words}")?;
    for (code, count) in &report.by_kind {
        let kind = Kind::ALL.iter().find(|kind| kind.code() == *code);
        let name = kind.map_or("", |kind| lang.pick(kind.zh(), kind.en()));
        writeln!(out, "  {count:>6}  {code}  {name}")?;
    }
    for fault in report.faults.iter().take(SHOWN) {
        writeln!(out, "{}", fault.text(lang == Lang::En))?;
    }
    if wrong > SHOWN as u64 {
        let more = wrong - SHOWN as u64;
        let words = lang.choose(
            || format!("……还有 {more} 处；--json 列出前 1000 处"),
            || format!("… and {more} more; --json lists the first 1000"),
        );
        writeln!(out, "{words}")?;
    }
    Ok(())
}
