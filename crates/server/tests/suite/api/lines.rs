//! Filings from the counter to the clerk, the reviewer and the settlement; sign-up lists; a corrected level.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use crate::identities::fen;
use crate::town::{Sender, TODAY, Town};
use serde_json::{Value, json};
use server::api::Role;

fn person(number: u32) -> String {
    format!("{CQ}/people/{}", Town::person(number))
}

/// What the funds pay for hypertension drugs at this hospital.
fn paid(sender: &Sender<'_>, who: u32, batch: &str) -> i64 {
    let mut care = Care::new(sender, who);
    care.register();
    care.attend_for("14", "M03900").output();
    care.upload_batch(batch, &[(111, 1)]).output();
    let mut bill = care.bill_of(batch, "1");
    bill["data"]["med_type"] = "14".into();
    fen(&care.call("2207", &bill).output()["setlinfo"]["fund_pay_sumamt"])
}

#[test]
fn a_clerk_files_a_reviewer_approves_and_revokes_and_settlements_follow() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    let filings = format!("{}/filings", person(1));
    let apply = json!({
        "kind": "chronic", "names": "M03900", "institution": sender.institution, "from": TODAY,
        "to": "2026-12-31",
    });
    let filed = desk.done(Role::Clerk, "POST", &filings, &apply);
    let one = format!("{filings}/{}", filed["number"].as_str().unwrap());
    assert_eq!(paid(&sender, 1, "1001"), 0, "applied for is not filed");
    let early = json!({"from": TODAY, "because": "复查不符"});
    problem(&desk.write(Role::Reviewer, "POST", &format!("{one}/revoke"), &early), 409);
    let yes = json!({"approve": true, "opinion": "符合"});
    desk.done(Role::Reviewer, "POST", &format!("{one}/review"), &yes);
    assert!(paid(&sender, 1, "1002") > 0);
    // It goes on after its last day.
    let next = desk.done(Role::Clerk, "POST", &format!("{one}/renew"), &json!({}));
    let next = desk.get(Role::Clerk, &format!("{filings}/{}", next["number"].as_str().unwrap()));
    assert_eq!((&next["from"], &next["state"]), (&json!("2027-01-01"), &json!("applied")));
    // A clerk does not revoke; a reviewer does, and says why.
    let revoke = format!("{one}/revoke");
    problem(&desk.write(Role::Clerk, "POST", &revoke, &early), 403);
    let silent = json!({"from": TODAY, "because": " "});
    problem(&desk.write(Role::Reviewer, "POST", &revoke, &silent), 422);
    desk.done(Role::Reviewer, "POST", &revoke, &early);
    let told = desk.get(Role::Auditor, &one);
    assert_eq!((&told["state"], &told["revoked_by"]), (&json!("revoked"), &json!("demo-reviewer")));
    assert_eq!(paid(&sender, 1, "1003"), 0);
    let listed = desk.items(Role::Auditor, &format!("{CQ}/filings?state=revoked"));
    assert_eq!(listed.len(), 1);
    // What was paid by it today is taken back, once it is proposed and approved.
    let path = format!("{}/recalculations/2026/propose", person(1));
    let proposed = desk.done(Role::Clerk, "POST", &path, &json!({}));
    assert_eq!(proposed["changed"].as_array().unwrap().len(), 1, "{proposed}");
    assert!(proposed["funds"][0].as_i64().unwrap() < 0, "{proposed}");
    problem(&desk.write(Role::Clerk, "POST", &format!("{one}/renew"), &json!({})), 422);
}

#[test]
fn an_institution_is_chosen_for_a_disease_by_message_and_stands_in_the_lists() {
    let desk = Desk::open();
    let sender = desk.town.sender(14);
    let message = |more: Value| {
        let mut data = json!({
            "psn_no": Town::person(1), "biz_appy_type": "03", "begndate": TODAY,
            "fix_srt_no": "1", "fixmedins_code": sender.institution, "fixmedins_name": "测试机构",
        });
        for (name, value) in more.as_object().unwrap() {
            data[name] = value.clone();
        }
        sender.call("2505", &json!({"data": data}))
    };
    let for_disease = json!({"exp_content": "{\"opsp_dise_code\":\"M03900\"}"});
    let early = message(for_disease.clone());
    assert!(early.refusal().contains("没有病种M03900的有效备案"), "{}", early.text);
    let apply = json!({
        "kind": "chronic", "names": "M03900", "institution": sender.institution, "from": TODAY,
    });
    let filings = format!("{}/filings", person(1));
    let approve = |number: &str| {
        let path = format!("{filings}/{number}/review");
        let yes = json!({"approve": true, "opinion": ""});
        desk.done(Role::Reviewer, "POST", &path, &yes);
    };
    let filed = desk.done(Role::Clerk, "POST", &filings, &apply);
    approve(filed["number"].as_str().unwrap());
    let number = message(for_disease);
    approve(number.output()["result"]["trt_dcla_detl_sn"].as_str().unwrap());
    let list = |kind: &str| desk.items(Role::Auditor, &format!("{CQ}/sign-ups?kind={kind}"));
    let chosen = list("chosen-for");
    assert_eq!(chosen.len(), 1);
    assert_eq!(chosen[0]["disease"], "M03900");
    assert_eq!(chosen[0]["institution"], json!(sender.institution));
    assert!(list("chosen").iter().all(|row| row["person"] != json!(Town::person(1))));
    let heads = desk.items(Role::Finance, &format!("{CQ}/heads/2026-03"));
    assert!(heads.iter().all(|row| row["heads"].as_i64().unwrap() > 0));
    problem(&desk.look(Role::Finance, &format!("{CQ}/heads/03-2026")), 422);
    problem(&desk.look(Role::Administrator, &format!("{CQ}/sign-ups?kind=chosen")), 403);
}

#[test]
fn a_corrected_level_files_what_was_settled_by_it() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    Care::ready(&sender, 22, &[(111, 10)]).settle().output();
    let path = format!("{CQ}/institutions/{}/facts", sender.institution);
    let level = json!({"facts": [{"kind": "level", "value": "3", "from": "2026-01-01"}]});
    desk.done(Role::Clerk, "POST", &path, &level);
    let store = desk.town.service.office.store();
    let filed = store.documents(agency::town::CHONGQING, "recalculation", "", ("", ""), 9).unwrap();
    let numbers: Vec<&str> = filed.iter().map(|it| &*it.key.number).collect();
    assert_eq!(numbers, ["2026-level-2026-01-01"]);
    assert_eq!(*filed[0].key.owner, *Town::person(22));
}
