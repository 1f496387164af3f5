//! The amount identities of the reference, held against every answer; written from the reference, not from the server.

use serde_json::Value;

/// Fen of an amount of an answer, exact.
pub(crate) fn fen(amount: &Value) -> i64 {
    let text = match amount {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        other => panic!("not an amount: {other}"),
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    assert!(part.len() <= 2, "more than two decimals: {text}");
    let digits = format!("{}{part:0<2}", whole.trim_start_matches('-'));
    let fen: i64 = digits.parse().unwrap();
    if whole.starts_with('-') { -fen } else { fen }
}

fn sum(rows: &[Value], field: &str) -> i64 {
    rows.iter().map(|row| fen(&row[field])).sum()
}

/// Checks what an output says of amounts.
pub(crate) fn check(output: &Value) {
    let rows = |node: &str| output[node].as_array().map_or(&[][..], Vec::as_slice);
    if output["setlinfo"].is_object() {
        check_settlement(&output["setlinfo"], rows("setldetail"));
        let lines = rows("detlcutinfo");
        if !lines.is_empty() {
            let total = fen(&output["setlinfo"]["medfee_sumamt"]);
            assert_eq!(sum(lines, "det_item_fee_sumamt"), total, "I10");
        }
    }
    for line in rows("result").iter().chain(rows("detlcutinfo")) {
        if line["feedetl_sn"].is_string() {
            check_line(line);
        }
    }
}

fn check_settlement(info: &Value, shares: &[Value]) {
    let of = |field: &str| fen(&info[field]);
    let all = |fields: &[&str]| fields.iter().map(|field| of(field)).sum::<i64>();
    let absent = |field: &str| info[field].is_null();
    let total = of("medfee_sumamt");
    let parts = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];
    assert_eq!(total, all(&parts), "I1 {info}");
    let (person, cash) = if absent("psn_part_amt") {
        ("psn_pay", "cash_payamt")
    } else {
        ("psn_part_amt", if absent("psn_cash_pay") { "pdn_cash_pay" } else { "psn_cash_pay" })
    };
    let hospital = if absent("hosp_part_amt") { 0 } else { of("hosp_part_amt") };
    assert_eq!(total, of("fund_pay_sumamt") + of(person) + hospital, "I2 {info}");
    assert_eq!(of(person), of("acct_pay") + of(cash), "I3 {info}");
    let (family, account) = (of("acct_mulaid_pay"), of("acct_pay"));
    assert!(family.abs() <= account.abs() && family.signum() * account.signum() >= 0, "I4 {info}");
    let mut funds = all(&["hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay"])
        + all(&["maf_pay", "oth_pay"]);
    funds += if absent("hifdm_pay") { 0 } else { of("hifdm_pay") };
    assert_eq!(of("fund_pay_sumamt"), funds, "I5 {info}");
    assert!(!shares.is_empty(), "no fund rows");
    let code = |share: &Value| share["fund_pay_type"].as_str().unwrap().to_string();
    let of_funds: Vec<Value> = shares
        .iter()
        .filter(|share| !code(share).starts_with("3102") && !code(share).starts_with("99999"))
        .cloned()
        .collect();
    assert_eq!(sum(&of_funds, "fund_payamt"), funds, "I6 {shares:?}");
    assert_eq!(sum(shares, "fund_payamt"), total - of(cash), "I7 {shares:?}");
    for share in shares {
        assert_eq!(fen(&share["inscp_scp_amt"]), of("inscp_scp_amt"), "I8 {share}");
        assert!(fen(&share["crt_payb_lmt_amt"]) >= 0, "a limit below zero {share}");
    }
    for field in [total, of("fund_pay_sumamt"), account, of(cash)] {
        assert!(field.signum() * total.signum() >= 0, "I12 {info}");
    }
}

fn check_line(line: &Value) {
    let of = |field: &str| fen(&line[field]);
    let amount = of("det_item_fee_sumamt");
    let parts = ["fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt"];
    assert_eq!(amount, parts.iter().map(|part| of(part)).sum::<i64>(), "I9 {line}");
    let number = |field: &str| line[field].as_f64().unwrap();
    let product = number("cnt") * number("pric") * 100.0;
    assert!((product - number("det_item_fee_sumamt") * 100.0).abs() <= 1.5, "I9 {line}");
    match line["chrgitm_lv"].as_str().unwrap() {
        "01" => assert_eq!((of("fulamt_ownpay_amt"), of("preselfpay_amt")), (0, 0), "I11 {line}"),
        "02" => {
            let first = number("selfpay_prop") * number("det_item_fee_sumamt");
            let first = first - number("selfpay_prop") * number("overlmt_amt");
            assert!((first - number("preselfpay_amt")).abs() < 0.0051, "I11 {line}");
        }
        "03" => {
            assert_eq!(of("fulamt_ownpay_amt"), amount, "I11 {line}");
            assert_eq!(line["selfpay_prop"], 1.0, "I11 {line}");
        }
        other => panic!("I11: no such class {other}"),
    }
}

/// An undo is its settlement with every amount negated, but for the balance.
pub(crate) fn check_undo(settled: &Value, undone: &Value) {
    let mut checked = 0;
    for (field, amount) in undone.as_object().unwrap() {
        let before = &settled[field];
        let amounts = field.ends_with("_pay") || field.ends_with("amt") || field.ends_with("_dedc");
        if !amounts || before.is_null() || amount.is_null() {
            continue;
        }
        assert_eq!(fen(before), -fen(amount), "I12 {field}");
        checked += 1;
    }
    assert!(checked > 12, "I12: only {checked} amounts");
}
