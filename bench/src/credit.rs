//! The monthly credit run beside the plainest set-based SQL that writes the same rows, on two databases of one cluster.

use crate::clock::WallClock;
use crate::figures::Hundredths;
use crate::measured;
use crate::program::gongji;
use crate::spent::Of;
use crate::tools::Tools;
use agency::accounts::{CreditAsked, CreditRun};
use agency::core::Clock as _;
use agency::{Agency, regions::Regions};
use anyhow::{Result, anyhow, ensure};
use kernel::Month;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Area, Id};

/// How it is measured.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct CreditArgs {
    /// People
    #[arg(long, default_value = "1000000")]
    people: u32,
    /// Runs, each of another month
    #[arg(long, default_value = "3")]
    runs: u32,
    /// People a commit
    #[arg(long, default_value = "1000")]
    page: usize,
    /// Lanes side by side; one more than the store has writers if not given
    #[arg(long)]
    lanes: Option<usize>,
    /// Let `gongji check-books` look at our books afterwards
    #[arg(long)]
    check: bool,
}

const AREA: Area = Area(500_000);
/// What both databases must agree on: rows and their sizes, and the money.
const CONTENT: &str = "SELECT count(*), sum(length(record)), sum(length(postings)), \
    (SELECT sum(length(body)) FROM document WHERE kind = 'month'), \
    (SELECT sum(current_fen + earlier_fen) FROM standing) FROM entry";

/// Measures.
///
/// # Errors
/// What failed.
pub(crate) fn run(args: &CreditArgs) -> Result<()> {
    let cluster = measured::cluster(&[])?;
    let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("postgres");
    let now = WallClock.now();
    // Months of one calendar year, so that no year turns: the newest is this one.
    let newest = now.date().month();
    let (year, first) = (now.date().ymd().0, Month::new(2000, 1).unwrap_or(newest));
    let mut databases = Vec::new();
    for name in ["ours", "peer"] {
        let tools = Tools { connection: cluster.new_database(name)? };
        let store = store::postgres::Postgres::open(&tools.connection)?;
        let variables = [
            ("people", u64::from(args.people)),
            ("months", u64::from(args.runs)),
            ("month0", u64::try_from(newest.since(first))?),
            ("money_year", u64::try_from(year)?),
        ];
        tools.script(&scripts.join("credit_people.sql"), &variables)?;
        databases.push((tools, Arc::new(store)));
    }
    let [(ours, store), (peer, _)] = &databases[..] else { return Ok(()) };
    println!("{}", ours.statement("SELECT version()")?);
    let regions = Regions::compile(&policy::Library::shipped(), &policy::Choice::default())?;
    let clock = Arc::new(WallClock);
    let agency = Agency::with(store.clone(), Arc::new(regions), clock, 7)?;
    let (mut core, mut sql) = (Vec::new(), Vec::new());
    for number in 0..args.runs {
        let month = newest.plus(-i32::try_from(number)?);
        for tools in [ours, peer] {
            tools.statement("VACUUM ANALYZE")?;
            tools.statement("CHECKPOINT")?;
        }
        let database = Of::database(&ours.statement("SHOW data_directory")?)?;
        let micros = || Ok::<_, anyhow::Error>(database.micros()? + Of::Ourselves.micros()?);
        let before = micros()?;
        let spent = by_sql(peer, &scripts, month, first, year)?;
        let used = (micros()? - before) / u64::from(args.people);
        println!("sql  {month}: {:.2} s, processor: {used} µs a person", spent.as_secs_f64());
        sql.push(spent);
        ours.statement("CHECKPOINT")?;
        let before = micros()?;
        let spent = by_run(&agency, args, month)?;
        let used = (micros()? - before) / u64::from(args.people);
        println!("core {month}: {:.2} s, processor: {used} µs a person", spent.as_secs_f64());
        core.push(spent);
    }
    let [a, b] = [ours, peer].map(|tools| tools.statement(CONTENT));
    let (a, b) = (a?, b?);
    println!("entries|record|postings|months|held: core {a}, sql {b}");
    let fields = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (fields(&a), fields(&b));
    ensure!(a.first() == b.first() && a.last() == b.last(), "the books differ");
    let median = |all: &mut Vec<Duration>| {
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let (core, sql) = (median(&mut core), median(&mut sql));
    let ratio = core.as_millis() * 100 / sql.as_millis().max(1);
    let people = u128::from(args.people) * 1_000;
    let rate = |time: Duration| people / time.as_millis().max(1);
    println!("core: median {:.2} s, {} people/s", core.as_secs_f64(), rate(core));
    println!("sql:  median {:.2} s, {} people/s", sql.as_secs_f64(), rate(sql));
    println!("core takes {} times as long (bar: 1.50)", Hundredths(u64::try_from(ratio)?));
    if args.check {
        check(&ours.connection)?;
    }
    Ok(())
}

fn by_sql(
    tools: &Tools,
    scripts: &Path,
    month: Month,
    first: Month,
    year: i32,
) -> Result<Duration> {
    let now = WallClock.now();
    let id = format!("{:032x}", Id::at(now, 0).0);
    let [a, b, c, d] = [&id[..8], &id[8..12], &id[12..16], &id[16..20]];
    let script = std::fs::read_to_string(scripts.join("credit_peer.sql"))?;
    let script = script.replace(":'prefix'", &format!("'{a}-{b}-{c}-{d}-'"));
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), script)?;
    let variables = [
        ("month", u64::try_from(month.since(first))?),
        ("at", u64::try_from(now.0)?),
        ("year", u64::try_from(year)?),
    ];
    let began = Instant::now();
    tools.script(file.path(), &variables)?;
    Ok(began.elapsed())
}

fn by_run(agency: &Agency, args: &CreditArgs, month: Month) -> Result<Duration> {
    let asked =
        CreditAsked { area: AREA, month, take_back: false, page: args.page, lanes: args.lanes };
    let began = Instant::now();
    let run = CreditRun::begin(agency, asked).map_err(|error| anyhow!("{error}"))?;
    let report = run.finish(&|_| {}).map_err(|error| anyhow!("{error}"))?;
    let spent = began.elapsed();
    let people = u64::from(args.people);
    ensure!(report.tally.people == people, "{} people of {people}", report.tally.people);
    ensure!(report.tally.entries() == people, "{:?}", report.tally.skipped);
    Ok(spent)
}

fn check(connection: &str) -> Result<()> {
    let output =
        gongji()?.args(["check-books", "--lang", "en", "--postgres", connection]).output()?;
    let text = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "check-books: {}", String::from_utf8_lossy(&text));
    println!("{}", String::from_utf8_lossy(&text).trim());
    Ok(())
}
