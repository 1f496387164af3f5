//! `gongji account credit`: the monthly credit run, and what it came to.

use super::desk::{self, Kept};
use crate::books::Place;
use crate::formats::Kind;
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use agency::accounts::{CreditAsked, CreditReport, CreditRun, RunError};
use agency::business::account::Skipped;
use anyhow::{Result, anyhow};
use kernel::{Fen, Month, Status};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 个账划入 / credit accounts for a month
///
/// 在职按当月缴费基数、退休按定额，依当月有效的政策计入。每人每月一次：再跑一遍，只补差额（补缴、更正基数之后）。
/// 中途停下，下次从停下的地方接着跑。
///
/// By the policy in force in the month: a share of the contribution base for those in work, a fixed amount for the retired.
/// Once a person and month: run again it credits only the difference. Stopped, it goes on where it stopped.
///
/// 退出码 / exit codes: 0 完成 / done; 1 不能划入 / refused; 2 无法进行 / cannot be done.
#[derive(clap::Args, Clone, Debug)]
pub struct CreditArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    pub region: String,
    /// 划入哪个月 / which month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// 多划的，账户里有钱就扣回 / take back what was credited beyond what is owed, where the money is there
    #[arg(long)]
    pub take_back: bool,
    /// 报告写入文件（CSV、XLSX……） / write the report to a file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 每次提交的人数 / people a commit
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub page: u32,
    /// 同时划入的路数，缺省随账务库 / lanes side by side
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub lanes: Option<u32>,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: books that cannot be opened or written.
pub(super) fn run(args: &CreditArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let month = Month::parse(&args.month).ok_or_else(|| {
        let words = lang.pick("应为年月，如 2026-03", "expected a month, such as 2026-03");
        anyhow!("--month {}：{words}", args.month)
    })?;
    let (agency, area) = desk::open(&args.place, &args.region, source)?;
    let asked = CreditAsked {
        area,
        month,
        take_back: args.take_back,
        page: args.page as usize,
        lanes: args.lanes.map(|lanes| lanes as usize),
    };
    let finish = || -> Result<CreditReport, RunError> {
        let run = CreditRun::begin(&agency, asked)?;
        let label = lang.pick("个账划入", "crediting accounts");
        let progress = Progress::begin(label, run.people().max(run.done()), 2_000);
        progress.moved(run.done());
        run.finish(&|people| progress.moved(people))
    };
    let report = match finish() {
        Ok(report) => report,
        Err(RunError::Refused(refused)) => {
            writeln!(out, "{refused}")?;
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(anyhow!("{error}")),
    };
    print(&report, lang, out)?;
    if let Some(path) = &args.out {
        desk::table(&columns(lang), &rows(&report, lang), Some(path), out, lang)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(report: &CreditReport, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let CreditReport { month, attempt, resumed, tally } = report;
    let (people, entries, amount) = (tally.people, tally.entries(), tally.amount());
    let words = lang.choose(
        || {
            let resumed = if *resumed { "，接着上次停下的地方" } else { "" };
            format!("{month} 个账划入（第 {attempt} 次{resumed}）：{people} 人，划入 {entries} 人 {amount} 元")
        },
        || {
            let resumed = if *resumed { ", taken up where it was stopped" } else { "" };
            format!("{month}, run {attempt}{resumed}: {people} people, {entries} credited, {amount} yuan")
        },
    );
    writeln!(out, "{words}")?;
    desk::table(&columns(lang), &rows(report, lang), None, out, lang)
}

fn columns(lang: Lang) -> [(&'static str, Kind); 5] {
    [
        (lang.pick("结果", "result"), Kind::Text),
        (lang.pick("参保类型", "plan"), Kind::Text),
        (lang.pick("条款或原因", "article or reason"), Kind::Text),
        (lang.pick("人数", "people"), Kind::Text),
        (lang.pick("金额", "amount"), Kind::Money),
    ]
}

/// Classes that were credited, then reasons of those who were not.
fn rows(report: &CreditReport, lang: Lang) -> Vec<Vec<Kept>> {
    let row = |result: &str, plan: &str, why: &str, people: u64, amount: i64| {
        let text = |text: &str| Kept::Text(text.to_owned());
        let people = Kept::Text(people.to_string());
        vec![text(result), text(plan), text(why), people, Kept::Money(Fen::new(amount))]
    };
    let tally = &report.tally;
    let mut rows = Vec::new();
    for (class, people, amount) in &tally.credited {
        let status = Status::from_code(&class.status);
        let status = status.map_or(&*class.status, |it| lang.pick(it.zh(), it.en()));
        rows.push(row(status, &class.plan, &class.articles, *people, *amount));
    }
    let (taken, amount) = tally.taken_back;
    if taken > 0 {
        let words = lang.pick("扣回", "taken back");
        rows.push(row(words, "", lang.pick("多划", "over-credited"), taken, -amount));
    }
    for (code, people) in &tally.skipped {
        let why = Skipped::ALL.iter().find(|why| why.code() == &**code);
        let words = why.map_or(&**code, |why| lang.pick(why.zh(), why.en()));
        let amount = if why == Some(&Skipped::Over) { tally.over } else { 0 };
        rows.push(row(lang.pick("未划入", "not credited"), "", words, *people, amount));
    }
    rows
}
