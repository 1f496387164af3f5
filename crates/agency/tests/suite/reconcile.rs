//! Reconciliation and clearing against books that settlements, refunds and reversals have written.

use crate::office::{AREA, HOSPITAL_2, HOSPITAL_3, Office, PILLS, day};
use agency::business::desk::{ApplyClearing, ClearingAsked};
use agency::reconcile::{Period, Rows, Totals, details, totals, txt};
use agency::{Outcome, Refused};
use kernel::{Fen, Month};

fn february() -> Period {
    Period::new(day("2024-02-01"), day("2024-02-29")).unwrap()
}

/// Three settlements of February: one stands, one is refunded, one is reversed; and one of another hospital.
fn busy_february() -> Office {
    let office = Office::open();
    office.set("2024-02-05 09:00:00");
    office.care(HOSPITAL_3, PILLS, 50_000, "M-STANDS");
    office.set("2024-02-06 09:00:00");
    let refunded = office.care(HOSPITAL_3, PILLS, 30_000, "M-REFUNDED");
    office.care(HOSPITAL_3, PILLS, 20_000, "M-REVERSED");
    office.reverse(HOSPITAL_3, "M-REVERSED", "2207");
    office.set("2024-02-07 09:00:00");
    office.undo(HOSPITAL_3, refunded.entry, "M-UNDO");
    office.care(HOSPITAL_2, PILLS, 10_000, "M-ELSEWHERE");
    office.set("2024-03-05 09:00:00");
    office
}

fn sums(office: &Office, rows: Rows) -> (i64, String, String) {
    let store = office.agency.store();
    let sum = totals(store, AREA, HOSPITAL_3, "", rows, february()).unwrap();
    assert_eq!(sum.total, sum.funds + sum.accounts + sum.cash);
    (sum.count, sum.total.to_string(), sum.funds.to_string())
}

#[test]
fn a_reversed_settlement_is_in_no_total_and_a_refund_is_a_row_of_its_own() {
    let office = busy_february();
    // In work, level 3: (500 − 200) × 50 %, then 300 × 50 %.
    assert_eq!(sums(&office, Rows::Settlements), (2, "800.00".into(), "300.00".into()));
    assert_eq!(sums(&office, Rows::Refunds), (1, "-300.00".into(), "-150.00".into()));
    assert_eq!(sums(&office, Rows::All), (1, "500.00".into(), "150.00".into()));
}

#[test]
fn a_reversed_refund_is_in_no_total_either() {
    let office = Office::open();
    office.set("2024-02-05 09:00:00");
    let cared = office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    office.undo(HOSPITAL_3, cared.entry, "M-UNDO");
    office.reverse(HOSPITAL_3, "M-UNDO", "2208");
    office.set("2024-03-05 09:00:00");
    assert_eq!(sums(&office, Rows::Refunds), (0, "0.00".into(), "0.00".into()));
    assert_eq!(sums(&office, Rows::All), (1, "500.00".into(), "150.00".into()));
    let found = compared(&office, Rows::Refunds, "").unwrap();
    assert!(found.is_empty(), "{found:?}");
}

/// Verdict and message number of every row.
fn compared(office: &Office, rows: Rows, file: &str) -> Result<Vec<String>, Refused> {
    let store = office.agency.store();
    let found = details(store, AREA, HOSPITAL_3, "", rows, february(), file.as_bytes())?;
    let mut told = Vec::new();
    txt::read(&found.file, 10, &mut |_, row| {
        told.push(format!("{} {}", row[4].unwrap_or(""), row[3].unwrap_or("")));
        Ok(())
    })?;
    Ok(told)
}

#[test]
fn what_the_institution_lacks_comes_back_with_its_message_number() {
    let office = busy_february();
    assert_eq!(
        compared(&office, Rows::All, "").unwrap(),
        ["000101 M-STANDS", "000101 M-REFUNDED", "000101 M-UNDO"]
    );
    assert_eq!(compared(&office, Rows::Refunds, "").unwrap(), ["000101 M-UNDO"]);
}

#[test]
fn rows_taken_from_the_books_are_equal_to_them() {
    let office = busy_february();
    let (from, to) = february().ids();
    let store = office.agency.store();
    let entries = store.entries_at(AREA, HOSPITAL_3, from, to, 100).unwrap();
    assert_eq!(entries.len(), 5, "three settlements, a reversal and an undo");
    let mut file = txt::TextFile::new("up.txt").unwrap();
    for entry in &entries {
        let amounts = [entry.total, entry.funds, entry.accounts].map(|it| it.to_string());
        let refund = if entry.total.is_negative() { "1" } else { "0" };
        let (id, visit) = (entry.id.to_string(), entry.visit.to_string());
        let [total, funds, accounts] = &amounts;
        file.row(&[&id, &visit, "P1", total, funds, accounts, refund]).unwrap();
    }
    let file = file.finish().unwrap();
    let found = details(store, AREA, HOSPITAL_3, "11", Rows::All, february(), &file).unwrap();
    assert_eq!((found.equal, found.institution_only), (3, 2), "the reversed pair never happened");
    assert_eq!((found.books_only, found.differ), (0, 0));
}

#[test]
fn clearing_is_for_what_stands() {
    let office = busy_february();
    let asked = |total: i64| ClearingAsked {
        area: AREA,
        institution: HOSPITAL_3.into(),
        class: "11".into(),
        method: "1".into(),
        month: Month::new(2024, 2).unwrap(),
        from: day("2024-02-01"),
        to: day("2024-02-29"),
        stated: Totals {
            count: 1,
            total: Fen::new(total),
            funds: Fen::new(15_000),
            accounts: Fen::new(35_000),
            cash: Fen::ZERO,
        },
        recognised: Fen::new(50_000),
    };
    let prepare = |total: i64| {
        let today = office.agency.now().date();
        ApplyClearing::prepare(office.agency.store(), asked(total), today).unwrap()
    };
    let words = office.refusal(HOSPITAL_3, &prepare(50_001));
    assert!(words.contains("医疗费总额：机构500.01，中心500.00，相差0.01"), "{words}");
    let filed = office.ask(HOSPITAL_3, &prepare(50_000));
    assert_eq!(filed, Ok(Outcome::Filed { number: "202402-11-1".into() }));
}

#[test]
fn a_period_makes_sense_or_is_refused() {
    let words = |from: &str, to: &str| Period::new(day(from), day(to)).unwrap_err().value;
    assert_eq!(words("2024-03-02", "2024-03-01"), "结束日期2024-03-01早于开始日期2024-03-02");
    assert_eq!(words("2023-01-01", "2024-03-01"), "2023-01-01至2024-03-01超过366天");
}

#[test]
fn a_settlement_reinstated_and_then_reversed_never_happened() {
    let office = Office::open();
    office.set("2024-02-05 09:00:00");
    let cared = office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    office.undo(HOSPITAL_3, cared.entry, "M2");
    office.reverse(HOSPITAL_3, "M2", "2208");
    office.reverse(HOSPITAL_3, "M1", "2207");
    office.set("2024-03-05 09:00:00");
    assert_eq!(sums(&office, Rows::All), (0, "0.00".into(), "0.00".into()));
    assert!(compared(&office, Rows::All, "").unwrap().is_empty());
}
