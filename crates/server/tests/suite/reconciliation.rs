//! Reconciliation over settlements, refunds and reversals that really happened.

use crate::chain::care::{Care, yuan};
use crate::identities::fen;
use crate::parcels::{fetch, send, text};
use crate::town::{Answer, Sender, TODAY, Town};
use serde_json::{Value, json};

/// What an institution has in its own books: a settlement or a refund, as it was answered, with its message number.
struct Kept {
    info: Value,
    message: String,
    refund: bool,
}

/// A hospital's day: settled for people 1, 2 and 3; the second refunded.
struct Day<'t> {
    sender: Sender<'t>,
    kept: Vec<Kept>,
}

impl<'t> Day<'t> {
    fn new(town: &'t Town) -> Day<'t> {
        let mut day = Day { sender: town.sender(1), kept: Vec::new() };
        day.settle(1, &[(0, 3)]);
        let second = day.settle(2, &[(1, 2)]);
        let message = town.number(&day.sender.institution);
        let undone = second.0.call_as(&message, "2208", &second.0.undo_of(&second.1));
        let info = undone.output()["setlinfo"].clone();
        day.kept.push(Kept { info, message, refund: true });
        day.settle(3, &[(2, 4), (0, 1)]);
        day
    }

    fn settle(&mut self, person: u32, lines: &[(usize, i64)]) -> (Care<'t>, Value) {
        let care = Care::ready(&self.sender, person, lines);
        let message = self.sender.town.number(&self.sender.institution);
        let settled = care.call_as(&message, "2207", &care.bill());
        let info = settled.output()["setlinfo"].clone();
        self.kept.push(Kept { info, message, refund: false });
        (care, settled.output().clone())
    }

    fn sum(&self, field: &str, refunds: Option<bool>) -> i64 {
        let kept = self.kept.iter().filter(|one| refunds.is_none_or(|it| it == one.refund));
        kept.map(|one| fen(&one.info[field])).sum()
    }

    /// 3201 as an institution that sums its own rows would send it.
    fn totals(&self, refunds: Option<bool>, flag: &str) -> Value {
        let count = match refunds {
            Some(wanted) => self.kept.iter().filter(|one| one.refund == wanted).count(),
            None => self.kept.iter().filter(|one| !one.refund).count() - 1,
        };
        json!({
            "insutype": "310", "clr_type": "11", "setl_optins": "500000",
            "stmt_begndate": TODAY, "stmt_enddate": TODAY,
            "medfee_sumamt": yuan_text(self.sum("medfee_sumamt", refunds)),
            "fund_pay_sumamt": yuan_text(self.sum("fund_pay_sumamt", refunds)),
            "acct_pay": yuan_text(self.sum("acct_pay", refunds)),
            "fixmedins_setl_cnt": count, "refd_setl_flag": flag,
        })
    }

    fn compare(&self, data: &Value) -> (String, String) {
        let answer = self.sender.call("3201", &json!({"data": data}));
        let output = answer.output();
        (text(output, "/stmtinfo/stmt_rslt"), text(output, "/stmtinfo/stmt_rslt_dscr"))
    }

    /// The file an institution uploads.
    fn file(&self) -> String {
        self.kept.iter().map(Kept::line).collect()
    }

    /// 3202 of a file: the rows of the result, and how it is answered.
    fn details(&self, file: &str, flag: &str) -> (Vec<Vec<String>>, Answer) {
        let number = send(&self.sender, "detail.txt", file.as_bytes());
        let answer = self.sender.call(
            "3202",
            &json!({"data": {
                "setl_optins": "500000", "file_qury_no": number, "stmt_begndate": TODAY,
                "stmt_enddate": TODAY, "medfee_sumamt": 0, "fund_pay_sumamt": 0,
                "cash_payamt": 0, "fixmedins_setl_cnt": 3, "clr_type": "11",
                "refd_setl_flag": flag,
            }}),
        );
        let result = text(answer.output(), "/fileinfo/file_qury_no");
        (fetch(&self.sender, &result, &self.sender.institution).rows(), answer)
    }
}

impl Kept {
    fn line(&self) -> String {
        let amount = |field: &str| yuan_text(fen(&self.info[field]));
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
            text(&self.info, "/setl_id"),
            text(&self.info, "/mdtrt_id"),
            text(&self.info, "/psn_no"),
            amount("medfee_sumamt"),
            amount("fund_pay_sumamt"),
            amount("acct_pay"),
            u8::from(self.refund),
        )
    }
}

/// Fen as the text of an amount, of either sign.
fn yuan_text(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100)
}

const BALANCED: (&str, &str) = ("0", "相符");

fn balanced(found: &(String, String)) {
    assert_eq!((&*found.0, &*found.1), BALANCED);
}

#[test]
fn totals_balance_in_every_way_of_counting_refunds() {
    let town = Town::new();
    let day = Day::new(&town);
    balanced(&day.compare(&day.totals(None, "")));
    balanced(&day.compare(&day.totals(Some(false), "0")));
    balanced(&day.compare(&day.totals(Some(true), "1")));
    balanced(&day.compare(&day.totals(None, "0")));
    let mut positive = day.totals(Some(true), "1");
    for field in ["medfee_sumamt", "fund_pay_sumamt", "acct_pay"] {
        positive[field] = positive[field].as_str().unwrap().trim_start_matches('-').into();
    }
    balanced(&day.compare(&positive));
}

#[test]
fn a_difference_is_said_in_words_and_amounts() {
    let town = Town::new();
    let day = Day::new(&town);
    let mut wrong = day.totals(None, "");
    let total = day.sum("medfee_sumamt", None);
    wrong["medfee_sumamt"] = yuan(total + 1);
    wrong["fixmedins_setl_cnt"] = 3.into();
    let (result, words) = day.compare(&wrong);
    let [ours, theirs] = [total, total + 1].map(yuan_text);
    let expected =
        format!("笔数：机构3，中心2；医疗费总额：机构{theirs}，中心{ours}，相差0.01；请对明细账");
    assert_eq!((&*result, words), ("1", expected));
}

#[test]
fn another_class_another_scheme_and_another_day_hold_nothing() {
    let town = Town::new();
    let day = Day::new(&town);
    for (field, value) in [("clr_type", "41"), ("insutype", "390"), ("stmt_begndate", "2026-03-11")]
    {
        let mut nothing = json!({
            "insutype": "310", "clr_type": "11", "stmt_begndate": "2026-03-10",
            "stmt_enddate": "2026-03-11", "medfee_sumamt": 0, "fund_pay_sumamt": 0,
            "acct_pay": 0, "fixmedins_setl_cnt": 0,
        });
        assert_eq!(day.compare(&nothing).0, "1");
        nothing[field] = value.into();
        balanced(&day.compare(&nothing));
    }
}

#[test]
fn a_reversed_settlement_never_happened() {
    let town = Town::new();
    let mut day = Day::new(&town);
    let before = day.totals(None, "");
    let (care, _) = day.settle(4, &[(0, 9)]);
    let reversed = day.kept.pop().unwrap();
    assert_eq!(day.compare(&before).0, "1");
    care.reverse(&reversed.message, "2207").output();
    balanced(&day.compare(&before));
    let (rows, _) = day.details(&day.file(), "");
    assert_eq!(rows.len(), day.kept.len(), "it is not listed");
    let (rows, _) = day.details(&[day.file(), reversed.line()].concat(), "");
    let odd: Vec<_> = rows.iter().filter(|row| row[4] != "000000").collect();
    assert_eq!(odd.len(), 1);
    assert_eq!((&*odd[0][4], &*odd[0][6]), ("000102", "该结算已冲正"));
}

#[test]
fn every_row_of_a_file_gets_its_verdict() {
    let town = Town::new();
    let day = Day::new(&town);
    let (rows, answer) = day.details(&day.file(), "0");
    assert_eq!(rows.len(), 4, "three settlements and a refund");
    assert!(rows.iter().all(|row| row.len() == 10 && row[4] == "000000"), "{rows:?}");
    assert_eq!(text(answer.output(), "/fileinfo/dld_endtime"), "2026-04-09 23:59:59");
    let messages: Vec<_> = day.kept.iter().map(|one| &one.message).collect();
    assert!(rows.iter().all(|row| messages.contains(&&row[3])), "rows carry message numbers");

    let mut lines: Vec<String> = day.file().lines().map(|line| format!("{line}\n")).collect();
    let forgotten = lines.remove(0);
    lines[0] = lines[0].replacen("\t0\n", "\t1\n", 1);
    lines.push("00000000000000000000000000\tnull\tP1\t1.00\t0.00\t0.00\t0\n".to_string());
    let (rows, _) = day.details(&lines.concat(), "");
    let verdicts: Vec<_> = rows.iter().map(|row| (&*row[4], &*row[6])).collect();
    let forgotten = forgotten.split('\t').next().unwrap();
    let only_here = rows.iter().find(|row| row[4] == "000101").unwrap();
    assert_eq!((&*only_here[2], &*only_here[6]), ("null", "机构无此记录"));
    assert_ne!(only_here[3], "null", "the message number says which: {forgotten}");
    assert!(
        verdicts.contains(&("000102", "中心无此记录"))
            || verdicts.iter().any(|it| it.0 == "000102"),
        "{verdicts:?}"
    );
    let differs = rows.iter().find(|row| row[4] == "000103").unwrap();
    assert!(differs[6].contains("退费标志不同"), "{differs:?}");
    assert_eq!(verdicts.iter().filter(|it| it.0 == "000000").count(), 2);
}

#[test]
fn the_same_comparison_sent_again_is_answered_with_the_same_file() {
    let town = Town::new();
    let day = Day::new(&town);
    let number = send(&day.sender, "detail.txt", day.file().as_bytes());
    let message = town.number(&day.sender.institution);
    let input = json!({"data": {
        "setl_optins": "500000", "file_qury_no": number, "stmt_begndate": TODAY,
        "stmt_enddate": TODAY, "medfee_sumamt": 0, "fund_pay_sumamt": 0, "cash_payamt": 0,
        "fixmedins_setl_cnt": 3, "clr_type": "11", "refd_setl_flag": "",
    }});
    let first = day.sender.call_as(&message, "3202", &input);
    let second = day.sender.call_as(&message, "3202", &input);
    assert_eq!(first.text, second.text);
}
