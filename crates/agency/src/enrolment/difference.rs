//! What is believed about entitlement and plan, against what follows from the months: only what differs is stated anew.

use super::spells::{DERIVED, PlanSpells, Spells, is_derived};
use crate::facts::{self, ENTITLEMENT, PLAN};
use kernel::{Date, Entitlement, Moment, Month};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Fact, Id, PersonFile};

/// What is to be believed from now on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Difference {
    /// Spells that are wrong.
    pub wrong: Vec<Id>,
    /// Spells that are right and not on file.
    pub right: Vec<Stated>,
    /// Days on which the state is another than was believed: first and last.
    pub days: Vec<(Date, Date)>,
}

/// A spell to be stated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stated {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// A code of [`Entitlement`], or a plan of the region's vocabulary.
    pub state: Arc<str>,
    /// Detail of the fact.
    pub detail: Arc<str>,
}

/// What holds from a day to a day.
#[derive(Clone, Debug)]
struct Told {
    from: Date,
    to: Date,
    state: Arc<str>,
}

/// What is looked at: a kind of fact, and the state that days without a spell have.
#[derive(Clone, Copy)]
struct About {
    kind: &'static str,
    none: &'static str,
}

impl Difference {
    /// Nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }
}

/// The last month to look at: what was derived before for later months is derived again.
#[must_use]
pub(crate) fn horizon(file: &PersonFile, known: Moment, until: Month) -> Month {
    let derived = facts::of_kind(file, ENTITLEMENT).iter().chain(facts::of_kind(file, PLAN));
    let derived = derived.filter(|fact| facts::believed(fact, known) && is_derived(fact));
    derived.map(|fact| fact.from.month()).max().map_or(until, |last| last.max(until))
}

/// Compares entitlement. Spells that nobody derived and that begin after the horizon `until` are left alone, and the days from
/// there on.
#[must_use]
pub fn difference(file: &PersonFile, derived: &Spells, known: Moment, until: Month) -> Difference {
    let told = |spell: &super::Spell| Told {
        from: spell.from,
        to: spell.to,
        state: Arc::from(spell.state.code()),
    };
    let spells = derived.spells.iter().map(told).collect();
    let none = Entitlement::NotInsured.code();
    compare(file, About { kind: ENTITLEMENT, none }, derived.from, spells, (known, until))
}

/// Compares plans 参保类型, likewise.
#[must_use]
pub fn plan_difference(
    file: &PersonFile,
    derived: &PlanSpells,
    known: Moment,
    until: Month,
) -> Difference {
    let told = |(from, to, plan): &(Date, Date, Arc<str>)| Told {
        from: *from,
        to: *to,
        state: plan.clone(),
    };
    let spells = derived.spells.iter().map(told).collect();
    compare(file, About { kind: PLAN, none: "" }, derived.from, spells, (known, until))
}

fn compare(
    file: &PersonFile,
    about: About,
    start: Date,
    spells: Vec<Told>,
    (known, until): (Moment, Month),
) -> Difference {
    let believed = facts::of_kind(file, about.kind).iter();
    let believed: Vec<&Fact> = believed.filter(|fact| facts::believed(fact, known)).collect();
    let later = believed.iter().filter(|fact| !is_derived(fact) && fact.from > until.last_day());
    let end = later.map(|fact| fact.from.previous()).min().unwrap_or(Date::MAX);
    let spells: Vec<Told> = spells
        .into_iter()
        .map(|spell| Told { to: spell.to.min(end), ..spell })
        .filter(|spell| spell.from <= spell.to)
        .collect();
    let days = differing(file, about, &spells, known, (start, end), &believed);
    if days.is_empty() {
        return Difference::default();
    }
    let within = |fact: &&&Fact| fact.to >= start && fact.from <= end;
    let (mut kept, mut wrong): (Vec<&Fact>, Vec<&Fact>) = believed
        .iter()
        .filter(within)
        .partition(|fact| is_right(fact, about, &spells, (start, end)));
    // A spell that grows is stated whole, not in pieces.
    for spell in &spells {
        if missing(spell, &kept).is_empty() {
            continue;
        }
        let piece = |fact: &&Fact| {
            is_derived(fact) && spell.from <= fact.from && fact.to.min(end) <= spell.to
        };
        wrong.extend(kept.iter().filter(|fact| piece(fact)));
        kept.retain(|fact| !piece(fact));
    }
    let mut right: Vec<Stated> = wrong
        .iter()
        .filter(|fact| fact.from < start)
        .map(|fact| Stated {
            from: fact.from,
            to: start.previous(),
            state: fact.other.clone(),
            detail: fact.detail.clone(),
        })
        .collect();
    for spell in &spells {
        right.extend(missing(spell, &kept).into_iter().map(|(from, to)| Stated {
            from,
            to,
            state: spell.state.clone(),
            detail: Arc::from(DERIVED),
        }));
    }
    Difference { wrong: wrong.iter().map(|fact| fact.id).collect(), right, days }
}

fn state_on(about: About, spells: &[Told], day: Date) -> &str {
    let spell = spells.iter().find(|spell| spell.from <= day && day <= spell.to);
    spell.map_or(about.none, |spell| &spell.state)
}

/// The days of a span on which what is believed is not what follows.
fn differing(
    file: &PersonFile,
    about: About,
    spells: &[Told],
    known: Moment,
    (start, end): (Date, Date),
    believed: &[&Fact],
) -> Vec<(Date, Date)> {
    let of_facts = believed.iter().flat_map(|fact| [fact.from, fact.to.next()]);
    let of_spells = spells.iter().flat_map(|spell| [spell.from, spell.to.next()]);
    let turns: BTreeSet<Date> =
        of_facts.chain(of_spells).filter(|day| start <= *day && *day <= end).collect();
    let turns: BTreeSet<Date> = turns.into_iter().chain([start]).collect();
    let mut days: Vec<(Date, Date)> = Vec::new();
    let ends = turns.iter().skip(1).map(|next| next.previous()).chain([end]);
    for (from, to) in turns.iter().copied().zip(ends) {
        let fact = facts::newest(file, about.kind, from, known);
        if fact.map_or(about.none, |fact| &fact.other) == state_on(about, spells, from) {
            continue;
        }
        match days.last_mut() {
            Some((_, last)) if last.next() == from => *last = to,
            _ => days.push((from, to)),
        }
    }
    days
}

/// A fact says on all its days of the span what follows.
fn is_right(fact: &Fact, about: About, spells: &[Told], (start, end): (Date, Date)) -> bool {
    let (from, to) = (fact.from.max(start), fact.to.min(end));
    if *fact.other == *about.none {
        return !spells.iter().any(|spell| spell.from <= to && from <= spell.to);
    }
    spells.iter().any(|spell| fact.other == spell.state && spell.from <= from && to <= spell.to)
}

/// The days of a spell that no fact kept covers.
fn missing(spell: &Told, kept: &[&Fact]) -> Vec<(Date, Date)> {
    let mut spans: Vec<(Date, Date)> = kept.iter().map(|fact| (fact.from, fact.to)).collect();
    spans.sort_unstable();
    let mut days = Vec::new();
    let mut from = spell.from;
    for (first, last) in spans {
        if last < from || first > spell.to {
            continue;
        }
        if first > from {
            days.push((from, first.previous()));
        }
        if last >= spell.to {
            return days;
        }
        from = last.next();
    }
    if from <= spell.to {
        days.push((from, spell.to));
    }
    days
}
