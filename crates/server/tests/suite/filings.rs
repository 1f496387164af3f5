//! Filings: applied for by an institution, reviewed by the agency, and what settlements make of them.

use crate::chain::care::Care;
use crate::identities::fen;
use crate::parcels::{decide, rows, text};
use crate::town::{Sender, TODAY, Town};
use agency::business::filing::ReviewFiling;
use agency::town::CHONGQING;
use serde_json::{Value, json};

/// 2503 for hypertension.
fn disease(sender: &Sender<'_>, person: u32, more: &Value) -> String {
    let mut data = json!({
        "psn_no": Town::person(person), "insutype": "310", "opsp_dise_code": "M03900",
        "opsp_dise_name": "高血压", "insu_optins": "500000", "tel": "",
        "ide_fixmedins_no": sender.institution, "ide_fixmedins_name": "测试机构",
        "hosp_ide_date": TODAY, "diag_dr_codg": "D500000000001", "diag_dr_name": "测试医",
        "begndate": TODAY, "enddate": "",
    });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    text(sender.call("2503", &json!({"data": data})).output(), "/result/trt_dcla_detl_sn")
}

/// 2505.
fn institution(sender: &Sender<'_>, person: u32, kind: &str, code: &str) -> String {
    let data = json!({
        "psn_no": Town::person(person), "biz_appy_type": kind, "begndate": TODAY,
        "fix_srt_no": "1", "fixmedins_code": code, "fixmedins_name": "测试机构",
    });
    text(sender.call("2505", &json!({"data": data})).output(), "/result/trt_dcla_detl_sn")
}

fn review(town: &Town, person: u32, number: &str, approve: bool) {
    let person = agency::town::Town::person(CHONGQING, person);
    let (number, opinion) = (number.into(), "测试".into());
    decide(town, ReviewFiling { person, number, approve, opinion }).unwrap();
}

fn withdraw(sender: &Sender<'_>, person: u32, number: &str) -> Value {
    let data = json!({
        "trt_dcla_detl_sn": number, "psn_no": Town::person(person), "memo": "填错",
    });
    sender.message(&sender.town.number(&sender.institution), "2504", &json!({"data": data}))
}

fn registered(sender: &Sender<'_>, person: u32) -> Vec<String> {
    let asked = json!({"data": {"psn_no": Town::person(person)}});
    let answer = sender.call("5301", &asked);
    rows(answer.output(), "feedetail").iter().map(|row| text(row, "/opsp_dise_code")).collect()
}

/// Settles a drug of the chronic programme for a category and hypertension, as a batch of its own; deductible and funds.
fn settle(sender: &Sender<'_>, person: u32, category: &str, batch: &str) -> (i64, i64) {
    let mut care = Care::new(sender, person);
    care.register();
    care.attend_for(category, "M03900").output();
    care.upload_batch(batch, &[(111, 1)]).output();
    let mut bill = care.bill_of(batch, "1");
    bill["data"]["med_type"] = category.into();
    let answer = care.call("2207", &bill);
    let info = &answer.output()["setlinfo"];
    (fen(&info["act_pay_dedc"]), fen(&info["fund_pay_sumamt"]))
}

#[test]
fn an_approved_filing_changes_what_a_later_settlement_pays() {
    let town = Town::new();
    let sender = town.sender(5);
    let (deductible, funds) = settle(&sender, 1, "14", "1001");
    assert!(deductible > 0 && funds == 0, "an ordinary visit below the deductible");
    let number = disease(&sender, 1, &json!({}));
    assert!(registered(&sender, 1).is_empty(), "applied for is not filed");
    let twice = settle(&sender, 1, "14", "1002");
    assert_eq!(twice.1, 0, "and decides nothing");
    review(&town, 1, &number, true);
    assert_eq!(registered(&sender, 1), ["M03900"]);
    let (deductible, funds) = settle(&sender, 1, "14", "1003");
    assert!(deductible == 0 && funds > 0, "the chronic programme pays: {deductible}, {funds}");
}

#[test]
fn a_two_disease_filing_opens_only_its_own_benefit() {
    let town = Town::new();
    let sender = town.sender(5);
    let number = disease(&sender, 1, &json!({"exp_content": "{\"biz_appy_type\":\"23\"}"}));
    review(&town, 1, &number, true);
    assert_eq!(registered(&sender, 1), ["M03900"]);
    let (_, chronic) = settle(&sender, 1, "14", "1001");
    assert_eq!(chronic, 0, "no benefit of chronic diseases");
    let (deductible, funds) = settle(&sender, 1, "9901", "1002");
    assert!(deductible == 0 && funds > 0, "{deductible}, {funds}");
}

#[test]
fn an_application_is_withdrawn_only_before_its_review_and_by_whoever_filed_it() {
    let town = Town::new();
    let (sender, other) = (town.sender(1), town.sender(2));
    let first = disease(&sender, 1, &json!({}));
    let refused = other.send(&withdraw(&other, 1, &first));
    assert!(refused.refusal().starts_with("[4701]该机构不能办理此业务"), "{}", refused.text);
    sender.send(&withdraw(&sender, 1, &first)).output();
    let again = sender.send(&withdraw(&sender, 1, &first));
    assert!(again.refusal().starts_with("[4802]"), "{}", again.text);
    let second = disease(&sender, 1, &json!({}));
    review(&town, 1, &second, false);
    let late = sender.send(&withdraw(&sender, 1, &second));
    assert!(late.refusal().starts_with("[4502]备案已经审核，不能撤销"), "{}", late.text);
    assert!(registered(&sender, 1).is_empty(), "not approved");
}

#[test]
fn chosen_institutions_and_family_doctors_are_filed_and_asked_for() {
    let town = Town::new();
    let sender = town.sender(14);
    let asked = |kind: &str| {
        let data = json!({"psn_no": Town::person(1), "biz_appy_type": kind});
        sender.call("5302", &json!({"data": data})).output().clone()
    };
    assert!(rows(&asked("03"), "psnfixmedin").is_empty());
    let chosen = institution(&sender, 1, "03", &sender.institution);
    let doctor = institution(&sender, 1, "05", &sender.institution);
    review(&town, 1, &chosen, true);
    review(&town, 1, &doctor, true);
    for kind in ["03", "05"] {
        let found = asked(kind);
        let row = &rows(&found, "psnfixmedin")[0];
        assert_eq!(text(row, "/fixmedins_code"), sender.institution);
        assert_eq!(text(row, "/fixmedins_name"), "测试社区第2卫生服务中心");
        assert_eq!((text(row, "/fix_srt_no"), text(row, "/begndate")), ("1".into(), TODAY.into()));
    }
}

#[test]
fn stays_and_referrals_are_told_by_person() {
    let town = Town::new();
    let sender = town.sender(1);
    let asked = |transaction: &str, person: u32, from: &str| {
        let data = json!({
            "psn_no": Town::person(person), "begntime": from, "endtime": "2026-03-31 23:59:59",
        });
        sender.call(transaction, &json!({"data": data})).output().clone()
    };
    let found = asked("5303", 11, "2026-03-01");
    let row = &rows(&found, "data")[0];
    assert_eq!(text(row, "/psn_no"), Town::person(11));
    assert_eq!((text(row, "/begndate"), text(row, "/out_flag")), ("2026-03-07".into(), "0".into()));
    assert!(rows(&asked("5303", 11, "2026-03-08"), "data").is_empty(), "admitted before");
    assert!(rows(&asked("5303", 12, "2026-03-01"), "data").is_empty(), "discharged today");
    assert!(rows(&asked("5304", 1, "2026-01-01"), "refmedin").is_empty());
}
