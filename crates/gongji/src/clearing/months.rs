//! `clear deduct`, `clear close`, `clear year`.

use super::office::{Office, month, refused, yuan};
use super::{Which, Whose};
use crate::formats::Encoding;
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use agency::business::clearing::Deduct;
use agency::clearing::{self, Closed};
use agency::{Outcome, documents};
use anyhow::{Result, anyhow};
use kernel::{Fen, Rate};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// `clear deduct`.
#[derive(clap::Args, Clone, Debug)]
pub struct DeductArgs {
    /// Whose, and of which month.
    #[command(flatten)]
    pub which: Which,
    /// 金额，元 / how much, in yuan
    #[arg(long, value_name = "YUAN")]
    pub amount: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// 依据的条款 / the article it rests on
    #[arg(long, value_name = "ARTICLE", default_value = "")]
    pub article: String,
    /// 案件或文件编号；同一编号只扣一次 / number of the case; deducted once
    #[arg(long, value_name = "NUMBER", default_value = "")]
    pub reference: String,
    /// 经办人 / who files it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `clear close`.
#[derive(clap::Args, Clone, Debug)]
pub struct CloseArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 结算月份，须已过完 / the month; it must be over
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// 按人头付费时每人每月的标准，元；没有公开来源，须由经办机构给出 / under capitation: yuan a head and month, as the agency sets it
    #[arg(long, value_name = "YUAN")]
    pub per_head: Option<String>,
}

/// `clear year`.
#[derive(clap::Args, Clone, Debug)]
pub struct YearArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 年度 / the year
    #[arg(long)]
    pub year: i32,
    /// 没有在本系统考核、也没有另列的机构的返还比例，如 100%；已考核的以年度考核为准 / ratio of institutions that were neither assessed here nor stand in the file
    #[arg(long, value_name = "RATE")]
    pub ratio: Option<String>,
    /// 各机构考核返还比例的文件（CSV、XLSX）：institution、ratio / a file of ratios by institution
    #[arg(long, value_name = "FILE")]
    pub ratios: Option<PathBuf>,
}

/// Files a deduction.
///
/// # Errors
/// Why it is refused.
pub(super) fn deduct(args: &DeductArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let Which { whose, institution, month: text } = &args.which;
    let lang = source.lang();
    let (month, amount) = (month(text, lang)?, yuan(&args.amount, "--amount", lang)?);
    let office = Office::open(whose, source)?;
    let party = office.party(institution);
    let filed = office.agency.store().documents(
        office.area,
        documents::DEDUCTION,
        institution,
        (institution, &format!("{month}-")),
        1_000,
    )?;
    let of_month = format!("{month}-");
    let known = filed.iter().filter(|it| it.key.number.starts_with(&of_month)).count();
    let outcome = office.ask(Deduct {
        institution: party,
        month,
        amount,
        reason: Arc::from(&*args.reason),
        article: Arc::from(&*args.article),
        reference: Arc::from(&*args.reference),
        by: Arc::from(&*args.by),
        known,
    });
    let outcome = outcome.map_err(|why| refused(&why, lang))?;
    if let Outcome::Filed { number } = outcome {
        let said = lang.choose(
            || format!("扣款 {number}：{institution} {amount}"),
            || format!("deduction {number}: {institution} {amount}"),
        );
        writeln!(out, "{said}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Closes a month.
///
/// # Errors
/// Why it is refused as a whole.
pub(super) fn close(args: &CloseArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let month = month(&args.month, lang)?;
    let per_head =
        args.per_head.as_deref().map(|text| yuan(text, "--per-head", lang)).transpose()?;
    let office = Office::open(&args.whose, source)?;
    let bar = Bar::new(lang.pick("月结算", "closing"));
    let closed = clearing::close_month(
        &office.agency,
        &office.core,
        office.area,
        month,
        per_head,
        &mut |by, of| bar.moved(by, of),
    );
    drop(bar);
    let closed = closed.map_err(|why| refused(&why, lang))?;
    let Closed { made, unchanged, sum, .. } = &closed;
    let (total, funds) = (Fen::new(sum.total), Fen::new(sum.funds()));
    let (accounts, cash) = (Fen::new(sum.accounts), Fen::new(sum.cash));
    let count = sum.count;
    let said = lang.choose(
        || {
            format!(
                "{month} 月结算：新结 {made} 家，不变 {unchanged} 家\n  {count} 人次，总额 {total}，基金 {funds}，个人账户 {accounts}，现金 {cash}"
            )
        },
        || {
            format!(
                "{month}: {made} statements made, {unchanged} unchanged\n  {count} visits, total {total}, funds {funds}, accounts {accounts}, cash {cash}"
            )
        },
    );
    writeln!(out, "{said}")?;
    finish(&closed, lang, out)
}

/// Closes a year.
///
/// # Errors
/// Why it is refused as a whole.
pub(super) fn year(args: &YearArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let rate = |text: &str, what: &str| {
        Rate::parse(text).map_err(|_| {
            let words = lang.pick("应为比例，如 95%", "expected a share, such as 95%");
            anyhow!("{what} {text}：{words}")
        })
    };
    let all = args.ratio.as_deref().map(|text| rate(text, "--ratio")).transpose()?;
    let mut own: BTreeMap<String, Rate> = BTreeMap::new();
    if let Some(path) = &args.ratios {
        let rows = super::budget::rows(path, &["institution", "ratio"], Encoding::default(), lang)?;
        for row in rows {
            let [institution, ratio] = &row.cells[..] else { continue };
            let place = format!("{} {}", path.display(), row.number);
            own.insert(institution.clone(), rate(ratio, &place)?);
        }
    }
    let office = Office::open(&args.whose, source)?;
    let bar = Bar::new(lang.pick("年终清算", "closing the year"));
    let closed = clearing::close_year(
        &office.agency,
        &office.core,
        office.area,
        args.year,
        &|institution| own.get(institution).copied().or(all),
        &mut |by, of| bar.moved(by, of),
    );
    drop(bar);
    let closed = closed.map_err(|why| refused(&why, lang))?;
    let (year, made, unchanged) = (args.year, closed.made, closed.unchanged);
    let said = lang.choose(
        || format!("{year} 年终清算：新结 {made} 家，不变 {unchanged} 家"),
        || format!("{year}: {made} statements made, {unchanged} unchanged"),
    );
    writeln!(out, "{said}")?;
    finish(&closed, lang, out)
}

/// Says who was refused; exit code 1 if anybody was.
fn finish(closed: &Closed, lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    for (institution, why) in &closed.refused {
        writeln!(out, "{institution}：{}", refused(why, lang))?;
    }
    Ok(if closed.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A bar that learns its length with the first step.
struct Bar {
    label: &'static str,
    bar: std::cell::OnceCell<Progress>,
}

impl Bar {
    fn new(label: &'static str) -> Bar {
        Bar { label, bar: std::cell::OnceCell::new() }
    }

    fn moved(&self, by: u64, of: u64) {
        self.bar.get_or_init(|| Progress::begin(self.label, of, 50)).moved(by);
    }
}
