//! Two months of innocents in an invented city with frauds planted in the second: what each rule finds of what was planted,
//! and of what it finds how much was. The generator knows nothing of the thresholds; its people come early for refills, go
//! to three departments in a morning, shop with their wives, stay open at night.

use super::books::{Books, Fee, Sale, agency, filed, look, march, sale_at, swipe};
use agency::core::{Core, Settings};
use agency::supervise::after::run::{Asked, Options, run};
use agency::supervise::after::{RULES, Side, Suspicion};
use agency::{Agency, Reason};
use cluster::Cluster;
use kernel::{Date, Moment};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use store::Store;
use store::postgres::Postgres;
use store::sqlite::Sqlite;

const PEOPLE: usize = 2_500;
const HOSPITALS: usize = 24;
const PHARMACIES: usize = 20;
const DRUGS: [&str; 12] =
    ["D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12"];
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The books, and who is to be found by which rule.
struct Month {
    books: Books,
    random: fastrand::Rng,
    planted: BTreeMap<&'static str, BTreeSet<String>>,
    /// People who do nothing but what is planted.
    next: usize,
    /// When innocents are somewhere: nobody is in two places at once.
    busy: BTreeMap<String, Vec<i64>>,
}

static MONTH: LazyLock<Month> = LazyLock::new(|| {
    let mut month = Month::city();
    month.innocents();
    month.frauds();
    month
});

fn day(text: &str) -> i64 {
    Moment::start_of(Date::parse(text).unwrap()).0
}

impl Month {
    /// Hospitals of six counties, pharmacies, medicines.
    fn city() -> Month {
        let mut books = Books::new(450_000);
        for number in 0..HOSPITALS {
            let county = ["450102", "450103", "450105", "450107", "450108", "450109"][number % 6];
            books.place(&Month::hospital(number), county, false);
        }
        for number in 0..PHARMACIES {
            let county = ["450102", "450103", "450105", "450107"][number % 4];
            books.place(&Month::pharmacy(number), county, false);
        }
        books.place("H45020000001", "450202", false);
        books.place("H50010300001", "500103", false);
        DRUGS.iter().for_each(|drug| books.drug(drug));
        let random = fastrand::Rng::with_seed(20_240_301);
        let (planted, busy) = (BTreeMap::new(), BTreeMap::new());
        Month { books, random, planted, next: 0, busy }
    }

    fn hospital(number: usize) -> String {
        format!("H4501{:02}{:05}", number % 6, number + 100)
    }

    fn pharmacy(number: usize) -> String {
        format!("P4501{:02}{:05}", number % 4, number + 100)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.u32(0..100) < percent
    }

    /// An hour at which people go out: mornings more than evenings.
    fn hour(&mut self) -> i64 {
        let hour = match self.random.u32(0..10) {
            0..=5 => self.random.i64(8..12),
            6..=8 => self.random.i64(14..18),
            _ => self.random.i64(18..21),
        };
        hour * HOUR + self.random.i64(0..60) * MINUTE + self.random.i64(0..60_000)
    }

    /// A moment at which an innocent is nowhere else: three quarters of an hour later, if need be.
    fn free(&mut self, person: &str, mut at: i64) -> i64 {
        if !person.starts_with('N') {
            return at;
        }
        let own = self.busy.entry(person.to_owned()).or_default();
        while own.iter().any(|other| (other - at).abs() < 20 * MINUTE) {
            at += 45 * MINUTE;
        }
        own.push(at);
        at
    }

    fn drug(&mut self) -> &'static str {
        DRUGS[self.random.usize(0..DRUGS.len())]
    }

    /// Care at a hospital: the funds pay a part.
    fn care(&mut self, person: &str, place: &str, at: i64, lines: Vec<Fee>) {
        let at = self.free(person, at);
        let total: i64 = lines.iter().map(|(_, fen, ..)| fen).sum();
        let fund = total * self.random.i64(30..60) / 100;
        let late = self.random.i64(0..5) / 4 * self.random.i64(0..4);
        let sale =
            Sale { lines, fund, cash: total - fund, late, ..sale_at(person, place, Moment(at)) };
        self.books.settle(sale);
    }

    fn fees(&mut self, days: i64) -> Vec<Fee> {
        let uneven = self.random.i64(1_511..9_877);
        vec![(self.drug(), uneven, days, ""), ("PILLS", self.random.i64(1_003..8_889), 0, "")]
    }

    /// A purchase, part of it from the account.
    fn buy(&mut self, person: &str, place: &str, at: i64) {
        let at = self.free(person, at);
        let (fen, held) = (self.random.i64(1_531..17_777), self.random.i64(60_000..400_000));
        let account = fen * self.random.i64(30..80) / 100;
        let drug = self.drug();
        let sold = swipe(person, place, Moment(at), account, held);
        let lines = vec![(drug, account, 0, ""), ("PILLS", fen - account, 0, "")];
        self.books.settle(Sale { cash: fen - account, lines, ..sold });
    }

    fn innocents(&mut self) {
        for number in 0..PEOPLE {
            let name = format!("N{number:05}");
            let born =
                format!("{}-0{}-1{}", self.random.u32(1940..1995), number % 9 + 1, number % 9);
            let gender = if self.chance(50) { "1" } else { "2" };
            self.books.person(&name, gender, &born);
            self.credits(&name);
            let home = self.random.usize(0..HOSPITALS);
            let shop = self.random.usize(0..PHARMACIES);
            match number % 10 {
                0..=3 => self.refills(&name, home),
                4 => self.departments(&name, home),
                5 => self.across(&name, home),
                _ => self.acute(&name, home),
            }
            for _ in 0..self.random.usize(0..4) {
                let when = self.random.i64(0..60) * DAY + self.hour();
                self.buy(&name, &Month::pharmacy(shop), day("2024-02-01") + when);
            }
            if number % 25 == 0 {
                self.inpatient(&name, home);
            }
            if number % 20 == 1 {
                self.couple(&name, number, shop);
            }
            if number % 50 == 2 {
                self.splurge(&name, shop);
            }
        }
        // Two pharmacies that are open at night.
        for number in 0..300 {
            let name = format!("N{:05}", self.random.usize(0..PEOPLE));
            let at = day("2024-03-01") + self.random.i64(0..31) * DAY + 23 * HOUR + number * 7_001;
            let place = Month::pharmacy(self.random.usize(0..2));
            if self.chance(20) {
                self.buy(&name, &place, at);
            }
        }
    }

    /// The account's credit of three months.
    fn credits(&mut self, name: &str) {
        for month in ["2024-01", "2024-02", "2024-03"] {
            self.books.credit(
                name,
                &format!("{month}-05 08:00:00"),
                15_000 + self.random.i64(0..9_000),
            );
        }
    }

    /// Thirty days of a medicine every month, up to five days early.
    fn refills(&mut self, name: &str, home: usize) {
        let drug = self.drug();
        let mut at = day("2024-02-01") + self.random.i64(0..29) * DAY;
        while at < day("2024-03-31") {
            let hour = self.hour();
            let uneven = self.random.i64(3_003..9_877);
            self.care(name, &Month::hospital(home), at + hour, vec![(drug, uneven, 30, "")]);
            at += (30 - self.random.i64(0..3)) * DAY;
        }
    }

    /// Two or three departments in a morning, each with a number of its own.
    fn departments(&mut self, name: &str, home: usize) {
        let morning = day("2024-03-01") + self.random.i64(0..30) * DAY + 8 * HOUR;
        for visit in 0..self.random.i64(2..4) {
            let at = morning + visit * 40 * MINUTE + self.random.i64(0..20) * MINUTE;
            let drug = DRUGS[usize::try_from(visit).unwrap()];
            let fees = vec![(drug, self.random.i64(1_003..9_877), 5, "")];
            self.care(name, &Month::hospital(home), at, fees);
        }
    }

    /// A hospital and then a pharmacy of the next county, half an hour away.
    fn across(&mut self, name: &str, home: usize) {
        let at = day("2024-03-01") + self.random.i64(0..30) * DAY + self.hour();
        let fees = self.fees(7);
        self.care(name, &Month::hospital(home), at, fees);
        let later = at + (25 + self.random.i64(0..90)) * MINUTE;
        let shop = Month::pharmacy((home + 1) % PHARMACIES);
        self.buy(name, &shop, later);
    }

    fn acute(&mut self, name: &str, home: usize) {
        for visit in 0..self.random.i64(1..4) {
            let at =
                day("2024-02-01") + visit * 20 * DAY + self.random.i64(0..12) * DAY + self.hour();
            let fees = self.fees(5);
            self.care(name, &Month::hospital(home), at, fees);
        }
    }

    /// In hospital for some days; seen in the morning before, and again after the discharge.
    fn inpatient(&mut self, name: &str, home: usize) {
        // Those with other visits would be found, and rightly.
        let name = &format!("I{name}");
        self.books.person(name, "1", "1950-01-01");
        let begin = day("2024-03-01") + self.random.i64(0..20) * DAY;
        let fees = self.fees(3);
        self.care(name, &Month::hospital(home), begin + 9 * HOUR, fees);
        let (admitted, discharged) = (begin + 11 * HOUR, begin + 5 * DAY + 15 * HOUR);
        let text = |at| Moment(at).to_string();
        self.books.admission(name, &text(admitted), &text(discharged), &text(admitted + HOUR));
        self.care(name, &Month::hospital(home), discharged + HOUR, vec![("PILLS", 4_321, 0, "")]);
        self.books.settle(swipe(
            name,
            &Month::pharmacy(3),
            Moment(begin + 3 * DAY + 10 * HOUR),
            2_345,
            90_000,
        ));
    }

    /// Two who go shopping together, a minute apart, again and again.
    fn couple(&mut self, name: &str, number: usize, shop: usize) {
        let other = format!("C{number:05}");
        self.books.person(&other, "2", "1960-01-01");
        for trip in 0..6 {
            let at = day("2024-03-01") + trip * 5 * DAY + self.hour();
            self.buy(name, &Month::pharmacy(shop), at);
            self.buy(&other, &Month::pharmacy(shop), at + 2 * MINUTE);
        }
    }

    /// One large purchase on a day on which money came.
    fn splurge(&mut self, name: &str, shop: usize) {
        let at = day("2024-03-05") + self.hour() + HOUR;
        let fen = self.random.i64(50_003..120_007);
        self.books.settle(swipe(name, &Month::pharmacy(shop), Moment(at), fen, fen + 30_000));
    }

    /// Somebody new, to be found by a rule.
    fn culprit(&mut self, rule: &'static str, gender: &str) -> String {
        let name = format!("X{:04}", self.next);
        self.next += 1;
        self.books.person(&name, gender, "1955-05-05");
        self.planted.entry(rule).or_default().insert(name.clone());
        name
    }

    fn some_day(&mut self) -> i64 {
        day("2024-03-01") + self.random.i64(2..29) * DAY
    }

    fn frauds(&mut self) {
        for _ in 0..12 {
            let name = self.culprit("overlap-with-admission", "1");
            let (begin, home) =
                (day("2024-03-03") + self.random.i64(0..15) * DAY, self.random.usize(0..HOSPITALS));
            let text = |at| Moment(at).to_string();
            let (admitted, discharged) = (text(begin + 9 * HOUR), text(begin + 6 * DAY + 9 * HOUR));
            let learned = text(begin + self.random.i64(0..12) * DAY + 10 * HOUR);
            self.books.admission(&name, &admitted, &discharged, &learned);
            let fees = self.fees(3);
            let visit = begin + self.random.i64(1..5) * DAY + self.hour();
            self.care(&name, &Month::hospital(home), visit, fees);
        }
        for far in 0..12 {
            let name = self.culprit("two-places", "1");
            let at = self.some_day() + 9 * HOUR;
            let (fees, again) = (self.fees(3), vec![("PILLS", 4_567, 0, "")]);
            self.care(&name, &Month::hospital(0), at, fees);
            let (place, minutes) = match far % 3 {
                0 => ("H45020000001".to_owned(), self.random.i64(5..45)),
                1 => ("H50010300001".to_owned(), self.random.i64(20..120)),
                _ => (Month::hospital(1), self.random.i64(1..6)),
            };
            self.care(&name, &place, at + minutes * MINUTE, again);
        }
        for _ in 0..15 {
            let name = self.culprit("duplicate-medicine", "1");
            let (first, drug) = (day("2024-02-25") + self.random.i64(0..20) * DAY, self.drug());
            for (place, after) in [(2, 0), (5, self.random.i64(6..16))] {
                let hour = self.hour();
                let lines = vec![(drug, 7_654, 30, "")];
                self.care(&name, &Month::hospital(place), first + after * DAY + hour, lines);
            }
        }
        for number in 0..8 {
            let name = self.culprit("prescription-twice", "1");
            let (at, place) = (day("2024-03-02") + number * DAY, Month::hospital(7));
            for again in [0, self.random.i64(1..9)] {
                let hour = self.hour();
                let lines = vec![("D01", 5_678, 0, "CF-77")];
                self.care(&name, &place, at + again * DAY + hour, lines);
            }
        }
        for (rule, item) in [("sex", "WOMENS"), ("age", "CHILDRENS")] {
            for _ in 0..10 {
                let (name, at) = (self.culprit(rule, "1"), self.some_day() + self.hour());
                self.care(
                    &name,
                    &Month::hospital(9),
                    at,
                    vec![(item, 3_456, 0, ""), ("PILLS", 999, 0, "")],
                );
            }
        }
        for _ in 0..8 {
            let (name, begin) = (self.culprit("split-bills", "1"), self.some_day() + 9 * HOUR);
            for bill in 0..self.random.i64(5..8) {
                let lines = vec![("PILLS", self.random.i64(2_001..4_000), 0, "")];
                self.care(&name, &Month::hospital(11), begin + bill * 25 * MINUTE, lines);
            }
        }
        self.careless();
        self.spenders();
        self.rings();
        self.pharmacies();
    }

    fn careless(&mut self) {
        for number in 0..12 {
            let (name, at) = (self.culprit("missing-details", "1"), self.some_day() + self.hour());
            let whole = sale_at(&name, &Month::hospital(13), Moment(at));
            self.books.settle(match number % 4 {
                0 => Sale { lines: Vec::new(), ..whole },
                1 => Sale { lines: vec![("PILLS", 5_000, 0, "")], ..whole },
                2 => Sale { lines: vec![("西药费", 6_100, 0, "")], ..whole },
                _ => Sale { late: self.random.i64(12..30), ..whole },
            });
        }
    }

    fn spenders(&mut self) {
        for _ in 0..12 {
            let (name, evening) = (self.culprit("account-burst", "1"), self.some_day() + 19 * HOUR);
            let mut held = self.random.i64(200_000..600_000);
            let (times, place) =
                (self.random.i64(3..6), Month::pharmacy(self.random.usize(10..20)));
            for time in 0..times {
                let fen = if time + 1 == times { held * 9 / 10 } else { held * 6 / 10 };
                let at = Moment(evening + time * 9 * MINUTE);
                self.books.settle(swipe(&name, &place, at, fen, held));
                held -= fen;
            }
        }
        for _ in 0..8 {
            let name = self.culprit("credit-day", "1");
            for month in ["2024-01", "2024-02", "2024-03"] {
                self.books.credit(&name, &format!("{month}-05 08:00:00"), 20_000);
                let at = day(&format!("{month}-05")) + 10 * HOUR + self.random.i64(0..30) * HOUR;
                let fen = self.random.i64(18_000..20_000);
                self.books.settle(swipe(&name, &Month::pharmacy(16), Moment(at), fen, 90_000));
            }
        }
    }

    /// People whose cards one of them uses, one after the other, evening after evening.
    fn rings(&mut self) {
        for ring in 0..3_usize {
            let place = Month::pharmacy(4 + ring);
            self.planted.entry("ring").or_default().insert(place.clone());
            let names: Vec<String> = (0..5 + ring).map(|one| format!("R{ring}{one}")).collect();
            for name in &names {
                self.books.person(name, "1", "1948-01-01");
            }
            for evening in 0..6 + i64::try_from(ring).unwrap() {
                let at = day("2024-03-02")
                    + evening * 4 * DAY
                    + 19 * HOUR
                    + self.random.i64(0..60) * MINUTE;
                for (card, name) in (0..).zip(&names) {
                    let fen = self.random.i64(4_001..9_999);
                    let at = Moment(at + card * self.random.i64(20_000..60_000));
                    self.books.settle(swipe(name, &place, at, fen, 200_000));
                }
            }
        }
    }

    /// Pharmacies that turn accounts into money: round amounts, all from the account.
    fn pharmacies(&mut self) {
        for number in [8, 9] {
            let place = Month::pharmacy(number);
            self.planted.entry("pharmacy-peers").or_default().insert(place.clone());
            for sold in 0..900 {
                let name = format!("N{:05}", self.random.usize(0..PEOPLE));
                let at = day("2024-03-01") + sold % 31 * DAY + self.hour();
                let at = self.free(&name, at);
                let fen = [10_000, 20_000, 30_000, 50_000][self.random.usize(0..4)];
                self.books.settle(swipe(&name, &place, Moment(at), fen, 900_000));
            }
        }
    }
}

/// Whom a finding is about, as it was planted.
fn subject(it: &Suspicion) -> String {
    let of_claim = matches!(&*it.rule, "sex" | "age" | "missing-details" | "split-bills");
    match (it.side, it.claims.first()) {
        (Side::Institution, Some(claim)) if of_claim => claim.person.to_string(),
        _ => it.party.to_string(),
    }
}

fn on_sqlite(directory: &std::path::Path) -> Arc<Agency> {
    let store = Arc::new(Sqlite::open(directory).unwrap());
    MONTH.books.write(&*store);
    agency(store)
}

#[test]
fn what_was_planted_is_found_and_little_else() {
    let directory = tempfile::tempdir().unwrap();
    let agency = on_sqlite(directory.path());
    let far = look(&agency, MONTH.books.area);
    let all = filed(agency.store(), MONTH.books.area);
    assert_eq!(far.filed.found(), u64::try_from(all.len()).unwrap());
    println!("{} settlements of March, {} findings", far.claims, all.len());
    println!(
        "{:<24}{:>8}{:>8}{:>8}{:>10}{:>8}",
        "rule", "planted", "found", "true", "precision", "recall"
    );
    // Who was planted for one rule may well do what another looks at: four purchases empty an account and split a bill.
    let guilty: BTreeSet<&String> = MONTH.planted.values().flatten().collect();
    let mut poor = Vec::new();
    for rule in RULES {
        let planted = &MONTH.planted[rule.code];
        let own: Vec<&Suspicion> = all.iter().filter(|it| *it.rule == *rule.code).collect();
        let hits = own.iter().filter(|it| guilty.contains(&subject(it))).count();
        let caught: BTreeSet<String> =
            own.iter().map(|it| subject(it)).filter(|it| planted.contains(it)).collect();
        let percent = |part: usize, whole: usize| (100 * part).checked_div(whole).unwrap_or(0);
        let (precision, recall) = (percent(hits, own.len()), percent(caught.len(), planted.len()));
        println!(
            "{:<24}{:>8}{:>8}{:>8}{precision:>9}%{recall:>7}%",
            rule.code,
            planted.len(),
            own.len(),
            hits
        );
        if precision < 90 || recall < 90 {
            let wrong = own.iter().filter(|it| !guilty.contains(&subject(it))).take(3);
            let words: Vec<&str> = wrong.map(|it| &*it.words).collect();
            poor.push(format!("{}: {precision} {recall} {words:#?}", rule.code));
        }
    }
    assert!(poor.is_empty(), "{}", poor.join("\n"));
}

/// A run in little memory that is cut off again and again; how often.
fn run_in_pieces(agency: &Arc<Agency>, pieces: u64) -> u64 {
    let core = Core::start(agency.clone(), Settings::default()).unwrap();
    let (area, by) = (MONTH.books.area, "测试".into());
    let asked = Asked { area, span: march(), rules: Vec::new(), by };
    let options = Options { memory: 1 << 20, step: 300 };
    let mut cut = 0;
    loop {
        let mut left = pieces * (cut + 1);
        let ended = run(agency, &core, &asked, options, &mut |_, _| {
            left = left.saturating_sub(1);
            left > 0
        });
        match ended {
            Ok(far) => {
                assert!(far.over);
                return cut;
            }
            Err(refused) => assert_eq!(refused.reason, Reason::Closing, "{refused}"),
        }
        cut += 1;
    }
}

#[test]
fn both_stores_a_run_cut_off_and_a_second_run_give_the_same_findings() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let area = MONTH.books.area;
    let whole = on_sqlite(folders[0].path());
    look(&whole, area);
    let expected = filed(whole.store(), area);

    let pieces = on_sqlite(folders[1].path());
    let cut = run_in_pieces(&pieces, 5);
    assert!(cut > 5, "{cut}");
    assert_eq!(filed(pieces.store(), area), expected, "cut off {cut} times");
    let again = look(&pieces, area);
    assert_eq!(again.filed.found(), 0, "everything is known");
    assert_eq!(filed(pieces.store(), area), expected);

    let settings = cluster::Settings { durable: false, ..cluster::Settings::default() };
    let cluster = Cluster::start(&settings).unwrap();
    let store = Arc::new(Postgres::open(&cluster.connection_string()).unwrap());
    MONTH.books.write(&*store);
    let store: Arc<dyn Store> = store;
    let other = agency(store);
    run_in_pieces(&other, 20);
    assert_eq!(filed(other.store(), area), expected, "on PostgreSQL");
}

/// Measured by hand: `GONGJI_SETTLEMENTS=1000000 cargo test … -- --ignored a_million --nocapture`, and with `GONGJI_PG=1` on
/// PostgreSQL.
#[test]
#[ignore = "minutes; for measuring"]
fn a_million_settlements_are_looked_at_in_minutes() {
    let count: usize =
        std::env::var("GONGJI_SETTLEMENTS").map_or(1_000_000, |it| it.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let settings = cluster::Settings { durable: false, ..cluster::Settings::default() };
    let cluster = std::env::var("GONGJI_PG").ok().map(|_| Cluster::start(&settings).unwrap());
    let store: Arc<dyn Store> = match &cluster {
        Some(cluster) => Arc::new(Postgres::open(&cluster.connection_string()).unwrap()),
        None => Arc::new(Sqlite::open(directory.path()).unwrap()),
    };
    let began = std::time::Instant::now();
    let mut month = Month::city();
    let people = count / 2;
    for number in 0..count {
        let name = format!("N{:07}", number * 7_919 % people);
        if number < people {
            let name = format!("N{number:07}");
            month.books.person(&name, "1", "1960-01-01");
        }
        let at = day("2024-03-01") + i64::try_from(number % 31).unwrap() * DAY + month.hour();
        if number % 3 == 0 {
            let place = Month::pharmacy(month.random.usize(0..PHARMACIES));
            month.buy(&name, &place, at);
        } else {
            let (place, fees) = (Month::hospital(month.random.usize(0..HOSPITALS)), month.fees(7));
            month.care(&name, &place, at, fees);
        }
        if number % 4_000 == 3_999 {
            month.books.write(&*store);
            month.books.changes = store::Changes::default();
        }
    }
    month.books.write(&*store);
    println!("written in {:?}", began.elapsed());
    let agency = agency(store);
    let began = std::time::Instant::now();
    let far = look(&agency, month.books.area);
    let memory = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    println!("{} settlements in {:?}: {:?}; {peak}", far.claims, began.elapsed(), far.filed.new);
}
