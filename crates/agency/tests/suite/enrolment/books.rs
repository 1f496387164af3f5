//! What arrives at the bank.

use super::{Declared, Enrolling, FACTORY, MILL, Took, Wrong, alone, day, person, posted, row};
use crate::office::AREA;
use agency::business::enrolment::KeepEmployer;
use agency::enrolment::{Employer, Remark, months_of};
use agency::ledger::Head;
use kernel::Date;

const BANK: i16 = Head::Bank.number();
const POOL: i16 = Head::PoolIncome.number();
const ACCOUNTS: i16 = Head::Contributions.number();
const LARGE: i16 = Head::LargeAmountIncome.number();

#[test]
fn an_employers_month_is_one_balanced_entry_and_the_same_file_again_books_nothing() {
    let office = Enrolling::open();
    let rows = [row("P1", "2024-03", "2024-03-05"), row("P2", "2024-03", "2024-03-05")];
    assert_eq!(office.declared(FACTORY, &rows), [Took::Added; 2]);
    let booked = office.receipts(FACTORY);
    // 2 × (510 + 120 + 95): the employer's money is the pool's, the employee's 2 % the account's (CQ 9).
    let amounts = [(BANK, 145_000), (POOL, -102_000), (ACCOUNTS, -24_000), (LARGE, -19_000)];
    assert_eq!(booked.iter().map(posted).collect::<Vec<_>>(), [amounts]);
    assert_eq!(office.declared(FACTORY, &rows), [Took::Unchanged; 2]);
    assert_eq!(office.receipts(FACTORY).len(), 1);
    office.sound();
}

#[test]
fn what_is_declared_and_not_paid_is_not_booked_until_it_is() {
    let office = Enrolling::open();
    office.declared(FACTORY, &[row("P1", "2024-03", "")]);
    assert_eq!(office.receipts(FACTORY).len(), 0);
    office.declared(FACTORY, &[row("P1", "2024-03", "2024-03-04")]);
    assert_eq!(posted(&office.receipts(FACTORY)[0])[0], (BANK, 72_500));
    // The first file once more does not take the payment back.
    assert_eq!(office.declared(FACTORY, &[row("P1", "2024-03", "")]), [Took::Unchanged]);
    assert_eq!(office.receipts(FACTORY).len(), 1);
}

#[test]
fn a_correction_books_only_the_difference_and_a_withdrawal_gives_back() {
    let office = Enrolling::open();
    office.declared(FACTORY, &[row("P1", "2024-03", "2024-03-04")]);
    let more = Declared {
        base: 650_000,
        employer_share: 55_250,
        own_share: 13_000,
        ..row("P1", "2024-03", "")
    };
    assert_eq!(office.wrong(FACTORY, &more), Wrong::Paid { on: "2024-03-04".into() });
    let more = Declared { paid_on: Date::parse("2024-03-05"), ..more };
    assert_eq!(office.declared(FACTORY, std::slice::from_ref(&more)), [Took::Changed]);
    // 552.50 − 510 and 130 − 120.
    let booked = office.receipts(FACTORY);
    assert_eq!(posted(&booked[1]), [(BANK, 5_250), (POOL, -4_250), (ACCOUNTS, -1_000)]);
    let withdrawn = Declared { withdrawn: true, ..more };
    assert_eq!(office.declared(FACTORY, std::slice::from_ref(&withdrawn)), [Took::Changed]);
    let back = [(BANK, -77_750), (POOL, 55_250), (ACCOUNTS, 13_000), (LARGE, 9_500)];
    assert_eq!(posted(&office.receipts(FACTORY)[2]), back);
    assert_eq!(office.declared(FACTORY, &[withdrawn]), [Took::Unchanged]);
    // The month is free for whoever it belongs to.
    assert_eq!(office.declared(MILL, &[row("P1", "2024-03", "2024-03-05")]), [Took::Added]);
    office.sound();
}

#[test]
fn one_month_of_a_person_has_one_employer() {
    let office = Enrolling::open();
    office.declared(FACTORY, &[row("P1", "2024-03", "")]);
    let elsewhere = |by: &str| Wrong::Elsewhere { by: by.into() };
    assert_eq!(office.wrong(MILL, &row("P1", "2024-03", "")), elsewhere(FACTORY));
    assert_eq!(office.wrong("", &row("P1", "2024-03", "")), elsewhere(FACTORY));
    office.declared("", &[alone("P2", "2024-03", "", "individual-1", 400_000, 25_625)]);
    assert_eq!(office.wrong(MILL, &row("P2", "2024-03", "")), elsewhere(""));
}

#[test]
fn of_what_people_pay_by_themselves_the_account_gets_what_the_policy_credits() {
    let office = Enrolling::open();
    let first = alone("P3", "2024-03", "2024-03-05", "individual-1", 512_500, 25_625);
    let second = alone("P4", "2024-03", "2024-03-05", "individual-2", 512_500, 56_375);
    office.declared("", &[first, second]);
    // The first tier has no account: all is the pool's.
    assert_eq!(posted(&office.receipts("P3")[0]), [(BANK, 25_625), (POOL, -25_625)]);
    // Second tier: 2 % of 5125.00 = 102.50 belongs to the account, 563.75 − 102.50 = 461.25 to the pool.
    let shares = [(BANK, 56_375), (POOL, -46_125), (ACCOUNTS, -10_250)];
    assert_eq!(posted(&office.receipts("P4")[0]), shares);
    office.sound();
}

#[test]
fn rows_that_cannot_be_are_refused_one_by_one() {
    let office = Enrolling::open();
    let right = row("P1", "2024-03", "");
    let wrong = |employer: &str, row: Declared| office.wrong(employer, &row).code();
    assert_eq!(wrong(FACTORY, row("P9", "2024-03", "")), "unknown-person");
    assert_eq!(wrong("99DW000009", right.clone()), "unknown-employer");
    assert_eq!(wrong(FACTORY, row("P1", "2022-12", "")), "employer-not-enrolled");
    assert_eq!(wrong(FACTORY, row("P1", "2025-04", "")), "month-too-far-ahead");
    assert_eq!(wrong(FACTORY, row("P1", "2024-03", "2024-03-06")), "paid-in-the-future");
    assert_eq!(wrong(FACTORY, Declared { plan: "tier-9".into(), ..right.clone() }), "unknown-code");
    assert_eq!(wrong(FACTORY, Declared { own_share: -1, ..right.clone() }), "not-of-the-form");
    assert_eq!(wrong(FACTORY, Declared { withdrawn: true, ..right.clone() }), "not-on-file");
    let nothing = Declared { base: 0, employer_share: 0, own_share: 0, large_amount: 0, ..right };
    assert_eq!(wrong(FACTORY, nothing), "nothing-declared");
    assert_eq!(office.receipts(FACTORY).len(), 0);
    assert!(months_of(office.agency.store(), &person("P1")).unwrap().is_empty());
}

#[test]
fn a_share_that_is_not_the_policys_is_taken_and_remarked() {
    let office = Enrolling::open();
    let odd = Declared { own_share: 11_900, ..row("P1", "2024-03", "2024-03-05") };
    let said = office.declare(FACTORY, &[odd, row("P2", "2024-03", "2024-03-05")]);
    let article = "渝医保发〔2023〕32号 第九条".into();
    let remark = Remark::OwnShare { stated: 11_900, expected: 12_000, articles: vec![article] };
    assert_eq!(said.rows[0].remarks, [remark]);
    assert_eq!((said.rows[0].took.clone(), said.rows[1].remarks.len()), (Ok(Took::Added), 0));
}

#[test]
fn an_employers_code_is_no_persons_number() {
    let office = Enrolling::open();
    let employer = Employer {
        name: "测试".into(),
        district: "".into(),
        since: day("2024-01-01"),
        until: Date::MAX,
    };
    let keep = KeepEmployer { area: AREA, code: "P1".into(), employer };
    assert!(office.refusal("", &keep).contains("单位编号P1已是一个人员编号"));
}
