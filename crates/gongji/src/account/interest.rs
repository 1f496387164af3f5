//! `gongji account interest`: the interest of a year for every account.

use super::desk;
use crate::books::Place;
use crate::progress::Progress;
use crate::source::Source;
use agency::accounts::{InterestAsked, InterestRun, RunError};
use anyhow::{Result, anyhow};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;

/// 个人账户计息 / interest on accounts
///
/// 政策有 account.interest 的，按一年的余额给每个账户计息，每户每年一次；再跑一遍什么也不加，中途停下的接着跑。
///
/// Where the policy has account.interest: every account is credited with the interest of a year, once. Stopped, it goes on
/// where it stopped.
///
/// 退出码 / exit codes: 0 完成 / done; 1 不能计息 / refused; 2 无法进行 / cannot be done.
#[derive(clap::Args, Clone, Debug)]
pub struct InterestArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    pub region: String,
    /// 计息年度（按开始的那年） / the year of interest, by the calendar year in which it begins
    #[arg(long)]
    pub year: i32,
    /// 每次提交的人数 / people a commit
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub page: u32,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: books that cannot be opened or written.
pub(super) fn run(args: &InterestArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let (agency, area) = desk::open(&args.place, &args.region, source)?;
    let year = args.year;
    let asked = InterestAsked { area, year, page: args.page as usize };
    let finish = || {
        let run = InterestRun::begin(&agency, asked)?;
        let label = lang.pick("个账计息", "crediting interest");
        let progress = Progress::begin(label, run.people(), 2_000);
        progress.moved(run.progress().people);
        let resumed = run.is_resumed();
        run.finish(&mut |people| progress.moved(people)).map(|done| (done, resumed))
    };
    let (done, resumed) = match finish() {
        Ok(done) => done,
        Err(RunError::Refused(refused)) => {
            writeln!(out, "{refused}")?;
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(anyhow!("{error}")),
    };
    let (attempt, people, credited) = (done.attempt, done.people, done.credited);
    let (fen, before, nothing, closed) =
        (Fen::new(done.fen), done.before, done.nothing, done.closed);
    let said = lang.choose(
        || {
            let resumed = if resumed { "，接着上次停下的地方" } else { "" };
            format!(
                "{year} 年计息（第 {attempt} 次{resumed}）：{people} 人，记入 {credited} 户 {fen} 元；\
                 已计过 {before}，无利息 {nothing}，已注销 {closed}"
            )
        },
        || {
            let resumed = if resumed { ", taken up where it was stopped" } else { "" };
            format!(
                "interest of {year}, run {attempt}{resumed}: {people} people, {credited} credited \
                 with {fen} yuan; {before} before, {nothing} without, {closed} closed"
            )
        },
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}
