//! Person-years folded again after late retirements: found, proposed, approved and posted, and the books checked afterwards.

use crate::callers::{self, Until};
use crate::clock::WallClock;
use crate::inside::{self, Books};
use crate::measured;
use crate::spent::Of;
use crate::tools::Tools;
use agency::core::{Clock as _, Core, Settings};
use agency::recalculation::{Report, Run, RunAsked, Step, Watch};
use agency::town::CHONGQING;
use agency::{Agency, books};
use anyhow::{Result, bail, ensure};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use store::Store;

/// How recalculation is measured.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct RecalculationArgs {
    /// Where the books are
    #[arg(long, value_enum, default_value = "postgres")]
    store: Books,
    /// Person-years
    #[arg(long, default_value = "100000")]
    people: u32,
    /// Settlements of each
    #[arg(long, default_value = "6")]
    claims: u64,
    /// Person-years a page, which is one commit
    #[arg(long, default_value = "256")]
    page: usize,
    /// Lanes side by side; one more than the store has writers if not given
    #[arg(long)]
    lanes: Option<usize>,
    /// On PostgreSQL: what the statements cost, as `pg_stat_statements` sees it, which slows them a little
    #[arg(long)]
    statements: bool,
}

/// Bytes of a settlement, a correction, a filed correction and a proposal.
const SIZES: &str = "SELECT (SELECT avg(length(record)) FROM entry WHERE kind = 1)::int, \
    (SELECT avg(length(record)) FROM entry WHERE kind = 6)::int, \
    (SELECT avg(length(body)) FROM document WHERE kind = 'correction')::int, \
    (SELECT avg(length(body)) FROM document WHERE kind = 'recalculation-proposal' AND state = 2)::int";

/// Measures.
///
/// # Errors
/// What failed.
pub(crate) fn run(args: &RecalculationArgs) -> Result<()> {
    match args.store {
        Books::Sqlite => {
            let folder = tempfile::tempdir()?;
            let store: Arc<dyn Store> = Arc::new(store::sqlite::Sqlite::open(folder.path())?);
            measure(args, &store, None)
        }
        Books::Postgres => {
            let library = [("shared_preload_libraries", "pg_stat_statements")];
            let cluster = measured::cluster(if args.statements { &library } else { &[] })?;
            let tools = Tools { connection: cluster.connection_string() };
            println!("{}", tools.statement("SELECT version()")?);
            if args.statements {
                tools.statement("CREATE EXTENSION pg_stat_statements")?;
            }
            let store = store::postgres::Postgres::open(&cluster.connection_string())?;
            let store: Arc<dyn Store> = Arc::new(store);
            measure(args, &store, Some(&tools))?;
            let sizes = tools.statement(SIZES)?.replace('|', ", ");
            println!("bytes of a settlement, a correction, its document, a proposal: {sizes}");
            Ok(())
        }
    }
}

fn measure(args: &RecalculationArgs, store: &Arc<dyn Store>, tools: Option<&Tools>) -> Result<()> {
    let residents = inside::settle_in(&**store, args.people, WallClock.now())?;
    let mut residents = residents.again_and_again();
    let (library, choice) = (policy::Library::shipped(), inside::choice());
    let agency = Agency::open(store.clone(), &library, &choice, Arc::new(WallClock), 1)?;
    let agency = Arc::new(agency);
    let settings = Settings { batch: 128, queue: 100_000, ..Settings::default() };
    let core = Core::start(agency.clone(), settings)?;
    let settlements = Until::Settled(u64::from(args.people) * args.claims);
    let settled = callers::run(&core, &mut residents, 64, settlements, &WallClock)?;
    println!("{} settlements, {settled}", settled.settled);
    let began = Instant::now();
    residents.retire(&**store, agency.regions(), WallClock.now())?;
    println!("late retirements imported within {} ms", began.elapsed().as_millis());

    let database = tools.map(|tools| Of::database(&tools.statement("SHOW data_directory")?));
    let database = database.transpose()?;
    let reset = || -> Result<()> {
        if let Some(tools) = tools.filter(|_| args.statements) {
            tools.statement("SELECT pg_stat_statements_reset()")?;
        }
        Ok(())
    };
    let dearest = || -> Result<()> {
        if let Some(tools) = tools.filter(|_| args.statements) {
            println!("{}", tools.statement(inside::DEAREST)?);
        }
        Ok(())
    };
    reset()?;
    let database = database.as_ref();
    let proposing = Measured::of(args, &agency, database, "one", Step::Propose)?;
    println!("proposed: {proposing}");
    dearest()?;
    reset()?;
    let approving = Measured::of(args, &agency, database, "two", Step::Approve)?;
    println!("approved and posted: {approving}");
    dearest()?;
    let millis = proposing.millis + approving.millis;
    println!("in all: {} person-years within {millis} ms", approving.done);
    ensure!(approving.done == u64::from(args.people), "{} of {}", approving.done, args.people);
    core.close();
    let options = books::Options::default();
    let report = books::check(&**store, agency.regions(), options, &mut |_| {})?;
    if let Some(fault) = report.faults.first() {
        bail!("{}", fault.text(true));
    }
    println!("{} entries in balance", report.counts.entries);
    Ok(())
}

/// What working off came to.
struct Measured {
    done: u64,
    changed: u64,
    millis: u128,
    /// Processor time of the database and of ourselves, microseconds.
    micros: [u64; 2],
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Measured { done, changed, millis, micros } = self;
        let rate = u128::from(*done) * 1_000 / millis.max(&1);
        let [database, ourselves] = micros.map(|it| it / done.max(&1));
        write!(
            f,
            "{done} person-years, {changed} settlements differ, {millis} ms, {rate}/s; processor: \
             database {database} µs + ourselves {ourselves} µs a person-year"
        )
    }
}

impl Measured {
    fn of(
        args: &RecalculationArgs,
        agency: &Agency,
        database: Option<&Of>,
        by: &str,
        step: Step,
    ) -> Result<Measured> {
        let used = || -> Result<[u64; 2]> {
            Ok([database.map_or(Ok(0), Of::micros)?, Of::Ourselves.micros()?])
        };
        let (began, before) = (Instant::now(), used()?);
        let (page, lanes) = (args.page, args.lanes);
        let asked = RunAsked { area: CHONGQING, step, by: Arc::from(by), page, lanes };
        let run = Run::begin(agency, asked)?;
        let refused = Mutex::new(None);
        let watch = Watch {
            moved: &|_| {},
            refused: &|item, why| {
                *refused.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some(format!("{} {}: {why}", item.person.person, item.year));
            },
            stop: &AtomicBool::new(false),
        };
        let Report { tally, refused: count, .. } = run.finish(&watch)?;
        run.close()?;
        let (millis, after) = (began.elapsed().as_millis(), used()?);
        ensure!(count == 0, "{count} refused: {refused:?}");
        let micros = [after[0] - before[0], after[1] - before[1]];
        Ok(Measured { done: tally.done, changed: tally.settlements, millis, micros })
    }
}
