//! Files of employers and of months, as they are imported.

use crate::import::{Desk, PEOPLE, faults, told};
use agency::enrolment::months_of;
use agency::import::Table;
use agency::ledger::Head;
use store::{Id, PersonKey, Queries as _};

const EMPLOYERS: &str = "
    单位编号,单位名称,区县,起始日,终止日
    99DW000001,测试机械厂,测试区,2024-01-01,
    99DW000002,测试纺织厂,,2025-01-01,2025-06-30
";

const MONTHS: &str = "
    人员编号,单位编号,缴费月,参保类型,缴费基数,单位缴费,个人缴费,大额保费,到账日
    99500000001,99DW000001,2025-12,随单位参保,6000,510,120,95,2025-12-12
    99500000002,99DW000001,202512,employer,7000.00,595.00,140.00,110.00,2025-12-12
    99500000001,99DW000001,2026年1月,employer,6000,510,120,95,
    99500000003,,2026-01,个人参保一档,4000,,256.25,,2026-01-04
";

#[test]
fn a_file_of_months_goes_in_once_and_is_booked_by_employer_month_and_day() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    assert_eq!(told(&desk.import(Table::Employers, EMPLOYERS)), ["+", "+"]);
    assert_eq!(told(&desk.import(Table::Employers, EMPLOYERS)), ["=", "="]);
    assert_eq!(told(&desk.run(Table::Contributions, MONTHS, true)), ["+"; 4]);
    assert!(months_of(&desk.store, &Desk::key("99500000001")).unwrap().is_empty());
    assert_eq!(told(&desk.import(Table::Contributions, MONTHS)), ["+"; 4]);
    assert_eq!(told(&desk.import(Table::Contributions, MONTHS)), ["="; 4]);
    let entries = |party: &str| {
        let key: PersonKey = Desk::key(party);
        desk.store.history(&key, Id::MIN, Id::MAX).unwrap()
    };
    let booked = entries("99DW000001");
    let bank: Vec<i64> = booked.iter().map(|entry| entry.postings[0].amount.get()).collect();
    // 725 + 845 yuan for December; January is declared and not paid.
    assert_eq!(bank, [157_000]);
    assert_eq!(booked[0].postings[0].account, Head::Bank.number());
    assert_eq!(entries("99500000003").len(), 1);
    assert_eq!(months_of(&desk.store, &Desk::key("99500000001")).unwrap().len(), 2);
}

#[test]
fn rows_are_refused_with_column_value_and_what_would_be_right() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    desk.import(Table::Employers, EMPLOYERS);
    desk.import(Table::Contributions, MONTHS);
    let done = desk.import(
        Table::Contributions,
        "person,employer,month,plan,base,own_share,paid_on
         99500000001,99DW000002,2025-12,employer,6000,120,
         99500000001,99DW000002,2025-03,employer,6000,120,
         99500000009,99DW000001,2025-12,employer,6000,120,
         99500000002,99DW000001,2026-13,employer,6000,120,
         99500000002,99DW000001,2026-01,tier,6000,120,
         99500000002,99DW000001,2026-01,employer,6000,119,2026-01-05
         99500000002,99DW000001,2026-01,employer,6000,120,2026-01-05",
    );
    let codes = [
        "employer-not-enrolled",
        "+",
        "unknown-person",
        "not-of-the-form",
        "unknown-code",
        "+",
        "rows-differ",
    ];
    assert_eq!(told(&done), codes);
    let span = "month（缴费月）“2025-12”：该单位参保期为 2025-01-01 至 2025-06-30，不含这个月";
    assert_eq!(faults(&done)[0], span);
    let remarks: Vec<String> = done[5].remarks.iter().map(|it| it.text(false)).collect();
    let share = "own_share（个人缴费）“119.00”：个人缴费 119.00 元，按政策应为 120.00 元（渝医保发〔2023〕32号 第九条）";
    assert_eq!(remarks[0], share);
    let elsewhere = desk.import(
        Table::Contributions,
        "person,employer,month,plan,base\n99500000001,99DW000001,2025-03,employer,6000",
    );
    let named = "employer（单位编号）“99DW000001”：这个人的这个月已由 99DW000002 申报；请该单位先作废那一条";
    assert_eq!(faults(&elsewhere), [named]);
}
