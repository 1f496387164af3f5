//! The cast of the town: every identity holds for everybody, and the answer says why somebody gets nothing.

use super::care::Care;
use crate::identities::{check_undo, fen};
use crate::town::Town;
use agency::town::cast;
use serde_json::{Value, json};

/// Bills of everyday drugs; with class C, a ceiling and a negotiated drug; and a large one.
const BILLS: [&[(usize, i64)]; 3] =
    [&[(0, 3), (1, 2)], &[(10, 1), (43, 2), (65, 3), (111, 1), (270, 1)], &[(2, 400), (4, 300)]];

/// Settles a bill of person `number` at a hospital of level 3.
fn settled(town: &Town, number: u32, bill: &[(usize, i64)], accounts: &str) -> Value {
    let sender = town.sender(1);
    let care = Care::ready(&sender, number, bill);
    care.call("2207", &care.bill_of("1001", accounts)).output().clone()
}

/// The words of the pool's row.
fn why(settled: &Value) -> &str {
    settled["setldetail"][0]["setl_proc_info"].as_str().unwrap()
}

#[test]
fn identities_hold_for_everybody_and_every_undo_is_exact() {
    let town = Town::new();
    let sender = town.sender(1);
    for number in 1..=u32::try_from(cast::CHONGQING.len()).unwrap() {
        let mut care = Care::new(&sender, number);
        care.register();
        care.attend().output();
        for (batch, bill) in ["1", "2", "3"].into_iter().zip(BILLS) {
            care.upload_batch(batch, bill).output();
            let accounts = ["0", "1", "2"][number as usize % 3];
            let answer = care.call("2207", &care.bill_of(batch, accounts));
            let info = answer.output()["setlinfo"].clone();
            let undone = care.call("2208", &care.undo_of(answer.output()));
            check_undo(&info, &undone.output()["setlinfo"]);
            care.call("2207", &care.bill_of(batch, accounts)).output();
        }
    }
}

#[test]
fn whoever_is_in_arrears_reads_why_no_fund_pays() {
    let town = Town::new();
    let answer = settled(&town, 8, BILLS[0], "1");
    assert_eq!(fen(&answer["setlinfo"]["fund_pay_sumamt"]), 0);
    assert!(fen(&answer["setlinfo"]["acct_pay"]) > 0, "the account may pay");
    assert!(why(&answer).contains("不予支付：欠费，待遇暂停"), "{}", why(&answer));
    let extension = answer["setlinfo"]["exp_content"].as_str().unwrap();
    assert_eq!(extension, r#"{"not_paid_rea":"欠费，待遇暂停"}"#);
}

#[test]
fn the_large_amount_fund_has_a_row_of_its_own() {
    let town = Town::new();
    // 46,900 of 47,000 are used; a bill that the pool would pay more than 100 for.
    let answer = settled(&town, 20, &[(2, 10)], "0");
    let rows = answer["setldetail"].as_array().unwrap();
    let codes: Vec<&str> = rows.iter().map(|row| row["fund_pay_type"].as_str().unwrap()).collect();
    assert_eq!(codes, ["310102", "330100"]);
    assert_eq!(fen(&rows[0]["fund_payamt"]), 10_000);
    assert_eq!(fen(&rows[0]["crt_payb_lmt_amt"]), 10_000);
    assert_eq!(rows[1]["fund_pay_type_name"], "大额医疗费用补助基金");
    assert_eq!(fen(&answer["setlinfo"]["hifob_pay"]), fen(&rows[1]["fund_payamt"]));
}

#[test]
fn relatives_pay_where_the_sender_asks_for_it() {
    let town = Town::new();
    let own = settled(&town, 16, BILLS[0], "1");
    assert_eq!(fen(&own["setlinfo"]["acct_pay"]), 0);
    let sender = town.sender(2);
    let care = Care::ready(&sender, 16, BILLS[0]);
    let family = care.call("2207", &care.bill_of("1001", "2"));
    let family = family.output();
    let info = &family["setlinfo"];
    assert!(fen(&info["acct_mulaid_pay"]) > 0);
    assert_eq!(info["acct_mulaid_pay"], info["acct_pay"]);
    let rows = family["setldetail"].as_array().unwrap();
    assert_eq!(rows.last().unwrap()["fund_pay_type"], "310201");
}

#[test]
fn a_person_is_found_by_card_by_token_and_by_document() {
    let town = Town::new();
    let sender = town.sender(1);
    let ask = |kind: &str, number: &str, document: &str| {
        sender.call(
            "1101",
            &json!({"data": {
                "mdtrt_cert_type": kind, "mdtrt_cert_no": number, "certno": document,
            }}),
        )
    };
    let identity = town.identity(16);
    let card = town.people.born(agency::town::CHONGQING, 16).card();
    for answer in [ask("02", &identity, ""), ask("3", &card, ""), ask("", "", &identity)] {
        let output = answer.output();
        assert_eq!(output["baseinfo"]["psn_no"], Town::person(16));
        let extension = output["baseinfo"]["exp_content"].as_str().unwrap();
        let extension: Value = serde_json::from_str(extension).unwrap();
        assert_eq!(extension["fm_acct_balc"], "4575.00", "what relatives hold");
    }
    let words = "[4002]未找到参保人：该凭证未登记参保人。请核对凭证或人员编号，以及参保地医保区划";
    assert_eq!(ask("03", "99K", "").refusal(), words);
}

#[test]
fn entitlement_is_refused_with_the_reason() {
    let town = Town::new();
    let sender = town.sender(1);
    let ask = |number: u32, category: &str, disease: &str| {
        let answer = sender.call(
            "2001",
            &json!({"data": {
                "psn_no": Town::person(number), "insutype": "310",
                "fixmedins_code": sender.institution, "med_type": category,
                "begntime": "2026-03-10 09:00:00", "dise_codg": disease,
            }}),
        );
        answer.output()["trtinfo"][0].clone()
    };
    assert_eq!(ask(1, "11", "")["trt_enjymnt_flag"], "1");
    assert_eq!(ask(13, "14", "M03900")["trt_enjymnt_flag"], "1");
    let arrears = ask(8, "11", "");
    assert_eq!(arrears["trt_enjymnt_flag"], "0");
    let words = arrears["trt_chk_rslt"].as_str().unwrap();
    assert!(words.starts_with("欠费，待遇暂停〔"), "{words}");
}

#[test]
fn chronic_medicines_are_found_as_such() {
    let town = Town::new();
    let sender = town.sender(1);
    let mut care = Care::new(&sender, 13);
    care.register();
    care.attend_for("14", "M03900").output();
    care.upload(&[(111, 1), (0, 1)]).output();
    let mut bill = care.bill();
    bill["data"]["med_type"] = json!("14");
    let settled = care.call("2207", &bill);
    assert_eq!(settled.output()["setlinfo"]["med_type"], "14");
    let asked = json!({"data": {
        "psn_no": care.person, "begntime": "2026-03-01 00:00:00", "endtime": "2026-03-31",
    }});
    let found = care.call("5205", &asked);
    let lines = found.output()["feedetail"].as_array().unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["fixmedins_name"], "测试第1人民医院");
}
