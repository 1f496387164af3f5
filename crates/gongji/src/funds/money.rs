//! `funds open`, `funds move`, `funds vouchers`.

use crate::clearing::Whose;
use crate::clearing::office::{Office, refused, yuan};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::{Format, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::business::funds::{MoveMoney, Movement, OpenFunds, Voucher};
use agency::documents::FUND_MOVE;
use agency::ledger::Head;
use anyhow::{Result, anyhow};
use kernel::{Date, Fen};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// `funds open`.
#[derive(clap::Args, Clone, Debug)]
pub struct OpenArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 余额是哪天终了的 / the day at whose end the balances were so
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: String,
    /// 银行存款，元 / at the bank, yuan
    #[arg(long, value_name = "YUAN")]
    pub bank: String,
    /// 统筹基金结余，元 / left of the pool
    #[arg(long, value_name = "YUAN", default_value = "0")]
    pub pool: String,
    /// 个人账户总额，元，应等于逐户建账（import openings）的合计 / held by all accounts, opened one by one
    #[arg(long, value_name = "YUAN", default_value = "0")]
    pub accounts: String,
    /// 大额互助结余，元 / left of the large-amount fund
    #[arg(long, value_name = "YUAN", default_value = "0")]
    pub large_amount: String,
    /// 补助资金结余，元 / left of the subsidies
    #[arg(long, value_name = "YUAN", default_value = "0")]
    pub subsidy: String,
    /// 往来，可重复：应付 payable、保证金 deposit、应付个人 person、代收保费 premiums、应收 receivable，如 payable:H50010000001=1200.00 / what was owed; may be repeated
    #[arg(long, value_name = "WHAT:WHOM=YUAN")]
    pub owed: Vec<String>,
    /// 谁说的 / who says so
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `funds move`.
#[derive(clap::Args, Clone, Debug)]
pub struct MoveArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 什么：利息 interest、财政补贴 fiscal-subsidy、代收保费上解 premiums、转移资金到账 transfer-received、划出 transfer-sent / what moves
    #[arg(value_parser = Movement::CODES.to_vec())]
    pub what: String,
    /// 哪个基金（pool、accounts、large-amount、subsidy）；上解写用途（resident-premium、long-term-care-premium） / which fund, or the purpose of premiums
    #[arg(long, value_name = "FUND", default_value = "")]
    pub of: String,
    /// 金额，元 / how much, yuan
    #[arg(long, value_name = "YUAN", allow_hyphen_values = true)]
    pub amount: String,
    /// 凭证号；同一号只记一次 / number of the voucher; entered once
    #[arg(long, value_name = "NUMBER")]
    pub reference: String,
    /// 收付日期，缺省为今天 / the day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// 经办人 / who says so
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// `funds vouchers`.
#[derive(clap::Args, Clone, Debug)]
pub struct VouchersArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
}

/// Opens the funds.
///
/// # Errors
/// Why it is refused.
pub(super) fn open(args: &OpenArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let amount = |text: &str, what: &str| yuan(text, what, lang).map(Fen::get);
    let owed = args.owed.iter().map(|text| owed(text, lang)).collect::<Result<_>>()?;
    let business = OpenFunds {
        area: office.area,
        day: day(&args.day, lang)?,
        bank: amount(&args.bank, "--bank")?,
        left: [
            amount(&args.pool, "--pool")?,
            amount(&args.accounts, "--accounts")?,
            amount(&args.large_amount, "--large-amount")?,
            amount(&args.subsidy, "--subsidy")?,
        ],
        owed,
        source: Arc::from(&*args.by),
    };
    entered(&office, business, out)
}

/// `payable:H50010000001=1200.00`.
fn owed(text: &str, lang: Lang) -> Result<(Head, Arc<str>, i64)> {
    let wrong = || {
        let words = lang.pick(
            "应如 payable:H50010000001=1200.00（payable、deposit、person、premiums、receivable）",
            "expected e.g. payable:H50010000001=1200.00 (payable, deposit, person, premiums, receivable)",
        );
        anyhow!("--owed {text}：{words}")
    };
    let (what, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (whom, fen) = rest.rsplit_once('=').ok_or_else(wrong)?;
    let head = match what {
        "payable" => Head::Payable,
        "deposit" => Head::Deposit,
        "person" => Head::PayableToPeople,
        "premiums" => Head::PremiumsCollected,
        "receivable" => Head::Receivable,
        _ => return Err(wrong()),
    };
    Ok((head, Arc::from(whom), yuan(fen, "--owed", lang)?.get()))
}

/// Enters a movement.
///
/// # Errors
/// Why it is refused.
pub(super) fn enter(args: &MoveArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let movement = Movement::from_code(&args.what, &args.of).ok_or_else(|| {
        let words = lang.pick(
            "利息、财政补贴写基金（补贴不能写 accounts），上解写 resident-premium 或 long-term-care-premium，转移资金不写",
            "interest and subsidies want a fund, premiums their purpose, transfers nothing",
        );
        anyhow!("--of {}：{words}", args.of)
    })?;
    let office = Office::open(&args.whose, source)?;
    let business = MoveMoney {
        area: office.area,
        movement,
        amount: yuan(&args.amount, "--amount", lang)?.get(),
        reference: Arc::from(&*args.reference),
        source: Arc::from(&*args.by),
        day: match &args.day {
            Some(text) => day(text, lang)?,
            None => office.agency.now().date(),
        },
    };
    entered(&office, business, out)
}

fn day(text: &str, lang: Lang) -> Result<Date> {
    let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
    Date::parse(text).ok_or_else(|| anyhow!("--day {text}：{words}"))
}

fn entered(
    office: &Office,
    business: impl agency::Business + 'static,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = office.lang;
    let outcome = office.ask(business).map_err(|why| refused(&why, lang))?;
    let voucher: Voucher = outcome.document().unwrap_or_default();
    let (what, fen, entry) = (&voucher.what, Fen::new(voucher.fen), voucher.entry);
    let said = lang.choose(
        || format!("已记账 {entry}：{what} {fen} 元，{}", voucher.day),
        || format!("entered {entry}: {what} {fen} yuan, {}", voucher.day),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Lists vouchers.
///
/// # Errors
/// Books that cannot be opened.
pub(super) fn vouchers(
    args: &VouchersArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let office = Office::open(&args.whose, source)?;
    let lang = office.lang;
    let columns = [
        ("日期", "day", Kind::Text),
        ("摘要", "what", Kind::Text),
        ("凭证号", "reference", Kind::Text),
        ("金额", "amount", Kind::Money),
        ("经办", "by", Kind::Text),
        ("记账", "entry", Kind::Text),
    ];
    let fields = columns.map(|(zh, en, kind)| Field { name: lang.pick(zh, en).to_owned(), kind });
    let mut text = Vec::new();
    let mut output = Output::new(&mut text, Format::Table, &fields)?;
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let store = office.agency.store();
        let page = store.documents(office.area, FUND_MOVE, "", (&after.0, &after.1), 500)?;
        for document in &page {
            let voucher = Voucher::read(document).map_err(|why| refused(&why, lang))?;
            let entry = voucher.entry.to_string();
            let cells = [
                Cell::Text(&voucher.day),
                Cell::Text(&voucher.what),
                Cell::Text(&document.key.number),
                Cell::Money(Fen::new(voucher.fen)),
                Cell::Text(&voucher.source),
                Cell::Text(&entry),
            ];
            output.row(cells.into_iter())?;
        }
        match page.last() {
            Some(last) if page.len() == 500 => {
                after = (last.key.owner.clone(), last.key.number.clone());
            }
            _ => break,
        }
    }
    output.finish()?;
    out.write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}
