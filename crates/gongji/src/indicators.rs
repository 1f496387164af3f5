//! `gongji indicators`: the indicators of a month, by institution, level or area; their definitions.

use crate::clearing::Whose;
use crate::clearing::office::{Office, month, refused};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::form::{Table, Value};
use crate::formats::{Form, FormFiles, Format, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::indicators::{
    By, Figures, Indicators, Row, change, definitions_markdown, gather, shown,
};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Fen;
use kernel::assessment::{Measure, Unit};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// 统计指标：门诊就诊率、转诊率、次均费用、费用结构等，按机构、等级、统筹区 / indicators of a month
///
/// 数字属于入账的月份：三月结算、四月退费的，是三月的一次就诊、四月的负一次。
///
/// Figures belong to the month of posting.
#[derive(clap::Args, Clone, Debug)]
pub struct IndicatorsArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 月份 / the month
    #[arg(long, value_name = "YYYY-MM", required_unless_present = "definitions")]
    pub month: Option<String>,
    /// 按什么分组：institution 机构、level 等级、area 统筹区 / by what
    #[arg(long, value_name = "WORD", default_value = "institution", value_parser = ["institution", "level", "area"])]
    pub by: String,
    /// 只看一组，列出全部指标及环比、同比：机构编号、等级代码或统筹区 / one group, with changes against last month and last year
    #[arg(long, value_name = "CODE")]
    pub group: Option<String>,
    /// 写成 CSV：每组一行，全部指标 / write a CSV file: every indicator of every group
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Where to.
    #[command(flatten)]
    pub files: FormFiles,
    /// 只打印各指标的定义 / only print how indicators are defined
    #[arg(long)]
    pub definitions: bool,
}

/// Runs the command.
///
/// # Errors
/// Books that cannot be used, or a file that cannot be written.
pub fn run(args: &IndicatorsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    if args.definitions {
        write!(out, "{}", definitions_markdown(lang == Lang::En))?;
        return Ok(ExitCode::SUCCESS);
    }
    let month = month(args.month.as_deref().unwrap_or_default(), lang)?;
    let by = By::from_code(&args.by).context("--by")?;
    if let Some(path) = args.csv.as_ref().filter(|path| path.exists()) {
        bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
    }
    let office = Office::open(&args.whose, source)?;
    let of = |month| gather(&office.agency, office.area, month, by);
    let found = of(month).map_err(|why| refused(&why, lang))?;
    if let Some(path) = &args.csv {
        let file = File::create_new(path).with_context(|| path.display().to_string())?;
        csv(&found, file)?;
        if args.files.is_none() && args.group.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    let form = match &args.group {
        None => all(&found),
        Some(group) => {
            let months = [month.plus(-1), month.plus(-12)];
            let [before, year] = months.map(|month| of(month).map_err(|why| refused(&why, lang)));
            let row = row(&found, group).ok_or_else(|| {
                let what = lang.pick("本月没有这一组", "is not among the groups of the month");
                anyhow!("--group {group}：{what}")
            })?;
            one(&found, row, [&before?, &year?])
        }
    };
    form.write(&args.files, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

fn row<'a>(found: &'a Indicators, group: &str) -> Option<&'a Row> {
    found.rows.iter().find(|row| *row.group == *group)
}

/// What a page has room for.
const MAIN: &[Measure] = &[
    Measure::VisitRate,
    Measure::ReferralRate,
    Measure::AverageCost,
    Measure::AveragePerson,
    Measure::PoolRate,
    Measure::DrugShare,
    Measure::ExamShare,
    Measure::ConsumableShare,
    Measure::FullSelfShare,
];

fn title(found: &Indicators) -> Form {
    let mut form = Form::new("门诊统计指标");
    let state = if found.over { "已结束" } else { "未结束，数字还会变" };
    form.head([("月份", format!("{}（{state}）", found.month)), ("金额单位", "元".to_owned())]);
    form
}

/// Every group, with the main indicators.
fn all(found: &Indicators) -> Form {
    let mut form = Form { wide: true, ..title(found) };
    let mut columns = vec!["编号", "名称", "人次", "人数", "总额", "基金"];
    columns.extend(MAIN.iter().map(|measure| measure.zh()));
    let mut table = Table::new(&columns);
    for Row { group, name, figures } in &found.rows {
        let own = [
            Value::words(&**group),
            Value::words(&**name),
            Value::count(figures.visits),
            Value::count(figures.people),
            Value::Money(figures.total),
            Value::Money(figures.paid_by_funds()),
        ];
        let measures = MAIN.iter().map(|measure| value(*measure, figures));
        table.row(own.into_iter().chain(measures));
    }
    form.table(table);
    if found.rows.is_empty() {
        form.words("本月没有业务");
    }
    form
}

fn value(measure: Measure, figures: &Figures) -> Value {
    Value::Number(shown(measure.unit(), figures.measure(measure)))
}

/// One group, with every indicator and its changes.
fn one(found: &Indicators, row: &Row, [before, year]: [&Indicators; 2]) -> Form {
    let mut form = title(found);
    form.head([("编号", row.group.to_string()), ("名称", row.name.to_string())]);
    let figures = &row.figures;
    let mut sums = Table::new(&[
        "结算人次",
        "就诊人数",
        "参保人数",
        "总额",
        "基金",
        "其中更正",
        "个人账户",
        "现金",
    ]);
    sums.row([
        Value::count(figures.visits),
        Value::count(figures.people),
        Value::count(figures.insured),
        Value::Money(figures.total),
        Value::Money(figures.paid_by_funds()),
        Value::Money(figures.corrected.iter().sum()),
        Value::Money(figures.accounts),
        Value::Money(figures.cash),
    ]);
    form.table(sums);
    let mut table = Table::new(&["指标", "本月", "上月", "环比", "上年同月", "同比"]);
    for measure in Measure::ALL {
        let of = |other: &Indicators| {
            self::row(other, &row.group).and_then(|row| row.figures.measure(*measure))
        };
        let (now, before, year) = (figures.measure(*measure), of(before), of(year));
        let unit = measure.unit();
        let moved = |then| {
            let unit = if unit == Unit::Count { Unit::Count } else { Unit::Share };
            Value::Number(shown(unit, change(*measure, now, then)))
        };
        let number = |value| Value::Number(shown(unit, value));
        table.row([
            Value::words(measure.zh()),
            number(now),
            number(before),
            moved(before),
            number(year),
            moved(year),
        ]);
    }
    form.table(table);
    form.words(
        "环比、同比：金额为增长率，比例为百分点之差。定义见 gongji indicators --definitions",
    );
    form
}

/// Figures and indicators of every group. Shares in percent, amounts in yuan.
fn csv(found: &Indicators, file: File) -> Result<()> {
    let amounts = |figures: &Figures| {
        [
            ("total", figures.total),
            ("pool", figures.funds[0]),
            ("large_amount", figures.funds[1]),
            ("subsidy", figures.funds[2]),
            ("corrected", figures.corrected.iter().sum()),
            ("accounts", figures.accounts),
            ("cash", figures.cash),
            ("deducted", figures.deducted),
        ]
    };
    let counts = |figures: &Figures| {
        [
            ("visits", figures.visits),
            ("people", figures.people),
            ("insured", figures.insured),
            ("referrals", figures.referrals),
            ("external", figures.external),
            ("reviewed", figures.reviewed),
            ("irrational", figures.irrational),
        ]
    };
    let none = Figures::default();
    let field = |name: &str, kind| Field { name: name.to_owned(), kind };
    let mut fields = vec![field("month", Kind::Text), field("group", Kind::Text)];
    fields.push(field("name", Kind::Text));
    fields.extend(counts(&none).map(|(name, _)| field(name, Kind::Text)));
    fields.extend(amounts(&none).map(|(name, _)| field(name, Kind::Money)));
    fields.extend(Measure::ALL.iter().map(|measure| field(measure.code(), Kind::Text)));
    let mut output = Output::new(BufWriter::new(file), Format::Csv, &fields)?;
    let month = found.month.to_string();
    for row in &found.rows {
        let counted = counts(&row.figures).map(|(_, count)| count.to_string());
        let measured: Vec<String> = Measure::ALL
            .iter()
            .map(|measure| match row.figures.measure(*measure) {
                None => String::new(),
                value => shown(measure.unit(), value),
            })
            .collect();
        let own = [Cell::Text(&month), Cell::Text(&row.group), Cell::Text(&row.name)];
        let cells = own
            .into_iter()
            .chain(counted.iter().map(|count| Cell::Text(count)))
            .chain(amounts(&row.figures).map(|(_, fen)| Cell::Money(Fen::new(fen))))
            .chain(measured.iter().map(|text| Cell::Text(text)));
        output.row(cells)?;
    }
    output.finish()
}
