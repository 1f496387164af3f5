//! `gongji funds`: what the funds hold, take in and pay, their reserve, and money of the funds that moves.

mod report;
mod income;
mod sheet;
mod reserve;
mod data;
mod close;
mod money;

use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// The commands about the funds.
#[derive(Debug, clap::Subcommand)]
pub enum FundsCommand {
    /// 资产负债表：各基金有什么、欠什么、结余多少 / balance sheet
    Sheet(report::ReportArgs),
    /// 收支表：本月、本年累计，按基金和待遇项目 / income statement of the month and the year so far
    Income(income::IncomeArgs),
    /// 可支付月数：统筹结余够付几个月 / for how many months the pool can pay
    Reserve(report::ReportArgs),
    /// 月结：过完的月份留下合计，以后不再逐笔汇总 / keep the sums of months that are over
    Close(close::CloseArgs),
    /// 基金建账：启用本系统时各基金的余额 / open the funds with what they held
    Open(money::OpenArgs),
    /// 基金收支记账：银行利息、财政补贴、代收保费上解、转移资金 / enter money of the funds that moved
    Move(money::MoveArgs),
    /// 已记账的基金收支凭证 / vouchers that were entered
    Vouchers(money::VouchersArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(command: &FundsCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        FundsCommand::Sheet(args) => sheet::run(args, source, out),
        FundsCommand::Income(args) => income::run(args, source, out),
        FundsCommand::Reserve(args) => reserve::run(args, source, out),
        FundsCommand::Close(args) => close::run(args, source, out),
        FundsCommand::Open(args) => money::open(args, source, out),
        FundsCommand::Move(args) => money::enter(args, source, out),
        FundsCommand::Vouchers(args) => money::vouchers(args, source, out),
    }
}
