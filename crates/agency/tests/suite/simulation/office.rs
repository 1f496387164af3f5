//! The agency's own work while hospitals settle: accounts are held and released, relatives bound, levels changed.

use super::requests::{Head, Letter};
use crate::memory::Memory;
use crate::village::{CHONGQING, CITY, DISTRICT, person};
use agency::business::account::{Learn, NewFact};
use agency::facts;
use fastrand::Rng;
use kernel::{Date, Moment};
use store::{Changes, Fact, Id, Subject};

/// Terminals are numbered from zero; nobody waits for the answers to the office.
const NOBODY: usize = usize::MAX;

#[derive(Default)]
pub(super) struct Office {
    letters: u64,
}

impl Office {
    /// Changes the level of a hospital in the books, as an import would.
    pub(super) fn work(&mut self, memory: &Memory, now: Moment, rng: &mut Rng) {
        if rng.u8(0..3) != 0 {
            return;
        }
        let institution = if rng.bool() { CITY } else { DISTRICT };
        let subject = Subject::Institution(CHONGQING, institution.into());
        let mut changes = Changes::default();
        let mut tables = memory.tables();
        let known = tables.facts.values();
        let known = known.filter(|fact| fact.subject == subject && *fact.kind == *facts::LEVEL);
        // A clock of the books: never behind what is known already.
        let at = known
            .clone()
            .map(|fact| fact.learned_at)
            .max()
            .unwrap_or(now)
            .max(Moment(now.0 - 10_000));
        for fact in known.filter(|fact| fact.ended_at.is_none()) {
            changes.ended.push((subject.clone(), fact.id, at));
        }
        changes.facts.push(Fact {
            id: Id::at(now, rng.u128(..)),
            subject,
            kind: facts::LEVEL.into(),
            other: ["0", "1", "2", "3"][rng.usize(..4)].into(),
            from: Date::MIN,
            to: Date::MAX,
            learned_at: at,
            ended_at: None,
            detail: "".into(),
        });
        tables.write(&changes).unwrap();
    }

    /// A fact about a person, by letter.
    pub(super) fn letter(&mut self, now: Moment, rng: &mut Rng) -> Option<Letter> {
        if rng.u8(0..2) == 0 {
            return None;
        }
        self.letters += 1;
        let today = now.date();
        let who = ["甲", "乙", "丙"][rng.usize(..3)];
        let kind = if rng.bool() { facts::HOLD } else { facts::FILING };
        let fact = NewFact {
            kind: kind.into(),
            other: "".into(),
            from: Date::from_days(today.days() - 2),
            to: today,
            detail: "".into(),
        };
        let learn = Learn { person: person(who), facts: vec![fact], wrong: Vec::new() };
        let number = format!("office{}", self.letters);
        let head = Head { terminal: NOBODY, institution: "", number, sent: now };
        Some(head.letter(self.letters, "learn", learn))
    }
}
