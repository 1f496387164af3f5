//! Random days of the village. `GONGJI_SEED` is the first seed, `GONGJI_CASES` says how many there are.

mod dump;
mod requests;

use crate::auditor::audit;
use crate::village::counter::{Counter, Slip};
use agency::core::Reply;
use requests::{Diary, Drawn, Made, draw};
use std::ops::Range;

/// The seeds to try.
pub(crate) fn seeds(cases: u64) -> Range<u64> {
    let asked = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = asked("GONGJI_SEED").unwrap_or(0);
    first..first + asked("GONGJI_CASES").unwrap_or(cases)
}

/// Hands in what was drawn, a round at a time: together, or one by one.
fn play(rounds: &[Vec<Drawn>], together: bool) -> (Counter, Vec<Reply>) {
    let counter = Counter::open("2024-11-01 08:00:00");
    let mut replies: Vec<Reply> = Vec::new();
    let mut diary = Diary::default();
    for round in rounds {
        let first = diary.made.len();
        for drawn in round {
            let next = drawn.made(&replies, &mut diary, &counter);
            diary.made.push(next);
        }
        let slips: Vec<Slip> = diary.made[first..].iter().map(Made::slip).collect();
        if together {
            replies.extend(counter.hand_in(slips));
        } else {
            for slip in slips {
                replies.extend(counter.hand_in(vec![slip]));
            }
        }
        counter.clock.forward(round[0].pause);
    }
    (counter, replies)
}

#[test]
fn a_batch_decided_together_equals_its_requests_one_by_one_and_the_books_stay_sound() {
    let opening = Counter::open("2024-11-01 08:00:00").memory.tables().clone();
    for seed in seeds(400) {
        let rounds = draw(seed);
        let (together, replies) = play(&rounds, true);
        let (alone, lone_replies) = play(&rounds, false);
        let again = format!("GONGJI_SEED={seed} GONGJI_CASES=1");
        let tables = together.memory.tables().clone();
        let lone_tables = alone.memory.tables().clone();
        let faults = audit(&tables, &opening);
        assert!(faults.is_empty(), "{again}\n{}", faults.join("\n"));
        let one = dump::dump(&tables, &replies);
        let other = dump::dump(&lone_tables, &lone_replies);
        let differs = one.lines().zip(other.lines()).find(|(a, b)| a != b);
        assert!(one == other, "{again}\ntogether: {differs:?}");
    }
}

#[test]
fn random_days_reach_what_they_are_meant_to() {
    use store::EntryKind;
    let mut kinds = std::collections::BTreeMap::new();
    let (mut refused, mut replayed, mut family, mut funds) = (0, 0, 0, 0);
    for seed in 0..400 {
        let (counter, replies) = play(&draw(seed), true);
        for entry in counter.memory.tables().entries.values() {
            *kinds.entry(entry.kind).or_insert(0) += 1;
            family += usize::from(!entry.payers.is_empty());
            funds += usize::from(entry.funds > kernel::Fen::ZERO);
        }
        refused += replies.iter().filter(|reply| reply.is_err()).count();
        replayed += replies.iter().flatten().filter(|answered| answered.replayed).count();
    }
    // What happens at counters; what the agency's office enters has tests of its own.
    let at_counters = |kind: &&EntryKind| **kind <= EntryKind::Reinstatement;
    let kinds_met = EntryKind::ALL.iter().filter(at_counters);
    for kind in kinds_met.filter(|kind| **kind != EntryKind::Correction) {
        assert!(kinds.get(kind).is_some_and(|count| *count > 10), "{kinds:?}");
    }
    let reached = [refused, replayed, family, funds];
    assert!(reached.iter().all(|count| *count > 50), "{reached:?}");
}
