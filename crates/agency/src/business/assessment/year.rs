//! The assessment of a year, from its confirmed months.

use super::file;
use crate::assessment::{Assessment, AssessmentState, cited, over};
use crate::business::{Business, Context, Decision};
use crate::clearing::{Signed, Statement};
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::assessment::ratio;
use kernel::{Date, Month};
use std::sync::Arc;
use store::{PersonKey, Wants};

/// Makes the assessment of a year of an institution. Every month in which it was assessed must be confirmed, and every month
/// whose statement is about something must be assessed.
#[derive(Clone, Debug)]
pub struct AssessYear {
    /// The institution, as a party to the books.
    pub institution: PersonKey,
    /// The year.
    pub year: i32,
    /// Who makes it.
    pub by: Arc<str>,
}

/// What the months say: their scores, the visits of all of them, the name of the institution.
#[derive(Default)]
struct Months {
    scores: Vec<(Arc<str>, i64)>,
    visits: i64,
    name: Arc<str>,
}

impl AssessYear {
    fn months(&self) -> impl Iterator<Item = Month> {
        (1..=12).filter_map(|month| Month::new(self.year, month))
    }

    fn read(&self, world: &World) -> Result<Months, Refused> {
        let PersonKey { area, person } = &self.institution;
        let state = |words: String| Err(Refused::new(Reason::DocumentState, words));
        let mut months = Months::default();
        for month in self.months() {
            let period = month.to_string();
            let Some(found) = world.document(&Assessment::key(*area, person, &period)) else {
                let statement = world.document(&Statement::key(*area, person, &period));
                let statement = statement.map(Statement::read).transpose()?;
                if statement.is_some_and(|(statement, _)| !statement.lines.is_empty()) {
                    return state(format!("{person} {period}有结算而没有考核，请先考核"));
                }
                continue;
            };
            match Assessment::read(found)? {
                (assessment, AssessmentState::Confirmed) => {
                    months.name = assessment.name;
                    months.visits += assessment.figures.visits;
                    months.scores.push((Arc::from(period), assessment.score));
                }
                (_, standing) => {
                    return state(format!("{person} {period}的考核{}，请先确认", standing.zh()));
                }
            }
        }
        Ok(months)
    }
}

impl Business for AssessYear {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.institution;
        wants.documents.insert(Assessment::key(*area, person, &format!("{:04}", self.year)));
        for month in self.months() {
            let period = month.to_string();
            wants.documents.insert(Assessment::key(*area, person, &period));
            wants.documents.insert(Statement::key(*area, person, &period));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.institution;
        let last = Date::from_ymd(self.year, 12, 31).unwrap_or(Date::MAX);
        over(context.at, last, &format!("{:04}", self.year))?;
        let Months { scores: months, visits, name } = self.read(world)?;
        let sum = months.iter().map(|(_, score)| score).sum();
        let count = i64::try_from(months.len()).unwrap_or(i64::MAX);
        let score = ratio(sum, count, 1).ok_or_else(|| {
            let words = format!("{person} {:04}年没有月度考核", self.year);
            Refused::new(Reason::DocumentUnknown, words)
        })?;
        let law = world.law(*area)?;
        let version = law
            .on(last)
            .ok_or_else(|| Refused::new(Reason::AreaUnknown, format!("{area} {last}没有政策")))?;
        let (articles, unverified) = cited(&version);
        let mut assessment = Assessment {
            institution: person.clone(),
            name,
            period: Arc::from(format!("{:04}", self.year)),
            made: Signed::now(&self.by, context.at),
            policy: version.words.version.clone(),
            articles,
            unverified,
            months,
            ..Assessment::default()
        };
        assessment.graded_by(score, visits, &version.policy.assessment);
        file(world, *area, &assessment, context)
    }
}
