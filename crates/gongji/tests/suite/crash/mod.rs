//! Kill -9 under load at random moments, on the real stores: nothing acknowledged is lost, nothing is booked twice, and
//! whoever has no answer gets one by asking again.
//!
//! Institutions send purchases, visits, undos and repetitions and note what they sent and what they were answered
//! ([`intents`], [`counters`]). At a moment by chance the server is killed, or the database, or both. After the restart every
//! message without an answer is sent again or reversed. In the end the books are held against the notes and
//! against themselves ([`audit`]).
//!
//! `GONGJI_KILLS` says how many kills (a handful, unless it is set), `GONGJI_SEED` which.

mod audit;
mod counters;
mod intents;
mod program;

use counters::Counter;
use fastrand::Rng;
use gongji::load::place::Place;
use intents::{Fate, Intent};
use program::Program;
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

/// Books that outlive the server.
trait Books {
    /// The arguments that name them.
    fn arguments(&self) -> Vec<String>;
    /// Opens them beside the server.
    fn open(&self) -> Box<dyn Store>;
    /// Kills the server or the books themselves or both, and says which.
    fn kill(&mut self, program: &mut Program, dice: &mut Rng) -> &'static str;
}

struct Sqlite(tempfile::TempDir);

impl Books for Sqlite {
    fn arguments(&self) -> Vec<String> {
        vec!["--data".to_owned(), self.0.path().display().to_string()]
    }

    fn open(&self) -> Box<dyn Store> {
        Box::new(store::sqlite::Sqlite::open(self.0.path()).unwrap())
    }

    fn kill(&mut self, program: &mut Program, _: &mut Rng) -> &'static str {
        program.kill();
        "server"
    }
}

#[test]
fn kills_on_sqlite_lose_nothing_and_double_nothing() {
    survive("SQLite", &mut Sqlite(tempfile::tempdir().unwrap()));
}

/// Runs the story on some books and prints what came of it.
fn survive(name: &str, books: &mut dyn Books) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (kills, seed) = (number("GONGJI_KILLS").unwrap_or(5), number("GONGJI_SEED").unwrap_or(1));
    let mut dice = Rng::with_seed(seed);
    let place = Rc::new(Place::town(PEOPLE, now().date()));
    let mut arguments = books.arguments();
    arguments.extend(["--demo".to_owned(), "--setting".to_owned(), format!("town={PEOPLE}")]);

    let mut program = Program::start(&arguments);
    let (mut intents, mut doubts) = (Vec::new(), 0);
    for kill in 0..kills {
        let delay = Duration::from_millis(dice.u64(20..LONGEST));
        let (victim, sent) = drive(&place, &mut program, books, &mut dice, kill, delay);
        let (mut unknown, known): (Vec<_>, _) =
            sent.into_iter().partition(|intent| intent.fate == Fate::Unknown);
        if victim != "books" {
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
) -> (&'static str, Vec<Intent>) {
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

/// Now, by the region's wall clock.
fn now() -> kernel::Moment {
    gongji::load::run::beijing(std::time::SystemTime::now())
}
