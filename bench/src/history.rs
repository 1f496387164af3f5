//! Whether the rate depends on how much history the books hold: two databases on one cluster, the same people in both, a
//! little history in one and much in the other, measured in turns.
//!
//! The history is made by the program itself, for a few people over a year, and then copied in SQL with other people's names
//! (`bench/postgres/multiply.sql`): every row has the shape that the program gave it, and the books of every copy are right.

use crate::callers::Until;
use crate::clock::WallClock;
use crate::figures::Rates;
use crate::inside::{self, Inside};
use crate::measured;
use crate::program::gongji;
use crate::residents::Residents;
use crate::tools::Tools;
use agency::core::Clock;
use anyhow::{Result, ensure};
use cluster::Cluster;
use kernel::{Date, Moment};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// How it is measured.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct HistoryArgs {
    /// Settlements in the one database
    #[arg(long, default_value = "100000")]
    small: u64,
    /// Settlements in the other
    #[arg(long, default_value = "5000000")]
    large: u64,
    /// People, each with their part of the history
    #[arg(long, default_value = "300000")]
    people: u32,
    /// Runs on each
    #[arg(long, default_value = "3")]
    runs: usize,
    /// Seconds of each
    #[arg(long, default_value = "20")]
    seconds: u64,
    /// Callers at once
    #[arg(long, default_value = "64")]
    callers: usize,
}

/// People whose history is copied.
const ORIGINALS: u32 = 300;

/// The day on which the history happens. The core reads it; whoever hands in settlements moves it.
#[derive(Debug)]
pub(crate) struct Calendar(AtomicI64);

impl Clock for Calendar {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// Moves the calendar by a step whenever it is asked.
#[derive(Debug)]
pub(crate) struct Mover {
    calendar: Arc<Calendar>,
    step: i64,
}

impl Clock for Mover {
    fn now(&self) -> Moment {
        Moment(self.calendar.0.fetch_add(self.step, Ordering::Relaxed))
    }
}

/// Measures.
///
/// # Errors
/// What failed.
pub(crate) fn run(args: &HistoryArgs) -> Result<()> {
    let cluster = measured::cluster(&[])?;
    let mut small = Books::fill(&cluster, "small", args.small, args)?;
    let mut large = Books::fill(&cluster, "large", args.large, args)?;
    for number in 1..=args.runs {
        for books in [&mut small, &mut large] {
            let until = Until::Elapsed(Duration::from_secs(args.seconds));
            let run = books.inside.run(args.callers, until)?;
            println!("{} {number}: {run}", books.name);
            books.rates.push(run.rate);
        }
    }
    println!("{} settlements of history: {}", args.small, small.rates);
    println!("{} settlements of history: {}", args.large, large.rates);
    println!("ratio of the medians: {}", large.rates.over(&small.rates));
    drop(small);
    check(&cluster.connection_string_to("small"))
}

/// The copies are right: `gongji check-books` says so of the books that it can go through quickly.
fn check(connection: &str) -> Result<()> {
    let output =
        gongji()?.args(["check-books", "--lang", "en", "--postgres", connection]).output()?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    ensure!(output.status.success(), "check-books: {text}");
    println!("{}", text.trim());
    Ok(())
}

/// Books with a history.
struct Books {
    name: &'static str,
    inside: Inside,
    rates: Rates,
}

impl Books {
    fn fill(
        cluster: &Cluster,
        name: &'static str,
        settlements: u64,
        args: &HistoryArgs,
    ) -> Result<Books> {
        let began = Instant::now();
        let connection = cluster.new_database(name)?;
        let tools = Tools { connection: connection.clone() };
        let copies = args.people / ORIGINALS;
        let store = Arc::new(store::postgres::Postgres::open(&connection)?);
        let originals = settlements / u64::from(copies);
        let (calendar, mover) = year(originals);
        let residents = inside::settle_in(&*store, ORIGINALS, calendar.now())?.again_and_again();
        let mut inside = Inside::start(store.clone(), residents, calendar, Arc::new(mover))?;
        inside.run(1, Until::Settled(originals))?;
        drop(inside);
        multiply(&tools, copies)?;
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            tools.statement(statement)?;
        }
        let size = tools.statement(
            "SELECT (SELECT count(*) FROM entry WHERE kind = 1) || ' settlements of ' || \
             (SELECT count(*) FROM person WHERE person LIKE '98%') || ' people, ' || \
             pg_size_pretty(pg_database_size(current_database()))",
        )?;
        println!("{name}: {size}, made within {} s", began.elapsed().as_secs());
        let residents = Residents::copied(ORIGINALS, copies, WallClock.now());
        let inside = Inside::start(store, residents, Arc::new(WallClock), Arc::new(WallClock))?;
        Ok(Books { name, inside, rates: Rates::default() })
    }
}

/// From the second of January to yesterday, in as many steps as there are settlements.
fn year(settlements: u64) -> (Arc<Calendar>, Mover) {
    let today = WallClock.now().date();
    let first = Date::from_ymd(today.ymd().0, 1, 2).unwrap_or(today);
    through(first, today, settlements)
}

/// From the beginning of a day to the beginning of another, in so many steps.
pub(crate) fn through(from: Date, to: Date, settlements: u64) -> (Arc<Calendar>, Mover) {
    let (from, to) = (Moment::start_of(from).0, Moment::start_of(to).0);
    let step = (to - from) / i64::try_from(settlements).unwrap_or(i64::MAX).max(1);
    let calendar = Arc::new(Calendar(AtomicI64::new(from)));
    (calendar.clone(), Mover { calendar, step: step.max(1) })
}

/// Copies everything, on two connections at once, and takes the originals away.
fn multiply(tools: &Tools, copies: u32) -> Result<()> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres/multiply.sql");
    let copies = u64::from(copies);
    let halves = [(1, copies / 2), (copies / 2 + 1, copies)];
    std::thread::scope(|scope| {
        let tasks = halves.map(|(first, last)| {
            let script = &script;
            scope.spawn(move || tools.script(script, &[("first", first), ("last", last)]))
        });
        for task in tasks {
            task.join().map_err(|_| anyhow::anyhow!("a copy panicked"))??;
        }
        anyhow::Ok(())
    })?;
    // The ids of the originals end by chance, and one in some thousand as that of a copy.
    for table in ["person", "credential", "standing", "visit", "sheet", "entry", "message"] {
        tools.statement(&format!("DELETE FROM {table} WHERE person LIKE '98000000%'"))?;
    }
    tools.statement("DELETE FROM fact WHERE side = 0 AND subject LIKE '98000000%'")?;
    tools.statement("DELETE FROM document WHERE owner LIKE '98000000%'")?;
    Ok(())
}
