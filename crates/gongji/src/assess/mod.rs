//! `gongji assess`: institutions' months and years scored, heard and confirmed.

mod run;
mod word;
mod show;

use crate::clearing::Whose;
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// Whose assessment, and of which period.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 定点机构编号 / code of the institution
    #[arg(long, value_name = "CODE")]
    pub institution: String,
    /// 考核月份；年度考核为 YYYY / month, or the year of a year's assessment
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
}

/// 协议考核 / assessments of institutions
#[derive(clap::Subcommand, Clone, Debug)]
pub enum AssessCommand {
    /// 考核一个月，或由已确认的各月得出年度考核 / score a month, or make a year of its confirmed months
    Run(run::RunArgs),
    /// 查看考核；可写成 XLSX 或可打印的网页 / show assessments; write them as XLSX or as a page to print
    Show(show::ShowArgs),
    /// 登记机构的申辩 / note what the institution says about it
    Hear(word::HearArgs),
    /// 答复申辩，可改得分 / answer a hearing, perhaps changing points
    Answer(word::AnswerArgs),
    /// 确认考核，不能是考核人 / confirm it; not by who ran it
    Confirm(word::ConfirmArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(command: &AssessCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        AssessCommand::Run(args) => run::run(args, source, out),
        AssessCommand::Show(args) => show::run(args, source, out),
        AssessCommand::Hear(args) => word::hear(args, source, out),
        AssessCommand::Answer(args) => word::answer(args, source, out),
        AssessCommand::Confirm(args) => word::confirm(args, source, out),
    }
}
