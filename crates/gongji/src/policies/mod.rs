//! `gongji policy`: what policy staff do with documents.

use crate::lang::Lang;
use crate::source::Source;
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use kernel::Date;
use policy::{Choice, Faults, Library};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

mod list;
mod show;
mod check;
mod diff;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// 列出地区与文件 / list regions and documents
    List,
    /// 一个地区某日的全部规则、取值和依据 / what a region's policy says on a day
    Show {
        /// 统筹区代码 / region
        region: String,
        /// 日期，缺省为最后一版 / a day; default: the last policy
        #[arg(long)]
        on: Option<String>,
    },
    /// 检查：无缺口、无重叠、算例覆盖、规律 / check tables, coverage and laws
    Check(check::CheckArgs),
    /// 运行算例 / run the cases
    Test(Selection),
    /// 比较两个地区或两个日期：`450000@2023-06-01 450000@2024-06-01+文号` / compare regions or days
    Diff {
        /// 之前 / before: REGION[@DATE][+DOCUMENT]
        before: String,
        /// 之后 / after: REGION[@DATE][+DOCUMENT]
        after: String,
    },
    /// 生成一个地区的网页 / write a region's page as self-contained HTML
    Render {
        /// 统筹区代码 / region
        region: String,
        /// 输出文件，缺省输出到终端 / file to write to
        #[arg(short, long)]
        out: Option<PathBuf>,
    },
    /// 机制手册 / write the manual of mechanisms
    Manual {
        /// 输出文件夹 / folder to write to
        #[arg(long)]
        out: PathBuf,
    },
    /// 表的 JSON Schema，供编辑器使用 / print the JSON Schema of tables
    Schema,
}

/// Which regions.
#[derive(Debug, Args)]
pub struct Selection {
    /// 统筹区代码 / regions
    regions: Vec<String>,
    /// 全部地区 / all regions
    #[arg(long, conflicts_with = "regions")]
    all: bool,
}

impl Selection {
    pub(crate) fn codes(&self, library: &Library, lang: Lang) -> Result<Vec<String>> {
        if self.all {
            return Ok(library.regions().into_iter().map(|(code, ..)| code.to_string()).collect());
        }
        if self.regions.is_empty() {
            bail!("{}", lang.pick("请给出统筹区代码，或 --all", "name a region, or say --all"));
        }
        Ok(self.regions.clone())
    }
}

pub(crate) fn run(
    command: &PolicyCommand,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let library = source.library()?;
    let (choice, lang) = (source.choice(), source.lang());
    match command {
        PolicyCommand::List => list::run(&library, lang, out),
        PolicyCommand::Show { region, on } => {
            show::run(&library, &choice, region, on.as_deref(), lang, out)
        }
        PolicyCommand::Check(args) => check::check(args, &library, &choice, lang, out),
        PolicyCommand::Test(selection) => {
            check::test(&selection.codes(&library, lang)?, &library, &choice, lang, out)
        }
        PolicyCommand::Diff { before, after } => {
            diff::run(&library, &choice, before, after, lang, out)
        }
        PolicyCommand::Render { region, out: file } => {
            render(&library, &choice, region, file.as_deref(), lang, out)
        }
        PolicyCommand::Manual { out: folder } => {
            for (name, text) in policy::manual::pages(&library) {
                write(&folder.join(name), &text)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Schema => {
            write!(out, "{}", policy::manual::schema())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn write(path: &std::path::Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("{}", path.display()))
}

fn render(
    library: &Library,
    choice: &Choice,
    region: &str,
    file: Option<&std::path::Path>,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let report =
        match policy::check::check(library, region, choice, policy::check::Effort::default()) {
            Ok(report) => report,
            Err(faults) => return Ok(show_faults(&faults)),
        };
    let page = policy::render::page(&report, lang == Lang::En);
    match file {
        Some(path) => write(path, &page)?,
        None => write!(out, "{page}")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints faults; the policy cannot be used.
fn show_faults(faults: &Faults) -> ExitCode {
    eprintln!("{faults}");
    ExitCode::FAILURE
}

fn day(text: &str, lang: Lang) -> Result<Date> {
    let Some(day) = Date::parse(text) else {
        bail!(
            "{}: {text}",
            lang.pick("不是日期（应为 2024-03-01）", "not a day (expected 2024-03-01)")
        );
    };
    Ok(day)
}
