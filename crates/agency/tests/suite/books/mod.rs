//! Books with a year behind them, whole and damaged.

mod whole;
mod damaged;
mod closing;

use crate::village::{
    Hands, attend, line, message, purchase, register, reverse, settle, undo, upload,
};
use agency::books::{CheckError, Options, Report, check, close};
use agency::core::{Core, Job, Settings};
use agency::regions::Regions;
use agency::town::{self, CHONGQING, Town, wares};
use agency::{Agency, Business, Outcome};
use kernel::{Date, Moment};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use store::sqlite::{FILE, Sqlite};
use store::{Id, MessageKey};

const HOSPITAL: &str = "H99500000002";
const PHARMACY: &str = "P99500000001";

fn who(number: u32) -> String {
    Town::person(CHONGQING, number).person.to_string()
}

/// The town's agency, at work.
struct Office {
    agency: Arc<Agency>,
    core: Core,
    clock: Arc<Hands>,
}

impl Office {
    fn open(folder: &Path) -> Office {
        let store = Sqlite::open(folder).unwrap();
        let clock = Hands::at("2026-03-10 08:00:00");
        town::build(
            &store,
            &Town::new(40),
            Moment::parse("2026-03-09 08:00:00").unwrap(),
            &mut |_| {},
        )
        .unwrap();
        let (library, choice) = (policy::Library::shipped(), policy::Choice::default());
        let agency = Agency::open(Arc::new(store), &library, &choice, clock.clone(), 7).unwrap();
        let agency = Arc::new(agency);
        let core = Core::start(agency.clone(), Settings::default()).unwrap();
        Office { agency, core, clock }
    }

    /// Asks, as a message, and a minute passes.
    fn ask(&self, message: MessageKey, business: impl Business + 'static) -> Outcome {
        self.clock.forward(60_000);
        let (answer, waiting) = std::sync::mpsc::channel();
        self.core.submit(Job {
            business: Box::new(business),
            message: Some(message),
            sent: None,
            reply: Box::new(move |reply| answer.send(reply).unwrap()),
        });
        waiting.recv().unwrap().unwrap().outcome
    }

    /// A purchase of some wares by number; its entry.
    fn buy(&self, person: u32, number: &str, at: &str, wares_bought: &[usize]) -> Id {
        self.clock.set(Moment::parse(at).unwrap());
        let wares = wares(Moment::parse(at).unwrap().date());
        let lines = wares_bought.iter().map(|ware| {
            let ware = &wares[*ware];
            line(&ware.code, &ware.code, ware.price.get(), at)
        });
        let bought = purchase(&who(person), PHARMACY, lines.collect());
        settled(self.ask(message(PHARMACY, number, "2102", 1), bought))
    }

    /// A visit with one batch of so many fen of a service, settled; its entry.
    fn visit(&self, person: u32, number: &str, at: &str, fen: i64) -> Id {
        self.clock.set(Moment::parse(at).unwrap());
        let key = |transaction: &str| message(HOSPITAL, number, transaction, 1);
        let registered = register(&who(person), HOSPITAL, number, at);
        let Outcome::Registered { visit } = self.ask(key("2201"), registered) else { panic!() };
        self.ask(key("2203"), attend(&who(person), HOSPITAL, visit));
        let item = &wares(Moment::parse(at).unwrap().date())[2].code;
        self.ask(
            key("2204"),
            upload(&who(person), HOSPITAL, visit, vec![line("1", item, fen, at)]),
        );
        settled(self.ask(key("2207"), settle(&who(person), HOSPITAL, visit, fen)))
    }

    /// A year: purchases, visits, relatives who pay, limits, undos, reversals, the turn of a year.
    fn year(&self) {
        self.visit(1, "V1", "2026-03-10 08:01:00", 120_000);
        let second = self.visit(2, "V2", "2026-03-10 08:10:00", 80_000);
        self.buy(16, "B1", "2026-03-10 09:00:00", &[0, 1, 2, 60]);
        self.visit(20, "V3", "2026-03-10 09:30:00", 60_000);
        self.visit(21, "V4", "2026-03-10 09:40:00", 60_000);
        let undone = message(HOSPITAL, "U1", "2208", 1);
        self.ask(undone.clone(), undo(&who(2), HOSPITAL, second));
        self.visit(2, "V5", "2026-03-10 10:00:00", 30_000);
        self.buy(3, "B2", "2026-03-10 10:10:00", &[4, 6]);
        let bought = message(PHARMACY, "B2", "2102", 0);
        self.ask(
            message(PHARMACY, "R1", "2601", 1),
            reverse(&bought, &who(3), "2026-03-10 23:00:00"),
        );
        let third = self.visit(3, "V6", "2026-03-10 11:00:00", 45_000);
        let undo_of_it = message(HOSPITAL, "U2", "2208", 1);
        self.ask(undo_of_it.clone(), undo(&who(3), HOSPITAL, third));
        let sent = "2026-03-10 23:00:00";
        self.ask(message(HOSPITAL, "R2", "2601", 1), reverse(&undo_of_it, &who(3), sent));
        self.visit(1, "V7", "2027-01-02 08:00:00", 25_000);
        self.buy(16, "B3", "2027-01-02 09:00:00", &[0, 3]);
        self.visit(24, "V8", "2027-01-02 10:00:00", 10_000);
    }
}

fn settled(outcome: Outcome) -> Id {
    let Outcome::Settled(settled) = outcome else { panic!("{outcome:?}") };
    settled.entry
}

/// A file with the books of a year; made once.
fn year() -> &'static Path {
    static BOOKS: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("year.sqlite");
        {
            let books = tempfile::tempdir().unwrap();
            let office = Office::open(books.path());
            office.year();
            let now = Moment::parse("2027-01-03 08:00:00").unwrap();
            close(office.agency.store(), Date::parse("2026-12-31").unwrap(), now).unwrap();
            office.agency.store().backup(&copy).unwrap();
            office.core.close();
        }
        (folder, copy)
    });
    &BOOKS.1
}

/// Books of a year in a folder of their own, changed by SQL behind the program's back.
struct Books {
    store: Sqlite,
    _folder: tempfile::TempDir,
}

impl Books {
    fn after(sql: &str) -> Books {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        std::fs::copy(year(), &file).unwrap();
        let db = rusqlite::Connection::open(&file).unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        Books { store: Sqlite::open(folder.path()).unwrap(), _folder: folder }
    }

    fn check(&self) -> Report {
        self.try_check().unwrap()
    }

    fn try_check(&self) -> Result<Report, CheckError> {
        let library = policy::Library::shipped();
        let now = Moment::parse("2027-01-03 08:00:00").unwrap();
        let regions =
            Regions::open(&self.store, &library, &policy::Choice::default(), now).unwrap();
        let options = Options { replay: 1, ..Options::default() };
        check(&self.store, &regions, options, &mut |_| {})
    }
}
