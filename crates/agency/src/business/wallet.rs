//! What personal accounts can pay: own money with the turn of the calendar year, relatives' money in binding order.

use crate::facts::{self, FAMILY, Family, HOLD};
use crate::record::Purse;
use crate::world::World;
use kernel::account::{ClosureEvent, Relation};
use kernel::{Date, Entitlement, Fen, Moment, Policy};
use store::{Account, Fact, PersonFile, PersonKey};

/// Money of the year and earlier money, as of a calendar year: what was current in an older year is earlier money now.
pub(crate) fn turned(account: &Account, year: i32) -> (Fen, Fen) {
    if account.year < year {
        (Fen::ZERO, account.earlier + account.current)
    } else {
        (account.current, account.earlier)
    }
}

/// True if an account pays nothing on a day: its owner is dead, or the agency holds it.
pub(crate) fn frozen(file: &PersonFile, policy: &Policy, day: Date, known: Moment) -> bool {
    let closures = &policy.account.closures;
    let on_death = closures.iter().find(|closure| closure.event == ClosureEvent::Death);
    let from = facts::death(file, known)
        .map(|died| on_death.map_or(died.next(), |closure| closure.frozen_from(died)));
    from.is_some_and(|from| from <= day) || facts::newest(file, HOLD, day, known).is_some()
}

/// Bindings of relatives whose accounts pay for a person on a day, in binding order.
pub(crate) fn bindings(file: &PersonFile, day: Date, known: Moment) -> Vec<&Fact> {
    let family = facts::of_kind(file, FAMILY).iter();
    let mut bound: Vec<_> = family.filter(|fact| facts::holds(fact, day, known)).collect();
    bound.sort_unstable_by_key(|fact| fact.id);
    bound
}

/// The relation that a binding states, if the policy allows it to pay.
pub(crate) fn relation(binding: &Fact, policy: &Policy) -> Option<Relation> {
    let detail: Family = serde_json::from_str(&binding.detail).ok()?;
    let relation = Relation::from_code(&detail.relation)?;
    policy.account.relations.contains(&relation).then_some(relation)
}

/// What relatives' accounts hold for a person at a moment, in binding order. An account that is frozen, or suspended where
/// the policy freezes suspended accounts, is left out.
pub(crate) fn family(world: &World, file: &PersonFile, policy: &Policy, at: Moment) -> Vec<Purse> {
    let (day, area) = (at.date(), file.person.key.area);
    let mut purses = Vec::new();
    for binding in bindings(file, day, at) {
        if relation(binding, policy).is_none() {
            continue;
        }
        let payer = PersonKey { area, person: binding.other.clone() };
        let (Some(account), Some(payer_file)) = (world.account(&payer), world.file(&payer)) else {
            continue;
        };
        let suspended = policy.account.frozen_when_suspended
            && facts::entitlement(payer_file, day, at) != Entitlement::Entitled;
        if suspended || frozen(payer_file, policy, day, at) {
            continue;
        }
        let (current, earlier) = turned(account, day.ymd().0);
        purses.push(Purse {
            payer: binding.other.clone(),
            current: current.get(),
            earlier: earlier.get(),
        });
    }
    purses
}
