//! `gongji close-day`: what the books come to at the end of a day.

use super::Place;
use super::place::now;
use crate::formats::terminal::pad;
use crate::lang::Lang;
use agency::books::{Balance, CloseError, balances, close, last_over};
use anyhow::{Result, anyhow};
use kernel::{Date, Fen};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;
use store::Area;

/// 日结 / close a day
///
/// 结出到这一天（含）为止各科目的余额；只写有变动的科目和机构。同一天再结一次，什么也不变。
///
/// Leaves behind what the heads of the ledger come to up to this day; only what moved is written. The same day again
/// changes nothing.
#[derive(clap::Args, Clone, Debug)]
pub struct CloseArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 结哪一天，缺省为昨天 / which day; yesterday if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<String>,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: a day that is not over, books that cannot be opened.
pub fn run(args: &CloseArgs, lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    let now = now();
    let day = match &args.day {
        None => last_over(now),
        Some(text) => Date::parse(text).ok_or_else(|| {
            let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
            anyhow!("--day {text}：{words}")
        })?,
    };
    let store = args.place.open(false, lang)?;
    let closed = close(&*store, day, now).map_err(|error| match error {
        CloseError::NotOver(last) => anyhow!(lang.choose(
            || format!("{day} 还没有过完，不能日结；最晚可结 {last}（零点后五分钟起）"),
            || format!("{day} is not over; {last} can be closed (from five minutes past midnight)"),
        )),
        CloseError::Store(error) => anyhow!("{error}"),
    })?;
    let mut sheets = Vec::new();
    for closed in closed {
        let (_, balances) = balances(&*store, closed.area, day)?;
        if args.json {
            sheets.push(as_json(closed.area, closed.written, &balances));
        } else {
            let title = match (closed.before, closed.written) {
                (Some(before), 0) if before >= day => lang.choose(
                    || format!("{} 已结至 {before}，没有改动", closed.area),
                    || format!("{} was closed to {before}; nothing changed", closed.area),
                ),
                (_, written) => lang.choose(
                    || format!("{} 结至 {day}，写入 {written} 项", closed.area),
                    || format!("{} closed to {day}, {written} written", closed.area),
                ),
            };
            writeln!(out, "{title}")?;
            sheet(&balances, lang, out)?;
        }
    }
    if args.json {
        let sheets = json!({ "day": day.to_string(), "areas": sheets });
        writeln!(out, "{}", serde_json::to_string_pretty(&sheets)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// 余额表: debits and credits of every head. They sum to the same.
fn sheet(balances: &[Balance], lang: Lang, out: &mut dyn Write) -> Result<()> {
    let names = [("科目", "head"), ("借方余额", "debit"), ("贷方余额", "credit")];
    line(names.map(|(zh, en)| lang.pick(zh, en).to_owned()), out)?;
    let mut sums = [Fen::ZERO; 2];
    for balance in balances {
        let name = balance.head.map_or("？", |head| lang.pick(head.zh(), head.en()));
        let parties = match balance.parties {
            0 => String::new(),
            some => lang.choose(|| format!("（{some} 家）"), || format!(" ({some})")),
        };
        let amount = balance.now();
        let side = usize::from(amount.is_negative());
        let shown = Fen::new(amount.get().abs());
        sums[side] += shown;
        let mut cells =
            [format!("{} {name}{parties}", balance.number), String::new(), String::new()];
        cells[side + 1] = shown.to_string();
        line(cells, out)?;
    }
    let [debit, credit] = sums.map(|sum| sum.to_string());
    line([lang.pick("合计", "total").to_owned(), debit, credit], out)
}

/// One line of the sheet: a name and two amounts.
fn line([name, debit, credit]: [String; 3], out: &mut dyn Write) -> Result<()> {
    let mut line = "  ".to_owned();
    pad(&mut line, &name, 30, false);
    pad(&mut line, &debit, 18, true);
    pad(&mut line, &credit, 18, true);
    Ok(writeln!(out, "{}", line.trim_end())?)
}

fn as_json(area: Area, written: usize, balances: &[Balance]) -> serde_json::Value {
    let heads = balances.iter().map(|balance| {
        json!({
            "head": balance.number,
            "name": balance.head.map(agency::ledger::Head::zh),
            "institutions": balance.parties,
            "fen": balance.now().get(),
        })
    });
    json!({ "area": area.to_string(), "written": written, "heads": heads.collect::<Vec<_>>() })
}
