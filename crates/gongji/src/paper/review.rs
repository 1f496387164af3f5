//! `paper review`, `decide`, `refuse`, `withdraw`: what a reviewer does with an application.

use super::{Which, clears, line, warnings};
use crate::clearing::office::{Office, refused};
use crate::lang::Lang;
use crate::source::Source;
use agency::Refused;
use agency::business::paper::Filed;
use agency::paper::{Issuer, Look};
use anyhow::{Result, bail};
use kernel::{Fen, Level, Place, Venue};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// `paper review`.
#[derive(clap::Args, Clone, Debug)]
pub struct ReviewArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// 审核人，不能是受理人；只看试算时不必写 / who reviews it, not who received it; not needed to look
    #[arg(long, value_name = "NAME", default_value = "")]
    pub by: String,
    /// 核实一类提示：类别=核实情况，可写几个 / clear warnings of a kind: CAVEAT=NOTE
    #[arg(long, value_name = "CAVEAT=NOTE")]
    pub clear: Vec<String>,
    /// 机构编号，更正 / code of the institution, put right
    #[arg(long, value_name = "CODE")]
    pub institution: Option<String>,
    /// 机构等级，更正：0、1、2、3 / its level, put right
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// 机构类型，更正 / its kind, put right: hospital, internet, pharmacy
    #[arg(long, value_name = "VENUE")]
    pub venue: Option<String>,
    /// 是否定点，更正：yes 或 no / whether it has an agreement, put right
    #[arg(long, value_name = "YES|NO")]
    pub designated: Option<String>,
    /// 异地类别，更正；空文本为按备案 / kind of off-site care, put right; empty: as filed
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
}

/// `paper decide`.
#[derive(clap::Args, Clone, Debug)]
pub struct DecideArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// 核定人，不能是受理人 / who decides it, not who received it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 一并核实一类提示：类别=核实情况 / clear warnings of a kind along with it: CAVEAT=NOTE
    #[arg(long, value_name = "CAVEAT=NOTE")]
    pub clear: Vec<String>,
    /// 核定意见 / opinion
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub opinion: String,
}

/// `paper refuse`.
#[derive(clap::Args, Clone, Debug)]
pub struct RefuseArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// 审核人，不能是受理人 / who turns it down, not who received it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// 依据的条文 / the article it rests on
    #[arg(long, value_name = "ARTICLE", default_value = "")]
    pub article: String,
}

/// `paper withdraw`.
#[derive(clap::Args, Clone, Debug)]
pub struct WithdrawArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// 经办人 / who withdraws it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
}

/// Notes what a review found, if anything is said, and shows what would be decided.
///
/// # Errors
/// Why it is refused.
pub(super) fn review(args: &ReviewArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let clear = clears(&args.clear, lang)?;
    let issuer = issuer(args, &application.stated.issuer, lang)?;
    let desk = office.paper(&args.by);
    if !clear.is_empty() || issuer.is_some() {
        let filed = desk.review(&person, &application.number, clear, issuer);
        filed.map_err(|why| refused(&why, lang))?;
    }
    let Look { verdict, open } =
        desk.look(&person, &application.number).map_err(|why| refused(&why, lang))?;
    let [total, scope, deductible, owed, cash] =
        [verdict.total, verdict.in_scope, verdict.deductible, verdict.owed(), verdict.cash]
            .map(Fen::new);
    let said = lang.choose(
        || {
            format!(
                "试算：总费用 {total}，政策范围内 {scope}，起付 {deductible}，应付个人 {owed}，个人负担 {cash}"
            )
        },
        || {
            format!(
                "would be: {total} in all, {scope} in scope, {deductible} of the deductible, {owed} owed, {cash} borne"
            )
        },
    );
    writeln!(out, "{said}")?;
    if !verdict.why.is_empty() {
        writeln!(out, "{}{}", lang.pick("不予支付：", "not paid: "), verdict.why)?;
    }
    writeln!(out, "{}{}", lang.pick("依据：", "articles: "), verdict.articles.join("；"))?;
    let label = lang.pick("待核实", "open");
    for warning in open {
        let (code, zh) = (warning.caveat.code(), warning.caveat.zh());
        writeln!(out, "  {label} {code} {zh}：{}", warning.words)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The institution put right; `None`: nothing is said of it.
fn issuer(args: &ReviewArgs, now: &Issuer, lang: Lang) -> Result<Option<Issuer>> {
    let mut issuer = now.clone();
    let word = |option: &str, text: &str, known: bool, codes: &[&str]| -> Result<Arc<str>> {
        if known || text.is_empty() {
            return Ok(Arc::from(text));
        }
        let what = lang.pick("应为", "expected one of");
        bail!("{option} {text}：{what} {}", codes.join("、"))
    };
    if let Some(code) = &args.institution {
        issuer.code = Arc::from(code.trim());
    }
    if let Some(text) = &args.level {
        let known = Level::from_code(text).is_some();
        issuer.level = word("--level", text, known, Level::CODES)?;
    }
    if let Some(text) = &args.venue {
        let known = Venue::from_code(text).is_some();
        issuer.venue = word("--venue", text, known, Venue::CODES)?;
    }
    if let Some(text) = &args.place {
        let known = Place::from_code(text).is_some();
        issuer.place = word("--place", text, known, Place::CODES)?;
    }
    issuer.designated = match args.designated.as_deref() {
        None => issuer.designated,
        Some("yes" | "是") => true,
        Some("no" | "否") => false,
        Some(text) => bail!("--designated {text}：{}", lang.pick("应为 yes 或 no", "yes or no")),
    };
    Ok((issuer != *now).then_some(issuer))
}

/// Decides.
///
/// # Errors
/// Why it is refused.
pub(super) fn decide(args: &DecideArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let clear = clears(&args.clear, lang)?;
    let opinion = Arc::from(args.opinion.trim());
    let desk = office.paper(&args.by);
    said(desk.decide(&person, &application.number, &clear, &opinion), lang, out)
}

/// Turns it down.
///
/// # Errors
/// Why it is not.
pub(super) fn refuse(args: &RefuseArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let (reason, article) = (Arc::from(args.reason.trim()), Arc::from(args.article.trim()));
    let desk = office.paper(&args.by);
    said(desk.turn_down(&person, &application.number, &reason, &article), lang, out)
}

/// Withdraws it.
///
/// # Errors
/// Why it is not.
pub(super) fn withdraw(
    args: &WithdrawArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let reason = Arc::from(args.reason.trim());
    let desk = office.paper(&args.by);
    said(desk.withdraw(&person, &application.number, &reason), lang, out)
}

/// How it stands afterwards.
pub(super) fn said(
    filed: Result<Filed, Refused>,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let filed = filed.map_err(|why| refused(&why, lang))?;
    writeln!(out, "{}", line(&filed.application, lang))?;
    let verdict = filed.application.decided.as_ref();
    if let Some(verdict) = verdict.filter(|verdict| !verdict.why.is_empty()) {
        writeln!(out, "  {}{}", lang.pick("不予支付：", "not paid: "), verdict.why)?;
    }
    warnings(&filed.application, lang, out)?;
    Ok(ExitCode::SUCCESS)
}
