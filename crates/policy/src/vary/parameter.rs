//! One parameter of a grid.

use super::Number;
use crate::value::Value;

/// What a step does to what is stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Replaces it.
    Set,
    /// Multiplies it; amounts are rounded half up to the fen, rates to 0.01 %.
    Times,
    /// Is added to it.
    Plus,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// A number or a rate.
    Number(Number),
    /// A word: `current`, `true`, `2024-03-01`.
    Word(String),
    /// A whole value, as a document would state it.
    Value(Value),
}

/// What is varied, and over which steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// The column it makes.
    pub name: String,
    /// As it was written.
    pub text: String,
    /// `programme.ordinary.deductible.amount`.
    pub path: String,
    /// Only this row or item, from 1.
    pub row: Option<usize>,
    /// Only where these hold: a condition and the values it may take.
    pub conditions: Vec<(String, Vec<String>)>,
    /// The key of the rows that is varied; not said: the only number a row has.
    pub key: Option<String>,
    /// What a step does.
    pub how: How,
    /// The steps.
    pub steps: Vec<Step>,
}

impl Parameter {
    /// A step as it is shown.
    #[must_use]
    pub fn shown(&self, step: usize) -> String {
        let text = match self.steps.get(step) {
            None => return String::new(),
            Some(Step::Number(number)) => number.to_string(),
            Some(Step::Word(word)) => word.clone(),
            Some(Step::Value(value)) => value.shown(),
        };
        match self.how {
            How::Set => text,
            How::Times => format!("×{text}"),
            How::Plus if text.starts_with('-') => text,
            How::Plus => format!("+{text}"),
        }
    }
}
