//! `assess show`: an assessment on the terminal, as a page to print or as a workbook; without an institution, all of a period.

use crate::clearing::Whose;
use crate::clearing::office::{Office, period, refused};
use crate::formats::form::{Table, Value};
use crate::formats::{Form, FormFiles};
use crate::source::Source;
use agency::assessment::{Assessment, AssessmentState, Scored, assessment, assessments};
use agency::indicators::shown;
use anyhow::{Result, anyhow};
use kernel::{Fen, Rate};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// `assess show`.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 考核月份；年度考核为 YYYY / month, or the year of a year's assessment
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// 定点机构编号；省略则列出全部 / code of the institution; all if not given
    #[arg(long, value_name = "CODE")]
    pub institution: Option<String>,
    /// Where to.
    #[command(flatten)]
    pub files: FormFiles,
}

/// Runs the command.
///
/// # Errors
/// No such assessment, or a file that cannot be written.
pub(super) fn run(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let period = period(&args.month, lang)?;
    let office = Office::open(&args.whose, source)?;
    let (store, area) = (office.agency.store(), office.area);
    let form = match &args.institution {
        None => {
            let all = assessments(store, area, &period).map_err(|why| refused(&why, lang))?;
            list(&period, &all)
        }
        Some(institution) => {
            let found = assessment(store, area, &Arc::from(&**institution), &period);
            let found = found.map_err(|why| refused(&why, lang))?;
            let (found, state) = found.ok_or_else(|| {
                let what = lang.pick("没有考核，请先考核", "there is no assessment; run it first");
                anyhow!("{institution} {period}：{what}")
            })?;
            one(&found, state, area.to_string())
        }
    };
    form.write(&args.files, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

/// Points: hundredths, written as yuan are.
fn points(hundredths: i64) -> Value {
    Value::Number(Fen::new(hundredths).to_string())
}

/// All of a period.
fn list(period: &str, all: &[(Assessment, AssessmentState)]) -> Form {
    let mut form = Form::new("定点医药机构协议考核汇总");
    form.head([("考核期间", period.to_owned())]);
    let mut table =
        Table::new(&["机构编号", "机构名称", "状态", "得分", "等次", "保证金返还", "申辩"]);
    for (assessment, state) in all {
        table.row([
            Value::words(&*assessment.institution),
            Value::words(&*assessment.name),
            Value::words(state.zh()),
            points(assessment.score),
            Value::words(&*assessment.grade_name),
            release(assessment),
            Value::count(assessment.hearings.len()),
        ]);
    }
    form.table(table);
    if all.is_empty() {
        form.words("没有考核");
    }
    form
}

/// What comes back of the deposit; nothing is said of it if there were few visits.
fn release(assessment: &Assessment) -> Value {
    match assessment.few {
        Some(_) => Value::words("另定"),
        None => Value::Number(Rate::new(assessment.release).to_string()),
    }
}

/// One, as it is signed.
fn one(assessment: &Assessment, state: AssessmentState, area: String) -> Form {
    let mut form = Form::new("定点医药机构协议考核表");
    form.head([
        ("统筹区", area),
        ("考核期间", assessment.period.to_string()),
        ("机构编号", assessment.institution.to_string()),
        ("机构名称", assessment.name.to_string()),
        ("状态", state.zh().to_owned()),
        ("考核", format!("{} {}", assessment.made.by, assessment.made.at)),
    ]);
    let mut items = Table::new(&["项目", "分值", "满分线", "零分线", "实际", "得分", "原得分"]);
    for item in &assessment.items {
        items.row(scored(item));
    }
    form.table(items);
    let mut months = Table::new(&["月份", "得分"]);
    for (month, score) in &assessment.months {
        months.row([Value::words(&**month), points(*score)]);
    }
    form.table(months);
    let mut sum = Table::default();
    sum.sum([Value::words("总分"), points(assessment.score)]);
    sum.sum([Value::words("等次"), Value::words(&*assessment.grade_name)]);
    if !assessment.months.is_empty() {
        sum.sum([Value::words("质量保证金返还"), release(assessment)]);
    }
    form.table(sum);
    for note in notes(assessment) {
        form.words(note);
    }
    form.signs(&["医疗保障经办机构（盖章）", "定点医药机构（盖章）"]);
    form
}

fn scored(item: &Scored) -> Vec<Value> {
    let unit = item.measured().map(kernel::assessment::Measure::unit);
    let number = |value: Option<i64>| {
        Value::Number(unit.map_or_else(String::new, |unit| shown(unit, value)))
    };
    let got = item.value.map_or_else(|| Value::words("不计"), |_| points(item.points));
    vec![
        Value::words(&*item.name),
        points(item.weight),
        number(Some(item.full)),
        number(Some(item.none)),
        number(item.value),
        got,
        item.before.map_or_else(|| Value::words(""), points),
    ]
}

fn notes(assessment: &Assessment) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(few) = assessment.few {
        notes.push(format!(
            "样本不足：全年结算 {} 人次，少于政策的 {} 人次（assessment.minimum_visits），不定等次；保证金返还比例在年终清算时给出",
            few.visits, few.minimum
        ));
    }
    if assessment.items.iter().any(|item| item.value.is_none()) {
        notes.push("没有数据的项目不计，其余项目按百分折算".to_owned());
    }
    if !assessment.articles.is_empty() {
        notes.push(format!("依据：{}", assessment.articles.join("；")));
    }
    if assessment.unverified {
        notes.push("考核项目、分值、等次没有公开来源，由经办机构设定（unverified）".to_owned());
    }
    for hearing in &assessment.hearings {
        notes.push(format!("申辩：{} {} {}", hearing.by.at, hearing.by.by, hearing.words));
        if let Some(answer) = &hearing.answer {
            let changed: Vec<String> = answer
                .changed
                .iter()
                .map(|(code, from, to)| {
                    format!("{code} {} 改为 {}", Fen::new(*from), Fen::new(*to))
                })
                .collect();
            let (by, words) = (&answer.by, &answer.words);
            notes.push(format!("答复：{} {} {words} {}", by.at, by.by, changed.join("、")));
        }
    }
    if let Some(signed) = &assessment.confirmed {
        notes.push(format!("确认：{} {}", signed.at, signed.by));
    }
    notes
}
