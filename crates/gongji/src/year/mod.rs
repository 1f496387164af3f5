//! `gongji play-year`: a year of an invented town, played through the public interfaces, and judged.
//!
//! Shape: a [`Plan`] says which town. Who lives there ([`cast`]), what becomes of them ([`course`]), where they go
//! ([`encounters`]) and who cheats ([`frauds`]) is drawn beforehand and put in order of time ([`agenda`]). The
//! play ([`play`], [`turns`], [`duties`], [`clearing`]) takes one act after the other to a server in this process
//! ([`house`]): counters speak the national interface ([`counters`], [`visit`]), the staff the REST API ([`staff`]), files
//! are imported ([`files`]). The [`tally`] adds up what they are answered. At the end [`judge`] asks the books, by the
//! program and by plain SQL ([`sums`]), and [`report`] says what agrees. Nothing depends on the clock on the wall: the same
//! plan gives the same report.

pub mod house;
pub mod wire;
pub mod cast;
pub mod course;
pub mod encounters;
pub mod frauds;
pub mod agenda;
pub mod counters;
pub mod visit;
pub mod staff;
pub mod files;
pub mod tally;
pub mod play;
mod turns;
mod duties;
mod clearing;
mod supervision;
mod cases;
mod paper;
pub mod sums;
mod judge;
mod indicators;
pub mod report;

use crate::formats::FormFiles;
use crate::progress::Progress;
use crate::source::Source;
use agency::town;
use anyhow::{Context as _, Result};
use clap::Args;
use fastrand::Rng;
use house::House;
use kernel::{Date, Moment};
use play::Year;
use policy::{Choice, Library};
use report::Report;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use store::{Area, Store};
use sums::Sql;

/// Which town, and which year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The pooling area.
    pub area: Area,
    /// People at the beginning.
    pub people: u32,
    /// What chance is made of.
    pub seed: u64,
    /// The year.
    pub year: i32,
}

impl Plan {
    /// Chance, the same for the same purpose and number.
    #[must_use]
    pub fn dice(&self, purpose: &str, number: u32) -> Rng {
        // FNV-1a over everything that it depends on.
        let area = self.area.0.to_le_bytes();
        let (seed, number) = (self.seed.to_le_bytes(), number.to_le_bytes());
        let bytes = purpose.bytes().chain(area).chain(seed).chain(number);
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Rng::with_seed(hash)
    }

    /// 1 January.
    #[must_use]
    pub fn first_day(&self) -> Date {
        Date::from_ymd(self.year, 1, 1).unwrap_or(Date::MIN)
    }

    /// 31 December.
    #[must_use]
    pub fn last_day(&self) -> Date {
        Date::from_ymd(self.year, 12, 31).unwrap_or(Date::MIN)
    }

    /// The day so many days after 1 January, if it is of the year.
    #[must_use]
    pub fn day(&self, after: i32) -> Option<Date> {
        let day = Date::from_days(self.first_day().days() + after);
        (day <= self.last_day()).then_some(day)
    }

    /// When the books are opened: the day before the year.
    #[must_use]
    pub fn founded(&self) -> Moment {
        Moment(Moment::start_of(self.first_day().previous()).0 + 9 * 3_600_000)
    }

    /// One of the residents of whom each shows something, so that it happens in the smallest town too.
    #[must_use]
    pub fn shows(&self, who: &cast::Resident, what: u32) -> bool {
        who.number == what
    }
}

/// Plays the year into empty books and judges it. `told` hears how many acts are left, and the day.
///
/// # Errors
/// The books are not empty or cannot be used; something was refused that should have been done.
pub fn play(
    plan: &Plan,
    store: Arc<dyn Store>,
    sql: &Sql,
    law: (&Library, &Choice),
    folder: &Path,
    told: &mut dyn FnMut(usize, Date),
) -> Result<Report> {
    let at = plan.founded();
    town::furnish(&*store, plan.area, at)?;
    let house = House::open(store, law, plan.area, plan.seed, at)?;
    let mut year = Year::new(plan, &house, folder)?;
    year.play(told)?;
    let report = year.judge(sql)?;
    drop(year);
    house.stop()?;
    Ok(report)
}

/// What `gongji play-year` takes.
#[derive(Debug, Args)]
pub struct YearArgs {
    /// 统筹区：500000 或 450000 / region
    #[arg(long, value_name = "CODE", default_value = "500000")]
    region: String,
    /// 期初人数 / people at the beginning
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(40..=200_000))]
    people: u32,
    /// 种子：同一种子，同一年 / seed: the same seed, the same year
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// 年度 / the year
    #[arg(long, value_name = "YYYY", default_value_t = 2025, value_parser = clap::value_parser!(i32).range(2024..=2030))]
    year: i32,
    /// 账务库的数据目录（SQLite），须为空；缺省用临时目录 / an empty data directory; a temporary one if not given
    #[arg(long, value_name = "DIR", conflicts_with = "postgres")]
    data: Option<PathBuf>,
    /// 改用 PostgreSQL，须为空的数据库 / an empty PostgreSQL database instead
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// 报告另存为 JSON / the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where the report goes besides.
    #[command(flatten)]
    files: FormFiles,
}

/// Plays a year and prints what came of it. Exit code 1 if anything disagrees.
///
/// # Errors
/// Exit code 2: books that cannot be used, or that refuse what they should take.
pub fn run(args: &YearArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let area = Area::parse(&args.region).filter(|area| town::AREAS.contains(area));
    let area = area.with_context(|| {
        format!(
            "--region {}：{}",
            args.region,
            lang.pick("应为 500000 或 450000", "500000 or 450000")
        )
    })?;
    let plan = Plan { area, people: args.people, seed: args.seed, year: args.year };
    let temporary = temporary()?;
    let (store, sql): (Arc<dyn Store>, Sql) = match (&args.postgres, &args.data) {
        (Some(url), _) => (Arc::new(Postgres::open(url)?), Sql::Postgres(url.clone())),
        (None, data) => {
            let folder = data.as_deref().unwrap_or(temporary.path()).to_owned();
            (Arc::new(Sqlite::open(&folder)?), Sql::Sqlite(folder))
        }
    };
    let (library, choice) = (source.library()?, source.choice());
    let bar = Progress::alive(lang.pick("一年，已办的事", "the year, acts so far"));
    let law = (&library, &choice);
    let report = play(&plan, store, &sql, law, temporary.path(), &mut |_, _| bar.moved(1))?;
    drop(bar);
    report.print(lang, out)?;
    if let Some(path) = &args.json {
        report.save(path)?;
    }
    if !args.files.is_none() {
        report::form(&report).write(&args.files, lang, out)?;
    }
    Ok(if report.clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A folder that goes with the play; in memory where the system has such a place, since nothing of it is to last.
///
/// # Errors
/// The system has no room for it.
pub fn temporary() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).context("临时文件夹 / temporary folder")
}
