//! The ways in: paths, methods, content types, and what is said about messages that are none.

use crate::place::{HOSPITAL, Place, envelope};
use serde_json::json;

const SINGLE: &str = "/fsi/api/rsfComIfsService/callService";

fn sign_in() -> String {
    envelope("9001", "m1").with(&json!({"signIn": {"opter_no": "01", "mac": "", "ip": ""}}))
}

#[test]
fn a_transaction_is_reached_by_every_path_it_is_known_by() {
    let place = Place::open("");
    for path in [
        SINGLE,
        "/",
        "/CSB",
        "/uif-hsaf-med-api/api/medical/service",
        "/mbs/fmi/fsi/api/callFsiService/callService",
        "/fsi/api/9001",
        "/fsi/api/rsfComIfsService/callService/9001",
        "/ebus/gdyb_inf/poc/hsa/hgs/9001",
        "/fsi/api/signInSignOutService/signIn",
        "/ebus/mbs_fsi_auth/fsi/api/signInSignOutService/signIn",
        "/fsi/api/9001/",
        "/fsi/api/9001?trace=1",
    ] {
        let output = place.post(path, &sign_in()).output();
        assert_eq!(output["signinoutb"]["sign_time"], "2024-06-03 09:00:00", "{path}");
    }
}

#[test]
fn the_path_may_name_the_transaction_and_must_not_contradict_the_body() {
    let place = Place::open("");
    let silent = sign_in().replace("\"infno\":\"9001\",", "");
    place.post("/fsi/api/9001", &silent).output();
    let error = place.post(SINGLE, &silent).error();
    assert_eq!(error, "[1106]infno(交易编号)：报文头必填项为空。请填写后重发");
    let error = place.post("/fsi/api/9002", &sign_in()).error();
    assert_eq!(error, "[1107]交易编号与访问路径不一致：9001。路径为9002（签退）");
    // The path of a transaction serves its variants too.
    let error = place.post("/fsi/api/2207", &sign_in().replace("9001", "2207A")).error();
    assert!(!error.contains("1107"), "{error}");
}

#[test]
fn bases_can_be_confined() {
    let place = Place::open("base = [\"/fsi/api\"]");
    place.post("/fsi/api/9001", &sign_in()).output();
    let response = place.post("/elsewhere/9001", &sign_in());
    assert_eq!(response.status, 404);
    assert_eq!(response.error(), "[1203]没有此访问路径：/elsewhere/9001。请核对接口地址");
}

#[test]
fn json_comes_under_any_name_with_or_without_a_byte_order_mark() {
    let place = Place::open("");
    let kinds: [&[(&str, &str)]; 5] = [
        &[("Content-Type", "application/json;charset=UTF-8")],
        &[("Content-Type", "text/plain")],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[("Content-Type", "TEXT/JSON")],
        &[],
    ];
    for headers in kinds {
        place.send("POST", SINGLE, headers, sign_in().as_bytes()).output();
    }
    let marked = ["\u{feff}", &sign_in()].concat();
    place.post(SINGLE, &marked).output();
    let response = place.send("POST", SINGLE, &[("Content-Type", "image/png")], b"x");
    assert_eq!(response.status, 415);
    assert_eq!(
        response.error(),
        "[1105]不支持的内容类型：image/png。请使用application/json或text/plain"
    );
}

#[test]
fn input_may_be_a_text_that_holds_json() {
    let place = Place::open("");
    let inner = json!({"signIn": {"opter_no": "01"}}).to_string();
    place.post(SINGLE, &envelope("9001", "m1").with(&json!(inner))).output();
    let error = place.post(SINGLE, &envelope("9001", "m1").with(&json!([1]))).error();
    assert_eq!(error, "[1108]input应为JSON对象。请将业务数据放在input节点下");
    let error = place.post(SINGLE, &envelope("9001", "m1").with(&json!("{\"signIn\":"))).error();
    assert_eq!(error, "[1102]报文不是合法的JSON：input。第10列附近");
}

#[test]
fn what_is_no_message_is_told_in_plain_words() {
    let place = Place::open("body-limit = 16");
    for (body, error) in [
        (
            "{\"infno\":\"9001\"".as_bytes(),
            "[1102]报文不是合法的JSON。第1行第15列附近，请核对引号、逗号与转义",
        ),
        (b"{\"infno\":\"\xc4\xe3\"}", "[1101]报文不是UTF-8编码。第11字节起不是UTF-8"),
        (b"", "[1102]报文不是合法的JSON。第1行第0列附近，请核对引号、逗号与转义"),
        (b"{}", "[1106]fixmedins_code(定点医药机构编号)：报文头必填项为空。请填写后重发"),
    ] {
        assert_eq!(place.send("POST", SINGLE, &[], body).error(), error);
    }
    let response = place.post(SINGLE, &"x".repeat(17 * 1_024));
    assert_eq!(
        (response.status, response.error().as_str()),
        (413, "[1103]报文过大。上限为16KiB，请拆分后发送")
    );
    let response = place.send("GET", "/fsi/api/1101", &[], b"");
    assert_eq!(
        (response.status, response.error().as_str()),
        (405, "[1104]请求方法不对：GET。请使用POST")
    );
}

#[test]
fn an_unknown_transaction_is_no_transaction() {
    let place = Place::open("");
    let error = place.post(SINGLE, &sign_in().replace("9001", "9999")).error();
    assert_eq!(error, "[1201]没有此交易：9999。请核对交易编号");
}

#[test]
fn an_answer_has_a_number_of_thirty_and_times_of_seventeen_digits() {
    let place = Place::open("");
    let json = place.post(SINGLE, &sign_in()).json();
    let number = json["inf_refmsgid"].as_str().unwrap();
    assert!(number.starts_with("50000020240603090000") && number.len() == 30, "{number}");
    assert_eq!(json["refmsg_time"], "20240603090000000");
    assert_eq!(json["respond_time"], "20240603090000000");
    assert_eq!((&json["err_msg"], &json["warn_msg"]), (&json!(""), &serde_json::Value::Null));
}

#[test]
fn an_institution_is_found_by_code_or_name() {
    let place = Place::open("");
    let ask = |row| place.post(SINGLE, &envelope("1201", "m").with(&json!({"medinsinfo": row})));
    let found = ask(json!({"fixmedins_type": "1", "fixmedins_code": HOSPITAL})).output();
    assert_eq!(found["medinsinfo"]["fixmedins_name"], "测试第2人民医院");
    let found = ask(json!({"fixmedins_type": 1, "fixmedins_name": "第2人民"})).output();
    assert_eq!(found["medinsinfo"]["fixmedins_code"], HOSPITAL);
    let error = ask(json!({"fixmedins_type": "1"})).error();
    assert_eq!(
        error,
        "[1001]medinsinfo fixmedins_code(定点医药机构编号)：必填项为空。机构编号与名称至少填一项"
    );
}

#[test]
fn a_division_leads_to_the_pooling_area_it_lies_in() {
    let place = Place::open("");
    let body = envelope("9001", "m").with(&json!({"signIn": {"opter_no": "1"}}));
    let district = body.replace("\"insuplc_admdvs\":\"500000\"", "\"insuplc_admdvs\":\"500112\"");
    let number = |body: &str| place.post(SINGLE, body).json()["inf_refmsgid"].to_string();
    assert!(number(&district).starts_with("\"500000"));
    let blank = body.replace("\"insuplc_admdvs\":\"500000\"", "\"insuplc_admdvs\":\"\"");
    assert!(number(&blank).starts_with("\"500000"), "that of the institution");
    let wrong = body.replace("\"insuplc_admdvs\":\"500000\"", "\"insuplc_admdvs\":\"5001\"");
    assert_eq!(
        place.post(SINGLE, &wrong).error(),
        "[1109]insuplc_admdvs(参保地医保区划)=\"5001\"：医保区划不是6位数字。请填写6位医保区划"
    );
}

#[test]
fn health_readiness_and_metrics_are_served() {
    let mut place = Place::open("");
    place.post(SINGLE, &sign_in()).output();
    place.post(SINGLE, "{").error();
    assert_eq!(place.send("GET", "/health", &[], b"").text(), "ok\n");
    assert_eq!(place.send("GET", "/ready", &[], b"").text(), "ready\n");
    let metrics = place.send("GET", "/metrics", &[], b"");
    let page = metrics.text();
    assert!(page.contains("gongji_requests_total{transaction=\"9001\",result=\"ok\"} 1"), "{page}");
    assert!(page.contains("gongji_requests_total{transaction=\"unknown\",result=\"1102\"} 1"));
    assert!(page.contains("gongji_queue_waiting 0"));
    place.stop();
}
