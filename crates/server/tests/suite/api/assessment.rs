//! Prescriptions of a month reviewed, its indicators, and the assessment of an institution.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use serde_json::json;
use server::api::Role;

#[test]
fn a_month_is_reviewed_measured_and_assessed() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    let institution = sender.institution.clone();
    Care::ready(&sender, 22, &[(2, 10)]).settle().output();
    let base = format!("{CQ}/institutions/{institution}");
    let review = format!("{base}/reviews/2026-03");
    let seed = json!({"seed": 7});
    let early = desk.write(Role::Reviewer, "POST", &review, &seed);
    assert!(problem(&early, 422)["detail"].as_str().unwrap().contains("尚未结束"));
    desk.town.set("2026-04-05 08:00:00");
    problem(&desk.write(Role::Reviewer, "POST", &review, &json!({"seed": -1})), 422);
    let taken = desk.done(Role::Reviewer, "POST", &review, &seed);
    assert_eq!((&taken["drawn"], &taken["unverified"]), (&json!(1), &json!(true)), "{taken}");
    assert_eq!(desk.done(Role::Supervisor, "POST", &review, &seed), taken, "the same seed");
    problem(&desk.write(Role::Reviewer, "POST", &review, &json!({"seed": 8})), 409);
    let drawn = desk.items(Role::Reviewer, &format!("{review}/prescriptions"));
    assert_eq!((drawn.len(), &drawn[0]["found"]), (1, &json!("waiting")));
    problem(&desk.look(Role::Clerk, &format!("{review}/prescriptions")), 403);
    let opinions = format!("{review}/opinions");
    let wrong = json!({"found": [{"serial": 1, "grounds": ["7-7"]}]});
    problem(&desk.write(Role::Reviewer, "POST", &opinions, &wrong), 422);
    let finish = format!("{review}/finish");
    problem(&desk.write(Role::Reviewer, "POST", &finish, &json!({})), 409);
    let found = json!({"found": [{"serial": 1, "grounds": ["3-1", "1-10"], "note": "无适应证"}]});
    let told = desk.done(Role::Reviewer, "POST", &opinions, &found);
    assert_eq!((&told["irrational"], &told["categories"]["excessive"]), (&json!(1), &json!(1)));
    let ruling = json!({"serial": 1, "grounds": []});
    problem(&desk.write(Role::Supervisor, "POST", &format!("{review}/rulings"), &ruling), 409);
    assert_eq!(desk.done(Role::Reviewer, "POST", &finish, &json!({}))["state"], "finished");
    assert_eq!(desk.items(Role::Auditor, &format!("{CQ}/reviews/2026-03")).len(), 1);

    let indicators = format!("{CQ}/indicators/2026-03");
    let rows = desk.items(Role::Clerk, &indicators);
    let own = rows.iter().find(|row| row["group"] == institution).unwrap();
    assert_eq!((&own["figures"]["visits"], &own["over"]), (&json!(1), &json!(true)));
    assert_eq!(own["indicators"]["irrational-rate"], 10_000);
    assert_eq!(own["indicators"]["average-cost"], own["figures"]["total"]);
    assert!(own["indicators"].get("cost-growth").is_none());
    let area = desk.items(Role::Finance, &format!("{indicators}?by=area"));
    assert_eq!((area.len(), &area[0]["group"]), (1, &json!("500000")));
    problem(&desk.look(Role::Clerk, &format!("{indicators}?by=day")), 422);
    problem(&desk.look(Role::Clerk, &format!("{CQ}/indicators/march")), 404);

    let path = format!("{base}/assessments/2026-03");
    problem(&desk.look(Role::Clerk, &path), 404);
    problem(&desk.write(Role::Clerk, "POST", &path, &json!({})), 403);
    let run = desk.done(Role::Supervisor, "POST", &path, &json!({}));
    assert_eq!((&run["state"], &run["made_by"]), (&json!("drafted"), &json!("demo-supervisor")));
    assert_eq!(desk.done(Role::Supervisor, "POST", &path, &json!({})), run, "nothing new");
    let confirm = format!("{path}/confirm");
    problem(&desk.write(Role::Supervisor, "POST", &confirm, &json!({})), 403);
    let hearing = json!({"by": "医保办", "words": "处方有依据"});
    let heard = desk.done(Role::Clerk, "POST", &format!("{path}/hearing"), &hearing);
    assert_eq!(heard["state"], "heard");
    problem(&desk.write(Role::Finance, "POST", &confirm, &json!({})), 409);
    let answer = format!("{path}/answer");
    let most = json!({"words": "采纳", "points": [{"item": "rational", "points": 3_001}]});
    problem(&desk.write(Role::Reviewer, "POST", &answer, &most), 422);
    let points = json!({"words": "采纳", "points": [{"item": "rational", "points": 3_000}]});
    let answered = desk.done(Role::Reviewer, "POST", &answer, &points);
    assert!(answered["score"].as_i64() > run["score"].as_i64(), "{answered}");
    let confirmed = desk.done(Role::Finance, "POST", &confirm, &json!({}));
    assert_eq!(confirmed["confirmed_by"], "demo-finance");
    assert_eq!(desk.get(Role::Auditor, &path), confirmed);
    let listed = desk.items(Role::Auditor, &format!("{CQ}/assessments?period=2026-03"));
    assert_eq!(listed, [confirmed]);
    let year =
        desk.write(Role::Supervisor, "POST", &format!("{base}/assessments/2026"), &json!({}));
    assert!(problem(&year, 422)["detail"].as_str().unwrap().contains("尚未结束"));
    let neither = format!("{base}/assessments/spring");
    problem(&desk.write(Role::Supervisor, "POST", &neither, &json!({})), 422);
}
