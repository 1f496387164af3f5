//! The load generator, against a small server that settles every purchase in cash and can be told to be wrong.

use axum::{Router, routing::post};
use gongji::load::place::Place;
use gongji::load::tally::{Line, Report};
use gongji::load::{LoadArgs, Mix, Scenario, measure};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Serves on a port of its own for as long as the test process lives.
fn serve(answer: fn(&Value) -> Value) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            let handle = async move |body: String| {
                let message: Value = serde_json::from_str(&body).unwrap();
                answer(&message).to_string()
            };
            axum::serve(listener, Router::new().fallback(post(handle))).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

fn settled(message: &Value) -> Value {
    let input = &message["input"];
    let node = if message["infno"] == "2102" { &input["druginfo"] } else { &input["data"] };
    let total = node["medfee_sumamt"].clone();
    let mut settlement = json!({"setl_id": "S1", "mdtrt_id": "V1", "psn_no": node["psn_no"],
        "medfee_sumamt": total, "inscp_scp_amt": total, "psn_part_amt": total, "psn_cash_pay": total});
    let zeros = "fulamt_ownpay_amt overlmt_selfpay preselfpay_amt hifp_pay cvlserv_pay hifes_pay hifmi_pay hifob_pay \
                 hifdm_pay maf_pay oth_pay fund_pay_sumamt acct_pay hosp_part_amt acct_mulaid_pay";
    for name in zeros.split_whitespace() {
        settlement[name] = json!(0);
    }
    json!({"infcode": 0, "output": {"setlinfo": settlement, "setldetail": []}})
}

/// Answers every transaction that the generator sends.
fn honest(message: &Value) -> Value {
    let done = |output: Value| json!({"infcode": 0, "output": output});
    match message["infno"].as_str().unwrap() {
        "2102" | "2206" | "2207" => settled(message),
        "2201" => done(json!({"data": {"mdtrt_id": "V1"}})),
        "2204" => {
            let lines = message["input"]["feedetail"].as_array().unwrap().iter().map(|line| {
                json!({"fulamt_ownpay_amt": 0, "overlmt_amt": 0, "preselfpay_amt": 0,
                       "inscp_scp_amt": line["det_item_fee_sumamt"]})
            });
            done(json!({"result": lines.collect::<Vec<_>>()}))
        }
        _ => done(Value::Null),
    }
}

fn load(scenario: Scenario, mix: Mix, answer: fn(&Value) -> Value) -> Report {
    let args = LoadArgs {
        server: serve(answer),
        own_test_host: false,
        path: "/".to_owned(),
        scenario,
        clients: 4,
        warm_up: 0,
        seconds: 1,
        seed: 7,
        people: 40,
        visits: 400,
        mix,
        verify: 1,
        server_process: None,
        json: false,
    };
    measure(&args, Place::town(40, kernel::Date::parse("2024-03-01").unwrap())).unwrap()
}

fn line<'a>(report: &'a Report, message: &str) -> &'a Line {
    report.messages.iter().find(|line| line.message == message).unwrap()
}

#[test]
fn a_visit_goes_from_registration_to_settlement() {
    let report = load(Scenario::Visit, Mix::default(), honest);
    assert!(report.clean(), "{report:?}");
    let sent: Vec<_> = report.messages.iter().map(|line| &*line.message).collect();
    assert_eq!(sent, ["2201", "2203", "2204", "2206", "2207"]);
    assert!(report.verified > 0);
}

#[test]
fn settling_ends_with_the_last_prepared_visit() {
    let report = load(Scenario::Settle, Mix::default(), honest);
    assert!(report.clean(), "{report:?}");
    let sent: Vec<_> = report.messages.iter().map(|line| &*line.message).collect();
    assert_eq!(sent, ["2207"], "preparing is not measured");
    assert!((400..=403).contains(&report.verified), "all that were prepared: {report:?}");
}

#[test]
fn settlements_are_repeated_undone_and_reversed() {
    let mix = Mix { repeat: 30, undo: 30, reverse: 30 };
    let report = load(Scenario::Purchase, mix, honest);
    assert!(report.clean(), "{report:?}");
    for message in ["2102 again", "2103", "2601"] {
        assert!(line(&report, message).accepted > 0, "{message}");
    }
}

#[test]
fn refusals_and_wrong_amounts_are_counted() {
    let report = load(Scenario::Purchase, Mix::default(), |message| {
        let person = message["input"]["druginfo"]["psn_no"].as_str().unwrap();
        if person.ends_with('3') {
            return json!({"infcode": -1, "err_msg": "[4002]未找到参保人"});
        }
        let mut answer = settled(message);
        if person.ends_with('4') {
            answer["output"]["setlinfo"]["psn_cash_pay"] = json!(0);
        }
        answer
    });
    let purchases = line(&report, "2102");
    assert!(purchases.refused["4002"] > 0);
    assert!(purchases.failed.keys().any(|fault| fault.starts_with("I3")), "{purchases:?}");
}
