//! 2101, 2102, 2103: a purchase registers, uploads and settles in one message.

use super::care::Care;
use crate::identities::{check_undo, fen};
use crate::town::Town;
use serde_json::json;

/// The first pharmacy of the town.
const PHARMACY: usize = 21;

#[test]
fn a_purchase_is_tried_settled_found_and_undone() {
    let town = Town::new();
    let sender = town.sender(PHARMACY);
    let care = Care::new(&sender, 1);
    let input = care.purchase(&[(0, 2), (1, 1), (10, 1)]);
    let tried = care.call("2101", &input);
    let tried = tried.output();
    assert_eq!(tried["setlinfo"]["mdtrt_id"], "");
    let number = town.number(&sender.institution);
    let bought = care.call_as(&number, "2102", &input);
    let bought = bought.output();
    assert_eq!(tried["setldetail"], bought["setldetail"], "a trial says what will be");
    let classes = bought["detlcutinfo"].as_array().unwrap().iter();
    let classes: Vec<&str> = classes.map(|line| line["chrgitm_lv"].as_str().unwrap()).collect();
    assert_eq!(classes, ["01", "02", "03"]);
    let info = &bought["setlinfo"];
    assert_eq!(info["clr_type"], "41");
    // Without a prescription no fund pays (第十二条); the account may.
    assert_eq!(fen(&info["fund_pay_sumamt"]), 0);
    let why = bought["setldetail"][0]["setl_proc_info"].as_str().unwrap();
    assert!(why.contains("药店购药无外配处方") && why.contains("第十二条"), "{why}");
    let named = json!({"data": {
        "psn_no": care.person, "mdtrt_id": info["mdtrt_id"], "setl_id": info["setl_id"],
    }});
    let found = care.call("5204", &named);
    assert_eq!(found.output().as_array().unwrap().len(), 3);
    let undone = care.call("2103", &named);
    check_undo(info, &undone.output()["setlinfo"]);
    let words = format!("[4402]该结算已撤销：{}。无需重复撤销", info["setl_id"].as_str().unwrap());
    assert_eq!(care.call("2103", &named).refusal(), words);
}

#[test]
fn a_purchase_sent_again_gets_the_same_bytes() {
    let town = Town::new();
    let sender = town.sender(PHARMACY);
    let care = Care::new(&sender, 24);
    let input = care.purchase(&[(0, 2), (1, 1)]);
    let message = sender.message(&town.number(&sender.institution), "2102", &input);
    let first = sender.send(&message);
    first.output();
    assert_eq!(sender.send(&message).text, first.text);
}

#[test]
fn a_purchase_can_be_reversed() {
    let town = Town::new();
    let sender = town.sender(PHARMACY);
    let care = Care::new(&sender, 24);
    let number = town.number(&sender.institution);
    let bought = care.call_as(&number, "2102", &care.purchase(&[(0, 2)]));
    let before = &bought.output()["setlinfo"];
    assert_eq!(care.reverse(&number, "2102").output()["result"]["revs_rslt"], "1");
    let again = care.call("2102", &care.purchase(&[(0, 2)]));
    assert_eq!(again.output()["setlinfo"]["balc"], before["balc"]);
}
