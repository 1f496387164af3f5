//! A policy's tables in a form that can be shown and compared: each quantity as a function of the dimensions that
//! matter to it, and nothing else.

use crate::explain::step_in_words;
use kernel::policy::{Axes, Cite, Policy};
use kernel::{Circumstances, Dim, Fen, Rate};

/// A quantity of a policy, e.g. the deductible of a programme.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// `programme.ordinary.deductible`; the same in every policy.
    pub key: String,
    /// 中文, e.g. 普通门诊 起付标准.
    pub zh: String,
    /// English.
    pub en: String,
    /// Its value everywhere.
    pub by: By,
}

/// How a quantity depends on the dimensions.
#[derive(Clone, Debug)]
pub enum By {
    /// By the cells of some axes.
    Cells {
        /// Whose axes.
        of: Source,
        /// One a cell.
        values: Vec<Shown>,
    },
    /// The same everywhere.
    One(Shown),
}

/// Whose axes a quantity depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Those of a programme, by index.
    Programme(usize),
    /// Those of the account credits.
    Credit,
}

impl Source {
    /// The axes.
    #[must_use]
    pub fn axes(self, policy: &Policy) -> Option<&Axes> {
        match self {
            Source::Programme(index) => {
                policy.programmes.get(index).map(|programme| &programme.axes)
            }
            Source::Credit => policy.account.credit.as_ref().map(|credit| &credit.axes),
        }
    }
}

/// A value as shown, with its citation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Money.
    pub amount: Option<Fen>,
    /// A share.
    pub rate: Option<Rate>,
    /// Anything else: 中文, English.
    pub words: Option<(String, String)>,
    /// The rows behind it.
    pub cite: Cite,
}

impl Shown {
    pub(crate) fn money(amount: Fen, cite: Cite) -> Shown {
        Shown { amount: Some(amount), rate: None, words: None, cite }
    }

    pub(crate) fn share(rate: Rate, cite: Cite) -> Shown {
        Shown { amount: None, rate: Some(rate), words: None, cite }
    }

    pub(crate) fn words(zh: impl Into<String>, en: impl Into<String>, cite: Cite) -> Shown {
        Shown { amount: None, rate: None, words: Some((zh.into(), en.into())), cite }
    }

    /// True if both mean the same, whatever they cite.
    #[must_use]
    pub fn same(&self, other: &Shown) -> bool {
        (self.amount, self.rate, &self.words) == (other.amount, other.rate, &other.words)
    }

    /// As text.
    #[must_use]
    pub fn text(&self, english: bool) -> String {
        match (self.amount, self.rate, &self.words) {
            (Some(amount), ..) if amount >= Fen::UNLIMITED => {
                if english { "no limit" } else { "不限" }.into()
            }
            (Some(amount), ..) => amount.to_string(),
            (_, Some(rate), _) => rate.to_string(),
            (_, _, Some((_, en))) if english => en.clone(),
            (_, _, Some((zh, _))) => zh.clone(),
            _ => String::new(),
        }
    }
}

/// One line of a quantity's table: where it holds, and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Dimension and step, in words.
    pub at: Vec<(Dim, String)>,
    /// The value.
    pub value: Shown,
}

/// The value of a quantity in given circumstances.
#[must_use]
pub fn value_at<'q>(
    policy: &Policy,
    quantity: &'q Quantity,
    at: &Circumstances,
) -> Option<&'q Shown> {
    match &quantity.by {
        By::One(value) => Some(value),
        By::Cells { of, values } => values.get(of.axes(policy)?.cell(at).ok()?),
    }
}

/// Values over some dimensions, first dimension fastest.
#[derive(Clone, Debug)]
pub struct Grid<V> {
    /// Each dimension with the names of its steps.
    pub axes: Vec<(Dim, Vec<String>)>,
    /// One a combination of steps.
    pub values: Vec<V>,
}

/// Where one line of a reduced table holds: for each dimension that matters, the steps it joins.
pub type Place = Vec<(Dim, String)>;

impl<V> Grid<V> {
    /// The smallest table with the same content: dimensions that do not matter are left out, steps that never differ
    /// are joined.
    pub fn reduced(&self, same: impl Fn(&V, &V) -> bool) -> Vec<(Place, &V)> {
        let groups: Vec<Vec<Vec<usize>>> =
            (0..self.axes.len()).map(|axis| self.groups(axis, &same)).collect();
        let count: usize = groups.iter().map(Vec::len).product();
        (0..count).map(|number| self.line(number, &groups)).collect()
    }

    fn line(&self, mut number: usize, groups: &[Vec<Vec<usize>>]) -> (Place, &V) {
        let (mut cell, mut stride, mut place) = (0, 1, Vec::new());
        for ((dim, steps), group) in self.axes.iter().zip(groups) {
            let chosen = &group[number % group.len()];
            number /= group.len();
            cell += chosen[0] * stride;
            stride *= steps.len();
            if group.len() > 1 {
                let names: Vec<&str> = chosen.iter().map(|step| steps[*step].as_str()).collect();
                place.push((*dim, names.join("/")));
            }
        }
        (place, &self.values[cell])
    }

    /// Steps of an axis, those together that give the same values everywhere.
    fn groups(&self, axis: usize, same: &impl Fn(&V, &V) -> bool) -> Vec<Vec<usize>> {
        let stride: usize = self.axes[..axis].iter().map(|(_, steps)| steps.len()).product();
        let steps = self.axes[axis].1.len();
        let alike = |a: usize, b: usize| {
            let cells = (0..self.values.len()).filter(|cell| cell / stride % steps == a);
            cells
                .into_iter()
                .all(|cell| same(&self.values[cell], &self.values[cell - a * stride + b * stride]))
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for step in 0..steps {
            match groups.iter_mut().find(|group| alike(group[0], step)) {
                Some(group) => group.push(step),
                None => groups.push(vec![step]),
            }
        }
        groups
    }
}

/// The place of a line in words: 在职，三级.
#[must_use]
pub fn place_in_words(place: &Place, policy: &Policy, english: bool) -> Vec<(Dim, String)> {
    let words = |(dim, step): &(Dim, String)| {
        (*dim, step_in_words(*dim, step, &policy.vocabulary, english))
    };
    place.iter().map(words).collect()
}

/// The smallest table that shows a quantity.
#[must_use]
pub fn entries(policy: &Policy, quantity: &Quantity, english: bool) -> Vec<Entry> {
    let (of, values) = match &quantity.by {
        By::One(value) => return vec![Entry { at: Vec::new(), value: value.clone() }],
        By::Cells { of, values } => (of, values),
    };
    let axes = of.axes(policy).map_or(&[][..], |axes| &axes.axes);
    let named = |axis: &kernel::policy::Axis| {
        (axis.dim, axis.steps.iter().map(ToString::to_string).collect())
    };
    let grid = Grid { axes: axes.iter().map(named).collect(), values: values.clone() };
    let lines = grid.reduced(Shown::same).into_iter();
    lines
        .map(|(place, value)| Entry {
            at: place_in_words(&place, policy, english),
            value: value.clone(),
        })
        .collect()
}
