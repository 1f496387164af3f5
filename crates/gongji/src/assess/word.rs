//! `assess hear`, `assess answer`, `assess confirm`.

use super::Which;
use crate::clearing::office::{Office, period, refused, yuan};
use crate::source::Source;
use agency::Business;
use agency::assessment::Assessment;
use agency::business::assessment::{AnswerHearing, ConfirmAssessment, Hear};
use anyhow::{Context as _, Result, anyhow};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::PersonKey;

/// `assess hear`.
#[derive(clap::Args, Clone, Debug)]
pub struct HearArgs {
    /// Which assessment.
    #[command(flatten)]
    pub which: Which,
    /// 申辩内容 / what the institution says
    #[arg(long, value_name = "WORDS")]
    pub words: String,
    /// 申辩人 / who speaks for it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `assess answer`.
#[derive(clap::Args, Clone, Debug)]
pub struct AnswerArgs {
    /// Which assessment.
    #[command(flatten)]
    pub which: Which,
    /// 答复 / the answer
    #[arg(long, value_name = "WORDS")]
    pub words: String,
    /// 改正的得分：项目=分，可多次给出 / points changed, item=points, as often as needed
    #[arg(long = "points", value_name = "ITEM=POINTS")]
    pub points: Vec<String>,
    /// 答复人 / who answers
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `assess confirm`.
#[derive(clap::Args, Clone, Debug)]
pub struct ConfirmArgs {
    /// Which assessment.
    #[command(flatten)]
    pub which: Which,
    /// 确认人，不能是考核人 / who confirms it; not who ran it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Notes a hearing.
pub(super) fn hear(args: &HearArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (words, by) = (Arc::from(&*args.words), Arc::from(args.by.trim()));
    let said = ("已记申辩，待答复", "heard; waits for an answer");
    asked(&args.which, source, said, out, |institution, period| Hear {
        institution,
        period,
        words,
        by,
    })
}

/// Answers one.
pub(super) fn answer(args: &AnswerArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let changed = |text: &String| {
        let words = lang.pick("应为 项目=分", "expected item=points");
        let (code, points) =
            text.split_once('=').ok_or_else(|| anyhow!("--points {text}：{words}"))?;
        // Points have two decimals as yuan have.
        Ok((Arc::from(code.trim()), yuan(points.trim(), "--points", lang)?.get()))
    };
    let points = args.points.iter().map(changed).collect::<Result<Vec<_>>>()?;
    let (words, by) = (Arc::from(&*args.words), Arc::from(args.by.trim()));
    let said = ("已答复，待确认", "answered; waits to be confirmed");
    asked(&args.which, source, said, out, |institution, period| AnswerHearing {
        institution,
        period,
        words,
        points,
        by,
    })
}

/// Confirms an assessment.
pub(super) fn confirm(
    args: &ConfirmArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let by = Arc::from(args.by.trim());
    asked(&args.which, source, ("已确认", "confirmed"), out, |institution, period| {
        ConfirmAssessment { institution, period, by }
    })
}

fn asked<B: Business + 'static>(
    which: &Which,
    source: &Source,
    (zh, en): (&str, &str),
    out: &mut dyn Write,
    made: impl FnOnce(PersonKey, Arc<str>) -> B,
) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&which.month, lang)?;
    let office = Office::open(&which.whose, source)?;
    let outcome = office.ask(made(office.party(&which.institution), period));
    let outcome = outcome.map_err(|why| refused(&why, lang))?;
    let assessment: Assessment = outcome.document().context("assessment")?;
    let Assessment { institution, period, grade_name, .. } = &assessment;
    let (score, state) = (Fen::new(assessment.score), lang.pick(zh, en));
    let said = lang.choose(
        || format!("{institution} {period} {state}：{score} 分，{grade_name}"),
        || format!("{institution} {period} {state}: {score} points, {grade_name}"),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}
