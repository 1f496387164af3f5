//! Money of the funds that moves: entered once, by its number, and refused with what would be right.

use super::{march, opening};
use crate::office::{AREA, Office, day, person};
use agency::business::funds::{MoveMoney, Movement, OpenFunds};
use agency::funds::FundKind;
use agency::ledger::Head;
use kernel::account::Purpose;
use store::{EntryKind, Id, PersonKey};

#[test]
fn a_voucher_is_entered_once() {
    let office = Office::open();
    office.moves(Movement::Interest(FundKind::Pool), 2_500, "B1").unwrap();
    let again = office.moves(Movement::Interest(FundKind::Pool), 2_500, "B1").unwrap_err();
    assert_eq!(&*again.value, "凭证B1已记账：统筹基金利息收入25.00，2024-03-05");
    // The same number of another movement is another voucher.
    office.moves(Movement::FiscalSubsidy(FundKind::LargeAmount), 100, "B1").unwrap();
    let party = PersonKey::new(AREA, "FUND");
    let entries = office.agency.store().history(&party, Id::MIN, Id::MAX).unwrap();
    let posted: Vec<_> = entries
        .iter()
        .map(|entry| {
            let sides = entry.postings.iter().map(|it| (it.account, it.amount.get()));
            (entry.kind, sides.collect::<Vec<_>>())
        })
        .collect();
    let bank = Head::Bank.number();
    assert_eq!(
        posted,
        [
            (EntryKind::Interest, vec![(bank, 2_500), (Head::PoolIncome.number(), -2_500)]),
            (EntryKind::Fund, vec![(bank, 100), (Head::LargeAmountIncome.number(), -100)]),
        ]
    );
}

#[test]
fn amounts_numbers_and_days_that_cannot_be_are_refused() {
    let office = Office::open();
    let pool = Movement::FiscalSubsidy(FundKind::Pool);
    let refused = office.moves(pool, 0, "B1").unwrap_err();
    assert_eq!(&*refused.value, "统筹基金财政补贴的金额0.00应为正数");
    assert!(office.moves(pool, -5, "B1").is_err());
    assert!(office.moves(pool, i64::MAX, "B1").is_err());
    assert!(office.moves(pool, i64::MIN, "B1").is_err());
    let refused = office.moves(pool, 5, " ").unwrap_err();
    assert!(refused.value.contains("缺少凭证号"), "{refused}");
    let later = MoveMoney {
        area: AREA,
        movement: pool,
        amount: 5,
        reference: "B1".into(),
        source: "财务".into(),
        day: day("2024-03-06"),
    };
    assert!(office.refusal("", &later).contains("晚于今天2024-03-05"));
    // The bank takes back what it paid too much.
    office.moves(Movement::Interest(FundKind::Pool), -5, "B2").unwrap();
    assert_eq!(Movement::from_code("fiscal-subsidy", "accounts"), None);
    assert_eq!(Movement::from_code("premiums", "pharmacy"), None);
    for code in Movement::CODES {
        let of = ["pool", "resident-premium", ""];
        let movement = of.iter().find_map(|of| Movement::from_code(code, of)).unwrap();
        assert_eq!(movement.code(), *code);
    }
    let purpose = Purpose::ResidentPremium;
    assert_eq!(Movement::from_code("premiums", purpose.code()), Some(Movement::Premiums(purpose)));
}

#[test]
fn the_funds_are_opened_once_and_what_they_have_is_what_they_owe_and_have_left() {
    let office = march(&[]);
    let again = office.refusal("", &opening());
    assert!(again.contains("基金已按2024-02-29建账，银行存款10000.00"), "{again}");
    let office = Office::open();
    let off = OpenFunds { bank: 1_000_001, ..opening() };
    let refused = office.refusal("", &off);
    assert!(refused.contains("资产10000.01，负债与结余10000.00，相差0.01：应相等"), "{refused}");
    let nobody = OpenFunds { owed: vec![(Head::Payable, "".into(), 20_000)], ..opening() };
    assert!(office.refusal("", &nobody).contains("应写明对象和正数金额"));
    let not_owed = OpenFunds { owed: vec![(Head::PoolIncome, "H".into(), 20_000)], ..opening() };
    assert!(office.refusal("", &not_owed).contains("统筹基金收入"));
    let nothing = OpenFunds { bank: 0, left: [0; 4], owed: Vec::new(), ..opening() };
    assert!(office.refusal("", &nothing).contains("没有金额"));
    office.ask("", &opening()).unwrap();
    assert!(office.agency.store().history(&person("FUND"), Id::MIN, Id::MAX).unwrap().len() == 1);
}
