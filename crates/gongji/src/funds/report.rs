//! What all reports of the funds share: whose books, which month, where to.

use super::data::Data;
use crate::clearing::Whose;
use crate::clearing::office::{Office, month, refused};
use crate::formats::{Form, FormFiles};
use crate::lang::Lang;
use crate::source::Source;
use agency::funds::Report;
use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;

/// A report of a month.
#[derive(clap::Args, Clone, Debug)]
pub struct ReportArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 月份，缺省为本月（至今） / month; this month so far if not given
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Where to.
    #[command(flatten)]
    pub files: FormFiles,
    /// 写成 CSV，一行一项 / write the figures as CSV, one a row
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
}

/// Reads the report of a month.
///
/// # Errors
/// Books that cannot be opened, or a month that has not begun.
pub(super) fn read(args: &ReportArgs, source: &Source) -> Result<(Office, Report)> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let now = office.agency.now();
    let month = match &args.month {
        Some(text) => month(text, lang)?,
        None => now.date().month(),
    };
    let (store, regions) = (office.agency.store(), office.agency.regions());
    let report = Report::read(store, regions, office.area, month, now);
    let report = report.map_err(|why| refused(&why, lang))?;
    Ok((office, report))
}

/// A form with its head.
pub(super) fn form(title: &str, report: &Report) -> Form {
    let mut form = Form::new(title);
    let over = report.month.last_day() < report.at.date();
    let period = match over {
        true => report.month.to_string(),
        false => format!("{}（至 {}）", report.month, report.at.date()),
    };
    form.head([
        ("统筹区", format!("{} {}", report.area, report.area_name())),
        ("期间", period),
        ("编制时间", kernel::Moment(report.at.0 / 1_000 * 1_000).to_string()),
        ("金额单位", "元".to_owned()),
    ]);
    form
}

/// Writes a report to where it was asked for.
///
/// # Errors
/// A file that exists, or cannot be written.
pub(super) fn write(
    mut form: Form,
    data: &Data,
    args: &ReportArgs,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    form.signs(&["编制：", "复核：", "负责人："]);
    if let Some(path) = &args.csv {
        data.write(path, lang)?;
    }
    if args.csv.is_none() || !args.files.is_none() {
        form.write(&args.files, lang, out)?;
    }
    Ok(())
}
