//! Typical mistakes, and what is said about them.

use super::desk::{CQ, Desk, problem};
use crate::town::Town;
use serde_json::json;
use server::api::Role;
use server::api::operators::demo_token;

#[test]
fn a_mistake_is_told_with_its_field_its_value_and_what_would_be_right() {
    let desk = Desk::open();
    let facts = format!("{CQ}/people/{}/facts", Town::person(1));
    let write = |body| desk.write(Role::Clerk, "POST", &facts, &body);
    let fact = |more: serde_json::Value| {
        let mut fact = json!({"kind": "plan", "value": "employer", "from": "2026-03-01"});
        for (name, value) in more.as_object().unwrap() {
            fact[name] = value.clone();
        }
        json!({"facts": [fact]})
    };
    let cases = [
        (fact(json!({"form": "2026-03-01"})), "field-unknown", "facts[0].form", "是否为from"),
        (json!({"fact": []}), "field-unknown", "fact", "是否为facts"),
        (json!({}), "field-missing", "facts", "应填登记（列表[…]）"),
        (
            fact(json!({"from": "2026-02-30"})),
            "field-form",
            "facts[0].from",
            "应为日期，如2026-03-01",
        ),
        (
            fact(json!({"value": "emploier"})),
            "field-form",
            "facts[0].value",
            "应为employer、individual-1、individual-2、lump-sum",
        ),
        (json!({"facts": [], "wrong": ["x"]}), "field-form", "wrong[0]", "应为26位编号"),
        (json!({"facts": []}), "field-missing", "facts", "至少登记或更正一项"),
    ];
    for (body, kind, field, right) in cases {
        let problem = problem(&write(body), 422);
        assert_eq!(problem["type"], format!("urn:gongji:problem:{kind}"), "{problem}");
        assert_eq!(problem["field"], field, "{problem}");
        assert_eq!(problem["right"], right, "{problem}");
    }
    let wrong_kind = problem(&write(fact(json!({"kind": "filing"}))), 422);
    assert_eq!(wrong_kind["value"], "filing");
    let order = problem(&write(fact(json!({"to": "2026-02-01"}))), 422);
    assert_eq!(order["type"], "urn:gongji:problem:4806");
    assert_eq!(order["value"], "plan：起2026-03-01晚于止2026-02-01");
    assert_eq!(order["detail"], "内容不符合要求：plan：起2026-03-01晚于止2026-02-01");
    let body = desk.write_as("demo-clerk", "k", "POST", &facts, "{\"facts\": [}");
    assert_eq!(problem(&body, 400)["detail"], "JSON有误：第1行第12列");
    let list = desk.write_as("demo-clerk", "k", "POST", &facts, "[]");
    assert_eq!(problem(&list, 400)["type"], "urn:gongji:problem:body");
}

#[test]
fn what_is_not_there_is_not_found() {
    let desk = Desk::open();
    let nobody = problem(&desk.look(Role::Clerk, &format!("{CQ}/people/X")), 404);
    assert_eq!(nobody["type"], "urn:gongji:problem:4002");
    assert_eq!(nobody["right"], "请核对凭证或人员编号，以及参保地医保区划");
    for path in ["/nowhere", "/areas/500000/nowhere", "/areas/500000/people/X/account/nowhere"] {
        let nowhere = problem(&desk.look(Role::Clerk, path), 404);
        assert_eq!(nowhere["type"], "urn:gongji:problem:not-found");
    }
    problem(&desk.look(Role::Auditor, &format!("{CQ}/entries/short")), 404);
    problem(&desk.look(Role::Auditor, "/areas/500/entries"), 404);
    problem(&desk.look(Role::Clerk, &format!("{CQ}/items/X")), 404);
    problem(&desk.look(Role::Clerk, &format!("{CQ}/institutions/X")), 404);
    problem(&desk.look(Role::Finance, &format!("{CQ}/runs/check-books/X")), 404);
    let facts = format!("{CQ}/people/{}/facts/01KKB7VZ0000000000000000AA", Town::person(1));
    let unknown = problem(&desk.write(Role::Clerk, "DELETE", &facts, &json!({})), 404);
    assert_eq!(unknown["type"], "urn:gongji:problem:4801");
}

#[test]
fn methods_keys_queries_and_bodies_are_checked() {
    let desk = Desk::open();
    let token = format!("Bearer {}", demo_token(Role::Clerk));
    let headers = [("Authorization", &*token)];
    let facts = format!("{CQ}/people/{}/facts", Town::person(1));
    let method = desk.send("PATCH", &facts, &headers, b"{}");
    assert_eq!(problem(&method, 405)["right"], "GET, POST");
    assert!(method.head.to_ascii_lowercase().contains("allow: get, post"), "{}", method.head);
    let key = problem(&desk.send("POST", &facts, &headers, b"{}"), 400);
    assert_eq!(key["field"], "Idempotency-Key");
    let long = "k".repeat(65);
    problem(&desk.write_as("demo-clerk", &long, "POST", &facts, "{}"), 400);
    let query = problem(&desk.look(Role::Clerk, &format!("{facts}?dya=2026-03-01")), 422);
    assert_eq!((&query["field"], &query["right"]), (&json!("dya"), &json!("是否为day")));
    for (asked, right) in [
        ("limit=0", "应为1至200"),
        ("limit=201", "应为1至200"),
        ("limit=x", "应为整数"),
        ("after=*", "应为上一页的next"),
        ("limit=1&limit=2", "应只给出一次"),
        ("known=2026-03", "应为时间，如2026-03-01 08:30:00"),
    ] {
        let wrong = desk.look(Role::Clerk, &format!("{facts}?{asked}"));
        assert_eq!(problem(&wrong, 422)["right"], right, "{asked}");
    }
    let one = format!("{CQ}/people?credential=990000198505200039&limit=0");
    assert_eq!(problem(&desk.look(Role::Clerk, &one), 422)["field"], "limit");
    let missing = problem(&desk.look(Role::Clerk, &format!("{CQ}/people")), 422);
    assert_eq!(missing["field"], "credential");
    let kind = [headers[0], ("Idempotency-Key", "k1"), ("Content-Type", "text/csv")];
    problem(&desk.send("POST", &facts, &kind, b"a,b"), 415);
    let small = Desk::with("demo = true\nbody-limit = 16");
    let large = format!("{{\"facts\": [], \"x\": \"{}\"}}", "x".repeat(20_000));
    let large = small.write_as("demo-clerk", "k", "POST", &facts, &large);
    assert_eq!(problem(&large, 413)["right"], "上限为16KiB");
}

#[test]
fn every_refusal_of_the_agency_has_a_status_of_its_kind() {
    use agency::Reason;
    use server::api::problem::status;
    for reason in Reason::ALL {
        let status = status(*reason);
        assert_eq!(status == 503, reason.may_pass(), "{reason:?}");
        assert!([403, 404, 409, 422, 500, 503].contains(&status));
    }
}
