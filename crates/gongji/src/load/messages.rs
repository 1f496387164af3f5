//! The messages that the generator sends: those of a hospital or pharmacy that speaks the national interface. A client must
//! know the interface's field names, so they stand here once more, apart from the server's.

use super::template::Template;

/// A transaction of the national interface, as far as the generator sends it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Transaction {
    /// 2102 药店结算.
    Purchase,
    /// 2103 药店结算撤销.
    UndoPurchase,
    /// 2201 门诊挂号.
    Register,
    /// 2203 门诊就诊信息上传.
    Attend,
    /// 2204 门诊费用明细信息上传.
    Upload,
    /// 2206 门诊预结算.
    Try,
    /// 2207 门诊结算.
    Settle,
    /// 2208 门诊结算撤销.
    Undo,
    /// 2601 冲正.
    Reverse,
}

impl Transaction {
    /// All, in order of number.
    pub const ALL: &'static [Transaction] = &[
        Transaction::Purchase,
        Transaction::UndoPurchase,
        Transaction::Register,
        Transaction::Attend,
        Transaction::Upload,
        Transaction::Try,
        Transaction::Settle,
        Transaction::Undo,
        Transaction::Reverse,
    ];

    /// Its number (national `infno`).
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Transaction::Purchase => "2102",
            Transaction::UndoPurchase => "2103",
            Transaction::Register => "2201",
            Transaction::Attend => "2203",
            Transaction::Upload => "2204",
            Transaction::Try => "2206",
            Transaction::Settle => "2207",
            Transaction::Undo => "2208",
            Transaction::Reverse => "2601",
        }
    }

    const fn input(self) -> &'static str {
        match self {
            Transaction::Purchase => PURCHASE,
            Transaction::UndoPurchase | Transaction::Undo => UNDO,
            Transaction::Register => REGISTER,
            Transaction::Attend => ATTEND,
            Transaction::Upload => UPLOAD,
            Transaction::Try => TRY,
            Transaction::Settle => SETTLE,
            Transaction::Reverse => REVERSE,
        }
    }
}

/// What a message says; what does not apply is left empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    /// The sender's number of the message.
    pub number: &'a str,
    /// When it is sent, `YYYY-MM-DD hh:mm:ss`; also when the fees arise.
    pub sent: &'a str,
    /// Pooling area.
    pub area: &'a str,
    /// Code of the institution.
    pub institution: &'a str,
    /// 人员编号.
    pub person: &'a str,
    /// 证件号码.
    pub certificate: &'a str,
    /// The visit, as the server named it.
    pub visit: &'a str,
    /// The settlement, as the server named it.
    pub settlement: &'a str,
    /// Number of the visit and of its one charging batch, as the sender names them.
    pub batch: &'a str,
    /// Sum of the lines, yuan.
    pub total: &'a str,
    /// Full self-pay, over the ceiling, first pay, in scope, as the answer to the upload adds up; yuan.
    pub parts: [&'a str; 4],
    /// The fee lines, rendered and joined.
    pub lines: &'a [u8],
    /// The message that is to be reversed.
    pub original: &'a str,
    /// Its transaction.
    pub original_transaction: &'a str,
    /// Which accounts may pay (national `acct_used_flag`); empty: the own one.
    pub accounts: &'a str,
}

const SLOTS: &[&str] = &[
    "number",
    "sent",
    "area",
    "institution",
    "person",
    "certificate",
    "visit",
    "settlement",
    "batch",
    "total",
    "full",
    "over",
    "first",
    "scope",
    "lines",
    "original",
    "original-transaction",
    "accounts",
];

impl<'a> Fields<'a> {
    /// In the order of [`SLOTS`].
    fn values(&self) -> [&'a [u8]; 18] {
        let accounts = if self.accounts.is_empty() { "1" } else { self.accounts };
        let [full, over, first, scope] = self.parts;
        [
            self.number.as_bytes(),
            self.sent.as_bytes(),
            self.area.as_bytes(),
            self.institution.as_bytes(),
            self.person.as_bytes(),
            self.certificate.as_bytes(),
            self.visit.as_bytes(),
            self.settlement.as_bytes(),
            self.batch.as_bytes(),
            self.total.as_bytes(),
            full.as_bytes(),
            over.as_bytes(),
            first.as_bytes(),
            scope.as_bytes(),
            self.lines,
            self.original.as_bytes(),
            self.original_transaction.as_bytes(),
            accounts.as_bytes(),
        ]
    }
}

/// One fee line. Amounts in yuan.
#[derive(Clone, Copy, Debug)]
pub struct LineFields<'a> {
    /// Serial within the visit.
    pub serial: &'a str,
    /// 医疗目录编码.
    pub item: &'a str,
    /// Quantity.
    pub quantity: &'a str,
    /// Unit price.
    pub price: &'a str,
    /// Quantity × price.
    pub amount: &'a str,
}

const LINE_SLOTS: &[&str] = &["serial", "item", "quantity", "price", "amount"];

/// All messages, cut into pieces.
#[derive(Debug)]
pub struct Messages {
    whole: Vec<(Transaction, Template)>,
    envelope: Template,
    visit_line: Template,
    purchase_line: Template,
}

impl Default for Messages {
    fn default() -> Messages {
        let whole = Transaction::ALL.iter().map(|transaction| {
            let (number, input) = (transaction.number(), transaction.input());
            let text = format!("{{\"infno\":\"{number}\",{ENVELOPE}\"input\":{input}}}");
            (*transaction, Template::new(&text, SLOTS))
        });
        Messages {
            whole: whole.collect(),
            envelope: Template::new(ENVELOPE, SLOTS),
            visit_line: Template::new(VISIT_LINE, &[LINE_SLOTS, SLOTS].concat()),
            purchase_line: Template::new(PURCHASE_LINE, &[LINE_SLOTS, SLOTS].concat()),
        }
    }
}

impl Messages {
    /// Appends a message.
    pub fn render(&self, transaction: Transaction, fields: &Fields<'_>, into: &mut Vec<u8>) {
        if let Some((_, template)) = self.whole.iter().find(|(known, _)| *known == transaction) {
            template.render(&fields.values(), into);
        }
    }

    /// Appends a message of any other transaction, whose input is given as JSON.
    pub fn other(&self, transaction: &str, input: &str, fields: &Fields<'_>, into: &mut Vec<u8>) {
        into.extend_from_slice(format!("{{\"infno\":\"{transaction}\",").as_bytes());
        self.envelope.render(&fields.values(), into);
        into.extend_from_slice(format!("\"input\":{input}}}").as_bytes());
    }

    /// Appends a fee line of an upload ([`Transaction::Upload`]) or a purchase, with a comma before it unless it is the
    /// first.
    pub fn line(
        &self,
        transaction: Transaction,
        line: &LineFields<'_>,
        fields: &Fields<'_>,
        into: &mut Vec<u8>,
    ) {
        let LineFields { serial, item, quantity, price, amount } = *line;
        let own = [serial, item, quantity, price, amount].map(str::as_bytes);
        let mut values = [&[][..]; 5 + 18];
        values[..5].copy_from_slice(&own);
        values[5..].copy_from_slice(&fields.values());
        if !into.is_empty() {
            into.push(b',');
        }
        let template = match transaction {
            Transaction::Upload => &self.visit_line,
            _ => &self.purchase_line,
        };
        template.render(&values, into);
    }
}

const ENVELOPE: &str = r#""msgid":"<number>","mdtrtarea_admvs":"<area>","insuplc_admdvs":"<area>","recer_sys_code":"MBS_LOCAL","dev_no":"","dev_safe_info":"","cainfo":"","signtype":"","infver":"V1.0","opter_type":"1","opter":"0001","opter_name":"测试员","inf_time":"<sent>","fixmedins_code":"<institution>","fixmedins_name":"测试机构","sign_no":"","#;

const REGISTER: &str = r#"{"data":{"psn_no":"<person>","insutype":"310","begntime":"<sent>","mdtrt_cert_type":"02","mdtrt_cert_no":"<certificate>","ipt_otp_no":"<batch>","atddr_no":"D500000000001","dr_name":"测试医","dept_code":"A03","dept_name":"内科","caty":"A03","exp_content":""}}"#;

const ATTEND: &str = r#"{"mdtrtinfo":{"mdtrt_id":"<visit>","psn_no":"<person>","med_type":"11","begntime":"<sent>","main_cond_dscr":"","dise_codg":"","dise_name":"","birctrl_type":"","birctrl_matn_date":"","exp_content":""},"diseinfo":[{"diag_type":"1","diag_srt_no":1,"diag_code":"J06.900","diag_name":"急性上呼吸道感染","diag_dept":"内科","dise_dor_no":"D500000000001","dise_dor_name":"测试医","diag_time":"<sent>","vali_flag":"1"}]}"#;

const UPLOAD: &str = r#"{"feedetail":[<lines>]}"#;

const VISIT_LINE: &str = r#"{"feedetl_sn":"<serial>","mdtrt_id":"<visit>","psn_no":"<person>","chrg_bchno":"<batch>","dise_codg":"","rxno":"","rx_circ_flag":"0","fee_ocur_time":"<sent>","med_list_codg":"<item>","medins_list_codg":"Y<item>","det_item_fee_sumamt":<amount>,"cnt":<quantity>,"pric":<price>,"sin_dos_dscr":"","used_frqu_dscr":"","prd_days":"","medc_way_dscr":"","bilg_dept_codg":"A03","bilg_dept_name":"内科","bilg_dr_codg":"D500000000001","bilg_dr_name":"测试医","hosp_appr_flag":"0","tcmdrug_used_way":"","exp_content":""}"#;

const TRY: &str = r#"{"data":{"psn_no":"<person>","mdtrt_cert_type":"02","mdtrt_cert_no":"<certificate>","med_type":"11","medfee_sumamt":<total>,"psn_setlway":"01","mdtrt_id":"<visit>","chrg_bchno":"<batch>","acct_used_flag":"<accounts>","insutype":"310","exp_content":""}}"#;

const SETTLE: &str = r#"{"data":{"psn_no":"<person>","mdtrt_cert_type":"02","mdtrt_cert_no":"<certificate>","med_type":"11","medfee_sumamt":<total>,"psn_setlway":"01","mdtrt_id":"<visit>","chrg_bchno":"<batch>","insutype":"310","acct_used_flag":"<accounts>","invono":"","fulamt_ownpay_amt":<full>,"overlmt_selfpay":<over>,"preselfpay_amt":<first>,"inscp_scp_amt":<scope>,"exp_content":""}}"#;

const UNDO: &str = r#"{"data":{"setl_id":"<settlement>","mdtrt_id":"<visit>","psn_no":"<person>","exp_content":""}}"#;

const REVERSE: &str =
    r#"{"data":{"psn_no":"<person>","omsgid":"<original>","oinfno":"<original-transaction>"}}"#;

const PURCHASE: &str = r#"{"druginfo":{"psn_no":"<person>","mdtrt_cert_type":"02","mdtrt_cert_no":"<certificate>","begntime":"<sent>","medfee_sumamt":<total>,"invono":"","insutype":"310","dise_codg":"","dise_name":"","acct_used_flag":"<accounts>","med_type":"41","exp_content":""},"drugdetail":[<lines>]}"#;

const PURCHASE_LINE: &str = r#"{"feedetl_sn":"<serial>","rxno":"","rx_circ_flag":"0","fee_ocur_time":"<sent>","med_list_codg":"<item>","medins_list_codg":"Y<item>","det_item_fee_sumamt":<amount>,"cnt":<quantity>,"pric":<price>,"sin_dos_dscr":"","used_frqu_dscr":"","prd_days":"","medc_way_dscr":"","bilg_dr_codg":"","bilg_dr_name":"","tcmdrug_used_way":"","exp_content":""}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_json_and_no_slot_is_left_over() {
        let messages = Messages::default();
        let fields = Fields { total: "1.00", parts: ["0", "0", "0", "1.00"], ..Fields::default() };
        let line = LineFields { serial: "1", item: "X", quantity: "1", price: "1", amount: "1.00" };
        for transaction in Transaction::ALL {
            let mut lines = Vec::new();
            messages.line(*transaction, &line, &fields, &mut lines);
            messages.line(*transaction, &line, &fields, &mut lines);
            let mut text = Vec::new();
            messages.render(*transaction, &Fields { lines: &lines, ..fields }, &mut text);
            let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(value["infno"], transaction.number());
            assert!(!text.contains(&b'<'), "{}", String::from_utf8(text).unwrap());
        }
        let mut text = Vec::new();
        messages.other("9001", "{}", &fields, &mut text);
        let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!((&value["infno"], &value["input"]), (&"9001".into(), &serde_json::json!({})));
    }
}
