//! `funds income`: 收支表, fund by fund.

use super::data::Data;
use super::report::{self, ReportArgs};
use crate::formats::Form;
use crate::formats::form::{Table, Value};
use crate::source::Source;
use agency::funds::{FundKind, Income, LineSum, Of, Report, Side};
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// `funds income`.
#[derive(clap::Args, Clone, Debug)]
pub struct IncomeArgs {
    /// Of which month, and where to.
    #[command(flatten)]
    pub report: ReportArgs,
    /// 只列一个基金 / only this fund
    #[arg(long, value_parser = FundKind::CODES.to_vec())]
    pub fund: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Books that cannot be opened, a month that has not begun, a file that cannot be written.
pub(super) fn run(args: &IncomeArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (office, report) = report::read(&args.report, source)?;
    let only = args.fund.as_deref().and_then(FundKind::from_code);
    let mut form = report::form("医疗保险基金收支表", &report);
    let words = ["fund", "side", "line", "name", "programme"];
    let mut data = Data::new(&words, &["month", "year"]);
    for fund in FundKind::ALL.iter().filter(|fund| only.is_none_or(|only| only == **fund)) {
        let income = report.income(*fund);
        if only.is_none() && income.lines.is_empty() && income.balance == 0 {
            continue;
        }
        statement(&mut form, &income, &report);
        rows(&mut data, &income, &report);
    }
    report::write(form, &data, &args.report, office.lang, out)?;
    Ok(ExitCode::SUCCESS)
}

fn name(line: &LineSum, fund: FundKind, report: &Report) -> String {
    match &line.programme {
        None => format!("  {}", line.line.zh(fund)),
        Some(programme) => format!("    其中：{}", report.programme(programme).0),
    }
}

/// The table of one fund.
fn statement(form: &mut Form, income: &Income, report: &Report) {
    let fund = income.fund;
    form.heading(fund.zh());
    let mut table = Table::new(&["项目", "本月", "本年累计"]);
    let amounts =
        |name: &str, of: Of| [Value::words(name), Value::Money(of.month), Value::Money(of.year)];
    table.row(amounts("期初结余", income.before));
    if income.opening != Of::default() {
        table.row(amounts("建账结余", income.opening));
    }
    for (side, sum, of) in
        [(Side::Income, "收入合计", income.income), (Side::Expense, "支出合计", income.expense)]
    {
        for line in income.lines.iter().filter(|line| line.line.side() == side) {
            table.row(amounts(&name(line, fund, report), line.sum));
        }
        table.row(amounts(sum, of));
    }
    table.sum(amounts("本期结余（收入减支出）", income.surplus));
    table.sum(amounts("累计结余", Of { month: income.balance, year: income.balance }));
    form.table(table);
}

/// The same as data.
fn rows(data: &mut Data, income: &Income, report: &Report) {
    let fund = income.fund.code();
    let mut row = |side: &str, line: &str, name: &str, programme: &str, of: Of| {
        data.row([fund, side, line, name, programme], [of.month, of.year]);
    };
    row("balance", "before", "期初结余", "", income.before);
    for line in &income.lines {
        let side = match line.line.side() {
            Side::Opening => "opening",
            Side::Income => "income",
            Side::Expense => "expense",
        };
        let name = match &line.programme {
            None => line.line.zh(income.fund).to_owned(),
            Some(programme) => report.programme(programme).0,
        };
        let programme = line.programme.as_deref().unwrap_or_default();
        row(side, line.line.code(), &name, programme, line.sum);
    }
    row("sum", "income", "收入合计", "", income.income);
    row("sum", "expense", "支出合计", "", income.expense);
    row("sum", "surplus", "本期结余", "", income.surplus);
    let balance = Of { month: income.balance, year: income.balance };
    row("balance", "balance", "累计结余", "", balance);
}
