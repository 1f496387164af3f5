//! Long jobs and the end of the server.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use crate::town::Town;
use serde_json::{Value, json};
use server::api::Role;
use std::time::{Duration, Instant};

/// What a job says once it does not run.
fn outcome(desk: &Desk, path: &str) -> Value {
    let began = Instant::now();
    loop {
        let told = desk.get(Role::Finance, path);
        if told["state"] != "running" {
            return told;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{told}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_month_that_a_stopping_server_leaves_is_gone_on_with_after_the_restart() {
    let desk = Desk::open();
    desk.town.set("2026-04-01 08:00:00");
    desk.town.service.office.jobs.stop();
    let month = json!({"month": "2026-03"});
    let started = desk.done(Role::Finance, "POST", &format!("{CQ}/months"), &month);
    let path = format!("{CQ}/runs/close-month/{}", started["number"].as_str().unwrap());
    let told = outcome(&desk, &path);
    assert_eq!(told["state"], "interrupted", "{told}");
    assert!(desk.items(Role::Finance, &format!("{CQ}/statements?period=2026-03")).is_empty());

    let desk = desk.restarted();
    assert_eq!(desk.get(Role::Finance, &path)["state"], "interrupted");
    desk.done(Role::Finance, "POST", &format!("{path}/resume"), &json!({}));
    let told = outcome(&desk, &path);
    assert_eq!(told["state"], "done", "{told}");
    assert!(told["report"]["made"].as_i64().unwrap() > 0, "{told}");
    let again = desk.write(Role::Finance, "POST", &format!("{path}/resume"), &json!({}));
    problem(&again, 409);
}

#[test]
fn all_recalculations_are_proposed_by_one_and_posted_by_another() {
    let desk = Desk::open();
    Care::ready(&desk.town.sender(5), 1, &[(111, 3)]).settle().output();
    let retired = json!({"facts": [{"kind": "retirement", "from": "2026-01-15"}]});
    let person = Town::person(1);
    desk.done(Role::Clerk, "POST", &format!("{CQ}/people/{person}/facts"), &retired);
    let all = |desk: &Desk, role: Role, step: &str| {
        let path = format!("{CQ}/recalculations/{step}");
        let number = desk.done(role, "POST", &path, &json!({}))["number"].clone();
        format!("{CQ}/runs/{step}-recalculations/{}", number.as_str().unwrap())
    };
    desk.town.service.office.jobs.stop();
    let path = all(&desk, Role::Clerk, "propose");
    assert_eq!(outcome(&desk, &path)["state"], "interrupted");
    let desk = desk.restarted();
    desk.done(Role::Finance, "POST", &format!("{path}/resume"), &json!({}));
    let proposed = outcome(&desk, &path);
    assert_eq!(proposed["report"]["refused"], 0, "{proposed}");
    let done = proposed["report"]["tally"]["done"].as_i64().unwrap();
    assert!(done > 0, "{proposed}");
    let differing = &proposed["report"]["tally"]["differing"];
    let posted = outcome(&desk, &all(&desk, Role::Finance, "approve"));
    assert_eq!(&posted["report"]["tally"]["done"], differing, "{posted}");
    assert_eq!(&posted["report"]["tally"]["more"], &proposed["report"]["tally"]["more"]);
    let again = outcome(&desk, &all(&desk, Role::Clerk, "propose"));
    assert_eq!(again["report"]["tally"]["done"], 0, "{again}");
}

#[test]
fn a_check_that_was_cut_off_is_asked_for_again() {
    let desk = Desk::open();
    let started = desk.done(Role::Auditor, "POST", &format!("{CQ}/checks"), &json!({"sample": 0}));
    let path = format!("{CQ}/runs/check-books/{}", started["number"].as_str().unwrap());
    outcome(&desk, &path);
    problem(&desk.write(Role::Finance, "POST", &format!("{path}/resume"), &json!({})), 409);
}
