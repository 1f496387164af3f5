//! Paper claims from the window to the bank, over the API.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use crate::town::Town;
use serde_json::{Value, json};
use server::api::Role;

fn people() -> String {
    format!("{CQ}/people/{}/paper-claims", Town::person(22))
}

/// A bill of 1,200.00 at a hospital of another province.
fn bill(desk: &Desk, number: &str) -> Value {
    let class_a = |ware: &&agency::town::Ware| {
        let plain = |detail: &agency::directory::ItemDetail| {
            &*detail.class == "A" && detail.ceiling.is_none() && detail.ceilings.is_empty()
        };
        ware.drug
            && ware
                .spans
                .iter()
                .all(|(_, _, it)| plain(it) && it.flags.is_empty() && !it.restricted)
    };
    let ware = desk.town.wares.iter().find(class_a).unwrap();
    json!({
        "reference": format!("W-{number}"), "submitted": "2026-03-09", "service": "2026-03-02",
        "issuer": {"name": "测试外地医院", "area": "990100", "level": "2", "designated": true},
        "receipts": [{"code": "99T", "number": number, "amount": 120_000}],
        "documents": ["票据", "费用清单", "病历或处方", "医保电子凭证或社保卡"],
        "lines": [{"item": &*ware.code, "name": "测试", "amount": 120_000}],
        "payee": {"name": "测试", "bank": "测试银行", "account": "99"},
    })
}

#[test]
fn a_claim_goes_from_the_window_to_the_bank() {
    let desk = Desk::open();
    let received = desk.done(Role::Clerk, "POST", &people(), &bill(&desk, "1"));
    assert_eq!((&received["state"], &received["due"]), (&json!("received"), &json!(0)));
    assert_eq!(received["warnings"][0]["caveat"], "issuer-unverified");
    let again = desk.done(Role::Clerk, "POST", &people(), &bill(&desk, "1"));
    assert_eq!(again["number"], received["number"], "handed in again, it is the same");
    let claim = format!("{}/{}", people(), received["number"].as_str().unwrap());
    let look = desk.get(Role::Reviewer, &format!("{claim}/look"));
    let owed = look["verdict"]["owed"].as_i64().unwrap();
    let verdict = &look["verdict"];
    let base = verdict["in_scope"].as_i64().unwrap() - verdict["deductible"].as_i64().unwrap();
    // 60 % in work, 70 % retired, of what is above the deductible.
    assert!(owed * 10 == base * 6 || owed * 10 == base * 7, "{look}");
    assert_eq!(look["open"].as_array().unwrap().len(), 1);
    let decide = format!("{claim}/decide");
    let open = problem(&desk.write(Role::Reviewer, "POST", &decide, &json!({})), 409);
    assert!(open["detail"].as_str().unwrap().contains("机构待核实"), "{open}");
    let clear = json!([{"caveat": "issuer-unverified", "note": "已电话核实"}]);
    let review = format!("{claim}/review");
    let wrong = json!({"clear": [{"caveat": "issuer-unverified", "note": " "}]});
    problem(&desk.write(Role::Reviewer, "POST", &review, &wrong), 422);
    let reviewed = desk.done(Role::Reviewer, "POST", &review, &json!({"clear": clear}));
    assert_eq!(reviewed["warnings"][0]["cleared"]["by"], "demo-reviewer");
    let decided = desk.done(Role::Reviewer, "POST", &decide, &json!({"opinion": "同意"}));
    assert_eq!((&decided["state"], &decided["due"]), (&json!("decided"), &json!(owed)));
    assert!(!decided["decided"]["articles"].as_array().unwrap().is_empty());
    problem(&desk.write(Role::Reviewer, "POST", &decide, &json!({})), 409);
    let notice = desk.get(Role::Auditor, &format!("{claim}/notice"));
    let words = notice["explanation"].to_string();
    assert!(words.contains("第五条") && notice["documents"].as_array().unwrap().len() == 4);

    let orders = format!("{CQ}/people-orders");
    let made = desk.done(Role::Finance, "POST", &orders, &json!({"batch": "L1"}));
    assert_eq!((&made["state"], &made["total"]), (&json!("made"), &json!(owed)));
    let approve = format!("{orders}/L1/approve");
    problem(&desk.write(Role::Finance, "POST", &approve, &json!({})), 403);
    let refuse = format!("{orders}/L1/refuse");
    problem(&desk.write(Role::Finance, "POST", &refuse, &json!({"reason": " "})), 422);
    // Who made it may not refuse it either; a clerk makes the next one.
    problem(&desk.write(Role::Finance, "POST", &refuse, &json!({"reason": "重制"})), 403);
    assert_eq!(desk.items(Role::Auditor, &orders), [made]);
    assert_eq!(desk.get(Role::Clerk, &claim)["order"], "L1");
    let mine = desk.items(Role::Clerk, &format!("{CQ}/paper-claims?state=ordered"));
    assert_eq!(mine.len(), 1);
}

#[test]
fn what_a_clerk_orders_finance_pays_and_the_bank_may_send_back() {
    let desk = Desk::open();
    let received = desk.done(Role::Clerk, "POST", &people(), &bill(&desk, "1"));
    let claim = format!("{}/{}", people(), received["number"].as_str().unwrap());
    let clear = json!({"clear": [{"caveat": "issuer-unverified", "note": "已电话核实"}]});
    let decided = desk.done(Role::Reviewer, "POST", &format!("{claim}/decide"), &clear);
    let owed = &decided["due"];
    let orders = format!("{CQ}/people-orders");
    desk.done(Role::Clerk, "POST", &orders, &json!({"batch": "L1"}));
    let withdraw = format!("{claim}/withdraw");
    let why = json!({"reason": "票据有误"});
    problem(&desk.write(Role::Reviewer, "POST", &withdraw, &why), 409);
    let paid = desk.done(Role::Finance, "POST", &format!("{orders}/L1/approve"), &json!({}));
    assert_eq!((&paid["state"], &paid["checker"]), (&json!("approved"), &json!("demo-finance")));
    assert_eq!(&desk.get(Role::Clerk, &claim)["paid"], owed);
    let back = format!("{claim}/returned");
    let returned = desk.done(Role::Finance, "POST", &back, &json!({"reason": "账号不符"}));
    assert_eq!((&returned["state"], &returned["due"]), (&json!("returned"), owed));
    let payee = json!({"name": "测试", "bank": "测试银行", "account": "100"});
    let amended = desk.done(Role::Clerk, "PUT", &format!("{claim}/payee"), &payee);
    assert_eq!(amended["stated"]["payee"]["account"], "100");
    problem(&desk.write(Role::Clerk, "POST", &withdraw, &why), 403);
    let withdrawn = desk.done(Role::Reviewer, "POST", &withdraw, &why);
    assert_eq!((&withdrawn["state"], &withdrawn["due"]), (&json!("withdrawn"), &json!(0)));
}

#[test]
fn a_bill_that_was_settled_at_a_counter_is_seen() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    let settled = Care::ready(&sender, 22, &[(111, 10)]).settle();
    let settled = settled.output();
    let total = crate::identities::fen(&settled["setlinfo"]["medfee_sumamt"]);
    let mut stated = bill(&desk, "1");
    stated["issuer"] = json!({"code": sender.institution});
    stated["service"] = json!("2026-03-10");
    stated["submitted"] = json!("2026-03-10");
    stated["receipts"][0]["amount"] = json!(total);
    stated["lines"][0]["amount"] = json!(total);
    let received = desk.done(Role::Clerk, "POST", &people(), &stated);
    assert_eq!(received["warnings"][0]["caveat"], "settled-at-counter", "{received}");
    let claim = format!("{}/{}", people(), received["number"].as_str().unwrap());
    let why = json!({"reason": "已联网结算"});
    let refused = desk.done(Role::Reviewer, "POST", &format!("{claim}/refuse"), &why);
    assert_eq!(refused["state"], "refused");
    // The same receipt may come again, and is refused elsewhere while it is held.
    desk.done(Role::Clerk, "POST", &people(), &stated);
    let other = format!("{CQ}/people/{}/paper-claims", Town::person(21));
    let used = problem(&desk.write(Role::Clerk, "POST", &other, &stated), 409);
    assert!(used["detail"].as_str().unwrap().contains("已由"), "{used}");
    stated["lines"][0]["quantity"] = json!(0);
    problem(&desk.write(Role::Clerk, "POST", &people(), &stated), 422);
    let nobody = format!("{CQ}/people/nobody/paper-claims");
    problem(&desk.write(Role::Clerk, "POST", &nobody, &stated), 404);
}
