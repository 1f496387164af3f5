//! What every mechanism needs while a policy is compiled: the statements in force, the codes of the region, and the
//! places where rules, citations, accumulators and faults are gathered.

use crate::fault::Fault;
use crate::rows::{self, Row};
use crate::statement::{InForce, Statement};
use crate::value::Value;
use kernel::policy::{Accumulator, AccumulatorId, Axes, Cite, Per, Period, Rule, Vocabulary};
use kernel::{Fen, Rate};

/// Accumulators of a timeline, in the order in which they were first needed.
#[derive(Debug, Default)]
pub struct Registry(pub Vec<Accumulator>);

impl Registry {
    /// The accumulator of this name, kept like this.
    pub fn accumulator(
        &mut self,
        name: &str,
        period: Period,
        per: Per,
        counts: bool,
    ) -> AccumulatorId {
        let same = |known: &Accumulator| {
            &*known.name == name && known.period == period && known.per == per
        };
        let found = self.0.iter().position(same).unwrap_or_else(|| {
            let base = self.0.last().map_or(0, |last| last.base + last.size());
            self.0.push(Accumulator { name: name.into(), counts, period, per, base });
            self.0.len() - 1
        });
        AccumulatorId(u16::try_from(found).unwrap_or(u16::MAX))
    }
}

/// Gathers one policy.
pub struct Builder<'a, 'b> {
    /// What holds.
    pub in_force: &'a InForce<'a>,
    /// The region's codes.
    pub vocabulary: &'a Vocabulary,
    /// The timeline's accumulators.
    pub registry: &'b mut Registry,
    /// Rules found so far.
    pub rules: Vec<Rule>,
    /// Sets of rules found so far.
    pub citations: Vec<Box<[u16]>>,
    /// What is wrong.
    pub faults: &'b mut Vec<Fault>,
}

impl<'a> Builder<'a, '_> {
    /// The statement of a path.
    #[must_use]
    pub fn statement(&self, path: &str) -> Option<&'a Statement> {
        self.in_force.get(path)
    }

    /// The first statement below a path as documents are read.
    #[must_use]
    pub fn first_below(&self, path: &str) -> Option<&'a Statement> {
        let below = |statement: &&Statement| {
            statement.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
        };
        let place = |s: &&'a Statement| (s.layer, s.file.as_str(), s.value.line);
        self.in_force.iter().filter(below).min_by_key(place)
    }

    /// The value of a path.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&'a Value> {
        self.statement(path).map(|statement| &statement.value)
    }

    /// The text of a path.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.value(path).and_then(Value::text)
    }

    /// The flag of a path, or its default.
    #[must_use]
    pub fn flag(&self, path: &str, default: bool) -> bool {
        self.value(path).and_then(Value::flag).unwrap_or(default)
    }

    /// The rate of a path, or nothing.
    #[must_use]
    pub fn rate(&self, path: &str) -> Rate {
        self.value(path).and_then(Value::rate).unwrap_or(Rate::ZERO)
    }

    /// A fault at a statement.
    pub fn fault(
        &mut self,
        statement: &Statement,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.faults.push(statement.fault(statement.value.line, problem, fix));
    }

    /// Cites a line of a statement.
    pub fn cite_line(&mut self, statement: &Statement, line: u32) -> Cite {
        let same = |rule: &Rule| {
            rule.line == line && *rule.file == *statement.file && *rule.path == *statement.path
        };
        let rule = self.rules.iter().position(same).unwrap_or_else(|| {
            self.rules.push(Rule {
                document: statement.document.as_str().into(),
                article: statement.article.as_str().into(),
                path: statement.path.as_str().into(),
                file: statement.file.as_str().into(),
                line,
                unverified: statement.unverified.as_deref().map(Into::into),
            });
            self.rules.len() - 1
        });
        self.cite_set(&[u16::try_from(rule).unwrap_or(u16::MAX)])
    }

    /// Cites a statement.
    pub fn cite(&mut self, statement: &Statement) -> Cite {
        self.cite_line(statement, statement.value.line)
    }

    /// Cites a path, if it is stated.
    pub fn cite_path(&mut self, path: &str) -> Cite {
        self.statement(path).map_or(Cite::NONE, |statement| self.cite(statement))
    }

    /// Cites a row.
    pub fn cite_row(&mut self, row: &Row<'_>) -> Cite {
        self.cite_line(row.statement, row.value.line)
    }

    fn cite_set(&mut self, set: &[u16]) -> Cite {
        let found = self.citations.iter().position(|known| **known == *set).unwrap_or_else(|| {
            self.citations.push(set.into());
            self.citations.len() - 1
        });
        Cite(u16::try_from(found).unwrap_or(0))
    }

    /// Cites everything that either cites, in order.
    pub fn cite_both(&mut self, first: Cite, second: Cite) -> Cite {
        let mut set = self.citations[usize::from(first.0)].to_vec();
        for rule in &self.citations[usize::from(second.0)] {
            if !set.contains(rule) {
                set.push(*rule);
            }
        }
        self.cite_set(&set)
    }

    /// The rows of a path; none if it is not stated.
    pub fn rows(&mut self, path: &str) -> Vec<Row<'a>> {
        let Some(statement) = self.statement(path) else { return Vec::new() };
        rows::read(statement, self.vocabulary, self.faults)
    }

    /// The amount a row states: `yuan`, or a share of a statistic.
    pub fn amount(&mut self, row: &Row<'_>) -> Option<(Fen, Cite)> {
        let cite = self.cite_row(row);
        if let Some(amount) = row.value.get("yuan").and_then(Value::yuan) {
            return Some((amount, cite));
        }
        let name = row.value.get("of").and_then(Value::text);
        let share = row.value.get("share").and_then(Value::rate);
        let (Some(name), Some(share)) = (name, share) else {
            let fix = "give yuan = 200, or share = \"10%\" and of = \"<statistic>\"";
            self.faults.push(row.statement.fault(row.value.line, "the row states no amount", fix));
            return None;
        };
        let path = format!("statistic.{name}.yuan");
        let Some(statistic) = self.statement(&path) else {
            let fix = format!("state [statistic.{name}] yuan = … for these days");
            let problem = format!("there is no statistic \"{name}\" from {}", self.in_force.from);
            self.faults.push(row.statement.fault(row.value.line, problem, fix));
            return None;
        };
        let value = statistic.value.yuan().unwrap_or_default();
        let whole_yuan = row.value.get("round").and_then(Value::text) == Some("yuan");
        let mut amount = share.of(value, kernel::Rounding::HalfUp);
        if whole_yuan {
            amount = Fen::new((amount.get() + 50) / 100 * 100);
        }
        let source = self.cite(statistic);
        Some((amount, self.cite_both(cite, source)))
    }

    /// The amount of every cell of a table that must be total.
    pub fn amounts(&mut self, path: &str, rows: &[Row<'a>], axes: &Axes) -> (Vec<Fen>, Vec<Cite>) {
        let Some(statement) = self.statement(path) else {
            return (vec![Fen::ZERO; axes.cells], vec![Cite::NONE; axes.cells]);
        };
        let by_row: Vec<Option<(Fen, Cite)>> = rows.iter().map(|row| self.amount(row)).collect();
        let chosen = rows::rows_by_cell(statement, rows, axes, true, self.faults);
        let filled = chosen.iter().map(|row| row.and_then(|row| by_row[row]).unwrap_or_default());
        filled.unzip()
    }

    /// A name that must be one of `known`; a fault names them otherwise.
    pub fn known(
        &mut self,
        statement: &Statement,
        name: &str,
        known: &[&str],
        what: &str,
    ) -> Option<usize> {
        let found = known.iter().position(|candidate| *candidate == name);
        if found.is_none() {
            let near = crate::fault::nearest(name, known.iter().copied());
            let fix = near.map_or_else(
                || format!("known: {}", known.join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            self.fault(
                statement,
                format!("{}: there is no {what} \"{name}\"", statement.path),
                fix,
            );
        }
        found
    }
}

/// The period of a path, or the benefit year.
pub fn period(word: Option<&str>) -> Period {
    match word {
        Some("quarter") => Period::Quarter,
        Some("month") => Period::Month,
        Some("visit") => Period::Visit,
        Some("day-institution") => Period::DayInstitution,
        _ => Period::BenefitYear,
    }
}

/// Words of a period.
pub const PERIODS: &[&str] = &["benefit-year", "quarter", "month", "visit", "day-institution"];

/// What an accumulator is kept apart by.
pub fn per(word: Option<&str>) -> Per {
    match word {
        Some("level") => Per::Level,
        Some("disease") => Per::Disease,
        _ => Per::None,
    }
}

/// Words of `per`.
pub const PER: &[&str] = &["none", "level", "disease"];
