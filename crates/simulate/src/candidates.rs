//! Candidates: the combinations of a grid, each compiled by the policy library over the same documents.

use crate::asked::{Asked, Ground, Unclear};
use crate::fault::{Fault, Result};
use kernel::Timeline;
use policy::Grid;
use policy::vary::{Amiss, Axis, Base, Step};

/// A grid over what was asked for.
pub struct Candidates {
    ground: Ground,
    base: Base,
    grid: Grid,
    count: usize,
}

/// Why a candidate is no policy.
#[derive(Clone, Debug)]
pub struct Uncompiled {
    /// Which: `起付标准=200, 比例=60%`.
    pub candidate: String,
    /// Why not.
    pub why: Unclear,
}

impl Candidates {
    /// The combinations of a grid over the reform that was asked for, or over the policy in force.
    ///
    /// # Errors
    /// A grid without parameters, or with more than `most` combinations; documents with faults.
    pub fn new(asked: &Asked, grid: Grid, most: usize) -> std::result::Result<Candidates, Unclear> {
        let count = counted(&grid, most)?;
        let ground = asked.ground();
        let base = ground.base()?;
        Ok(Candidates { ground, base, grid, count })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Their grid.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// One candidate of every kind: any other differs from one of these in numbers alone, and so looks at the same of a claim
    /// and names the same items. Those that are no policy are left out.
    #[must_use]
    pub fn kinds(&self) -> Vec<Timeline> {
        let mut kinds: Vec<Vec<usize>> = vec![Vec::new()];
        for axis in &self.grid.axes {
            let steps = steps_of_kinds(axis);
            let with = |kind: &Vec<usize>| {
                steps.iter().map(|step| [&kind[..], &[*step]].concat()).collect::<Vec<_>>()
            };
            kinds = kinds.iter().flat_map(with).collect();
        }
        kinds.iter().filter_map(|steps| self.at(steps).ok()).collect()
    }

    /// Compiles some of them, in the order asked for.
    ///
    /// # Errors
    /// The first that is no policy, and why.
    pub fn compile(
        &self,
        numbers: &[usize],
        threads: usize,
    ) -> std::result::Result<Vec<Timeline>, Uncompiled> {
        let share = numbers.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let compile = |part: &[usize]| part.iter().map(|number| self.one(*number)).collect();
            let spawn = |part| scope.spawn(move || compile(part));
            let working: Vec<_> = numbers.chunks(share).map(spawn).collect();
            let stopped = || {
                let fault = Fault::new("计算线程意外停止", "a thread that was working stopped");
                Uncompiled { candidate: String::new(), why: Unclear::Asked(fault) }
            };
            let mut compiled = Vec::with_capacity(numbers.len());
            for work in working {
                let part: std::result::Result<Vec<Timeline>, Uncompiled> =
                    work.join().unwrap_or_else(|_| Err(stopped()));
                compiled.extend(part?);
            }
            Ok(compiled)
        })
    }

    fn one(&self, number: usize) -> std::result::Result<Timeline, Uncompiled> {
        let steps = self.grid.steps_of(number);
        let named = |why| Uncompiled { candidate: self.grid.shown(&steps), why };
        self.at(&steps).map_err(named)
    }

    fn at(&self, steps: &[usize]) -> std::result::Result<Timeline, Unclear> {
        let set = self.grid.set(&self.base, steps).map_err(|amiss| Unclear::Asked(amiss.into()))?;
        self.ground.compile(&set).map(|(_, timeline)| timeline)
    }
}

/// The first step that takes numbers only, and all others.
fn steps_of_kinds(axis: &Axis) -> Vec<usize> {
    let is_number = |step: &usize| {
        let mut taken = axis.parameters.iter().map(|parameter| parameter.steps.get(*step));
        taken.all(|taken| matches!(taken, Some(Step::Number(_))))
    };
    let first = (0..axis.steps()).find(is_number);
    (0..axis.steps()).filter(|step| !is_number(step) || first == Some(*step)).collect()
}

fn counted(grid: &Grid, most: usize) -> Result<usize> {
    let Some(first) = grid.axes.first() else {
        return Err(Fault::new(
            "没有参数：用 --vary 名称=路径=取值 或 --grid 文件",
            "no parameters: give --vary name=path=steps or --grid FILE",
        ));
    };
    match grid.combinations() {
        Some(count) if count <= most => Ok(count),
        _ => {
            let sizes: Vec<String> =
                grid.axes.iter().map(|axis| format!("{}: {}", axis.name, axis.steps())).collect();
            let (sizes, example) = (sizes.join(" × "), &first.name);
            Err(Fault::new(
                format!(
                    "方案超过 {most} 个（{sizes}）：减少取值（如加大“{example}”的步长），或用 --most 放宽"
                ),
                format!(
                    "more than {most} candidates ({sizes}): take fewer steps (longer ones of {example:?}), or raise --most"
                ),
            ))
        }
    }
}

impl From<Amiss> for Fault {
    fn from(amiss: Amiss) -> Fault {
        Fault { zh: amiss.zh, en: amiss.en }
    }
}
