//! What a result may be told as besides the terminal: tables of distributions, single people explained, the report.

use super::explain::{self, Person};
use super::tables::TablesArgs;
use super::{institutions, report};
use crate::lang::Lang;
use ::simulate::{RunResult, Side, Source};
use anyhow::{Result, bail};
use std::io::Write;
use std::path::PathBuf;

/// What else is wanted.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct FurtherArgs {
    #[command(flatten)]
    tables: TablesArgs,
    /// 多得、少得最多的各 N 人，逐张说明依据（最多 10）/ explain the N people who gain most and who lose most, claim by claim (at most 10)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=10))]
    explain: Option<u8>,
    /// 一份网页报告，单个文件，不联网也能看、能打印 / the report: one page that needs no network and prints
    #[arg(long, value_name = "FILE.html")]
    html: Option<PathBuf>,
    /// 报告里写出人员编号；缺省只写“多得第 1 名” / the report names people; by default it does not
    #[arg(long, requires = "html")]
    names: bool,
}

impl FurtherArgs {
    /// Refuses what makes no sense before anything is worked out.
    pub(super) fn check(&self, sides: usize, lang: Lang) -> Result<()> {
        if self.explain.is_some_and(|count| count > 0) && sides < 2 {
            let (zh, en) = (
                "--explain 要有改革方案才知道谁多得谁少得（--reform、--reform-with 或 --reform-set）",
                "--explain needs a reform, to know who gains and loses (--reform, --reform-with or --reform-set)",
            );
            bail!("{}", lang.pick(zh, en));
        }
        report::check(self.html.as_deref(), lang)
    }

    /// Writes what was asked for.
    pub(super) fn write(
        &self,
        source: &Source,
        result: &RunResult,
        sides: &[Side],
        lang: Lang,
        out: &mut dyn Write,
    ) -> Result<()> {
        institutions::print(&result.totals, source.institutions(), lang, out)?;
        self.tables.write(&result.totals, source.institutions(), lang)?;
        let people = self.people(source, result, sides, lang)?;
        if self.explain.is_some() {
            explain::print(&people, sides, lang, out)?;
        }
        if let Some(path) = &self.html {
            let told = report::Told { source, result, sides, people: &people, names: self.names };
            report::write(path, &told, lang)?;
        }
        Ok(())
    }

    /// The people to be explained: as many as asked for; three for a report.
    fn people(
        &self,
        source: &Source,
        result: &RunResult,
        sides: &[Side],
        lang: Lang,
    ) -> Result<Vec<Person>> {
        let usual = if self.html.is_some() { 3 } else { 0 };
        let count = usize::from(self.explain.unwrap_or(usual));
        if count == 0 || sides.len() < 2 {
            return Ok(Vec::new());
        }
        explain::gather(source, sides, &result.totals.people, count, lang)
    }
}
