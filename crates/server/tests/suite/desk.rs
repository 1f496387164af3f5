//! What an institution files without a person: files, its mapping to the catalogue, clearing applications.

use crate::chain::care::yuan;
use crate::parcels::{Fetched, fetch, rows, send, text};
use crate::town::Town;
use serde_json::{Value, json};

#[test]
fn a_file_comes_back_as_it_was_sent_and_to_its_sender_only() {
    let town = Town::new();
    let (sender, other) = (town.sender(1), town.sender(2));
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let number = send(&sender, "对账.zip", &bytes);
    let file = fetch(&sender, &number, &sender.institution);
    assert_eq!(file, Fetched::File("对账.zip".into(), bytes));
    let words = "[1402]fsDownloadIn file_qury_no(文件查询号)";
    match fetch(&other, &number, &other.institution) {
        Fetched::Refused(said) => assert!(said.starts_with(words), "{said}"),
        file @ Fetched::File(..) => panic!("somebody else's file: {file:?}"),
    }
}

#[test]
fn bytes_may_be_a_list_of_numbers() {
    let town = Town::new();
    let sender = town.sender(1);
    let input = json!({"fsUploadIn": {
        "in": [80, 75, -1, "255", 0], "filename": "a.zip", "fixmedins_code": sender.institution,
    }});
    let number = text(sender.call("9101", &input).output(), "/file_qury_no");
    assert_eq!(fetch(&sender, &number, "").bytes(), [80, 75, 255, 255, 0]);
}

#[test]
fn a_file_can_be_fetched_for_thirty_days() {
    let town = Town::new();
    let sender = town.sender(1);
    let number = send(&sender, "a.zip", b"x");
    town.set("2026-04-09 23:00:00");
    assert_eq!(fetch(&sender, &number, "").bytes(), b"x");
    town.set("2026-04-10 00:00:00");
    let Fetched::Refused(words) = fetch(&sender, &number, "") else { panic!("a file") };
    assert!(words.starts_with("[4802]记录状态不允许此操作：文件"), "{words}");
}

/// A row of 3301.
fn mapping(own: &str, item: &str) -> Value {
    json!({
        "fixmedins_hilist_id": own, "fixmedins_hilist_name": format!("院内{own}"),
        "list_type": "101", "med_list_codg": item, "begndate": "2026-01-01",
        "enddate": "2099-12-31", "spec": "10片",
    })
}

#[test]
fn a_mapping_is_uploaded_changed_listed_and_taken_back() {
    let town = Town::new();
    let (sender, other) = (town.sender(1), town.sender(2));
    let (one, two) = (&*town.wares[0].code, &*town.wares[1].code);
    let sent = json!({"data": [mapping("Y1", one), mapping("Y2", two)]});
    sender.call("3301", &sent).output();
    sender.call("3301", &json!({"data": mapping("Y2", one)})).output();
    let list = |sender: &crate::town::Sender<'_>, own: &str| {
        let data = json!({"data": {"medins_list_codg": own, "page_num": 1, "page_size": 10}});
        sender.call("1317", &data).output().clone()
    };
    let all = list(&sender, "");
    let codes: Vec<_> = rows(&all, "data").iter().map(|row| text(row, "/med_list_codg")).collect();
    assert_eq!(codes, [one, one], "what is sent again replaces what was said");
    assert_eq!((text(&all, "/data/0/spec"), &all["recordCounts"]), ("10片".into(), &json!(2)));
    assert_eq!(list(&other, "")["recordCounts"], 0);
    let undo = |item: &str| {
        json!({"data": {
            "fixmedins_code": sender.institution, "fixmedins_hilist_id": "Y2",
            "list_type": "101", "med_list_codg": item,
        }})
    };
    let words = "[4802]记录状态不允许此操作：Y2现对照为";
    assert!(sender.call("3302", &undo(two)).refusal().starts_with(words));
    sender.call("3302", &undo(one)).output();
    assert_eq!(list(&sender, "Y2")["recordCounts"], 0);
    assert_eq!(list(&sender, "")["recordCounts"], 1);
}

#[test]
fn clearing_is_applied_for_with_what_the_books_hold() {
    let town = Town::new();
    let sender = town.sender(1);
    let settled = crate::chain::care::Care::ready(&sender, 1, &[(0, 2)]).settle();
    let info = &settled.output()["setlinfo"];
    let apply = |total: &Value| {
        sender.call(
            "3203",
            &json!({"data": {
                "clr_type": "11", "clr_way": "1", "setlym": "202603", "psntime": 1,
                "medfee_sumamt": total, "med_sumfee": total,
                "fund_appy_sum": info["fund_pay_sumamt"], "cash_payamt": info["psn_cash_pay"],
                "acct_pay": info["acct_pay"], "begndate": "2026-03-01", "enddate": "2026-03-31",
            }}),
        )
    };
    let words = "[4806]内容不符合要求：清算年月2026-03尚未结束";
    assert!(apply(&info["medfee_sumamt"]).refusal().starts_with(words));
    town.set("2026-04-02 09:00:00");
    let words = "[4805]申报数与账面不符：医疗费总额：机构99.99，";
    assert!(apply(&yuan(9_999)).refusal().starts_with(words));
    let number = text(apply(&info["medfee_sumamt"]).output(), "/result/clr_appy_evt_id");
    assert!(apply(&info["medfee_sumamt"]).refusal().starts_with("[4802]"), "once a month");
    let withdraw = json!({"data": {"clr_appy_evt_id": number}});
    sender.call("3204", &withdraw).output();
    assert!(sender.call("3204", &withdraw).refusal().contains("已撤销"));
    assert_ne!(text(apply(&info["medfee_sumamt"]).output(), "/result/clr_appy_evt_id"), number);
}
