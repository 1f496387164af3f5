//! Institutions, their agreements, the catalogue, areas and policies.

use super::desk::{CQ, Desk, problem};
use serde_json::json;
use server::api::Role;

#[test]
fn a_suspended_institution_is_not_designated_until_the_suspension_is_over_or_ended() {
    let desk = Desk::open();
    let code = desk.town.sender(5).institution;
    let path = format!("{CQ}/institutions/{code}");
    let designated = |day: &str| {
        let told = desk.get(Role::Auditor, &format!("{path}?day={day}"));
        assert_eq!(told["suspended"] == true, told["designated"] == false);
        told["designated"].as_bool().unwrap()
    };
    assert!(designated("2026-03-10"));
    let suspend =
        json!({"facts": [{"kind": "suspension", "from": "2026-03-01", "to": "2026-03-31"}]});
    desk.done(Role::Clerk, "POST", &format!("{path}/facts"), &suspend);
    assert!(!designated("2026-03-10") && designated("2026-04-01") && designated("2026-02-28"));
    let facts = desk.items(Role::Clerk, &format!("{path}/facts?kind=suspension"));
    let fact = format!("{path}/facts/{}", facts[0]["id"].as_str().unwrap());
    desk.done(Role::Administrator, "DELETE", &fact, &json!({}));
    assert!(designated("2026-03-10"));
    problem(&desk.write(Role::Clerk, "DELETE", &fact, &json!({})), 404);
}

#[test]
fn level_and_capability_are_learned_from_a_day_on() {
    let desk = Desk::open();
    let code = desk.town.sender(5).institution;
    let path = format!("{CQ}/institutions/{code}");
    let learn =
        |facts| desk.write(Role::Clerk, "POST", &format!("{path}/facts"), &json!({"facts": facts}));
    let done = learn(json!([
        {"kind": "level", "value": "3", "from": "2026-07-01"},
        {"kind": "capability", "value": "internet", "from": "2026-07-01"},
    ]));
    assert_eq!(done.status, 200, "{}", done.text());
    let told = desk.get(Role::Auditor, &format!("{path}?day=2026-07-01"));
    assert_eq!(told["level"], "3");
    assert!(told["capabilities"].as_array().unwrap().contains(&json!("internet")));
    assert_ne!(desk.get(Role::Auditor, &format!("{path}?day=2026-06-30"))["level"], "3");
    let wrong =
        problem(&learn(json!([{"kind": "level", "value": "9", "from": "2026-07-01"}])), 422);
    assert!(wrong["value"].as_str().unwrap().starts_with("等级9：应为0、1"), "{wrong}");
    problem(&learn(json!([{"kind": "levle", "value": "1", "from": "2026-07-01"}])), 422);
    problem(&learn(json!([])), 422);
    let nobody = format!("{CQ}/institutions/H00000000000/facts");
    let body = json!({"facts": [{"kind": "suspension", "from": "2026-07-01"}]});
    problem(&desk.write(Role::Clerk, "POST", &nobody, &body), 404);
}

#[test]
fn institutions_items_areas_and_policies_are_listed() {
    let desk = Desk::open();
    let pharmacies = desk.items(Role::Administrator, &format!("{CQ}/institutions?venue=pharmacy"));
    assert!(!pharmacies.is_empty() && pharmacies.iter().all(|it| it["venue"] == "pharmacy"));
    let items = desk.items(Role::Clerk, &format!("{CQ}/items?class=A&day=2026-03-10&limit=5"));
    assert!(items.len() == 5 && items.iter().all(|it| it["class"] == "A"));
    let item = items[0]["item"].as_str().unwrap();
    let spans = desk.items(Role::Clerk, &format!("{CQ}/items/{item}"));
    assert_eq!(spans[0]["name"], items[0]["name"]);
    let areas = desk.items(Role::Clerk, "/areas");
    assert!(areas.iter().any(|it| it["area"] == "500000" && it["name"] == "重庆市"), "{areas:?}");
    let policies = desk.items(Role::Clerk, &format!("{CQ}/policies"));
    assert_eq!(policies.iter().filter(|it| it["in_force"] == true).count(), 1);
    assert!(policies.iter().all(|it| it["version"].as_str().unwrap().len() == 64));
    problem(&desk.look(Role::Clerk, "/areas/110000/policies"), 404);
    let document = desk.get(Role::Clerk, "/openapi.json");
    assert_eq!(document, server::api::openapi::document());
}
