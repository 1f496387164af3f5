//! Rows: a value and the conditions under which it holds.

use super::super::person_year::{Channel, Place, Status, Venue, Visit};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) when: Vec<Condition>,
    /// Holds where no other row does.
    pub(crate) otherwise: bool,
    /// Fen, or a rate in ten-thousandths: the table knows which.
    pub(crate) value: i128,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Status(Vec<Status>),
    Plan(Vec<usize>),
    Age(Span),
    Level(Vec<u8>),
    Venue(Vec<Venue>),
    Place(Vec<Place>),
    Channel(Vec<Channel>),
    Chosen(bool),
    Contract(bool),
    Tenure(Span),
    VisitNumber(Span),
    /// `None` is no disease.
    Disease(Vec<Option<usize>>),
    /// From 1.
    Band(Vec<usize>),
}

/// A range of whole numbers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u32,
    pub(crate) to: Option<u32>,
}

/// What conditions look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) visit: &'a Visit,
    /// The level the bill is settled at.
    pub(crate) level: u8,
    pub(crate) disease: Option<usize>,
    pub(crate) visit_number: u32,
    pub(crate) band: usize,
}

/// The value of the one row that holds.
pub(crate) fn value_of(rows: &[Row], facts: &Facts) -> i128 {
    let holding: Vec<&Row> =
        rows.iter().filter(|row| !row.otherwise && all_hold(&row.when, facts)).collect();
    assert!(holding.len() <= 1, "several rows hold: {holding:?}");
    let otherwise = || rows.iter().find(|row| row.otherwise);
    holding.first().copied().or_else(otherwise).expect("a row holds").value
}

/// The sum over all rows that hold.
pub(crate) fn total_of(rows: &[Row], facts: &Facts) -> i128 {
    rows.iter().filter(|row| all_hold(&row.when, facts)).map(|row| row.value).sum()
}

pub(crate) fn all_hold(when: &[Condition], facts: &Facts) -> bool {
    when.iter().all(|condition| condition.holds(facts))
}

impl Condition {
    fn holds(&self, facts: &Facts) -> bool {
        let visit = facts.visit;
        match self {
            Self::Status(among) => among.contains(&visit.status),
            Self::Plan(among) => among.contains(&visit.plan),
            Self::Age(span) => span.contains(visit.age),
            Self::Level(among) => among.contains(&facts.level),
            Self::Venue(among) => among.contains(&visit.venue),
            Self::Place(among) => among.contains(&visit.place),
            Self::Channel(among) => among.contains(&visit.channel),
            Self::Chosen(chosen) => visit.chosen == *chosen,
            Self::Contract(contract) => visit.contract == *contract,
            Self::Tenure(span) => span.contains(visit.tenure_months),
            Self::VisitNumber(span) => span.contains(facts.visit_number),
            Self::Disease(among) => among.contains(&facts.disease),
            Self::Band(among) => among.contains(&facts.band),
        }
    }
}

impl Span {
    pub(crate) fn contains(self, number: u32) -> bool {
        self.from <= number && self.to.is_none_or(|to| number <= to)
    }
}
