//! The funds: reports that tie, money that two enter, months that are kept.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use serde_json::{Value, json};
use server::api::Role;

fn approve(desk: &Desk, proposed: &Value) -> Value {
    let number = proposed["number"].as_str().unwrap();
    desk.done(Role::Finance, "POST", &format!("{CQ}/proposals/{number}/approve"), &json!({}))
}

#[test]
fn money_is_entered_by_two_and_the_reports_show_it() {
    let desk = Desk::open();
    Care::ready(&desk.town.sender(5), 22, &[(111, 3)]).settle().output();
    let accounts = desk.get(Role::Auditor, &format!("{CQ}/funds/sheet"));
    let opened = accounts["funds"][1]["amount"].as_i64().unwrap();
    let opening = json!({
        "day": "2026-03-09", "bank": opened + 1_000_000, "pool": 950_000, "accounts": opened,
        "large_amount": 30_000, "source": "原系统",
        "owed": [{"what": "payable", "whom": "H99500000002", "amount": 20_000}],
    });
    let proposed = desk.done(Role::Clerk, "POST", &format!("{CQ}/funds/opening"), &opening);
    approve(&desk, &proposed);
    let movement = json!({
        "movement": "interest", "of": "pool", "amount": 2_500, "reference": "YH-1", "source": "银行",
        "day": "2026-03-10",
    });
    let path = format!("{CQ}/funds/movements");
    let proposed = desk.done(Role::Clerk, "POST", &path, &movement);
    let done = approve(&desk, &proposed);
    let entered = &done["conclusion"]["outcome"]["document"];
    assert_eq!((&entered["fen"], &entered["what"]), (&json!(2_500), &json!("统筹基金利息收入")));
    let again = problem(&desk.write(Role::Clerk, "POST", &path, &movement), 409);
    assert!(again["value"].as_str().unwrap().contains("凭证YH-1已记账"), "{again}");
    let sheet = desk.get(Role::Auditor, &format!("{CQ}/funds/sheet"));
    assert_eq!(sheet["balances"], true, "{sheet}");
    let income = desk.get(Role::Finance, &format!("{CQ}/funds/income?fund=pool"));
    assert_eq!(income["income"], 2_500);
    let benefits: Vec<&Value> =
        income["lines"].as_array().unwrap().iter().filter(|it| it["line"] == "benefits").collect();
    assert_eq!(benefits[0]["month"], benefits[1]["month"], "all of it is of one programme");
    let spent = benefits[0]["month"].as_i64().unwrap();
    assert!(spent > 0 && benefits[1]["programme"].is_string(), "{income}");
    assert_eq!(income["balance"], 950_000 + 2_500 - spent);
    let vouchers = desk.items(Role::Administrator, &format!("{CQ}/funds/vouchers"));
    let numbers: Vec<_> = vouchers.iter().map(|it| it["reference"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["YH-1", "opening"]);
    desk.town.set("2026-04-02 08:00:00");
    let reserve = desk.get(Role::Finance, &format!("{CQ}/funds/reserve?month=2026-03"));
    assert_eq!((&reserve["spent"], &reserve["months_counted"]), (&json!(spent), &json!(1)));
    let keep = |month: &str| {
        desk.write(Role::Finance, "POST", &format!("{CQ}/funds/months"), &json!({"month": month}))
    };
    assert_eq!(problem(&keep("2026-04"), 422)["right"], "还没有过完，最晚可月结2026-03");
    assert_eq!(keep("2026-03").json(), json!({"kept": 1}));
    assert_eq!(keep("2026-03").json(), json!({"kept": 0}));
    let kept = desk.get(Role::Finance, &format!("{CQ}/funds/income?fund=pool&month=2026-03"));
    assert_eq!(kept["lines"], income["lines"]);
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let desk = Desk::open();
    let movement = |of: &str| {
        json!({
            "movement": "fiscal-subsidy", "of": of, "amount": 1, "reference": "1", "source": "财政",
            "day": "2026-03-10",
        })
    };
    let path = format!("{CQ}/funds/movements");
    let wrong = problem(&desk.write(Role::Clerk, "POST", &path, &movement("accounts")), 422);
    assert_eq!((&wrong["field"], &wrong["value"]), (&json!("of"), &json!("accounts")), "{wrong}");
    let month = desk.look(Role::Auditor, &format!("{CQ}/funds/sheet?month=2026-13"));
    assert_eq!(problem(&month, 422)["right"], "应为月份，如2026-03");
    let ahead = desk.look(Role::Auditor, &format!("{CQ}/funds/sheet?month=2999-01"));
    assert!(problem(&ahead, 422)["detail"].as_str().unwrap().contains("2999-01还没有到"));
    let clerk = desk.look(Role::Clerk, &format!("{CQ}/funds/sheet"));
    problem(&clerk, 403);
    let year = json!({"year": 2025});
    let proposed = desk.done(Role::Clerk, "POST", &format!("{CQ}/interest-years"), &year);
    approve(&desk, &proposed);
    let runs = || desk.items(Role::Auditor, &format!("{CQ}/runs?kind=interest-year"));
    while runs()[0]["state"] == "running" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // Chongqing's policy gives no interest.
    assert!(runs()[0]["failed"].as_str().unwrap().contains("2025年个人账户计息"), "{:?}", runs());
}
