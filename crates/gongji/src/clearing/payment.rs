//! `clear pay`, `clear approve`: payment orders, made by one operator and approved by another.

use super::Whose;
use super::office::{Office, period, refused};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::{Format, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::business::clearing::DecideOrder;
use agency::clearing::{PaymentOrder, make_order, orders};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Fen;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// `clear pay`.
#[derive(clap::Args, Clone, Debug)]
pub struct PayArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 结算月份；年终清算为 YYYY / month, or the year of year-end statements
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// 批次号，自定 / number of the batch, as you choose it
    #[arg(long, value_name = "NUMBER")]
    pub batch: String,
    /// 制单人 / who makes it
    #[arg(long, value_name = "NAME")]
    pub maker: String,
    /// 拨付单文件，.csv 或 .xlsx，不能已存在 / file of the order, .csv or .xlsx; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `clear approve`.
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
    /// 退回的理由；给出则不拨付 / why it is refused; given, nothing is paid
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub refuse: String,
}

/// Makes an order.
///
/// # Errors
/// Why it is refused, or a file that cannot be written.
pub(super) fn pay(args: &PayArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&args.month, lang)?;
    if let Some(path) = &args.out {
        format(path, lang)?;
        if path.exists() {
            bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
        }
    }
    let office = Office::open(&args.whose, source)?;
    let (batch, maker) = (Arc::from(&*args.batch), Arc::from(&*args.maker));
    let order = make_order(&office.agency, &office.core, office.area, &period, &batch, &maker);
    let order = order.map_err(|why| refused(&why, lang))?;
    file(&order, &args.out, lang)?;
    let (count, total) = (order.lines.len(), Fen::new(order.total));
    let said = lang.choose(
        || format!("拨付单 {batch}：{count} 家，合计 {total}，待复核"),
        || format!("payment order {batch}: {count} institutions, {total} in all; to be approved"),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Approves an order, or refuses it.
///
/// # Errors
/// Why it is refused.
pub(super) fn approve(
    args: &ApproveArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let known = orders(office.agency.store(), office.area).map_err(|why| refused(&why, lang))?;
    let known = known.into_iter().find(|(order, _)| *order.batch == *args.batch);
    let lines = known.map(|(order, _)| order.lines).unwrap_or_default();
    let decided = office.ask(DecideOrder {
        area: office.area,
        batch: Arc::from(&*args.batch),
        checker: Arc::from(&*args.checker),
        refused: Arc::from(args.refuse.trim()),
        institutions: lines.into_iter().map(|line| line.institution).collect(),
    });
    let decided = decided.map_err(|why| refused(&why, lang))?;
    let order: PaymentOrder = decided.document().context("payment order")?;
    let (batch, count, total) = (&order.batch, order.lines.len(), Fen::new(order.total));
    let said = match order.refused.is_empty() {
        true => lang.choose(
            || format!("拨付单 {batch} 已复核：拨付 {count} 家，合计 {total}"),
            || format!("payment order {batch} approved: {count} institutions paid, {total} in all"),
        ),
        false => lang.choose(
            || format!("拨付单 {batch} 已退回，{count} 家待重新制单"),
            || format!("payment order {batch} refused; {count} institutions wait for another"),
        ),
    };
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

fn format(path: &Path, lang: Lang) -> Result<Format> {
    match Format::of_name(path) {
        Some(format @ (Format::Csv | Format::Xlsx)) => Ok(format),
        _ => {
            let what = lang.pick("应为 .csv 或 .xlsx", "expected .csv or .xlsx");
            Err(anyhow!("{}: {what}", path.display()))
        }
    }
}

/// Writes the order for the bank: a line an institution, and the control total last.
fn file(order: &PaymentOrder, path: &Option<PathBuf>, lang: Lang) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let names = [
        (("机构编号", "institution"), Kind::Text),
        (("机构名称", "name"), Kind::Text),
        (("金额", "amount"), Kind::Money),
        (("结算单号", "statement"), Kind::Text),
    ];
    let fields = names.map(|((zh, en), kind)| Field { name: lang.pick(zh, en).into(), kind });
    let file = File::create_new(path).with_context(|| path.display().to_string())?;
    let mut output = Output::new(BufWriter::new(file), format(path, lang)?, &fields)?;
    for line in &order.lines {
        let cells = [
            Cell::Text(&line.institution),
            Cell::Text(&line.name),
            Cell::Money(Fen::new(line.fen)),
            Cell::Text(&line.statement),
        ];
        output.row(cells.into_iter())?;
    }
    let count = order.lines.len();
    let count = lang.choose(|| format!("{count} 家"), || format!("{count} institutions"));
    let total = [
        Cell::Text(lang.pick("合计", "total")),
        Cell::Text(&count),
        Cell::Money(Fen::new(order.total)),
        Cell::Text(&order.batch),
    ];
    output.row(total.into_iter())?;
    output.finish()
}
