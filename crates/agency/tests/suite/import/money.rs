//! Opening balances, and what was used elsewhere.

use super::{CHONGQING, Desk, PEOPLE, faults, told};
use agency::import::Table;
use agency::ledger::Head;
use kernel::Fen;
use store::{Account, Id, Queries as _};

const OPENINGS: &str = "
    person,day,current,earlier
    99500000001,2025-12-31,120.00,3500.00
    99500000002,2025-12-31,,88.01
";

impl Desk {
    fn account(&self, person: &str) -> Account {
        let accounts = self.store.accounts(CHONGQING, "", 10).unwrap();
        accounts.into_iter().find(|account| &*account.key.person == person).unwrap()
    }
}

#[test]
fn an_account_is_opened_once_and_its_entry_balances() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    assert_eq!(told(&desk.import(Table::Openings, OPENINGS)), ["+", "+"]);
    assert_eq!(told(&desk.import(Table::Openings, OPENINGS)), ["=", "="]);
    let account = desk.account("99500000001");
    let holds = (account.current, account.earlier, account.year);
    assert_eq!(holds, (Fen::new(12_000), Fen::new(350_000), 2025));
    let entries = desk.store.history(&account.key, Id::MIN, Id::MAX).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].id, account.last);
    let posted: Vec<_> =
        entries[0].postings.iter().map(|it| (it.account, it.amount.get())).collect();
    let numbers = [Head::Opening, Head::AccountCurrent, Head::AccountEarlier].map(Head::number);
    let amounts = [362_000, -12_000, -350_000];
    assert_eq!(posted, numbers.into_iter().zip(amounts).collect::<Vec<_>>());
}

#[test]
fn an_account_opened_otherwise_is_a_fault_that_says_how() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    desk.import(Table::Openings, OPENINGS);
    let other = "person,day,current\n99500000002,2025-12-31,1.00\n99500000009,2025-12-31,1";
    let done = desk.import(Table::Openings, other);
    assert_eq!(told(&done), ["opened-otherwise", "unknown-person"]);
    let text = "current（当年资金）“1.00”：已按 2025-12-31 建账：当年 0.00 元、历年 88.01 元；\
                期初余额只导入一次，更正请走账务更正";
    assert_eq!(faults(&done)[0], text);
}

fn used(total: &str) -> String {
    format!(
        "person,year,accumulator,used,source
         99500000001,2026,limit.pool-year,{total},住院系统
         99500000001,2026,普通门诊统筹年度支付限额,100.00,原系统
         99500000001,2026,ordinary.deductible,200.00,原系统"
    )
}

#[test]
fn what_was_used_elsewhere_is_a_total_of_which_the_difference_is_posted() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    assert_eq!(told(&desk.import(Table::Elsewhere, &used("12000.00"))), ["+", "+", "+"]);
    assert_eq!(told(&desk.import(Table::Elsewhere, &used("12000.00"))), ["=", "=", "="]);
    assert_eq!(told(&desk.import(Table::Elsewhere, &used("11000.00"))), ["~", "=", "="]);
    let years = desk.store.years(CHONGQING, ("", 0), 10).unwrap();
    let cells: Vec<_> = years[0].cells.iter().map(|(name, used)| (&**name, *used)).collect();
    assert_eq!(
        cells,
        [
            ("limit.ordinary.ordinary-year", 10_000),
            ("limit.pool-year", 1_100_000),
            ("ordinary.deductible", 20_000)
        ]
    );
    let history = desk.store.history(&Desk::key("99500000001"), Id::MIN, Id::MAX).unwrap();
    assert_eq!(history.len(), 4, "one entry for every difference");
    assert!(history[3].record.contains(r#""moves":[["limit.pool-year",-100000]]"#));
    assert_eq!(desk.account("99500000001").last, history[3].id);
    let gone = used("0");
    assert_eq!(told(&desk.import(Table::Elsewhere, &gone)), ["~", "=", "="]);
    let years = desk.store.years(CHONGQING, ("", 0), 10).unwrap();
    assert!(!years[0].cells.contains_key("limit.pool-year"), "zeros are not kept");
}

#[test]
fn an_unknown_accumulator_is_named_with_those_there_are() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    let text = "person,year,accumulator,used\n99500000001,2026,住院,1";
    let [fault] = faults(&desk.import(Table::Elsewhere, text)).try_into().unwrap();
    assert!(fault.contains("limit.pool-year、limit.large-amount-year"), "{fault}");
}
