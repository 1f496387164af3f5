//! `paper show`: an application with what was decided on it, why and by which articles: the notice that the person is given.

use super::Which;
use crate::clearing::office::{Office, refused};
use crate::formats::form::{Table, Value, in_words};
use crate::formats::{Form, FormFiles};
use crate::source::Source;
use agency::paper::{Application, Notice, State, Verdict, notice};
use anyhow::Result;
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;

/// `paper show`.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    /// Which application.
    #[command(flatten)]
    pub which: Which,
    /// Where to.
    #[command(flatten)]
    pub files: FormFiles,
}

/// Shows it.
///
/// # Errors
/// No such application, or a file that cannot be written.
pub(super) fn run(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let (person, application) = office.application(&args.which)?;
    let notice = notice(&office.agency, &person, &application.number, false);
    form(&notice.map_err(|why| refused(&why, lang))?).write(&args.files, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

/// 核定告知书 as it is laid out, on whatever paper.
fn form(notice: &Notice) -> Form {
    let application = &notice.application;
    let mut form = Form::new(match application.state() {
        State::Refused => "零星报销不予受理告知书",
        State::Received => "零星报销申请（待审核）",
        State::Withdrawn => "零星报销申请（已撤回）",
        _ => "零星报销核定告知书",
    });
    head(&mut form, notice);
    receipts(&mut form, application);
    lines(&mut form, notice);
    if let Some(verdict) = &application.decided {
        decided(&mut form, notice, verdict);
    }
    for turned in application.refused.iter().chain(&application.withdrawn) {
        let done = if application.refused.is_some() { "不予受理" } else { "撤回" };
        form.heading(format!("{done}的理由"));
        form.words(&*turned.reason);
        if !turned.article.is_empty() {
            form.words(format!("依据：{}", turned.article));
        }
        form.words(format!("{} {}", turned.by.by, turned.by.at));
    }
    checks(&mut form, application);
    form.words("对核定有异议的，可以向经办机构申请复核，也可以依法申请行政复议或者提起行政诉讼。");
    form.signs(&["医疗保障经办机构（盖章）", "申请人签收"]);
    form
}

fn head(form: &mut Form, notice: &Notice) {
    let application = &notice.application;
    let stated = &application.stated;
    let or = |text: &str, default: &str| if text.is_empty() { default } else { text }.to_owned();
    form.head([
        ("统筹区", notice.region.to_string()),
        ("申请编号", application.number.to_string()),
        ("姓名", notice.name.to_string()),
        ("人员编号", application.person.to_string()),
        ("申请人", or(&stated.applicant, "本人")),
        ("受理号", or(&stated.reference, "无")),
        ("就诊日", stated.service.to_string()),
        ("受理日", stated.submitted.to_string()),
        ("开票机构", stated.issuer.shown().to_owned()),
        ("状态", application.state().zh().to_owned()),
        ("收款人", stated.payee.name.to_string()),
        ("收款账户", format!("{} {}", stated.payee.bank, stated.payee.account)),
    ]);
    form.words("金额单位：元");
}

fn receipts(form: &mut Form, application: &Application) {
    let mut table = Table::new(&["票据", "开票日期", "金额"]);
    for receipt in &application.stated.receipts {
        table.row([
            Value::words(&*receipt.shown()),
            Value::words(receipt.day.to_string()),
            Value::Money(receipt.amount),
        ]);
    }
    let total = Value::Money(application.stated.total());
    table.sum([Value::words("合计"), Value::words(""), total]);
    form.table(table);
}

/// The fee lines; once it is decided, with how each splits.
fn lines(form: &mut Form, notice: &Notice) {
    let decided = notice.record.as_ref().map(|record| &record.decision.lines);
    let columns = ["项目编码", "名称", "金额", "全自费", "超限价", "先行自付", "政策范围内"];
    let shown = if decided.is_some() { &columns[..] } else { &columns[..3] };
    let mut table = Table::new(shown);
    for (place, line) in notice.application.stated.lines.iter().enumerate() {
        let parts = decided.and_then(|lines| lines.get(place)).copied();
        let parts = parts.into_iter().flatten().map(Value::Money);
        let own = [Value::words(&*line.item), Value::words(&*line.name), Value::Money(line.amount)];
        table.row(own.into_iter().chain(parts));
    }
    form.table(table);
}

fn decided(form: &mut Form, notice: &Notice, verdict: &Verdict) {
    form.heading("核定");
    let mut table = Table::default();
    for (label, fen) in [
        ("总费用", verdict.total),
        ("政策范围内费用", verdict.in_scope),
        ("起付标准（本次）", verdict.deductible),
        ("统筹基金支付", verdict.funds[0]),
        ("大额互助支付", verdict.funds[1]),
        ("补助支付", verdict.funds[2]),
        ("个人账户支付", verdict.account),
        ("个人负担", verdict.cash),
    ] {
        table.row([Value::words(label), Value::Money(fen)]);
    }
    for corrected in &notice.corrections {
        let correction = &corrected.correction;
        let label = format!("{} {}", corrected.booking.note, correction.proposal);
        table.row([Value::Words(label), Value::Money(correction.funds.iter().sum())]);
    }
    let paid = notice.application.paid();
    if paid != 0 {
        table.row([Value::words("已支付"), Value::Money(paid)]);
    }
    let due = notice.due.net();
    let label = if due < 0 { "应退回" } else { "应付个人" };
    let words = format!("{label}（大写）{}", in_words(due.abs()));
    table.sum([Value::Words(words), Value::Money(due.abs())]);
    form.table(table);
    if !verdict.why.is_empty() {
        form.words(format!("不予支付的原因：{}", verdict.why));
    }
    form.heading("计算说明");
    for sentence in notice.explanation.iter().flat_map(|it| &it.sentences) {
        let indent = if sentence.level == 0 { "" } else { "　　" };
        let articles = match sentence.articles.is_empty() {
            true => String::new(),
            false => format!("〔{}〕", sentence.articles.join("；")),
        };
        form.words(format!("{indent}{}{articles}", sentence.text));
    }
    let opinion = &verdict.opinion;
    let opinion = if opinion.is_empty() { String::new() } else { format!("，意见：{opinion}") };
    form.words(format!("核定人 {}，{}{opinion}", verdict.by.by, verdict.by.at));
    for payment in &notice.application.payments {
        let back = payment.returned.as_ref();
        let back = back.map_or(String::new(), |it| format!("，{} 退汇：{}", it.by.at, it.reason));
        let net = Fen::new(payment.net());
        form.words(format!("{} 支付 {net}，批次 {}{back}", payment.at, payment.order));
    }
}

/// What was looked at, and what is still open.
fn checks(form: &mut Form, application: &Application) {
    let mut table = Table::new(&["提示", "说明", "核实情况"]);
    for warning in &application.warnings {
        let cleared = warning.cleared.as_ref();
        let cleared =
            cleared.map_or("待核实".to_owned(), |it| format!("{}（{}）", it.note, it.by.by));
        table.row([
            Value::words(warning.caveat.zh()),
            Value::words(&*warning.words),
            Value::Words(cleared),
        ]);
    }
    form.table(table);
}
