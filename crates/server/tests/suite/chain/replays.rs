//! Messages that come again, and numbers that are used again.

use super::care::Care;
use crate::identities::fen;
use crate::town::Town;
use serde_json::{Value, json};

const LINES: &[(usize, i64)] = &[(0, 3), (1, 2)];

/// What the account of a person holds.
fn balance(care: &Care<'_>) -> i64 {
    let shown = json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": care.identity}});
    let answer = care.call("1101", &shown);
    fen(&answer.output()["insuinfo"][0]["balc"])
}

#[test]
fn the_same_message_again_gets_the_same_bytes_and_changes_nothing() {
    let town = Town::new();
    let sender = town.sender(1);
    let mut care = Care::new(&sender, 1);
    care.come(LINES);
    let message = sender.message(&town.number(&sender.institution), "2207", &care.bill());
    let first = sender.send(&message);
    first.output();
    let held = balance(&care);
    for _ in 0..3 {
        assert_eq!(sender.send(&message).text, first.text);
    }
    assert_eq!(balance(&care), held);
    let undo = care.undo_of(first.output());
    let undo = sender.message(&town.number(&sender.institution), "2208", &undo);
    let undone = sender.send(&undo);
    assert_eq!(sender.send(&undo).text, undone.text);
    assert_eq!(
        sender.send(&message).text,
        first.text,
        "a retry that is late still gets its answer"
    );
    assert_ne!(balance(&care), held);
}

#[test]
fn every_accepted_message_is_answered_again_word_for_word() {
    let town = Town::new();
    let sender = town.sender(1);
    let mut care = Care::new(&sender, 1);
    care.register();
    let twice = |transaction: &str, input: &Value| {
        let message = sender.message(&town.number(&sender.institution), transaction, input);
        let first = sender.send(&message);
        first.output();
        assert_eq!(sender.send(&message).text, first.text, "{transaction}");
    };
    let visit = json!({"psn_no": care.person, "mdtrt_id": care.visit, "ipt_otp_no": "MZ1"});
    care.attend().output();
    care.upload(LINES).output();
    twice("2204", &json!({"feedetail": care.lines}));
    let batch =
        json!({"data": {"mdtrt_id": care.visit, "chrg_bchno": "1001", "psn_no": care.person}});
    twice("2205", &batch);
    twice("2202", &json!({"data": visit}));
}

#[test]
fn another_body_under_an_old_number_is_a_new_message() {
    let town = Town::new();
    let sender = town.sender(1);
    let mut care = Care::new(&sender, 1);
    care.come(LINES);
    let number = town.number(&sender.institution);
    care.call_as(&number, "2207", &care.bill()).output();
    let mut other = care.bill();
    other["data"]["invono"] = json!("B2");
    let refused = care.call_as(&number, "2207", &other);
    let words = "[4303]该批次已结算：1001。如为重发，请使用原报文号；否则请使用新批次号";
    assert_eq!(refused.refusal(), words);
}

#[test]
fn one_number_for_every_message_of_a_visit_is_taken() {
    let town = Town::new();
    let sender = town.sender(1);
    let mut care = Care::new(&sender, 1);
    care.come(LINES);
    let lines = json!({"feedetail": care.lines});
    let constant = "H99500000001CONSTANT";
    let call = |transaction: &str, input: &Value| care.call_as(constant, transaction, input);
    call("2204", &lines).output();
    let settled = call("2207", &care.bill());
    let undone = call("2208", &care.undo_of(settled.output()));
    undone.output();
    let again = call("2207", &care.bill());
    let entry = |answer: &crate::town::Answer| answer.output()["setlinfo"]["setl_id"].clone();
    assert_ne!(entry(&again), entry(&settled), "sent after the undo, it is meant");
    let undone_again = call("2208", &care.undo_of(again.output()));
    assert_ne!(entry(&undone_again), entry(&undone));
}

#[test]
fn a_registration_sent_again_under_another_number_is_the_same_visit() {
    let town = Town::new();
    let sender = town.sender(1);
    let mut care = Care::new(&sender, 1);
    care.register();
    let visit = care.visit.clone();
    care.register();
    assert_eq!(care.visit, visit);
}
