//! `supervise run`, `supervise rules`.

use super::Whose;
use crate::books::place::{law, now};
use crate::clearing::office::{Office, refused};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use agency::supervise::after::run::{Asked, Far, Options, Stage, run as look};
use agency::supervise::after::{Limit, RULES, Rule, Span};
use anyhow::{Context as _, Result, bail};
use kernel::{Date, Fen};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::Area;

/// `supervise run`.
#[derive(clap::Args, Clone, Debug)]
pub struct RunArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 自哪天的结算起 / settlements from this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: String,
    /// 到哪天止 / to this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: String,
    /// 只用这些规则，逗号分隔；缺省全部 / only these rules, separated by commas; all if not given
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub rules: Vec<String>,
    /// 发起人，记入案件 / who asks for it, kept in the cases
    #[arg(long, value_name = "NAME", default_value = "事后监管")]
    pub by: String,
    /// 排序用的内存，MB；超出用临时文件 / memory for sorting; beyond it temporary files
    #[arg(long, value_name = "MB", default_value = "128", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub memory: u32,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// `supervise rules`.
#[derive(clap::Args, Clone, Debug)]
pub struct RulesArgs {
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    pub region: String,
    /// 哪一天的政策，缺省为今天 / of which day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on: Option<String>,
}

/// Runs the rules over a span.
pub(super) fn run(args: &RunArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let span = Span { from: day("--from", &args.from, lang)?, to: day("--to", &args.to, lang)? };
    let rules = args.rules.iter().map(|code| rule(code, lang)).collect::<Result<Vec<_>>>()?;
    let office = Office::open(&args.whose, source)?;
    let asked = Asked { area: office.area, span, rules, by: Arc::from(args.by.trim()) };
    let options = Options { memory: (args.memory as usize) << 20, ..Options::default() };
    let mut bar: Option<(Stage, Progress)> = None;
    let far = look(&office.agency, &office.core, &asked, options, &mut |stage, by| {
        if bar.as_ref().is_none_or(|(shown, _)| *shown != stage) {
            bar = Some((stage, Progress::alive(said(stage, lang))));
        }
        if let Some((_, bar)) = &bar {
            bar.moved(by);
        }
        true
    });
    drop(bar);
    let far = far.map_err(|why| refused(&why, lang))?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&far)?)?;
    } else {
        tell(&far, span, lang, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

const fn said(stage: Stage, lang: Lang) -> &'static str {
    match (lang, stage) {
        (Lang::Zh, stage) => stage.zh(),
        (Lang::En, Stage::Reading) => "reading, rows",
        (Lang::En, Stage::People) => "people",
        (Lang::En, Stage::Places) => "places",
    }
}

fn tell(far: &Far, span: Span, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let Far { claims, filed, .. } = far;
    let (found, opened) = (filed.found(), filed.opened);
    let known: u64 = filed.known.values().sum();
    let Span { from, to } = span;
    let words = lang.choose(
        || format!("{from} 至 {to}：结算 {claims} 笔，新疑点 {found} 个，已有 {known} 个，立案 {opened} 件"),
        || {
            format!(
                "{from} to {to}: {claims} settlements, {found} new findings, {known} known, {opened} cases opened"
            )
        },
    );
    writeln!(out, "{words}")?;
    for rule in RULES {
        let (new, fund, account) = filed.new.get(rule.code).copied().unwrap_or_default();
        let known = filed.known.get(rule.code).copied().unwrap_or_default();
        if new + known == 0 {
            continue;
        }
        let (fund, account) = (Fen::new(fund), Fen::new(account));
        let words = lang.choose(
            || {
                format!(
                    "  {:<24}{}：新 {new}，已有 {known}；涉及基金 {fund}，账户 {account}",
                    rule.code, rule.zh
                )
            },
            || {
                format!(
                    "  {:<24}{}: {new} new, {known} known; funds {fund}, accounts {account}",
                    rule.code, rule.en
                )
            },
        );
        writeln!(out, "{words}")?;
    }
    Ok(())
}

/// Shows the rules with the thresholds of a day.
pub(super) fn rules(args: &RulesArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let words = lang.pick("应为统筹区代码，如 500000", "expected an area, such as 500000");
    let area = Area::parse(&args.region);
    let area = area.with_context(|| format!("--region {}：{words}", args.region))?;
    let on = match &args.on {
        Some(text) => day("--on", text, lang)?,
        None => now().date(),
    };
    let regions = law(source)?;
    let Some(law) = regions.law(area).filter(|law| law.on(on).is_some()) else {
        let words = lang.pick("这一天没有生效的政策", "no policy is in force on this day");
        bail!("--region {area} --on {on}：{words}");
    };
    for rule in RULES {
        writeln!(out, "{}  {}", rule.code, lang.pick(rule.zh, rule.en))?;
        if lang == Lang::Zh {
            writeln!(out, "  看：{}", rule.looks_at)?;
        }
        for asked in rule.thresholds {
            let limit = Limit::of(law, asked.name, on);
            let value = match &limit {
                Some(limit) => format!("{} {}", limit.value, unit(asked.unit, lang)),
                None => lang.pick("未规定", "not stated").to_owned(),
            };
            let unverified = limit.is_some_and(|limit| limit.basis.unverified);
            let mark = if unverified { lang.pick("（未核实）", " (unverified)") } else { "" };
            let meaning = lang.pick(asked.zh, "");
            writeln!(out, "  {} = {value}{mark}  {meaning}", asked.name)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A unit of a threshold.
fn unit(unit: &'static str, lang: Lang) -> &'static str {
    let zh = match unit {
        "minute" => "分钟",
        "hour" => "小时",
        "day" => "天",
        "month" => "个月",
        "yuan" => "元",
        "percent" => "%",
        "permillion" => "百万分之一",
        "deviation" => "个标准差",
        "people" => "人",
        "pharmacies" => "家",
        _ => "次",
    };
    lang.pick(zh, unit)
}

/// A day as a command names it.
pub(super) fn day(option: &str, text: &str, lang: Lang) -> Result<Date> {
    let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
    Date::parse(text).with_context(|| format!("{option} {text}：{words}"))
}

fn rule(code: &str, lang: Lang) -> Result<&'static Rule> {
    Rule::of(code.trim()).with_context(|| {
        let known: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        let words = lang.pick("没有这条规则，应为", "no such rule; there are");
        format!("--rules {code}：{words} {}", known.join("、"))
    })
}
