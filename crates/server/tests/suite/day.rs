//! A day at the counter: the whole chain, retries, a restart in between; and a log that tells nobody's name.

use crate::place::{HOSPITAL, Place, envelope, logged};
use agency::town::{CHONGQING, Town, wares};
use serde_json::{Value, json};

/// Somebody of the town at the hospital.
struct Patient {
    person: String,
    name: String,
    identity: String,
    card: String,
}

fn patient(number: u32) -> Patient {
    let born = Town::new(40).born(CHONGQING, number);
    let person = Town::person(CHONGQING, number).person.to_string();
    Patient { person, name: born.name(), identity: born.identity(), card: born.card() }
}

/// Three lines of the town's catalogue, in one batch.
fn lines(place: &Place, visit: &str, patient: &Patient) -> (Vec<Value>, i64) {
    let wares = wares(place.now().date());
    let mut total = 0;
    let lines = wares.iter().take(3).enumerate().map(|(number, ware)| {
        let amount = ware.price.get() * 2;
        total += amount;
        json!({
            "feedetl_sn": format!("sn{number}"), "mdtrt_id": visit, "psn_no": patient.person,
            "chrg_bchno": "b1", "rx_circ_flag": "0", "fee_ocur_time": "2024-06-03 09:05:00",
            "med_list_codg": &*ware.code, "medins_list_codg": format!("own{number}"),
            "det_item_fee_sumamt": yuan(amount), "cnt": "2", "pric": yuan(ware.price.get()),
            "bilg_dept_codg": "D1", "bilg_dept_name": "内科", "bilg_dr_codg": "D990001",
            "bilg_dr_name": "测试医师", "hosp_appr_flag": "0",
        })
    });
    (lines.collect(), total)
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// Registers, says what for, uploads; returns the visit and what is to be settled.
fn prepared(place: &Place, patient: &Patient) -> (String, Value) {
    let ask = |number, message: &str, input: Value| {
        place.ask(&envelope(number, message), &input).output()
    };
    let known = ask(
        "1101",
        "a1",
        json!({"data": {
            "mdtrt_cert_type": "02", "mdtrt_cert_no": patient.identity, "psn_cert_type": "01",
            "certno": patient.identity, "psn_name": patient.name,
        }}),
    );
    assert_eq!(known["baseinfo"]["psn_no"], patient.person.as_str());
    let visit = ask(
        "2201",
        "a2",
        json!({"data": {
            "psn_no": patient.person, "insutype": "310", "begntime": "2024-06-03 09:00:00",
            "mdtrt_cert_type": "02", "mdtrt_cert_no": patient.identity, "ipt_otp_no": "MZ1",
            "atddr_no": "D990001", "dr_name": "测试医师", "dept_code": "D1", "dept_name": "内科", "caty": "A03",
        }}),
    );
    let visit = visit["data"]["mdtrt_id"].as_str().unwrap().to_string();
    ask(
        "2203",
        "a3",
        json!({
            "mdtrtinfo": {"mdtrt_id": visit, "psn_no": patient.person, "med_type": "11",
                "begntime": "2024-06-03 09:00:00", "main_cond_dscr": "头痛"},
            "diseinfo": {"diag_type": "1", "diag_srt_no": 1, "diag_code": "R51.x00", "diag_name": "头痛",
                "diag_dept": "内科", "dise_dor_no": "D990001", "dise_dor_name": "测试医师",
                "diag_time": "2024-06-03 09:00:00", "vali_flag": "1"},
        }),
    );
    let (lines, total) = lines(place, &visit, patient);
    let result = ask("2204", "a4", json!({"feedetail": lines}));
    assert_eq!(result["result"].as_array().unwrap().len(), 3);
    let settle = json!({"data": {
        "psn_no": patient.person, "mdtrt_cert_type": "02", "mdtrt_cert_no": patient.identity,
        "med_type": "11", "medfee_sumamt": yuan(total), "psn_setlway": "01", "mdtrt_id": visit,
        "chrg_bchno": "b1", "acct_used_flag": "1", "insutype": "310", "invono": "",
        "fulamt_ownpay_amt": "", "overlmt_selfpay": "", "preselfpay_amt": "", "inscp_scp_amt": "",
    }});
    (visit, settle)
}

#[test]
fn a_visit_is_registered_settled_undone_and_settled_again() {
    let place = Place::open("");
    let patient = patient(1);
    let (visit, settle) = prepared(&place, &patient);
    let tried = place.ask(&envelope("2206", "a5"), &settle).output();
    let settled = place.ask(&envelope("2207", "a6"), &settle).output();
    let (tried, head) = (&tried["setlinfo"], &settled["setlinfo"]);
    for amount in
        ["medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "balc"]
    {
        assert_eq!(tried[amount], head[amount], "{amount}");
        assert!(head[amount].is_number(), "{amount}");
    }
    assert_eq!(head["medins_setl_id"], "a6");
    assert_eq!(head["mdtrt_id"], visit.as_str());
    let undo =
        json!({"data": {"setl_id": head["setl_id"], "mdtrt_id": visit, "psn_no": patient.person}});
    let undone = place.ask(&envelope("2208", "a7"), &undo).output();
    let negative =
        |name: &str| undone["setlinfo"][name].as_f64().unwrap() + head[name].as_f64().unwrap();
    assert!(negative("medfee_sumamt").abs() < 1e-9 && negative("acct_pay").abs() < 1e-9);
    assert!(undone["setlinfo"]["psn_cash_pay"].is_number(), "{undone}");
    place.later(1);
    place.ask(&envelope("2207", "a8"), &settle).output();
}

#[test]
fn the_same_message_gets_the_same_answer_even_after_a_restart() {
    let place = Place::open("");
    let patient = patient(2);
    let (_, settle) = prepared(&place, &patient);
    let settle = envelope("2207", "a6").with(&settle);
    let first = place.post("/", &settle);
    first.output();
    place.later(60);
    assert_eq!(place.post("/fsi/api/2207", &settle).text(), first.text());
    let place = place.restarted("");
    assert_eq!(place.post("/", &settle).text(), first.text());
    let other = settle.replace("\"invono\":\"\"", "\"invono\":\"1\"");
    let error = place.post("/", &other).error();
    assert!(error.starts_with("[4303]"), "another body is another message: {error}");
}

#[test]
fn a_settlement_under_a_number_that_is_blank_is_refused() {
    let place = Place::open("");
    let (_, settle) = prepared(&place, &patient(3));
    let error = place.ask(&envelope("2207", ""), &settle).error();
    assert_eq!(error, "[1106]msgid(发送方报文ID)：报文头必填项为空。请填写后重发");
}

#[test]
fn the_log_names_nobody() {
    let place = Place::open("");
    let patient = patient(1);
    let (visit, settle) = prepared(&place, &patient);
    place.ask(&envelope("2207", "a6"), &settle).output();
    let wrong = settle.to_string().replace("\"medfee_sumamt\":\"", "\"medfee_sumamt\":\"测试甲");
    place.ask(&envelope("2207", "a9"), &serde_json::from_str(&wrong).unwrap()).error();
    let stranger =
        json!({"data": {"psn_no": patient.identity, "mdtrt_id": visit, "setl_id": "测试甲"}});
    place.ask(&envelope("2208", &patient.identity), &stranger).error();
    let impostor = crate::place::Envelope { institution: &patient.name, ..envelope("9001", "a10") };
    place.ask(&impostor, &json!({"signIn": {"opter_no": "1"}})).output();
    let log = logged();
    assert!(log.contains(HOSPITAL) && log.contains("2207"), "{log}");
    let Patient { person, name, identity, card } = &patient;
    for secret in [person.as_str(), name, identity, card, "头痛", "测试甲", &visit] {
        assert!(!log.contains(secret), "the log tells {secret}");
    }
}
