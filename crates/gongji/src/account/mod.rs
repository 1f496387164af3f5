//! `gongji account`: personal accounts. The monthly credit, statements, family binding, premiums, closing and moving.

mod bind;
mod close;
mod credit;
pub(crate) mod desk;
mod interest;
mod premium;
mod premiums;
mod rules;
mod statement;
mod unpaid;

use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// The commands about personal accounts.
#[derive(Debug, clap::Subcommand)]
pub enum AccountCommand {
    /// 个账划入：按月给全体参保人计入个人账户，可重复、可续跑 / credit everybody's account for a month
    Credit(credit::CreditArgs),
    /// 个人账户计息：政策有规定的，每年给每个账户计息一次 / credit every account with the interest of a year
    Interest(interest::InterestArgs),
    /// 个账对账单 / the statement of an account
    Statement(statement::StatementArgs),
    /// 账户使用规则：可绑定的亲属、用途、负面清单、注销 / what the policy lets an account do
    Rules(rules::RulesArgs),
    /// 家庭共济绑定：亲属的账户为本人支付 / bind a relative's account
    Bind(bind::BindArgs),
    /// 解除家庭共济绑定 / end a binding
    Unbind(bind::UnbindArgs),
    /// 账户缴费：居民医保、长护险、大额 / pay a premium from an account
    Premium(premium::PremiumArgs),
    /// 批量账户缴费，如扣缴漏缴的大额 / pay the premiums of a file from accounts
    Premiums(premiums::PremiumsArgs),
    /// 大额医疗互助保费欠缴名单，可写成供 premiums 扣缴的文件 / large-amount premiums that are unpaid, also as the file that premiums reads
    Unpaid(unpaid::UnpaidArgs),
    /// 账户注销：死亡、转出、出国定居、注销身份 / close an account
    Close(close::CloseArgs),
    /// 账户转入：别处账户的余额转来 / take over the balance of an account elsewhere
    TransferIn(close::TransferInArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books that cannot be opened, arguments that say nothing sensible.
pub fn run(command: &AccountCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        AccountCommand::Credit(args) => credit::run(args, source, out),
        AccountCommand::Interest(args) => interest::run(args, source, out),
        AccountCommand::Statement(args) => statement::run(args, source, out),
        AccountCommand::Rules(args) => rules::run(args, source, out),
        AccountCommand::Bind(args) => bind::bind(args, source, out),
        AccountCommand::Unbind(args) => bind::unbind(args, source, out),
        AccountCommand::Premium(args) => premium::run(args, source, out),
        AccountCommand::Premiums(args) => premiums::run(args, source, out),
        AccountCommand::Unpaid(args) => unpaid::run(args, source, out),
        AccountCommand::Close(args) => close::close(args, source, out),
        AccountCommand::TransferIn(args) => close::transfer_in(args, source, out),
    }
}
