//! `gongji enrol derive`: everybody's entitlement up to a month, so that arrears appear where nobody paid.

use super::{areas, month, open};
use crate::books::Place;
use crate::books::place::now;
use crate::progress::Progress;
use crate::source::Source;
use agency::core::{Core, Settings};
use agency::enrolment::derive_all;
use anyhow::{Result, anyhow};
use std::io::Write;
use std::process::ExitCode;

/// 推算待遇享受期 / derive entitlement
///
/// 按缴费月、退休、死亡和政策推算，与在册的比较，只登记差别；没有申报过缴费月的人不动。中断了再运行一次，从停下的地方继续。
/// 每月初运行一次，欠费的人从该月起停；申报到账时会自动推算，不必等它。
///
/// From months, retirement, death and the policy; only what differs is stated, and people without declared months are left
/// alone. A run that was cut off goes on where it stopped.
///
/// 退出码 / exit codes: 0 完成 / done; 1 有人未能推算 / some could not be derived; 2 用法或账务库有误 / wrong usage or books.
#[derive(clap::Args, Clone, Debug)]
pub struct DeriveArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 推算到哪个月，缺省为本月，最晚下月 / up to which month; this month if not given, at the latest the next
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// 统筹区，缺省为全部 / region; all if not given
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: a month that is too far ahead, books that cannot be opened.
pub fn run(args: &DeriveArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let until = match &args.month {
        Some(text) => month("--month", text, lang)?,
        None => now().date().month(),
    };
    let agency = open(&args.place, source)?;
    let areas = areas(&agency, args.region.as_deref(), source)?;
    let core = Core::start(agency.clone(), Settings::default())?;
    let progress = Progress::alive(lang.pick("推算，已看过的人", "deriving, people so far"));
    let mut clean = true;
    for area in areas {
        let mut seen = 0;
        let run = derive_all(&agency, &core, area, until, &mut |run| {
            progress.moved(run.people - seen);
            seen = run.people;
        });
        let run = run.map_err(|refused| anyhow!("{refused}"))?;
        if run.people == 0 && args.region.is_none() {
            continue;
        }
        let (people, changed, failed) = (run.people, run.changed, run.failed);
        let said = lang.choose(
            || format!("{area} 推算至 {until}：{people} 人，变更 {changed} 人，未能推算 {failed} 人"),
            || format!("{area} derived up to {until}: {people} people, {changed} changed, {failed} failed"),
        );
        writeln!(out, "{said}")?;
        for failure in &run.failures {
            writeln!(out, "  {failure}")?;
        }
        clean &= failed == 0;
    }
    drop(progress);
    core.close();
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
