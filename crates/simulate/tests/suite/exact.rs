//! Simulations agree with the kernel, and through it with the reference, to the fen: for shipped and random policies, for
//! people who retire or change plan, for parts, reversals and limits used elsewhere, on every path of the fold.
//!
//! `GONGJI_SEED` is the first seed and `GONGJI_CASES` says how many policies there are.

use crate::reference::person_year as plain;
use crate::reference::random_person_year::{self, Shape};
use crate::reference::random_policy;
use crate::reference::{chongqing, guangxi};
use crate::told::Told;
use crate::written::{Known, Row, apart, write};
use kernel::fold::PersonYear;
use kernel::{Date, Event, Outcome, Timeline};
use policy::{Choice, Library};
use simulate::store::{Data, Table, texts};
use simulate::{
    Claims, Division, Fused, Mapping, Needless, NoRows, PersonName, Reading, Result, Rows, Source,
    Tables, Totals, run,
};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

/// By person: deductible and funds of every claim, in settlement order.
pub(crate) type Came = BTreeMap<String, Vec<[i64; 4]>>;

/// What the kernel makes of a person's bills one by one.
fn truth(timeline: &Timeline, told: &Told) -> Vec<[i64; 4]> {
    told.settle(timeline).iter().map(amounts).collect()
}

fn amounts(outcome: &Outcome) -> [i64; 4] {
    match outcome {
        Outcome::Settled(settlement) => {
            let [pool, large, subsidy] = settlement.funds.map(kernel::Fen::get);
            [settlement.deductible.get(), pool, large, subsidy]
        }
        Outcome::Imported | Outcome::Refused(_) => [0; 4],
    }
}

/// Collects what claims came to.
pub(crate) struct Collecting<'a>(pub(crate) &'a Mutex<Came>);

impl Rows for Collecting<'_> {
    fn take(
        &mut self,
        claims: &Claims,
        people: Range<usize>,
        outcomes: &[simulate::Outcome],
    ) -> Result<()> {
        let base = claims.first[people.start] as usize;
        let used: Vec<bool> = (0..claims.rows()).map(|row| is_use(claims, row)).collect();
        let mut came = self.0.lock().expect("nobody panicked");
        for person in people {
            let name = match &claims.people[person] {
                PersonName::Number(number) => number.to_string(),
                PersonName::Text(text) => text.to_string(),
            };
            let heads = claims.rows_of(person).filter(|row| {
                !used[*row] && claims.more.as_ref().is_none_or(|more| !more.joined[*row])
            });
            let of = |row: usize| {
                let outcome = &outcomes[0];
                let fund =
                    |number: usize| outcome.funds[number].get(row - base).copied().unwrap_or(0);
                [outcome.deductible[row - base], fund(0), fund(1), fund(2)]
            };
            came.insert(name, heads.map(of).collect());
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

/// Limits used elsewhere are written with this time, before all bills.
fn is_use(claims: &Claims, row: usize) -> bool {
    claims
        .more
        .as_ref()
        .is_some_and(|_| claims.time[row] < 1_704_067_200_000_000 + 366 * 86_400_000_000)
        && claims.time[row].rem_euclid(86_400_000_000) == 0
}

pub(crate) fn reading(path: &std::path::Path) -> Reading {
    Reading {
        files: vec![path.to_path_buf()],
        mapping: Mapping::none(),
        threads: 2,
        memory: 64 << 20,
        buckets: Some(16),
    }
}

fn simulated(timeline: &Timeline, rows: &[Row]) -> (Came, u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write(&path, rows);
    let source = Source::read(&reading(&path)).expect("sound claims");
    let came = Mutex::new(Came::new());
    let all = 0..source.buckets();
    let result =
        run(&source, &[timeline], all, 2, |_| Ok(Collecting(&came)), |_| ()).expect("a result");
    as_the_policy_looks(timeline, &path, &result.totals);
    (came.into_inner().expect("nobody panicked"), result.totals.control[0].general_people)
}

/// What the policy does not ask for makes no difference, not even to bands of age.
fn as_the_policy_looks(timeline: &Timeline, path: &std::path::Path, wanted: &Totals) {
    let mapping = Mapping::none().leaving_out(Needless::of(&[timeline], &Division::ALL));
    let source = Source::read(&Reading { mapping, ..reading(path) }).expect("sound claims");
    let all = 0..source.buckets();
    let result = run(&source, &[timeline], all, 2, |_| Ok(NoRows), |_| ()).expect("a result");
    let said = |totals: &Totals| {
        (totals.all_claimed(), totals.all_paid(0), totals.control.clone(), totals.people.clone())
    };
    assert_eq!(result.totals.segments, wanted.segments);
    assert!(said(&result.totals) == said(wanted), "{:?}", result.totals.control);
}

/// Rows in any order: what a seed makes of them.
pub(crate) fn shuffled(mut rows: Vec<Row>, seed: u64) -> Vec<Row> {
    let mut random = crate::reference::random::Random::from_seed(seed);
    for last in (1..rows.len()).rev() {
        rows.swap(last, random.index(last + 1));
    }
    rows
}

fn day(date: plain::Date) -> Date {
    let of = |part: u32| u8::try_from(part).expect("a month or day");
    Date::from_ymd(date.year, of(date.month), of(date.day)).expect("a day")
}

/// All rows of a person as they were told to the kernel.
pub(crate) fn rows_of(
    timeline: &Timeline,
    person: &plain::PersonYear,
    name: &str,
    told: &Told,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for visit in &told.visits {
        let known = Known {
            timeline,
            person: name.to_string(),
            retired_on: person.retired_on.map(day),
            bill: &visit.bill,
            facts: &visit.facts,
            wallet: &visit.wallet,
            reverses: visit.reverses.map(|original| original.0),
        };
        rows.extend(known.rows());
    }
    for import in &person.imported {
        let used = i64::try_from(import.used).expect("an amount");
        rows.push(Row::used(&rows[0].clone(), &import.limit, day(import.on), used));
    }
    rows
}

/// Returns how many people there were and how many were settled bill by bill.
fn agree(named: &str, timeline: &Timeline, people: &[plain::PersonYear]) -> (u64, u64) {
    let (mut rows, mut expected) = (Vec::new(), Came::new());
    for (index, person) in people.iter().enumerate() {
        let told = Told::new(timeline, person);
        let name = format!("测试{index}");
        rows.extend(rows_of(timeline, person, &name, &told));
        expected.insert(name, truth(timeline, &told));
    }
    let (came, general) = simulated(timeline, &shuffled(rows, people[0].seed));
    for (name, wanted) in &expected {
        assert_eq!(came.get(name), Some(wanted), "{named}, {name}");
    }
    (expected.len() as u64, general)
}

/// The same people, each fee line a bill of its own, nothing reversed, nothing used elsewhere: what entries take, if the
/// policy is of the common shape. Returns how many people there were and how many were settled bill by bill all the same.
fn agree_apart(named: &str, timeline: &Timeline, people: &[plain::PersonYear]) -> (u64, u64) {
    let (mut rows, mut expected) = (Vec::new(), Came::new());
    for (index, person) in people.iter().enumerate() {
        let told = Told::new(timeline, person);
        let name = index.to_string();
        let mut years: BTreeMap<i32, PersonYear<'_>> = BTreeMap::new();
        let visits: Vec<_> = told.visits.iter().filter(|visit| visit.reverses.is_none()).collect();
        let bills: Vec<Vec<_>> = visits.iter().map(|visit| apart(&visit.bill)).collect();
        let mut wanted = Vec::new();
        for (visit, bills) in visits.iter().zip(&bills) {
            let (facts, wallet) = (&visit.facts, &visit.wallet);
            for bill in bills {
                let year = years.entry(visit.benefit_year);
                let year = year.or_insert_with(|| PersonYear::new(timeline, visit.benefit_year));
                wanted.push(amounts(&year.apply(timeline, &Event::Settle { bill, facts, wallet })));
                let known = Known {
                    timeline,
                    person: name.clone(),
                    retired_on: person.retired_on.map(day),
                    bill,
                    facts,
                    wallet,
                    reverses: None,
                };
                rows.extend(known.rows());
            }
        }
        if !wanted.is_empty() {
            expected.insert(name, wanted);
        }
    }
    let (came, general) = simulated(timeline, &shuffled(rows, people[0].seed));
    for (name, wanted) in &expected {
        assert_eq!(came.get(name), Some(wanted), "{named}, person {name}, fee lines apart");
    }
    (expected.len() as u64, general)
}

fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

pub(crate) fn people(shape: &Shape, first: u64, count: u64) -> Vec<plain::PersonYear> {
    (first..first + count).map(|seed| random_person_year::draw(seed, shape)).collect()
}

/// People by shape of the policy, and those of them settled bill by bill.
type Shapes = BTreeMap<&'static str, (u64, u64)>;

#[test]
fn random_policies_come_to_the_same_as_bill_by_bill() {
    let (first, cases) = (asked("GONGJI_SEED", 0), asked("GONGJI_CASES", 300));
    let mut shapes = Shapes::new();
    for seed in first..first + cases {
        let spec = random_policy::draw(seed);
        let file = format!("{}-random/policy.md", random_policy::REGION);
        let library = Library::from_files([(file, spec.document())]);
        let region = library.region(random_policy::REGION, &Choice::default());
        let timeline = region.expect("a sound policy").timeline;
        let people = people(&spec.shape(), seed * 1000, 6);
        let named = format!("policy {seed}");
        let whole = agree(&named, &timeline, &people);
        let apart = agree_apart(&named, &timeline, &people);
        for shape in shapes_of(&spec) {
            let sums = shapes.entry(shape).or_default();
            *sums = (sums.0 + whole.0 + apart.0, sums.1 + whole.1 + apart.1);
        }
    }
    for shape in SHAPES.iter().filter(|_| cases >= 300) {
        let (all, general) = shapes.get(shape).copied().unwrap_or_default();
        assert!(all >= 100, "{shape}: drawn for {all} people only");
        assert_eq!(general, 0, "{shape}: of {all} people so many were settled bill by bill");
    }
}

/// What policies may have beyond the common shape.
const SHAPES: [&str; 17] = [
    "any",
    "bands of spending",
    "bands of payment",
    "by quarter",
    "by month",
    "by day and institution",
    "by visit",
    "kept apart by level or disease",
    "a ceiling over levels",
    "own account first",
    "fixed fees",
    "limits on spending",
    "excess to another fund",
    "excess to another programme",
    "visits are counted",
    "half to even",
    "the highest limit of the plans held",
];

fn shapes_of(spec: &random_policy::Spec) -> Vec<&'static str> {
    use random_policy::{
        Above, BandBasis, Benefit, Condition, LimitBasis, Per, Period, PlanChange,
    };
    let costs = || {
        spec.programmes.iter().filter_map(|programme| match &programme.benefit {
            Benefit::Shared(cost) => Some(cost),
            Benefit::FixedFee(_) => None,
        })
    };
    let limits = || costs().flat_map(|cost| &cost.limits).chain(&spec.shared_limits);
    let deductibles = || costs().filter_map(|cost| cost.deductible.as_ref());
    let by = |period: Period| {
        limits().any(|limit| limit.period == period)
            || deductibles().any(|deductible| deductible.period == period)
    };
    let bands = |basis: BandBasis| {
        costs().any(|cost| cost.bands.as_ref().is_some_and(|bands| bands.basis == basis))
    };
    let counts = |rows: &[random_policy::Row]| {
        let mut conditions = rows.iter().flat_map(|row| &row.when);
        conditions.any(|condition| matches!(condition, Condition::VisitNumber(_)))
    };
    let per = limits().map(|limit| limit.per).chain(deductibles().map(|it| it.per));
    let of_spending = |limit: &random_policy::Limit| limit.basis != LimitBasis::Payment;
    let holds = [
        true,
        bands(BandBasis::Spending),
        bands(BandBasis::Payment),
        by(Period::Quarter),
        by(Period::Month),
        by(Period::DayInstitution),
        by(Period::Visit),
        per.into_iter().any(|per| per != Per::None),
        deductibles().any(|deductible| deductible.ceiling.is_some()),
        costs().any(|cost| cost.own_account_first.is_some()),
        costs().count() < spec.programmes.len(),
        limits().any(of_spending),
        limits().any(|limit| matches!(limit.above, Above::Payer { .. })),
        limits().any(|limit| matches!(limit.above, Above::Programme(_))),
        costs().any(|cost| counts(&cost.rate)) || deductibles().any(|it| counts(&it.amount)),
        spec.rounding == crate::reference::money::Rounding::HalfEven,
        spec.plan_change == PlanChange::Highest,
    ];
    SHAPES.into_iter().zip(holds).filter(|(_, holds)| *holds).map(|(shape, _)| shape).collect()
}

pub(crate) fn shipped(region: &str) -> Timeline {
    Library::shipped().region(region, &Choice::default()).expect("a sound region").timeline
}

#[test]
fn shipped_policies_come_to_the_same_as_bill_by_bill() {
    for (region, shape) in [("500000", chongqing::shape()), ("450000", guangxi::shape())] {
        let timeline = shipped(region);
        for block in 0..20 {
            let people = people(&shape, block * 100, 100);
            let (_, whole) = agree(region, &timeline, &people);
            let (_, apart) = agree_apart(region, &timeline, &people);
            assert_eq!((whole, apart), (0, 0), "settled bill by bill in {region}");
        }
    }
}

/// A region with values stated over its documents.
fn changed(region: &str, set: &str) -> Timeline {
    let choice = Choice { set: vec![set.to_string()], ..Choice::default() };
    Library::shipped().region(region, &choice).expect("a sound change").timeline
}

fn deductible(active: i64, retired: i64) -> String {
    format!(
        "programme.ordinary.deductible.amount=[{{status=\"active\",yuan={active}}},\
         {{status=\"retired\",yuan={retired}}}]"
    )
}

/// From a day on the last policy of another timeline holds.
pub(crate) fn supersede(timeline: &mut Timeline, after: &Timeline, change: Date) {
    timeline.policies.retain(|policy| policy.from < change);
    timeline.policies.last_mut().expect("a policy").to = change.previous();
    let mut later = after.policies.last().expect("a policy").clone();
    later.from = change;
    timeline.policies.push(later);
}

#[test]
fn a_policy_that_changes_within_the_year_comes_to_the_same_as_bill_by_bill() {
    let (mut timeline, after) = (shipped("500000"), changed("500000", &deductible(450, 50)));
    let change = Date::parse("2024-04-16").expect("a day");
    supersede(&mut timeline, &after, change);
    for block in 0..10 {
        let people = people(&chongqing::shape(), block * 100, 100);
        let (_, whole) = agree("a change in April", &timeline, &people);
        let (_, apart) = agree_apart("a change in April", &timeline, &people);
        assert_eq!((whole, apart), (0, 0), "settled bill by bill");
    }
}

/// Claims as a file of the bench has them: nothing but what the common shape takes.
pub(crate) fn write_plain(path: &std::path::Path, most: i128) {
    let mut random = crate::reference::random::Random::from_seed(1);
    let mut number =
        |least, most| i64::try_from(random.between(least, most)).expect("a small number");
    let mut columns = [(); 4].map(|()| Vec::new());
    for row in 0..4000 {
        columns[0].push(number(0, 199));
        columns[1].push(number(1, 3));
        columns[2].push(number(1, most));
        columns[3].push(1_704_100_000_000_000 + row * 7_000_000_000);
    }
    let retired: Vec<bool> = columns[0].iter().map(|person| person % 3 == 0).collect();
    let plans = texts(&vec!["employer".into(); retired.len()]);
    let mut table = Table::new(path);
    let [person, tier, amount, time] = &columns;
    let written = table.group(&[
        ("person_id", Data::Number(person)),
        ("retired", Data::Flag(&retired)),
        ("plan", Data::Text(&plans)),
        ("tier", Data::Number(tier)),
        ("in_scope_fen", Data::Number(amount)),
        ("ts", Data::Number(time)),
    ]);
    written.expect("a row group");
    table.finish().expect("a file");
}

#[test]
fn many_policies_in_one_pass_come_to_the_same_as_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write_plain(&path, 400_000);
    let timelines: Vec<Timeline> = (0..19)
        .map(|step| changed("500000", &deductible(100 + step * 35, 50 + step * 20)))
        .collect();
    let source = Source::read(&reading(&path)).expect("claims");
    let tables = timelines.iter().map(|timeline| Tables::compile(timeline, source.profiles()));
    let tables: Vec<Tables<'_>> = tables.map(|tables| tables.expect("tables")).collect();
    let mut fused = Fused::new(&tables);
    assert!(fused.is_together());
    let (mut taker, mut claims) = (source.taker().expect("a taker"), Claims::default());
    for bucket in 0..source.buckets() {
        taker.take(bucket, &mut claims).expect("a bucket");
        fused.people(&claims, 0..claims.people.len());
    }
    for (index, timeline) in timelines.iter().enumerate() {
        let all = 0..source.buckets();
        let result = run(&source, &[timeline], all, 1, |_| Ok(NoRows), |_| ());
        let totals = result.expect("a result").totals;
        let paid = totals.all_paid(0);
        assert_eq!(totals.control[0].general_people, 0);
        assert_eq!(fused.sums().paid[index], paid.fund_payment());
        assert_eq!(fused.sums().deductible[index], paid.deductible);
    }
}
