//! Which candidates: parameters varied over the policy or the reform that was asked for.

use super::said;
use super::sides::SidesArgs;
use crate::lang::Lang;
use crate::source::Source;
use ::simulate::{Asked, Candidates, Fault, Side, Unclear, Uncompiled};
use anyhow::{Context as _, Result, anyhow};
use kernel::Timeline;
use policy::Grid;
use std::path::PathBuf;

/// The grid.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct GridArgs {
    /// 参数：名称=路径[条件]=取值，如 起付标准=programme.ordinary.deductible.amount[status=active]=100..400 step 50；*= 乘，+= 加 / a parameter: name=path[conditions]=steps; *= times, += plus
    #[arg(long, value_name = "NAME=PATH[CONDITIONS]=STEPS", allow_hyphen_values = true)]
    vary: Vec<String>,
    /// 参数写在文件里（TOML）/ parameters in a file (TOML)
    #[arg(long, value_name = "FILE.toml")]
    grid: Option<PathBuf>,
}

impl GridArgs {
    /// Reads the parameters.
    pub(super) fn read(&self, lang: Lang) -> Result<Grid> {
        self.read_with(&[], lang)
    }

    /// Reads the parameters, and others behind them.
    pub(super) fn read_with(&self, others: &[String], lang: Lang) -> Result<Grid> {
        let mut grid = Grid::read(&self.vary).map_err(|amiss| said(&amiss.into(), lang))?;
        if let Some(path) = &self.grid {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            let file = path.display().to_string();
            grid.read_file(&text).map_err(|amiss| said(&amiss.into(), lang).context(file))?;
        }
        grid.read_more(others).map_err(|amiss| said(&amiss.into(), lang))?;
        Ok(grid)
    }
}

/// Candidates and the policy they are held against.
pub(super) struct Ready {
    pub(super) in_force: Side,
    pub(super) candidates: Candidates,
}

/// Why there is nothing to sweep over.
pub(super) enum Stop {
    /// Policies with faults: exit code 1.
    Faults(String),
    /// Anything else: exit code 2.
    Error(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Stop {
        Stop::Error(error)
    }
}

/// Compiles what was asked for, apart from the candidates.
pub(super) fn ready(
    sides: &SidesArgs,
    grid: Grid,
    most: usize,
    source: &Source,
) -> Result<Ready, Stop> {
    let (lang, asked) = (source.lang(), sides.asked(source)?);
    let stop = |why| unclear(why, lang);
    // The ground the grid varies may be a reform; what it is held against is the policy in force.
    let alone = Asked { reform: None, ..asked.clone() };
    let in_force = alone.sides().map_err(stop)?.into_iter().next();
    let in_force = in_force.ok_or_else(|| anyhow!("{}", lang.pick("没有政策", "no policy")))?;
    let candidates = Candidates::new(&asked, grid, most).map_err(stop)?;
    Ok(Ready { in_force, candidates })
}

impl Ready {
    /// Compiles candidates.
    pub(super) fn compile(
        &self,
        numbers: &[usize],
        threads: usize,
        lang: Lang,
    ) -> Result<Vec<Timeline>, Stop> {
        self.candidates.compile(numbers, threads).map_err(|uncompiled| stop_of(uncompiled, lang))
    }
}

/// A candidate that is no policy.
pub(super) fn stop_of(uncompiled: Uncompiled, lang: Lang) -> Stop {
    let Uncompiled { candidate, why } = uncompiled;
    match unclear(why, lang) {
        Stop::Faults(faults) => {
            let head = lang.pick("方案不成政策", "no policy");
            Stop::Faults(format!("{head}：{candidate}\n{faults}"))
        }
        other @ Stop::Error(_) => other,
    }
}

fn unclear(why: Unclear, lang: Lang) -> Stop {
    match why {
        Unclear::Documents(faults) => Stop::Faults(faults.to_string()),
        Unclear::Asked(fault) => Stop::Error(said(&fault, lang)),
    }
}

/// What a fault of the simulation stops.
pub(super) fn stopped(fault: &Fault, lang: Lang) -> Stop {
    Stop::Error(said(fault, lang))
}
