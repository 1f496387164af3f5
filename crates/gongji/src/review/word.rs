//! `review opine`, `review rule`, `review finish`.

use super::{Which, open};
use crate::clearing::office::refused;
use crate::source::Source;
use agency::Business;
use agency::business::review::{FinishReview, Opine, RuleOn, Whose as Reviewed};
use agency::review::{Given, Review, results};
use anyhow::{Context as _, Result};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// What is found of a prescription.
#[derive(clap::Args, Clone, Debug)]
pub struct FoundArgs {
    /// 样本中的序号 / its number in the sample
    #[arg(long, value_name = "NUMBER")]
    pub serial: u32,
    /// 问题代码，可多次给出；不给为合理 / code of a ground, as often as needed; rational without any
    #[arg(long = "ground", value_name = "CODE")]
    pub grounds: Vec<String>,
    /// 说明 / in words
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub note: String,
}

impl FoundArgs {
    fn given(&self) -> Given {
        Given {
            serial: self.serial,
            grounds: self.grounds.iter().map(|code| Arc::from(code.trim())).collect(),
            note: Arc::from(&*self.note),
        }
    }
}

/// `review opine`.
#[derive(clap::Args, Clone, Debug)]
pub struct OpineArgs {
    /// Whose.
    #[command(flatten)]
    pub which: Which,
    /// What.
    #[command(flatten)]
    pub found: FoundArgs,
    /// 点评人 / who reviewed it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `review rule`.
#[derive(clap::Args, Clone, Debug)]
pub struct RuleArgs {
    /// Whose.
    #[command(flatten)]
    pub which: Which,
    /// What.
    #[command(flatten)]
    pub found: FoundArgs,
    /// 裁定人 / who rules
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `review finish`.
#[derive(clap::Args, Clone, Debug)]
pub struct FinishArgs {
    /// Whose.
    #[command(flatten)]
    pub which: Which,
    /// 办结人 / who finishes it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Says what is found of one prescription.
pub(super) fn opine(args: &OpineArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (by, given) = (Arc::from(args.by.trim()), vec![args.found.given()]);
    let made = |whose| Opine { whose, by, given };
    asked(&args.which, source, out, made)
}

/// Rules on one.
pub(super) fn rule(args: &RuleArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (by, given) = (Arc::from(args.by.trim()), args.found.given());
    asked(&args.which, source, out, |whose| RuleOn { whose, by, given })
}

/// Finishes a review.
pub(super) fn finish(args: &FinishArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let by = Arc::from(args.by.trim());
    asked(&args.which, source, out, |whose| FinishReview { whose, by })
}

fn asked<B: Business + 'static>(
    which: &Which,
    source: &Source,
    out: &mut dyn Write,
    made: impl FnOnce(Reviewed) -> B,
) -> Result<ExitCode> {
    let lang = source.lang();
    let (office, month, ..) = open(which, source)?;
    let business = made(Reviewed::new(office.area, &which.institution, month));
    let outcome = office.ask(business).map_err(|why| refused(&why, lang))?;
    let review: Review = outcome.document().context("review")?;
    let tally = results(&review).all;
    let (waiting, differ) = review.left();
    let (institution, reviewed, irrational) =
        (&review.institution, tally.reviewed, tally.irrational);
    let state = match &review.finished {
        Some(_) => lang.pick("已办结", "finished"),
        None => lang.pick("点评中", "open"),
    };
    let said = lang.choose(
        || format!("{institution} {month}：{state}，有结论 {reviewed} 张（不合理 {irrational} 张），待点评 {waiting} 张，待裁定 {differ} 张"),
        || format!("{institution} {month}: {state}; {reviewed} concluded, {irrational} of them irrational; {waiting} wait, {differ} are to be ruled on"),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}
