//! Person-years folded again after late retirements: found, proposed, approved and posted, and the books checked afterwards.

use crate::callers::{self, Until};
use crate::clock::WallClock;
use crate::inside::{self, Books};
use crate::measured;
use agency::core::{Clock as _, Core, Settings};
use agency::recalculation::{After, Desk, Item, Step, pending, proposed};
use agency::town::CHONGQING;
use agency::{Agency, books};
use anyhow::{Context as _, Result, bail, ensure};
use std::sync::Arc;
use std::time::Instant;
use store::Store;
use store::queries::Answer;

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
    #[arg(long, default_value = "5")]
    claims: u64,
    /// Person-years a page
    #[arg(long, default_value = "1024")]
    page: usize,
    /// Threads that read and hand in
    #[arg(long, default_value = "4")]
    threads: usize,
}

/// Measures.
///
/// # Errors
/// What failed.
pub(crate) fn run(args: &RecalculationArgs) -> Result<()> {
    match args.store {
        Books::Sqlite => {
            let folder = tempfile::tempdir()?;
            measure(
                args,
                &(Arc::new(store::sqlite::Sqlite::open(folder.path())?) as Arc<dyn Store>),
            )
        }
        Books::Postgres => {
            let cluster = measured::cluster(&[])?;
            let store = store::postgres::Postgres::open(&cluster.connection_string())?;
            measure(args, &(Arc::new(store) as Arc<dyn Store>))
        }
    }
}

fn measure(args: &RecalculationArgs, store: &Arc<dyn Store>) -> Result<()> {
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

    let desk = |by: &str| Desk { agency: &agency, core: &core, by: Arc::from(by) };
    let proposing = Measured::of(args, &desk("one"), Step::Propose, |after| {
        pending(&**store, CHONGQING, after, args.page)
    })?;
    println!("proposed: {proposing}");
    let approving = Measured::of(args, &desk("two"), Step::Approve, |after| {
        proposed(&**store, CHONGQING, after, args.page)
    })?;
    println!("approved and posted: {approving}");
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
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Measured { done, changed, millis } = self;
        let rate = u128::from(*done) * 1_000 / millis.max(&1);
        write!(f, "{done} person-years, {changed} settlements differ, {millis} ms, {rate}/s")
    }
}

impl Measured {
    fn of(
        args: &RecalculationArgs,
        desk: &Desk<'_>,
        step: Step,
        page: impl Fn(&After) -> Answer<(Vec<Item>, Option<After>)>,
    ) -> Result<Measured> {
        let began = Instant::now();
        let (mut done, mut changed) = (0, 0);
        let mut after = After::default();
        while let (items, Some(next)) = page(&after)? {
            for reply in desk.all(&items, step, args.threads) {
                let proposal = reply.map_err(|refused| anyhow::anyhow!("{refused}"));
                changed += proposal.context("a person-year")?.changed.len() as u64;
                done += 1;
            }
            after = next;
        }
        Ok(Measured { done, changed, millis: began.elapsed().as_millis() })
    }
}
