//! The core in process: on PostgreSQL in turns with its peer, on the same cluster.

use crate::callers;
use crate::clock::WallClock;
use crate::figures::Rates;
use crate::measured;
use crate::peer::Peer;
use crate::residents::Residents;
use crate::tools::Tools;
use agency::core::{Clock as _, Core, Settings};
use agency::{Agency, regions::Regions};
use anyhow::{Context as _, Result};
use gongji::load::processor;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Store;

/// How the core is measured.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct InsideArgs {
    /// Where the books are
    #[arg(long, value_enum, default_value = "postgres")]
    store: Books,
    /// Residents; each settles once
    #[arg(long, default_value = "300000")]
    people: u32,
    /// Runs
    #[arg(long, default_value = "3")]
    runs: usize,
    /// Seconds of each
    #[arg(long, default_value = "20")]
    seconds: u64,
    /// Callers at once
    #[arg(long, default_value = "64")]
    callers: usize,
}

/// Where the books are.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Books {
    Sqlite,
    Postgres,
}

/// Measures.
///
/// # Errors
/// What failed.
pub(crate) fn run(args: &InsideArgs) -> Result<()> {
    match args.store {
        Books::Sqlite => {
            let folder = tempfile::tempdir()?;
            let store = Arc::new(store::sqlite::Sqlite::open(folder.path())?);
            let mut inside = Inside::open(store, args.people)?;
            let mut ours = Rates::default();
            for number in 1..=args.runs {
                ours.push(inside.run(number, args)?);
            }
            println!("core: {ours}");
        }
        Books::Postgres => {
            let cluster = measured::cluster()?;
            let tools = Tools { connection: cluster.connection_string() };
            println!("{}", tools.statement("SELECT version()")?);
            let mut peer = Peer::load(&tools, args.people)?;
            let mut rates = Rates::default();
            for number in 1..=args.runs {
                let run = peer.run(args.callers, args.seconds)?;
                println!("peer {number}: {}/s, {} on the average", run.rate, run.latency);
                rates.push(run.rate);
            }
            peer.check()?;
            println!("peer: {rates}");
        }
    }
    Ok(())
}

/// The core on some books, with residents who have not settled yet.
struct Inside {
    residents: Residents,
    core: Core,
}

impl Inside {
    fn open(store: Arc<dyn Store>, people: u32) -> Result<Inside> {
        let (library, choice) = (policy::Library::shipped(), policy::Choice::default());
        let regions = Regions::compile(&library, &choice).context("the shipped policies")?;
        let began = Instant::now();
        let residents = Residents::settle_in(&*store, &Arc::new(regions), people, WallClock.now())?;
        println!("{people} residents settled in within {} s", began.elapsed().as_secs());
        let agency = Agency::open(store, &library, &choice, Arc::new(WallClock), 1)?;
        let core = Core::start(Arc::new(agency), Settings::default())?;
        Ok(Inside { residents, core })
    }

    fn run(&mut self, number: usize, args: &InsideArgs) -> Result<u64> {
        let before = processor::micros(None);
        let duration = Duration::from_secs(args.seconds);
        let Inside { core, residents } = self;
        let run = callers::run(core, residents, args.callers, duration, WallClock.now())?;
        let spent = processor::micros(None).zip(before).map(|(after, before)| after - before);
        let each = spent.map(|spent| spent / run.settled.max(1)).unwrap_or_default();
        let callers::Run { rate, p99, .. } = run;
        println!("core {number}: {rate}/s, p99 {p99} µs, {each} µs of this process a settlement");
        Ok(rate)
    }
}
