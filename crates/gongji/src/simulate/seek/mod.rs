//! `gongji seek`: the parameter that meets a target, and what its steps cost.

mod reserve;
mod show;

use super::grid::{GridArgs, Stop, ready, stop_of};
use super::input::{ClaimsArgs, Purpose};
use super::sides::SidesArgs;
use super::{said, sheet};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use ::simulate::Seeking;
use ::simulate::seek::target::{Measure, Target, Wanted};
use anyhow::{Result, anyhow, bail};
use kernel::Timeline;
use reserve::Figures;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `gongji seek` is given.
#[derive(clap::Args, Clone, Debug)]
pub struct SeekArgs {
    #[command(flatten)]
    claims: ClaimsArgs,
    #[command(flatten)]
    sides: SidesArgs,
    #[command(flatten)]
    grid: GridArgs,
    /// 随之而动的参数：--vary 的每个取值，各找出它该是多少 / the parameter that makes up for --vary, sought for each of its steps
    #[arg(long, value_name = "NAME=PATH[CONDITIONS]=STEPS")]
    compensate: Vec<String>,
    /// 目标：neutral（统筹支付不比现行多）、'pool <= 12亿'、'funds <= 现行+2%'、'reserve >= 6'、reserve（政策要求的月数）/ the target
    #[arg(long, default_value = "neutral")]
    target: String,
    /// 统筹基金累计结余，元；有 --income 则为年初的。不给则取账务库 --year 年终了的 / balance of the pool, yuan; with --income, that before the year. Not given: that of the books at the end of --year
    #[arg(long, value_name = "YUAN")]
    balance: Option<String>,
    /// 全年统筹基金收入，元 / income of the pool in the year, yuan
    #[arg(long, value_name = "YUAN", requires = "balance")]
    income: Option<String>,
    /// 算过的每个方案一行 / file for one row a candidate that was looked at
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Most candidates of a search: it looks at few of them.
const MOST: usize = 10_000_000;

/// Most steps of the parameter that a search is made for each of.
const GIVEN: usize = 200;

/// Runs it. Exit code 1: the target cannot be met, or a candidate is no policy.
///
/// # Errors
/// Exit code 2: claims, parameters, targets or files that cannot be used.
pub fn run(args: &SeekArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match try_run(args, source, out) {
        Ok(met) => Ok(if met { ExitCode::SUCCESS } else { ExitCode::from(1) }),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Faults(faults)) => {
            eprintln!("{faults}");
            Ok(ExitCode::from(1))
        }
    }
}

fn try_run(args: &SeekArgs, source: &Source, out: &mut dyn Write) -> Result<bool, Stop> {
    let lang = source.lang();
    let grid = args.grid.read_with(&args.compensate, lang)?;
    if let ([first, _], false) = (&grid.axes[..], args.compensate.is_empty())
        && first.steps() > GIVEN
    {
        let (zh, en) = (
            "--compensate 要为这个参数的每个取值各找一次，取值不能超过 200 个：加大步长",
            "--compensate seeks once for every step of this parameter: no more than 200; take longer ones",
        );
        return Err(anyhow!("{}: {}", first.name, lang.pick(zh, en)).into());
    }
    if args.compensate.is_empty() && grid.axes.len() > 1 {
        let (zh, en) = (
            "只能沿一个参数找；要一起变的取同一个名，随之而动的用 --compensate",
            "there is one parameter to seek along; name alike what goes together, and use --compensate for what makes up for it",
        );
        return Err(anyhow!("{}", lang.pick(zh, en)).into());
    }
    let ready = ready(&args.sides, grid, MOST, source)?;
    let target = target(&args.target, &ready.in_force.timeline, lang)?;
    let figures = args.figures(target, source)?;
    let standing = figures.as_ref().map(Figures::standing);
    let kinds = ready.candidates.kinds();
    let looking: Vec<&Timeline> = std::iter::once(&ready.in_force.timeline).chain(&kinds).collect();
    let held = args.claims.open_beside_books(source, Purpose::Sweep(&looking), None)?;
    let seeking = Seeking {
        source: &held.source,
        left_out: &held.left_out,
        in_force: &ready.in_force.timeline,
        candidates: &ready.candidates,
        target,
        standing,
        threads: args.claims.threads(),
    };
    let progress = Progress::alive(lang.pick("试算", "seeking"));
    let sought = seeking.seek(|_| progress.moved(1)).map_err(|why| stop_of(why, lang))?;
    drop(progress);
    if let Some(figures) = &figures {
        figures.check(sought.months, lang)?;
    }
    let tables = show::Shown {
        sought: &sought,
        grid: ready.candidates.grid(),
        target,
        standing,
        figures: figures
            .iter()
            .flat_map(|figures| {
                let paid = sought.in_force.came.funds[0];
                [Some(figures.told(lang)), figures.remark(paid, lang)]
            })
            .flatten()
            .collect(),
        lang,
    };
    tables.print(lang.pick(&ready.in_force.zh, &ready.in_force.en), out)?;
    if let Some(path) = &args.out {
        sheet::write(path, &tables.file(), lang)?;
    }
    Ok(tables.is_met())
}

impl SeekArgs {
    /// The money of the pool: as typed, or from the books if the target needs it or they are named for nothing else.
    fn figures(&self, target: Target, source: &Source) -> Result<Option<Figures>> {
        let lang = source.lang();
        let beside = self.claims.beside_books();
        if let Some(balance) = &self.balance {
            if beside {
                let (zh, en) = (
                    "结余给了两处：键入的（--balance）和账务库（--data、--postgres）；单据不取自账务库时只能给一处",
                    "the balance is given twice, typed (--balance) and by the books (--data, --postgres); claims are of neither: give one of them",
                );
                bail!("{}", lang.pick(zh, en));
            }
            return reserve::typed(balance, self.income.as_deref(), lang).map(Some);
        }
        let wanted = target.measure == Measure::Reserve;
        if beside || (wanted && self.claims.of_books()) {
            return reserve::booked(&self.claims.books, source).map(Some);
        }
        if wanted {
            let (zh, en) = (
                "可支付月数要知道结余：用 --data 或 --postgres 加 --year 取自账务库，或用 --balance（元）键入，全年收入用 --income",
                "the reserve needs a balance: from the books by --data or --postgres and --year, or typed as --balance (yuan), and --income for that of the year",
            );
            bail!("{}", lang.pick(zh, en));
        }
        Ok(None)
    }
}

/// Reads the target; `reserve` alone is what the policy asks for.
fn target(text: &str, in_force: &Timeline, lang: Lang) -> Result<Target> {
    let alone = ["reserve", "可支付月数"].contains(&text.trim());
    let target = if alone {
        let rules = in_force.policies.last().and_then(|policy| policy.reserve);
        let Some(rules) = rules else {
            let (zh, en) = (
                "政策没有规定备付几个月，请写明，如 'reserve >= 6'",
                "the policy does not say for how many months; say it, e.g. 'reserve >= 6'",
            );
            bail!("{}", lang.pick(zh, en));
        };
        let wanted = Wanted::Of(i64::from(rules.months) * 10_000);
        Target { measure: Measure::Reserve, at_most: false, wanted }
    } else {
        Target::parse(text).map_err(|fault| said(&fault, lang))?
    };
    Ok(target)
}
