//! Accounts that close, and money that comes from another area.

use super::{Books, CHONGQING, key, posted};
use crate::village::{PHARMACY_1, day, line};
use agency::business::account::{CloseAccount, Credit, CreditSource, TransferIn};
use agency::business::settle::Purchase;
use agency::facts;
use agency::ledger::Head;
use agency::{Business, Outcome};
use kernel::AccountUse;
use kernel::account::ClosureEvent;
use store::EntryKind;

fn books() -> Books {
    let people = [
        (CHONGQING, ("甲", "employer", "1985-05-20", "", "")),
        (CHONGQING, ("乙", "employer", "1950-05-20", "2010-05-01", "")),
    ];
    let books = Books::open("2024-03-05 09:00:00", &people);
    for who in ["甲", "乙"] {
        books.ask(put(who, 12_000, 30_000)).unwrap();
    }
    books
}

fn put(who: &str, current: i64, earlier: i64) -> Credit {
    Credit {
        person: key(CHONGQING, who),
        from: CreditSource::Opening,
        current,
        earlier,
        source: "测试".into(),
        reference: "1".into(),
        day: day("2024-03-05"),
    }
}

fn close(who: &str, event: ClosureEvent, on: &str) -> CloseAccount {
    CloseAccount {
        person: key(CHONGQING, who),
        event,
        day: day(on),
        payee: "测试丙，银行账号1".into(),
        source: "经办".into(),
        reference: "Z1".into(),
    }
}

fn buy(who: &str) -> impl Business + 'static {
    let at = "2024-03-20 09:00:00";
    let lines = vec![line("1", "A", 5_000, at)];
    let purchase = crate::village::purchase(who, PHARMACY_1, lines);
    Purchase { account_use: AccountUse::Own, ..purchase }
}

#[test]
fn death_pays_the_heirs_and_closes_the_account_for_good() {
    let books = books();
    books.set("2024-03-12 09:00:00");
    let refused = books.refusal(close("乙", ClosureEvent::Death, "2024-03-10"));
    assert!(refused.contains("尚未登记死亡"), "{refused}");
    books.learn(CHONGQING, "乙", facts::DEATH, "", "2024-03-10");
    let refused = books.refusal(close("乙", ClosureEvent::Death, "2024-03-09"));
    assert!(refused.contains("登记的死亡日期为2024-03-10"), "{refused}");
    let refused = books.refusal(close("乙", ClosureEvent::Emigration, "2024-03-10"));
    assert!(refused.contains("应按死亡注销"), "{refused}");
    let Outcome::Document(said) =
        books.ask(close("乙", ClosureEvent::Death, "2024-03-10")).unwrap()
    else {
        panic!()
    };
    assert_eq!((&said["payee"], &said["amount"]), (&"heirs".into(), &42_000.into()));
    assert_eq!(said["frozen_from"], "2024-03-11");
    assert_eq!(books.held(CHONGQING, "乙"), (0, 0));
    let entries = books.entries(CHONGQING, "乙");
    let last = entries.last().unwrap();
    assert_eq!(last.kind, EntryKind::Closure);
    let heads = [Head::AccountCurrent, Head::AccountEarlier, Head::PayableToPeople];
    assert_eq!(heads.map(|head| posted(last, head)), [12_000, 30_000, -42_000]);
    let refused = books.refusal(close("乙", ClosureEvent::Death, "2024-03-10"));
    assert!(refused.contains("个人账户已注销：死亡"), "{refused}");
    let refused = books.refusal(put("乙", 1, 0));
    assert!(refused.contains("个人账户已注销：死亡"), "{refused}");
    assert_eq!(books.run(CHONGQING, "2024-03").tally.skipped["closed"], 1);
    books.are_right();
}

#[test]
fn a_move_takes_the_balance_along_and_a_return_opens_the_account_again() {
    let books = books();
    books.set("2024-03-12 09:00:00");
    books.ask(close("甲", ClosureEvent::TransferOut, "2024-03-12")).unwrap();
    let entries = books.entries(CHONGQING, "甲");
    assert_eq!(posted(entries.last().unwrap(), Head::Transfers), -42_000);
    let refused = books.refusal(close("甲", ClosureEvent::TransferOut, "2024-03-12"));
    assert!(refused.contains("关系转出"), "{refused}");
    let refused = books.refusal(close("甲", ClosureEvent::TransferOut, "2024-03-13"));
    assert!(refused.contains("晚于今天"), "{refused}");
    books.set("2024-03-20 09:00:00");
    books.ask(buy("甲")).unwrap();
    assert_eq!(books.held(CHONGQING, "甲"), (0, 0), "a closed account pays nothing");
    books.set("2024-06-01 09:00:00");
    let back = TransferIn {
        person: key(CHONGQING, "甲"),
        amount: 50_000,
        from: "贵阳市".into(),
        reference: "520100-1".into(),
        day: day("2024-06-01"),
    };
    books.ask(back.clone()).unwrap();
    assert_eq!(books.held(CHONGQING, "甲"), (0, 50_000));
    let refused = books.refusal(back.clone());
    assert!(refused.contains("转移接续520100-1已转入"), "{refused}");
    books.ask(put("甲", 100, 0)).unwrap();
    let refused = books.refusal(TransferIn { amount: 0, reference: "2".into(), ..back });
    assert!(refused.contains("应为正数"), "{refused}");
    books.are_right();
}

#[test]
fn an_empty_account_closes_too() {
    let books = Books::open(
        "2024-03-05 09:00:00",
        &[(CHONGQING, ("甲", "employer", "1985-05-20", "", ""))],
    );
    books.ask(close("甲", ClosureEvent::Emigration, "2024-03-01")).unwrap();
    let refused = books.refusal(close("甲", ClosureEvent::Emigration, "2024-03-01"));
    assert!(refused.contains("已注销"), "{refused}");
    let refused = books.refusal(close("没有", ClosureEvent::Emigration, "2024-03-01"));
    assert!(refused.contains("未找到参保人"), "{refused}");
    books.are_right();
}
