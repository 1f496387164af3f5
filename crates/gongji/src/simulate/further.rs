//! What a result may be told as besides the terminal: tables of distributions, single people explained, the report.

use super::explain::{self, Person};
use super::tables::TablesArgs;
use super::{few, institutions, report};
use crate::lang::Lang;
use ::simulate::{Hidden, RunResult, Side, Source};
use anyhow::{Result, bail};
use std::io::Write;
use std::ops::Range;
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
    /// 人数少于 N 的组不单独列出（终端、表、报告），不举例；缺省全部列出，只供内部使用 / groups of fewer than N people are not told on their own, and nobody is an example; by default all are told, for internal use
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    min_people: Option<u64>,
}

/// What is told of.
pub(super) struct Told<'a> {
    pub(super) source: &'a Source,
    pub(super) result: &'a RunResult,
    /// What it does not say.
    pub(super) hidden: Option<&'a Hidden>,
    /// First and last month of the claims.
    pub(super) span: Option<(i32, i32)>,
    pub(super) sides: &'a [Side],
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
        if self.min_people.is_some() && (self.names || self.explain.is_some_and(|count| count > 0))
        {
            let (zh, en) = (
                "--min-people 不与 --explain、--names 同用：单个的人不举例、不写出",
                "--min-people does not go with --explain and --names: nobody is an example, nobody is named",
            );
            bail!("{}", lang.pick(zh, en));
        }
        report::check(self.html.as_deref(), lang)
    }

    /// True if groups of few people are hidden.
    pub(super) fn hides(&self) -> bool {
        self.min_people.is_some()
    }

    /// Takes groups of few people out of a result, if that was asked for; what was hidden.
    pub(super) fn hide(
        &self,
        result: &mut RunResult,
        source: &Source,
        buckets: Range<usize>,
        threads: usize,
        lang: Lang,
    ) -> Result<Option<Hidden>> {
        let Some(least) = self.min_people else { return Ok(None) };
        let (without, hidden) = few::without(result, source, buckets, threads, least, lang)?;
        *result = without;
        Ok(Some(hidden))
    }

    /// Writes what was asked for.
    pub(super) fn write(&self, told: &Told<'_>, lang: Lang, out: &mut dyn Write) -> Result<()> {
        let Told { source, result, hidden, sides, .. } = *told;
        institutions::print(&result.totals, source.institutions(), lang, out)?;
        self.tables.write(&result.totals, hidden, source.institutions(), lang)?;
        let people = self.people(source, result, sides, lang)?;
        if self.explain.is_some() {
            explain::print(&people, sides, lang, out)?;
        }
        if let Some(path) = &self.html {
            let told = report::Told { told, people: &people, names: self.names };
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
        if count == 0 || sides.len() < 2 || self.hides() {
            return Ok(Vec::new());
        }
        explain::gather(source, sides, &result.totals.people, count, lang)
    }
}
