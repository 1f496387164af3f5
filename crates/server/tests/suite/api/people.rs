//! People, entitlement, filings.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use crate::town::{TODAY, Town};
use serde_json::json;
use server::api::Role;

#[test]
fn a_person_is_found_by_credential_and_told_with_what_is_left() {
    let desk = Desk::open();
    let identity = desk.town.identity(14);
    let found = desk.items(Role::Clerk, &format!("{CQ}/people?credential={identity}"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["person"], Town::person(14));
    assert_eq!((&found[0]["status"], &found[0]["plan"]), (&json!("retired"), &json!("employer")));
    assert_eq!(found[0]["balance"], 271_500, "315 and 2,400 yuan");
    let quotas = found[0]["quotas"].as_array().unwrap();
    assert!(quotas.iter().any(|it| it["disease"] == "M03900" && it["category"] == "chronic"));
    let same = desk.get(Role::Auditor, &format!("{CQ}/people/{}", Town::person(14)));
    assert_eq!(same, found[0]);
    let card = format!("{CQ}/people?credential={identity}&credential_kind=02");
    assert_eq!(desk.items(Role::Clerk, &card).len(), 1);
    assert!(desk.items(Role::Clerk, &format!("{CQ}/people?credential=000")).is_empty());
}

#[test]
fn facts_are_told_as_known_then_and_learned_and_ended() {
    let desk = Desk::open();
    let person = Town::person(1);
    let path = format!("{CQ}/people/{person}");
    let known_before = desk.town.service.office.now().to_string().replace(' ', "%20");
    let state = |query: &str| {
        desk.get(Role::Clerk, &format!("{path}/entitlement?day=2026-04-05{query}"))["entitlement"]
            .clone()
    };
    assert_eq!(state(""), "entitled");
    let arrears = json!({"facts": [{"kind": "entitlement", "value": "arrears", "from": "2026-04-01", "to": "2026-04-30"}]});
    desk.done(Role::Clerk, "POST", &format!("{path}/facts"), &arrears);
    assert_eq!(state(""), "arrears");
    assert_eq!(state(&format!("&known={known_before}")), "entitled", "nobody knew");
    let held = desk.items(Role::Clerk, &format!("{path}/facts?kind=entitlement&day=2026-04-05"));
    let fact = held.iter().find(|fact| fact["value"] == "arrears").unwrap();
    let ended = format!("{path}/facts/{}", fact["id"].as_str().unwrap());
    desk.done(Role::Clerk, "DELETE", &ended, &json!({}));
    assert_eq!(state(""), "entitled");
    let all = desk.items(Role::Clerk, &format!("{path}/facts?kind=entitlement&ended=true"));
    assert!(all.iter().any(|it| it["id"] == fact["id"] && it["ended_at"].is_string()));
    problem(&desk.write(Role::Clerk, "DELETE", &ended, &json!({})), 404);
}

#[test]
fn entitlement_at_an_institution_names_the_articles() {
    let desk = Desk::open();
    let institution = desk.town.sender(5).institution;
    let path = format!("{CQ}/people/{}/entitlement?institution={institution}", Town::person(7));
    let told = desk.get(Role::Clerk, &path);
    assert_eq!(told["entitlement"], "entitled");
    let path = format!("{CQ}/people/{}/entitlement?institution={institution}", Town::person(8));
    let told = desk.get(Role::Clerk, &path);
    assert_eq!(told["entitlement_zh"], "欠费暂停");
    let pool = told["funds"].as_array().unwrap().iter().find(|it| it["fund"] == "pool").unwrap();
    assert_eq!(pool["entitled"], false);
    assert!(!pool["because"].as_str().unwrap().is_empty());
}

#[test]
fn a_filing_is_reviewed_by_somebody_who_did_not_file_it() {
    // Tokens "one" and "two": one is clerk and reviewer at once.
    let desk = Desk::with(
        r#"
[[operator]]
name = "甲"
roles = ["clerk", "reviewer"]
token-sha256 = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"

[[operator]]
name = "乙"
roles = ["reviewer"]
token-sha256 = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
"#,
    );
    let institution = desk.town.sender(5).institution;
    let base = format!("{CQ}/people/{}/filings", Town::person(1));
    let body =
        json!({"kind": "chronic", "names": "M03900", "institution": institution, "from": TODAY});
    let filed = desk.write_as("one", "f1", "POST", &base, &body.to_string());
    assert_eq!(filed.status, 201, "{}", filed.text());
    let number = filed.json()["number"].as_str().unwrap().to_owned();
    let review = format!("{base}/{number}/review");
    let approve = json!({"approve": true, "opinion": "材料齐全"}).to_string();
    let own = problem(&desk.write_as("one", "r1", "POST", &review, &approve), 403);
    assert_eq!(own["value"], "申报与审核须为不同的人：甲");
    let refuse = json!({"approve": false, "opinion": " "}).to_string();
    problem(&desk.write_as("two", "r2", "POST", &review, &refuse), 422);
    let done = desk.write_as("two", "r3", "POST", &review, &approve);
    assert_eq!(done.status, 200, "{}", done.text());
    let token = [("Authorization", "Bearer two")];
    let told = desk.send("GET", &format!("{base}/{number}"), &token, b"").json();
    assert_eq!((&told["state"], &told["by"]), (&json!("approved"), &json!("甲")));
    assert_eq!((&told["reviewer"], &told["opinion"]), (&json!("乙"), &json!("材料齐全")));
    let listed = desk.send("GET", &format!("{CQ}/filings?state=approved"), &token, b"").json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let again = problem(&desk.write_as("two", "r4", "POST", &review, &approve), 409);
    assert_eq!(again["type"], "urn:gongji:problem:4502");
}

#[test]
fn a_settlement_is_told_with_its_articles_in_both_languages() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    let care = Care::ready(&sender, 23, &[(111, 3)]);
    let settled = care.settle();
    let id = settled.output()["setlinfo"]["setl_id"].as_str().unwrap().to_owned();
    let path = format!("{CQ}/people/{}", Town::person(23));
    let told = desk.get(Role::Supervisor, &format!("{path}/settlements/{id}"));
    assert_eq!(told["summary"]["entry"], id);
    assert_eq!(told["same"], true);
    assert_eq!(told["decision"]["total"], told["summary"]["total"]);
    let steps = told["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| !step["articles"].as_array().unwrap().is_empty()));
    let texts = |name: &str| told[name]["sentences"].as_array().unwrap().len();
    assert_eq!(texts("explanation"), texts("explanation_en"));
    assert_ne!(told["explanation"]["title"], told["explanation_en"]["title"]);
    let history = desk.items(Role::Clerk, &format!("{path}/entries?from={TODAY}"));
    assert!(history.iter().any(|entry| entry["entry"] == id));
    assert!(desk.items(Role::Clerk, &format!("{path}/entries?from=2026-03-11")).is_empty());
    let year = desk.get(Role::Clerk, &format!("{path}/accumulators/2026"));
    let values = year["values"].as_array().unwrap();
    let total = values
        .iter()
        .find(|it| it["quantity"] == "total" && it["month"].is_null() && it["category"].is_null());
    assert_eq!(total.unwrap()["value"], told["summary"]["total"]);
    let whole = desk.get(Role::Auditor, &format!("{CQ}/entries/{id}"));
    let sum: i64 =
        whole["postings"].as_array().unwrap().iter().map(|it| it["amount"].as_i64().unwrap()).sum();
    assert_eq!(sum, 0);
    let other = format!("{CQ}/people/{}/settlements/{id}", Town::person(1));
    problem(&desk.look(Role::Clerk, &other), 404);
    assert!(desk.items(Role::Clerk, &format!("{path}/prescriptions")).is_empty());
}
