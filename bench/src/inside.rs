//! The core in process: on PostgreSQL in turns with its peer, on the same cluster.

use crate::books;
use crate::callers::{self, Until};
use crate::clock::WallClock;
use crate::figures::{Hundredths, Rates};
use crate::measured;
use crate::peer::Peer;
use crate::residents::Residents;
use crate::spent::Of;
use crate::tools::Tools;
use agency::core::{Clock, Core, Settings};
use agency::town::CHONGQING;
use agency::{Agency, regions::Regions};
use anyhow::{Context as _, Result, ensure};
use kernel::Moment;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Id, Store};

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
    /// On PostgreSQL: what the core's statements cost, as `pg_stat_statements` sees it, which slows them a little
    #[arg(long)]
    statements: bool,
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
            measure(args, store, None)
        }
        Books::Postgres => {
            let library = [("shared_preload_libraries", "pg_stat_statements")];
            let cluster = measured::cluster(if args.statements { &library } else { &[] })?;
            let tools = Tools { connection: cluster.connection_string() };
            println!("{}", tools.statement("SELECT version()")?);
            let store = store::postgres::Postgres::open(&cluster.connection_string())?;
            let mut peer = Peer::load(&tools, args.people)?;
            if args.statements {
                tools.statement("CREATE EXTENSION pg_stat_statements")?;
            }
            measure(args, Arc::new(store), Some((&mut peer, &tools)))?;
            if args.statements {
                println!("{}", tools.statement(DEAREST)?);
            }
            Ok(())
        }
    }
}

/// Runs in turns, and checks both books afterwards.
fn measure(
    args: &InsideArgs,
    store: Arc<dyn Store>,
    peer: Option<(&mut Peer<'_>, &Tools)>,
) -> Result<()> {
    let residents = settle_in(&*store, args.people, WallClock.now())?;
    let (mut peer, tools) = peer.unzip();
    if let Some(tools) = tools.filter(|_| args.statements) {
        tools.statement("SELECT pg_stat_statements_reset()")?;
    }
    let mut inside = Inside::start(store, residents, Arc::new(WallClock), Arc::new(WallClock))?;
    let database = peer.as_ref().map(|peer| peer.settle_down()).transpose()?;
    let (mut ours, mut theirs) = (Rates::default(), Rates::default());
    for number in 1..=args.runs {
        if let Some(peer) = &mut peer {
            let (run, spent) = spent(&[database.as_ref(), Some(&Of::Children)], || {
                let run = peer.run(args.callers, args.seconds)?;
                Ok((run.settled, run))
            })?;
            println!("peer {number}: {run}, processor: {spent}");
            theirs.push(run.rate);
        }
        let until = Until::Elapsed(Duration::from_secs(args.seconds));
        let (run, spent) = spent(&[database.as_ref(), Some(&Of::Ourselves)], || {
            let run = inside.run(args.callers, until)?;
            Ok((run.settled, run))
        })?;
        println!("core {number}: {run}, processor: {spent}");
        ours.push(run.rate);
    }
    inside.check()?;
    println!("core: {ours}");
    if let Some(peer) = peer {
        peer.check()?;
        println!("peer: {theirs}");
        println!("ratio of the medians: {}", ours.over(&theirs));
    }
    Ok(())
}

/// Runs something that settles, and says what a settlement cost the database and whoever drove it.
fn spent<T>(of: &[Option<&Of>; 2], run: impl FnOnce() -> Result<(u64, T)>) -> Result<(T, String)> {
    let used = |of: &Option<&Of>| of.map(Of::micros).transpose();
    let before = of.iter().map(used).collect::<Result<Vec<_>>>()?;
    let (settled, run) = run()?;
    let after = of.iter().map(used).collect::<Result<Vec<_>>>()?;
    let each =
        |(before, after): (&Option<u64>, Option<u64>)| Some((after? - (*before)?) / settled.max(1));
    let each: Vec<_> = before.iter().zip(after).map(each).collect();
    let [database, driver] = [0, 1].map(|place| each.get(place).copied().flatten().unwrap_or(0));
    Ok((run, format!("database {database} µs + driver {driver} µs a settlement")))
}

/// Milliseconds, calls, rows, beginning of the dearest statements.
pub(crate) const DEAREST: &str = "SELECT total_exec_time::int, calls, rows, \
    left(regexp_replace(query, '\\s+', ' ', 'g'), 110) \
    FROM pg_stat_statements WHERE query !~ '^COPY|peer' ORDER BY 1 DESC LIMIT 25";

/// Switches by which pharmacies need no prescription: the fund pays purchases as it pays visits.
pub(crate) const SWITCHES: [&str; 2] = ["pharmacy.prescription=optional", "pharmacy.level=1"];

/// The core on some books, with residents who settle.
pub(crate) struct Inside {
    store: Arc<dyn Store>,
    pace: Arc<dyn Clock>,
    residents: Residents,
    core: Core,
    /// Before the first settlement.
    since: Id,
    settled: u64,
}

/// Settles residents into empty books.
///
/// # Errors
/// The store's own.
pub(crate) fn settle_in(store: &dyn Store, people: u32, at: Moment) -> Result<Residents> {
    let regions = Regions::compile(&policy::Library::shipped(), &choice());
    let began = Instant::now();
    let regions = Arc::new(regions.context("the shipped policies")?);
    let residents = Residents::settle_in(store, &regions, people, at)?;
    println!("{people} residents settled in within {} s", began.elapsed().as_secs());
    Ok(residents)
}

pub(crate) fn choice() -> policy::Choice {
    policy::Choice { set: SWITCHES.map(str::to_owned).to_vec(), ..Default::default() }
}

impl Inside {
    /// Starts a core on books with residents. `clock` is the core's; `pace` that of those who hand in settlements.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) fn start(
        store: Arc<dyn Store>,
        residents: Residents,
        clock: Arc<dyn Clock>,
        pace: Arc<dyn Clock>,
    ) -> Result<Inside> {
        let since = Id::first_at(clock.now());
        let library = policy::Library::shipped();
        let agency = Agency::open(store.clone(), &library, &choice(), clock, 1)?;
        let core = Core::start(Arc::new(agency), Settings::default())?;
        Ok(Inside { store, pace, residents, core, since, settled: 0 })
    }

    /// Settles.
    ///
    /// # Errors
    /// A refusal, or no residents left.
    pub(crate) fn run(&mut self, callers: usize, until: Until) -> Result<callers::Run> {
        let Inside { core, residents, pace, .. } = self;
        let run = callers::run(core, residents, callers, until, &**pace)?;
        self.settled += run.settled;
        Ok(run)
    }

    /// Every settlement that was answered is in the books, and the books balance.
    ///
    /// # Errors
    /// What is missing or does not balance.
    pub(crate) fn check(self) -> Result<()> {
        self.core.close();
        let found = books::check(&*self.store, CHONGQING, self.since)?;
        let books::Found { settlements, postings } = found;
        // Those under way when the time was up are in the books too.
        ensure!(settlements >= self.settled, "{settlements} of {} settlements", self.settled);
        let hundredths = Hundredths(postings * 100 / settlements.max(1));
        println!("core: {settlements} settlements in balance, {hundredths} postings each");
        Ok(())
    }
}
