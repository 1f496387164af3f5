//! How fast the compiled policies settle: single bills with and without a trace, person-years as claims and as
//! events, and the same rule written by hand. See `docs/benchmarks.md`.

mod bills;
mod by_hand;
mod claims;

use bills::Presented;
use claims::{Claims, YEAR};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use kernel::fold::PersonYear;
use kernel::{
    Date, Event, Fund, Outcome, Policy, Recorded, Settlement, Status, Timeline, Year, adjudicate,
    adjudicate_traced, fold, fold_claims, recalculate,
};
use policy::{Choice, Library};
use std::hint::black_box;
use std::time::Duration;

const CLAIMS: usize = 2_000_000;
const PEOPLE: usize = 100_000;
const BILLS: usize = 1_000;

/// A region as it ships, with the year of claims drawn for it.
struct Measured {
    name: &'static str,
    timeline: Timeline,
    claims: Claims,
}

impl Measured {
    fn policy(&self) -> &Policy {
        let midsummer = Date::from_ymd(YEAR, 7, 1).expect("a day of the calendar");
        self.timeline.on(midsummer).expect("a policy in force")
    }

    /// Index of the ordinary programme.
    fn ordinary(&self) -> u16 {
        let mut programmes = self.policy().programmes.iter().zip(0..);
        let found = programmes.find(|(programme, _)| &*programme.term.code == "ordinary");
        found.expect("an ordinary programme").1
    }

    fn bills(&self) -> [(&'static str, Vec<Presented>); 2] {
        let disease = bills::some_disease(self.policy());
        let header = bills::presented(&self.timeline, &self.claims, BILLS);
        let mut lines = bills::presented(&self.timeline, &self.claims, BILLS);
        for presented in &mut lines {
            presented.bill = bills::in_five_lines(&presented.bill, disease);
        }
        [("header", header), ("five lines", lines)]
    }
}

/// What all claims came to: the sum paid, and one that also depends on which claim was paid what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Total {
    paid: i64,
    check: u64,
}

impl Total {
    fn add(&mut self, day: Date, paid: i64) {
        self.paid += paid;
        self.check = self
            .check
            .wrapping_mul(3)
            .wrapping_add(paid.unsigned_abs() ^ u64::from(day.days().unsigned_abs()));
    }
}

fn regions() -> [Measured; 2] {
    let library = Library::shipped();
    let measured = |name, code, plans: &[(u8, f64)]| Measured {
        name,
        timeline: library
            .region(code, &Choice::default())
            .expect("a policy without faults")
            .timeline,
        claims: Claims::draw(CLAIMS, PEOPLE, plans),
    };
    [
        measured("chongqing", "500000", &[(0, 0.93), (by_hand::FIRST_TIER.0, 0.07)]),
        measured("guangxi", "450000", &[(0, 1.0)]),
    ]
}

fn main() {
    let regions = regions();
    by_hand_agrees(&regions[0]);
    regions.iter().for_each(bills_agree);
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    without_trace(&mut criterion, &regions);
    with_trace(&mut criterion, &regions);
    claims_of_person_years(&mut criterion, &regions);
    events_of_person_years(&mut criterion, &regions);
    recalculation(&mut criterion, &regions[0]);
    criterion.final_summary();
}

/// Compiled and written by hand, the Chongqing rule comes to the same.
fn by_hand_agrees(chongqing: &Measured) {
    let (compiled, by_hand) = (fold_compiled(chongqing), fold_by_hand(chongqing));
    assert!(compiled.paid > 0);
    assert_eq!(compiled, by_hand, "the compiled policy and the rule written by hand differ");
}

/// Folded as claims and settled as bills, a person-year comes to the same.
fn bills_agree(region: &Measured) {
    let (policy, programme) = (region.policy(), region.ordinary());
    for claims in region.claims.by_person().take(1_000) {
        let told: Vec<_> = claims.iter().zip(1..).map(bills::told).collect();
        let events: Vec<Event<'_>> = told.iter().map(bills::Told::event).collect();
        let (mut year, mut folded) = (Year::new(YEAR, &policy.accumulators), Vec::new());
        let all = fold_claims(policy, programme, claims, &mut year, |_, paid| {
            folded.push((paid.deductible, paid.funds));
        });
        assert_eq!(all, Ok(()));
        let (settled_year, outcomes) = fold(&region.timeline, YEAR, &events);
        let settled: Vec<_> = outcomes
            .into_iter()
            .filter_map(settlement)
            .map(|settlement| (settlement.deductible, settlement.funds))
            .collect();
        assert_eq!((folded, year), (settled, settled_year), "{}", region.name);
    }
}

fn settlement(outcome: Outcome) -> Option<Settlement> {
    match outcome {
        Outcome::Settled(settlement) => Some(settlement),
        Outcome::Imported | Outcome::Refused(_) => None,
    }
}

fn fold_compiled(region: &Measured) -> Total {
    let (policy, programme) = (region.policy(), region.ordinary());
    let mut year = Year::new(YEAR, &policy.accumulators);
    let mut total = Total::default();
    for claims in region.claims.by_person() {
        year.clear(YEAR);
        let folded = fold_claims(policy, programme, claims, &mut year, |claim, paid| {
            total.add(claim.day, paid.funds[Fund::Pool as usize].get());
        });
        assert_eq!(folded, Ok(()));
    }
    total
}

fn fold_by_hand(region: &Measured) -> Total {
    let mut total = Total::default();
    for claims in region.claims.by_person() {
        by_hand::fold(claims, |claim, paid| total.add(claim.day, paid));
    }
    total
}

/// Settles every bill of a pool once.
fn each(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    bills: &[Presented],
    mut settle: impl FnMut(&Presented),
) {
    group.throughput(Throughput::Elements(bills.len() as u64));
    group.bench_function(id, |bencher| bencher.iter(|| bills.iter().for_each(&mut settle)));
}

fn without_trace(criterion: &mut Criterion, regions: &[Measured]) {
    let mut group = criterion.benchmark_group("bill/without-trace");
    for region in regions {
        let policy = region.policy();
        for (form, bills) in region.bills() {
            each(&mut group, BenchmarkId::new(region.name, form), &bills, |presented| {
                let Presented { facts, year, wallet, bill } = black_box(presented);
                black_box(adjudicate(policy, facts, year, wallet, bill)).expect("a settlement");
            });
        }
    }
}

fn with_trace(criterion: &mut Criterion, regions: &[Measured]) {
    let mut group = criterion.benchmark_group("bill/with-trace");
    for region in regions {
        let policy = region.policy();
        for (form, bills) in region.bills() {
            let traced = |presented: &Presented| {
                let Presented { facts, year, wallet, bill } = black_box(presented);
                black_box(adjudicate_traced(policy, facts, year, wallet, bill))
                    .expect("a settlement")
            };
            each(&mut group, BenchmarkId::new(region.name, form), &bills, |presented| {
                traced(presented);
            });
            let id = BenchmarkId::new(region.name, format!("{form}, rules looked up"));
            each(&mut group, id, &bills, |presented| {
                let (_, trace) = traced(presented);
                for rule in trace.steps.iter().flat_map(|step| policy.cited(step.cite)) {
                    black_box((&*rule.document, &*rule.article, rule.line));
                }
            });
        }
    }
}

fn claims_of_person_years(criterion: &mut Criterion, regions: &[Measured]) {
    let mut group = criterion.benchmark_group("fold/claims");
    group.throughput(Throughput::Elements(CLAIMS as u64));
    for region in regions {
        group.bench_function(region.name, |bencher| bencher.iter(|| fold_compiled(region)));
    }
    group.bench_function("chongqing, by hand", |bencher| {
        bencher.iter(|| fold_by_hand(&regions[0]));
    });
}

fn events_of_person_years(criterion: &mut Criterion, regions: &[Measured]) {
    let mut group = criterion.benchmark_group("fold/events");
    for region in regions {
        let told = |claims: &[_]| claims.iter().zip(1..).map(bills::told).collect::<Vec<_>>();
        let people: Vec<Vec<_>> = region.claims.by_person().take(1_000).map(told).collect();
        let people: Vec<Vec<Event<'_>>> =
            people.iter().map(|told| told.iter().map(bills::Told::event).collect()).collect();
        group.throughput(Throughput::Elements(
            people.iter().map(|events| events.len() as u64).sum(),
        ));
        group.bench_function(BenchmarkId::new(region.name, "one by one"), |bencher| {
            bencher.iter(|| {
                for events in &people {
                    let mut person = PersonYear::new(&region.timeline, YEAR);
                    for event in events {
                        black_box(person.apply(&region.timeline, event));
                    }
                }
            });
        });
        group.bench_function(BenchmarkId::new(region.name, "whole year"), |bencher| {
            bencher.iter(|| {
                for events in &people {
                    black_box(fold(&region.timeline, YEAR, events));
                }
            });
        });
    }
}

/// One person with 500 claims whose retirement becomes known after all of them were settled.
fn recalculation(criterion: &mut Criterion, region: &Measured) {
    const SETTLED: usize = 500;
    let claims = region.claims.claims.iter().take(SETTLED);
    let mut told: Vec<_> = claims.zip(1..).map(bills::told).collect();
    told.iter_mut().for_each(|told| told.facts.status = Status::Active);
    let events: Vec<Event<'_>> = told.iter().map(bills::Told::event).collect();
    let (_, outcomes) = fold(&region.timeline, YEAR, &events);
    let mut known_late = told.clone();
    known_late.iter_mut().for_each(|told| told.facts.status = Status::Retired);
    let history: Vec<Recorded<'_>> = known_late
        .iter()
        .zip(outcomes)
        .map(|(told, outcome)| Recorded { event: told.event(), settled: settlement(outcome) })
        .collect();
    assert!(!recalculate(&region.timeline, YEAR, &history).is_empty());
    let mut group = criterion.benchmark_group("recalculate");
    group.throughput(Throughput::Elements(SETTLED as u64));
    group.bench_function("500-claims", |bencher| {
        bencher.iter(|| recalculate(&region.timeline, YEAR, black_box(&history)));
    });
}
