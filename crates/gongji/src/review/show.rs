//! `review show`, `review grounds`.

use crate::clearing::Whose;
use crate::clearing::office::{Office, month, refused};
use crate::formats::form::{Table, Value};
use crate::formats::{Form, FormFiles};
use crate::lang::Lang;
use crate::source::Source;
use agency::indicators::shown;
use agency::review::{
    Category, Drawn, Found, GROUNDS, Review, ReviewState, Tally, ground, results, reviews,
};
use anyhow::{Result, anyhow};
use kernel::assessment::{Unit, ratio};
use std::io::Write;
use std::process::ExitCode;

/// `review show`.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 处方所在月份 / month of the prescriptions
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
/// No such review, or a file that cannot be written.
pub(super) fn run(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let month = month(&args.month, lang)?;
    let office = Office::open(&args.whose, source)?;
    let found = reviews(office.agency.store(), office.area, month);
    let found = found.map_err(|why| refused(&why, lang))?;
    let form = match &args.institution {
        None => all(&month.to_string(), &found),
        Some(institution) => {
            let one = found.iter().find(|(review, _)| *review.institution == **institution);
            let (review, state) = one.ok_or_else(|| {
                let what = lang.pick("还没有抽样", "no sample was drawn");
                anyhow!("{institution} {month}：{what}")
            })?;
            one_of(review, *state)
        }
    };
    form.write(&args.files, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

/// The grounds.
pub(super) fn grounds(lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    for category in Category::ALL {
        writeln!(out, "{}", lang.pick(category.zh(), category.en()))?;
        for ground in GROUNDS.iter().filter(|ground| ground.category() == category) {
            writeln!(out, "  {:<5} {}", ground.code, lang.pick(ground.zh, ground.en))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn rate(tally: Tally) -> Value {
    Value::Number(shown(Unit::Share, ratio(tally.irrational, tally.reviewed, 10_000)))
}

/// Every review of a month.
fn all(month: &str, found: &[(Review, ReviewState)]) -> Form {
    let mut form = Form::new("处方点评情况");
    form.head([("处方月份", month.to_owned())]);
    let mut table = Table::new(&[
        "机构编号",
        "机构名称",
        "状态",
        "种子",
        "处方",
        "抽样",
        "有结论",
        "不合理",
        "不合理率",
        "待点评",
        "待裁定",
    ]);
    for (review, state) in found {
        let tally = results(review).all;
        let (waiting, differ) = review.left();
        table.row([
            Value::words(&*review.institution),
            Value::words(&*review.name),
            Value::words(state.zh()),
            Value::count(review.seed),
            Value::count(review.prescriptions),
            Value::count(review.drawn.len()),
            Value::count(tally.reviewed),
            Value::count(tally.irrational),
            rate(tally),
            Value::count(waiting),
            Value::count(differ),
        ]);
    }
    form.table(table);
    if found.is_empty() {
        form.words("本月没有抽样");
    }
    form
}

/// What a review found.
fn one_of(review: &Review, state: ReviewState) -> Form {
    let mut form = Form { wide: true, ..Form::new("处方点评结果") };
    let counted = results(review);
    form.head([
        ("机构编号", review.institution.to_string()),
        ("机构名称", review.name.to_string()),
        ("处方月份", review.month.to_string()),
        ("状态", state.zh().to_owned()),
        (
            "抽样",
            format!(
                "种子 {}，{} 张中抽 {} 张，{} 于 {}",
                review.seed,
                review.prescriptions,
                review.drawn.len(),
                review.taken.by,
                review.taken.at
            ),
        ),
        (
            "不合理率",
            format!(
                "{} 张中 {} 张，{}",
                counted.all.reviewed,
                counted.all.irrational,
                shown(Unit::Share, ratio(counted.all.irrational, counted.all.reviewed, 10_000))
            ),
        ),
    ]);
    let tallied = |name: &str, rows: Vec<([String; 2], Tally)>| {
        let mut table = Table::new(&["编码", name, "点评", "不合理", "不合理率"]);
        for ([code, name], tally) in rows {
            let (reviewed, irrational) = (tally.reviewed, tally.irrational);
            let counts = [Value::count(reviewed), Value::count(irrational), rate(tally)];
            table.row([Value::Words(code), Value::Words(name)].into_iter().chain(counts));
        }
        table
    };
    let mut strata = Table::new(&["科室", "处方", "抽样"]);
    for stratum in &review.strata {
        let name = if stratum.name.is_empty() { &stratum.department } else { &stratum.name };
        let name = if name.is_empty() { "（未注明）" } else { name };
        strata.row([
            Value::words(name),
            Value::count(stratum.prescriptions),
            Value::count(stratum.drawn),
        ]);
    }
    form.table(strata);
    let mut grounds = Table::new(&["问题", "内容", "张数"]);
    for (code, count) in &counted.grounds {
        let words = ground(code).map_or("", |ground| ground.zh);
        grounds.row([Value::words(&**code), Value::words(words), Value::count(count)]);
    }
    form.table(grounds);
    let named = |((code, name), tally): (&(std::sync::Arc<str>, std::sync::Arc<str>), &Tally)| {
        ([code.to_string(), name.to_string()], *tally)
    };
    form.table(tallied("医师", counted.doctors.iter().map(named).collect()));
    form.table(tallied("药品", counted.medicines.iter().map(named).collect()));
    let mut rows = Table::new(&["序号", "处方号", "日期", "医师", "点评", "结论"]);
    for one in &review.drawn {
        rows.row(row(one, review.reviewers));
    }
    form.table(rows);
    if !review.articles.is_empty() {
        form.words(format!("抽样依据：{}", review.articles.join("；")));
    }
    if review.unverified {
        form.words("抽样率、最少张数没有核实的来源（unverified）");
    }
    form
}

fn row(one: &Drawn, reviewers: u32) -> Vec<Value> {
    let codes = |grounds: &std::collections::BTreeSet<std::sync::Arc<str>>| {
        let codes: Vec<&str> = grounds.iter().map(|code| &**code).collect();
        if codes.is_empty() { "合理".to_owned() } else { codes.join("、") }
    };
    let said: Vec<String> = one
        .findings
        .iter()
        .chain(&one.ruling)
        .map(|finding| format!("{}：{} {}", finding.by.by, codes(&finding.grounds), finding.note))
        .collect();
    let verdict = match one.found(reviewers) {
        Found::Waiting => "待点评".to_owned(),
        Found::Differ => "待裁定".to_owned(),
        Found::Settled(grounds) => codes(grounds),
    };
    vec![
        Value::count(one.serial),
        Value::words(&*one.reference),
        Value::words(&*one.day),
        Value::words(if one.doctor_name.is_empty() { &*one.doctor } else { &*one.doctor_name }),
        Value::Words(said.join("；")),
        Value::Words(verdict),
    ]
}
