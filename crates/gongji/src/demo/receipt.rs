//! A receipt: what was charged, who pays, what is left, and the articles behind it.

use super::counter::Answer;
use crate::lang::Lang;
use serde_json::Value;
use std::io::{Result, Write};

/// Lines of a receipt: field of the settlement, 中文, English. The first is always printed, the others if not zero.
const LINES: &[(&str, &str, &str)] = &[
    ("medfee_sumamt", "医疗费总额", "total"),
    ("fulamt_ownpay_amt", "  全自费", "  full self-pay"),
    ("overlmt_selfpay", "  超限价", "  over the ceiling price"),
    ("preselfpay_amt", "  先行自付", "  first pay"),
    ("inscp_scp_amt", "  符合政策范围", "  in scope"),
    ("act_pay_dedc", "起付线", "deductible"),
    ("hifp_pay", "统筹基金", "pool fund"),
    ("hifob_pay", "大额互助", "large-amount fund"),
    ("acct_pay", "个人账户", "accounts"),
    ("acct_mulaid_pay", "  其中家庭共济", "  of that, family accounts"),
    ("psn_cash_pay", "现金", "cash"),
    ("balc", "账户余额", "account balance"),
];

/// Prints a settlement's answer (2102, 2207, 2208 …).
///
/// # Errors
/// The output cannot be written.
pub fn print(out: &mut dyn Write, lang: Lang, answer: &Answer) -> Result<()> {
    let settlement = &answer.output()["setlinfo"];
    let mut parts = Vec::new();
    for (index, (field, zh, en)) in LINES.iter().enumerate() {
        let amount = yuan(&settlement[field]);
        if index == 0 || amount != "0.00" {
            parts.push(format!("{} {amount}", lang.pick(zh, en).trim_start()));
        }
    }
    writeln!(out, "    {}", parts.join(lang.pick("，", ", ")))
}

/// Prints the policy items of a settlement (100001) that moved money: one line each, with who bears what, and the article.
///
/// # Errors
/// The output cannot be written.
pub fn print_items(out: &mut dyn Write, lang: Lang, items: &Answer) -> Result<()> {
    let items = items.output().as_array().map(Vec::as_slice).unwrap_or_default();
    for item in items {
        let mut parts = Vec::new();
        for (amount, share, zh, en) in [
            ("fundPayAmt", "fundPayProp", "基金", "fund"),
            ("selfPayAmt", "selfPayProp", "个人", "person"),
        ] {
            let paid = yuan(&item[amount]);
            let share = item[share].to_string();
            let share =
                if share.starts_with("0.") { format!("（{share}）") } else { String::new() };
            if paid != "0.00" {
                parts.push(format!("{} {paid}{share}", lang.pick(zh, en)));
            }
        }
        if !parts.is_empty() {
            let name = item["polItemName"].as_str().unwrap_or_default();
            writeln!(out, "      · {name} {}", parts.join(lang.pick("，", ", ")))?;
        }
    }
    Ok(())
}

/// An amount of an answer, fen.
#[must_use]
pub fn fen(amount: &Value) -> i64 {
    kernel::Fen::parse_yuan(&yuan(amount)).map_or(0, kernel::Fen::get)
}

/// An amount as it stands in the answer, with two decimals.
fn yuan(amount: &Value) -> String {
    let text = if amount.is_null() { "0".to_owned() } else { amount.to_string() };
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{cents:0<2}")
}
