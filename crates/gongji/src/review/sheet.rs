//! `review form`: the form of a sample, as a file to be filled in and taken back, or as a page to print. What others found is
//! not on it.

use super::{Which, open};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::form::{Table, Value};
use crate::formats::{Form, FormFiles, Format, Output};
use crate::source::Source;
use agency::review::{Category, Drawn, GROUNDS, Review};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Columns of the file, in Chinese as on paper. The last three are filled in.
pub(super) const COLUMNS: [&str; 11] = [
    "序号",
    "来源",
    "处方号",
    "人员编号",
    "日期",
    "科室",
    "医师",
    "诊断",
    "药品",
    "问题代码",
    "说明",
];
/// The column that says that a prescription was looked at.
pub(super) const VERDICT: &str = "结论";
/// 合理.
pub(super) const RATIONAL: &str = "合理";
/// 不合理.
pub(super) const IRRATIONAL: &str = "不合理";

/// `review form`.
#[derive(clap::Args, Clone, Debug)]
pub struct FormArgs {
    /// Whose.
    #[command(flatten)]
    pub which: Which,
    /// 待填写的文件，.csv 或 .xlsx，不能已存在 / file to be filled in, .csv or .xlsx; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 可打印的网页 / a page to print
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// No sample, or a file that cannot be written.
pub(super) fn run(args: &FormArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let (_, _, review, _) = open(&args.which, source)?;
    if let Some(path) = &args.out {
        let Some(format @ (Format::Csv | Format::Xlsx)) = Format::of_name(path) else {
            let what = lang.pick("应为 .csv 或 .xlsx", "expected .csv or .xlsx");
            bail!("{}: {what}", path.display());
        };
        if path.exists() {
            bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
        }
        let file = File::create_new(path).with_context(|| path.display().to_string())?;
        fill(&review, format, file)?;
        let (count, name) = (review.drawn.len(), path.display());
        let said = lang.choose(
            || format!("{name}：{count} 张处方；请填“{VERDICT}”“问题代码”“说明”三列"),
            || format!("{name}: {count} prescriptions; fill in {VERDICT}, 问题代码, 说明"),
        );
        writeln!(out, "{said}")?;
    }
    if args.html.is_some() || args.out.is_none() {
        let files = FormFiles { html: args.html.clone(), xlsx: None };
        page(&review).write(&files, lang, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Names of all columns: the verdict stands before what is written beside it.
fn names() -> Vec<&'static str> {
    let (printed, filled) = COLUMNS.split_at(9);
    printed.iter().copied().chain([VERDICT]).chain(filled.iter().copied()).collect()
}

fn fill(review: &Review, format: Format, file: File) -> Result<()> {
    let field = |name: &str| Field { name: name.to_owned(), kind: Kind::Text };
    let fields: Vec<Field> = names().into_iter().map(field).collect();
    let mut output = Output::new(BufWriter::new(file), format, &fields)?;
    for one in &review.drawn {
        let printed = printed(one);
        let cells = printed.iter().map(|text| Cell::Text(text));
        output.row(cells.chain([Cell::Empty, Cell::Empty, Cell::Empty]))?;
    }
    output.finish()
}

/// What is printed of a prescription.
fn printed(one: &Drawn) -> [String; 9] {
    let named = |code: &str, name: &str| if name.is_empty() { code } else { name }.to_owned();
    let medicines: Vec<String> = one.medicines.iter().map(medicine).collect();
    [
        one.serial.to_string(),
        one.origin.zh().to_owned(),
        one.reference.to_string(),
        one.person.to_string(),
        one.day.to_string(),
        named(&one.department, &one.department_name),
        named(&one.doctor, &one.doctor_name),
        one.diagnoses.join("；"),
        medicines.join("；"),
    ]
}

/// A medicine in a line: name, quantity, days, use, amount.
fn medicine(taken: &agency::review::Taken) -> String {
    let mut words = format!("{} ×{}", taken.name, decimal(taken.quantity, 10_000));
    if taken.days > 0 {
        words.push_str(&format!(" {}天", decimal(taken.days, 100)));
    }
    if !taken.usage.is_empty() {
        words.push(' ');
        words.push_str(&taken.usage);
    }
    if taken.amount != 0 {
        words.push_str(&format!(" {}元", Fen::new(taken.amount)));
    }
    words
}

/// A number in parts of a whole, without zeros at its end.
fn decimal(parts: i64, whole: i64) -> String {
    let (units, rest) = (parts / whole, (parts % whole).abs());
    if rest == 0 {
        return units.to_string();
    }
    let digits = whole.to_string().len() - 1;
    format!("{units}.{rest:0digits$}").trim_end_matches('0').to_owned()
}

/// The page to print.
fn page(review: &Review) -> Form {
    let mut form = Form { wide: true, ..Form::new("处方点评表") };
    form.head([
        ("机构编号", review.institution.to_string()),
        ("机构名称", review.name.to_string()),
        ("处方月份", review.month.to_string()),
        (
            "抽样",
            format!(
                "种子 {}，{} 张中抽 {} 张",
                review.seed,
                review.prescriptions,
                review.drawn.len()
            ),
        ),
    ]);
    let mut table = Table::new(&names());
    for one in &review.drawn {
        let blank = ["", "", ""].map(str::to_owned);
        table.row(printed(one).into_iter().chain(blank).map(Value::Words));
    }
    form.table(table);
    for category in Category::ALL {
        let of = GROUNDS.iter().filter(|ground| ground.category() == category);
        let words: Vec<String> = of.map(|it| format!("{} {}", it.code, it.zh)).collect();
        form.words(format!("{}：{}", category.zh(), words.join("；")));
    }
    form.signs(&["点评人", "复核人"]);
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_written_without_needless_zeros() {
        assert_eq!(decimal(10_000, 10_000), "1");
        assert_eq!(decimal(12_500, 10_000), "1.25");
        assert_eq!(decimal(700, 100), "7");
        assert_eq!(decimal(50, 10_000), "0.005");
    }

    #[test]
    fn the_verdict_stands_before_the_grounds() {
        assert_eq!(names()[8..], ["药品", "结论", "问题代码", "说明"]);
    }
}
