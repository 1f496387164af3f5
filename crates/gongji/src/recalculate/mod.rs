//! `gongji recalculate`: person-years that a late fact touches are listed, shown, proposed, approved by another, posted.

mod office;
mod list;
mod show;
mod decide;
mod ask;
mod many;
mod files;

use crate::books::Place;
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 重算：事实晚到或更正之后 / recalculation after late or corrected facts
#[derive(Debug, clap::Subcommand)]
pub enum RecalculateCommand {
    /// 列出待重算的人员年度和重算提案 / list what waits, by kind and by state
    List(ListArgs),
    /// 登记机构等级更正或政策替换影响的人员年度 / ask for person-years touched by a level or a policy
    Ask(AskArgs),
    /// 显示一个人一个年度的差异，不写入 / show the differences of a person-year; nothing is written
    Show(OneArgs),
    /// 提出重算提案 / propose
    Propose(OneArgs),
    /// 审批重算提案并入账，须由另一人办理 / approve and post; by another operator
    Approve(ApproveArgs),
    /// 分页办理全部待重算或待审批的，可中断后继续 / work all off in pages; can be resumed
    Run(RunArgs),
}

/// Where.
#[derive(clap::Args, Clone, Debug)]
pub struct Where {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 统筹区，缺省为账务库里的全部统筹区 / pooling area; all of the books if not given
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
}

/// Of `list`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListArgs {
    /// Where.
    #[command(flatten)]
    pub place: Where,
    /// 逐个列出至多多少个人员年度 / list so many person-years one by one
    #[arg(long, value_name = "N", default_value = "20")]
    pub rows: usize,
}

/// Of `ask`.
#[derive(clap::Args, Clone, Debug)]
pub struct AskArgs {
    /// Where.
    #[command(flatten)]
    pub place: Where,
    /// 等级或协议更正了的机构 / institution whose level or agreement was corrected
    #[arg(
        long,
        value_name = "CODE",
        required_unless_present = "policy",
        conflicts_with = "policy"
    )]
    pub institution: Option<String>,
    /// 政策被替换：按另一版政策结算的 / settlements that another version of the policy decided
    #[arg(long)]
    pub policy: bool,
    /// 就诊日期自哪天起 / services from this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: String,
    /// 到哪天止，缺省不限 / to this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
}

/// A person-year.
#[derive(clap::Args, Clone, Debug)]
pub struct OneArgs {
    /// Where.
    #[command(flatten)]
    pub place: Where,
    /// 人员编号 / person
    #[arg(long)]
    pub person: String,
    /// 年度 / benefit year
    #[arg(long)]
    pub year: i32,
    /// 经办人 / operator
    #[arg(long, default_value = "")]
    pub by: String,
    /// 差异写入 CSV / write the differences as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// Of `approve`.
#[derive(clap::Args, Clone, Debug)]
pub struct ApproveArgs {
    /// Which.
    #[command(flatten)]
    pub one: OneArgs,
    /// 查看时的提案摘要（前几位即可）；提案已变则拒绝 / digest of the proposal that was looked at, or its beginning
    #[arg(long)]
    pub digest: Option<String>,
    /// 只审批，以后再入账 / approve only, post later
    #[arg(long)]
    pub only: bool,
}

/// Of `run`.
#[derive(clap::Args, Clone, Debug)]
pub struct RunArgs {
    /// Where.
    #[command(flatten)]
    pub place: Where,
    /// 办理全部 / all that wait
    #[arg(long, required = true)]
    pub all: bool,
    /// 经办人 / operator
    #[arg(long)]
    pub by: String,
    /// 审批并入账全部提案；缺省为提出提案 / approve and post all proposals; else propose
    #[arg(long)]
    pub approve: bool,
    /// 每页（一次提交）多少 / so many a page, which is one commit
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub page: u32,
    /// 同时办理的线程，缺省比账务库的写入数多一个 / threads; one more than the store has writers if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub threads: Option<u32>,
    /// 全部办完后把差异写入 CSV，包括中断之前办的 / when all is done, write the differences as CSV, with those of before a break
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// 全部办完后把通知文字写入文件，每人一行 / when all is done, write notifications, one a line
    #[arg(long, value_name = "FILE")]
    pub notices: Option<PathBuf>,
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books that cannot be opened, files that cannot be written, arguments that make no sense.
pub fn run(command: &RecalculateCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        RecalculateCommand::List(args) => list::run(args, source, out),
        RecalculateCommand::Ask(args) => ask::run(args, source, out),
        RecalculateCommand::Show(args) => decide::show(args, source, out),
        RecalculateCommand::Propose(args) => decide::propose(args, source, out),
        RecalculateCommand::Approve(args) => decide::approve(args, source, out),
        RecalculateCommand::Run(args) => many::run(args, source, out),
    }
}
