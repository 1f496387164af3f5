//! `gongji synth`: a synthetic population and its year of claims.

use crate::formats::form::{Form, FormFiles, Table, Value};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use anyhow::{Context as _, Result, anyhow, bail};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use synth::calibration::SHIPPED;
use synth::{Calibration, Made, Region, Request, Stage, Tally, run as make};

/// 造虚构人口和一年的就诊：按公开统计校准，写成 Parquet / make up a population and its year of claims, as Parquet
///
/// 同一种子造出同样的人和单据，与线程数无关。文件：people、claims-*（按结算先后）、stays，可选 lines、contributions，
/// 及 manifest.json。claims 的列是 `gongji columns` 所列单据的列，可直接用 `gongji adjudicate` 结算。
///
/// The same seed makes the same people and claims, whatever the number of threads. No real person, institution or bill.
#[derive(clap::Args, Clone, Debug)]
pub struct SynthArgs {
    /// 多少人 / how many people
    #[arg(long, default_value = "10000", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub people: u64,
    /// 统筹区代码 / division code of the region
    #[arg(long, required_unless_present = "print_calibration", value_name = "CODE")]
    pub region: Option<String>,
    /// 哪一年 / the year
    #[arg(long, default_value = "2025", value_parser = clap::value_parser!(i32).range(1990..=2100))]
    pub year: i32,
    /// 随机种子 / the same seed makes the same population
    #[arg(long, default_value = "1")]
    pub seed: u64,
    /// 输出文件夹，须为空或不存在 / folder to write to; empty, or not there
    #[arg(long, required_unless_present = "print_calibration", value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 线程数，缺省为处理器数 / threads; as many as processors if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub threads: Option<u32>,
    /// 也写费用明细 / fee lines, too
    #[arg(long)]
    pub lines: bool,
    /// 也写缴费月 / months of contributions, too
    #[arg(long)]
    pub contributions: bool,
    /// 校准文件（TOML），缺省用程序自带的 / calibration to use instead of that in the program
    #[arg(long, value_name = "FILE")]
    pub calibration: Option<PathBuf>,
    /// 输出程序自带的校准文件 / print the calibration in the program
    #[arg(long, exclusive = true)]
    pub print_calibration: bool,
    /// 校准报告写到哪里，缺省打印 / where to write the report on the calibration, instead of printing it
    #[command(flatten)]
    pub report: FormFiles,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: a region or calibration that is none, a folder that cannot be written to.
pub fn run(args: &SynthArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    if args.print_calibration {
        write!(out, "{SHIPPED}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let lang = source.lang();
    let request = request(args, source)?;
    let aims = aims(args, lang)?;
    let mut bars = Bars { lang, stage: None, bar: None, done: 0 };
    let made = make(&request, &aims, &mut |stage, done, total| bars.moved(stage, done, total));
    drop(bars);
    let made = made.map_err(|fault| anyhow!(lang.choose(|| fault.zh(), || fault.to_string())))?;
    said(&request, &made, lang, out)?;
    report(&request, &aims, &made.tally).write(&args.report, lang, out)?;
    Ok(ExitCode::SUCCESS)
}

fn request(args: &SynthArgs, source: &Source) -> Result<Request> {
    let lang = source.lang();
    let (regions, _) = source.regions()?;
    let code = args.region.as_deref().unwrap_or_default();
    let Some(timeline) = regions.get(code) else {
        let known: Vec<&str> = regions.iter().map(|(code, _)| code).collect();
        let known = known.join("、");
        bail!(lang.choose(
            || format!("--region {code}：没有这个统筹区的政策；可用：{known}"),
            || format!("--region {code}: no such region; known: {known}"),
        ));
    };
    let vocabulary = &timeline.vocabulary;
    let codes =
        |terms: &[kernel::tables::Term]| terms.iter().map(|term| term.code.to_string()).collect();
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = args.threads.and_then(|threads| usize::try_from(threads).ok());
    Ok(Request {
        region: Region {
            code: code.to_owned(),
            plans: codes(&vocabulary.plans),
            diseases: codes(&vocabulary.diseases),
        },
        people: args.people,
        year: args.year,
        seed: args.seed,
        threads: threads.unwrap_or_else(processors),
        out: args.out.clone().unwrap_or_default(),
        lines: args.lines,
        contributions: args.contributions,
    })
}

fn aims(args: &SynthArgs, lang: Lang) -> Result<Calibration> {
    let text = match &args.calibration {
        None => SHIPPED.to_owned(),
        Some(path) => fs::read_to_string(path).with_context(|| path.display().to_string())?,
    };
    let place = args.calibration.as_ref().map(|path| path.display().to_string());
    Calibration::read(&text).map_err(|fault| {
        let words = lang.choose(|| fault.zh(), || fault.to_string());
        match place {
            Some(place) => anyhow!("{place}：{words}"),
            None => anyhow!(words),
        }
    })
}

/// A bar a stage.
struct Bars {
    lang: Lang,
    stage: Option<Stage>,
    bar: Option<Progress>,
    done: u64,
}

impl Bars {
    fn moved(&mut self, stage: Stage, done: u64, total: u64) {
        if self.stage != Some(stage) {
            let label = match stage {
                Stage::Drawing => self.lang.pick("造人和就诊", "drawing"),
                Stage::Sorting => self.lang.pick("按时间排序", "sorting"),
            };
            self.bar = Some(Progress::begin(label, total, 50_000));
            (self.stage, self.done) = (Some(stage), 0);
        }
        if let Some(bar) = &self.bar {
            bar.moved(done.saturating_sub(self.done));
        }
        self.done = done;
    }
}

fn said(request: &Request, made: &Made, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let (people, tally) = (request.people, &made.tally);
    let (claims, reversals, stays) = (tally.claims, tally.reversals, tally.stays);
    let folder = request.out.display();
    let said = lang.choose(
        || format!("{folder}：{people} 人，结算 {claims} 笔，退费 {reversals} 笔，住院 {stays} 次"),
        || {
            format!(
                "{folder}: {people} people, {claims} claims, {reversals} reversals, {stays} stays"
            )
        },
    );
    writeln!(out, "{said}")?;
    Ok(())
}

/// The report on the calibration.
fn report(request: &Request, aims: &Calibration, tally: &Tally) -> Form {
    let mut form = Form::new("虚构人口校准报告");
    form.head([
        ("统筹区", request.region.code.clone()),
        ("年度", request.year.to_string()),
        ("人数", request.people.to_string()),
        ("种子", request.seed.to_string()),
    ]);
    let mut table = Table::new(&["指标", "目标", "实得", "来源"]);
    for (figure, aim, got) in tally.report(aims) {
        let stated = aims.stated(figure);
        let mut source = stated.source.clone();
        if !stated.unverified.is_empty() {
            let gap = if source.is_empty() { "" } else { "；" };
            source = format!("{source}{gap}未核实：{}", stated.unverified);
        }
        table.row([
            Value::words(figure.zh()),
            Value::Number(digits(aim)),
            Value::Number(got.map_or("—".to_owned(), digits)),
            Value::Words(source),
        ]);
    }
    form.table(table);
    form.words("人、机构和单据都是虚构的。“—”：这个地区或这批人看不出，或只在造的时候用到。");
    form
}

/// As many digits as a figure is worth.
fn digits(value: f64) -> String {
    if value >= 1_000.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.4}")
    }
}
