//! What holds in every person-year, whatever the policy: of traces, of the order of events, of reversals, of limits,
//! of claims and of settling anew.

use super::told::{Told, fen};
use super::{compiled, person_seed, seeds, shipped_timeline};
use crate::reference::person_year::{self as plain, PersonYear as Person};
use crate::reference::random::Random;
use crate::reference::random_person_year::{self, Shape};
use crate::reference::{chongqing, guangxi, random_policy};
use kernel::fold::{Claim, ClaimPaid, PersonYear};
use kernel::policy::{LimitBasis, PharmacyLevel};
use kernel::trace::{Step, StepKind, Trace};
use kernel::year::Cell;
use kernel::{
    BillId, Circumstances, Dim, Event, Fen, Fund, OrderKey, Outcome, Recorded, Settlement, Status,
    Timeline, Year, adjudicate_traced, fold, fold_claims, recalculate,
};
use std::collections::BTreeMap;

/// Somebody's year under some policy.
struct Somebody<'a> {
    timeline: &'a Timeline,
    person: Person,
    named: String,
}

fn everybody(check: impl Fn(&Somebody<'_>)) {
    for seed in seeds(300) {
        let spec = random_policy::draw(seed);
        let timeline = &compiled(&spec);
        for person in 0..2 {
            let person = random_person_year::draw(person_seed(seed, person), &spec.shape());
            let named = format!("policy {seed}, person {}", person.seed);
            check(&Somebody { timeline, person, named });
        }
    }
    for (region, shape) in [("500000", chongqing::shape()), ("450000", guangxi::shape())] {
        everybody_of(region, &shape, &check);
    }
}

fn everybody_of(region: &str, shape: &Shape, check: impl Fn(&Somebody<'_>)) {
    let timeline = &shipped_timeline(region);
    for seed in seeds(300) {
        let person = random_person_year::draw(seed, shape);
        let named = format!("region {region}, person {seed}");
        check(&Somebody { timeline, person, named });
    }
}

#[test]
fn a_trace_changes_nothing_and_adds_up_to_the_settlement() {
    everybody(|Somebody { timeline, person, named }| {
        let told = Told::new(timeline, person);
        for (benefit_year, events) in told.by_year() {
            let mut year = PersonYear::new(timeline, benefit_year);
            for (_, event) in events {
                let traced = match event {
                    Event::Settle { bill, facts, wallet } => {
                        let policy = timeline.on(bill.service).expect("a policy for every day");
                        adjudicate_traced(policy, facts, &year.year, wallet, bill).ok()
                    }
                    Event::Reverse { .. } | Event::Import { .. } => None,
                };
                let outcome = year.apply(timeline, &event);
                if let Some((settlement, trace)) = traced {
                    adds_up(&trace, &settlement, named);
                    assert_eq!(outcome, Outcome::Settled(settlement), "{named}");
                }
            }
        }
    });
}

fn adds_up(trace: &Trace, settlement: &Settlement, named: &str) {
    let sum_by = |amount: &dyn Fn(&Step) -> Fen| trace.steps.iter().map(amount).sum::<Fen>();
    let sum =
        |kind: StepKind| sum_by(&|step| if step.kind == kind { step.amount } else { Fen::ZERO });
    let funds = Fund::ALL.iter().map(|fund| sum(StepKind::Paid(*fund))).collect::<Vec<_>>();
    assert_eq!(funds, settlement.funds, "{named}");
    assert_eq!(sum(StepKind::Deductible), settlement.deductible, "{named}");
    let amounts = settlement.amounts;
    assert_eq!(sum(StepKind::FullSelfPay), amounts.full_self_pay, "{named}");
    assert_eq!(sum(StepKind::OverCeiling), amounts.over_ceiling, "{named}");
    assert_eq!(sum(StepKind::FirstPay), amounts.first_pay, "{named}");
    let accounts =
        [StepKind::AccountCurrent, StepKind::AccountEarlier, StepKind::AccountFamily].map(sum);
    let own_and_family = [settlement.account_current, settlement.account_earlier];
    assert_eq!(accounts[..2], own_and_family, "{named}");
    assert_eq!(accounts[2], settlement.family_payment(), "{named}");
    let paid = sum_by(&|step| match step.kind {
        StepKind::Paid(_)
        | StepKind::AccountCurrent
        | StepKind::AccountEarlier
        | StepKind::AccountFamily
        | StepKind::Cash => step.amount,
        _ => Fen::ZERO,
    });
    assert_eq!(paid, amounts.total, "{named}");
    // What is shared, less what limits cut off, with what other payers take over.
    let fund_payment = sum_by(&|step| match step.kind {
        StepKind::Share(_) | StepKind::FixedFee | StepKind::OtherPayer(_) => step.amount,
        StepKind::PaymentLimit(_) => step.amount - step.from,
        _ => Fen::ZERO,
    });
    assert_eq!(fund_payment, settlement.fund_payment(), "{named}");
}

#[test]
fn the_order_in_which_events_are_handed_over_does_not_matter() {
    everybody(|Somebody { timeline, person, named }| {
        let mut random = Random::from_seed(person.seed);
        let told = Told::new(timeline, person);
        for (benefit_year, events) in told.by_year() {
            let events: Vec<Event<'_>> = events.into_iter().map(|(_, event)| event).collect();
            let (year, outcomes) = fold(timeline, benefit_year, &events);
            let order = shuffled(&mut random, events.len());
            let handed_over: Vec<Event<'_>> = order.iter().map(|index| events[*index]).collect();
            let (same_year, same_outcomes) = fold(timeline, benefit_year, &handed_over);
            assert_eq!(same_year, year, "{named}");
            for (index, outcome) in order.iter().zip(same_outcomes) {
                assert_eq!(outcome, outcomes[*index], "{named}");
            }
        }
    });
}

fn shuffled(random: &mut Random, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, random.index(last + 1));
    }
    order
}

#[test]
fn reversing_everything_leaves_what_other_systems_used() {
    everybody(|Somebody { timeline, person, named }| {
        let mut random = Random::from_seed(person.seed);
        let told = Told::new(timeline, person);
        for (benefit_year, events) in told.by_year() {
            let mut year = PersonYear::new(timeline, benefit_year);
            let mut untouched = PersonYear::new(timeline, benefit_year);
            let mut bills = Vec::new();
            for (_, event) in &events {
                year.apply(timeline, event);
                match event {
                    Event::Import { .. } => {
                        untouched.apply(timeline, event);
                    }
                    Event::Settle { bill, .. } => bills.push(bill.id),
                    Event::Reverse { original, .. } => bills.retain(|id| id != original),
                }
            }
            for index in shuffled(&mut random, bills.len()) {
                let original = bills[index];
                let id = BillId(original.0 + 10_000);
                let event = Event::Reverse { id, order: OrderKey::default(), original };
                let outcome = year.apply(timeline, &event);
                assert!(matches!(outcome, Outcome::Settled(_)), "{named}: {outcome:?}");
            }
            let cells = |year: &Year| year.cells().collect::<Vec<_>>();
            assert_eq!(cells(&year.year), cells(&untouched.year), "{named}");
        }
    });
}

#[test]
fn no_limit_on_payment_is_exceeded_and_nothing_accumulates_below_zero() {
    everybody(|Somebody { timeline, person, named }| {
        let most = highest_limits(timeline);
        let told = Told::new(timeline, person);
        for (benefit_year, events) in told.by_year() {
            let mut year = PersonYear::new(timeline, benefit_year);
            let mut imported = BTreeMap::new();
            for (_, event) in events {
                let outcome = year.apply(timeline, &event);
                if let Event::Import { moves, .. } = event {
                    imported.extend(moves.iter().map(|change| (change.cell, change.by)));
                }
                let Outcome::Settled(settlement) = outcome else { continue };
                for change in settlement.moves {
                    let used = year.year.get(change.cell);
                    let elsewhere = imported.get(&change.cell).copied().unwrap_or_default();
                    let bound = most.get(&change.accumulator).copied();
                    let bound = bound.unwrap_or(Fen::UNLIMITED).max(elsewhere);
                    let name = &timeline.accumulators[usize::from(change.accumulator.0)].name;
                    assert!(
                        used >= Fen::ZERO && used <= bound,
                        "{named}: {name} {used} of {bound}"
                    );
                }
            }
        }
    });
}

/// By accumulator, the highest amount that any row of its limit states.
fn highest_limits(timeline: &Timeline) -> BTreeMap<kernel::policy::AccumulatorId, Fen> {
    let mut most = BTreeMap::new();
    for policy in &timeline.policies {
        for used in policy.programmes.iter().flat_map(|programme| &programme.payment_limits) {
            let limit = &policy.limits[usize::from(used.limit)];
            assert_eq!(limit.basis, LimitBasis::Payment);
            let highest: &mut Fen = most.entry(limit.accumulator).or_default();
            *highest = used.amount.iter().copied().fold(*highest, Fen::max);
        }
    }
    most
}

#[test]
fn claims_of_one_programme_fold_as_its_bills_do() {
    for (region, shape) in [("500000", chongqing::shape()), ("450000", guangxi::shape())] {
        everybody_of(region, &shape, |somebody| claims_fold_as_bills("ordinary", somebody));
    }
    for seed in seeds(2000) {
        let spec = random_policy::draw(seed);
        if !spec.takes_claims() {
            continue;
        }
        let timeline = &compiled(&spec);
        for person in 0..4 {
            let person = random_person_year::draw(person_seed(seed, person), &spec.shape());
            let named = format!("policy {seed}, person {}", person.seed);
            claims_fold_as_bills("p0", &Somebody { timeline, person, named });
        }
    }
}

/// Of bills with one line each, none of them reversed.
fn claims_fold_as_bills(programme: &str, Somebody { timeline, person, named }: &Somebody<'_>) {
    let mut person = person.clone();
    person.visits.retain(|visit| visit.reverses.is_none());
    person.visits.iter_mut().for_each(|visit| visit.lines.truncate(1));
    let told = Told::new(timeline, &person);
    for (benefit_year, events) in told.by_year() {
        let mut of_bills = PersonYear::new(timeline, benefit_year);
        let mut of_claims = Year::new(benefit_year, &timeline.accumulators);
        let (mut claims, mut expected) = (Vec::new(), Vec::new());
        for (visit, event) in events {
            let outcome = of_bills.apply(timeline, &event);
            match (visit, event, outcome) {
                (Some(visit), _, Outcome::Settled(settled)) if settled.withheld.is_none() => {
                    claims.push(claim(timeline, &person.visits[visit], &told, visit, &settled));
                    expected
                        .push(ClaimPaid { deductible: settled.deductible, funds: settled.funds });
                }
                (_, Event::Import { moves, .. }, _) => of_claims.post(moves),
                _ => {}
            }
        }
        let paid = paid_for(timeline, programme, &claims, &mut of_claims);
        assert_eq!(paid, expected, "{named}");
        // What is kept by visit has another key.
        let dense = |(cell, _): &(Cell, Fen)| matches!(cell, Cell::Dense(_));
        let cells = |year: &Year| year.cells().filter(dense).collect::<Vec<_>>();
        assert_eq!(cells(&of_claims), cells(&of_bills.year), "{named}");
    }
}

fn claim(
    timeline: &Timeline,
    visit: &plain::Visit,
    told: &Told,
    index: usize,
    settled: &Settlement,
) -> Claim {
    let told = &told.visits[index];
    let count = |count: u32| u8::try_from(count.min(254)).expect("clamped");
    let policy = timeline.on(told.bill.service).expect("a policy for every day");
    let level = match (visit.venue, policy.pharmacy.level) {
        (plain::Venue::Pharmacy, PharmacyLevel::Fixed(level)) => level as u8,
        (plain::Venue::Pharmacy, PharmacyLevel::Prescriber) => {
            visit.prescription.unwrap_or(visit.level)
        }
        _ => visit.level,
    };
    let mut circumstances = Circumstances([0; Dim::COUNT]);
    for (dim, value) in [
        (Dim::Status, told.facts.status as u8),
        (Dim::Plan, told.facts.plan.0),
        (Dim::Age, count(visit.age)),
        (Dim::Level, level),
        (Dim::Venue, told.bill.venue as u8),
        (Dim::Place, told.bill.place as u8),
        (Dim::Channel, told.bill.channel as u8),
        (Dim::Chosen, u8::from(visit.chosen)),
        (Dim::Contract, u8::from(visit.contract)),
        (Dim::Tenure, count(visit.tenure_months)),
        (Dim::Disease, settled.portions[0].disease.0),
    ] {
        circumstances.set(dim, value);
    }
    Claim { circumstances, day: told.bill.service, in_scope: fen(visit.in_scope()) }
}

/// What folding the claims pays for each, under the policy of its day.
fn paid_for(timeline: &Timeline, code: &str, claims: &[Claim], year: &mut Year) -> Vec<ClaimPaid> {
    let mut paid = Vec::new();
    let from = |claim: &Claim| timeline.on(claim.day).map(|policy| policy.from);
    for run in claims.chunk_by(|claim, next| from(claim) == from(next)) {
        let policy = timeline.on(run[0].day).expect("a policy for every day");
        let mut programmes = policy.programmes.iter();
        let found = programmes.position(|programme| &*programme.term.code == code);
        let found = u16::try_from(found.expect("a programme")).expect("a few programmes");
        let folded = fold_claims(policy, found, run, year, |_, claim| paid.push(claim));
        assert_eq!(folded, Ok(()));
    }
    paid
}

#[test]
fn settling_anew_finds_what_changed_and_then_nothing() {
    everybody(|Somebody { timeline, person, named }| {
        let mut told = Told::new(timeline, person);
        let before: BTreeMap<i32, Vec<Outcome>> = folded(timeline, &told);
        for (benefit_year, history) in histories(&told, &before) {
            assert_eq!(recalculate(timeline, benefit_year, &history), [], "{named}");
        }
        // The retirement becomes known late, from some visit on.
        let from = Random::from_seed(person.seed).index(told.visits.len());
        for visit in &mut told.visits[from..] {
            visit.facts.status = Status::Retired;
        }
        let after = folded(timeline, &told);
        for (benefit_year, mut history) in histories(&told, &before) {
            let differences = recalculate(timeline, benefit_year, &history);
            let found: Vec<Fen> = (0..3)
                .map(|fund| differences.iter().map(|difference| difference.funds[fund]).sum())
                .collect();
            let (was, is) = (paid_in(&before[&benefit_year]), paid_in(&after[&benefit_year]));
            let by_fund: Vec<Fen> = (0..3).map(|fund| is.0[fund] - was.0[fund]).collect();
            assert_eq!(found, by_fund, "{named}");
            let patient: Fen = differences.iter().map(|difference| difference.patient).sum();
            assert_eq!(patient, is.1 - was.1, "{named}");
            for difference in differences {
                history[difference.event].settled = settled(&difference.after);
            }
            assert_eq!(recalculate(timeline, benefit_year, &history), [], "{named}");
        }
    });
}

fn folded(timeline: &Timeline, told: &Told) -> BTreeMap<i32, Vec<Outcome>> {
    let fold = |(benefit_year, events): (i32, Vec<(_, Event<'_>)>)| {
        let events: Vec<Event<'_>> = events.into_iter().map(|(_, event)| event).collect();
        (benefit_year, fold(timeline, benefit_year, &events).1)
    };
    told.by_year().into_iter().map(fold).collect()
}

/// The events as they are known now, with what was settled for them at the time.
fn histories<'a>(
    told: &'a Told,
    outcomes: &BTreeMap<i32, Vec<Outcome>>,
) -> BTreeMap<i32, Vec<Recorded<'a>>> {
    let history = |(benefit_year, events): (i32, Vec<(_, Event<'a>)>)| {
        let events = events.into_iter().zip(&outcomes[&benefit_year]);
        let recorded =
            events.map(|((_, event), outcome)| Recorded { event, settled: settled(outcome) });
        (benefit_year, recorded.collect())
    };
    told.by_year().into_iter().map(history).collect()
}

fn settled(outcome: &Outcome) -> Option<Settlement> {
    match outcome {
        Outcome::Settled(settlement) => Some(settlement.clone()),
        Outcome::Imported | Outcome::Refused(_) => None,
    }
}

/// By fund, and by the person.
fn paid_in(outcomes: &[Outcome]) -> ([Fen; 3], Fen) {
    let settlements: Vec<Settlement> = outcomes.iter().filter_map(settled).collect();
    let by = |fund: Fund| settlements.iter().map(|settlement| settlement.paid_by(fund)).sum();
    let patient = settlements.iter().map(Settlement::patient).sum();
    ([by(Fund::Pool), by(Fund::LargeAmount), by(Fund::Subsidy)], patient)
}
