//! A grid over a policy: values that a document states, each varied over some steps, and every combination of them.
//!
//! One parameter is written `name=path[conditions].key=steps`; `*=` and `+=` vary what is stated instead of replacing it.
//! Parameters of one name go together, step by step. Each combination becomes a list of `path=value`, as [`crate::Choice`]
//! states them; what they mean and whether they may be is decided where all documents are: in the library.

mod number;
mod parameter;
mod read;
mod select;
mod apply;
mod base;
mod file;

pub use base::{Base, When};
pub use number::Number;
pub use parameter::{How, Parameter, Step};

use std::fmt;

/// What is wrong with a grid, in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amiss {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Amiss {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Amiss {
        Amiss { zh: zh.into(), en: en.into() }
    }

    /// The same, at a place.
    fn at(self, place: &dyn fmt::Display) -> Amiss {
        Amiss { zh: format!("{place}：{}", self.zh), en: format!("{place}: {}", self.en) }
    }
}

impl fmt::Display for Amiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

impl std::error::Error for Amiss {}

/// Parameters that go together: a column of the grid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// What it varies; all with as many steps.
    pub parameters: Vec<Parameter>,
}

impl Axis {
    /// How many steps it has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.parameters.first().map_or(0, |parameter| parameter.steps.len())
    }

    /// A step as it is shown: `200`, `60%`, `×0.9`, `+50`; of several parameters, one after the other.
    #[must_use]
    pub fn shown(&self, step: usize) -> String {
        let mut shown: Vec<String> = Vec::new();
        for parameter in &self.parameters {
            let text = parameter.shown(step);
            if shown.last() != Some(&text) {
                shown.push(text);
            }
        }
        shown.join(" / ")
    }
}

/// All combinations of the steps of some axes; the last axis varies fastest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grid {
    /// The axes, in order.
    pub axes: Vec<Axis>,
}

impl Grid {
    /// Reads parameters as they are written on a command line.
    ///
    /// # Errors
    /// What cannot be read, and parameters of one name with different numbers of steps.
    pub fn read(texts: &[String]) -> Result<Grid, Amiss> {
        let mut grid = Grid::default();
        grid.read_more(texts)?;
        Ok(grid)
    }

    /// Adds parameters as they are written on a command line.
    ///
    /// # Errors
    /// As [`Grid::read`].
    pub fn read_more(&mut self, texts: &[String]) -> Result<(), Amiss> {
        texts.iter().try_for_each(|text| self.add(read::parameter(text)?))
    }

    /// Adds the parameters of a grid file.
    ///
    /// # Errors
    /// A file that is not what a grid file says; its lines are named.
    pub fn read_file(&mut self, text: &str) -> Result<(), Amiss> {
        file::parameters(text)?.into_iter().try_for_each(|parameter| self.add(parameter))
    }

    /// Adds a parameter: to the axis of its name, if there is one.
    fn add(&mut self, parameter: Parameter) -> Result<(), Amiss> {
        let Some(axis) = self.axes.iter_mut().find(|axis| axis.name == parameter.name) else {
            let name = parameter.name.clone();
            self.axes.push(Axis { name, parameters: vec![parameter] });
            return Ok(());
        };
        let (steps, own) = (axis.steps(), parameter.steps.len());
        if steps != own {
            let name = &axis.name;
            return Err(Amiss::new(
                format!(
                    "同名的参数一起变，取值个数要相同：“{name}”有 {steps} 个和 {own} 个；要各自变就取不同的名"
                ),
                format!(
                    "parameters of one name go together and need as many steps: {name:?} has {steps} and {own}; \
                     to vary them apart, name them apart"
                ),
            ));
        }
        axis.parameters.push(parameter);
        Ok(())
    }

    /// How many combinations there are; none if more than can be counted.
    #[must_use]
    pub fn combinations(&self) -> Option<usize> {
        self.axes.iter().try_fold(1_usize, |product, axis| product.checked_mul(axis.steps()))
    }

    /// The step of every axis in a combination.
    #[must_use]
    pub fn steps_of(&self, combination: usize) -> Vec<usize> {
        let mut left = combination;
        let mut steps: Vec<usize> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            let count = axis.steps().max(1);
            steps.push(left % count);
            left /= count;
        }
        steps.reverse();
        steps
    }

    /// A combination in words: `起付标准=200，比例=60%`.
    #[must_use]
    pub fn shown(&self, steps: &[usize]) -> String {
        let shown = |(axis, step): (&Axis, &usize)| format!("{}={}", axis.name, axis.shown(*step));
        self.axes.iter().zip(steps).map(shown).collect::<Vec<_>>().join(", ")
    }

    /// What a combination states over the documents, as `path=value`.
    ///
    /// # Errors
    /// A path that states nothing, rows or steps that do not fit what it states.
    pub fn set(&self, base: &Base, steps: &[usize]) -> Result<Vec<String>, Amiss> {
        let mut changed = base.begin();
        for (axis, step) in self.axes.iter().zip(steps) {
            for parameter in &axis.parameters {
                let place = format!("{} ({}={})", parameter.text, axis.name, axis.shown(*step));
                changed.vary(parameter, *step).map_err(|amiss| amiss.at(&place))?;
            }
        }
        Ok(changed.set())
    }
}
