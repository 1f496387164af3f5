//! What is left to people, and how it is spread: held against small populations worked out by hand, and against a naive
//! count over what every claim came to.

use crate::exact::{people, reading, rows_of, shipped};
use crate::reference::chongqing;
use crate::reference::random::Random;
use crate::reference::random_person_year::Shape;
use crate::reference::random_policy;
use crate::told::Told;
use crate::written::{Known, Row, apart, write};
use kernel::{StepKind, Timeline};
use policy::{Choice, Library};
use simulate::example::{Came, explain, find};
use simulate::spread::{concentration, curve};
use simulate::{
    AboveLimit, CHANGE_BANDS, Claims, Counted, Institution, More, OWN_BANDS, Outcome, PersonName,
    Result, Rows, RunResult, Source, Spread, Store, run, store,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Mutex;

fn spread(amounts: &[i64]) -> Spread {
    let mut spread = Spread::default();
    amounts.iter().for_each(|amount| spread.count(*amount));
    spread
}

#[test]
fn four_people_come_to_what_is_worked_out_by_hand() {
    let of = spread(&[100, 0, 27, 0]);
    assert_eq!(of.all(), Counted { people: 4, amount: 127 });
    // Differences of all ordered pairs: 2 × (27 + 100 + 27 + 100 + 73) = 654; 654 / (2 × 4 × 127) = 0.64370….
    let gini = of.gini().expect("something to share");
    assert_eq!((gini.ten_thousandths, gini.error), (6437, 0));
    let quantiles = [10, 500, 501, 750, 751, 990].map(|thousandths| of.quantile(thousandths));
    assert_eq!(quantiles, [0, 0, 27, 27, 100, 100].map(Some));
    let at = |people, amount| Counted { people, amount };
    assert_eq!(curve(of.groups(), 100), [at(0, 0), at(2, 0), at(3, 27), at(4, 127)]);
}

#[test]
fn equal_shares_one_owner_and_nothing_at_all() {
    assert_eq!(spread(&[50; 7]).gini().expect("shares").ten_thousandths, 0);
    let one = spread(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 90]).gini().expect("shares");
    assert_eq!(one.ten_thousandths, 9000);
    assert_eq!(spread(&[0, 0]).gini(), None);
    assert_eq!(spread(&[]).quantile(500), None);
}

#[test]
fn an_amount_that_falls_on_the_poor_is_concentrated_below_zero() {
    let groups = [(1, 30), (1, 20), (2, 10)].map(|(people, amount)| Counted { people, amount });
    // 4 people, 60 fen: 240 − (30 + (30 + 50) + 2 × (50 + 60)) = −90; −90 / 240.
    assert_eq!(concentration(groups.into_iter()), Some(-3750));
}

#[test]
fn random_people_come_to_what_a_naive_count_says_within_the_stated_error() {
    for seed in 0..20 {
        let mut random = Random::from_seed(seed);
        let mut amounts: Vec<i64> = (0..300)
            .map(|_| {
                let size = random.between(0, 7);
                let most = 10_i128.pow(u32::try_from(size).expect("small"));
                i64::try_from(random.between(0, most)).expect("small")
            })
            .collect();
        let of = spread(&amounts);
        let merged = amounts.chunks(37).rev().fold(Spread::default(), |mut sum, part| {
            sum.merge(&spread(part));
            sum
        });
        assert_eq!(merged, of);
        let written = serde_json::to_string(&of).expect("JSON");
        assert_eq!(serde_json::from_str::<Spread>(&written).expect("a spread"), of);

        amounts.sort_unstable();
        for thousandths in [10_u64, 250, 500, 900, 990] {
            let place = (300 * thousandths).div_ceil(1000);
            let truth = amounts[usize::try_from(place - 1).expect("small")];
            let found = of.quantile(thousandths).expect("people");
            assert!((found - truth).abs() * 64 <= truth.max(found), "{found} for {truth}");
        }
        let pairs = amounts.iter().flat_map(|a| amounts.iter().map(move |b| (a - b).abs()));
        let sum: i64 = amounts.iter().sum();
        let truth = i128::from(pairs.sum::<i64>()) * 10_000 / (2 * 300 * i128::from(sum));
        let gini = of.gini().expect("something to share");
        let short = i64::try_from(truth).expect("small") - gini.ten_thousandths;
        assert!((-1..=gini.error + 1).contains(&short), "{gini:?} for {truth}");
        assert!(gini.error < 40);
    }
}

fn changed(set: &[&str]) -> Timeline {
    let choice = Choice { set: set.iter().map(ToString::to_string).collect(), ..Choice::default() };
    Library::shipped().region("500000", &choice).expect("a sound change").timeline
}

/// What one person's claims came to.
#[derive(Clone, Debug, Default, PartialEq)]
struct Year {
    in_scope: i64,
    outside: i64,
    paid: [i64; 2],
    /// By policy: claims that a limit cut something off, and how much.
    limited: [(u64, i64); 2],
    by_place: BTreeMap<u64, [i64; 5]>,
}

/// Counts naively, claim by claim.
struct Naive<'a>(&'a Mutex<BTreeMap<String, Year>>);

impl Rows for Naive<'_> {
    fn take(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) -> Result<()> {
        let base = claims.first[people.start] as usize;
        let more = claims.more.as_ref().expect("bills with all columns");
        let limited: Vec<_> = outcomes.iter().map(|said| said.limited(claims, base)).collect();
        for person in people {
            let PersonName::Text(name) = &claims.people[person] else { panic!("a text") };
            let rows = claims.rows_of(person);
            let gone: BTreeSet<usize> = rows
                .clone()
                .filter(|row| more.back[*row] != 0 && more.back[*row] != More::NOWHERE)
                .flat_map(|row| [row, row - more.back[row] as usize])
                .collect();
            let mut year = Year::default();
            for (year, limited) in year.limited.iter_mut().zip(&limited) {
                let mut own = limited.iter().filter(|limited| limited.person == person);
                *year = own.next().map_or((0, 0), |own| (own.claims, own.cut));
                assert!(own.next().is_none(), "a person twice");
            }
            for row in rows {
                let of = if more.back[row] == 0 { row } else { row - more.back[row] as usize };
                let place = year.by_place.entry(more.institution[of]).or_default();
                for (policy, outcome) in outcomes.iter().enumerate() {
                    let paid = outcome.paid(row - base);
                    year.paid[policy] += paid;
                    place[3 + policy] += paid;
                }
                // What was reversed is as if it had never been; parts follow their head.
                let head = (0..=row).rev().find(|row| !more.joined[*row]).expect("a head");
                if gone.contains(&head) {
                    continue;
                }
                let place = year.by_place.entry(more.institution[head]).or_default();
                place[0] += i64::from(head == row);
                for (sum, amount) in [(1, i64::from(claims.amount[row])), (2, more.outside[row])] {
                    place[sum] += amount;
                }
                year.in_scope += i64::from(claims.amount[row]);
                year.outside += more.outside[row];
            }
            self.0.lock().expect("nobody panicked").insert(name.to_string(), year);
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// Claims of Chongqing, without use of limits elsewhere.
fn claims(timeline: &Timeline) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, mut person) in people(&chongqing::shape(), 0, 150).into_iter().enumerate() {
        person.imported.clear();
        let told = Told::new(timeline, &person);
        rows.extend(rows_of(timeline, &person, &format!("测试{index}"), &told));
    }
    rows
}

const LOW: &str = "programme.ordinary.limit.ordinary-year.amount=[{yuan=600}]";
const FREE: &str = "programme.ordinary.deductible.amount=[{yuan=0}]";

#[test]
fn distributions_come_to_what_a_naive_count_says() {
    let (before, after) = (changed(&[LOW]), changed(&[LOW, FREE]));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write(&path, &claims(&before));
    let source = Source::read(&reading(&path)).expect("claims");
    let counted = Mutex::new(BTreeMap::new());
    let all = 0..source.buckets();
    let result =
        run(&source, &[&before, &after], all, 2, |_| Ok(Naive(&counted)), |_| ()).expect("run");
    let years = counted.into_inner().expect("nobody panicked");
    let people = &result.totals.people;
    assert_eq!(people.count(), years.len() as u64);
    let sum = |of: &dyn Fn(&Year) -> i64| years.values().map(of).sum::<i64>();
    assert_eq!(people.all().in_scope, sum(&|year| year.in_scope));
    assert_eq!(people.all().outside, sum(&|year| year.outside));
    assert_eq!(people.all().spent(), {
        let claimed = result.totals.all_claimed();
        claimed.in_scope + claimed.outside
    });
    for policy in 0..2 {
        let own = |year: &Year| year.in_scope + year.outside - year.paid[policy];
        let all: Vec<i64> = years.values().map(own).collect();
        assert_eq!(people.own[policy], spread(&all));
        assert_eq!(people.all().own(policy), all.iter().sum::<i64>());
        let paid: Vec<i64> = years.values().map(|year| year.paid[policy]).collect();
        assert_eq!(people.received[policy], spread(&paid));
        for (bound, least) in OWN_BANDS.iter().enumerate() {
            let above: Vec<i64> = all.iter().copied().filter(|own| own > least).collect();
            let wanted = Counted { people: above.len() as u64, amount: above.iter().sum() };
            assert_eq!(people.own_above(policy, bound), wanted, "above {least}");
        }
        let cut = |year: &&Year| year.limited[policy].0 > 0;
        let wanted = AboveLimit {
            people: years.values().filter(cut).count() as u64,
            claims: years.values().map(|year| year.limited[policy].0).sum(),
            cut: sum(&|year| year.limited[policy].1),
        };
        assert!(wanted.people > 10 && wanted.cut > 0, "{wanted:?}");
        assert_eq!(people.all_above_limit(policy), wanted);
    }
    changes_add_up(&result, &years);
    institutions_add_up(&result, &years);
}

fn changes_add_up(result: &RunResult, years: &BTreeMap<String, Year>) {
    let people = &result.totals.people;
    let mut gained = vec![Counted::default(); CHANGE_BANDS.len() + 1];
    let mut lost = gained.clone();
    for year in years.values() {
        let change = year.paid[1] - year.paid[0];
        let side = if change > 0 { &mut gained } else { &mut lost };
        if change != 0 {
            let bounds = CHANGE_BANDS.iter().filter(|bound| **bound < change.abs());
            let band = &mut side[bounds.count()];
            band.people += 1;
            band.amount += change.abs();
        }
    }
    assert_eq!((&people.gained, &people.lost), (&gained, &lost));
    let winners: u64 = people.changes.iter().map(|change| change.winners).sum();
    assert_eq!(gained.iter().map(|band| band.people).sum::<u64>(), winners);
    assert!(winners > 10);
}

fn institutions_add_up(result: &RunResult, years: &BTreeMap<String, Year>) {
    let mut wanted: BTreeMap<u64, [i64; 5]> = BTreeMap::new();
    for (number, place) in years.values().flat_map(|year| &year.by_place) {
        let sums = wanted.entry(*number).or_default();
        sums.iter_mut().zip(place).for_each(|(sum, part)| *sum += part);
    }
    let found = |place: &Institution| {
        let Institution { claims, in_scope, outside, paid, .. } = place;
        (place.number, [*claims, *in_scope, *outside, paid[0], paid[1]])
    };
    let list = &result.totals.institutions;
    let wanted: Vec<_> = wanted.into_iter().filter(|(_, sums)| *sums != [0; 5]).collect();
    let found: Vec<_> = list.iter().map(found).filter(|(_, sums)| *sums != [0; 5]).collect();
    assert_eq!(found, wanted);
    assert!(list.len() > 1, "several institutions");
    let claimed = result.totals.all_claimed();
    assert_eq!(list.iter().map(|place| place.claims).sum::<i64>(), claimed.claims);
    assert_eq!(list.iter().map(|place| place.in_scope).sum::<i64>(), claimed.in_scope);
    for policy in 0..2 {
        let paid: i64 = list.iter().map(|place| place.paid[policy]).sum();
        assert_eq!(paid, result.totals.all_paid(policy).fund_payment());
    }
}

/// Bills of one fee line each, nothing reversed: what the tables take. With what limits of the year cut off of them, as the
/// steps of the kernel's traces tell.
fn apart_and_cut(timeline: &Timeline, name: &str, told: &Told) -> (Vec<Row>, Vec<i64>) {
    let (mut rows, mut cut) = (Vec::new(), Vec::new());
    let mut years: BTreeMap<i32, kernel::Year> = BTreeMap::new();
    for visit in told.visits.iter().filter(|visit| visit.reverses.is_none()) {
        for bill in &apart(&visit.bill) {
            let (facts, wallet) = (&visit.facts, &visit.wallet);
            let retired_on = (facts.status == kernel::Status::Retired).then_some(kernel::Date::MIN);
            let person = name.to_string();
            let known = Known { timeline, person, retired_on, bill, facts, wallet, reverses: None };
            rows.extend(known.rows());
            let policy = timeline.on(bill.service).expect("a policy");
            let year = years.entry(visit.benefit_year);
            let year = year
                .or_insert_with(|| kernel::Year::new(visit.benefit_year, &timeline.accumulators));
            let Ok((settlement, trace)) =
                kernel::adjudicate_traced(policy, facts, year, wallet, bill)
            else {
                continue;
            };
            let of_year = |limit: u16| {
                let limit = &policy.limits[usize::from(limit)];
                let accumulator = &policy.accumulators[usize::from(limit.accumulator.0)];
                accumulator.period == kernel::policy::Period::BenefitYear
            };
            let bit = trace.steps.iter().filter(|step| step.amount < step.from);
            let bit: Vec<i64> = bit
                .filter_map(|step| match step.kind {
                    StepKind::PaymentLimit(limit) if of_year(limit) => {
                        Some((step.from - step.amount).get())
                    }
                    StepKind::SpendingLimit(limit) if of_year(limit) => Some(0),
                    _ => None,
                })
                .collect();
            if !bit.is_empty() {
                cut.push(bit.iter().sum());
            }
            year.post(&settlement.moves);
        }
    }
    (rows, cut)
}

/// Holds what the fold says of limits to the traces; returns people who were limited, and of them those that the tables took.
fn limits_agree(named: &str, timeline: &Timeline, shape: &Shape, seeds: u64) -> (u64, u64) {
    let (mut rows, mut expected) = (Vec::new(), BTreeMap::new());
    for (index, person) in people(shape, seeds, 60).into_iter().enumerate() {
        let name = format!("测试{index}");
        let (own, cut) = apart_and_cut(timeline, &name, &Told::new(timeline, &person));
        if !own.is_empty() {
            rows.extend(own);
            expected.insert(name, cut);
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write(&path, &rows);
    let source = Source::read(&reading(&path)).expect("claims");
    let counted = Mutex::new(BTreeMap::new());
    let all = 0..source.buckets();
    let result =
        run(&source, &[timeline, timeline], all, 2, |_| Ok(Naive(&counted)), |_| ()).expect("run");
    let years = counted.into_inner().expect("nobody panicked");
    for (name, year) in &years {
        let cut = &expected[name];
        let expected = (cut.len() as u64, cut.iter().sum());
        assert_eq!(year.limited[0], expected, "{named}: {name}");
    }
    let limited = expected.values().filter(|cut| !cut.is_empty()).count() as u64;
    assert_eq!(result.totals.people.all_above_limit(0).people, limited, "{named}");
    (limited, limited.saturating_sub(result.totals.control[0].general_people))
}

#[test]
fn every_path_of_the_fold_says_where_a_limit_bit() {
    let pool = "limit.pool-year.amount=[{yuan=700}]";
    let (mut limited, mut by_tables) = (0, 0);
    for set in [&[LOW][..], &[pool], &[LOW, pool]] {
        let (some, tables) = limits_agree(&set.join(" "), &changed(set), &chongqing::shape(), 0);
        assert!(some > 5, "{set:?}");
        limited += some;
        by_tables += tables;
    }
    for seed in 0..60 {
        let spec = random_policy::draw(seed);
        let file = format!("{}-random/policy.md", random_policy::REGION);
        let library = Library::from_files([(file, spec.document())]);
        let region = library.region(random_policy::REGION, &Choice::default());
        let timeline = region.expect("a sound policy").timeline;
        let named = format!("policy {seed}");
        let (some, tables) = limits_agree(&named, &timeline, &spec.shape(), seed * 1000);
        limited += some;
        by_tables += tables;
    }
    assert!(limited > 100 && by_tables > 20, "{limited} limited, {by_tables} by the tables");
}

#[test]
fn a_store_keeps_what_institutions_are_called() {
    let timeline = shipped("500000");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write(&path, &claims(&timeline));
    let source = Source::read(&reading(&path)).expect("claims");
    let place = folder.path().join("store");
    let manifest = store::group(&source, &place, 2, |_| ()).expect("a store");
    assert_eq!(manifest.institutions, source.institutions().len());
    assert!(manifest.institutions > 1);
    // A store of before names none.
    let named = format!("\"institutions\": {}", manifest.institutions);
    let text = std::fs::read_to_string(place.join("manifest.json")).expect("a manifest");
    assert!(text.contains(&named), "{text}");
    let without = text.replace(&format!(",\n  {named}"), "");
    std::fs::write(place.join("manifest.json"), &without).expect("written");
    assert!(without.len() < text.len());
    assert!(Store::open(&place).expect("an older store").institutions().is_empty());
    // One whose names are gone is not sound.
    std::fs::write(place.join("manifest.json"), text).expect("written");
    std::fs::remove_file(place.join("institutions.parquet")).expect("removed");
    let gone = Store::open(&place).err().expect("not sound");
    assert!(gone.en.contains("institutions.parquet"), "{gone}");
}

#[test]
fn explained_claims_add_up_to_the_difference_of_the_person() {
    let (before, after) = (shipped("500000"), changed(&[LOW, FREE]));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write(&path, &claims(&before));
    let dealt = Source::read(&reading(&path)).expect("claims");
    store::group(&dealt, &folder.path().join("store"), 2, |_| ()).expect("a store");
    let stored = Source::stored(Store::open(&folder.path().join("store")).expect("the store"));
    assert_eq!(stored.institutions(), dealt.institutions());
    let first = dealt.institutions();
    assert_eq!(first.name(2), Some("1"), "institutions that are numbers go by the number");
    for source in [dealt, stored] {
        let all = 0..source.buckets();
        let result = run(&source, &[&before, &after], all, 1, |_| Ok(simulate::NoRows), |_| ());
        let people = result.expect("a result").totals.people;
        let examples: Vec<_> = people.most_gained.iter().chain(&people.most_lost).collect();
        assert!(!people.most_gained.is_empty() && !people.most_lost.is_empty());
        let mut names: Vec<String> =
            examples.iter().map(|example| example.person.clone()).collect();
        names.push("nobody".into());
        let found = find(&source, &names).expect("claims");
        assert_eq!(found.len(), examples.len(), "nobody is not there");
        for (found, example) in found.iter().zip(examples) {
            assert_eq!(found.person, example.person);
            let paid = |timeline: &Timeline| {
                let explained = explain(timeline, source.profiles(), found).expect("settled");
                let cited = explained.iter().any(|claim| match &claim.came {
                    Came::Settled(settled) => !settled.trace.steps.is_empty(),
                    _ => false,
                });
                assert!(cited);
                explained.iter().map(simulate::example::Explained::paid).sum::<i64>()
            };
            assert_eq!(paid(&after) - paid(&before), example.difference, "{}", found.person);
        }
    }
}
