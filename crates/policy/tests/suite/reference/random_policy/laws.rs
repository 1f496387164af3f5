//! What must hold for every policy drawn, and what the draw must not leave out.

use super::super::money::Fen;
use super::super::person_year::{Date, History, Paid, PersonYear, Visit};
use super::super::random_person_year;
use super::{Spec, draw};

fn every_pair(check: impl Fn(&Spec, &PersonYear, &History)) {
    for seed in 0..600 {
        let spec = draw(seed);
        for person in 0..4 {
            let person = random_person_year::draw(seed * 4 + person, &spec.shape());
            let history = person.settle_with(|history, visit| spec.settle(history, visit));
            check(&spec, &person, &history);
        }
    }
}

#[test]
fn payers_make_up_the_total_and_none_is_negative() {
    every_pair(|spec, person, history| {
        for settled in history.settled.iter().filter(|s| s.visit.reverses.is_none()) {
            let paid = settled.paid;
            assert_eq!(paid.funds() + paid.patient, settled.visit.total());
            let parts = [paid.deductible, paid.pool, paid.large_amount, paid.subsidy];
            let out_of_scope = settled.visit.total() - settled.visit.in_scope();
            assert!(
                parts.iter().all(|part| *part >= 0) && paid.patient >= out_of_scope,
                "policy {}, person {}: {settled:#?}",
                spec.seed,
                person.seed
            );
        }
    });
}

#[test]
fn undoing_everything_leaves_nothing() {
    every_pair(|spec, _, history| {
        let mut history = history.clone();
        let standing: Vec<u64> = history.standing().map(|settled| settled.visit.id).collect();
        for (undone, id) in (10_000..).zip(standing) {
            let reversal = spec.settle(&history, &Visit::reversal(undone, id));
            history.settled.push(reversal);
        }
        let total = |amount: fn(&Paid) -> Fen| {
            history.settled.iter().map(|settled| amount(&settled.paid)).sum::<Fen>()
        };
        assert_eq!([total(Paid::funds), total(|p| p.patient), total(|p| p.deductible)], [0; 3]);
        let empty = History { settled: Vec::new(), ..history.clone() };
        let next = Visit { date: Date::new(2024, 12, 31), ..Visit::example(20_000, 123_456) };
        assert_eq!(spec.settle(&history, &next), spec.settle(&empty, &next));
    });
}

#[test]
fn no_limit_on_payment_is_exceeded() {
    every_pair(|spec, person, history| {
        let mut earlier = History { settled: Vec::new(), ..history.clone() };
        for settled in &history.settled {
            let exceeded = spec.exceeded(&earlier, settled);
            assert!(
                exceeded.is_empty(),
                "policy {}, person {}: {exceeded:?} {settled:#?}",
                spec.seed,
                person.seed
            );
            earlier.settled.push(settled.clone());
        }
    });
}

#[test]
fn one_seed_gives_one_policy() {
    for seed in 0..100 {
        assert_eq!(draw(seed).document(), draw(seed).document());
    }
}

#[test]
fn every_mechanism_is_drawn() {
    let documents: Vec<String> = (0..400).map(|seed| draw(seed).document()).collect();
    for words in [
        "period = \"quarter\"",
        "period = \"month\"",
        "period = \"visit\"",
        "day-institution",
        "basis = \"spending\"",
        "basis = \"paid\"",
        "basis = \"in-scope\"",
        "above-deductible",
        "ceiling =",
        "reduce =",
        "shared_with =",
        "last = \"open\"",
        "last = \"closed\"",
        "points = \"+",
        "points = \"-",
        "times =",
        "unlimited = true",
        "first_year =",
        "per = \"level\"",
        "per = \"disease\"",
        "mode = \"half-even\"",
        "mode = \"down\"",
        "limit = \"highest\"",
        "of = \"wage\"",
        "round = \"yuan\"",
        "own_account_first",
        "money = \"all\"",
        "channel = ",
        "disease = [\"none\"",
        "disease = \"any\"",
        "category = ",
        "filing = \"required\"",
        "share = \"same\"",
        "limit = \"s",
        "{ programme = ",
        "fixed_fee",
        "admission = \"blocked\"",
        "requires =",
        "external = true",
        "otherwise = true",
        "covered = false",
        "rate = \"0%\"",
        "visit = \"",
        "tenure = ",
        "age = ",
        "band = 2",
        "pays = \"large-amount\"",
        "pays = \"subsidy\"",
        "start = \"07-01\"",
    ] {
        let count = documents.iter().filter(|document| document.contains(words)).count();
        assert!(count >= 5, "{words} is in {count} documents of 400");
    }
}
