//! How we talk to an institution: its edition, its infcode, its patience.

use crate::place::{HOSPITAL, Place, envelope};
use serde_json::{Value, json};

fn of_hospital(lines: &str) -> Place {
    Place::open(&format!("[institution.{HOSPITAL}]\n{lines}\n"))
}

fn ask(place: &Place, number: &str, input: &Value) -> Value {
    place.ask(&envelope(number, "m1"), input).json()
}

#[test]
fn infcode_is_an_integer_or_a_text() {
    let sign_in = json!({"signIn": {"opter_no": "01"}});
    assert_eq!(ask(&Place::open(""), "9001", &sign_in)["infcode"], 0);
    let place = of_hospital("infcode = \"string\"");
    assert_eq!(ask(&place, "9001", &sign_in)["infcode"], "0");
    assert_eq!(ask(&place, "9999", &sign_in)["infcode"], "-1");
    let other = envelope("9001", "m1");
    let other = crate::place::Envelope { institution: "H99500000001", ..other };
    assert_eq!(place.ask(&other, &sign_in).json()["infcode"], 0, "only for that institution");
}

#[test]
fn a_plain_no_may_be_minus_two() {
    let place = of_hospital("refused-infcode = -2");
    assert_eq!(ask(&place, "9999", &json!({}))["infcode"], -2);
    let medinsinfo =
        json!({"medinsinfo": {"fixmedins_type": "1", "fixmedins_code": "H99500000099"}});
    assert_eq!(ask(&place, "1201", &medinsinfo)["infcode"], -2);
}

#[test]
fn a_transaction_that_an_edition_lacks_is_refused() {
    let place = of_hospital("edition = \"hunan\"");
    let error = place.ask(&envelope("3203", "m1"), &json!({"data": {}})).error();
    assert_eq!(error, "[1202]本版本无此交易：3203（湖南版（V1.1.27））。请核对机构所用接口版本");
}

#[test]
fn editions_require_what_their_tables_require() {
    let sign_in = json!({"signIn": {"opter_no": "01"}});
    ask(&Place::open(""), "9001", &sign_in);
    let place = of_hospital("edition = \"hunan\"");
    let error = place.ask(&envelope("9001", "m1"), &sign_in).error();
    assert_eq!(error, "[1001]signIn mac(签到MAC地址)：必填项为空。请填写后重发");
    let place = of_hospital("edition = \"hunan\"\nmissing = \"warn\"");
    let answer = ask(&place, "9001", &sign_in);
    assert_eq!(answer["infcode"], 0);
    assert_eq!(
        answer["warn_msg"],
        "[1001]signIn mac(签到MAC地址)：必填项为空。请填写后重发；[1001]signIn ip(签到IP地址)：必填项为空。请填写后重发"
    );
}

#[test]
fn a_code_that_is_not_in_its_list_is_noted_refused_or_ignored() {
    let input = json!({"medinsinfo": {"fixmedins_type": "7", "fixmedins_code": HOSPITAL}});
    let note = "[1008]medinsinfo fixmedins_type(定点医疗服务机构类型)=\"7\"：不在字典内。可用1901查询字典fixmedins_type";
    let answer = ask(&Place::open(""), "1201", &input);
    assert_eq!((&answer["infcode"], &answer["warn_msg"]), (&json!(0), &json!(note)));
    let answer = ask(&of_hospital("codes = \"refuse\""), "1201", &input);
    assert_eq!((&answer["infcode"], &answer["err_msg"]), (&json!(-1), &json!(note)));
    let answer = ask(&of_hospital("codes = \"ignore\""), "1201", &input);
    assert_eq!((&answer["infcode"], &answer["warn_msg"]), (&json!(0), &Value::Null));
}
