//! `gongji agreement`: what institutions' agreements say from a day on: agreement, level, capabilities, suspension; and the
//! person-years that a change for past days touches.

use crate::account::desk::{Kept, table};
use crate::filing::office::{Office, Whose, day, last_day, until};
use crate::formats::Kind;
use crate::lang::Lang;
use crate::source::Source;
use agency::business::account::NewFact;
use agency::business::agreement::LearnAgreement;
use agency::facts::{AGREEMENT, CAPABILITY, LEVEL, SUSPENSION, believed};
use agency::recalculation::file_agreement_changes;
use anyhow::{Result, anyhow, bail};
use kernel::Date;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Fact, Id};

/// 协议、等级、资格、中止 / agreements, levels, capabilities, suspensions
#[derive(Debug, clap::Subcommand)]
pub enum AgreementCommand {
    /// 列出机构某日的协议状况 / institutions as of a day
    List(ListArgs),
    /// 一家机构的全部协议事实 / everything told about one institution
    Show(ShowArgs),
    /// 签订协议 / an agreement begins
    Sign(SpanArgs),
    /// 结算等级 / settlement level
    Level(ValueArgs),
    /// 增加资格：pooling 门诊统筹药店、dual-channel 双通道、internet 互联网医院等 / a capability
    Allow(ValueArgs),
    /// 中止协议一段时间：期间基金不付 / suspend: no fund pays meanwhile
    Suspend(SpanArgs),
    /// 解除协议：某日起不再有协议 / terminate: no agreement from a day on
    Terminate(TerminateArgs),
    /// 登记有误的一条作废 / a fact turned out wrong
    Wrong(WrongArgs),
}

/// Which institution.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    #[command(flatten)]
    whose: Whose,
    /// 机构编号 / the institution
    #[arg(long, value_name = "CODE")]
    institution: String,
}

/// Of `list`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListArgs {
    #[command(flatten)]
    whose: Whose,
    /// 日期，缺省为今天 / day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<String>,
    /// 写入文件，缺省显示 / write to a file; shown if not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Of `show`.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    #[command(flatten)]
    which: Which,
    /// 连同已作废的 / those that turned out wrong too
    #[arg(long)]
    all: bool,
}

/// A span of days.
#[derive(clap::Args, Clone, Debug)]
pub struct SpanArgs {
    #[command(flatten)]
    which: Which,
    /// 首日 / first day
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: String,
    /// 末日，缺省为长期 / last day; none while it lasts
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// 经办人 / operator
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
}

/// A value for a span of days.
#[derive(clap::Args, Clone, Debug)]
pub struct ValueArgs {
    #[command(flatten)]
    span: SpanArgs,
    /// 等级 0 至 3，或资格 / level 0 to 3, or the capability
    #[arg(long, value_name = "VALUE")]
    value: String,
}

/// Of `terminate`.
#[derive(clap::Args, Clone, Debug)]
pub struct TerminateArgs {
    #[command(flatten)]
    which: Which,
    /// 自此日起没有协议 / the first day without an agreement
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: String,
    /// 经办人 / operator
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
}

/// Of `wrong`.
#[derive(clap::Args, Clone, Debug)]
pub struct WrongArgs {
    #[command(flatten)]
    which: Which,
    /// 作废哪一条，编号见 show / which, by the number that show prints
    #[arg(long, value_name = "FACT")]
    fact: String,
    /// 经办人 / operator
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books that cannot be opened, arguments that make no sense.
pub fn run(command: &AgreementCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        AgreementCommand::List(args) => list(args, source, out),
        AgreementCommand::Show(args) => show(args, source, out),
        AgreementCommand::Sign(args) => span(args, (AGREEMENT, ""), source, out),
        AgreementCommand::Level(args) => span(&args.span, (LEVEL, &args.value), source, out),
        AgreementCommand::Allow(args) => span(&args.span, (CAPABILITY, &args.value), source, out),
        AgreementCommand::Suspend(args) => span(args, (SUSPENSION, ""), source, out),
        AgreementCommand::Terminate(args) => terminate(args, source, out),
        AgreementCommand::Wrong(args) => wrong(args, source, out),
    }
}

/// A kind of fact in words.
fn kind_name(kind: &str, lang: Lang) -> &'static str {
    match kind {
        AGREEMENT => lang.pick("协议", "agreement"),
        LEVEL => lang.pick("结算等级", "level"),
        CAPABILITY => lang.pick("资格", "capability"),
        _ => lang.pick("中止", "suspension"),
    }
}

fn list(args: &ListArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let now = office.agency.now();
    let on = args.on.as_ref().map_or(Ok(now.date()), |text| day("--on", text, lang))?;
    let directory = office.agency.directory(office.area);
    let none = lang.pick("没有机构名录", "there is no directory");
    let directory = directory.ok_or_else(|| anyhow!("{}：{none}", office.area))?;
    let mut rows = Vec::new();
    for code in directory.institutions() {
        let Some(site) = directory.site(&code, on, now) else { continue };
        let mut facts = directory.facts_of(&code).iter();
        let suspended =
            facts.any(|fact| &*fact.kind == SUSPENSION && agency::facts::holds(fact, on, now));
        let state = match (site.designated, suspended) {
            (true, _) => lang.pick("有效", "in force"),
            (false, true) => lang.pick("中止", "suspended"),
            (false, false) => lang.pick("无协议", "none"),
        };
        let capabilities: Vec<_> = site.capabilities.iter().map(ToString::to_string).collect();
        let cells = [
            code.to_string(),
            site.name.to_string(),
            lang.pick(site.venue.zh(), site.venue.en()).to_owned(),
            lang.pick(site.level.zh(), site.level.en()).to_owned(),
            state.to_owned(),
            capabilities.join(" "),
        ];
        rows.push(cells.map(Kept::Text).into_iter().collect::<Vec<_>>());
    }
    let names = match lang {
        Lang::Zh => ["机构编号", "名称", "类型", "结算等级", "协议", "资格"],
        Lang::En => ["institution", "name", "venue", "level", "agreement", "capabilities"],
    };
    table(&names.map(|name| (name, Kind::Text)), &rows, args.out.as_deref(), out, lang)?;
    Ok(ExitCode::SUCCESS)
}

/// The facts about an institution, which must be listed.
fn facts_of(office: &Office, institution: &str) -> Result<Vec<Fact>> {
    let directory = office.agency.directory(office.area);
    let directory = directory.filter(|directory| directory.has_institution(institution));
    let words = office.lang.pick("名录中没有这家机构", "no such institution");
    let directory = directory.ok_or_else(|| anyhow!("--institution {institution}：{words}"))?;
    Ok(directory.facts_of(institution).to_vec())
}

fn show(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.which.whose, source)?;
    let now = office.agency.now();
    let mut facts = facts_of(&office, &args.which.institution)?;
    facts.retain(|fact| args.all || believed(fact, now));
    facts.sort_by_key(|fact| (fact.kind.clone(), fact.from, fact.id));
    for fact in facts {
        let name = kind_name(&fact.kind, lang);
        let days = format!("{} – {}", fact.from, until(fact.to, lang));
        let ended = fact.ended_at.map_or_else(String::new, |at| {
            lang.choose(|| format!("（{at}作废）"), || format!(" (wrong since {at})"))
        });
        writeln!(out, "{}  {name} {}  {days}{ended}", fact.id, fact.other)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn new(kind: &str, value: &str, from: Date, to: Date) -> NewFact {
    let (kind, other) = (Arc::from(kind), Arc::from(value));
    NewFact { kind, other, from, to, detail: Arc::default() }
}

fn span(
    args: &SpanArgs,
    (kind, value): (&str, &str),
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let from = day("--from", &args.from, lang)?;
    let to = last_day("--to", args.to.as_ref(), lang)?;
    let office = Office::open(&args.which.whose, source)?;
    let known = facts_of(&office, &args.which.institution)?;
    let fact = new(kind, value, from, to);
    // A level or an agreement that begins on the same day is corrected; one that began before ends the day before by itself:
    // of several that hold on a day, the one that began last counts.
    let same = |known: &&Fact| {
        known.ended_at.is_none()
            && *known.kind == *kind
            && known.from == from
            && (kind != CAPABILITY || *known.other == *value)
    };
    let wrong = known.iter().filter(same).map(|fact| fact.id).collect();
    learn(&office, &args.which.institution, (vec![fact], wrong), &args.by, out)
}

fn terminate(args: &TerminateArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let from = day("--from", &args.from, lang)?;
    let office = Office::open(&args.which.whose, source)?;
    let known = facts_of(&office, &args.which.institution)?;
    let standing = known
        .iter()
        .filter(|fact| fact.ended_at.is_none() && *fact.kind == *AGREEMENT && fact.to >= from);
    let standing: Vec<&Fact> = standing.collect();
    if standing.is_empty() {
        let words = lang.pick("这一天已经没有协议", "there is no agreement on that day");
        bail!("--from {from}：{words}");
    }
    let before = standing.iter().filter(|fact| fact.from < from);
    let kept = before.map(|fact| new(AGREEMENT, &fact.other, fact.from, from.previous())).collect();
    let wrong = standing.iter().map(|fact| fact.id).collect();
    learn(&office, &args.which.institution, (kept, wrong), &args.by, out)
}

fn wrong(args: &WrongArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let words =
        source.lang().pick("应为编号，见 agreement show", "expected a number of agreement show");
    let id = Id::parse(&args.fact).ok_or_else(|| anyhow!("--fact {}：{words}", args.fact))?;
    let office = Office::open(&args.which.whose, source)?;
    learn(&office, &args.which.institution, (Vec::new(), vec![id]), &args.by, out)
}

/// Learns, and files what was settled by what is wrong now.
fn learn(
    office: &Office,
    institution: &str,
    (facts, wrong): (Vec<NewFact>, Vec<Id>),
    by: &str,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let (area, institution) = (office.area, Arc::from(institution));
    let business = LearnAgreement { area, institution, facts, wrong };
    if let Err(refused) = office.ask(by, business) {
        writeln!(out, "{}", office.words(&refused))?;
        return Ok(ExitCode::FAILURE);
    }
    let filed = file_agreement_changes(office.agency.store(), area, office.agency.now())
        .map_err(|refused| anyhow!("{}", office.words(&refused)))?;
    let count = filed.person_years;
    let said = match (count, office.lang) {
        (0, lang) => lang.pick("已登记", "told").to_owned(),
        (count, Lang::Zh) => format!("已登记；涉及已结算的 {count} 个人员年度，已登记待重算"),
        (count, Lang::En) => format!("told; {count} person-years are to be folded again"),
    };
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}
