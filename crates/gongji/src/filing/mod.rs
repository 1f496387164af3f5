//! `gongji filing`: filings 备案, signing up 签约与定点, and the heads that institutions are paid for.

mod apply;
mod decide;
mod list;
pub(crate) mod office;
mod signed;

use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// 备案、签约与定点 / filings and signing up
#[derive(Debug, clap::Subcommand)]
pub enum FilingCommand {
    /// 可申报的种类，以及本地区的病种 / what can be applied for, and the diseases of the region
    Kinds(apply::KindsArgs),
    /// 代机构申报：慢特病、两病、定点、按病种定点、签约、双通道药品 / apply for a filing on behalf of an institution
    File(apply::FileArgs),
    /// 列出申报：按人、按状态 / list applications
    List(list::ListArgs),
    /// 一项申报的全部内容 / everything about one application
    Show(list::ShowArgs),
    /// 审核通过，一项或全部待审核的；申报人自己不能审核 / approve one or all that wait; not one's own
    Approve(decide::ApproveArgs),
    /// 审核不通过，写明原因 / refuse, saying why
    Refuse(decide::RefuseArgs),
    /// 撤销还没有审核的申报 / withdraw an application that waits
    Withdraw(decide::WithdrawArgs),
    /// 取消已通过的备案，从某日起 / revoke an approved filing from a day on
    Revoke(decide::RevokeArgs),
    /// 续期：申报末日之后的有效期 / apply for a filing to go on after its last day
    Renew(apply::RenewArgs),
    /// 某日的签约与定点名单 / who is signed up on a day
    Signed(signed::SignedArgs),
    /// 一个月按人头付费的人数 / heads of a month, by institution
    Heads(signed::HeadsArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books that cannot be opened, arguments that make no sense.
pub fn run(command: &FilingCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        FilingCommand::Kinds(args) => apply::kinds(args, source, out),
        FilingCommand::File(args) => apply::file(args, source, out),
        FilingCommand::List(args) => list::list(args, source, out),
        FilingCommand::Show(args) => list::show(args, source, out),
        FilingCommand::Approve(args) => decide::approve(args, source, out),
        FilingCommand::Refuse(args) => decide::refuse(args, source, out),
        FilingCommand::Withdraw(args) => decide::withdraw(args, source, out),
        FilingCommand::Revoke(args) => decide::revoke(args, source, out),
        FilingCommand::Renew(args) => apply::renew(args, source, out),
        FilingCommand::Signed(args) => signed::signed(args, source, out),
        FilingCommand::Heads(args) => signed::heads(args, source, out),
    }
}
