//! `funds sheet`: 资产负债表.

use super::data::Data;
use super::report::{self, ReportArgs};
use crate::formats::form::{Table, Value};
use crate::source::Source;
use agency::ledger::Head;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// Runs the command. Books that do not balance are said to be so, with exit code 1.
///
/// # Errors
/// Books that cannot be opened, a month that has not begun, a file that cannot be written.
pub(super) fn run(args: &ReportArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (office, report) = report::read(args, source)?;
    let sheet = report.sheet();
    let mut form = report::form("医疗保险基金资产负债表", &report);
    let mut data = Data::new(&["side", "code", "name"], &["amount"]);
    let mut table = Table::new(&["项目", "期末余额"]);
    let mut line = |table: &mut Table, [side, code]: [&str; 2], name: &str, fen: i64| {
        table.row([Value::words(name), Value::Money(fen)]);
        data.row([side, code, name.trim()], [fen]);
    };
    for item in &sheet.assets {
        let code = item.head.number().to_string();
        line(&mut table, ["asset", &code], &format!("  {}", named(item.head, true)), item.fen);
    }
    line(&mut table, ["asset", "sum"], "资产合计", sheet.assets());
    for item in &sheet.debts {
        let code = item.head.number().to_string();
        line(&mut table, ["debt", &code], &format!("  {}", named(item.head, false)), item.fen);
        if item.head == Head::Payable && sheet.in_progress != 0 {
            let name = "    其中：拨付单待复核（在途拨付）";
            line(&mut table, ["debt", "in-progress"], name, sheet.in_progress);
        }
    }
    line(&mut table, ["debt", "sum"], "负债合计", sheet.debts());
    for (fund, fen) in &sheet.funds {
        let name = format!("  {}结余", fund.zh());
        line(&mut table, ["fund", fund.code()], &name, *fen);
        if *fund == agency::funds::FundKind::Accounts {
            let parts = ["当年资金", "历年资金", "已缴未划", "利息未记"];
            let codes = ["current", "earlier", "contributions", "interest"];
            for ((name, code), fen) in parts.iter().zip(codes).zip(sheet.accounts) {
                line(&mut table, ["accounts", code], &format!("    其中：{name}"), fen);
            }
        }
    }
    line(&mut table, ["fund", "sum"], "基金结余合计", sheet.left());
    let name = "负债和基金结余合计";
    let all = sheet.debts() + sheet.left();
    table.sum([Value::words(name), Value::Money(all)]);
    data.row(["sum", "sum", name], [all]);
    form.table(table);
    form.words("银行存款不分基金核算，资产和负债为各基金合计。");
    let off = sheet.assets() - all;
    if off != 0 {
        form.words(format!(
            "资产与负债、结余不平，相差 {}：请核对账务（check-books）",
            kernel::Fen::new(off)
        ));
    }
    report::write(form, &data, args, office.lang, out)?;
    Ok(if off == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a head is called on its side.
fn named(head: Head, asset: bool) -> &'static str {
    match (head, asset) {
        (Head::Transfers, true) => "应收转移款",
        (Head::Transfers, false) => "应付转移款",
        (Head::Opening, true) => "个人账户建账资金未入账",
        (Head::Opening, false) => "个人账户建账资金未分户",
        (head, _) => head.zh(),
    }
}
