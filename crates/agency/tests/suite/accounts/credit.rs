//! The monthly credit.

use super::{Books, CHONGQING, NANNING, key, posted};
use crate::village::moment;
use agency::accounts::{CreditAsked, CreditRun, RunError};
use agency::books::{Options, check};
use agency::facts;
use agency::ledger::Head;
use agency::months::PersonMonth;
use agency::record::Booking;
use kernel::{Fen, Month};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use store::EntryKind;

const CAST: &[(store::Area, super::Who<'_>)] = &[
    (CHONGQING, ("01在职", "employer", "1985-05-20", "", "")),
    (CHONGQING, ("02七十", "employer", "1954-03-20", "2014-03-01", "")),
    (CHONGQING, ("03一档", "individual-1", "1985-05-20", "", "")),
    (CHONGQING, ("04趸缴", "lump-sum", "1966-05-20", "", "")),
    (CHONGQING, ("05趸满", "lump-sum", "1960-05-20", "2020-05-01", "")),
    (CHONGQING, ("06已故", "employer", "1940-05-20", "2000-05-01", "2024-02-20")),
    (CHONGQING, ("07退休", "employer", "1964-03-15", "2024-03-15", "")),
    (CHONGQING, ("08无缴", "employer", "1990-03-15", "", "")),
    (CHONGQING, ("09本月故", "employer", "1950-05-20", "2010-05-01", "2024-03-10")),
    (NANNING, ("11在职", "employee", "1985-05-20", "", "")),
    (NANNING, ("12退休", "employee", "1943-05-20", "2003-06-01", "")),
];

fn cast() -> Books {
    let books = Books::open("2024-03-28 09:00:00", CAST);
    for (who, base) in
        [("01在职", 432_125), ("03一档", 400_000), ("04趸缴", 500_000), ("07退休", 600_000)]
    {
        books.month(CHONGQING, who, "2024-03", base, "2024-03-10");
    }
    books.month(NANNING, "11在职", "2024-03", 600_000, "2024-03-10");
    books
}

#[test]
fn amounts_are_those_of_the_articles() {
    let books = cast();
    let report = books.run(CHONGQING, "2024-03");
    let of = |who| books.held(CHONGQING, who);
    // 4321.25 × 2 % = 86.425, half up to the fen.
    assert_eq!(of("01在职"), (8_643, 0));
    // 70 on 2024-03-20: the month counts.
    assert_eq!(of("02七十"), (11_500, 0));
    assert_eq!(of("03一档"), (0, 0), "the first individual tier has no account");
    assert_eq!(of("04趸缴"), (10_000, 0), "2 % of the lump-sum base");
    assert_eq!(of("05趸满"), (10_500, 0), "afterwards that of the retired");
    assert_eq!(of("06已故"), (0, 0));
    assert_eq!(of("07退休"), (12_000, 0), "in the month of retirement still 2 %");
    assert_eq!(of("08无缴"), (0, 0));
    assert_eq!(of("09本月故"), (11_500, 0), "whole months");
    let tally = &report.tally;
    assert_eq!((tally.people, tally.entries()), (9, 6));
    assert_eq!(tally.amount(), Fen::new(8_643 + 11_500 + 10_000 + 10_500 + 12_000 + 11_500));
    let skipped: Vec<(&str, u64)> = tally.skipped.iter().map(|(why, it)| (&**why, *it)).collect();
    assert_eq!(skipped, [("dead", 1), ("no-account", 1), ("no-contribution", 1)]);
    books.set("2024-04-28 09:00:00");
    books.run(CHONGQING, "2024-04");
    assert_eq!(books.held(CHONGQING, "07退休").0, 12_000 + 10_500, "from the next month 105");
    books.are_right();
}

#[test]
fn the_month_before_the_seventieth_birthday_is_still_105() {
    let books = cast();
    books.run(CHONGQING, "2024-02");
    assert_eq!(books.held(CHONGQING, "02七十"), (10_500, 0));
}

#[test]
fn guangxi_credits_two_percent_and_a_share_of_the_average_pension() {
    let books = cast();
    let report = books.run(NANNING, "2024-03");
    assert_eq!(books.held(NANNING, "11在职"), (12_000, 0));
    // 3320.00 × 2.5 %, at any age.
    assert_eq!(books.held(NANNING, "12退休"), (8_300, 0));
    assert_eq!(report.tally.people, 2, "people of other areas are left alone");
    let articles: Vec<&str> = report.tally.credited.iter().map(|it| &*it.0.articles).collect();
    assert!(articles.iter().all(|it| it.contains("桂政办发〔2021〕137号 第七条")), "{articles:?}");
    // 2022 has no table: the areas' own rules are not known.
    let Err(RunError::Refused(refused)) =
        CreditRun::begin(&books.agency, books.asked(NANNING, "2022-03"))
    else {
        panic!("2022 is credited")
    };
    assert!(refused.to_string().contains("2022-03个人账户划入"), "{refused}");
    books.are_right();
}

#[test]
fn an_entry_says_month_rule_and_article_and_who_pays_it() {
    let books = cast();
    books.run(CHONGQING, "2024-03");
    let [entry] = &books.entries(CHONGQING, "01在职")[..] else { panic!() };
    assert_eq!(entry.kind, EntryKind::Credit);
    assert_eq!(
        (posted(entry, Head::Contributions), posted(entry, Head::AccountCurrent)),
        (8_643, -8_643)
    );
    let booking: Booking = serde_json::from_str(&entry.record).unwrap();
    assert_eq!(&*booking.reference, "credit-2024-03");
    assert_eq!(&*booking.note, "2024-03个账划入，在职，渝医保发〔2023〕32号 第九条");
    let [entry] = &books.entries(CHONGQING, "02七十")[..] else { panic!() };
    assert_eq!(
        (posted(entry, Head::PoolToAccounts), posted(entry, Head::AccountCurrent)),
        (11_500, -11_500)
    );
    let month = PersonMonth::key(&key(CHONGQING, "01在职"), Month::parse("2024-03").unwrap());
    let (_, month) = PersonMonth::read(&books.document(&month).unwrap()).unwrap();
    assert_eq!((month.credited, month.run, month.base), (8_643, true, 432_125));
}

#[test]
fn an_unpaid_month_is_credited_once_it_is_paid_and_never_again() {
    let books = cast();
    books.month(CHONGQING, "01在职", "2024-03", 500_000, "");
    let report = books.run(CHONGQING, "2024-03");
    assert_eq!(report.tally.skipped["unpaid"], 1);
    assert_eq!(books.held(CHONGQING, "01在职"), (0, 0));
    books.set("2024-05-10 09:00:00");
    books.month(CHONGQING, "01在职", "2024-03", 500_000, "2024-05-06");
    let report = books.run(CHONGQING, "2024-03");
    assert_eq!((report.attempt, report.tally.entries()), (2, 1));
    assert_eq!(books.held(CHONGQING, "01在职"), (10_000, 0));
    let report = books.run(CHONGQING, "2024-03");
    assert_eq!((report.attempt, report.tally.entries()), (3, 0));
    // A corrected base: only the difference.
    books.month(CHONGQING, "01在职", "2024-03", 550_000, "2024-05-06");
    assert_eq!(books.run(CHONGQING, "2024-03").tally.amount(), Fen::new(1_000));
    assert_eq!(books.held(CHONGQING, "01在职"), (11_000, 0));
    books.are_right();
}

#[test]
fn money_for_a_month_of_an_earlier_year_is_earlier_money() {
    let books = cast();
    books.month(CHONGQING, "01在职", "2024-03", 500_000, "");
    books.run(CHONGQING, "2024-03");
    books.month(CHONGQING, "04趸缴", "2024-04", 500_000, "2024-04-10");
    books.set("2025-02-10 09:00:00");
    books.month(CHONGQING, "01在职", "2024-03", 500_000, "2025-02-06");
    books.run(CHONGQING, "2024-03");
    assert_eq!(books.held(CHONGQING, "01在职"), (0, 10_000));
    // What was of 2024 is earlier money in 2025 too, by an entry of its own.
    books.month(CHONGQING, "04趸缴", "2025-01", 500_000, "2025-01-10");
    books.run(CHONGQING, "2025-01");
    assert_eq!(books.held(CHONGQING, "04趸缴"), (10_000, 10_000));
    let kinds: Vec<EntryKind> =
        books.entries(CHONGQING, "04趸缴").iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Credit, EntryKind::Rollover, EntryKind::Credit]);
    books.are_right();
}

#[test]
fn too_much_is_reported_and_taken_back_only_if_asked_and_there() {
    let books = cast();
    books.run(CHONGQING, "2024-03");
    books.month(CHONGQING, "04趸缴", "2024-03", 400_000, "2024-03-10");
    let report = books.run(CHONGQING, "2024-03");
    assert_eq!((report.tally.over, report.tally.skipped["over-credited"]), (2_000, 1));
    assert_eq!(books.held(CHONGQING, "04趸缴"), (10_000, 0));
    let asked = CreditAsked { take_back: true, ..books.asked(CHONGQING, "2024-03") };
    let report = books.run_as(asked);
    assert_eq!((report.tally.over, report.tally.taken_back), (0, (1, 2_000)));
    assert_eq!(books.held(CHONGQING, "04趸缴"), (8_000, 0));
    let entries = books.entries(CHONGQING, "04趸缴");
    let last = entries.last().unwrap();
    assert_eq!(last.kind, EntryKind::Correction);
    assert_eq!(posted(last, Head::Contributions), -2_000);
    assert_eq!(books.run_as(asked).tally.taken_back, (0, 0));
    books.are_right();
}

#[test]
fn a_run_that_was_stopped_goes_on_and_counts_everybody_once() {
    let books = cast();
    for stop_after in [1, 2] {
        let asked = CreditAsked { page: 2, ..books.asked(CHONGQING, "2024-03") };
        let pages = AtomicU64::new(0);
        let run = CreditRun::begin(&books.agency, asked).unwrap();
        let stopped = run.finish(&|_| {
            assert!(pages.fetch_add(1, Ordering::Relaxed) + 1 < stop_after, "stopped on purpose");
        });
        assert!(stopped.is_err());
    }
    let run = CreditRun::begin(&books.agency, books.asked(CHONGQING, "2024-03")).unwrap();
    assert_eq!(run.done(), 6, "one page and two pages of two people");
    let report = run.finish(&|_| {}).unwrap();
    assert!(report.resumed);
    assert_eq!((report.attempt, report.tally.people, report.tally.entries()), (1, 9, 6));
    for who in ["01在职", "02七十", "04趸缴", "05趸满", "07退休", "09本月故"] {
        assert_eq!(books.entries(CHONGQING, who).len(), 1, "{who}");
    }
    books.are_right();
}

#[test]
fn a_month_that_has_not_begun_is_refused() {
    let books = cast();
    let Err(refused) = CreditRun::begin(&books.agency, books.asked(CHONGQING, "2024-04")) else {
        panic!("a month to come is credited")
    };
    assert!(refused.to_string().contains("2024-04还没有到，今天是2024-03-28"), "{refused}");
}

#[test]
fn a_file_that_changed_after_the_page_was_read_is_read_again() {
    let books = cast();
    let asked = CreditAsked { page: 2, ..books.asked(CHONGQING, "2024-03") };
    let run = CreditRun::begin(&books.agency, asked).unwrap();
    // While the run is at its first page somebody of the last is found to have died before the month.
    let told = AtomicU64::new(0);
    run.finish(&|_| {
        if told.fetch_add(1, Ordering::Relaxed) == 0 {
            books.learn(CHONGQING, "07退休", facts::DEATH, "", "2024-01-02");
        }
    })
    .unwrap();
    assert_eq!(books.held(CHONGQING, "07退休"), (0, 0));
    let report = check(&*books.store, &crate::village::law(), Options::default(), &mut |_| {});
    assert!(report.unwrap().is_clean());
    assert!(books.agency.now() > moment("2024-03-28 09:00:00"));
}

#[test]
fn several_that_begin_at_once_share_one_attempt_and_count_everybody_once() {
    let books = cast();
    let together = Barrier::new(4);
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let asked = || {
            together.wait();
            CreditRun::begin(&books.agency, books.asked(CHONGQING, "2024-03"))?.finish(&|_| {})
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(asked)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // Whoever finds a lane moved on leaves it; if each did, the attempt is gone on with.
    results.push(Ok(books.run(CHONGQING, "2024-03")));
    let mut seen = false;
    for result in results {
        match result {
            Ok(report) if report.attempt == 1 => {
                assert_eq!((report.tally.people, report.tally.entries()), (9, 6));
                seen = true;
            }
            // It began once the first was finished.
            Ok(report) => assert_eq!((report.tally.people, report.tally.entries()), (9, 0)),
            Err(RunError::Refused(refused)) => {
                assert!(refused.to_string().contains("另一进程"), "{refused}");
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(seen);
    assert_eq!(books.held(CHONGQING, "01在职"), (8_643, 0));
    books.are_right();
}
