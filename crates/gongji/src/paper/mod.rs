//! `gongji paper`: bills that people paid themselves and hand in on paper, from the window to the bank.

mod receive;
mod list;
mod notice;
mod review;
mod payment;

use crate::clearing::Whose;
use crate::clearing::office::{Office, refused};
use crate::lang::Lang;
use crate::source::Source;
use agency::paper::{Application, Caveat, Clear, Desk, State, applications};
use anyhow::{Result, anyhow, bail};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::PersonKey;

/// Which application.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 申请编号，或受理号 / number of the application, or the reference it was handed in under
    #[arg(long, value_name = "NUMBER")]
    pub number: String,
}

/// Paper claims.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum PaperCommand {
    /// 受理：读入一个文件的申请，逐份登记票据、查重 / receive the applications of files
    Receive(receive::ReceiveArgs),
    /// 列出申请 / list applications
    List(list::ListArgs),
    /// 查看一份申请及核定告知书；可写成 XLSX 或可打印的网页 / show an application; write its notice
    Show(notice::ShowArgs),
    /// 审核：试算，核实提示，更正机构情况 / review: what would be decided; clear warnings, put the institution right
    Review(review::ReviewArgs),
    /// 核定：按政策结算入账，应付给个人 / decide: settled and owed to the person
    Decide(review::DecideArgs),
    /// 不予受理 / turn an application down
    Refuse(review::RefuseArgs),
    /// 撤回申请；已核定、未支付的，账务原样冲回 / withdraw an application, or a decision that is not paid
    Withdraw(review::WithdrawArgs),
    /// 更改收款账户 / change who is paid
    Payee(payment::PayeeArgs),
    /// 制个人拨付单：全部已核定、待支付的申请 / make a payment order of everything that is to be paid
    Pay(payment::PayArgs),
    /// 复核个人拨付单并支付，或退回 / approve a payment order, which pays it, or refuse it
    Approve(payment::ApproveArgs),
    /// 登记退汇：银行退回的款项重新列为应付 / note that the bank sent a payment back
    Returned(payment::ReturnedArgs),
}

/// Runs a command; faults of files are shown on `shown`.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(
    command: &PaperCommand,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    match command {
        PaperCommand::Receive(args) => receive::run(args, source, out, shown),
        PaperCommand::List(args) => list::run(args, source, out),
        PaperCommand::Show(args) => notice::run(args, source, out),
        PaperCommand::Review(args) => review::review(args, source, out),
        PaperCommand::Decide(args) => review::decide(args, source, out),
        PaperCommand::Refuse(args) => review::refuse(args, source, out),
        PaperCommand::Withdraw(args) => review::withdraw(args, source, out),
        PaperCommand::Payee(args) => payment::payee(args, source, out),
        PaperCommand::Pay(args) => payment::pay(args, source, out),
        PaperCommand::Approve(args) => payment::approve(args, source, out),
        PaperCommand::Returned(args) => payment::returned(args, source, out),
    }
}

impl Office {
    /// The desk of an operator.
    fn paper(&self, by: &str) -> Desk<'_> {
        Desk { agency: &self.agency, core: &self.core, by: Arc::from(by.trim()) }
    }

    /// The application that a command names: the newest of a reference.
    fn application(&self, which: &Which) -> Result<(PersonKey, Application)> {
        let all = applications(self.agency.store(), self.area, "", &[]);
        let all = all.map_err(|why| refused(&why, self.lang))?;
        let named = |it: &&Application| {
            *it.number == *which.number || *it.stated.reference == *which.number
        };
        let found = all.iter().filter(named).max_by(|a, b| a.number.cmp(&b.number));
        let Some(found) = found else {
            let what = self.lang.pick("没有这样的申请", "there is no such application");
            bail!("--number {}：{what}", which.number);
        };
        Ok((PersonKey { area: self.area, person: found.person.clone() }, found.clone()))
    }
}

/// One line about an application.
fn line(application: &Application, lang: Lang) -> String {
    let Application { number, person, stated, .. } = application;
    let total = Fen::new(stated.total());
    let state = application.state();
    let decided = application.decided.as_ref().filter(|_| state != State::Withdrawn);
    let decided = decided.map(|verdict| Fen::new(verdict.owed()));
    let owed = decided.map_or(String::new(), |owed| {
        lang.choose(|| format!("，应付个人 {owed}"), || format!(", {owed} owed to the person"))
    });
    let issuer = stated.issuer.shown();
    lang.choose(
        || format!("{number} {person} {issuer} 票据 {total}：{}{owed}", state.zh()),
        || format!("{number} {person} {issuer} {total}: {}{owed}", state.code()),
    )
}

/// Warnings that are open, one a line.
fn warnings(application: &Application, lang: Lang, out: &mut dyn Write) -> Result<()> {
    for warning in application.open() {
        let (code, zh) = (warning.caveat.code(), warning.caveat.zh());
        let label = lang.pick("待核实", "open");
        writeln!(out, "  {label} {code} {zh}：{}", warning.words)?;
    }
    Ok(())
}

/// `--clear 类别=核实情况`.
fn clears(texts: &[String], lang: Lang) -> Result<Vec<Clear>> {
    let read = |text: &String| {
        let (code, note) = text.split_once('=').unwrap_or((text, ""));
        let caveat = Caveat::of(code).ok_or_else(|| {
            let codes = Caveat::CODES.join("、");
            let words = lang.choose(
                || format!("应为 类别=核实情况，类别为 {codes}"),
                || format!("expected CAVEAT=NOTE with a caveat of {codes}"),
            );
            anyhow!("--clear {text}：{words}")
        })?;
        Ok(Clear { caveat, note: Arc::from(note.trim()) })
    };
    texts.iter().map(read).collect()
}

/// `--state`.
fn states(texts: &[String]) -> Vec<State> {
    texts.iter().filter_map(|text| State::of(text)).collect()
}
