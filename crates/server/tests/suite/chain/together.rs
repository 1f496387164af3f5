//! Several institutions at once.

use super::care::Care;
use crate::identities::fen;
use crate::town::Town;
use serde_json::json;
use std::sync::Arc;

#[test]
fn two_institutions_at_once_never_spend_the_same_yuan_twice() {
    let town = Arc::new(Town::new());
    let mut bodies = Vec::new();
    let mut total = 0;
    for place in [1, 5, 9, 13] {
        let sender = town.sender(place);
        let mut care = Care::new(&sender, 1);
        care.register();
        care.attend().output();
        for batch in ["1", "2", "3"] {
            care.upload_batch(batch, &[(1, 3), (2, 2)]).output();
            total += fen(&serde_json::from_str(&care.total).unwrap());
            let number = town.number(&sender.institution);
            let message = sender.message(&number, "2207", &care.bill_of(batch, "1"));
            // Each twice at once: a client that does not wait for its answer.
            bodies.extend([message.to_string(), message.to_string()]);
        }
    }
    let answers = town.answers(bodies);
    let mut settled = std::collections::BTreeMap::new();
    for pair in answers.chunks(2) {
        assert_eq!(pair[0].text, pair[1].text);
        let info = &pair[0].output()["setlinfo"];
        settled.insert(info["setl_id"].as_str().unwrap().to_string(), info.clone());
    }
    assert_eq!(settled.len(), 12);
    let sum = |field: &str| settled.values().map(|info| fen(&info[field])).sum::<i64>();
    assert_eq!(sum("medfee_sumamt"), total);
    assert_eq!(sum("act_pay_dedc"), 20_000, "the deductible is charged once");
    // Entries of a person follow each other: each begins with what the one before left.
    let mut held = 186_000;
    for info in settled.values() {
        held -= fen(&info["acct_pay"]);
        assert_eq!(fen(&info["balc"]), held, "{info}");
    }
    assert!(held >= 0);
    let shown = json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": town.identity(1)}});
    let found = town.sender(1).call("1101", &shown);
    assert_eq!(fen(&found.output()["insuinfo"][0]["balc"]), held);
}
