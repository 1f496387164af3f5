//! Times a year of claims of a province: from files, from a store, and the fold alone with the claims in memory.
//!
//!     cargo bench -p gongji-simulate --bench province -- FILE.parquet STORE [--map …] [--value …]
//!
//! The store is made if it is not there. `bench/simulate/run` prepares the files and runs the peers beside it.

use kernel::Timeline;
use policy::{Choice, Grid, Library};
use simulate::behaviour::estimate;
use simulate::{
    Asked, Behaviour, Candidates, Claims, Fold, Fused, Mapping, NoRows, Outcome, Reading, Source,
    Store, Tables, run, store, sweep,
};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [file, folder, more @ ..] = &args[..] else {
        eprintln!("usage: FILE.parquet STORE");
        return;
    };
    let wanted = |what: &str| more.is_empty() || more.iter().any(|arg| arg == what);
    let library = Library::shipped();
    let timeline =
        library.region("500000", &Choice::default()).expect("Chongqing compiles").timeline;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if wanted("file") || wanted("file1") {
        for _ in 0..if wanted("file") { 3 } else { 1 } {
            let start = Instant::now();
            let source = Source::read(&reading(file, threads)).expect("claims");
            let read = start.elapsed();
            let result = totals(&source, &[&timeline], threads);
            println!(
                "from the file: {:.3} s (of it reading {:.3}); {result}",
                start.elapsed().as_secs_f64(),
                read.as_secs_f64()
            );
        }
    }
    let folder = Path::new(folder);
    if !Store::is_at(folder) {
        let start = Instant::now();
        let source =
            Source::read(&Reading { buckets: Some(64), ..reading(file, threads) }).expect("claims");
        store::group(&source, folder, threads, |_| ()).expect("a store");
        println!("grouped into a store: {:.3} s", start.elapsed().as_secs_f64());
    }
    if wanted("store") {
        for _ in 0..3 {
            let start = Instant::now();
            let source = Source::stored(Store::open(folder).expect("a store"));
            let result = totals(&source, &[&timeline], threads);
            println!("from the store: {:.3} s; {result}", start.elapsed().as_secs_f64());
        }
    }
    if wanted("fold") {
        fold(folder, &timeline);
    }
    if wanted("sixteen") {
        sixteen(folder);
    }
    if wanted("sweep") {
        for threads in [1, threads] {
            swept(folder, threads);
        }
    }
    if wanted("behaviour") {
        behaviour(folder, &timeline, &candidate(&library, 5), threads);
    }
}

/// A grid of 240 candidates from the store: compiled, decoded and counted with winners and losers.
fn swept(folder: &Path, threads: usize) {
    let source = Source::stored(Store::open(folder).expect("a store"));
    let asked = Asked::of(&Library::shipped(), "500000", Choice::default());
    let grid = Grid::read(&[
        "d=programme.ordinary.deductible.amount[status=active]=50..400 step 50".to_string(),
        "s=programme.ordinary.share.rate+=-10%..10% step 5%".to_string(),
        "l=programme.ordinary.limit.ordinary-year.amount*=0.75..1.5 step 0.15".to_string(),
    ]);
    let start = Instant::now();
    let candidates = Candidates::new(&asked, grid.expect("a grid"), 1_000).expect("candidates");
    let numbers: Vec<usize> = (0..candidates.count()).collect();
    let timelines = candidates.compile(&numbers, threads).expect("policies");
    let compiled = start.elapsed();
    let in_force = asked.sides().expect("a policy").remove(0).timeline;
    let timelines: Vec<&Timeline> = timelines.iter().collect();
    for _ in 0..2 {
        let start = Instant::now();
        let all = 0..source.buckets();
        let swept = sweep(&source, &in_force, &timelines, all, threads, |_| ()).expect("a sweep");
        let time = start.elapsed();
        let rows: u64 = swept.buckets.iter().map(|bucket| bucket.rows).sum();
        let policies = timelines.len() + 1;
        let rate = millions(usize::try_from(rows).unwrap_or(0) * policies, time);
        println!(
            "sweep of {} candidates, {threads} threads: compiled in {compiled:.3?}, {time:.3?} from the store, \
             {rate} M claim-policies/s; in force {}, last {}",
            timelines.len(),
            swept.all(0).paid(),
            swept.all(policies - 1).paid()
        );
    }
}

/// The estimate of behaviour with 200 replicates, from the store.
fn behaviour(folder: &Path, before: &Timeline, after: &Timeline, threads: usize) {
    let source = Source::stored(Store::open(folder).expect("a store"));
    let asked = Behaviour { elasticity: -2_000, seed: 1, replicates: 200 };
    let start = Instant::now();
    let all = 0..source.buckets();
    let found = estimate(&source, before, after, asked, all, threads, |_| ()).expect("an estimate");
    println!(
        "behaviour, 200 replicates, {threads} threads: {:.3?} from the store; claims {:?} became {:?}",
        start.elapsed(),
        found.figures.claimed[0],
        found.figures.responded[0]
    );
}

fn reading(file: &str, threads: usize) -> Reading {
    let values = ["plan.1=individual-1".to_string(), "plan.2=employer".to_string()];
    Reading {
        files: vec![PathBuf::from(file)],
        mapping: Mapping::read(&[], &values).expect("a mapping"),
        threads,
        memory: 256 << 20,
        buckets: None,
    }
}

fn totals(source: &Source, timelines: &[&Timeline], threads: usize) -> String {
    let result = run(source, timelines, 0..source.buckets(), threads, |_| Ok(NoRows), |_| ());
    let totals = result.expect("totals").totals;
    let (claimed, paid, control) = (totals.all_claimed(), totals.all_paid(0), &totals.control[0]);
    format!(
        "n={} sum_x={} sum_paid={} check={} paid_rows={} people one by one {}",
        claimed.claims,
        claimed.in_scope,
        paid.fund_payment(),
        control.check,
        control.paid_claims,
        control.general_people
    )
}

fn in_memory(source: &Source) -> Vec<Claims> {
    let mut taker = source.taker().expect("a taker");
    (0..source.buckets())
        .map(|bucket| {
            let mut claims = Claims::default();
            taker.take(bucket, &mut claims).expect("a bucket");
            claims
        })
        .collect()
}

/// The policy with the deductible 10 yuan and the limit 100 yuan more for each step.
fn candidate(library: &Library, step: u32) -> Timeline {
    let (active, retired) = (200 + 10 * step, 100 + 10 * step);
    let [two_active, two_retired, one_active, one_retired] =
        [3000, 4000, 800, 1200].map(|yuan| yuan + 100 * step);
    let second = "plan=[\"employer\",\"individual-2\",\"lump-sum\"]";
    let first = "plan=\"individual-1\"";
    let (a, r) = ("status=\"active\"", "status=\"retired\"");
    let set = vec![
        format!(
            "programme.ordinary.deductible.amount=[{{{a},yuan={active}}},{{{r},yuan={retired}}}]"
        ),
        format!(
            "programme.ordinary.limit.ordinary-year.amount=[\
             {{{second},{a},yuan={two_active}}},{{{second},{r},yuan={two_retired}}},\
             {{{first},{a},yuan={one_active}}},{{{first},{r},yuan={one_retired}}}]"
        ),
    ];
    let choice = Choice { set, ..Choice::default() };
    library.region("500000", &choice).expect("a candidate compiles").timeline
}

/// Sixteen candidates in one pass, one thread.
fn sixteen(folder: &Path) {
    let source = Source::stored(Store::open(folder).expect("a store"));
    let buckets = in_memory(&source);
    let rows: usize = buckets.iter().map(Claims::rows).sum();
    let library = Library::shipped();
    let timelines: Vec<Timeline> = (0..16).map(|step| candidate(&library, step)).collect();
    let tables = timelines.iter().map(|timeline| Tables::compile(timeline, source.profiles()));
    let tables: Vec<Tables<'_>> = tables.map(|tables| tables.expect("tables")).collect();
    for _ in 0..3 {
        let mut fused = Fused::new(&tables);
        let start = Instant::now();
        for claims in &buckets {
            fused.people(claims, 0..claims.people.len());
        }
        let time = start.elapsed();
        let (rate, paid) = (millions(rows * 16, time), &fused.sums().paid);
        println!(
            "16 policies in one pass, 1 thread: {time:.3?}, {rate} M claim-policies/s; together {}; out[0]={} out[15]={}",
            fused.is_together(),
            paid[0],
            paid[15]
        );
    }
}

/// Claims in memory, one thread: the fold and nothing else.
fn fold(folder: &Path, timeline: &Timeline) {
    let source = Source::stored(Store::open(folder).expect("a store"));
    let buckets = in_memory(&source);
    let rows: usize = buckets.iter().map(Claims::rows).sum();
    let tables = Tables::compile(timeline, source.profiles()).expect("tables");
    for _ in 0..3 {
        let (mut fold, mut outcome) = (Fold::new(&tables), Outcome::default());
        let start = Instant::now();
        let mut sum = 0_i64;
        for claims in &buckets {
            let mut person = 0;
            while person < claims.people.len() {
                let next = (person + 400).min(claims.people.len());
                fold.people(claims, person..next, &mut outcome);
                sum += outcome.funds[0].iter().sum::<i64>();
                person = next;
            }
        }
        let time = start.elapsed();
        let rate = millions(rows, time);
        println!("fold alone, 1 thread: {time:.3?}, {rate} M claims/s; sum_paid={sum}");
    }
}

/// Millions a second.
fn millions(rows: usize, time: Duration) -> u128 {
    rows as u128 / time.as_micros().max(1)
}
