//! 2601 冲正 and 9901: what a sender does that does not know what became of its message.

use super::care::Care;
use crate::identities::fen;
use crate::town::{Sender, Town};
use kernel::Moment;
use serde_json::{Value, json};

const LINES: &[(usize, i64)] = &[(0, 3), (1, 2)];

fn result(answer: &crate::town::Answer) -> &str {
    answer.output()["result"]["revs_rslt"].as_str().unwrap()
}

/// 9901 of a number.
fn became(sender: &Sender<'_>, number: &str) -> Vec<Value> {
    let answer = sender.call("9901", &json!({"data": {"omsgid": number}}));
    answer.output()["msginfo"].as_array().unwrap().clone()
}

#[test]
fn a_settlement_reversed_is_as_if_it_had_never_been() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let number = town.number(&sender.institution);
    let settled = care.call_as(&number, "2207", &care.bill());
    let first = settled.output()["setlinfo"].clone();
    let reversed = care.reverse(&number, "2207");
    assert_eq!(result(&reversed), "1");
    assert!(reversed.output()["result"]["revs_setl_id"].is_string());
    let named = json!({"data": {
        "psn_no": care.person, "mdtrt_id": care.visit, "setl_id": first["setl_id"],
    }});
    let words = format!(
        "[4401]未找到结算记录：{}。请核对结算ID、就诊ID与人员编号",
        first["setl_id"].as_str().unwrap()
    );
    assert_eq!(care.call("5203", &named).refusal(), words);
    let again = care.settle();
    for field in ["act_pay_dedc", "hifp_pay", "acct_pay", "balc"] {
        assert_eq!(fen(&again.output()["setlinfo"][field]), fen(&first[field]), "{field}");
    }
}

#[test]
fn a_reversal_sent_twice_says_that_it_was_done_before() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let number = town.number(&sender.institution);
    care.call_as(&number, "2207", &care.bill()).output();
    assert_eq!(result(&care.reverse(&number, "2207")), "1");
    assert_eq!(result(&care.reverse(&number, "2207")), "2");
}

#[test]
fn nothing_to_reverse_is_no_failure() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let answer = care.reverse("H99500000001202603100800009999", "2207");
    assert_eq!(result(&answer), "3");
    assert_eq!(
        answer.output()["result"]["revs_rslt_dscr"],
        "未收到原报文，账务无变化；原报文若迟到将不予受理"
    );
}

#[test]
fn a_message_that_arrives_after_its_reversal_is_refused_but_one_sent_later_is_taken() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let number = town.number(&sender.institution);
    let late = sender.message(&number, "2207", &care.bill());
    assert_eq!(result(&care.reverse(&number, "2207")), "3");
    let words =
        format!("[3101]该报文已被冲正，不再受理：{number}。如确需办理，请以新报文号重新发起");
    assert_eq!(sender.send(&late).refusal(), words);
    let mut anew = late;
    let now = Moment::parse(anew["inf_time"].as_str().unwrap()).unwrap();
    anew["inf_time"] = Moment(now.0 + 60_000).to_string().into();
    sender.send(&anew).output();
}

#[test]
fn an_undo_may_be_reversed_and_then_the_settlement_stands_again() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let settled = care.settle();
    let settled = settled.output();
    let number = town.number(&sender.institution);
    care.call_as(&number, "2208", &care.undo_of(settled)).output();
    assert_eq!(result(&care.reverse(&number, "2208")), "1");
    let named = json!({"data": {
        "psn_no": care.person, "mdtrt_id": care.visit,
        "setl_id": settled["setlinfo"]["setl_id"],
    }});
    let found = care.call("5203", &named);
    assert_eq!(found.output()["setlinfo"]["refd_setl_flag"], "0");
    care.call("2208", &care.undo_of(settled)).output();
}

#[test]
fn what_was_undone_by_its_own_message_is_not_reversed_again() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let number = town.number(&sender.institution);
    let settled = care.call_as(&number, "2207", &care.bill());
    care.call("2208", &care.undo_of(settled.output())).output();
    assert_eq!(result(&care.reverse(&number, "2207")), "2");
}

#[test]
fn only_what_moves_money_can_be_reversed() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let words = "[4404]该交易不支持冲正：2204门诊费用明细信息上传。可冲正2102、2103、2207、2208";
    assert_eq!(care.reverse("1", "2204").refusal(), words);
    assert!(
        care.reverse("1", "3301").refusal().starts_with("[4404]该交易不支持冲正：3301目录对照上传")
    );
    assert!(care.reverse("1", "0000").refusal().starts_with("[4404]该交易不支持冲正：0000。"));
}

#[test]
fn a_sender_can_ask_what_became_of_a_number() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let number = town.number(&sender.institution);
    assert!(became(&sender, &number).is_empty());
    let settled = care.call_as(&number, "2207", &care.bill());
    let info = &settled.output()["setlinfo"];
    let [done] = &became(&sender, &number)[..] else { panic!("one message") };
    assert_eq!((&done["proc_stas"], &done["oinfno"]), (&json!("1"), &json!("2207")));
    assert_eq!(done["setl_id"], info["setl_id"]);
    assert_eq!(done["medfee_sumamt"], info["medfee_sumamt"]);
    care.reverse(&number, "2207").output();
    assert_eq!(became(&sender, &number)[0]["proc_stas"], "2");
    care.reverse("UNKNOWN", "2207").output();
    let barred = &became(&sender, "UNKNOWN")[0];
    assert_eq!(barred["proc_stas_dscr"], "冲正先到，不再受理");
    assert!(barred["setl_id"].is_null());
    let other = town.sender(2);
    assert!(became(&other, &number).is_empty(), "another institution's messages are its own");
}
