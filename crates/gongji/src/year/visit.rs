//! One encounter, message by message: what the terminal sends, what it is answered, and what it learns from that.

use super::counters::{Counters, Patient, Sent, Settled, yuan};
use super::encounters::{Charge, Encounter, Fate, Kind};
use super::frauds::AGGREGATE;
use crate::demo::counter::Answer;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// What became of an encounter, as the terminal knows it.
#[derive(Clone, Debug)]
pub enum Came {
    /// Settled.
    Settled(Settled),
    /// The patient left before paying.
    Left,
    /// The message was taken back and the bill settled anew: the settlement that stands.
    Anew(Settled),
}

/// Plays an encounter.
///
/// # Errors
/// The server refused what it should accept, or answered otherwise than before.
pub fn play(counters: &mut Counters, patient: &Patient, encounter: &Encounter) -> Result<Came> {
    let care = Care { counters, patient, encounter };
    match encounter.kind {
        Kind::Ordinary | Kind::Chronic(_) | Kind::TwoDisease(_) => care.visit(),
        Kind::Counter => care.purchase(""),
        Kind::Prescribed(hospital) => care.prescribed(hospital),
    }
}

/// Undoes a settlement: what the answer says was paid, negative.
///
/// # Errors
/// It is refused.
pub fn undo(
    counters: &mut Counters,
    patient: &Patient,
    place: usize,
    settled: &Settled,
) -> Result<Settled> {
    let transaction = if place < 20 { "2208" } else { "2103" };
    let asked = json!({"data": {"setl_id": settled.settlement, "mdtrt_id": settled.visit,
        "psn_no": patient.person, "exp_content": ""}});
    let (_, answer) = counters.must(place, patient, transaction, &asked)?;
    Settled::read(&answer)
}

struct Care<'a> {
    counters: &'a mut Counters,
    patient: &'a Patient,
    encounter: &'a Encounter,
}

impl Care<'_> {
    fn send(&mut self, transaction: &str, input: &Value) -> Result<(Sent, Answer)> {
        let Care { counters, patient, encounter } = self;
        counters.must(encounter.place, patient, transaction, input)
    }

    fn accounts(&self) -> &'static str {
        if self.encounter.family { "2" } else { "1" }
    }

    fn doctor(&self) -> String {
        format!("D{:05}{:07}", self.encounter.place + 1, self.encounter.doctor)
    }

    /// Category and disease.
    fn purpose(&self) -> (&'static str, &'static str) {
        match self.encounter.kind {
            Kind::Chronic(disease) => ("14", disease),
            Kind::TwoDisease(disease) => ("9901", disease),
            _ => ("11", ""),
        }
    }

    /// 2201, 2203, 2204, 2206, 2207.
    fn visit(mut self) -> Result<Came> {
        let (person, now) = (self.patient.person.clone(), self.counters.now());
        let batch = format!("MZ{}", now.chars().filter(char::is_ascii_digit).collect::<String>());
        let batch = format!("{batch}{}", &person[person.len() - 4..]);
        let registered = json!({"data": {"psn_no": person, "insutype": "310", "begntime": now,
            "mdtrt_cert_type": "02", "mdtrt_cert_no": self.patient.identity, "ipt_otp_no": batch,
            "atddr_no": self.doctor(), "dr_name": "测试医", "dept_code": "A03",
            "dept_name": "内科", "caty": "A03", "exp_content": ""}});
        let (_, answer) = self.send("2201", &registered)?;
        let visit = answer.text_at("/data/mdtrt_id").to_owned();
        ensure!(!visit.is_empty(), "2201：{}", answer.text);
        let (category, disease) = self.purpose();
        let attended = json!({
            "mdtrtinfo": {"mdtrt_id": visit, "psn_no": person, "med_type": category,
                "begntime": now, "main_cond_dscr": "", "dise_codg": disease, "dise_name": "",
                "birctrl_type": "", "birctrl_matn_date": "", "exp_content": ""},
            "diseinfo": [{"diag_type": "1", "diag_srt_no": 1, "diag_code": "J06.900",
                "diag_name": "急性上呼吸道感染", "diag_dept": "内科", "dise_dor_no": self.doctor(),
                "dise_dor_name": "测试医", "diag_time": now, "vali_flag": "1"}],
        });
        self.send("2203", &attended)?;
        if self.encounter.fate == Fate::Cancelled {
            let cancelled = json!({"data": {"psn_no": person, "mdtrt_id": visit,
                "ipt_otp_no": batch, "exp_content": ""}});
            self.send("2202", &cancelled)?;
            return Ok(Came::Left);
        }
        if self.encounter.fate == Fate::Withdrawn {
            let wrong = self.encounter.charges.iter().map(|it| Charge { quantity: 9, ..*it });
            self.upload(&visit, "wrong", &wrong.collect::<Vec<_>>())?;
            let withdrawn = json!({"data": {"mdtrt_id": visit, "chrg_bchno": "0000",
                "psn_no": person, "exp_content": ""}});
            self.send("2205", &withdrawn)?;
        }
        let charges = self.encounter.charges.clone();
        let total = self.upload(&visit, &batch, &charges)?;
        let bill = self.bill(&visit, &batch, total);
        let (_, tried) = self.send("2206", &bill)?;
        let (sent, answer) = self.send("2207", &bill)?;
        let paid = |answer: &Answer| {
            let info = &answer.output()["setlinfo"];
            ["fund_pay_sumamt", "acct_pay", "psn_cash_pay"].map(|name| info[name].to_string())
        };
        ensure!(paid(&tried) == paid(&answer), "2206 {} 2207 {}", tried.text, answer.text);
        let settled = self.known(&sent, "2207", &answer)?;
        if self.encounter.fate != Fate::Reversed {
            return Ok(Came::Settled(settled));
        }
        self.take_back(&sent, "2207")?;
        let (_, answer) = self.send("2207", &bill)?;
        Ok(Came::Anew(Settled::read(&answer)?))
    }

    /// 2204, and the sum of its lines.
    fn upload(&mut self, visit: &str, batch: &str, charges: &[Charge]) -> Result<i64> {
        let (person, now) = (self.patient.person.clone(), self.counters.now());
        let mut total = 0;
        let mut lines = Vec::with_capacity(charges.len());
        for (place, charge) in charges.iter().enumerate() {
            let (item, price) = self.ware(charge)?;
            let amount = price * charge.quantity;
            total += amount;
            let mut line = json!({"feedetl_sn": format!("{batch}{place:02}"), "mdtrt_id": visit,
                "psn_no": person, "chrg_bchno": batch, "dise_codg": "", "rxno": "",
                "rx_circ_flag": "0", "fee_ocur_time": now, "med_list_codg": item,
                "medins_list_codg": format!("Y{item}"), "det_item_fee_sumamt": yuan(amount),
                "cnt": charge.quantity, "pric": yuan(price), "sin_dos_dscr": "",
                "used_frqu_dscr": "", "medc_way_dscr": "", "bilg_dept_codg": "A03",
                "bilg_dept_name": "内科", "bilg_dr_codg": self.doctor(), "bilg_dr_name": "测试医",
                "hosp_appr_flag": "0", "tcmdrug_used_way": "", "exp_content": ""});
            if charge.days > 0 {
                line["prd_days"] = charge.days.into();
            }
            lines.push(line);
        }
        self.send("2204", &json!({"feedetail": lines}))?;
        Ok(total)
    }

    /// Item and unit price of a charge, fen.
    fn ware(&self, charge: &Charge) -> Result<(String, i64)> {
        if charge.ware == AGGREGATE {
            return Ok(("XYF0000000001".to_owned(), 1));
        }
        let ware = self.counters.wares.get(charge.ware).context("ware")?;
        Ok((ware.code.to_string(), ware.price.get()))
    }

    fn bill(&self, visit: &str, batch: &str, total: i64) -> Value {
        json!({"data": {"psn_no": self.patient.person, "mdtrt_cert_type": "02",
            "mdtrt_cert_no": self.patient.identity, "med_type": self.purpose().0,
            "medfee_sumamt": yuan(total), "psn_setlway": "01", "mdtrt_id": visit,
            "chrg_bchno": batch, "insutype": "310", "acct_used_flag": self.accounts(),
            "invono": "", "fulamt_ownpay_amt": "", "overlmt_selfpay": "", "preselfpay_amt": "",
            "inscp_scp_amt": "", "exp_content": ""}})
    }

    /// What the terminal learns of a settlement: at once, when it is sent again, or by asking.
    fn known(&mut self, sent: &Sent, transaction: &str, answer: &Answer) -> Result<Settled> {
        let settled = Settled::read(answer)?;
        match self.encounter.fate {
            Fate::Repeated => {
                let again = self.counters.again(sent)?;
                ensure!(again.text == answer.text, "重发：{} 原为 {}", again.text, answer.text);
            }
            Fate::Asked => {
                let asked = json!({"data": {"psn_no": self.patient.person,
                    "omsgid": sent.number, "oinfno": transaction}});
                let (_, told) = self.send("9901", &asked)?;
                let told = &told.output()["msginfo"][0];
                ensure!(told["setl_id"] == settled.settlement.as_str(), "9901：{told}");
            }
            _ => {}
        }
        Ok(settled)
    }

    /// 2601.
    fn take_back(&mut self, sent: &Sent, transaction: &str) -> Result<()> {
        let asked = json!({"data": {"psn_no": self.patient.person, "omsgid": sent.number,
            "oinfno": transaction}});
        self.send("2601", &asked).map(drop)
    }

    /// 2102.
    fn purchase(mut self, prescription: &str) -> Result<Came> {
        let bill = self.purchase_bill(prescription)?;
        let (sent, answer) = self.send("2102", &bill)?;
        let settled = self.known(&sent, "2102", &answer)?;
        if self.encounter.fate != Fate::Reversed {
            return Ok(Came::Settled(settled));
        }
        self.take_back(&sent, "2102")?;
        let bill = self.purchase_bill(prescription)?;
        let (_, answer) = self.send("2102", &bill)?;
        Ok(Came::Anew(Settled::read(&answer)?))
    }

    fn purchase_bill(&self, prescription: &str) -> Result<Value> {
        let now = self.counters.now();
        let flag = if prescription.is_empty() { "0" } else { "1" };
        let mut total = 0;
        let mut lines = Vec::new();
        for (place, charge) in self.encounter.charges.iter().enumerate() {
            let (item, price) = self.ware(charge)?;
            let amount = price * charge.quantity;
            total += amount;
            let mut line = json!({"feedetl_sn": format!("{}", place + 1), "rxno": prescription,
                "rx_circ_flag": flag, "fee_ocur_time": now, "med_list_codg": item,
                "medins_list_codg": format!("Y{item}"), "det_item_fee_sumamt": yuan(amount),
                "cnt": charge.quantity, "pric": yuan(price), "sin_dos_dscr": "",
                "used_frqu_dscr": "", "medc_way_dscr": "", "bilg_dr_codg": "",
                "bilg_dr_name": "", "tcmdrug_used_way": "", "exp_content": ""});
            if charge.days > 0 {
                line["prd_days"] = charge.days.into();
            }
            lines.push(line);
        }
        Ok(json!({"druginfo": {"psn_no": self.patient.person, "mdtrt_cert_type": "02",
            "mdtrt_cert_no": self.patient.identity, "begntime": now,
            "medfee_sumamt": yuan(total), "invono": "", "insutype": "310", "dise_codg": "",
            "dise_name": "", "acct_used_flag": self.accounts(), "med_type": "41",
            "exp_content": ""}, "drugdetail": lines}))
    }

    /// 7101 to 7103 at the hospital, 7201 to 7206 at the pharmacy, 2102, 7207.
    fn prescribed(mut self, hospital: usize) -> Result<Came> {
        let written = self.written(hospital)?;
        let Care { counters, patient, encounter } = &mut self;
        let (code, shop) = (counters.code(hospital), counters.code(encounter.place));
        let (_, answer) = counters.must(hospital, patient, "7101", &written)?;
        let number = answer.text_at("/data/hiRxno").to_owned();
        let trace = answer.text_at("/data/rxTraceCode").to_owned();
        let file = "JVBERi0xLjcg5aSE5pa5";
        let seal = json!({"data": {"fixmedinsCode": code, "originalValue": "5aSE5pa5",
            "originalRxFile": file}});
        let (_, answer) = counters.must(hospital, patient, "7102", &seal)?;
        let signature = answer.text_at("/data/signDigest").to_owned();
        let upload = json!({"data": {"rxTraceCode": trace, "hiRxno": number, "mdtrtId": "V1",
            "patnName": "测试", "psnCertType": "01", "certno": patient.identity,
            "fixmedinsName": "测试机构", "fixmedinsCode": code, "drCode": "D500000000001",
            "prscDrName": "测试医", "pharDeptName": "药剂科", "pharDeptCode": "Y01",
            "pharCode": "Y500000000001", "pharName": "测试药师",
            "pharChkTime": counters.now(), "rxFile": file, "signDigest": signature}});
        counters.must(hospital, patient, "7103", &upload)?;
        let place = encounter.place;
        let authorise = json!({"data": {"fixmedinsCode": shop, "psnName": "",
            "psnCertType": "01", "certno": patient.identity, "ecToken": "",
            "ipInfo": "127.0.0.1", "opter": "01", "opterName": "测试员",
            "optinsNo": counters.area()}});
        let (_, answer) = counters.must(place, patient, "7201", &authorise)?;
        let token = answer.text_at("/data/epcToken").to_owned();
        let verify = json!({"data": {"hiRxno": number, "fixmedinsCode": shop,
            "rxTraceCode": trace, "rxFile": file, "epcToken": token}});
        let (_, answer) = counters.must(place, patient, "7205", &verify)?;
        let serial = answer.text_at("/data/rxSignVerifySn").to_owned();
        let review = json!({"data": {"hiRxno": number, "epcToken": token, "ecToken": "T",
            "fixmedinsCode": shop, "fixmedinsName": "测试大药房", "pharCertType": "01",
            "pharCertno": "990000199001011234", "pharName": "测试店药师",
            "pharCode": "Y500000000002", "rxChkOpnn": "", "rxChkStasCodg": "1",
            "rxChkTime": counters.now(), "rxSignVerifySn": serial}});
        let (_, answer) = counters.must(place, patient, "7206", &review)?;
        let reviewed = answer.text_at("/data/rxChkBizSn").to_owned();
        let handed = self.handed(&number, &reviewed)?;
        let (place, patient) = (self.encounter.place, self.patient.clone());
        let bill = self.purchase_bill(&number)?;
        let (sent, answer) = self.send("2102", &bill)?;
        let settled = self.known(&sent, "2102", &answer)?;
        self.counters.must(place, &patient, "7207", &handed)?;
        Ok(Came::Settled(settled))
    }

    /// The input of 7207.
    fn handed(&self, number: &str, review: &str) -> Result<Value> {
        let mut lines = Vec::new();
        for charge in &self.encounter.charges {
            let ware = self.counters.wares.get(charge.ware).context("ware")?;
            lines.push(json!({"rtalDocno": "L1", "stooutTime": self.counters.now(),
                "medListCodg": ware.code, "medinsListCodg": "Y1", "drugGenname": ware.name,
                "drugSpec": "盒装", "drugTotlcnt": charge.quantity, "drugTotlcntEmp": "盒",
                "manuLotnum": "LOT1"}));
        }
        let shop = self.counters.code(self.encounter.place);
        Ok(json!({"data": {"hiRxno": number, "fixmedinsCode": shop,
            "fixmedinsName": "测试大药房", "rxChkBizSn": review, "hiFeesetlFlag": "1"},
            "rxSaleDrugDetl": lines}))
    }

    /// The input of 7101.
    fn written(&self, hospital: usize) -> Result<Value> {
        let (counters, patient, encounter) = (&*self.counters, self.patient, self.encounter);
        let now = counters.now();
        let day = encounter.at.date();
        let until = kernel::Date::from_days(day.days() + 2);
        let mut drugs = Vec::new();
        for charge in &encounter.charges {
            let ware = counters.wares.get(charge.ware).context("ware")?;
            drugs.push(json!({"medListCodg": ware.code, "rxItemTypeCode": "11",
                "drugGenname": ware.name, "drugDosform": "片剂", "drugSpec": "5mg×10片",
                "medcWayCodg": "1", "medcWayDscr": "口服", "medcBegntime": now,
                "medcEndtime": format!("{until} 09:00:00"), "medcDays": charge.days,
                "sinDosunt": "mg", "sinDoscnt": "5", "usedFrquCodg": "11",
                "usedFrquName": "每天一次", "drugDosunt": "盒", "drugCnt": charge.quantity,
                "hospApprFlag": "0"}));
        }
        Ok(json!({
            "data": {"mdtrtCertType": "02", "bizTypeCode": "01", "rxExraAttrCode": "02",
                "ecToken": "T", "authNo": "A1", "hospRxno": "CF1", "rxTypeCode": "1",
                "prscTime": now, "rxDrugCnt": drugs.len(), "valiDays": 3,
                "valiEndTime": format!("{until} 23:59:59"), "rxCotnFlag": "0"},
            "rxdrugdetail": drugs,
            "mdtrtinfo": {"fixmedinsName": "测试机构", "fixmedinsCode": counters.code(hospital),
                "mdtrtId": "V1", "medType": "11", "iptOtpNo": "MZ1", "psnNo": patient.person,
                "patnName": "测试", "psnCertType": "01", "certno": patient.identity,
                "patnAge": "43.0", "gend": "2", "prscDeptName": "内科", "prscDeptCode": "A03",
                "drCode": "D500000000001", "prscDrName": "测试医", "drProfttlCodg": "1",
                "drProfttlName": "主治医师", "drDeptCode": "A03", "drDeptName": "内科",
                "mdtrtTime": now, "spDiseFlag": "0", "maindiagCode": "J06.900",
                "maindiagName": "急性上呼吸道感染"},
            "diseinfo": {"diagType": "1", "maindiagFlag": "1", "diagSrtNo": 1,
                "diagCode": "J06.900", "diagName": "急性上呼吸道感染", "diagDept": "内科",
                "diagDrNo": "D500000000001", "diagDrName": "测试医", "diagTime": now},
        }))
    }
}
