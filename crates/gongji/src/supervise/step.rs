//! The steps of a case: `supervise assign`, `hear`, `decide`, `recover`, `collect`, `appeal`, `answer`, `close`.

use super::Whose;
use crate::clearing::office::{Office, month, refused, yuan};
use crate::lang::Lang;
use crate::source::Source;
use agency::Outcome;
use agency::business::supervision::Way;
use agency::supervise::case::{Case, Ruled, Verdict};
use agency::supervise::desk::{self, Desk, Said};
use agency::{Business, Refused};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::Id;

/// Which case.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 案件编号 / number of the case
    #[arg(long, value_name = "NUMBER")]
    pub case: String,
}

/// Which case, and who does something about it.
#[derive(clap::Args, Clone, Debug)]
pub struct Doing {
    /// Which case.
    #[command(flatten)]
    pub which: Which,
    /// 办理人 / by whom
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `supervise assign`.
#[derive(clap::Args, Clone, Debug)]
pub struct AssignArgs {
    /// Which case, by whom.
    #[command(flatten)]
    pub doing: Doing,
    /// 办案人，须为另一人 / who is to look into it; another person
    #[arg(long, value_name = "NAME")]
    pub to: String,
}

/// `supervise hear`, `supervise appeal`.
#[derive(clap::Args, Clone, Debug)]
pub struct WordsArgs {
    /// Which case, by whom.
    #[command(flatten)]
    pub doing: Doing,
    /// 内容 / what is said
    #[arg(long, value_name = "WORDS")]
    pub words: String,
}

/// `supervise decide`.
#[derive(clap::Args, Clone, Debug)]
pub struct DecideArgs {
    /// Which case, by whom.
    #[command(flatten)]
    pub doing: Doing,
    /// 结论：founded 属实、partly 部分属实、unfounded 不属实 / founded, partly or unfounded
    #[arg(long, value_name = "WORD")]
    pub verdict: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reasons: String,
    /// 依据的条款 / the article it rests on
    #[arg(long, value_name = "ARTICLE", default_value = "")]
    pub article: String,
    /// 追回的结算与金额：结算ID=基金元,账户元，可多次给出；缺省为疑点涉及的全部 / what is recovered, as often as needed; all in question if not given
    #[arg(long = "claim", value_name = "ID=FUND[,ACCOUNT]")]
    pub claims: Vec<String>,
    /// 建议暂停协议，只作记录 / proposes to suspend the agreement; only recorded
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub suspend: String,
}

/// `supervise recover`.
#[derive(clap::Args, Clone, Debug)]
pub struct RecoverArgs {
    /// Which case, by whom.
    #[command(flatten)]
    pub doing: Doing,
    /// 从这个月的月结算扣款（尚未结算的月份，只对机构）；缺省为应收，由当事人缴回 / deducted from the clearing of this month; else the party pays it in
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
}

/// `supervise collect`.
#[derive(clap::Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("way").required(true)))]
pub struct CollectArgs {
    /// Which case, by whom.
    #[command(flatten)]
    pub doing: Doing,
    /// 银行流水号：钱已到账，或已退回当事人 / number of the bank: money came in, or was returned
    #[arg(long, value_name = "NUMBER", group = "way")]
    pub bank: Option<String>,
    /// 扣款已在月结算中扣下 / the deduction was taken
    #[arg(long, group = "way")]
    pub deduction: bool,
    /// 金额，元；缺省为尚余的全部 / how much, in yuan; all that is open if not given
    #[arg(long, value_name = "YUAN", requires = "bank")]
    pub amount: Option<String>,
}

/// `supervise answer`.
#[derive(clap::Args, Clone, Debug)]
#[command(group(clap::ArgGroup::new("outcome").required(true)))]
pub struct AnswerArgs {
    /// Which case, what is answered, by whom.
    #[command(flatten)]
    pub words: WordsArgs,
    /// 申诉不成立，维持 / the recovery stands
    #[arg(long, group = "outcome")]
    pub upheld: bool,
    /// 申诉成立，撤回追回 / the recovery is taken back
    #[arg(long, group = "outcome")]
    pub overturned: bool,
}

/// Takes a step, and says where the case stands.
fn take<B: Business + 'static>(
    doing: &Doing,
    source: &Source,
    out: &mut dyn Write,
    step: impl FnOnce(&Desk<'_>) -> Result<B, Refused>,
) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&doing.which.whose, source)?;
    let desk = desk(&office, doing);
    let outcome = step(&desk).and_then(|business| office.ask(business));
    let outcome = outcome.map_err(|why| refused(&why, lang))?;
    said(&office, &outcome, out)
}

fn desk<'a>(office: &'a Office, doing: &Doing) -> Desk<'a> {
    Desk {
        queries: office.agency.store(),
        area: office.area,
        number: Arc::from(&*doing.which.case),
        by: Arc::from(doing.by.trim()),
    }
}

fn said(office: &Office, outcome: &Outcome, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = office.lang;
    let Some(case) = outcome.document::<Case>() else { bail!("{outcome:?}") };
    let found = desk::case(office.agency.store(), office.area, &case.number);
    let (case, state) = found.map_err(|why| refused(&why, lang))?;
    let step = case.steps.last().cloned().unwrap_or_default();
    let money = match step.fen {
        0 => String::new(),
        fen => format!(" {}", Fen::new(fen)),
    };
    let state = lang.pick(state.zh(), state.code());
    writeln!(out, "{} {}{money}；{} {state}", case.number, step.what, lang.pick("现", "now"))?;
    Ok(ExitCode::SUCCESS)
}

/// Assigns.
pub(super) fn assign(args: &AssignArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    take(&args.doing, source, out, |desk| desk.assign(&args.to))
}

/// Hears.
pub(super) fn hear(args: &WordsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    take(&args.doing, source, out, |desk| desk.hear(&args.words))
}

/// Decides.
pub(super) fn decide(args: &DecideArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let verdict = Verdict::of(&args.verdict).with_context(|| {
        let words =
            lang.pick("应为 founded、partly 或 unfounded", "expected founded, partly or unfounded");
        format!("--verdict {}：{words}", args.verdict)
    })?;
    let claims = args.claims.iter().map(|text| claim(text, lang)).collect::<Result<Vec<_>>>()?;
    take(&args.doing, source, out, |desk| {
        let claims = if claims.is_empty() { None } else { Some(desk.named(&claims)?) };
        desk.decide(Said {
            verdict,
            reasons: args.reasons.trim().into(),
            article: args.article.trim().into(),
            suspension: args.suspend.trim().into(),
            claims,
        })
    })
}

/// `ID=FUND[,ACCOUNT]`.
fn claim(text: &str, lang: Lang) -> Result<Ruled> {
    let words = lang.pick("应为 结算ID=基金元,账户元", "expected ID=FUND[,ACCOUNT]");
    let wrong = || format!("--claim {text}：{words}");
    let (entry, amounts) = text.split_once('=').with_context(wrong)?;
    let entry = Id::parse(entry.trim()).with_context(wrong)?;
    let (fund, account) = amounts.split_once([',', '，']).unwrap_or((amounts, "0"));
    let fund = yuan(fund.trim(), "--claim", lang)?.get();
    let account = yuan(account.trim(), "--claim", lang)?.get();
    Ok(Ruled { person: Arc::default(), entry, fund, account })
}

/// Has the money booked.
pub(super) fn recover(
    args: &RecoverArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let month = args.month.as_deref().map(|text| month(text, source.lang())).transpose()?;
    take(&args.doing, source, out, |desk| desk.recover(month))
}

/// Books money that came back.
pub(super) fn collect(
    args: &CollectArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    // What is returned to the party is negative.
    let sign = |text: &str| match text.strip_prefix('-') {
        Some(rest) => yuan(rest, "--amount", lang).map(|it| -it.get()),
        None => yuan(text, "--amount", lang).map(Fen::get),
    };
    let fen = args.amount.as_deref().map(sign).transpose()?;
    let way = if args.deduction { Way::Deduction } else { Way::Bank };
    let reference = args.bank.as_deref().unwrap_or_default();
    take(&args.doing, source, out, |desk| desk.collect(way, fen, reference))
}

/// Appeals.
pub(super) fn appeal(args: &WordsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    take(&args.doing, source, out, |desk| desk.appeal(&args.words))
}

/// Answers an appeal.
pub(super) fn answer(args: &AnswerArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let WordsArgs { doing, words } = &args.words;
    take(doing, source, out, |desk| desk.answer(args.upheld, words))
}

/// Closes.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method by its name is for one lifetime of the desk only"
)]
pub(super) fn close(args: &Doing, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    take(args, source, out, |desk| desk.close())
}
