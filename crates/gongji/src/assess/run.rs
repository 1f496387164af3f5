//! `assess run`.

use crate::clearing::Whose;
use crate::clearing::office::{Office, period, refused};
use crate::source::Source;
use agency::assessment::{run_month, run_year};
use anyhow::Result;
use kernel::Month;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// `assess run`.
#[derive(clap::Args, Clone, Debug)]
pub struct RunArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 考核月份，须已过完；年度考核为 YYYY / month, or a year; it must be over
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// 定点机构编号；省略则全部 / code of the institution; all if not given
    #[arg(long, value_name = "CODE")]
    pub institution: Option<String>,
    /// 考核人 / who runs it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Runs the command.
///
/// # Errors
/// Why it is refused as a whole.
pub(super) fn run(args: &RunArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&args.month, lang)?;
    let office = Office::open(&args.whose, source)?;
    let (whose, by) = ((office.area, args.institution.as_deref()), Arc::from(args.by.trim()));
    let (agency, core) = (&office.agency, &office.core);
    let assessed = match Month::parse(&period) {
        Some(month) => run_month(agency, core, whose, month, &by),
        None => run_year(agency, core, whose, period.parse().unwrap_or_default(), &by),
    };
    let assessed = assessed.map_err(|why| refused(&why, lang))?;
    let (made, unchanged) = (assessed.made, assessed.unchanged);
    let said = lang.choose(
        || format!("{period} 考核：新评 {made} 家，不变 {unchanged} 家"),
        || format!("{period}: {made} assessed, {unchanged} unchanged"),
    );
    writeln!(out, "{said}")?;
    for (institution, why) in &assessed.refused {
        writeln!(out, "{institution}：{}", refused(why, lang))?;
    }
    Ok(if assessed.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
