//! Analysis before and during a visit, and what was done about it.

use crate::parcels::{rows, text};
use crate::town::{Answer, Sender, TODAY, Town};
use serde_json::{Value, json};

/// 3101 or 3102 for orders of wares, with days of supply.
fn analyse(
    sender: &Sender<'_>,
    transaction: &str,
    person: u32,
    orders: &[(usize, &str)],
) -> Answer {
    let orders: Vec<Value> = orders.iter().enumerate().map(|(place, order)| {
        let ware = &sender.town.wares[order.0];
        json!({
            "rx_id": format!("R{place}"), "rxno": "1", "long_drord_flag": "0",
            "hilist_type": "101", "chrg_type": "09", "drord_bhvr": "1", "hilist_code": ware.code,
            "hilist_name": ware.name, "hilist_lv": "01", "hilist_pric": "1.00",
            "hosplist_code": "Y1", "hosplist_name": ware.name, "cnt": "1", "pric": "10.00",
            "sumamt": "10.00", "ownpay_amt": 0, "selfpay_amt": 0, "spec": "盒", "spec_unt": "盒",
            "drord_begn_date": TODAY, "drord_dept_codg": "A03", "drord_dept_name": "内科",
            "drord_dr_codg": "D1", "drord_dr_name": "测试医", "drord_dr_profttl": "1",
            "curr_drord_flag": "1", "extend_order_map": {"o_prdDays": order.1},
        })
    }).collect();
    let visit = json!({
        "mdtrt_id": "V1", "medins_id": sender.institution, "medins_name": "测试机构",
        "medins_admdvs": "500000", "medins_type": "1", "medins_lv": "2",
        "adm_date": format!("{TODAY} 08:00:00"), "dscg_date": TODAY,
        "dscg_main_dise_codg": "J06.900", "dscg_main_dise_name": "上感", "dr_codg": "D1",
        "adm_dept_codg": "A03", "adm_dept_name": "内科", "dscg_dept_codg": "A03",
        "dscg_dept_name": "内科", "med_mdtrt_type": "1", "med_type": "11", "matn_stas": "0",
        "medfee_sumamt": "10.00", "ownpay_amt": 0, "selfpay_amt": 0, "setl_totlnum": 0,
        "insutype": "310", "reim_flag": "2", "out_setl_flag": "0",
        "fsi_diagnose_dtos": [{
            "dise_id": "1", "inout_dise_type": "1", "maindise_flag": "1", "dias_srt_no": "1",
            "dise_codg": "J06.900", "dise_name": "上感", "dise_date": TODAY,
        }],
        "fsi_order_dtos": orders,
    });
    let patient = json!({
        "patn_id": Town::person(person), "patn_name": "测试", "gend": "1", "brdy": "1985-05-20",
        "poolarea": "500000", "curr_mdtrt_id": "V1", "fsi_encounter_dtos": [visit],
    });
    sender.call(transaction, &json!({"data": {"patient_dtos": [patient], "trig_scen": "2"}}))
}

#[test]
fn findings_name_rule_order_and_amount_and_can_be_answered() {
    let town = Town::new();
    let sender = town.sender(1);
    // A drug for women and a restricted one, for a man.
    let answer = analyse(&sender, "3101", 1, &[(151, ""), (131, "")]);
    let findings = rows(answer.output(), "result").to_vec();
    let rules: Vec<_> =
        findings.iter().map(|one| (text(one, "/rule_id"), text(one, "/sev_deg"))).collect();
    let expected = [("sex", "1"), ("restricted-use", "2")];
    assert_eq!(rules, expected.map(|(rule, degree)| (rule.to_string(), degree.to_string())));
    let first = &findings[0];
    assert!(text(first, "/vola_cont").ends_with("限女性使用，参保人为男性"), "{first}");
    assert_eq!(
        (first["vola_amt"].as_f64(), text(first, "/vola_bhvr_type")),
        (Some(10.0), "2".into())
    );
    let detail = &rows(first, "judge_result_detail_dtos")[0];
    assert_eq!(
        (text(detail, "/rx_id"), text(detail, "/vola_item_type")),
        ("R0".into(), "1".into())
    );
    let warn = |finding: &Value, way: &str, why: &str| {
        let warns =
            json!([{"warn_rslt_id": finding["jr_id"], "dspo_way": way, "dspo_way_rea": why}]);
        sender.call("3103", &json!({"data": {"warn_type": "1", "warns": warns}}))
    };
    warn(first, "2", "").output();
    let unreasoned = warn(&findings[1], "1", "");
    assert!(unreasoned.refusal().contains("继续执行应说明原因"), "{}", unreasoned.text);
    warn(&findings[1], "1", "科室会诊同意").output();
    let unknown = warn(&json!({"jr_id": "X1"}), "2", "");
    assert!(unknown.refusal().starts_with("[4801]未找到相应记录：违规标识X1"), "{}", unknown.text);
}

#[test]
fn a_clean_visit_has_no_findings() {
    let town = Town::new();
    let sender = town.sender(1);
    for transaction in ["3101", "3102"] {
        let answer = analyse(&sender, transaction, 1, &[(0, "7")]);
        assert!(rows(answer.output(), "result").is_empty());
    }
}

#[test]
fn days_of_supply_are_read_from_the_extension() {
    let town = Town::new();
    let sender = town.sender(1);
    let answer = analyse(&sender, "3102", 1, &[(155, "31")]);
    let findings = rows(answer.output(), "result");
    assert_eq!(findings.len(), 1, "{}", answer.text);
    assert!(text(&findings[0], "/vola_cont").ends_with("31天，最多30天"), "{}", answer.text);
}
