//! Dated facts stated by rows: compared with what is believed, and only the difference written.

use super::fault::Reason;
use super::importer::{Desk, Effect};
use crate::facts::{chosen_disease, disease_of};
use kernel::Date;
use std::sync::Arc;
use store::{Fact, Id, Subject};

/// A fact as a row states it.
#[derive(Clone, Debug)]
pub(super) struct Spell {
    pub(super) subject: Subject,
    pub(super) kind: &'static str,
    pub(super) other: Arc<str>,
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) detail: Arc<str>,
    /// The belief in it ends.
    pub(super) withdrawn: bool,
    /// Only one fact of the kind may hold on a day.
    pub(super) exclusive: bool,
}

impl Spell {
    /// Brings what is on file about the subject in line with the row. `known` are all its facts.
    pub(super) fn state(
        &self,
        known: &mut Vec<Fact>,
        desk: &mut Desk<'_>,
    ) -> Result<Effect, Reason> {
        let disease = disease_of(self.kind, &self.detail);
        let same = |fact: &Fact| {
            *fact.kind == *self.kind
                && fact.other == self.other
                && fact.from == self.from
                && chosen_disease(fact) == disease
        };
        let believed = known.iter().position(|fact| fact.ended_at.is_none() && same(fact));
        if self.withdrawn {
            return match believed {
                Some(place) => {
                    self.end(&mut known[place], desk);
                    Ok(Effect::Changed)
                }
                None if known.iter().any(same) => Ok(Effect::Unchanged),
                None => Err(Reason::NotOnFile),
            };
        }
        if let Some(place) = believed {
            let fact = &known[place];
            if fact.to == self.to && fact.detail == self.detail {
                return Ok(Effect::Unchanged);
            }
        }
        self.room(known, believed)?;
        if let Some(place) = believed {
            self.end(&mut known[place], desk);
        }
        let fact = self.fact(desk);
        known.push(fact.clone());
        desk.changes.facts.push(fact);
        Ok(if believed.is_some() { Effect::Changed } else { Effect::Added })
    }

    /// Refuses to state a second value for a day.
    fn room(&self, known: &[Fact], replaced: Option<usize>) -> Result<(), Reason> {
        let other = known.iter().enumerate().find(|(place, fact)| {
            let holds = fact.ended_at.is_none() && Some(*place) != replaced;
            holds && *fact.kind == *self.kind && fact.from <= self.to && self.from <= fact.to
        });
        match other.filter(|_| self.exclusive) {
            None => Ok(()),
            Some((_, fact)) => Err(Reason::Overlaps {
                other: fact.other.to_string(),
                from: fact.from.to_string(),
                to: if fact.to == Date::MAX { "…".to_owned() } else { fact.to.to_string() },
            }),
        }
    }

    fn end(&self, fact: &mut Fact, desk: &mut Desk<'_>) {
        fact.ended_at = Some(desk.at);
        // One stated earlier in this very batch is not written yet.
        let unwritten = desk.changes.facts.iter_mut().find(|written| written.id == fact.id);
        match unwritten {
            Some(written) => written.ended_at = Some(desk.at),
            None => desk.changes.ended.push((self.subject.clone(), fact.id, desk.at)),
        }
    }

    fn fact(&self, desk: &mut Desk<'_>) -> Fact {
        Fact {
            id: desk.ids.next(desk.at, Id::MIN),
            subject: self.subject.clone(),
            kind: Arc::from(self.kind),
            other: self.other.clone(),
            from: self.from,
            to: self.to,
            learned_at: desk.at,
            ended_at: None,
            detail: self.detail.clone(),
        }
    }
}
