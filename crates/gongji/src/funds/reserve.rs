//! `funds reserve`: 可支付月数.

use super::data::Data;
use super::report::{self, ReportArgs};
use crate::formats::form::{Table, Value};
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// Runs the command. A reserve that is short is flagged, with exit code 1.
///
/// # Errors
/// Books that cannot be opened, a month that has not begun, a file that cannot be written.
pub(super) fn run(args: &ReportArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (office, report) = report::read(args, source)?;
    let reserve = report.reserve();
    let mut form = report::form("统筹基金备付情况", &report);
    let mut data = Data::new(&["item", "name", "value"], &["amount"]);
    let mut table = Table::new(&["项目", "数额"]);
    let mut money = |item: &str, name: &str, fen: i64| {
        table.row([Value::words(name), Value::Money(fen)]);
        data.row([item, name, ""], [fen]);
    };
    money("balance", "统筹基金累计结余", reserve.balance);
    let months = format!("最近 {} 个整月支出", reserve.months);
    money("spent", &months, reserve.spent);
    money("average", "月均支出", reserve.average);
    let shown = reserve.shown().unwrap_or_else(|| "无支出，不计算".to_owned());
    table.row([Value::words("可支付月数"), Value::Number(shown.clone())]);
    data.row(["months", "可支付月数", &shown], [0; 0]);
    if let Some(threshold) = reserve.threshold {
        table.row([Value::words("政策要求不少于（月）"), Value::count(threshold)]);
        data.row(["threshold", "政策要求不少于（月）", &threshold.to_string()], [0; 0]);
    }
    form.table(table);
    if reserve.short {
        form.words(format!(
            "提示：可支付月数 {shown}，不足 {} 个月",
            reserve.threshold.unwrap_or(0)
        ));
    }
    if !reserve.articles.is_empty() {
        form.words(format!("依据：{}", reserve.articles.join("；")));
    }
    form.words("月均支出按已过完的月份平均；没有政策规定的，取最近十二个月（unverified）。");
    report::write(form, &data, args, office.lang, out)?;
    Ok(if reserve.short { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
