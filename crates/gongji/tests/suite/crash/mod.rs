//! Kill -9 under load at random moments, on the real stores: nothing acknowledged is lost, nothing is booked twice, and
//! whoever has no answer gets one by asking again.
//!
//! Institutions send purchases, visits, undos and repetitions and note what they sent and what they were answered
//! ([`intents`], [`counters`]). At a moment by chance the server is killed, or the database, or both. After the restart every
//! message without an answer is sent again or reversed. In the end the books are held against the notes and
//! against themselves ([`audit`], `gongji check-books`).
//!
//! `GONGJI_KILLS` says how many kills (a handful, unless it is set), `GONGJI_SEED` which.

mod audit;
mod counters;
mod intents;
mod program;

use cluster::Cluster;
use counters::Counter;
use fastrand::Rng;
use gongji::load::place::Place;
use intents::{Fate, Intent};
use program::{Program, gongji};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use store::{Area, Store};

/// People of the town: few, so that several messages of one person meet in a batch.
const PEOPLE: u32 = 400;
/// Counters that send at once.
const COUNTERS: u64 = 16;
/// The longest time between a start and a kill, milliseconds.
const LONGEST: u64 = 400;

/// What a kill hits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Victim {
    Server,
    Database,
    Both,
}

/// Books that outlive the server.
trait Books {
    /// The arguments that name them.
    fn arguments(&self) -> [String; 2];
    /// Opens them beside the server.
    fn open(&self) -> Box<dyn Store>;
    /// Kills, starts the database again if it was hit, and says what was.
    fn kill(&mut self, program: &mut Program, dice: &mut Rng) -> Victim;
}

struct Sqlite(tempfile::TempDir);

impl Books for Sqlite {
    fn arguments(&self) -> [String; 2] {
        ["--data".to_owned(), self.0.path().display().to_string()]
    }

    fn open(&self) -> Box<dyn Store> {
        Box::new(store::sqlite::Sqlite::open(self.0.path()).unwrap())
    }

    fn kill(&mut self, program: &mut Program, _: &mut Rng) -> Victim {
        program.kill();
        Victim::Server
    }
}

struct Postgres(Cluster);

impl Books for Postgres {
    fn arguments(&self) -> [String; 2] {
        ["--postgres".to_owned(), self.0.connection_string()]
    }

    fn open(&self) -> Box<dyn Store> {
        Box::new(store::postgres::Postgres::open(&self.0.connection_string()).unwrap())
    }

    fn kill(&mut self, program: &mut Program, dice: &mut Rng) -> Victim {
        let victim = [Victim::Server, Victim::Database, Victim::Both][dice.usize(..3)];
        if victim != Victim::Server {
            self.0.kill().unwrap();
        }
        if victim != Victim::Database {
            program.kill();
        }
        if victim != Victim::Server {
            self.0.restart().unwrap();
        }
        victim
    }
}

#[test]
fn kills_on_sqlite_lose_nothing_and_double_nothing() {
    survive("SQLite", &mut Sqlite(tempfile::tempdir().unwrap()));
}

#[test]
fn kills_on_postgresql_lose_nothing_and_double_nothing() {
    survive("PostgreSQL", &mut Postgres(Cluster::start(&Default::default()).unwrap()));
}

/// Runs the story on some books and prints what came of it.
fn survive(name: &str, books: &mut dyn Books) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (kills, seed) = (number("GONGJI_KILLS").unwrap_or(5), number("GONGJI_SEED").unwrap_or(1));
    let mut dice = Rng::with_seed(seed);
    let place = Rc::new(Place::town(PEOPLE, now().date()));
    let mut arguments = books.arguments().to_vec();
    arguments.extend(["--demo".to_owned(), "--setting".to_owned(), format!("town={PEOPLE}")]);

    let mut program = Program::start(&arguments);
    let (mut intents, mut doubts) = (Vec::new(), 0);
    for kill in 0..kills {
        let delay = Duration::from_millis(dice.u64(20..LONGEST));
        let (victim, sent) = drive(&place, &mut program, books, &mut dice, kill, delay);
        let (mut unknown, known): (Vec<_>, _) =
            sent.into_iter().partition(|intent| intent.fate == Fate::Unknown);
        if victim != Victim::Database {
            program = Program::start(&arguments);
        }
        let mut counter = Counter::new(&place, program.address, dice.fork(), format!("R{kill:03}"));
        block_on(counter.resolve(&mut unknown));
        doubts += unknown.len();
        intents.extend(known);
        intents.extend(unknown);
    }
    program.stop();
    let area: i32 = place.area.parse().unwrap();
    let (store, area) = (books.open(), Area(area));
    let tally = audit::audit(&*store, area, &intents);
    audit::balanced(&*store, area);
    drop(store);
    check_books(&books.arguments());
    println!(
        "{name}: {kills} kills (seed {seed}), {} messages, {doubts} of them without an answer; booked once {}, refused {}, \
         reversed after booking {}, reversed and never booked {}; lost 0, doubled 0; the books are right",
        intents.len(),
        tally.accepted,
        tally.refused,
        tally.taken_back,
        tally.never_booked,
    );
}

/// Sends from all counters until the kill breaks their connections. Returns what was killed, and what was sent.
fn drive(
    place: &Rc<Place>,
    program: &mut Program,
    books: &mut dyn Books,
    dice: &mut Rng,
    kill: u64,
    delay: Duration,
) -> (Victim, Vec<Intent>) {
    let counters = (0..COUNTERS).map(|place_| {
        let name = format!("K{kill:03}{place_:02}");
        Counter::new(place, program.address, dice.fork(), name)
    });
    let counters: Vec<_> = counters.collect();
    block_on(async {
        let over = Rc::new(Cell::new(false));
        let tasks = counters.into_iter().map(|mut counter| {
            let over = over.clone();
            tokio::task::spawn_local(async move {
                counter.work(&over).await;
                counter.sent
            })
        });
        let tasks: Vec<_> = tasks.collect();
        tokio::time::sleep(delay).await;
        let victim = books.kill(program, dice);
        over.set(true);
        let mut sent = Vec::new();
        for task in tasks {
            sent.extend(task.await.unwrap());
        }
        (victim, sent)
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, future)
}

/// What the program itself says of its books.
fn check_books(books: &[String; 2]) {
    let output = gongji().arg("check-books").args(books).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}

/// Now, by the region's wall clock.
fn now() -> kernel::Moment {
    gongji::load::run::beijing(std::time::SystemTime::now())
}
