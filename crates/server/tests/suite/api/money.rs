//! Accounts, family bindings, and what two operators do together.

use super::desk::{CQ, Desk, problem};
use crate::town::Town;
use serde_json::json;
use server::api::Role;

fn balance(desk: &Desk, person: u32) -> i64 {
    let path = format!("{CQ}/people/{}/account", Town::person(person));
    desk.get(Role::Finance, &path)["balance"].as_i64().unwrap()
}

#[test]
fn a_credit_is_proposed_by_one_and_done_by_another() {
    let desk = Desk::open();
    let person = Town::person(1);
    let path = format!("{CQ}/people/{person}");
    let credit = json!({
        "current": 15_000, "day": "2026-02-28", "source": "单位补缴", "reference": "BJ-1",
    });
    let before = balance(&desk, 1);
    let proposed = desk.done(Role::Clerk, "POST", &format!("{path}/credits"), &credit);
    assert_eq!((&proposed["state"], &proposed["by"]), (&json!("proposed"), &json!("demo-clerk")));
    assert_eq!(proposed["content"], credit);
    assert_eq!(balance(&desk, 1), before, "nothing is done yet");
    let number = proposed["number"].as_str().unwrap();
    let waiting = desk.items(Role::Finance, &format!("{CQ}/proposals?state=proposed"));
    assert_eq!(waiting, std::slice::from_ref(&proposed));
    let approve = format!("{CQ}/proposals/{number}/approve");
    let body = json!({"opinion": "凭证相符"}).to_string();
    let first = desk.write_as("demo-finance", "a1", "POST", &approve, &body);
    let done = first.json();
    assert_eq!(
        (&done["state"], &done["conclusion"]["by"]),
        (&json!("done"), &json!("demo-finance"))
    );
    assert_eq!(balance(&desk, 1), before + 15_000);
    let again = desk.write_as("demo-finance", "a1", "POST", &approve, &body);
    assert_eq!(again.body, first.body);
    assert_eq!(balance(&desk, 1), before + 15_000, "once");
    let twice = problem(&desk.write(Role::Finance, "POST", &approve, &json!({})), 409);
    assert!(twice["value"].as_str().unwrap().ends_with("已复核办理"), "{twice}");
    let movements = desk.items(Role::Auditor, &format!("{path}/account/movements"));
    let last = movements.last().unwrap();
    assert_eq!((&last["current"], &last["earlier"]), (&json!(15_000), &json!(0)));
    assert_eq!(desk.get(Role::Clerk, &format!("{CQ}/proposals/{number}")), done);
}

#[test]
fn maker_and_checker_differ_and_what_is_rejected_is_not_done() {
    let desk = Desk::open();
    let credits = format!("{CQ}/people/{}/credits", Town::person(1));
    let credit = json!({"earlier": 1, "day": "2026-02-28", "source": "更正", "reference": "GZ-1"});
    let proposed = desk.done(Role::Finance, "POST", &credits, &credit);
    let number = proposed["number"].as_str().unwrap().to_owned();
    let before = balance(&desk, 1);
    for step in ["approve", "reject"] {
        let path = format!("{CQ}/proposals/{number}/{step}");
        let own = desk.write(Role::Finance, "POST", &path, &json!({"opinion": "x"}));
        assert_eq!(problem(&own, 403)["value"], "经办与复核须为不同的人：demo-finance");
    }
    let other = desk.done(Role::Clerk, "POST", &credits, &credit);
    let reject = format!("{CQ}/proposals/{}/reject", other["number"].as_str().unwrap());
    problem(&desk.write(Role::Finance, "POST", &reject, &json!({})), 422);
    let told = desk.done(Role::Finance, "POST", &reject, &json!({"opinion": "重复"}));
    assert_eq!(
        (&told["state_zh"], &told["conclusion"]["opinion"]),
        (&json!("已退回"), &json!("重复"))
    );
    assert_eq!(balance(&desk, 1), before);
    let approve = format!("{CQ}/proposals/{}/approve", other["number"].as_str().unwrap());
    problem(&desk.write(Role::Finance, "POST", &approve, &json!({})), 409);
}

#[test]
fn what_could_not_be_done_is_not_even_proposed() {
    let desk = Desk::open();
    let credits = |person: &str| format!("{CQ}/people/{person}/credits");
    let credit =
        |fen: i64| json!({"current": fen, "day": "2026-02-28", "source": "x", "reference": "1"});
    problem(&desk.write(Role::Clerk, "POST", &credits("X"), &credit(1)), 404);
    let nothing = desk.write(Role::Clerk, "POST", &credits(&Town::person(1)), &credit(0));
    assert_eq!(problem(&nothing, 422)["value"], "计入金额应为正数");
    let half = json!({"current": 0.5, "day": "2026-02-28", "source": "x", "reference": "1"});
    let half = desk.write(Role::Clerk, "POST", &credits(&Town::person(1)), &half);
    assert_eq!(problem(&half, 422)["right"], "应为整数，单位为分");
    assert!(desk.items(Role::Finance, &format!("{CQ}/proposals")).is_empty());
}

#[test]
fn a_relative_is_bound_and_unbound() {
    let desk = Desk::open();
    let family = format!("{CQ}/people/{}/family", Town::person(1));
    let payer = Town::person(2);
    assert!(desk.items(Role::Clerk, &family).is_empty());
    let one = format!("{family}/{payer}");
    desk.done(Role::Clerk, "PUT", &one, &json!({"relation": "parent"}));
    let bound = desk.items(Role::Clerk, &family);
    assert_eq!((&bound[0]["payer"], &bound[0]["relation"]), (&json!(payer), &json!("parent")));
    let other = format!("{family}/{}", Town::person(3));
    let second = desk.write(Role::Clerk, "PUT", &other, &json!({"relation": "parent"}));
    assert_eq!(problem(&second, 409)["type"], "urn:gongji:problem:4612");
    let cousin = desk.write(Role::Clerk, "PUT", &one, &json!({"relation": "cousin"}));
    assert_eq!(problem(&cousin, 422)["field"], "relation");
    desk.done(Role::Clerk, "DELETE", &one, &json!({}));
    assert!(desk.items(Role::Clerk, &family).is_empty());
    problem(&desk.write(Role::Clerk, "DELETE", &one, &json!({})), 404);
}
