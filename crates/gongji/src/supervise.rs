//! `gongji supervise`: supervision after the fact, from the rules to the money that comes back.

mod run;

use crate::clearing::Whose;
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// 事后监管与案件 / supervision after the fact, and cases
#[derive(Debug, clap::Subcommand)]
pub enum SuperviseCommand {
    /// 对一段时间的结算逐条规则核查，疑点立案；可中断后继续 / look at a span of settlements by every rule; can be resumed
    Run(run::RunArgs),
    /// 规则及其门槛 / the rules and their thresholds
    Rules(run::RulesArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(command: &SuperviseCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        SuperviseCommand::Run(args) => run::run(args, source, out),
        SuperviseCommand::Rules(args) => run::rules(args, source, out),
    }
}
