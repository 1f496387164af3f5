//! `gongji backup` and `gongji restore`: copies of the books, of one moment, and the way back.

use super::place::law_ever;
use super::{Place, check};
use crate::lang::Lang;
use crate::source::Source;
use agency::books::Options;
use anyhow::{Context as _, Result, bail};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use store::{postgres, sqlite};

/// 备份账务库 / copy the books
///
/// 备份是某一时刻的完整副本；服务可以照常运行。
///
/// The copy is of one moment; the server may go on.
#[derive(clap::Args, Clone, Debug)]
pub struct BackupArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 写到哪里，不能已存在 / where to; must not exist
    #[arg(long, value_name = "PATH")]
    pub to: PathBuf,
}

/// 从备份恢复 / put a backup back
///
/// 恢复到还没有账务库的数据目录或数据库，随后核对（见 check-books）。备份与去处须是同一种库。
///
/// Into a data directory or database without books, which are checked then (see check-books). A backup goes back into the
/// kind of store that it was made of.
///
/// 退出码 / exit codes: 0 已恢复，没有问题 / restored, nothing wrong; 1 已恢复，核对有问题 / restored, but something is wrong.
#[derive(clap::Args, Clone, Debug)]
pub struct RestoreArgs {
    /// 备份 / the backup
    #[arg(long, value_name = "PATH")]
    pub from: PathBuf,
    /// Where to.
    #[command(flatten)]
    pub place: Place,
    /// 不核对 / do not check
    #[arg(long)]
    pub no_check: bool,
}

/// Runs `gongji backup`.
///
/// # Errors
/// Exit code 2: books that cannot be opened, a copy that cannot be written.
pub fn backup(args: &BackupArgs, lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    let copied = match &args.place.data {
        // Beside a server that holds the directory.
        Some(folder) if folder.join(sqlite::FILE).exists() => sqlite::backup(folder, &args.to),
        _ => args.place.open(false, lang)?.backup(&args.to),
    };
    let what = lang.pick("无法备份", "cannot be copied");
    copied.with_context(|| format!("{}: {what}", args.place.name()))?;
    let (from, to) = (args.place.name(), args.to.display());
    let said =
        lang.choose(|| format!("已备份 {from} 到 {to}"), || format!("copied {from} to {to}"));
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `gongji restore`.
///
/// # Errors
/// Exit code 2: a backup that is not whole, a directory that has books.
pub fn restore(args: &RestoreArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let what = lang.pick("无法恢复", "cannot be restored");
    let restored = match (&args.place.data, &args.place.postgres) {
        (Some(folder), _) => sqlite::restore(&args.from, folder),
        (None, Some(url)) => postgres::restore(&args.from, url),
        (None, None) => bail!("{}", Place::missing(lang)),
    };
    restored.with_context(|| format!("{}: {what}", args.from.display()))?;
    let (from, to) = (args.from.display(), args.place.name());
    let said =
        lang.choose(|| format!("已从 {from} 恢复到 {to}"), || format!("restored {from} to {to}"));
    writeln!(out, "{said}")?;
    if args.no_check {
        return Ok(ExitCode::SUCCESS);
    }
    let store = args.place.open(false, lang)?;
    let regions = law_ever(source, &*store)?;
    let options = Options::default();
    let report = check::checked(&*store, &regions, options, lang)?;
    check::print(&report, &args.place.name(), options.replay, lang, out)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
