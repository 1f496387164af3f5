//! `gongji supervise`: supervision after the fact, from the rules to the money that comes back.

mod run;
mod findings;
mod cases;
mod step;

use crate::clearing::Whose;
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// 事后监管与案件 / supervision after the fact, and cases
#[derive(Debug, clap::Subcommand)]
pub enum SuperviseCommand {
    /// 规则及其门槛 / the rules and their thresholds
    Rules(run::RulesArgs),
    /// 对一段时间的结算逐条规则核查，疑点立案；可中断后继续 / look at a span of settlements by every rule; can be resumed
    Run(run::RunArgs),
    /// 列出疑点，可写成 CSV、XLSX / list findings; write them to a file
    Findings(findings::FindingsArgs),
    /// 列出案件 / list cases
    Cases(cases::CasesArgs),
    /// 查看案件；可写成可打印的案卷 / show a case; write its file to print
    Show(cases::ShowArgs),
    /// 指派办案人 / assign a case
    Assign(step::AssignArgs),
    /// 记下当事人的陈述申辩 / the party states its side
    Hear(step::WordsArgs),
    /// 决定：属实、部分属实、不属实，逐笔金额 / decide, settlement by settlement
    Decide(step::DecideArgs),
    /// 追回入账，须由另一人办理 / have the money booked, by another operator
    Recover(step::RecoverArgs),
    /// 登记到账或退回 / book money that came back, or was returned
    Collect(step::CollectArgs),
    /// 记下当事人的申诉 / the party appeals
    Appeal(step::WordsArgs),
    /// 答复申诉，须由又一人办理 / answer an appeal, by yet another operator
    Answer(step::AnswerArgs),
    /// 结案；账户支付的部分退回个人账户 / close a case; what accounts paid goes back to them
    Close(step::Doing),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(command: &SuperviseCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        SuperviseCommand::Rules(args) => run::rules(args, source, out),
        SuperviseCommand::Run(args) => run::run(args, source, out),
        SuperviseCommand::Findings(args) => findings::run(args, source, out),
        SuperviseCommand::Cases(args) => cases::list(args, source, out),
        SuperviseCommand::Show(args) => cases::show(args, source, out),
        SuperviseCommand::Assign(args) => step::assign(args, source, out),
        SuperviseCommand::Hear(args) => step::hear(args, source, out),
        SuperviseCommand::Decide(args) => step::decide(args, source, out),
        SuperviseCommand::Recover(args) => step::recover(args, source, out),
        SuperviseCommand::Collect(args) => step::collect(args, source, out),
        SuperviseCommand::Appeal(args) => step::appeal(args, source, out),
        SuperviseCommand::Answer(args) => step::answer(args, source, out),
        SuperviseCommand::Close(args) => step::close(args, source, out),
    }
}
