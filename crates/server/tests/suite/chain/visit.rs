//! A visit from registration to undo, in two dialects.

use super::care::{Care, Dialect};
use crate::identities::{check_undo, fen};
use crate::town::Town;
use serde_json::json;

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
    care.register();
    assert!(care.attend().output().as_object().unwrap().is_empty());
    let lines = care.upload(EVERYDAY);
    let lines = lines.output()["result"].as_array().unwrap().clone();
    assert_eq!(lines.len(), EVERYDAY.len());
    let tried = care.call("2206", &care.bill());
    let tried = &tried.output()["setlinfo"];
    let settled = care.settle();
    let settled = settled.output();
    let info = &settled["setlinfo"];
    for field in ["medfee_sumamt", "inscp_scp_amt", "fund_pay_sumamt", "acct_pay", "balc"] {
        assert_eq!(fen(&tried[field]), fen(&info[field]), "a trial says what will be: {field}");
    }
    assert_eq!(format!("{:.2}", info["medfee_sumamt"].as_f64().unwrap()), care.total);
    let undone = care.call("2208", &care.undo_of(settled));
    let undone = &undone.output()["setlinfo"];
    check_undo(info, undone);
    assert_ne!(undone["setl_id"], info["setl_id"]);
    let refunded = fen(&info["balc"]) + fen(&info["acct_pay"]);
    assert_eq!(fen(&undone["balc"]), refunded, "the account has its money back");
    let again = care.settle();
    let again = &again.output()["setlinfo"];
    for field in ["act_pay_dedc", "fund_pay_sumamt", "acct_pay", "balc"] {
        assert_eq!(fen(&again[field]), fen(&info[field]), "an undo leaves nothing behind: {field}");
    }
}

#[test]
fn a_visit_is_tried_settled_undone_and_settled_again_in_hunan() {
    chain(Dialect::Hunan);
}

#[test]
fn a_visit_is_tried_settled_undone_and_settled_again_in_hebei() {
    chain(Dialect::Hebei);
}
