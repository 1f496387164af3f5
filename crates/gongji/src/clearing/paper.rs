//! `clear statement`: a statement on the terminal, as a page to print or as a workbook; without an institution, all of a
//! period on one table.

use super::Whose;
use super::office::{Office, period, refused};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::form::{Table, Value, in_words};
use crate::formats::{Form, FormFiles, Format, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::clearing::{self, ClassLine, Statement, StatementState};
use anyhow::{Result, anyhow, bail};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// `clear statement`.
#[derive(clap::Args, Clone, Debug)]
pub struct StatementArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 定点机构编号；省略则列出全部 / code of the institution; all if not given
    #[arg(long, value_name = "CODE")]
    pub institution: Option<String>,
    /// 结算月份；年终清算为 YYYY / month, or the year of a year-end statement
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// Where to.
    #[command(flatten)]
    pub files: FormFiles,
}

/// Runs the command.
///
/// # Errors
/// No such statement, or a file that cannot be written.
pub(super) fn run(args: &StatementArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&args.month, lang)?;
    let office = Office::open(&args.whose, source)?;
    let (store, area) = (office.agency.store(), office.area);
    let Some(institution) = &args.institution else {
        let all = clearing::statements(store, area, &period);
        if !args.files.is_none() {
            bail!(
                "{}",
                lang.pick(
                    "写文件请用 --institution 指定一家机构",
                    "--html and --xlsx want --institution"
                )
            );
        }
        list(&all.map_err(|why| refused(&why, lang))?, lang, out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let found = clearing::statement(store, area, &Arc::from(&**institution), &period);
    let found = found.map_err(|why| refused(&why, lang))?;
    let (statement, state) = found.ok_or_else(|| {
        let what =
            lang.pick("没有结算单，请先结算", "there is no statement; close the period first");
        anyhow!("{institution} {period}：{what}")
    })?;
    form(&statement, state, area.to_string()).write(&args.files, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

/// 结算单 as it is laid out, on whatever paper.
fn form(statement: &Statement, state: StatementState, area: String) -> Form {
    let mut form = Form::new(match statement.year {
        None => "定点医药机构月结算单",
        Some(_) => "定点医药机构年终清算单",
    });
    form.head([
        ("统筹区", area),
        ("结算单号", statement.number.to_string()),
        ("机构编号", statement.institution.to_string()),
        ("机构名称", statement.name.to_string()),
        ("结算期间", statement.period.to_string()),
        ("状态", state.zh().to_owned()),
    ]);
    form.words("金额单位：元");
    form.table(classes(statement));
    let mut cuts = Table::new(&["扣款编号", "理由", "依据", "金额"]);
    for cut in &statement.deductions {
        let words = [&cut.number, &cut.reason, &cut.article].map(|text| Value::words(&**text));
        cuts.row(words.into_iter().chain([Value::Money(cut.fen)]));
    }
    form.table(cuts);
    let mut sums = Table::default();
    let listed = match &statement.year {
        None => month_sums(statement),
        Some(year) => year_sums(year),
    };
    for (label, fen) in listed {
        sums.row([Value::Words(label), Value::Money(fen)]);
    }
    let payable = format!("应拨付（大写）{}", in_words(statement.payable));
    sums.sum([Value::Words(payable), Value::Money(statement.payable)]);
    form.table(sums);
    for note in notes(statement) {
        form.words(note);
    }
    form.signs(&["医疗保障经办机构（盖章）", "定点医药机构（盖章）"]);
    form
}

/// The table of clearing classes.
fn classes(statement: &Statement) -> Table {
    let mut table = Table::new(&[
        "清算类别",
        "人次",
        "医疗费总额",
        "统筹基金",
        "大额互助",
        "补助",
        "个人账户",
        "现金",
    ]);
    let cells = |name: &str, line: &ClassLine| {
        let amounts = [line.total, line.pool, line.large, line.subsidy, line.accounts, line.cash];
        let names = [Value::words(name), Value::count(line.count)];
        names.into_iter().chain(amounts.map(Value::Money)).collect::<Vec<Value>>()
    };
    for line in &statement.lines {
        table.row(cells(&line.class, line));
    }
    if !statement.lines.is_empty() {
        table.sum(cells("合计", &statement.sum()));
    }
    table
}

fn month_sums(statement: &Statement) -> Vec<(String, i64)> {
    let sum = statement.sum();
    let mut sums = vec![("基金支付合计".to_owned(), sum.funds())];
    if statement.heads != 0 || statement.capitation != 0 {
        let (heads, each) = (statement.heads, Fen::new(statement.per_head));
        sums.push((format!("按人头调整（签约 {heads} 人 × {each} 元）"), statement.capitation));
    }
    sums.push(("减：审核扣款".to_owned(), -statement.deducted()));
    sums.push(("基金应付".to_owned(), statement.owed()));
    sums.push(("减：质量保证金".to_owned(), -statement.deposit));
    sums.push(("加：个人账户支付".to_owned(), sum.accounts));
    if statement.brought != 0 {
        sums.push(("上期结转".to_owned(), statement.brought));
    }
    sums
}

fn year_sums(year: &clearing::YearEnd) -> Vec<(String, i64)> {
    let mut sums = vec![("全年基金应付（已扣除审核扣款）".to_owned(), year.actual)];
    if let Some(budget) = year.budget {
        sums.push(("年度总额".to_owned(), budget));
        let label = if year.actual > budget { "超支" } else { "结余" };
        sums.push((label.to_owned(), (year.actual - budget).abs()));
    }
    sums.push(("按政策清算应付".to_owned(), year.due));
    sums.push(("清算差额".to_owned(), year.difference));
    sums.push(("全年预留质量保证金".to_owned(), year.deposit));
    let ratio = kernel::Rate::new(year.ratio);
    let grade = if year.grade.is_empty() { "" } else { "，" };
    sums.push((format!("考核返还（{}{grade}{ratio}）", year.grade), year.released));
    sums.push(("不予返还".to_owned(), year.forfeited));
    sums
}

fn notes(statement: &Statement) -> Vec<String> {
    let mut notes = Vec::new();
    if !statement.articles.is_empty() {
        notes.push(format!("依据：{}", statement.articles.join("；")));
    }
    if statement.unverified {
        notes.push("付费参数没有公开来源，由经办机构设定（unverified）".to_owned());
    }
    if !statement.applications.is_empty() {
        notes.push(format!("清算申请：{}", statement.applications.join("、")));
    }
    for dispute in &statement.disputes {
        let claims: Vec<String> = dispute.claims.iter().map(ToString::to_string).collect();
        let about = match claims.is_empty() {
            true => String::new(),
            false => format!("（涉及 {}）", claims.join("、")),
        };
        let (by, words) = (&dispute.by, &dispute.words);
        notes.push(format!("异议：{} {} {words}{about}", by.at, by.by));
        if let Some(answer) = &dispute.answer {
            let corrected: Vec<String> = answer
                .corrected
                .iter()
                .map(|(number, from, to)| {
                    format!("{number} {} 改为 {}", Fen::new(*from), Fen::new(*to))
                })
                .collect();
            let (by, words) = (&answer.by, &answer.words);
            notes.push(format!("答复：{} {} {words} {}", by.at, by.by, corrected.join("、")));
        }
    }
    if let Some(signed) = &statement.confirmed {
        notes.push(format!("确认：{} {}", signed.at, signed.by));
    }
    if !statement.order.is_empty() {
        notes.push(format!("拨付单：{} {}", statement.order, statement.paid));
    }
    notes
}

/// All statements of a period.
fn list(all: &[(Statement, StatementState)], lang: Lang, out: &mut dyn Write) -> Result<()> {
    let columns = [
        ("机构", "institution", Kind::Text),
        ("名称", "name", Kind::Text),
        ("状态", "state", Kind::Text),
        ("人次", "visits", Kind::Text),
        ("总额", "total", Kind::Money),
        ("基金", "funds", Kind::Money),
        ("账户", "accounts", Kind::Money),
        ("扣款", "deducted", Kind::Money),
        ("保证金", "deposit", Kind::Money),
        ("应拨付", "payable", Kind::Money),
        ("拨付单", "order", Kind::Text),
    ];
    let fields = columns.map(|(zh, en, kind)| Field { name: lang.pick(zh, en).to_owned(), kind });
    table(&fields, out, |output| {
        for (statement, state) in all {
            let sum = statement.sum();
            let count = sum.count.to_string();
            let money = |fen: i64| Cell::Money(Fen::new(fen));
            let cells = [
                Cell::Text(&statement.institution),
                Cell::Text(&statement.name),
                Cell::Text(lang.pick(state.zh(), state.en())),
                Cell::Text(&count),
                money(sum.total),
                money(sum.funds()),
                money(sum.accounts),
                money(statement.deducted()),
                money(statement.deposit),
                money(statement.payable),
                Cell::Text(&statement.order),
            ];
            output.row(cells.into_iter())?;
        }
        Ok(())
    })
}

/// A table on the terminal.
fn table(
    fields: &[Field],
    out: &mut dyn Write,
    rows: impl FnOnce(&mut Output<&mut Vec<u8>>) -> Result<()>,
) -> Result<()> {
    let mut text = Vec::new();
    let mut output = Output::new(&mut text, Format::Table, fields)?;
    rows(&mut output)?;
    output.finish()?;
    Ok(out.write_all(&text)?)
}
