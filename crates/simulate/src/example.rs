//! Single people again: their claims found in their buckets, and settled bill by bill with the reasons.

use crate::claims::{Claims, More, PersonName};
use crate::fault::Result;
use crate::general::General;
use crate::profile::Profile;
use crate::run::Source;
use crate::tables::Tables;
use kernel::{Bill, Date, Facts, Moment, Refusal, Settlement, Timeline, Trace};
use std::ops::Range;

/// A person with all claims of the year.
#[derive(Clone, Debug)]
pub struct Found {
    /// The person, as examples name them.
    pub person: String,
    /// The person's claims, and nobody else's.
    pub claims: Claims,
}

/// What came of one claim.
#[derive(Clone, Debug)]
pub enum Came {
    /// Settled, with everything that went into it.
    Settled(Box<Settled>),
    /// What an earlier claim came to is taken back; the number is that claim's place in the list.
    TakenBack(Box<Settlement>, usize),
    /// Not settled at all.
    Refused(Refusal),
    /// No claim: other systems used up so much of a limit, fen.
    UsedElsewhere(i64),
}

/// A settlement with its reasons.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The bill as the kernel saw it.
    pub bill: Bill,
    /// What was known about the person.
    pub facts: Facts,
    /// The decision.
    pub settlement: Settlement,
    /// Why.
    pub trace: Trace,
}

/// One claim of a person, explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// When it was settled.
    pub settled_at: Moment,
    /// Day of service.
    pub service: Date,
    /// In scope, fen; negative where a claim is taken back.
    pub in_scope: i64,
    /// 全自费, 超限价, 先行自付, fen; negative where a claim is taken back.
    pub outside: i64,
    /// What came of it.
    pub came: Came,
}

impl Explained {
    /// What the funds pay, fen; negative where a claim is taken back.
    #[must_use]
    pub fn paid(&self) -> i64 {
        match &self.came {
            Came::Settled(settled) => settled.settlement.fund_payment().get(),
            Came::TakenBack(settlement, _) => settlement.fund_payment().get(),
            Came::Refused(_) | Came::UsedElsewhere(_) => 0,
        }
    }
}

/// Finds people again, in the order of their names in `people`; who is not there is left out.
///
/// # Errors
/// Claims that cannot be read.
pub fn find(source: &Source, people: &[String]) -> Result<Vec<Found>> {
    let wanted: Vec<Wanted> = people.iter().map(|name| Wanted::of(name)).collect();
    let (mut taker, mut claims) = (source.taker()?, Claims::default());
    let mut found: Vec<(usize, Found)> = Vec::new();
    for bucket in 0..source.buckets() {
        if found.len() == people.len() {
            break;
        }
        if !taker.may_hold(bucket, &wanted, &mut claims)? {
            continue;
        }
        taker.take(bucket, &mut claims)?;
        for (index, person) in claims.people.iter().enumerate() {
            if let Some(place) = wanted.iter().position(|wanted| wanted.is(person)) {
                let claims = claims.of_one(index);
                found.push((place, Found { person: people[place].clone(), claims }));
            }
        }
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, found)| found).collect())
}

/// Settles a person's claims bill by bill under a policy, each with its reasons.
///
/// # Errors
/// A profile says something that the region does not know.
pub fn explain(timeline: &Timeline, profiles: &[Profile], found: &Found) -> Result<Vec<Explained>> {
    let tables = Tables::compile(timeline, profiles)?;
    let mut general = General::new(timeline, &tables.templates);
    Ok(general.explained(&found.claims, 0..found.claims.rows()))
}

/// Somebody to be found.
pub(crate) struct Wanted {
    pub(crate) number: Option<i64>,
    pub(crate) text: Box<str>,
}

impl Wanted {
    fn of(name: &str) -> Wanted {
        Wanted { number: name.parse().ok(), text: name.into() }
    }

    /// True if it is this person.
    pub(crate) fn is(&self, person: &PersonName) -> bool {
        match person {
            PersonName::Number(number) => self.number == Some(*number),
            PersonName::Text(text) => self.text == *text,
        }
    }
}

impl Claims {
    /// The claims of one person.
    fn of_one(&self, person: usize) -> Claims {
        let rows = self.rows_of(person);
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Claims {
            people: vec![self.people[person].clone()],
            first: vec![0, count],
            amount: self.amount[rows.clone()].to_vec(),
            profile: self.profile[rows.clone()].to_vec(),
            time: self.time[rows.clone()].to_vec(),
            origin: self.origin.get(rows.clone()).unwrap_or_default().to_vec(),
            more: self.more.as_ref().map(|more| more.of_rows(rows)),
        }
    }
}

impl More {
    fn of_rows(&self, rows: Range<usize>) -> More {
        More {
            back: self.back[rows.clone()].to_vec(),
            joined: self.joined[rows.clone()].to_vec(),
            service: self.service[rows.clone()].to_vec(),
            institution: self.institution[rows.clone()].to_vec(),
            visit: self.visit[rows.clone()].to_vec(),
            outside: self.outside[rows.clone()].to_vec(),
            current: self.current[rows.clone()].to_vec(),
            earlier: self.earlier[rows].to_vec(),
        }
    }
}
