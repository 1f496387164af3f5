//! An external prescription from the doctor to the counter of a pharmacy.

use crate::chain::care::yuan;
use crate::identities::fen;
use crate::parcels::{rows, text};
use crate::town::{Answer, Sender, TODAY, Town};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Everyday drugs of the town, class A.
const ONE: usize = 0;
const TWO: usize = 2;
/// Somebody in work who has met the deductible of the year.
const PERSON: u32 = 22;

/// A prescription, a hospital and a pharmacy.
struct Paper<'t> {
    town: &'t Town,
    hospital: Sender<'t>,
    pharmacy: Sender<'t>,
    number: String,
    trace: String,
    file: String,
    signature: String,
    token: String,
    authorisation: String,
    review: String,
}

impl<'t> Paper<'t> {
    /// Written at a hospital; nothing else yet.
    fn checked(town: &'t Town, hospital: usize, drugs: &[(usize, i64)]) -> Paper<'t> {
        let hospital = town.sender(hospital);
        let answer = hospital.call("7101", &written(&hospital, drugs, "2026-03-24 23:59:59"));
        let output = answer.output();
        let none = String::new;
        Paper {
            town,
            number: text(output, "/data/hiRxno"),
            trace: text(output, "/data/rxTraceCode"),
            file: STANDARD.encode(format!("%PDF-1.7 处方 {drugs:?}")),
            pharmacy: town.sender(21),
            hospital,
            signature: none(),
            token: none(),
            authorisation: none(),
            review: none(),
        }
    }

    /// Sealed and uploaded.
    fn issued(town: &'t Town, hospital: usize, drugs: &[(usize, i64)]) -> Paper<'t> {
        let mut paper = Paper::checked(town, hospital, drugs);
        let sealed = paper.hospital.call(
            "7102",
            &json!({"data": {
                "fixmedinsCode": paper.hospital.institution, "originalValue": "5aSE5pa5",
                "originalRxFile": paper.file,
            }}),
        );
        paper.signature = text(sealed.output(), "/data/signDigest");
        assert_eq!(text(sealed.output(), "/data/rxFile"), paper.file);
        let uploaded = paper.upload();
        assert_eq!(text(uploaded.output(), "/data/rxStasName"), "有效");
        paper
    }

    fn upload(&self) -> Answer {
        self.hospital.call(
            "7103",
            &json!({"data": {
                "rxTraceCode": self.trace, "hiRxno": self.number, "mdtrtId": "V1",
                "patnName": "测试", "psnCertType": "01", "certno": self.town.identity(PERSON),
                "fixmedinsName": "测试机构", "fixmedinsCode": self.hospital.institution,
                "drCode": "D500000000001", "prscDrName": "测试医", "pharDeptName": "药剂科",
                "pharDeptCode": "Y01", "pharCode": "Y500000000001", "pharName": "测试药师",
                "pharChkTime": format!("{TODAY} 08:20:00"), "rxFile": self.file,
                "signDigest": self.signature,
            }}),
        )
    }

    /// 7201, 7204, 7205, 7206: the pharmacy may dispense.
    fn reviewed(mut self) -> Paper<'t> {
        let given = self.authorise();
        self.take_token(given.output());
        let download = self.download();
        let file = text(download.output(), "/data/rxFile");
        assert_eq!(file, self.file);
        let verified = self.verify(&file);
        let serial = text(verified.output(), "/data/rxSignVerifySn");
        let reviewed = self.review_as("1", &serial);
        assert_eq!(reviewed.output()["data"]["flag"], true);
        self.review = text(reviewed.output(), "/data/rxChkBizSn");
        self
    }

    fn take_token(&mut self, output: &Value) {
        self.token = text(output, "/data/epcToken");
        self.authorisation = text(output, "/data/authRxno");
    }

    fn authorise(&self) -> Answer {
        self.pharmacy.call(
            "7201",
            &json!({"data": {
                "fixmedinsCode": self.pharmacy.institution, "psnName": "", "psnCertType": "01",
                "certno": self.town.identity(PERSON), "ecToken": "", "ipInfo": "127.0.0.1",
                "opter": "01", "opterName": "测试员", "optinsNo": "500000",
            }}),
        )
    }

    fn download(&self) -> Answer {
        self.pharmacy.call(
            "7204",
            &json!({"data": {
                "epcToken": self.token, "authRxno": self.authorisation,
                "fixmedinsCode": self.pharmacy.institution, "devInfo": "1", "ipInfo": "127.0.0.1",
                "opter": "01", "opterName": "测试员", "optinsNo": "500000",
            }}),
        )
    }

    fn verify(&self, file: &str) -> Answer {
        self.pharmacy.call(
            "7205",
            &json!({"data": {
                "hiRxno": self.number, "fixmedinsCode": self.pharmacy.institution,
                "rxTraceCode": self.trace, "rxFile": file, "epcToken": self.token,
            }}),
        )
    }

    fn review_as(&self, state: &str, verification: &str) -> Answer {
        self.pharmacy.call(
            "7206",
            &json!({"data": {
                "hiRxno": self.number, "epcToken": self.token, "ecToken": "T",
                "fixmedinsCode": self.pharmacy.institution, "fixmedinsName": "测试大药房",
                "pharCertType": "01", "pharCertno": "990000199001011234",
                "pharName": "测试店药师", "pharCode": "Y500000000002", "rxChkOpnn": "配伍禁忌",
                "rxChkStasCodg": state, "rxChkTime": format!("{TODAY} 10:00:00"),
                "rxSignVerifySn": verification,
            }}),
        )
    }

    /// 2102 on it.
    fn buy(&self, drugs: &[(usize, i64)]) -> Answer {
        buy(&self.pharmacy, drugs, &self.number)
    }

    /// 7207.
    fn hand_over(&self, drugs: &[(usize, i64)], settled: bool) -> Answer {
        let lines: Vec<Value> = drugs
            .iter()
            .map(|(ware, count)| {
                let ware = &self.town.wares[*ware];
                json!({
                    "rtalDocno": "L1", "stooutTime": format!("{TODAY} 10:10:00"),
                    "medListCodg": ware.code, "medinsListCodg": "Y1", "drugGenname": ware.name,
                    "drugSpec": "盒装", "drugTotlcnt": count, "drugTotlcntEmp": "盒",
                    "manuLotnum": "LOT1",
                })
            })
            .collect();
        self.pharmacy.call(
            "7207",
            &json!({
                "data": {
                    "hiRxno": self.number, "fixmedinsCode": self.pharmacy.institution,
                    "fixmedinsName": "测试大药房", "rxChkBizSn": self.review,
                    "hiFeesetlFlag": if settled { "1" } else { "0" },
                },
                "rxSaleDrugDetl": lines,
            }),
        )
    }

    /// 7208.
    fn take_back(&self) -> Answer {
        let data = json!({
            "hiRxno": self.number, "fixmedinsCode": self.pharmacy.institution,
        });
        self.pharmacy.call("7208", &json!({"data": data}))
    }

    /// 7105, 7106, 7107: questions of the hospital.
    fn asked(&self, transaction: &str) -> Answer {
        self.hospital.call(
            transaction,
            &json!({"data": {
                "hiRxno": self.number, "fixmedinsCode": self.hospital.institution,
                "mdtrtId": "V1", "psnName": "测试", "psnCertType": "01",
                "certno": self.town.identity(PERSON),
            }}),
        )
    }

    fn withdraw(&self) -> Answer {
        self.hospital.call(
            "7104",
            &json!({"data": {
                "hiRxno": self.number, "fixmedinsCode": self.hospital.institution,
                "drCode": "D500000000001", "undoDrName": "测试医", "undoDrCertType": "01",
                "undoDrCertno": "990000199001011234", "undoRea": "剂量有误",
                "undoTime": format!("{TODAY} 09:00:00"),
            }}),
        )
    }
}

/// The input of 7101.
pub(crate) fn written(hospital: &Sender<'_>, drugs: &[(usize, i64)], until: &str) -> Value {
    let town = hospital.town;
    let details: Vec<Value> = drugs
        .iter()
        .map(|(ware, count)| {
            let ware = &town.wares[*ware];
            json!({
                "medListCodg": ware.code, "rxItemTypeCode": "11", "drugGenname": ware.name,
                "drugDosform": "片剂", "drugSpec": "5mg×10片", "medcWayCodg": "1",
                "medcWayDscr": "口服", "medcBegntime": format!("{TODAY} 09:00:00"),
                "medcEndtime": "2026-03-20 09:00:00", "medcDays": 10, "sinDosunt": "mg",
                "sinDoscnt": "5", "usedFrquCodg": "11", "usedFrquName": "每天一次",
                "drugDosunt": "盒", "drugCnt": count, "hospApprFlag": "0",
            })
        })
        .collect();
    json!({
        "data": {
            "mdtrtCertType": "02", "bizTypeCode": "01", "rxExraAttrCode": "02", "ecToken": "T",
            "authNo": "A1", "hospRxno": "CF1", "rxTypeCode": "1",
            "prscTime": format!("{TODAY} 08:10:00"), "rxDrugCnt": drugs.len(), "valiDays": 14,
            "valiEndTime": until, "rxCotnFlag": "0",
        },
        "rxdrugdetail": details,
        "mdtrtinfo": {
            "fixmedinsName": "测试机构", "fixmedinsCode": hospital.institution, "mdtrtId": "V1",
            "medType": "11", "iptOtpNo": "MZ1", "psnNo": Town::person(PERSON),
            "patnName": "测试乙", "psnCertType": "01", "certno": town.identity(PERSON),
            "patnAge": "43.0", "gend": "2", "prscDeptName": "内科", "prscDeptCode": "A03",
            "drCode": "D500000000001", "prscDrName": "测试医", "drProfttlCodg": "1",
            "drProfttlName": "主治医师", "drDeptCode": "A03", "drDeptName": "内科",
            "mdtrtTime": format!("{TODAY} 08:00:00"), "spDiseFlag": "0",
            "maindiagCode": "J06.900", "maindiagName": "急性上呼吸道感染",
        },
        "diseinfo": {
            "diagType": "1", "maindiagFlag": "1", "diagSrtNo": 1, "diagCode": "J06.900",
            "diagName": "急性上呼吸道感染", "diagDept": "内科", "diagDrNo": "D500000000001",
            "diagDrName": "测试医", "diagTime": format!("{TODAY} 08:05:00"),
        },
    })
}

/// 2102: on a prescription, or without one (blank).
fn buy(pharmacy: &Sender<'_>, drugs: &[(usize, i64)], prescription: &str) -> Answer {
    let (town, mut total) = (pharmacy.town, 0);
    let mut lines = Vec::new();
    for (place, (ware, count)) in drugs.iter().enumerate() {
        let ware = &town.wares[*ware];
        let amount = ware.price.get() * count;
        total += amount;
        lines.push(json!({
            "feedetl_sn": place + 1, "rxno": prescription,
            "rx_circ_flag": if prescription.is_empty() { "0" } else { "1" },
            "fee_ocur_time": format!("{TODAY} 08:05:00"), "med_list_codg": ware.code,
            "medins_list_codg": "Y1", "det_item_fee_sumamt": yuan(amount), "cnt": count,
            "pric": yuan(ware.price.get()),
        }));
    }
    let identity = town.identity(PERSON);
    pharmacy.call(
        "2102",
        &json!({
            "druginfo": {
                "psn_no": Town::person(PERSON), "mdtrt_cert_type": "02",
                "mdtrt_cert_no": identity, "psn_cert_type": "01", "certno": identity,
                "begntime": format!("{TODAY} 08:00:00"), "medfee_sumamt": yuan(total),
                "insutype": "310", "acct_used_flag": "1", "med_type": "41",
            },
            "drugdetail": lines,
        }),
    )
}

fn funds(answer: &Answer) -> i64 {
    fen(&answer.output()["setlinfo"]["fund_pay_sumamt"])
}

#[test]
fn a_purchase_is_paid_at_the_level_of_who_prescribed() {
    let town = Town::new();
    // 渝医保发〔2023〕32号 第五条: in work, 50% at level 3 and 60% below.
    let drugs = [(ONE, 10)];
    let scope = town.wares[ONE].price.get() * 10;
    let of_level_3 = Paper::issued(&town, 1, &drugs).reviewed();
    assert_eq!(funds(&of_level_3.buy(&drugs)), scope / 2);
    let of_level_2 = Paper::issued(&town, 5, &drugs).reviewed();
    assert_eq!(funds(&of_level_2.buy(&drugs)), scope * 6 / 10);
    assert_eq!(funds(&buy(&town.sender(21), &drugs, "")), 0, "nothing without a prescription");
}

#[test]
fn a_prescription_goes_from_the_doctor_to_the_counter_and_back() {
    let town = Town::new();
    let drugs = [(ONE, 3), (TWO, 1)];
    let paper = Paper::issued(&town, 1, &drugs).reviewed();
    let seen = paper.asked("7105");
    let seen = seen.output();
    assert_eq!(text(seen, "/data/rxExraAttrName"), "门诊统筹处方");
    assert_eq!(text(seen, "/rxOtpinfo/pharName"), "测试药师");
    assert_eq!(rows(seen, "rxDetlList").len(), 2);
    assert_eq!(text(seen, "/rxDiseList/0/diagName"), "急性上呼吸道感染");
    assert_eq!(seen["rxDetlList"][0]["drugCnt"], 3.0);
    let reviewed = paper.asked("7106");
    assert_eq!(text(reviewed.output(), "/data/rxChkStasName"), "审核通过");

    paper.buy(&drugs).output();
    let result = paper.asked("7107");
    let result = result.output();
    assert_eq!(text(result, "/data/rxUsedStasName"), "已使用");
    assert_eq!(text(result, "/seltdelts/0/takeDrugFlag"), "0", "settled, not handed over yet");
    let handed = paper.hand_over(&drugs, true);
    assert_eq!(handed.output()["data"]["flag"], true);
    let result = paper.asked("7107");
    assert_eq!(text(result.output(), "/seltdelts/0/takeDrugFlag"), "1");
    assert_eq!(text(result.output(), "/seltdelts/0/manuLotnum"), "LOT1");
    paper.take_back().output();
    let result = paper.asked("7107");
    assert_eq!(text(result.output(), "/seltdelts/0/takeDrugFlag"), "0");
}

#[test]
fn nothing_is_dispensed_twice_and_never_more_than_prescribed() {
    let town = Town::new();
    let paper = Paper::issued(&town, 1, &[(ONE, 3)]).reviewed();
    let words = |answer: Answer| answer.refusal().to_string();
    let code = &town.wares[ONE].code;
    let too_much = format!("[4604]购药数量超过处方数量：{code}，本次4，剩余3。请核对数量");
    assert_eq!(words(paper.buy(&[(ONE, 4)])), too_much);
    assert!(words(paper.buy(&[(TWO, 1)])).starts_with("[4608]药品不在处方上"));
    paper.buy(&[(ONE, 2)]).output();
    let rest = format!("[4604]购药数量超过处方数量：{code}，本次2，剩余1。请核对数量");
    assert_eq!(words(paper.buy(&[(ONE, 2)])), rest);
    paper.buy(&[(ONE, 1)]).output();
    assert!(words(paper.buy(&[(ONE, 1)])).starts_with("[4605]处方已购药，不能重复使用"));
    let other = Paper { pharmacy: town.sender(22), ..paper };
    assert!(words(other.buy(&[(ONE, 1)])).starts_with("[4605]"), "nor anywhere else");
    let over = words(other.hand_over(&[(ONE, 1)], true));
    assert!(over.starts_with("[4609]"), "another pharmacy has no review: {over}");
}

#[test]
fn handing_over_takes_no_more_than_was_settled() {
    let town = Town::new();
    let paper = Paper::issued(&town, 1, &[(ONE, 3)]).reviewed();
    let early = paper.hand_over(&[(ONE, 1)], true);
    assert!(early.refusal().starts_with("[4401]"), "{}", early.text);
    paper.buy(&[(ONE, 2)]).output();
    let more = paper.hand_over(&[(ONE, 3)], true);
    assert!(more.refusal().contains("已结算未发2"), "{}", more.text);
    paper.hand_over(&[(ONE, 2)], true).output();
    let again = paper.hand_over(&[(ONE, 1)], true);
    assert!(again.refusal().starts_with("[4604]"), "{}", again.text);
}

#[test]
fn undoing_the_purchase_frees_the_prescription_once_the_medicines_are_back() {
    let town = Town::new();
    let paper = Paper::issued(&town, 1, &[(ONE, 3)]).reviewed();
    let bought = paper.buy(&[(ONE, 3)]);
    let info = &bought.output()["setlinfo"];
    paper.hand_over(&[(ONE, 3)], true).output();
    let undo = json!({"data": {
        "setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"], "psn_no": Town::person(PERSON),
    }});
    paper.pharmacy.call("2103", &undo).output();
    let out = paper.buy(&[(ONE, 1)]);
    assert!(out.refusal().starts_with("[4605]"), "the medicines are still out: {}", out.text);
    paper.take_back().output();
    assert_eq!(funds(&paper.buy(&[(ONE, 3)])), town.wares[ONE].price.get() * 3 / 2);
}

#[test]
fn a_withdrawn_or_expired_prescription_buys_nothing() {
    let town = Town::new();
    let paper = Paper::issued(&town, 1, &[(ONE, 3)]);
    let withdrawn = paper.withdraw();
    assert_eq!(text(withdrawn.output(), "/data/rxStasName"), "已撤销");
    assert!(paper.buy(&[(ONE, 1)]).refusal().starts_with("[4602]"));
    assert!(paper.authorise().refusal().starts_with("[4601]"), "nothing to authorise");

    let paper = Paper::issued(&town, 1, &[(ONE, 3)]).reviewed();
    paper.buy(&[(ONE, 1)]).output();
    let late = paper.withdraw();
    assert!(late.refusal().starts_with("[4602]"), "something was taken: {}", late.text);
    town.set("2026-03-25 00:00:00");
    let expired = paper.buy(&[(ONE, 1)]);
    assert!(expired.refusal().starts_with("[4603]处方已过有效期"), "{}", expired.text);
    assert_eq!(text(paper.asked("7105").output(), "/data/rxStasName"), "已失效");
}

#[test]
fn a_pharmacy_sees_a_prescription_only_with_its_authorisation() {
    let town = Town::new();
    let mut paper = Paper::issued(&town, 1, &[(ONE, 3)]);
    paper.token = "x".repeat(52);
    paper.authorisation = "x".to_string();
    assert!(paper.download().refusal().starts_with("[4609]"));
    let file = paper.file.clone();
    assert!(paper.verify(&file).refusal().starts_with("[4609]"));
    let given = paper.authorise();
    paper.take_token(given.output());
    let other = STANDARD.encode("%PDF 另一张处方");
    assert!(paper.verify(&other).refusal().starts_with("[4607]"));
    assert_eq!(text(paper.download().output(), "/data/fileSuffix"), "pdf");
    town.set("2026-03-10 12:00:00");
    assert!(paper.download().refusal().starts_with("[4609]"), "the token has run out");
}

#[test]
fn a_refusing_pharmacist_stops_the_purchase_at_that_pharmacy() {
    let town = Town::new();
    let mut paper = Paper::issued(&town, 1, &[(ONE, 3)]);
    let given = paper.authorise();
    paper.take_token(given.output());
    let verified = paper.verify(&paper.file.clone());
    let serial = text(verified.output(), "/data/rxSignVerifySn");
    paper.review_as("0", &serial).output();
    let refused = paper.buy(&[(ONE, 1)]);
    assert!(refused.refusal().contains("药师审核未通过：配伍禁忌"), "{}", refused.text);
    assert_eq!(text(paper.asked("7106").output(), "/data/rxChkStasName"), "审核不通过");
}

#[test]
fn the_qr_code_of_a_prescription_leads_to_it() {
    let town = Town::new();
    let mut paper = Paper::issued(&town, 1, &[(ONE, 3)]);
    let decode = |paper: &Paper<'_>, code: &str| {
        let data = json!({"epcQrcd": code, "fixmedinsCode": paper.pharmacy.institution});
        paper.pharmacy.call("7203", &json!({"data": data}))
    };
    let answer = decode(&paper, &format!("{}:{}", paper.number, paper.trace));
    paper.take_token(answer.output());
    assert_eq!(text(paper.download().output(), "/data/hiRxno"), paper.number);
    let guessed = decode(&paper, &format!("{}:{}", paper.number, "0".repeat(20)));
    assert!(guessed.refusal().starts_with("[4601]"), "{}", guessed.text);
    let list = |data: Value| paper.pharmacy.call("7202", &json!({"data": data})).output().clone();
    let by_person = list(json!({
        "fixmedinsCode": paper.pharmacy.institution, "certno": town.identity(PERSON),
    }));
    let by_number = list(json!({
        "fixmedinsCode": paper.pharmacy.institution, "hiRxno": paper.number,
        "rxTraceCode": paper.trace,
    }));
    assert_eq!(by_person, by_number);
    assert_eq!(rows(&by_person, "data").len(), 1);
}

#[test]
fn an_upload_needs_the_seal_of_its_file() {
    let town = Town::new();
    let mut paper = Paper::checked(&town, 1, &[(ONE, 3)]);
    paper.signature = "0".repeat(64);
    let unsealed = paper.upload();
    assert!(unsealed.refusal().contains("请先办理处方签名"), "{}", unsealed.text);
}

#[test]
fn the_prescription_centres_own_numbers_lead_to_the_same_transactions() {
    let town = Town::new();
    let hospital = town.sender(1);
    let input = written(&hospital, &[(ONE, 1)], "2026-03-24 23:59:59");
    let answer = hospital.call("D001", &input);
    assert_eq!(text(answer.output(), "/data/rxTraceCode").len(), 20);
}
