//! `clear confirm`, `clear dispute`, `clear answer`: the institution's word on its statement, and the agency's answer.

use super::Which;
use super::office::{Office, period, refused, yuan};
use crate::source::Source;
use agency::business::clearing::{Answer, Confirm, Dispute};
use anyhow::{Result, anyhow};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::Id;

/// `clear confirm`.
#[derive(clap::Args, Clone, Debug)]
pub struct ConfirmArgs {
    /// Which statement.
    #[command(flatten)]
    pub which: Which,
    /// 确认人 / who confirms it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `clear dispute`.
#[derive(clap::Args, Clone, Debug)]
pub struct DisputeArgs {
    /// Which statement.
    #[command(flatten)]
    pub which: Which,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub words: String,
    /// 所涉结算ID，可多次给出 / settlements it is about, as often as needed
    #[arg(long = "claim", value_name = "ID")]
    pub claims: Vec<String>,
    /// 提出人 / who disputes it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `clear answer`.
#[derive(clap::Args, Clone, Debug)]
pub struct AnswerArgs {
    /// Which statement.
    #[command(flatten)]
    pub which: Which,
    /// 答复 / the answer
    #[arg(long, value_name = "WORDS")]
    pub words: String,
    /// 更正的扣款：编号=元，可多次给出 / deductions corrected, number=yuan, as often as needed
    #[arg(long = "correct", value_name = "NUMBER=YUAN")]
    pub corrections: Vec<String>,
    /// 答复人 / who answers
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Confirms a statement.
///
/// # Errors
/// Why it is refused.
pub(super) fn confirm(
    args: &ConfirmArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let period = period(&args.which.month, source.lang())?;
    let office = Office::open(&args.which.whose, source)?;
    let institution = office.party(&args.which.institution);
    let done = office.ask(Confirm { institution, period, by: Arc::from(&*args.by) });
    done.map_err(|why| refused(&why, office.lang))?;
    said(&args.which, ("已确认", "confirmed"), &office, out)
}

/// Disputes a statement.
///
/// # Errors
/// Why it is refused.
pub(super) fn dispute(
    args: &DisputeArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&args.which.month, lang)?;
    let claim = |text: &String| {
        let words = lang.pick("不是结算ID", "is no id of a settlement");
        Id::parse(text).ok_or_else(|| anyhow!("--claim {text}：{words}"))
    };
    let claims = args.claims.iter().map(claim).collect::<Result<Vec<Id>>>()?;
    let office = Office::open(&args.which.whose, source)?;
    let dispute = Dispute {
        institution: office.party(&args.which.institution),
        period,
        words: Arc::from(&*args.words),
        claims,
        by: Arc::from(&*args.by),
    };
    let checked = dispute.checked(office.agency.store());
    let done = checked.and_then(|dispute| office.ask(dispute));
    done.map_err(|why| refused(&why, lang))?;
    said(&args.which, ("已记异议，待答复", "disputed; waits for an answer"), &office, out)
}

/// Answers a dispute.
///
/// # Errors
/// Why it is refused.
pub(super) fn answer(args: &AnswerArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&args.which.month, lang)?;
    let correction = |text: &String| {
        let words = lang.pick("应为 编号=元", "expected number=yuan");
        let (number, amount) =
            text.split_once('=').ok_or_else(|| anyhow!("--correct {text}：{words}"))?;
        Ok((Arc::from(number.trim()), yuan(amount.trim(), "--correct", lang)?))
    };
    let corrections = args.corrections.iter().map(correction).collect::<Result<Vec<_>>>()?;
    let office = Office::open(&args.which.whose, source)?;
    let answer = Answer {
        institution: office.party(&args.which.institution),
        period,
        words: Arc::from(&*args.words),
        corrections,
        by: Arc::from(&*args.by),
    };
    office.ask(answer).map_err(|why| refused(&why, lang))?;
    said(&args.which, ("已答复，待机构确认", "answered; waits to be confirmed"), &office, out)
}

fn said(
    which: &Which,
    (zh, en): (&str, &str),
    office: &Office,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let Which { institution, month, .. } = which;
    writeln!(out, "{institution} {month} {}", office.lang.pick(zh, en))?;
    Ok(ExitCode::SUCCESS)
}
