//! `paper pay`, `approve`, `returned`, `payee`: from what is owed to the bank, by two of finance, and back.

use super::Which;
use super::review::said;
use crate::clearing::Whose;
use crate::clearing::office::{Office, refused};
use crate::formats::{Cell, Field, Format, Kind, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::paper::{Payee, PeopleOrder};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// `paper pay`.
#[derive(clap::Args, Clone, Debug)]
pub struct PayArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 批次号，自定 / number of the batch, as you choose it
    #[arg(long, value_name = "NUMBER")]
    pub batch: String,
    /// 制单人 / who makes it
    #[arg(long, value_name = "NAME")]
    pub maker: String,
    /// 给银行的转账文件，.csv 或 .xlsx，不能已存在 / file for the bank, .csv or .xlsx; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `paper approve`.
#[derive(clap::Args, Clone, Debug)]
pub struct ApproveArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 批次号 / number of the batch
    #[arg(long, value_name = "NUMBER")]
    pub batch: String,
    /// 复核人，不能是制单人 / who approves it; not its maker
    #[arg(long, value_name = "NAME")]
    pub checker: String,
    /// 退回的理由；给出则不支付 / why it is refused; given, nothing is paid
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub refuse: String,
    /// 给银行的转账文件，.csv 或 .xlsx，不能已存在 / file for the bank, .csv or .xlsx; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `paper returned`.
#[derive(clap::Args, Clone, Debug)]
pub struct ReturnedArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// 登记人 / who notes it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 银行的退汇原因 / why, as the bank says
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
}

/// `paper payee`.
#[derive(clap::Args, Clone, Debug)]
pub struct PayeeArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// 户名 / name of the account
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// 开户行 / bank
    #[arg(long, value_name = "BANK")]
    pub bank: String,
    /// 账号 / number of the account
    #[arg(long, value_name = "NUMBER")]
    pub account: String,
}

/// Makes an order.
///
/// # Errors
/// Why there is none, or a file that cannot be written.
pub(super) fn pay(args: &PayArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let to = target(args.out.as_deref(), lang)?;
    let office = Office::open(&args.whose, source)?;
    let batch = Arc::from(args.batch.trim());
    let order = office.paper(&args.maker).make_order(office.area, &batch);
    let order = order.map_err(|why| refused(&why, lang))?;
    bank_file(&order, to, lang)?;
    let (count, total) = (order.lines.len(), Fen::new(order.total));
    let said = lang.choose(
        || format!("个人拨付单 {batch}：{count} 笔，合计 {total}，待复核"),
        || format!("payment order {batch}: {count} payments, {total} in all; to be approved"),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Approves an order, or refuses it.
///
/// # Errors
/// Why neither is done.
pub(super) fn approve(
    args: &ApproveArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let to = target(args.out.as_deref(), lang)?;
    let office = Office::open(&args.whose, source)?;
    let (batch, why) = (Arc::from(args.batch.trim()), Arc::from(args.refuse.trim()));
    let order = office.paper(&args.checker).decide_order(office.area, &batch, &why);
    let order = order.map_err(|why| refused(&why, lang))?;
    let (count, total) = (order.lines.len(), Fen::new(order.total));
    let said = match order.refused.is_empty() {
        true => {
            bank_file(&order, to, lang)?;
            lang.choose(
                || format!("个人拨付单 {batch} 已复核：支付 {count} 笔，合计 {total}"),
                || format!("payment order {batch} approved: {count} payments, {total} in all"),
            )
        }
        false => lang.choose(
            || format!("个人拨付单 {batch} 已退回，{count} 笔待重新制单"),
            || format!("payment order {batch} refused; {count} payments wait for another"),
        ),
    };
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Notes that a payment came back.
///
/// # Errors
/// Why it is not noted.
pub(super) fn returned(
    args: &ReturnedArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let reason = Arc::from(args.reason.trim());
    said(office.paper(&args.by).returned(&person, &application.number, &reason), lang, out)
}

/// Changes who is paid.
///
/// # Errors
/// Why it is not changed.
pub(super) fn payee(args: &PayeeArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let [name, bank, account] = [&args.name, &args.bank, &args.account].map(|it| it.trim().into());
    let payee = Payee { name, bank, account };
    said(office.paper("").amend_payee(&person, &application.number, payee), lang, out)
}

/// A file to be written, which must not be there yet.
fn target(path: Option<&Path>, lang: Lang) -> Result<Option<(&Path, Format)>> {
    let Some(path) = path else { return Ok(None) };
    match Format::of_name(path) {
        _ if path.exists() => {
            bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"))
        }
        Some(format @ (Format::Csv | Format::Xlsx)) => Ok(Some((path, format))),
        _ => {
            let what = lang.pick("应为 .csv 或 .xlsx", "expected .csv or .xlsx");
            bail!("{}: {what}", path.display())
        }
    }
}

/// Writes the order for the bank: a transfer a line, and the control total last.
fn bank_file(order: &PeopleOrder, to: Option<(&Path, Format)>, lang: Lang) -> Result<()> {
    let Some((path, format)) = to else { return Ok(()) };
    let names = [
        (("收款人", "payee"), Kind::Text),
        (("开户行", "bank"), Kind::Text),
        (("账号", "account"), Kind::Text),
        (("金额", "amount"), Kind::Money),
        (("人员编号", "person"), Kind::Text),
        (("附言", "note"), Kind::Text),
    ];
    let fields = names.map(|((zh, en), kind)| Field { name: lang.pick(zh, en).into(), kind });
    let file = File::create_new(path).with_context(|| path.display().to_string())?;
    let mut output = Output::new(BufWriter::new(file), format, &fields)?;
    for line in &order.lines {
        let note = format!("零星报销{}", line.application);
        let cells = [
            Cell::Text(&line.payee.name),
            Cell::Text(&line.payee.bank),
            Cell::Text(&line.payee.account),
            Cell::Money(Fen::new(line.net())),
            Cell::Text(&line.person),
            Cell::Text(&note),
        ];
        output.row(cells.into_iter())?;
    }
    let count = order.lines.len();
    let count = lang.choose(|| format!("{count} 笔"), || format!("{count} payments"));
    let total = [
        Cell::Text(lang.pick("合计", "total")),
        Cell::Text(&count),
        Cell::Text(""),
        Cell::Money(Fen::new(order.total)),
        Cell::Text(""),
        Cell::Text(&order.batch),
    ];
    output.row(total.into_iter())?;
    output.finish()
}
