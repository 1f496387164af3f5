//! The examples of the reference are played, and are what the server answers. `GONGJI_BLESS=1` rewrites them.

use crate::place::{HOSPITAL, Place, envelope};
use agency::town::{CHONGQING, Town, wares};
use serde_json::{Value, json};
use server::fsi::examples::ALL;
use server::fsi::tree;
use std::path::Path;

struct Play {
    place: Place,
    serial: u32,
    played: Vec<(String, String, String)>,
}

impl Play {
    /// Sends a message as the hospital does, ten seconds after the last.
    fn ask(&mut self, number: &str, input: &Value) -> Value {
        self.place.later(10);
        self.serial += 1;
        let message = format!("{HOSPITAL}20240603090000{:04}", self.serial);
        let request = envelope(number, &message).with(input);
        let answer = self.place.post("/", &request);
        self.played.push((number.to_string(), pretty(&request), pretty(answer.text())));
        answer.output()
    }
}

/// The JSON with line breaks, in the order and with the digits in which it was sent.
fn pretty(text: &str) -> String {
    let mut out = String::new();
    write(&mut out, &tree::Value::parse(text).unwrap(), 0);
    out + "\n"
}

fn write(out: &mut String, value: &tree::Value<'_>, depth: usize) {
    let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
    match value {
        tree::Value::Object(pairs) if !pairs.is_empty() => {
            for (place, (key, value)) in pairs.iter().enumerate() {
                out.push(if place == 0 { '{' } else { ',' });
                out.push_str(&format!("{}{}: ", line(depth + 1), json!(key)));
                write(out, value, depth + 1);
            }
            out.push_str(&format!("{}}}", line(depth)));
        }
        tree::Value::Array(items) if !items.is_empty() => {
            for (place, item) in items.iter().enumerate() {
                out.push(if place == 0 { '[' } else { ',' });
                out.push_str(&line(depth + 1));
                write(out, item, depth + 1);
            }
            out.push_str(&format!("{}]", line(depth)));
        }
        tree::Value::Object(_) => out.push_str("{}"),
        tree::Value::Array(_) => out.push_str("[]"),
        tree::Value::Number(digits) => out.push_str(digits),
        other => out.push_str(&other.to_json().to_string()),
    }
}

fn play() -> Vec<(String, String, String)> {
    let mut play = Play { place: Place::open(""), serial: 0, played: Vec::new() };
    let born = Town::new(40).born(CHONGQING, 1);
    let (identity, person) = (born.identity(), Town::person(CHONGQING, 1).person.to_string());
    play.ask("9001", &json!({"signIn": {"opter_no": "01", "mac": "", "ip": ""}}));
    play.ask("1101", &json!({"data": {
        "mdtrt_cert_type": "02", "mdtrt_cert_no": identity, "psn_cert_type": "01", "certno": identity,
        "psn_name": born.name(),
    }}));
    play.ask("1201", &json!({"medinsinfo": {"fixmedins_type": "1", "fixmedins_code": HOSPITAL}}));
    let visit = play.ask("2201", &json!({"data": {
        "psn_no": person, "insutype": "310", "begntime": "2024-06-03 09:00:00", "mdtrt_cert_type": "02",
        "mdtrt_cert_no": identity, "ipt_otp_no": "MZ0001", "atddr_no": "D990001", "dr_name": "测试医师",
        "dept_code": "0301", "dept_name": "内科", "caty": "A03",
    }}));
    let visit = &visit["data"]["mdtrt_id"];
    play.ask("2203", &json!({
        "mdtrtinfo": {"mdtrt_id": visit, "psn_no": person, "med_type": "11",
            "begntime": "2024-06-03 09:00:00", "main_cond_dscr": "", "dise_codg": "", "dise_name": ""},
        "diseinfo": [{"diag_type": "1", "diag_srt_no": 1, "diag_code": "I10.x00", "diag_name": "高血压",
            "diag_dept": "内科", "dise_dor_no": "D990001", "dise_dor_name": "测试医师",
            "diag_time": "2024-06-03 09:00:00", "vali_flag": "1"}],
    }));
    let wares = wares(play.place.now().date());
    let chosen: Vec<_> = wares.iter().take(2).chain(wares.iter().skip(262).take(1)).collect();
    let fen: i64 = chosen.iter().map(|ware| ware.price.get() * 2).sum();
    let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
    let lines: Vec<_> = (1..).zip(&chosen).map(|(number, ware)| json!({
        "feedetl_sn": number.to_string(), "mdtrt_id": visit, "psn_no": person, "chrg_bchno": "1",
        "rx_circ_flag": "0", "fee_ocur_time": "2024-06-03 09:05:00", "med_list_codg": &*ware.code,
        "medins_list_codg": format!("own-{number}"), "det_item_fee_sumamt": yuan(ware.price.get() * 2),
        "cnt": 2, "pric": yuan(ware.price.get()), "bilg_dept_codg": "0301", "bilg_dept_name": "内科",
        "bilg_dr_codg": "D990001", "bilg_dr_name": "测试医师", "hosp_appr_flag": "0",
    })).collect();
    play.ask("2204", &json!({"feedetail": lines}));
    let settle = json!({"data": {
        "psn_no": person, "mdtrt_cert_type": "02", "mdtrt_cert_no": identity, "med_type": "11",
        "medfee_sumamt": yuan(fen), "psn_setlway": "01", "mdtrt_id": visit, "chrg_bchno": "1",
        "acct_used_flag": "1", "insutype": "310",
    }});
    play.ask("2206", &settle);
    let settled = play.ask("2207", &settle);
    let settlement = &settled["setlinfo"]["setl_id"];
    play.ask(
        "2208",
        &json!({"data": {"setl_id": settlement, "mdtrt_id": visit, "psn_no": person}}),
    );
    play.ask(
        "2601",
        &json!({"data": {
            "psn_no": person, "omsgid": format!("{HOSPITAL}202406030800000001"), "oinfno": "2207",
        }}),
    );
    play.played
}

#[test]
fn the_examples_of_the_reference_are_what_the_server_answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
    let bless = std::env::var_os("GONGJI_BLESS").is_some();
    let played = play();
    assert_eq!(played.len(), ALL.len());
    for ((number, request, answer), example) in played.iter().zip(ALL) {
        assert_eq!(number, example.number);
        if bless {
            std::fs::write(folder.join(format!("{number}-request.json")), request).unwrap();
            std::fs::write(folder.join(format!("{number}-answer.json")), answer).unwrap();
        } else {
            assert_eq!(request, example.request, "{number}: see `GONGJI_BLESS=1`");
            assert_eq!(answer, example.answer, "{number}: see `GONGJI_BLESS=1`");
        }
    }
}
