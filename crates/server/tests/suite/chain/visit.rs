//! A visit from registration to undo, in two dialects.

use super::care::{Care, Dialect};
use crate::identities::{check_undo, fen};
use crate::town::Town;
use serde_json::{Value, json};

/// Everyday drugs of the town: class A, class B and class A.
const EVERYDAY: &[(usize, i64)] = &[(0, 3), (1, 2), (2, 4)];

fn town_of(dialect: Dialect) -> Town {
    Town::with(match dialect {
        Dialect::Hunan => "edition = \"hunan\"",
        Dialect::Hebei => "edition = \"chongqing\"\ninfcode = \"string\"",
    })
}

fn chain(dialect: Dialect) {
    let town = town_of(dialect);
    let sender = town.sender(1);
    let signed = json!({"signIn": {"opter_no": "0001", "mac": "00-00-00", "ip": "127.0.0.1"}});
    assert!(sender.call("9001", &signed).output()["signinoutb"]["sign_no"].is_string());
    let mut care = Care { dialect, ..Care::new(&sender, 1) };
    let who = care.call("1101", &shown(&care));
    let who = who.output();
    care.person = who["baseinfo"]["psn_no"].as_str().unwrap().to_string();
    let balance = fen(&who["insuinfo"][0]["balc"]);
    let entitled = care.call("2001", &entitlement(&care, "11"));
    assert_eq!(entitled.output()["trtinfo"][0]["trt_enjymnt_flag"], "1");
    care.register();
    assert!(care.attend().output().as_object().unwrap().is_empty());
    let lines = care.upload(EVERYDAY);
    assert_eq!(lines.output()["result"].as_array().unwrap().len(), EVERYDAY.len());
    let tried = care.call("2206", &care.bill());
    let tried = &tried.output()["setlinfo"];
    let settled = care.settle();
    let settled = settled.output();
    let info = &settled["setlinfo"];
    for field in ["medfee_sumamt", "inscp_scp_amt", "fund_pay_sumamt", "acct_pay", "balc"] {
        assert_eq!(fen(&tried[field]), fen(&info[field]), "a trial says what will be: {field}");
    }
    assert_eq!(format!("{:.2}", info["medfee_sumamt"].as_f64().unwrap()), care.total);
    assert_eq!(fen(&info["balc"]), balance - fen(&info["acct_pay"]));
    found_again(&care, settled);
    let undone = care.call("2208", &care.undo_of(settled));
    let undone = &undone.output()["setlinfo"];
    check_undo(info, undone);
    assert_ne!(undone["setl_id"], info["setl_id"]);
    assert_eq!(fen(&undone["balc"]), balance, "the account has its money back");
    let again = care.settle();
    let again = &again.output()["setlinfo"];
    for field in ["act_pay_dedc", "fund_pay_sumamt", "acct_pay", "balc"] {
        assert_eq!(fen(&again[field]), fen(&info[field]), "an undo leaves nothing behind: {field}");
    }
}

/// The input of 1101.
fn shown(care: &Care<'_>) -> Value {
    json!({"data": {
        "mdtrt_cert_type": "02", "mdtrt_cert_no": care.identity, "card_sn": "",
        "begntime": "", "psn_cert_type": "01", "certno": care.identity, "psn_name": "测试甲子",
    }})
}

/// The input of 2001.
fn entitlement(care: &Care<'_>, category: &str) -> Value {
    json!({"data": {
        "psn_no": care.person, "insutype": "310", "fixmedins_code": care.sender.institution,
        "med_type": category, "begntime": "2026-03-10 08:00:00", "endtime": "",
    }})
}

/// What was settled is found by every query, as it was answered.
fn found_again(care: &Care<'_>, settled: &Value) {
    let info = &settled["setlinfo"];
    let (person, visit, entry) = (&info["psn_no"], &info["mdtrt_id"], &info["setl_id"]);
    let of_day = json!({"data": {
        "psn_no": person, "begntime": "2026-03-10", "endtime": "2026-03-10",
        "med_type": "11", "mdtrt_id": "",
    }});
    let visits = care.call("5201", &of_day);
    assert_eq!(visits.output()["mdtrtinfo"][0]["mdtrt_id"], *visit);
    assert_eq!(visits.output()["mdtrtinfo"].as_array().unwrap().len(), 1);
    let named = json!({"data": {"psn_no": person, "mdtrt_id": visit, "setl_id": entry}});
    let diagnoses = care.call("5202", &named);
    assert_eq!(diagnoses.output()["diseinfo"][0]["diag_code"], "J06.900");
    let found = care.call("5203", &named);
    let found = found.output();
    assert_eq!(found["setldetail"], settled["setldetail"]);
    let fields = info.as_object().unwrap().iter();
    let same = fields.filter(|(field, _)| !found["setlinfo"][field].is_null());
    for (field, value) in same {
        assert_eq!(found["setlinfo"][field], *value, "5203 {field}");
    }
    let lines = care.call("5204", &named);
    let lines = lines.output().as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| fen(&line["det_item_fee_sumamt"])).sum();
    assert_eq!(sum, fen(&info["medfee_sumamt"]));
    let accumulated = care.call("5206", &json!({"data": {"psn_no": person, "cum_ym": "2026"}}));
    let sums = accumulated.output()["cuminfo"].as_array().unwrap();
    let of = |code: &str| {
        let mut year = sums.iter().filter(|sum| sum["cum_ym"] == "2026");
        fen(&year.find(|sum| sum["cum_type_code"] == code).unwrap()["cum"])
    };
    assert_eq!(of("C0000"), 100, "one visit");
    assert_eq!(of("F0000"), fen(&info["medfee_sumamt"]));
    assert_eq!(of("S0000"), fen(&info["inscp_scp_amt"]));
    assert_eq!(of("Q0000_BIZ11"), fen(&info["act_pay_dedc"]));
    assert_eq!(of("D3102001"), fen(&info["acct_pay"]));
    explained(care, settled);
}

/// Step by step, every fen is borne by somebody.
fn explained(care: &Care<'_>, settled: &Value) {
    let info = &settled["setlinfo"];
    let named = json!({"data": {
        "psn_No": info["psn_no"], "setl_Id": info["setl_id"], "mdtrt_Id": info["mdtrt_id"],
    }});
    let steps = care.call("100001", &named);
    let steps = steps.output().as_array().unwrap();
    let sum = |field: &str| steps.iter().map(|step| fen(&step[field])).sum::<i64>();
    assert_eq!(sum("fundPayAmt"), fen(&info["fund_pay_sumamt"]));
    assert_eq!(sum("polItemPaySum"), fen(&info["medfee_sumamt"]));
}

#[test]
fn a_visit_is_tried_settled_found_undone_and_settled_again_in_hunan() {
    chain(Dialect::Hunan);
}

#[test]
fn a_visit_is_tried_settled_found_undone_and_settled_again_in_hebei() {
    chain(Dialect::Hebei);
}
