//! The error gallery of everything that is not the settlement chain: `tests/refusals/desk.txt`. For each transaction a good
//! message stands here; a case says how its message differs.

use crate::chain::refusals::hold;
use crate::town::{Sender, TODAY, Town};
use serde_json::{Value, json};

/// A good message of a transaction, or one whose only fault is what it names.
fn input(sender: &Sender<'_>, transaction: &str) -> Value {
    match transaction.as_bytes()[0] {
        b'7' => of_prescriptions(sender, transaction),
        b'3' => of_accounts(sender, transaction),
        _ => of_the_desk(sender, transaction),
    }
}

fn of_the_desk(sender: &Sender<'_>, transaction: &str) -> Value {
    let (own, person) = (&sender.institution, Town::person(1));
    let span = json!({"data": {
        "psn_no": person, "begntime": "2026-03-05 00:00:00", "endtime": "2026-03-31 23:59:59",
    }});
    match transaction {
        "9101" => json!({"fsUploadIn": {
            "in": "UEs=", "filename": "a.zip", "fixmedins_code": own,
        }}),
        "9102" => json!({"fsDownloadIn": {
            "file_qury_no": "123", "filename": "a.zip", "fixmedins_code": own,
        }}),
        "1901" => json!({"data": {"type": "insutype", "date": TODAY, "vali_flag": "1"}}),
        "2503" => json!({"data": {
            "psn_no": person, "insutype": "310", "opsp_dise_code": "M03900",
            "opsp_dise_name": "高血压", "insu_optins": "500000", "ide_fixmedins_no": own,
            "ide_fixmedins_name": "测试", "hosp_ide_date": TODAY, "diag_dr_codg": "D1",
            "diag_dr_name": "测试医", "begndate": TODAY,
        }}),
        "2505" => json!({"data": {
            "psn_no": person, "biz_appy_type": "03", "begndate": TODAY, "fix_srt_no": "1",
            "fixmedins_code": own, "fixmedins_name": "测试",
        }}),
        "2504" | "2506" => json!({"data": {
            "trt_dcla_detl_sn": "1", "psn_no": person, "memo": "误报",
        }}),
        "5301" => json!({"data": {"psn_no": person}}),
        "5302" => json!({"data": {"psn_no": person, "biz_appy_type": "03"}}),
        "5303" | "5304" => span,
        // Every question about the catalogue.
        _ => json!({"data": {"updt_time": "2020-01-01", "page_num": 1, "page_size": 10}}),
    }
}

fn of_accounts(sender: &Sender<'_>, transaction: &str) -> Value {
    let (own, ware) = (&sender.institution, &*sender.town.wares[0].code);
    let mapped = |number: &str| {
        json!({
            "fixmedins_hilist_id": number, "fixmedins_hilist_name": "院内", "list_type": "101",
            "med_list_codg": ware, "begndate": "2026-01-01", "enddate": "2099-12-31",
        })
    };
    match transaction {
        "3101" => json!({"data": {"trig_scen": "2", "patient_dtos": [{
            "patn_id": Town::person(1), "patn_name": "测试", "gend": "1", "brdy": "1985-05-20",
            "poolarea": "500000", "curr_mdtrt_id": "V1", "fsi_encounter_dtos": [],
        }]}}),
        "3103" => json!({"data": {"warn_type": "1", "warns": [
            {"warn_rslt_id": "1", "dspo_way": "2"},
        ]}}),
        "3201" => json!({"data": {
            "insutype": "310", "clr_type": "11", "stmt_begndate": "2026-03-01",
            "stmt_enddate": "2026-03-31", "medfee_sumamt": 0, "fund_pay_sumamt": 0,
            "acct_pay": 0, "fixmedins_setl_cnt": 0,
        }}),
        "3202" => json!({"data": {
            "file_qury_no": "1", "stmt_begndate": "2026-03-01", "stmt_enddate": "2026-03-31",
            "medfee_sumamt": 0, "fund_pay_sumamt": 0, "cash_payamt": 0,
            "fixmedins_setl_cnt": 0, "clr_type": "11",
        }}),
        "3203" => json!({"data": {
            "clr_type": "11", "setlym": "202602", "psntime": 0, "medfee_sumamt": 0,
            "med_sumfee": 0, "fund_appy_sum": 0, "cash_payamt": 0, "acct_pay": 0,
            "begndate": "2026-02-01", "enddate": "2026-02-28",
        }}),
        "3204" => json!({"data": {"clr_appy_evt_id": "202602-11-1"}}),
        "3301" => json!({"data": [mapped("Y1"), mapped("Y2")]}),
        _ => json!({
            "fixmedins_code": own, "fixmedins_hilist_id": "Y9", "list_type": "101",
            "med_list_codg": ware,
        }),
    }
}

fn of_prescriptions(sender: &Sender<'_>, transaction: &str) -> Value {
    let own = &sender.institution;
    match transaction {
        "7101" => crate::prescriptions::written(sender, &[(0, 2)], "2026-03-24 23:59:59"),
        "7102" => json!({"data": {
            "fixmedinsCode": own, "originalValue": "eA==", "originalRxFile": "eA==",
        }}),
        "7103" => json!({"data": {
            "rxTraceCode": "1", "hiRxno": "1", "mdtrtId": "V1", "patnName": "测试",
            "psnCertType": "01", "certno": "1", "fixmedinsName": "测试", "fixmedinsCode": own,
            "drCode": "D1", "prscDrName": "测试医", "pharDeptName": "药剂科",
            "pharDeptCode": "Y1", "pharCode": "Y1", "pharName": "测试药师",
            "pharChkTime": "2026-03-10 08:00:00", "rxFile": "eA==", "signDigest": "1",
        }}),
        "7104" => json!({"data": {
            "hiRxno": "1", "fixmedinsCode": own, "drCode": "D1", "undoDrName": "测试医",
            "undoDrCertType": "01", "undoDrCertno": "1", "undoRea": "误开",
            "undoTime": "2026-03-10 08:00:00",
        }}),
        "7201" => json!({"data": {
            "fixmedinsCode": own, "certno": sender.town.identity(1), "ipInfo": "1",
            "opter": "1", "opterName": "测试员",
        }}),
        "7203" => json!({"data": {"epcQrcd": "1", "fixmedinsCode": own}}),
        "7204" => json!({"data": {
            "epcToken": "x", "authRxno": "1", "fixmedinsCode": own, "devInfo": "1",
            "ipInfo": "1", "opter": "1", "opterName": "测试员", "optinsNo": "500000",
        }}),
        "7205" => json!({"data": {
            "hiRxno": "1", "fixmedinsCode": own, "rxTraceCode": "1", "rxFile": "eA==",
            "epcToken": "x",
        }}),
        "7206" => json!({"data": {
            "hiRxno": "1", "fixmedinsCode": own, "pharCertType": "01", "pharCertno": "1",
            "pharName": "测试药师", "rxChkStasCodg": "1",
        }}),
        "7207" => json!({
            "data": {
                "hiRxno": "1", "fixmedinsCode": own, "fixmedinsName": "测试",
                "rxChkBizSn": "1",
            },
            "rxSaleDrugDetl": [],
        }),
        "7208" => json!({"data": {"hiRxno": "1", "fixmedinsCode": own}}),
        // 7105, 7106, 7107.
        _ => json!({"data": {
            "hiRxno": "1", "fixmedinsCode": own, "mdtrtId": "V1", "psnName": "测试",
            "psnCertType": "01", "certno": "1",
        }}),
    }
}

#[test]
fn refusals_read_as_the_gallery_says() {
    let town = Town::new();
    hold("desk.txt", |case| {
        let sender = town.sender(case.place.unwrap_or(1));
        let number = town.number(&sender.institution);
        let transaction = case.transaction;
        case.said(sender.message(&number, transaction, &input(&sender, transaction)), &sender)
    });
}
