//! The counters of hospitals and pharmacies: they speak the national interface as their systems would, and lose a message
//! now and then.

use super::house::{Hands, House};
use super::wire::Wire;
use crate::demo::counter::{Answer, PATH};
use crate::load::messages::{Fields, Messages};
use agency::core::Clock as _;
use agency::town::{Place, Ware, places, wares};
use anyhow::{Context as _, Result, ensure};
use kernel::{Date, Fen, Moment};
use serde_json::{Value, json};
use std::sync::Arc;

/// Every counter of the area.
pub struct Counters {
    wire: Wire,
    messages: Messages,
    area: String,
    clock: Arc<Hands>,
    sent: u32,
    /// Messages that were answered.
    pub answered: u64,
    /// Institutions by index.
    pub places: Vec<Place>,
    /// What is charged for, by index.
    pub wares: Vec<Ware>,
}

/// A message that was sent, as it takes to send it again or to ask about it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its number (`msgid`).
    pub number: String,
    body: Vec<u8>,
}

/// A person at a counter.
#[derive(Clone, Debug)]
pub struct Patient {
    /// 人员编号.
    pub person: String,
    /// 证件号码.
    pub identity: String,
}

/// Amounts of a settlement as its answer states them, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts {
    /// 总额.
    pub total: i64,
    /// 统筹, 大额, 补助.
    pub funds: [i64; 3],
    /// 个人账户, relatives' included.
    pub accounts: i64,
    /// Of that relatives'.
    pub family: i64,
    /// 现金.
    pub cash: i64,
    /// 全自费, 超限价, 先行自付, 符合政策范围.
    pub parts: [i64; 4],
}

impl Amounts {
    /// All funds together.
    #[must_use]
    pub fn fund_payment(&self) -> i64 {
        self.funds.iter().sum()
    }

    /// The same taken back.
    #[must_use]
    pub fn negated(&self) -> Amounts {
        Amounts {
            total: -self.total,
            funds: self.funds.map(|fen| -fen),
            accounts: -self.accounts,
            family: -self.family,
            cash: -self.cash,
            parts: self.parts.map(|fen| -fen),
        }
    }
}

/// A settlement as it was answered.
#[derive(Clone, Debug)]
pub struct Settled {
    /// 结算ID.
    pub settlement: String,
    /// 就诊ID.
    pub visit: String,
    /// When it was settled, by the answer.
    pub at: Moment,
    /// What was paid by whom.
    pub amounts: Amounts,
    /// Of the own account after it, fen.
    pub balance: i64,
}

impl Settled {
    /// Reads `setlinfo`.
    ///
    /// # Errors
    /// A field is missing, or the amounts do not add up.
    pub fn read(answer: &Answer) -> Result<Settled> {
        let info = &answer.output()["setlinfo"];
        let text = |name: &str| info[name].as_str().map(str::to_owned).context(name.to_owned());
        let fen =
            |name: &str| amount(&info[name]).with_context(|| format!("{name} {}", info[name]));
        let amounts = Amounts {
            total: fen("medfee_sumamt")?,
            funds: [fen("hifp_pay")?, fen("hifob_pay")?, fen("cvlserv_pay")?],
            accounts: fen("acct_pay")?,
            family: fen("acct_mulaid_pay")?,
            cash: fen("psn_cash_pay")?,
            parts: [
                fen("fulamt_ownpay_amt")?,
                fen("overlmt_selfpay")?,
                fen("preselfpay_amt")?,
                fen("inscp_scp_amt")?,
            ],
        };
        let parts: i64 = amounts.parts.iter().sum();
        ensure!(parts == amounts.total, "费用分解合计{parts}，总额{}", amounts.total);
        let paid = amounts.fund_payment() + amounts.accounts + amounts.cash;
        ensure!(paid == amounts.total, "付款合计{paid}，总额{}", amounts.total);
        ensure!(amounts.fund_payment() == fen("fund_pay_sumamt")?, "基金合计：{}", answer.text);
        let at = text("setl_time")?;
        Ok(Settled {
            settlement: text("setl_id")?,
            visit: text("mdtrt_id")?,
            at: Moment::parse(&at).context(at)?,
            amounts,
            balance: fen("balc")?,
        })
    }
}

/// An amount in yuan, number or text, in fen.
#[must_use]
pub fn amount(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    Fen::parse_yuan(&text).ok().map(Fen::get)
}

/// Fen as a number of yuan.
#[must_use]
pub fn yuan(fen: i64) -> Value {
    serde_json::from_str(&Fen::new(fen).to_string()).unwrap_or(Value::Null)
}

impl Counters {
    /// The counters of the house's area, with the catalogue as it was set up on a day.
    ///
    /// # Errors
    /// The system gives no event loop.
    pub fn new(house: &House, founded: Date) -> Result<Counters> {
        Ok(Counters {
            wire: Wire::new(house.address(), PATH)?,
            messages: Messages::default(),
            area: house.area.to_string(),
            clock: house.clock.clone(),
            sent: 0,
            answered: 0,
            places: places(house.area),
            wares: wares(founded),
        })
    }

    /// The area.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.area
    }

    /// Code of an institution.
    #[must_use]
    pub fn code(&self, place: usize) -> String {
        self.places.get(place).map_or_else(String::new, |place| place.code.to_string())
    }

    /// Now, as a message says it.
    #[must_use]
    pub fn now(&self) -> String {
        self.clock.now().to_string().chars().take(19).collect()
    }

    /// Sends a message; a second passes.
    ///
    /// # Errors
    /// Nothing came back that can be read.
    pub fn send(
        &mut self,
        place: usize,
        patient: &Patient,
        transaction: &str,
        input: &Value,
    ) -> Result<(Sent, Answer)> {
        self.clock.on(1);
        self.sent += 1;
        let (now, institution) = (self.now(), self.code(place));
        let digits: String = now.chars().filter(char::is_ascii_digit).collect();
        let number = format!("{institution}{digits}{:04}", self.sent % 10_000);
        let fields = Fields {
            number: &number,
            sent: &now,
            area: &self.area,
            institution: &institution,
            person: &patient.person,
            certificate: &patient.identity,
            ..Fields::default()
        };
        let mut body = Vec::new();
        self.messages.other(transaction, &input.to_string(), &fields, &mut body);
        let sent = Sent { number, body };
        let answer = self.again(&sent)?;
        Ok((sent, answer))
    }

    /// Sends a message that was sent before, byte for byte.
    ///
    /// # Errors
    /// Nothing came back that can be read.
    pub fn again(&mut self, sent: &Sent) -> Result<Answer> {
        self.answered += 1;
        let (status, body) = self.wire.post(&sent.body)?;
        Answer::read(status, body)
    }

    /// Sends a message that must be accepted.
    ///
    /// # Errors
    /// It is refused.
    pub fn must(
        &mut self,
        place: usize,
        patient: &Patient,
        transaction: &str,
        input: &Value,
    ) -> Result<(Sent, Answer)> {
        let (sent, answer) = self.send(place, patient, transaction, input)?;
        let (why, who, now) = (answer.reason(), &patient.person, self.now());
        ensure!(answer.accepted(), "{now} {transaction} {} {who}：{why}", self.code(place));
        Ok((sent, answer))
    }

    /// 1101: the balance of the own account as a counter sees it, fen.
    ///
    /// # Errors
    /// It is refused.
    pub fn balance(&mut self, place: usize, patient: &Patient) -> Result<Option<i64>> {
        let asked = json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": patient.identity,
            "card_sn": "", "begntime": self.now(), "psn_cert_type": "01",
            "certno": patient.identity, "psn_name": ""}});
        let (_, answer) = self.must(place, patient, "1101", &asked)?;
        Ok(answer.output().pointer("/insuinfo/0/balc").and_then(amount))
    }

    /// 3201: true if the month's totals of an institution are those of the books, and what is said otherwise.
    ///
    /// # Errors
    /// It is refused.
    pub fn reconciled(
        &mut self,
        place: usize,
        (from, to): (Date, Date),
        refunds: bool,
        count: i64,
        sum: &Amounts,
    ) -> Result<(bool, String)> {
        let class = if place < 20 { "11" } else { "41" };
        let asked = json!({"data": {"insutype": "310", "clr_type": class,
            "setl_optins": self.area, "stmt_begndate": from.to_string(),
            "stmt_enddate": to.to_string(), "medfee_sumamt": yuan(sum.total),
            "fund_pay_sumamt": yuan(sum.fund_payment()), "acct_pay": yuan(sum.accounts),
            "fixmedins_setl_cnt": count, "refd_setl_flag": if refunds { "1" } else { "0" }}});
        let (_, answer) = self.must(place, &nobody(), "3201", &asked)?;
        let words = answer.text_at("/stmtinfo/stmt_rslt_dscr").to_owned();
        Ok((answer.text_at("/stmtinfo/stmt_rslt") == "0", words))
    }

    /// 3203: applies for the clearing of a month.
    ///
    /// # Errors
    /// It is refused.
    pub fn apply(
        &mut self,
        place: usize,
        (from, to): (Date, Date),
        count: i64,
        sum: &Amounts,
    ) -> Result<Answer> {
        let class = if place < 20 { "11" } else { "41" };
        let (year, month, _) = from.ymd();
        let asked = json!({"data": {"clr_type": class, "clr_way": "1",
            "setlym": format!("{year:04}{month:02}"), "psntime": count,
            "medfee_sumamt": yuan(sum.total), "med_sumfee": yuan(sum.total),
            "fund_appy_sum": yuan(sum.fund_payment()), "cash_payamt": yuan(sum.cash),
            "acct_pay": yuan(sum.accounts), "begndate": from.to_string(),
            "enddate": to.to_string()}});
        Ok(self.must(place, &nobody(), "3203", &asked)?.1)
    }
}

/// For messages about nobody.
fn nobody() -> Patient {
    Patient { person: String::new(), identity: String::new() }
}
