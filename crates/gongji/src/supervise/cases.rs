//! `supervise cases`, `supervise show`: the cases on the terminal, and one of them as a file to print.

use super::Whose;
use super::step::Which;
use crate::clearing::office::{Office, refused};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::form::{Table, Value};
use crate::formats::{Form, FormFiles, Format, Output};
use crate::source::Source;
use agency::supervise::after::Suspicion;
use agency::supervise::case::{Case, CaseState};
use agency::supervise::desk;
use anyhow::{Context as _, Result};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;

/// `supervise cases`.
#[derive(clap::Args, Clone, Debug)]
pub struct CasesArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 只看这个状态：opened、assigned、heard、decided、recovering、appealed、closed / in this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// 只看这个机构或这个人 / about this institution or person
    #[arg(long, value_name = "CODE")]
    pub party: Option<String>,
}

/// `supervise show`.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    /// Which case.
    #[command(flatten)]
    pub which: Which,
    /// Where to.
    #[command(flatten)]
    pub files: FormFiles,
}

/// Lists cases.
pub(super) fn list(args: &CasesArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let wanted = match &args.state {
        None => None,
        Some(code) => {
            let known = CaseState::ALL.iter().find(|state| state.code() == code);
            let words = lang.pick("没有这个状态，应为", "no such state; there are");
            let all = CaseState::CODES.join("、");
            Some(*known.with_context(|| format!("--state {code}：{words} {all}"))?)
        }
    };
    let office = Office::open(&args.whose, source)?;
    let keep = |case: &Case, state: CaseState| {
        let of_party = args.party.as_ref().is_none_or(|party| **party == *case.party);
        of_party && wanted.is_none_or(|wanted| wanted == state)
    };
    let cases = desk::cases(office.agency.store(), office.area, &keep);
    let cases = cases.map_err(|why| refused(&why, lang))?;
    let columns = [
        ("案件", "case", Kind::Text),
        ("类", "family", Kind::Text),
        ("状态", "state", Kind::Text),
        ("疑点", "findings", Kind::Text),
        ("涉及基金", "fund", Kind::Money),
        ("涉及账户", "account", Kind::Money),
        ("应追回", "due", Kind::Money),
        ("已到账", "collected", Kind::Money),
        ("办案人", "supervisor", Kind::Text),
        ("立案", "opened", Kind::Text),
    ];
    let fields = columns.map(|(zh, en, kind)| Field { name: lang.pick(zh, en).to_owned(), kind });
    let mut text = Vec::new();
    let mut output = Output::new(&mut text, Format::Table, &fields)?;
    for (case, state) in &cases {
        let findings = case.findings.to_string();
        let recovery = case.recovery.clone().unwrap_or_default();
        let family = lang.pick(case.family_zh(), &case.family);
        let texts = [&*case.number, family, lang.pick(state.zh(), state.code()), &*findings];
        let amounts = [case.fund, case.account, recovery.due, recovery.collected];
        let amounts = amounts.map(|fen| Cell::Money(Fen::new(fen)));
        let rest = [&*case.supervisor, &*case.opened].map(Cell::Text);
        output.row(texts.map(Cell::Text).into_iter().chain(amounts).chain(rest))?;
    }
    output.finish()?;
    out.write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows a case, or writes its file 案卷.
pub(super) fn show(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (store, area) = (office.agency.store(), office.area);
    let number = args.which.case.as_str().into();
    let found = desk::case(store, area, &number);
    let (case, state) = found.map_err(|why| refused(&why, lang))?;
    let findings = desk::findings_of(store, area, &case);
    let findings = findings.map_err(|why| refused(&why, lang))?;
    form(&case, state, &findings).write(&args.files, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

/// 案卷 as it is laid out, on whatever paper.
fn form(case: &Case, state: CaseState, findings: &[Suspicion]) -> Form {
    let mut form = Form::new("医疗保障基金监管案卷");
    form.wide = true;
    form.head([
        ("案件编号", case.number.to_string()),
        ("状态", state.zh().to_owned()),
        (case.side.zh(), case.party.to_string()),
        ("类别", case.family_zh().to_owned()),
        ("立案时间", case.opened.to_string()),
        ("办案人", case.supervisor.to_string()),
    ]);
    form.words("金额单位：元");
    form.heading("一、疑点");
    let mut table = Table::new(&["编号", "规则", "说明", "依据", "笔数", "涉及基金", "涉及账户"]);
    for it in findings {
        let mark = if it.unverified { "（门槛未核实）" } else { "" };
        let basis = format!("{}{mark}", it.articles.join("；"));
        table.row([
            Value::words(&*it.number),
            Value::words(&*it.name),
            Value::words(&*it.words),
            Value::words(basis),
            Value::count(it.count),
            Value::Money(it.fund),
            Value::Money(it.account),
        ]);
    }
    form.table(table);
    for advice in advice(findings) {
        form.words(advice);
    }
    ruling(&mut form, case);
    recovery(&mut form, case);
    form.heading("四、经过");
    let mut table = Table::new(&["时间", "办理人", "事项", "内容", "金额", "记账"]);
    for step in &case.steps {
        let entries = match step.entries.len() {
            0 => String::new(),
            1..=3 => step.entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            many => format!("{many}笔"),
        };
        let money = if step.fen == 0 { Value::words("") } else { Value::Money(step.fen) };
        let words = [&*step.at, &*step.by, &*step.what, &*step.words].map(Value::words);
        table.row(words.into_iter().chain([money, Value::words(entries)]));
    }
    form.table(table);
    form.signs(&["办案人", "复核人", case.side.zh()]);
    form
}

/// What the rules advise, each once.
fn advice(findings: &[Suspicion]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for it in findings {
        let words = format!("{}：{}", it.name, it.advice);
        if !all.contains(&words) {
            all.push(words);
        }
    }
    all
}

fn ruling(form: &mut Form, case: &Case) {
    let Some(ruling) = &case.ruling else { return };
    form.heading("二、决定");
    form.head([
        ("结论", ruling.verdict.zh().to_owned()),
        ("依据", ruling.article.to_string()),
        ("决定人", ruling.by.to_string()),
        ("时间", ruling.at.to_string()),
    ]);
    form.words(format!("理由：{}", ruling.reasons));
    if !ruling.suspension.is_empty() {
        form.words(format!("建议暂停协议：{}", ruling.suspension));
    }
    let mut table = Table::new(&["结算", "人员", "追回基金", "追回账户"]);
    for claim in &ruling.claims {
        let words = [Value::words(claim.entry.to_string()), Value::words(&*claim.person)];
        table.row(words.into_iter().chain([claim.fund, claim.account].map(Value::Money)));
    }
    if !ruling.claims.is_empty() {
        let words = [Value::words("合计"), Value::words("")];
        table.sum(words.into_iter().chain([ruling.fund, ruling.account].map(Value::Money)));
    }
    form.table(table);
}

fn recovery(form: &mut Form, case: &Case) {
    let Some(recovery) = &case.recovery else { return };
    form.heading("三、追回");
    let way = match &*recovery.deduction {
        "" => "当事人缴回".to_owned(),
        number => format!("月结算扣款 {number}"),
    };
    form.head([
        ("方式", way),
        ("经办人", recovery.by.to_string()),
        ("申诉期限", recovery.appeal_until.to_string()),
        ("入账时间", recovery.at.to_string()),
    ]);
    let mut table = Table::default();
    for (label, fen) in [
        ("应追回", recovery.due),
        ("已到账", recovery.collected),
        ("尚余（负数为应退回当事人）", recovery.open()),
    ] {
        table.row([Value::words(label), Value::Money(fen)]);
    }
    form.table(table);
}
