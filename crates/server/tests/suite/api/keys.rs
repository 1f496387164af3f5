//! Idempotency, pages, and what the books note about who did what.

use super::desk::{CQ, Desk, held, problem};
use crate::town::Town;
use serde_json::json;
use server::api::Role;

#[test]
fn the_same_key_and_body_get_the_same_answer_and_another_body_is_refused() {
    let desk = Desk::open();
    let facts = format!("{CQ}/people/{}/facts", Town::person(1));
    let body = |day: &str| {
        json!({"facts": [{"kind": "hold", "from": day, "to": "2026-12-31"}]}).to_string()
    };
    let write =
        |key: &str, path: &str, body: &str| desk.write_as("demo-clerk", key, "POST", path, body);
    let first = write("one", &facts, &body("2026-03-01"));
    held(&first, "POST", &facts);
    assert!(!first.head.contains("idempotency-replayed"));
    let again = write("one", &facts, &body("2026-03-01"));
    assert_eq!(again.body, first.body, "the same answer");
    assert!(again.head.contains("idempotency-replayed: true"));
    let other = problem(&write("one", &facts, &body("2026-03-02")), 409);
    assert_eq!(other["type"], "urn:gongji:problem:key-reused");
    let elsewhere = format!("{CQ}/people/{}/facts", Town::person(2));
    problem(&write("one", &elsewhere, &body("2026-03-01")), 409);
    let family = format!("{CQ}/people/{}/family/{}", Town::person(1), Town::person(2));
    let bind = json!({"relation": "parent"}).to_string();
    problem(&desk.write_as("demo-clerk", "one", "PUT", &family, &bind), 409);
    assert_eq!(desk.items(Role::Clerk, &format!("{facts}?kind=hold")).len(), 1, "done once");
    // Another key does it again.
    held(&write("two", &facts, &body("2026-03-01")), "POST", &facts);
    assert_eq!(desk.items(Role::Clerk, &format!("{facts}?kind=hold")).len(), 2);
}

#[test]
fn a_refusal_uses_up_no_key() {
    let desk = Desk::open();
    let facts = format!("{CQ}/people/{}/facts", Town::person(1));
    let body =
        |to: &str| json!({"facts": [{"kind": "hold", "from": "2026-03-01", "to": to}]}).to_string();
    problem(&desk.write_as("demo-clerk", "k", "POST", &facts, &body("2026-02-01")), 422);
    held(&desk.write_as("demo-clerk", "k", "POST", &facts, &body("2026-04-01")), "POST", &facts);
}

#[test]
fn the_books_note_who_did_what() {
    let desk = Desk::open();
    let person = Town::person(1);
    let facts = format!("{CQ}/people/{person}/facts");
    let body = json!({"facts": [{"kind": "hold", "from": "2026-03-01"}]}).to_string();
    let done = held(&desk.write_as("demo-clerk", "who", "POST", &facts, &body), "POST", &facts);
    let found = desk.items(Role::Auditor, &format!("{CQ}/messages?operator=demo-clerk&number=who"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["sender"], "OPERATOR:demo-clerk");
    assert_eq!(found[0]["transaction"], "learn-facts");
    assert_eq!(found[0]["person"], person);
    assert_eq!(found[0]["receipt"], done["receipt"]);
    assert_eq!(found[0]["became"], "已处理");
}

#[test]
fn pages_follow_one_another_and_come_to_the_whole() {
    let desk = Desk::open();
    for path in [
        format!("{CQ}/institutions"),
        format!("{CQ}/items"),
        format!("{CQ}/entries"),
        format!("{CQ}/people/{}/facts", Town::person(13)),
        format!("{CQ}/people/{}/entries", Town::person(13)),
        format!("{CQ}/balances"),
    ] {
        let whole = desk.items(Role::Auditor, &format!("{path}?limit=200"));
        let (mut pages, mut next, mut rounds) = (Vec::new(), String::new(), 0);
        loop {
            let page = desk.get(Role::Auditor, &format!("{path}?limit=7&after={next}"));
            pages.extend(page["items"].as_array().unwrap().clone());
            rounds += 1;
            match page["next"].as_str() {
                Some(cursor) if pages.len() < whole.len() => next = cursor.to_owned(),
                _ => break,
            }
        }
        assert_eq!(pages[..whole.len().min(pages.len())], whole[..], "{path}");
        assert_eq!(rounds, whole.len().div_ceil(7).max(1), "{path}");
    }
}

#[test]
fn logs_name_no_person() {
    // The subscriber of the process is set by tests of the place; what is logged is chosen field by field.
    let source = include_str!("../../../src/api/serve.rs");
    for line in source.lines().filter(|line| line.contains("tracing::")) {
        assert!(!line.contains("path") && !line.contains("body"), "{line}");
    }
}
