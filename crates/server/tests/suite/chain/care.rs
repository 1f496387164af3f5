//! A person's care at an institution, message by message, as the sender's program words it.

use crate::town::{Answer, Sender, TODAY, Town};
use serde_json::{Map, Value, json};

/// How a sender words its messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    /// Lower case, numbers as numbers, everything that Hunan requires.
    Hunan,
    /// Numbers as texts, `null` as a text, `expContent`, 2203A, `input` as a text, the transaction in the path.
    Hebei,
}

/// A person at an institution.
#[derive(Clone)]
pub(crate) struct Care<'t> {
    pub(crate) sender: Sender<'t>,
    pub(crate) person: String,
    pub(crate) identity: String,
    pub(crate) dialect: Dialect,
    pub(crate) visit: String,
    pub(crate) lines: Vec<Value>,
    /// Yuan, as the sender adds up.
    pub(crate) total: String,
}

impl<'t> Care<'t> {
    /// Person `number` at a hospital, before anything is said.
    pub(crate) fn new(sender: &Sender<'t>, number: u32) -> Care<'t> {
        Care {
            sender: sender.clone(),
            person: Town::person(number),
            identity: sender.town.identity(number),
            dialect: Dialect::Hunan,
            visit: String::new(),
            lines: Vec::new(),
            total: String::new(),
        }
    }

    /// Registered, attended and with lines: ready to settle. A line is the place of a ware and how many of it.
    pub(crate) fn ready(sender: &Sender<'t>, number: u32, lines: &[(usize, i64)]) -> Care<'t> {
        let mut care = Care::new(sender, number);
        care.come(lines);
        care
    }

    /// 2201, 2203, 2204.
    pub(crate) fn come(&mut self, lines: &[(usize, i64)]) {
        self.register();
        self.attend().output();
        self.upload(lines).output();
    }

    /// Sends a message in the sender's dialect.
    pub(crate) fn call(&self, transaction: &str, input: &Value) -> Answer {
        let number = self.sender.town.number(&self.sender.institution);
        self.call_as(&number, transaction, input)
    }

    /// Sends a message under a number.
    pub(crate) fn call_as(&self, number: &str, transaction: &str, input: &Value) -> Answer {
        if self.dialect == Dialect::Hunan {
            return self.sender.call_as(number, transaction, input);
        }
        let input = Value::String(reworded(input).to_string());
        let mut message = self.sender.message(number, transaction, &input);
        if let Value::Object(fields) = &mut message {
            fields.remove("infno");
        }
        Answer::of(self.sender.town.answer(Some(transaction), &message.to_string()))
    }

    pub(crate) fn register(&mut self) -> Answer {
        let answer = self.call("2201", &self.registration());
        self.visit = answer.output()["data"]["mdtrt_id"].as_str().unwrap().to_string();
        answer
    }

    /// The input of 2201.
    pub(crate) fn registration(&self) -> Value {
        json!({"data": {
                "psn_no": self.person, "insutype": "310", "begntime": format!("{TODAY} 08:00:00"),
                "mdtrt_cert_type": "02", "mdtrt_cert_no": self.identity, "psn_cert_type": "01",
                "certno": self.identity, "psn_type": "11", "psn_name": "测试",
                "ipt_otp_no": format!("MZ{}", self.person), "atddr_no": "D500000000001",
                "dr_name": "测试医", "dept_code": "A03", "dept_name": "内科", "caty": "A03",
                "exp_content": "",
        }})
    }

    pub(crate) fn attend(&self) -> Answer {
        self.attend_for("11", "")
    }

    pub(crate) fn attend_for(&self, category: &str, disease: &str) -> Answer {
        let number = if self.dialect == Dialect::Hunan { "2203" } else { "2203A" };
        self.call(number, &self.purpose(category, disease))
    }

    /// The input of 2203. What Hunan requires is there even where there is nothing to say.
    pub(crate) fn purpose(&self, category: &str, disease: &str) -> Value {
        json!({
            "mdtrtinfo": {
                "mdtrt_id": self.visit, "psn_no": self.person, "med_type": category,
                "begntime": format!("{TODAY} 08:00:00"), "main_cond_dscr": "咳嗽",
                "dise_codg": if disease.is_empty() { "无" } else { disease },
                "dise_name": "无", "exp_content": "",
            },
            "diseinfo": [{
                "diag_type": "1", "diag_srt_no": 1, "diag_code": "J06.900",
                "diag_name": "急性上呼吸道感染", "diag_dept": "A03",
                "dise_dor_no": "D500000000001", "dise_dor_name": "测试医",
                "diag_time": format!("{TODAY} 08:05:00"), "vali_flag": "1",
            }],
        })
    }

    pub(crate) fn upload(&mut self, lines: &[(usize, i64)]) -> Answer {
        self.upload_batch("1001", lines)
    }

    /// 2204 of one batch; the sum is remembered for settling.
    pub(crate) fn upload_batch(&mut self, batch: &str, lines: &[(usize, i64)]) -> Answer {
        let mut sum = 0;
        self.lines.clear();
        for (place, (ware, quantity)) in lines.iter().enumerate() {
            let ware = &self.sender.town.wares[*ware];
            let amount = ware.price.get() * quantity;
            sum += amount;
            self.lines.push(json!({
                "feedetl_sn": format!("{batch}{place:02}"), "mdtrt_id": self.visit,
                "psn_no": self.person, "chrg_bchno": batch, "rx_circ_flag": "0",
                "fee_ocur_time": format!("{TODAY} 08:10:00"), "med_list_codg": ware.code,
                "medins_list_codg": format!("Y{place}"), "det_item_fee_sumamt": yuan(amount),
                "cnt": quantity, "pric": yuan(ware.price.get()), "bilg_dept_codg": "A03",
                "bilg_dept_name": "内科", "bilg_dr_codg": "D500000000001",
                "bilg_dr_name": "测试医", "hosp_appr_flag": "1", "exp_content": "",
            }));
        }
        self.total = yuan_text(sum);
        self.call("2204", &json!({"feedetail": self.lines}))
    }

    /// The input of 2206 and 2207.
    pub(crate) fn bill(&self) -> Value {
        self.bill_of("1001", "1")
    }

    pub(crate) fn bill_of(&self, batch: &str, account_use: &str) -> Value {
        let total: Value = serde_json::from_str(&self.total).unwrap();
        json!({"data": {
            "psn_no": self.person, "mdtrt_cert_type": "02", "mdtrt_cert_no": self.identity,
            "psn_cert_type": "01", "certno": self.identity, "psn_type": "11",
            "psn_name": "测试", "med_type": "11", "medfee_sumamt": total, "psn_setlway": "01",
            "mdtrt_id": self.visit, "chrg_bchno": batch, "acct_used_flag": account_use,
            "insutype": "310", "invono": "", "fulamt_ownpay_amt": 0, "overlmt_selfpay": 0,
            "preselfpay_amt": 0, "inscp_scp_amt": 0, "exp_content": "",
        }})
    }

    pub(crate) fn settle(&self) -> Answer {
        self.call("2207", &self.bill())
    }

    /// The input of 2101 and 2102.
    pub(crate) fn purchase(&self, lines: &[(usize, i64)]) -> Value {
        let mut sum = 0;
        let mut rows = Vec::new();
        for (place, (ware, quantity)) in lines.iter().enumerate() {
            let ware = &self.sender.town.wares[*ware];
            let amount = ware.price.get() * quantity;
            sum += amount;
            rows.push(json!({
                "feedetl_sn": place + 1, "rxno": "", "rx_circ_flag": "0",
                "fee_ocur_time": format!("{TODAY} 08:00:00"), "med_list_codg": ware.code,
                "medins_list_codg": format!("Y{place}"), "det_item_fee_sumamt": yuan(amount),
                "cnt": quantity, "pric": yuan(ware.price.get()),
                "durg_trac_info": [{"feedetl_sn": place + 1, "drug_trac_codg": "81890000000000000001"}],
            }));
        }
        json!({
            "druginfo": {
                "psn_no": self.person, "mdtrt_cert_type": "02", "mdtrt_cert_no": self.identity,
                "begntime": format!("{TODAY} 08:00:00"), "medfee_sumamt": yuan(sum),
                "insutype": "310", "acct_used_flag": "1", "med_type": "41",
            },
            "drugdetail": rows,
        })
    }

    /// The input of 2208 for what was settled.
    pub(crate) fn undo_of(&self, settled: &Value) -> Value {
        json!({"data": {
            "setl_id": settled["setlinfo"]["setl_id"], "mdtrt_id": self.visit,
            "psn_no": self.person, "exp_content": "",
        }})
    }

    /// 2601 of a message.
    pub(crate) fn reverse(&self, number: &str, transaction: &str) -> Answer {
        self.call(
            "2601",
            &json!({"data": {
                "psn_no": self.person, "omsgid": number, "oinfno": transaction,
            }}),
        )
    }
}

/// Fen as a number of yuan.
pub(crate) fn yuan(fen: i64) -> Value {
    serde_json::from_str(&yuan_text(fen)).unwrap()
}

fn yuan_text(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// As the programs of Hebei word it.
fn reworded(input: &Value) -> Value {
    match input {
        Value::Object(fields) => {
            let renamed = fields.iter().map(|(name, value)| {
                let name = if name == "exp_content" { "expContent" } else { name };
                (name.to_string(), reworded(value))
            });
            Value::Object(renamed.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(reworded).collect(),
        Value::Number(number) => Value::String(number.to_string()),
        Value::String(text) if text.is_empty() => Value::String("null".to_string()),
        other => other.clone(),
    }
}
