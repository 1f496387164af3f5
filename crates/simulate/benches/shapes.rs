//! The fold alone, claims in memory, one thread, under policies of other shapes than the common one: what two bands, a limit
//! by month and the like cost, and what the same claims cost bill by bill.
//!
//!     cargo bench -p gongji-simulate --bench shapes -- STORE [SHAPE …]
//!     cargo bench -p gongji-simulate --bench shapes -- STORE REGION
//!
//! STORE is the store of 20 million claims that `province` makes; with a region, any, and it is settled by the region's
//! documents as they are.

use kernel::Timeline;
use policy::{Choice, Library};
use simulate::{Claims, Fold, More, Outcome, Source, Store, Tables};
use std::path::Path;
use std::time::{Duration, Instant};

const BANDS: &[&str] = &[
    "programme.ordinary.bands.basis=spending",
    "programme.ordinary.bands.upto=[\"2000\"]",
    "programme.ordinary.bands.last=open",
    "programme.ordinary.share.rate=[{band=1,rate=\"50%\"},{band=2,rate=\"70%\"}]",
];
const MONTH: &[&str] = &["programme.ordinary.limit.ordinary-year.period=month"];
const VISIT: &[&str] = &["programme.ordinary.deductible.period=visit"];
const DAY: &[&str] = &["programme.ordinary.deductible.period=day-institution"];
const NUMBER: &[&str] = &[
    "programme.ordinary.deductible.amount=[{visit=\"<3\",yuan=60},{visit=\">=3\",yuan=20}]",
    "programme.ordinary.deductible.period=visit",
];

/// Names a shape, what is stated over the documents of Chongqing, and what is done to the claims.
type Shape = (&'static str, &'static [&'static [&'static str]], Done);

#[derive(Clone, Copy, PartialEq)]
enum Done {
    Nothing,
    /// One claim of fifty takes back the one before, one of forty is a further part of the one before.
    Reversed,
}

const SHAPES: &[Shape] = &[
    ("common", &[], Done::Nothing),
    ("two bands", &[BANDS], Done::Nothing),
    ("limit by month", &[MONTH], Done::Nothing),
    ("two bands, limit by month", &[BANDS, MONTH], Done::Nothing),
    ("deductible by visit", &[VISIT], Done::Nothing),
    ("deductible by day and institution", &[DAY], Done::Nothing),
    ("deductible by number of the visit", &[NUMBER], Done::Nothing),
    ("common, reversals and parts", &[], Done::Reversed),
    ("two bands, reversals and parts", &[BANDS], Done::Reversed),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [folder, wanted @ ..] = &args[..] else {
        eprintln!("usage: STORE [SHAPE …]");
        return;
    };
    let source = Source::stored(Store::open(Path::new(folder)).expect("a store"));
    let mut taker = source.taker().expect("a taker");
    let mut buckets: Vec<Claims> = (0..source.buckets()).map(|_| Claims::default()).collect();
    for (bucket, claims) in buckets.iter_mut().enumerate() {
        taker.take(bucket, claims).expect("a bucket");
    }
    let library = Library::shipped();
    if let [region] = wanted
        && let Ok(region) = library.region(region, &Choice::default())
    {
        measure("as shipped", &region.timeline, &source, &buckets, Done::Nothing);
        return;
    }
    for (name, stated, done) in SHAPES {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        let set = stated.iter().copied().flatten().map(|set| (*set).to_string()).collect();
        let choice = Choice { set, ..Choice::default() };
        let timeline = match library.region("500000", &choice) {
            Ok(region) => region.timeline,
            Err(faults) => {
                eprintln!("{name}: {faults:?}");
                continue;
            }
        };
        measure(name, &timeline, &source, &buckets, *done);
    }
}

fn measure(name: &str, timeline: &Timeline, source: &Source, buckets: &[Claims], done: Done) {
    let start = Instant::now();
    let tables = Tables::compile(timeline, source.profiles()).expect("tables");
    let compiled = start.elapsed();
    let mut ways = simulate::Ways::default();
    let mut best = Duration::MAX;
    let (mut rows, mut paid) = (0, 0);
    for _ in 0..3 {
        let mut fold = Fold::new(&tables);
        let mut time = Duration::ZERO;
        (rows, paid) = (0, 0);
        for claims in buckets {
            let changed = (done == Done::Reversed).then(|| reversed(claims));
            let claims = changed.as_ref().unwrap_or(claims);
            time += folded(&mut fold, claims, &mut paid);
            rows += claims.rows();
        }
        assert!(fold.general().is_empty(), "{name}: {:?}", fold.general());
        best = best.min(time);
        ways = fold.ways();
    }
    let mut by_bill = Fold::bill_by_bill(&tables);
    let (mut some, mut of_some, mut time) = (0, 0, Duration::ZERO);
    for claims in buckets.iter().take(2) {
        let changed = (done == Done::Reversed).then(|| reversed(claims));
        let claims = changed.as_ref().unwrap_or(claims);
        time += folded(&mut by_bill, claims, &mut of_some);
        some += claims.rows();
    }
    println!(
        "{name}: {best:.3?}, {:.1} M claims/s; bill by bill {:.1} M claims/s; sum_paid={paid}; {} people of one \
         shape, {} walked; {} profiles compiled in {compiled:.3?}",
        millions(rows, best),
        millions(some, time),
        ways.one_shape,
        ways.walked,
        source.profiles().len(),
    );
}

/// Folds people some at a time.
fn folded(fold: &mut Fold<'_>, claims: &Claims, paid: &mut i64) -> Duration {
    let mut outcome = Outcome::default();
    let start = Instant::now();
    let mut person = 0;
    while person < claims.people.len() {
        let next = (person + 400).min(claims.people.len());
        fold.people(claims, person..next, &mut outcome);
        *paid += outcome.funds.iter().flatten().sum::<i64>();
        person = next;
    }
    start.elapsed()
}

/// The claims with some of them reversed, and some of them parts.
fn reversed(claims: &Claims) -> Claims {
    let rows = claims.rows();
    let mut claims = claims.clone();
    let mut more = More {
        back: vec![0; rows],
        joined: vec![false; rows],
        service: (0..rows).map(|row| claims.service(row)).collect(),
        institution: vec![0; rows],
        visit: vec![0; rows],
        outside: vec![0; rows],
        current: vec![0; rows],
        earlier: vec![0; rows],
    };
    for person in 0..claims.people.len() {
        let own = claims.rows_of(person);
        for row in own.start + 1..own.end {
            let before = row - 1;
            if more.joined[before] || more.back[before] != 0 {
                continue;
            }
            if row % 50 == 0 {
                more.back[row] = 1;
                more.service[row] = more.service[before];
                claims.profile[row] = claims.profile[before];
            } else if row % 40 == 0 {
                more.joined[row] = true;
                more.service[row] = more.service[before];
                claims.profile[row] = claims.profile[before];
            }
        }
    }
    claims.more = Some(more);
    claims
}

#[expect(clippy::cast_precision_loss, reason = "a rate to be read, not an amount")]
fn millions(rows: usize, time: Duration) -> f64 {
    rows as f64 / time.as_secs_f64() / 1e6
}
