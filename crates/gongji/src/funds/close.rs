//! `funds close`: months that are over are kept as sums.

use crate::clearing::Whose;
use crate::clearing::office::{Office, month, refused};
use crate::progress::Progress;
use crate::source::Source;
use agency::books::last_over;
use agency::business::funds::KeepMonths;
use agency::funds::due;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// `funds close`.
#[derive(clap::Args, Clone, Debug)]
pub struct CloseArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 月结到哪个月，缺省为上个过完的月份 / up to which month; the last that is over if not given
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// 已月结的也重新汇总，核对有无不同 / sum up kept months again, and compare
    #[arg(long)]
    pub again: bool,
}

/// Runs the command.
///
/// # Errors
/// A month that is not over, or whose sums have changed.
pub(super) fn run(args: &CloseArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let to = match &args.month {
        Some(text) => month(text, lang)?,
        None => last_over(office.agency.now()).next().month().plus(-1),
    };
    let progress = Progress::alive(lang.pick("汇总月份", "summing months"));
    let months =
        due(office.agency.store(), office.area, to, args.again, &mut |_| progress.moved(1));
    drop(progress);
    let months = months.map_err(|why| refused(&why, lang))?;
    let names: Vec<String> = months.iter().map(|(month, _)| month.to_string()).collect();
    let outcome = office.ask(KeepMonths { area: office.area, months });
    outcome.map_err(|why| refused(&why, lang))?;
    let said = match (names.first(), names.last()) {
        (Some(first), Some(last)) => {
            let count = names.len();
            lang.choose(
                || format!("已月结 {count} 个月：{first} 至 {last}"),
                || format!("{count} months kept: {first} to {last}"),
            )
        }
        _ => lang.pick("没有要月结的月份", "nothing to keep").to_owned(),
    };
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}
