//! The kernel agrees with the reference to the fen, whatever the policy and whatever happens in the year.
//!
//! Policies and person-years are drawn from seeds; a failure says which, and how to run it again. On every change
//! some thousands of person-years are settled. Before a release, by the million:
//!
//!     cargo test --release -p gongji-policy --test suite -- --ignored
//!
//! `GONGJI_SEED` is the first seed and `GONGJI_CASES` says how many there are (policies, or people of a shipped
//! region).

mod told;
mod laws;

use crate::reference::person_year::{self as plain, History, PersonYear, Settled};
use crate::reference::random_policy::{self, Spec};
use crate::reference::{chongqing, guangxi, random_person_year};
use kernel::{Fund, Outcome, Settlement, Timeline};
use policy::{Choice, Library};
use std::ops::Range;
use told::{Told, fen};

const PEOPLE: u64 = 4;

#[test]
fn random_policies_agree() {
    random_policies(seeds(1000), PEOPLE);
}

#[test]
#[ignore = "a million person-years take minutes"]
fn a_million_person_years_of_random_policies_agree() {
    random_policies(seeds(20_000), 50);
}

#[test]
fn chongqing_agrees() {
    shipped("500000", seeds(2000), &chongqing::shape(), chongqing::settle);
}

#[test]
#[ignore = "a million person-years take minutes"]
fn a_million_person_years_of_chongqing_agree() {
    shipped("500000", seeds(1_000_000), &chongqing::shape(), chongqing::settle);
}

#[test]
fn guangxi_agrees() {
    shipped("450000", seeds(2000), &guangxi::shape(), undecided_guangxi);
}

#[test]
#[ignore = "a million person-years take minutes"]
fn a_million_person_years_of_guangxi_agree() {
    shipped("450000", seeds(1_000_000), &guangxi::shape(), undecided_guangxi);
}

fn undecided_guangxi(history: &History, visit: &plain::Visit) -> Settled {
    guangxi::settle(guangxi::UNDECIDED, history, visit)
}

/// The seeds asked for, or the first ones.
fn seeds(cases: u64) -> Range<u64> {
    let asked = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let first = asked("GONGJI_SEED").unwrap_or(0);
    first..first + asked("GONGJI_CASES").unwrap_or(cases)
}

fn random_policies(seeds: Range<u64>, people: u64) {
    for seed in seeds {
        let spec = random_policy::draw(seed);
        let timeline = compiled(&spec);
        for person in 0..people {
            let person = random_person_year::draw(person_seed(seed, person), &spec.shape());
            let plain = person.settle_with(|history, visit| spec.settle(history, visit));
            if let Err(difference) = compare(&timeline, &person, &plain) {
                let again = replay(seed, "random_policies_agree");
                panic!("policy {seed}, {difference}\n{}\n{again}", spec.document());
            }
        }
    }
}

/// The same whether few or many people are asked for.
fn person_seed(policy: u64, person: u64) -> u64 {
    policy * 1000 + person
}

fn shipped(
    region: &str,
    seeds: Range<u64>,
    shape: &random_person_year::Shape,
    settle: fn(&History, &plain::Visit) -> Settled,
) {
    let timeline = shipped_timeline(region);
    for seed in seeds {
        let person = random_person_year::draw(seed, shape);
        let plain = person.settle_with(settle);
        if let Err(difference) = compare(&timeline, &person, &plain) {
            panic!("region {region}, {difference}\n{}", replay(seed, "agreement"));
        }
    }
}

fn compiled(spec: &Spec) -> Timeline {
    let file = format!("{}-random/policy.md", random_policy::REGION);
    let library = Library::from_files([(file, spec.document())]);
    match library.region(random_policy::REGION, &Choice::default()) {
        Ok(region) => region.timeline,
        Err(faults) => panic!("policy {}: {faults:?}\n{}", spec.seed, spec.document()),
    }
}

fn shipped_timeline(region: &str) -> Timeline {
    let compiled = Library::shipped().region(region, &Choice::default());
    compiled.unwrap_or_else(|faults| panic!("{region}: {faults:?}")).timeline
}

fn replay(seed: u64, tests: &str) -> String {
    format!(
        "again: GONGJI_SEED={seed} GONGJI_CASES=1 cargo test --release -p gongji-policy --test suite \
         -- --include-ignored {tests}"
    )
}

/// The first visit on which kernel and reference differ.
fn compare(timeline: &Timeline, person: &PersonYear, plain: &History) -> Result<(), String> {
    let outcomes = Told::new(timeline, person).settle(timeline);
    for (index, (settled, outcome)) in plain.settled.iter().zip(&outcomes).enumerate() {
        let same = match outcome {
            Outcome::Settled(settlement) => matches(settlement, settled),
            Outcome::Imported | Outcome::Refused(_) => false,
        };
        if !same {
            return Err(format!(
                "person {}, visit {index}:\nreference {settled:#?}\nkernel {outcome:#?}",
                person.seed
            ));
        }
    }
    Ok(())
}

fn matches(settlement: &Settlement, settled: &Settled) -> bool {
    let paid = settled.paid;
    let total = settled.visit.total();
    let total = if settled.visit.reverses.is_some() { -total } else { total };
    settlement.deductible == fen(paid.deductible)
        && settlement.paid_by(Fund::Pool) == fen(paid.pool)
        && settlement.paid_by(Fund::LargeAmount) == fen(paid.large_amount)
        && settlement.paid_by(Fund::Subsidy) == fen(paid.subsidy)
        && settlement.patient() == fen(paid.patient)
        && settlement.amounts.total == fen(total)
}
