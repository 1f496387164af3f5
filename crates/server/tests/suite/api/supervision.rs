//! Supervision after the fact: a run over a month, its finding, and a case from the assignment to the closing.

use super::desk::{CQ, Desk, held, problem};
use crate::chain::care::Care;
use serde_json::json;
use server::api::Role;
use server::api::operators::digest;

/// The chief assigns; the operator of the demonstration decides.
const CHIEF: &str = "chief-token-of-the-test-0001";

#[test]
fn a_split_bill_is_found_decided_by_one_and_recovered_by_another() {
    let desk = Desk::with(&format!(
        "demo = true\n[[operator]]\nname = \"主任\"\nroles = [\"supervisor\"]\nareas = [\"500000\"]\n\
         token-sha256 = \"{}\"",
        digest(CHIEF)
    ));
    let sender = desk.town.sender(21);
    let institution = sender.institution.clone();
    let care = Care::new(&sender, 1);
    for _ in 0..4 {
        care.call("2102", &care.purchase(&[(0, 2)])).output();
    }
    desk.town.set("2026-04-05 08:00:00");
    let rules = desk.items(Role::Auditor, &format!("{CQ}/supervision-rules"));
    assert!(rules.iter().any(|rule| rule["code"] == "split-bills"), "{rules:?}");
    let runs = format!("{CQ}/supervision-runs");
    let wrong = json!({"from": "2026-03-01", "to": "2026-03-31", "rules": ["splits"]});
    problem(&desk.write(Role::Supervisor, "POST", &runs, &wrong), 422);
    let span = json!({"from": "2026-03-01", "to": "2026-03-31"});
    problem(&desk.write(Role::Clerk, "POST", &runs, &span), 403);
    let run = desk.done(Role::Supervisor, "POST", &runs, &span);
    let run = desk.over(Role::Supervisor, "supervise", run["number"].as_str().unwrap());
    assert_eq!((&run["state"], &run["report"]["claims"]), (&json!("done"), &json!(4)), "{run}");
    assert_eq!(run["report"]["new"]["split-bills"]["count"], 1, "{run}");

    let listed = desk.items(Role::Supervisor, &format!("{CQ}/suspicions?rule=split-bills"));
    assert_eq!((listed.len(), &listed[0]["party"]), (1, &json!(institution)), "{listed:?}");
    let account = listed[0]["account"].as_i64().unwrap();
    assert!(account > 0, "{listed:?}");
    assert!(desk.items(Role::Supervisor, &format!("{CQ}/suspicions?rule=ring")).is_empty());
    let number = listed[0]["case"].as_str().unwrap();
    let base = format!("{CQ}/cases/{number}");
    let open = desk.items(Role::Auditor, &format!("{CQ}/cases?state=opened&party={institution}"));
    assert_eq!((open.len(), &open[0]["number"]), (1, &json!(number)));

    let assign = json!({"supervisor": "demo-supervisor"});
    problem(&desk.write(Role::Finance, "POST", &format!("{base}/assign"), &assign), 403);
    let own = desk.write(Role::Supervisor, "POST", &format!("{base}/assign"), &assign);
    let own = problem(&own, 403);
    assert!(own["detail"].as_str().unwrap().contains("指派人与办案人须为不同的人"), "{own}");
    let path = format!("{base}/assign");
    let assigned = desk.write_as(CHIEF, "assign-1", "POST", &path, &assign.to_string());
    assert_eq!(held(&assigned, "POST", &path)["state"], "assigned");
    let says = json!({"by": "医保办", "words": "系多科就诊"});
    let heard = desk.done(Role::Clerk, "POST", &format!("{base}/hear"), &says);
    assert_eq!(heard["state"], "heard");
    let decide = json!({
        "verdict": "founded", "reasons": "一次就诊拆成四次", "article": "渝医保发〔2023〕32号 第十一条",
        "suspension": "暂停一个月",
    });
    let stranger = json!({"verdict": "partly", "reasons": "x", "article": "y",
        "claims": [{"settlement": "00000000000000000000000001", "fund": 1}]});
    let decides = format!("{base}/decide");
    problem(&desk.write(Role::Supervisor, "POST", &decides, &stranger), 404);
    let decided = desk.done(Role::Supervisor, "POST", &decides, &decide);
    assert_eq!(
        (&decided["state"], &decided["ruling"]["account"]),
        (&json!("decided"), &json!(account))
    );
    problem(&desk.write(Role::Supervisor, "POST", &format!("{base}/recover"), &json!({})), 403);
    let recovered = desk.done(Role::Finance, "POST", &format!("{base}/recover"), &json!({}));
    let due = recovered["recovery"]["due"].as_i64().unwrap();
    assert_eq!(recovered["state"], "recovering");
    let money = json!({"way": "bank", "reference": "L1"});
    let collected = desk.done(Role::Finance, "POST", &format!("{base}/collect"), &money);
    assert_eq!(collected["recovery"]["collected"], due);
    let early = desk.write(Role::Finance, "POST", &format!("{base}/close"), &json!({}));
    assert!(problem(&early, 409)["detail"].as_str().unwrap().contains("申诉期限"));
    desk.done(Role::Clerk, "POST", &format!("{base}/appeal"), &says);
    let upheld = json!({"upheld": true, "words": "事实清楚"});
    let answered = desk.done(Role::Reviewer, "POST", &format!("{base}/answer"), &upheld);
    assert_eq!(answered["appeal"]["upheld"], true);
    let closed = desk.done(Role::Finance, "POST", &format!("{base}/close"), &json!({}));
    assert_eq!(closed["state"], "closed");
    let case = desk.get(Role::Auditor, &base);
    assert_eq!(case["steps"].as_array().unwrap().len(), 10, "{case}");
    problem(&desk.look(Role::Auditor, &format!("{CQ}/cases/AJ-ring-X-001")), 404);
}
