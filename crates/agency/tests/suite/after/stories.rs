//! Every rule has a story that it finds, and near misses that it does not.

use super::books::{Books, Sale, agency, filed, look, sale, swipe};
use crate::office::at;
use agency::facts;
use agency::supervise::Severity;
use agency::supervise::after::Suspicion;
use kernel::Moment;
use std::sync::Arc;
use store::sqlite::Sqlite;

const CHONGQING: i32 = 500_000;
const GUANGXI: i32 = 450_000;

/// What the rules find in books.
fn found(books: &Books) -> Vec<Suspicion> {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(directory.path()).unwrap());
    books.write(&*store);
    let agency = agency(store);
    look(&agency, books.area);
    filed(agency.store(), books.area)
}

/// Rule and party of what was found, in order.
fn told(found: &[Suspicion]) -> Vec<String> {
    let mut told: Vec<_> = found.iter().map(|it| format!("{} {}", it.rule, it.party)).collect();
    told.sort();
    told
}

fn nobody() -> Vec<String> {
    Vec::new()
}

/// 张 a man of 64, 王 a woman of 34.
fn books(area: i32) -> Books {
    let mut books = Books::new(area);
    books.person("张", "1", "1960-05-20");
    books.person("王", "2", "1990-02-03");
    books
}

#[test]
fn an_admission_that_was_uploaded_late_is_found_and_certain_where_the_law_blocks() {
    let mut books = books(GUANGXI);
    let place = books.hospital(1);
    books.settle(sale("张", &place, "2024-03-06 10:00:00"));
    books.admission("张", "2024-03-05 08:00:00", "2024-03-08 16:00:00", "2024-03-20 09:00:00");
    let all = found(&books);
    assert_eq!(told(&all), ["overlap-with-admission 张"]);
    let [it] = &all[..] else { panic!() };
    // The funds' 30.00 are in question; the account may pay.
    assert_eq!((it.fund, it.account, it.severity), (3_000, 0, Severity::Certain));
    assert!(it.words.contains("住院信息2024-03-20才上传"), "{}", it.words);
    assert!(it.articles.iter().any(|article| article.contains("第十五条")), "{:?}", it.articles);
    assert!(it.case.starts_with("AJ-identity-张-001"), "{}", it.case);
}

#[test]
fn before_the_admission_after_the_discharge_or_without_the_funds_is_no_overlap() {
    let mut books = books(GUANGXI);
    let place = books.hospital(1);
    books.admission("张", "2024-03-05 11:00:00", "2024-03-08 16:00:00", "2024-03-05 12:00:00");
    books.settle(sale("张", &place, "2024-03-05 10:59:00"));
    books.settle(sale("张", &place, "2024-03-08 16:00:00"));
    books.settle(swipe("张", &books.pharmacy(1), at("2024-03-06 10:00:00"), 500, 9_000));
    let gone = books.settle(sale("张", &place, "2024-03-07 10:00:00"));
    books.undo("张", gone, "2024-03-07 11:00:00");
    assert_eq!(told(&found(&books)), nobody());
}

#[test]
fn where_the_law_does_not_block_an_overlap_is_a_suspicion() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    books.settle(sale("张", &place, "2024-03-06 10:00:00"));
    books.admission("张", "2024-03-05 08:00:00", "2024-03-08 16:00:00", "2024-03-05 09:00:00");
    let all = found(&books);
    assert_eq!(told(&all), ["overlap-with-admission 张"]);
    assert_eq!(all[0].severity, Severity::Suspect);
}

#[test]
fn two_places_too_far_apart_for_the_time_between() {
    let mut books = books(GUANGXI);
    // 南宁 and 柳州: an hour at least; the second is 59 minutes after the first.
    books.place("H45010000021", "450102", false);
    books.place("H45020000021", "450202", false);
    books.settle(sale("张", "H45010000021", "2024-03-06 10:00:00"));
    books.settle(sale("张", "H45020000021", "2024-03-06 10:59:00"));
    let all = found(&books);
    assert_eq!(told(&all), ["two-places 张"]);
    assert_eq!((all[0].fund, all[0].count), (6_000, 2), "either may be the wrong one");
    assert!(all[0].words.contains("不同地市") && all[0].unverified, "{}", all[0].words);
}

#[test]
fn enough_time_the_same_county_or_an_internet_hospital_is_no_two_places() {
    let mut books = books(GUANGXI);
    books.place("H45010000021", "450102", false);
    books.place("H45010000022", "450102", false);
    books.place("H45020000021", "450202", false);
    books.place("H45020000022", "450202", true);
    books.settle(sale("张", "H45010000021", "2024-03-06 10:00:00"));
    books.settle(sale("张", "H45020000021", "2024-03-06 11:00:00"));
    books.settle(sale("王", "H45010000021", "2024-03-06 10:00:00"));
    books.settle(sale("王", "H45010000022", "2024-03-06 10:05:00"));
    books.settle(Sale { venue: "internet", ..sale("王", "H45020000022", "2024-03-06 10:09:00") });
    assert_eq!(told(&found(&books)), nobody());
}

fn takes(person: &str, place: &str, when: &str, days: i64) -> Sale {
    let lines = vec![("DROPS", 2_000, days, ""), ("PILLS", 4_100, 0, "")];
    Sale { lines, ..sale(person, place, when) }
}

#[test]
fn a_medicine_again_while_it_lasts_is_found_wherever_it_came_from() {
    let mut books = books(CHONGQING);
    // 30 days from 20 February last until 21 March; on 10 March 11 days are left, 7 are tolerated.
    let (first, second) = (books.hospital(1), books.pharmacy(1));
    books.settle(takes("张", &first, "2024-02-20 10:00:00", 30));
    books.settle(takes("张", &second, "2024-03-10 10:00:00", 30));
    let all = found(&books);
    assert_eq!(told(&all), ["duplicate-medicine 张"]);
    // 20.00 of 61.00 are drops: 30.00 × 20 ∕ 61 = 9.836…
    assert_eq!((all[0].fund, all[0].account), (984, 0));
    assert!(all[0].words.contains("手中尚余11天"), "{}", all[0].words);
}

#[test]
fn a_medicine_in_time_is_no_duplicate_but_what_is_hoarded_adds_up() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    books.settle(takes("张", &place, "2024-02-20 10:00:00", 30));
    // On 14 March 7 days are left: tolerated. They are kept, so on 7 April 13 would be; but that is another month.
    books.settle(takes("张", &place, "2024-03-14 10:00:00", 30));
    books.settle(takes("王", &place, "2024-03-01 10:00:00", 7));
    books.settle(takes("王", &place, "2024-03-08 10:00:00", 7));
    assert_eq!(told(&found(&books)), nobody());
    // Six days too early is tolerated; what is left then and what came makes 30 days too many a week later.
    let mut hoards = self::books(CHONGQING);
    for when in ["2024-03-01 10:00:00", "2024-03-25 10:00:00", "2024-03-31 10:00:00"] {
        hoards.settle(takes("张", &place, when, 30));
    }
    // On 25 March 6 are left; on 31 March those 6 and 30 less 6 days.
    assert_eq!(told(&found(&hoards)), ["duplicate-medicine 张"]);
}

#[test]
fn items_for_the_other_sex_or_another_age() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    let of = |item| Sale {
        lines: vec![(item, 6_100, 0, "")],
        ..sale("张", &place, "2024-03-06 10:00:00")
    };
    books.settle(of("WOMENS"));
    books.settle(Sale { at: at("2024-03-07 10:00:00"), ..of("CHILDRENS") });
    // A woman may have what is for women.
    books.settle(Sale { person: "王".into(), ..of("WOMENS") });
    let all = found(&books);
    assert_eq!(told(&all), [format!("age {place}"), format!("sex {place}")]);
    assert!(all.iter().all(|it| it.fund == 3_000 && it.severity == Severity::Certain));
}

#[test]
fn a_child_of_fourteen_may_have_what_is_for_children() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    books.person("儿", "1", "2009-03-07");
    let of = |when| Sale { lines: vec![("CHILDRENS", 6_100, 0, "")], ..sale("儿", &place, when) };
    books.settle(of("2024-03-06 10:00:00"));
    assert_eq!(told(&found(&books)), nobody(), "fifteen tomorrow");
    books.settle(of("2024-03-07 10:00:00"));
    assert_eq!(told(&found(&books)), [format!("age {place}")]);
}

#[test]
fn four_visit_numbers_within_six_hours_are_one_occasion_split() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    for minute in [0, 20, 40, 59] {
        books.settle(sale("张", &place, &format!("2024-03-06 10:{minute:02}:00")));
    }
    let all = found(&books);
    assert_eq!(told(&all), [format!("split-bills {place}")]);
    // The first stands; three times 30.00 are in question. 61.00 each: below 500.00, and so is the sum.
    assert_eq!((all[0].fund, all[0].count), (9_000, 4));
    assert!(!all[0].words.contains("低于"), "{}", all[0].words);
}

#[test]
fn several_settlements_of_one_visit_or_three_visits_are_no_split() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    let visit = books.visit("2024-03-06 09:00:00");
    for minute in [0, 20, 40, 55] {
        let one = sale("张", &place, &format!("2024-03-06 10:{minute:02}:00"));
        books.settle(Sale { visit: Some(visit), ..one });
    }
    for hour in [8, 9, 10, 15] {
        books.settle(sale("王", &place, &format!("2024-03-06 {hour:02}:00:00")));
    }
    assert_eq!(told(&found(&books)), nobody());
}

#[test]
fn bills_that_stay_below_five_hundred_are_said_to() {
    let mut books = books(CHONGQING);
    let place = books.pharmacy(1);
    for minute in [0, 20, 40, 59] {
        let when = at(&format!("2024-03-06 10:{minute:02}:00"));
        books.settle(swipe("张", &place, when, 49_000, 1_000_000));
    }
    let all = found(&books);
    assert_eq!(told(&all), [format!("split-bills {place}")]);
    assert!(all[0].words.contains("各次均低于500元，合计1960.00元"), "{}", all[0].words);
}

#[test]
fn missing_and_late_details() {
    let mut books = books(GUANGXI);
    let place = books.hospital(1);
    let when = |day: i32| format!("2024-03-{day:02} 10:00:00");
    books.settle(Sale { lines: Vec::new(), ..sale("张", &place, &when(1)) });
    books.settle(Sale { lines: vec![("PILLS", 6_000, 0, "")], ..sale("张", &place, &when(2)) });
    books
        .settle(Sale { lines: vec![("西药费", 6_100, 0, "")], ..sale("张", &place, &when(3)) });
    books.settle(Sale { late: 8, ..sale("张", &place, &when(10)) });
    let all = found(&books);
    assert_eq!(all.len(), 4, "{:?}", told(&all));
    assert!(all.iter().all(|it| &*it.rule == "missing-details" && it.fund == 3_000));
    let words = all.iter().map(|it| &*it.words).collect::<String>();
    for what in ["没有费用明细", "明细合计60.00元", "汇总项目西药费", "发生于8天前"]
    {
        assert!(words.contains(what), "{what}: {words}");
    }
}

#[test]
fn details_within_a_week_or_an_item_that_nobody_paid_for_but_the_patient_are_in_order() {
    let mut books = books(GUANGXI);
    let place = books.hospital(1);
    books.settle(Sale { late: 7, ..sale("张", &place, "2024-03-10 10:00:00") });
    let own = Sale { fund: 0, cash: 6_100, ..sale("张", &place, "2024-03-11 10:00:00") };
    books.settle(Sale { lines: vec![("美容", 6_100, 0, "")], ..own });
    let mixed = vec![("PILLS", 6_000, 0, ""), ("自费", 100, 0, "")];
    books.settle(Sale { lines: mixed, ..sale("张", &place, "2024-03-12 10:00:00") });
    assert_eq!(told(&found(&books)), nobody());
}

#[test]
fn the_same_line_of_a_hospitals_prescription_charged_twice() {
    let mut books = books(CHONGQING);
    let place = books.hospital(1);
    let of = |item, number, when: &str| Sale {
        lines: vec![(item, 6_100, 0, number)],
        ..sale("张", &place, when)
    };
    books.settle(of("DROPS", "CF1", "2024-03-06 10:00:00"));
    books.settle(of("PILLS", "CF1", "2024-03-06 11:00:00"));
    books.settle(of("DROPS", "CF2", "2024-03-07 10:00:00"));
    assert_eq!(told(&found(&books)), nobody(), "another item, another prescription");
    books.settle(of("DROPS", "CF1", "2024-03-09 10:00:00"));
    let all = found(&books);
    assert_eq!(told(&all), ["prescription-twice 张"]);
    assert_eq!((all[0].fund, all[0].severity), (3_000, Severity::Certain));
}

#[test]
fn an_account_emptied_in_a_burst() {
    let mut books = books(CHONGQING);
    let place = books.pharmacy(1);
    // 1200.00 of 1400.00 in two purchases of an hour: 85.7 %.
    books.settle(swipe("张", &place, at("2024-03-06 10:00:00"), 70_000, 140_000));
    books.settle(swipe("张", &place, at("2024-03-06 11:00:00"), 50_000, 70_000));
    let all = found(&books);
    assert_eq!(told(&all), ["account-burst 张"]);
    assert_eq!((all[0].fund, all[0].account), (0, 120_000), "the account's money");
}

#[test]
fn one_purchase_a_small_one_or_a_share_of_the_account_is_no_burst() {
    let mut books = books(CHONGQING);
    let (place, other) = (books.pharmacy(1), books.pharmacy(2));
    books.settle(swipe("张", &place, at("2024-03-06 10:00:00"), 130_000, 140_000));
    books.settle(swipe("张", &other, at("2024-03-06 10:30:00"), 9_000, 10_000));
    books.settle(swipe("张", &place, at("2024-03-08 10:00:00"), 49_900, 50_000));
    books.settle(swipe("张", &place, at("2024-03-08 10:30:00"), 50, 100));
    books.settle(swipe("王", &place, at("2024-03-06 10:00:00"), 100_000, 300_000));
    books.settle(swipe("王", &place, at("2024-03-06 11:00:00"), 100_000, 200_000));
    // A hospital is no pharmacy.
    let hospital = books.hospital(1);
    books.settle(swipe("王", &hospital, at("2024-03-20 10:00:00"), 90_000, 100_000));
    books.settle(swipe("王", &hospital, at("2024-03-20 11:00:00"), 10_000, 10_000));
    assert_eq!(told(&found(&books)), nobody());
}

#[test]
fn credits_spent_at_once_three_months_in_a_row() {
    let mut books = books(CHONGQING);
    let place = books.pharmacy(1);
    for (person, months) in [("张", 1..=3), ("王", 2..=3)] {
        for month in months {
            books.credit(person, &format!("2024-{month:02}-05 08:00:00"), 20_000);
            let when = at(&format!("2024-{month:02}-06 10:00:00"));
            books.settle(swipe(person, &place, when, 16_000, 20_000));
        }
    }
    let all = found(&books);
    assert_eq!(told(&all), ["credit-day 张"], "two months are not enough");
    assert_eq!((all[0].account, all[0].count), (48_000, 3));
}

/// People who come together on some days, a minute after each other, among everybody else.
fn together(books: &mut Books, names: &[&str], days: &[i32]) {
    let place = books.pharmacy(1);
    for day in days {
        for (minute, name) in names.iter().enumerate() {
            let when = at(&format!("2024-03-{day:02} 19:{:02}:00", 30 + minute));
            books.settle(swipe(name, &place, when, 5_100, 90_000));
        }
    }
}

/// Customers who come when they like: 20 a day, each twice a month.
fn customers(books: &mut Books) {
    let place = books.pharmacy(1);
    for number in 0..600_i64 {
        let name = format!("客{:03}", number % 300);
        if number < 300 {
            books.person(&name, "1", "1980-01-01");
        }
        let day = Moment::start_of(crate::office::day("2024-03-01")).0 + number % 30 * 86_400_000;
        let when = Moment(day + 8 * 3_600_000 + number * 7_919 % 720 * 60_000);
        books.settle(swipe(&name, &place, when, 4_130, 90_000));
    }
}

const RING: [&str; 5] = ["甲1", "甲2", "甲3", "甲4", "甲5"];

#[test]
fn a_ring_is_found_and_named() {
    let mut books = books(CHONGQING);
    RING.iter().for_each(|name| books.person(name, "1", "1950-01-01"));
    customers(&mut books);
    together(&mut books, &RING, &[2, 6, 11, 17, 23]);
    let all = found(&books);
    let place = books.pharmacy(1);
    assert_eq!(told(&all), [format!("ring {place}")]);
    assert!(RING.iter().all(|name| all[0].words.contains(name)), "{}", all[0].words);
    assert!(all[0].words.contains("共5人在5天内"), "{}", all[0].words);
    assert_eq!((all[0].count, all[0].account), (25, 127_500));
}

#[test]
fn a_couple_three_neighbours_three_days_or_a_family_is_no_ring() {
    let mut books = books(CHONGQING);
    let all =
        ["乙1", "乙2", "丙1", "丙2", "丙3", "丁1", "丁2", "丁3", "丁4", "戊1", "戊2", "戊3", "戊4"];
    all.iter().for_each(|name| books.person(name, "1", "1950-01-01"));
    customers(&mut books);
    together(&mut books, &["乙1", "乙2"], &[1, 5, 9, 13, 17, 21]);
    together(&mut books, &["丙1", "丙2", "丙3"], &[2, 6, 10, 14, 18, 22]);
    together(&mut books, &["丁1", "丁2", "丁3", "丁4"], &[3, 7, 11]);
    together(&mut books, &["戊1", "戊2", "戊3", "戊4"], &[4, 8, 12, 16, 20]);
    for name in ["戊2", "戊3", "戊4"] {
        let (days, learned) = (("2024-01-01", ""), ("2024-01-01 08:00:00", ""));
        books.fact(name, facts::FAMILY, "戊1", days, learned);
    }
    for (name, payer) in [("戊3", "戊2"), ("戊4", "戊2"), ("戊4", "戊3")] {
        let (days, learned) = (("2024-01-01", ""), ("2024-01-01 08:00:00", ""));
        books.fact(name, facts::FAMILY, payer, days, learned);
    }
    assert_eq!(told(&found(&books)), nobody());
}

#[test]
fn a_pharmacy_unlike_its_peers() {
    let mut books = books(CHONGQING);
    for number in 0..60_i64 {
        let name = format!("客{number:03}");
        books.person(&name, "1", "1980-01-01");
        for place in 1..=9 {
            let code = books.pharmacy(place);
            let hour = 8 + (number + 3 * i64::try_from(place).unwrap()) % 12;
            let when = format!("2024-03-{:02} {hour:02}:{:02}:00", 1 + number / 2, number % 60);
            // The ninth sells cash for round amounts by account; the others half in cash and uneven.
            let fen = 4_000 + number * 37 + 11;
            let mut sold = swipe(&name, &code, at(&when), fen / 2, 900_000);
            (sold.cash, sold.lines) =
                (fen - fen / 2, vec![("PILLS", fen / 2, 0, ""), ("DROPS", fen - fen / 2, 0, "")]);
            if place == 9 {
                sold = swipe(&name, &code, at(&when), 20_000, 900_000);
            }
            books.settle(sold);
        }
    }
    let all = found(&books);
    let place = books.pharmacy(9);
    assert_eq!(told(&all), [format!("pharmacy-peers {place}")]);
    let words = &all[0].words;
    assert!(words.contains("账户支出占比100%") && words.contains("整数金额占比100%"), "{words}");
    assert_eq!(all[0].account, 60 * 20_000);
}
