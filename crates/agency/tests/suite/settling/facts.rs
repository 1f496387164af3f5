//! Who somebody was on a day, as known then; cells by name; institutions that change.

use crate::village::counter::{Counter, answered, record};
use crate::village::{CLINIC, PHARMACY_1, day, law, line, moment, person, purchase};
use agency::business::account::{Learn, NewFact};
use agency::facts::{self, Occasion};
use agency::{Agency, cells};
use kernel::{Admission, Category, Date, Entitlement, Facts, Moment, Status};
use std::sync::Arc;
use store::{Area, Changes, Fact, Id, Subject, Wants};

fn learn(counter: &Counter, kind: &str, other: &str, days: (&str, Option<&str>), detail: &str) {
    let fact = NewFact {
        kind: kind.into(),
        other: other.into(),
        from: day(days.0),
        to: days.1.map_or(Date::MAX, day),
        detail: detail.into(),
    };
    let learn = Learn { person: person("甲"), facts: vec![fact], wrong: Vec::new() };
    answered(&counter.ask(learn));
}

/// The facts about 甲 at a moment of service, as known at another.
fn facts_of(counter: &Counter, service: &str, known: Moment) -> Facts {
    let key = person("甲");
    let wants = Wants { people: [key.clone()].into(), ..Wants::default() };
    let world = counter.agency.look(wants).unwrap();
    let law = law();
    let law = law.law(key.area).unwrap();
    let service = moment(service);
    let version = law.on(service.date()).unwrap();
    let category = Category::Ordinary;
    let occasion = Occasion { service, institution: CLINIC, category, known };
    facts::as_of(world.file(&key).unwrap(), law, version.policy, &occasion)
}

#[test]
fn a_fact_counts_from_the_moment_it_is_known_and_until_it_is_known_to_be_wrong() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let before = moment("2024-03-01 09:59:59");
    learn(&counter, facts::CHOSEN, CLINIC, ("2024-01-01", None), "");
    let chosen = |known| facts_of(&counter, "2024-02-01 09:00:00", known).chosen;
    let known = moment("2024-03-01 10:00:00");
    assert!(!chosen(before) && chosen(known));
    let wrong = {
        let tables = counter.memory.tables();
        tables.facts.values().find(|fact| *fact.kind == *facts::CHOSEN).unwrap().id
    };
    counter.clock.set(moment("2024-03-05 10:00:00"));
    let end = Learn { person: person("甲"), facts: Vec::new(), wrong: vec![wrong] };
    answered(&counter.ask(end));
    assert!(chosen(known), "as it was known then");
    assert!(!chosen(moment("2024-03-05 10:00:00")));
}

#[test]
fn a_retirement_counts_from_the_month_after_it_was_registered() {
    let counter = Counter::open("2024-03-20 10:00:00");
    learn(&counter, facts::RETIREMENT, "", ("2024-03-15", None), "");
    let status = |service: &str| facts_of(&counter, service, moment("2024-12-31")).status;
    assert_eq!(status("2024-03-31 09:00:00"), Status::Active);
    assert_eq!(status("2024-04-01 09:00:00"), Status::Retired);
}

#[test]
fn the_day_of_death_is_covered_and_the_next_is_not() {
    let counter = Counter::open("2024-03-20 10:00:00");
    learn(&counter, facts::DEATH, "", ("2024-03-15", None), "");
    let entitlement = |service: &str| facts_of(&counter, service, moment("2024-12-31")).entitlement;
    assert_eq!(entitlement("2024-03-15 23:00:00"), Entitlement::Entitled);
    assert_eq!(entitlement("2024-03-16 00:00:00"), Entitlement::NotInsured);
}

#[test]
fn a_stay_is_told_by_its_times_where_they_are_known_and_by_its_days_where_not() {
    let stays = |detail: &str| {
        let counter = Counter::open("2024-03-20 10:00:00");
        learn(&counter, facts::ADMISSION, CLINIC, ("2024-03-05", Some("2024-03-10")), detail);
        [
            "2024-03-04 23:59",
            "2024-03-05 09:00",
            "2024-03-05 11:00",
            "2024-03-07 00:00",
            "2024-03-10 09:00",
            "2024-03-10 11:00",
            "2024-03-11 00:00",
        ]
        .map(|at| facts_of(&counter, at, moment("2024-12-31")).admission)
    };
    use Admission::{Inpatient, Out, SameDay};
    let timed = r#"{"admitted":"2024-03-05 10:00:00","discharged":"2024-03-10 10:00:00"}"#;
    assert_eq!(stays(timed), [Out, SameDay, Inpatient, Inpatient, Inpatient, SameDay, Out]);
    let by_day = r#"{"admitted":"2024-03-05","discharged":""}"#;
    assert_eq!(stays(by_day), [Out, SameDay, SameDay, Inpatient, SameDay, SameDay, Out]);
}

#[test]
fn a_two_disease_filing_opens_no_chronic_benefit() {
    let counter = Counter::open("2024-03-20 10:00:00");
    let disease = law().law(Area(450_100)).unwrap().codes.diseases[0].clone();
    let key = store::PersonKey::new(Area(450_100), "戊");
    let fact = NewFact {
        kind: facts::TWO_DISEASE.into(),
        other: disease,
        from: day("2024-01-01"),
        to: Date::MAX,
        detail: "".into(),
    };
    let learn = Learn { person: key.clone(), facts: vec![fact], wrong: Vec::new() };
    answered(&counter.ask(learn));
    let wants = Wants { people: [key.clone()].into(), ..Wants::default() };
    let world = counter.agency.look(wants).unwrap();
    let (law, service) = (law(), moment("2024-03-20 11:00:00"));
    let law = law.law(key.area).unwrap();
    let policy = law.on(service.date()).unwrap().policy;
    let category = Category::Ordinary;
    let occasion = Occasion { service, institution: CLINIC, category, known: service };
    let who = facts::as_of(world.file(&key).unwrap(), law, policy, &occasion);
    let disease = kernel::Disease(1);
    assert!(who.two_disease.contains(disease) && !who.filings.contains(disease));
    let of = |code: &str| policy.programmes.iter().find(|it| *it.term.code == *code);
    assert!(!of("chronic").unwrap().is_filed(&who, disease));
    assert!(of("ordinary").unwrap().is_filed(&who, disease), "that asks for no filing");
}

#[test]
fn every_cell_of_every_region_reads_back_from_its_name() {
    use kernel::policy::{AccumulatorId, Period};
    use kernel::year::Cell;
    for (area, law) in law().areas() {
        let mut names = std::collections::BTreeSet::new();
        for (index, known) in law.timeline.accumulators.iter().enumerate() {
            let id = AccumulatorId(u16::try_from(index).unwrap());
            let keyed = match known.period {
                Period::Visit => vec![Cell::Keyed(id.0, 0, u128::from(u64::MAX), 0)],
                Period::DayInstitution => vec![Cell::Keyed(id.0, 0, 19_783, u64::MAX)],
                _ => Vec::new(),
            };
            let dense = (known.base..known.base + known.size()).map(Cell::Dense);
            for cell in dense.chain(keyed) {
                let name = cells::name(law, id, cell);
                assert_eq!(cells::cell(law, &name), Some((id, cell)), "{area} {name}");
                assert!(names.insert(name.clone()), "{area} {name} names two cells");
            }
        }
    }
}

#[test]
fn a_level_that_changes_is_seen_by_the_next_request_of_every_server() {
    let counter = Counter::open("2024-03-20 10:00:00");
    let other = Agency::with(Arc::new(counter.memory.clone()), law(), counter.clock.clone(), 9);
    let other = other.unwrap();
    let request = purchase("甲", PHARMACY_1, vec![line("1", "A", 100, "2024-03-20 09:00:00")]);
    let level = |reply| record(&reply).inputs.level.to_string();
    assert_eq!(level(other.trial(&request, None)), "0");
    let subject = Subject::Institution(person("甲").area, PHARMACY_1.into());
    let fact = Fact {
        id: Id::at(moment("2024-03-20 09:30:00"), 1),
        subject,
        kind: facts::LEVEL.into(),
        other: "2".into(),
        from: day("2024-01-01"),
        to: Date::MAX,
        learned_at: moment("2024-03-20 09:30:00"),
        ended_at: None,
        detail: "".into(),
    };
    let changes = Changes { facts: vec![fact], ..Changes::default() };
    counter.memory.tables().write(&changes).unwrap();
    assert_eq!(level(other.trial(&request, None)), "2");
    assert_eq!(level(counter.ask(request)), "2");
}
