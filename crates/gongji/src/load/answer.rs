//! Reading answers: a quick look at every one, and a thorough one at a sample.

use anyhow::{Context as _, Result, ensure};
use kernel::Fen;
use serde_json::Value;

/// True if the message was accepted (`infcode` 0).
#[must_use]
pub fn accepted(body: &[u8]) -> bool {
    value_after(body, b"\"infcode\":").is_some_and(|value| {
        let digits = value.strip_prefix(b"\"").unwrap_or(value);
        digits.first() == Some(&b'0')
    })
}

/// Why it was refused, in short: the number in brackets that begins the text, or the text.
#[must_use]
pub fn reason(body: &[u8]) -> String {
    let text = text(body, "err_msg").unwrap_or("no err_msg");
    let number = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    number.map_or_else(|| text.chars().take(40).collect(), str::to_owned)
}

/// The first text of this name, unescaped texts only: enough for ids.
#[must_use]
pub fn text<'a>(body: &'a [u8], name: &str) -> Option<&'a str> {
    let value = value_after(body, format!("\"{name}\":\"").as_bytes())?;
    let end = value.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&value[..end]).ok()
}

/// What the answer says, without the envelope's times: it must not change when the message is sent again.
#[must_use]
pub fn output(body: &[u8]) -> Option<Value> {
    let mut answer: Value = serde_json::from_slice(body).ok()?;
    Some(answer.get_mut("output")?.take())
}

fn value_after<'a>(body: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = body.windows(name.len()).position(|window| window == name)?;
    let value = &body[at + name.len()..];
    Some(value.trim_ascii_start())
}

/// What a settlement is to say, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// 人员编号.
    pub person: &'a str,
    /// Sum of the lines.
    pub total: Fen,
}

/// Checks that the amounts of a settlement add up (identities I1 to I7 of the interface) and are of this bill.
///
/// # Errors
/// What does not.
pub fn check_settlement(body: &[u8], expected: Expected<'_>) -> Result<()> {
    let answer: Value = serde_json::from_slice(body).context("the answer is not JSON")?;
    let settlement = &answer["output"]["setlinfo"];
    ensure!(settlement["psn_no"] == expected.person, "psn_no is {}", settlement["psn_no"]);
    let of =
        |names: &[&str]| -> Result<Fen> { names.iter().map(|name| amount(settlement, name)).sum() };
    let total = of(&["medfee_sumamt"])?;
    ensure!(total == expected.total, "medfee_sumamt is {total}, sent {}", expected.total);
    let decomposed = &["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];
    ensure!(total == of(decomposed)?, "I1: the parts are {}", of(decomposed)?);
    let (funds, part) = (of(&["fund_pay_sumamt"])?, of(&["psn_part_amt"])?);
    ensure!(total == funds + part + of(&["hosp_part_amt"])?, "I2: {funds} + {part} of {total}");
    let (account, cash) = (of(&["acct_pay"])?, of(&["psn_cash_pay"])?);
    ensure!(part == account + cash, "I3: {account} + {cash} of {part}");
    let family = of(&["acct_mulaid_pay"])?;
    ensure!(!family.is_negative() && family <= account, "I4: {family} of {account}");
    ensure!(funds == of(FUNDS)?, "I5: the funds sum to {}", of(FUNDS)?);
    let (mut by_fund, mut all) = (Fen::ZERO, Fen::ZERO);
    for row in answer["output"]["setldetail"].as_array().into_iter().flatten() {
        let (kind, paid) = (row["fund_pay_type"].as_str(), amount(row, "fund_payamt")?);
        let own = kind.is_some_and(|kind| kind.starts_with("3102") || kind.starts_with("99999"));
        by_fund += if own { Fen::ZERO } else { paid };
        all += paid;
        let scope = amount(row, "inscp_scp_amt")?;
        ensure!(scope == of(&["inscp_scp_amt"])?, "I8: inscp_scp_amt {scope} of a fund");
    }
    ensure!(by_fund == funds, "I6: the rows of funds sum to {by_fund}, not {funds}");
    ensure!(all == total - cash, "I7: all rows sum to {all}, not {}", total - cash);
    Ok(())
}

const FUNDS: &[&str] = &[
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "hifdm_pay",
    "maf_pay",
    "oth_pay",
];

/// Sums of an upload's answer: full self-pay, over the ceiling, first pay, in scope.
///
/// # Errors
/// What cannot be read.
pub fn uploaded_parts(body: &[u8]) -> Result<[Fen; 4]> {
    let answer: Value = serde_json::from_slice(body).context("the answer is not JSON")?;
    let names = ["fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt"];
    let mut parts = [Fen::ZERO; 4];
    for row in answer["output"]["result"].as_array().context("no output.result")? {
        for (part, name) in parts.iter_mut().zip(names) {
            *part += amount(row, name)?;
        }
    }
    Ok(parts)
}

/// An amount in yuan, number or text, to the fen.
fn amount(node: &Value, name: &str) -> Result<Fen> {
    let text = match &node[name] {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        other => anyhow::bail!("{name} is {other}"),
    };
    Fen::parse_yuan(&text).ok().with_context(|| format!("{name} is {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_named_by_its_number() {
        let body = r#"{"infcode":-1,"err_msg":"[4303]该批次已结算：1。请使用新批次号"}"#.as_bytes();
        assert!(!accepted(body));
        assert_eq!(reason(body), "4303");
        assert!(accepted(br#"{"infcode":"0"}"#) && accepted(br#"{"infcode": 0}"#));
    }

    #[test]
    fn amounts_that_do_not_add_up_are_found() {
        let mut answer: Value = serde_json::from_str(SETTLED).unwrap();
        let expected = Expected { person: "9", total: Fen::new(452) };
        check_settlement(answer.to_string().as_bytes(), expected).unwrap();
        answer["output"]["setlinfo"]["hifp_pay"] = serde_json::json!("0.01");
        let fault = check_settlement(answer.to_string().as_bytes(), expected).unwrap_err();
        assert_eq!(fault.to_string(), "I5: the funds sum to 0.01");
    }

    const SETTLED: &str = r#"{"infcode":0,"output":{"setlinfo":{"psn_no":"9","medfee_sumamt":4.52,
        "fulamt_ownpay_amt":0,"overlmt_selfpay":0,"preselfpay_amt":0.23,"inscp_scp_amt":4.29,"hifp_pay":0,
        "cvlserv_pay":0,"hifes_pay":0,"hifmi_pay":0,"hifob_pay":0,"hifdm_pay":0,"maf_pay":0,"oth_pay":0,
        "fund_pay_sumamt":0,"psn_part_amt":4.52,"acct_pay":"4.52","psn_cash_pay":0,"hosp_part_amt":0,
        "acct_mulaid_pay":0},"setldetail":[{"fund_pay_type":"310200","fund_payamt":4.52,"inscp_scp_amt":4.29}]}}"#;
}
