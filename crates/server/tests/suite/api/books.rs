//! Balances, closing, recalculations, checks.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use crate::town::Town;
use serde_json::json;
use server::api::Role;
use std::time::{Duration, Instant};

#[test]
fn a_day_is_closed_once_and_not_before_it_is_over() {
    let desk = Desk::open();
    let path = format!("{CQ}/closings");
    let today = desk.write(Role::Finance, "POST", &path, &json!({"day": "2026-03-10"}));
    let right = problem(&today, 422)["right"].as_str().unwrap().to_owned();
    assert_eq!(right, "还没有过完，最晚可结2026-03-09（零点后五分钟起）");
    desk.town.set("2026-03-11 08:00:00");
    let body = json!({"day": "2026-03-10"}).to_string();
    let first = desk.write_as("demo-finance", "c1", "POST", &path, &body);
    assert!(first.json()["written"].as_i64().unwrap() > 0, "{}", first.text());
    let again = desk.write_as("demo-finance", "c1", "POST", &path, &body);
    assert_eq!(again.body, first.body, "the same answer, though there is nothing left to close");
    let other = desk.done(Role::Finance, "POST", &path, &json!({"day": "2026-03-10"}));
    assert_eq!(other, json!({"day": "2026-03-10", "before": "2026-03-10", "written": 0}));
    let closings = desk.items(Role::Auditor, &path);
    assert_eq!(closings.iter().map(|it| it["balance"].as_i64().unwrap()).sum::<i64>(), 0);
    let balances = desk.items(Role::Supervisor, &format!("{CQ}/balances"));
    assert_eq!(balances.iter().map(|it| it["balance"].as_i64().unwrap()).sum::<i64>(), 0);
    assert!(balances.iter().any(|it| it["name"] == "期初余额" && it["closed"] == it["balance"]));
}

#[test]
fn a_check_runs_and_says_what_it_found() {
    let desk = Desk::open();
    Care::ready(&desk.town.sender(5), 1, &[(111, 3)]).settle().output();
    let path = format!("{CQ}/checks");
    let body = json!({"sample": 1}).to_string();
    let started = desk.write_as("demo-auditor", "check", "POST", &path, &body);
    assert_eq!(started.status, 202, "{}", started.text());
    let again = desk.write_as("demo-auditor", "check", "POST", &path, &body);
    assert_eq!(again.body, started.body, "the same run");
    let number = started.json()["number"].as_str().unwrap().to_owned();
    let began = Instant::now();
    let told = loop {
        let told = desk.get(Role::Finance, &format!("{CQ}/runs/check-books/{number}"));
        if told["state"] != "running" {
            break told;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{told}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!((&told["state"], &told["by"]), (&json!("done"), &json!("demo-auditor")), "{told}");
    assert_eq!(told["report"]["by_kind"], json!({}), "{told}");
    assert_eq!(told["report"]["counts"]["replayed"], 1);
    assert_eq!(desk.items(Role::Auditor, &format!("{CQ}/runs?kind=check-books")), [told]);
    problem(&desk.write(Role::Auditor, "POST", &path, &json!({"sample": -1})), 422);
}

#[test]
fn a_late_fact_leaves_a_year_to_be_recalculated() {
    let desk = Desk::open();
    Care::ready(&desk.town.sender(5), 1, &[(111, 3)]).settle().output();
    let person = Town::person(1);
    let pending = |query: &str| desk.items(Role::Reviewer, &format!("{CQ}/recalculations{query}"));
    let before = pending("").len();
    let retired = json!({"facts": [{"kind": "retirement", "from": "2026-01-15"}]});
    desk.done(Role::Clerk, "POST", &format!("{CQ}/people/{person}/facts"), &retired);
    let rows = pending(&format!("?person={person}"));
    assert_eq!((rows.len(), pending("").len()), (1, before + 1));
    assert_eq!((&rows[0]["kind"], &rows[0]["year"]), (&json!("retirement"), &json!(2026)));
}
