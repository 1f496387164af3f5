//! `gongji review`: prescriptions of a month drawn, reviewed and counted.

mod sample;
mod sheet;
mod import;
mod word;
mod show;

use crate::clearing::Whose;
use crate::clearing::office::{Office, month, refused};
use crate::source::Source;
use agency::review::{Review, ReviewState, review};
use anyhow::{Result, anyhow};
use kernel::Month;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Whose review, and of which month.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 定点机构编号 / code of the institution
    #[arg(long, value_name = "CODE")]
    pub institution: String,
    /// 处方所在月份 / month of the prescriptions
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
}

/// 处方点评 / reviews of prescriptions
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ReviewCommand {
    /// 按种子抽样：一家或全部机构，每月一次 / draw a sample by a seed, once a month
    Sample(sample::SampleArgs),
    /// 导出点评表：CSV、XLSX 供填写导回，或可打印的网页 / write the form: to be filled in, or to be printed
    Form(sheet::FormArgs),
    /// 导入填好的点评表，逐行报告问题 / take a form that was filled in, with a report of its faults
    Import(import::ImportArgs),
    /// 点评一张处方 / say what is found of one prescription
    Opine(word::OpineArgs),
    /// 裁定意见不一的处方，不能是点评人 / rule on a prescription on which reviewers differ
    Rule(word::RuleArgs),
    /// 办结：结果从此计入指标和考核 / finish a review, which then counts
    Finish(word::FinishArgs),
    /// 查看点评进度与结果，可写成 XLSX 或网页 / how far reviews are, and what they found
    Show(show::ShowArgs),
    /// 问题代码目录 / the grounds and their codes
    Grounds,
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(command: &ReviewCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        ReviewCommand::Sample(args) => sample::run(args, source, out),
        ReviewCommand::Form(args) => sheet::run(args, source, out),
        ReviewCommand::Import(args) => import::run(args, source, out),
        ReviewCommand::Opine(args) => word::opine(args, source, out),
        ReviewCommand::Rule(args) => word::rule(args, source, out),
        ReviewCommand::Finish(args) => word::finish(args, source, out),
        ReviewCommand::Show(args) => show::run(args, source, out),
        ReviewCommand::Grounds => show::grounds(source.lang(), out),
    }
}

/// The books, and the review that must be there.
fn open(which: &Which, source: &Source) -> Result<(Office, Month, Review, ReviewState)> {
    let lang = source.lang();
    let month = month(&which.month, lang)?;
    let office = Office::open(&which.whose, source)?;
    let institution = Arc::from(&*which.institution);
    let found = review(office.agency.store(), office.area, &institution, month);
    let found = found.map_err(|why| refused(&why, lang))?;
    let (review, state) = found.ok_or_else(|| {
        let what = lang.pick("还没有抽样", "no sample was drawn");
        anyhow!("{institution} {month}：{what}")
    })?;
    Ok((office, month, review, state))
}
